"""Checks of each model whether it works here, on which device and how fast; shown in the preferences."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import AtelierError, Message, reason_of
from ml_core.inference.recognition.taught_labels import TaughtLabels
from ml_core.inference.session import runtime_device
from ml_core.vocabulary.traits import AvatarTraits

from ..jobs.steps import InThread, Job, Progress
from . import loaded as models
from . import own as own_models
from . import taught

Finding = tuple[str, dict[str, Any]]
"""A sentence with {names}, and what is filled in."""


def self_check_job() -> Job:
    """A job whose report is ``{"self_check": [...], "failed": number}``.

    Each result is ``{"part", "works", "detail", "text", "values", "repair"}``: ``detail`` is ``text`` with the
    ``values`` filled in, and ``repair`` what :func:`repair` can fix, empty if nothing.
    """
    checks: dict[str, Callable[[], Finding]] = {
        "Runtime": _runtime,
        "Avatar textures": _textures,
        "Object recognition": _recognition,
        "Words": _words,
        "Taught labels": partial(_taught, taught.files()),
        "Own files": partial(_own_files, [taught.user_library().parent, own_models.home()]),
    }
    own = {what for what in ("textures", "objects") if own_models.weights(what) is not None}
    results = []
    for done, (part, check) in enumerate(checks.items()):
        yield Progress(done, len(checks), part)
        results.append((yield InThread(partial(_checked, part, check, own))))
    return {"self_check": results, "failed": sum(not result["works"] for result in results)}


def _checked(part: str, check: Callable[[], Finding], own: set[str]) -> dict[str, Any]:
    try:
        text, values = check()
        works = True
    except AtelierError as error:
        text, values, works = error.message, {}, False
    except ImportError as error:
        text = "{error}. Install the zip that was made for this Blender and this system."
        values, works = {"error": str(error)}, False
    repairs = {"Avatar textures": "textures", "Object recognition": "objects", "Taught labels": "labels"}
    kind = "" if works else repairs.get(part, "")
    if kind in {"textures", "objects"} and kind not in own:
        kind = ""
        values, text = {"error": Message(text, **values)}, "{error}. Remove Atelier and install its zip again."
    detail = text.format(**values) if values else text
    return {"part": part, "works": works, "detail": detail, "text": text, "values": values, "repair": kind}


def repair(kind: str) -> None:
    """Fixes what a check has found: ``textures`` or ``objects`` returns to the shipped weights, ``labels`` moves
    damaged files of taught labels aside, under a name that ends in ``.damaged``."""
    if kind != "labels":
        own_models.use_shipped(kind)
        return
    recognizer = models.object_recognizer()
    for path in taught.files():
        try:
            TaughtLabels.load(path, recognizer)
        except AtelierError:
            path.replace(path.with_suffix(".damaged"))


def _runtime() -> Finding:
    import onnxruntime  # takes a second, and is what is checked

    return "ONNX Runtime {version} on {device}", {"version": onnxruntime.__version__, "device": runtime_device()}


def _textures() -> Finding:
    generator = models.texture_generator()
    generator.generate(AvatarTraits(), seed=0, size=256)  # the first run also plans memory
    started = time.perf_counter()
    generator.generate(AvatarTraits(), seed=1, size=256)
    return "{ms} ms a texture of 256 pixels", {"ms": round(1000 * (time.perf_counter() - started))}


def _recognition() -> Finding:
    recognizer = models.object_recognizer()
    meshes = [_box(1.0 + 0.1 * number) for number in range(4)]
    recognizer.recognize(meshes[:1])
    started = time.perf_counter()
    recognizer.recognize(meshes)
    return "{number} objects a second", {"number": round(len(meshes) / (time.perf_counter() - started))}


def _words() -> Finding:
    models.language_model().describe("a tall woman in a navy suit")
    return "English and Chinese", {}


def _taught(files: list[Path]) -> Finding:
    memory = taught.read(files, models.object_recognizer())
    return "{number} labels of your own", {"number": len(memory.counts)}


def _own_files(folders: list[Path]) -> Finding:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise AtelierError(
                "{target}: cannot be written ({reason}); choose another folder", target=folder, reason=reason_of(error)
            ) from error
    return "Kept in {folder}", {"folder": str(folders[-1])}


def _box(height: float) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([[x, y, z * height] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float32)
    quads = np.array([[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]])
    return corners, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)
