"""Says of each model whether it works here, on which device and how fast; what the preferences show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ml_core.errors import AtelierError
from ml_core.vocabulary.traits import AvatarTraits

from . import models
from .jobs import InThread, Job, Progress


def self_check_job() -> Job:
    """A job whose report is ``{"self_check": [{"part", "works", "detail"}, ...], "failed": number}``."""
    results = []
    for done, (part, check) in enumerate(_CHECKS.items()):
        yield Progress(done, len(_CHECKS), part)
        results.append((yield InThread(_checked(part, check))))
    return {"self_check": results, "failed": sum(not one["works"] for one in results)}


def _checked(part: str, check: Callable[[], str]) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        try:
            return {"part": part, "works": True, "detail": check()}
        except AtelierError as error:
            return {"part": part, "works": False, "detail": str(error)}
        except ImportError as error:
            text = f"{error}. Install the zip that was made for this Blender and this system."
            return {"part": part, "works": False, "detail": text}

    return run


def _runtime() -> str:
    import onnxruntime

    device = onnxruntime.get_available_providers()[0].removesuffix("ExecutionProvider")
    return f"ONNX Runtime {onnxruntime.__version__}, {device}"


def _textures() -> str:
    generator = models.texture_generator()
    generator.generate(AvatarTraits(), seed=0, size=256)  # the first run also plans memory
    started = time.perf_counter()
    generator.generate(AvatarTraits(), seed=1, size=256)
    return f"{1000 * (time.perf_counter() - started):.0f} ms a texture of 256 pixels"


def _recognition() -> str:
    recognizer = models.object_recognizer()
    meshes = [_box(1.0 + 0.1 * number) for number in range(4)]
    recognizer.recognize(meshes[:1])
    started = time.perf_counter()
    recognizer.recognize(meshes)
    return f"{len(meshes) / (time.perf_counter() - started):.0f} objects a second"


def _words() -> str:
    models.language_model().describe("a tall woman in a navy suit")
    return "English and Chinese"


def _box(height: float) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([[x, y, z * height] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float32)
    quads = np.array([[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]])
    return corners, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)


_CHECKS: dict[str, Callable[[], str]] = {
    "Runtime": _runtime,
    "Avatar textures": _textures,
    "Object recognition": _recognition,
    "Words": _words,
}
