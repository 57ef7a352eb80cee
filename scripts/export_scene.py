"""Exports a scene for game engines and the web.

    python scripts/export_scene.py room.blend --engine unreal --out export/
    blender -b room.blend --python-exit-code 1 --python scripts/export_scene.py -- --engine unity --out export/

Reads .blend, .glb, .gltf, .vrm, .fbx, .obj and USD files; without a file, the scene that Blender has open. Writes
out/<engine>/ with models, textures, materials.json, layout.json, README.txt and manifest.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._cli import quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="export_scene.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", nargs="?", type=Path, help="the scene file; the open scene when left out")
    options.add_argument("--engine", action="append", required=True, help="unity, unreal or web; may be given again")
    options.add_argument("--out", type=Path, required=True, help="folder that gets one folder for each engine")
    options.add_argument("--force", action="store_true", help="replace folders that are not exports of ours")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs import run_to_end
    from blender_addon.export.exporting import export_job
    from blender_addon.export.options import ExportOptions

    given = parser().parse_args(arguments)
    with quiet():
        if given.scene is not None:
            open_scene(given.scene)
        report = run_to_end(
            export_job(bpy.context, given.out.absolute(), given.engine, ExportOptions(force=given.force))
        )
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    run(main)
