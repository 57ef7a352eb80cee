"""Check 6 in Godot: a clean project imports every model, and a script in it compares what has arrived.

If there is a display, Godot draws each model too, into the folder ``check`` beside the targets.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.files import path_inside, read_picture, safe_name
from ml_core.programs import find_program

from ..problem import Check, Outcome, Problem, run_check
from ..readers.folder import TargetFolder
from ..readers.humanoid import joints_of
from ..readers.model import Model, box

SECONDS = 600
LEAST_COLORS = 3
"""The ground behind and two sides of a plain box."""
_SCRIPT = Path(__file__).with_name("godot_check.gd")
_PROJECT = """config_version=5
[application]
config/name="check"
[rendering]
renderer/rendering_method="gl_compatibility"
"""


def godot_check(folder: TargetFolder, command: str) -> Outcome:
    """Imports a target's folder with ``command``, which is Godot 4 or a wrapper of it.

    In ``command``, ``{project}`` stands for the project's folder if the program sees another path than we do.

    Raises:
        InputError: the program does not start.
    """
    words = shlex.split(command)
    program = find_program(words[0])
    if program is None:
        raise InputError(
            "{program}: not found. Install Godot 4 (https://godotengine.org/download or your system's "
            "package godot) or give its command: --godot /path/to/godot",
            program=words[0],
        )

    def examine(_: TargetFolder, models: list[Model]) -> Iterator[Problem]:
        yield from _import(folder, models, [str(program), *words[1:]])

    models = [model for model in folder.models if model.format in ("glb", "fbx")]
    check = Check(
        "6g", "Godot loads every model: box, materials, bones, shape keys, clips", lambda _: [models], examine
    )
    return run_check(check, folder) if models else Outcome(check, 0)


def _import(folder: TargetFolder, models: list[Model], words: list[str]) -> Iterator[Problem]:
    with tempfile.TemporaryDirectory(prefix="atelier-godot-") as name:
        project = Path(name)
        for path in folder.files:
            # Godot would run the folder's own import scripts and look for nothing in other text files.
            if path.suffix.lower() in (".glb", ".fbx", ".png") and not path.is_symlink():
                (project / path.relative_to(folder.path)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, project / path.relative_to(folder.path))
        (project / "project.godot").write_text(_PROJECT)
        shutil.copy(_SCRIPT, project / "check.gd")
        (project / "expected.json").write_text(json.dumps(_expected(folder, models)))
        imported = _run(words, project, ["--headless", "--import"])
        done, drawn = _examined(words, project)
        if drawn:
            yield from _pictures(folder, project, models)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    loaded = next((int(line[1]) for line in lines if line[0] == "LOADED"), None)
    for line in lines:
        if line[0] == "FAULT":
            yield Problem(line[1], f"{line[2]} in Godot")
    if loaded is None:
        yield Problem(folder.path.name, f"stopped Godot: {_last(imported)} {_last(done)}")
    elif loaded < len(models):
        yield Problem(folder.path.name, "has models that Godot does not load", "", len(models), loaded)


def _examined(words: list[str], project: Path) -> tuple[subprocess.CompletedProcess[str], bool]:
    """The output of the script, and whether it could draw."""
    script = ["--script", "res://check.gd"]
    if sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        done = _run(words, project, ["--audio-driver", "Dummy", *script, "--", "--pictures"])
        if "LOADED" in done.stdout:
            return done, any(project.glob("picture_*.png"))
    return _run(words, project, ["--headless", *script]), False


def _pictures(folder: TargetFolder, project: Path, models: list[Model]) -> Iterator[Problem]:
    place = path_inside(folder.path.absolute().parent, "check")
    place.mkdir(exist_ok=True)
    for model in models:
        name = model.path.relative_to(folder.path).as_posix().replace("/", "_")
        found = project / f"picture_{name}.png"
        colors = 0
        if found.is_file():
            kept = safe_name(f"{folder.path.name}_{model.path.stem}_in_godot", ".png")
            shutil.copy(found, path_inside(place, kept))
            colors = len(np.unique(read_picture(found, "RGB").reshape(-1, 3), axis=0))
        if colors < LEAST_COLORS:
            yield Problem(model.name, "gives an empty picture in Godot", "", f"≥ {LEAST_COLORS} colors", colors)


def _run(words: list[str], project: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [word.replace("{project}", str(project)) for word in words]
    if "{project}" not in " ".join(words):
        command += ["--path", str(project)]
    try:
        return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(
            "{program}: {reason}; give Godot 4 itself as --godot /path/to/godot", program=words[0], reason=error
        ) from error


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return f"exit code {done.returncode}, {lines[-1] if lines else 'silent'};"


def _expected(folder: TargetFolder, models: list[Model]) -> dict[str, Any]:
    """What has to arrive: names from the manifest if it has them, else from the file; boxes in meters, Y up."""
    expected: dict[str, Any] = {"models": {}, "textures": []}
    for model in models:
        entry = folder.entry(model)
        meshes = [node for node in model.mesh_nodes if node.mesh and len(node.mesh.points)]
        low, high = box(np.concatenate([model.points(node) for node in meshes]))
        shapes = sorted({name for node in meshes if node.mesh for name in node.mesh.shapes})
        clips = {clip.name: clip.end - clip.start for clip in model.clips}
        claimed = {item["name"]: item["frames"] / item["fps"] for item in entry.get("clips") or []}
        expected["models"][model.path.relative_to(folder.path).as_posix()] = {
            "low": low.tolist(),
            "high": high.tolist(),
            "materials": entry.get("materials", [material.name for material in model.materials]),
            "bones": [node.name for node in model.nodes if node.kind == "bone"],
            "shapes": entry.get("shape_keys") or shapes,
            "clips": claimed or clips,
            "turn": (joints := joints_of(entry, model)).get("leftLowerArm", ""),
            "head": joints.get("head", ""),
            "express": "jawOpen" if "jawOpen" in shapes else next(iter(shapes), ""),
        }
    if not folder.of_format("glb"):
        expected["textures"] = [path.relative_to(folder.path).as_posix() for path in folder.textures]
    return expected
