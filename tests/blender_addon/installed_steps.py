"""Run by Blender 5.2's Python: installs the zip as an artist would, and calls every operator; prints facts as JSON.

usage: installed_steps.py EXTENSION.zip FOLDER, with BLENDER_USER_RESOURCES on an empty folder
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import bpy

MODULE = "bl_ext.user_default.avatar_atelier"


def main(archive: str, folder: Path) -> None:
    facts: dict = {"before": hasattr(bpy.types.Scene, "atelier")}
    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    facts["enabled"] = MODULE in bpy.context.preferences.addons
    facts["slow_at_register"] = sorted({"onnxruntime", "torch", "trimesh"} & set(sys.modules))

    scene = bpy.context.scene
    bpy.ops.atelier.generate_avatar(description="a tall man in a navy suit", seed=7, size="256")
    facts["avatar"] = scene.atelier.report()
    facts["stored"] = json.loads(bpy.data.objects[facts["avatar"]["object"]]["atelier_traits"])
    bpy.ops.atelier.apply_texture(target=facts["avatar"]["object"], seed=8, size="256")
    facts["textured"] = scene.atelier.report()

    bpy.ops.atelier.label_objects(scope="all")
    facts["labels"] = scene.atelier.report()
    bpy.ops.atelier.apply_labels(rename=True, collections=True)
    facts["applied"] = scene.atelier.report()
    bpy.ops.atelier.preflight(targets={"web"})
    facts["preflight"] = scene.atelier.report()
    bpy.ops.atelier.export_scene(directory=str(folder / "export"), targets={"web"})
    facts["export"] = scene.atelier.report()
    facts["files"] = sorted(path.name for path in (folder / "export").rglob("*") if path.is_file())
    bpy.ops.atelier.run_command(command="hide every person")
    facts["command"] = scene.atelier.report()

    try:
        bpy.ops.atelier.generate_avatar(traits_json='{"skin": "brown"}')
    except RuntimeError as error:
        facts["bad"] = {"message": str(error), "report": scene.atelier.report()}

    bpy.ops.preferences.addon_disable(module=MODULE)
    facts["after"] = hasattr(bpy.types.Scene, "atelier") or hasattr(bpy.types.WindowManager, "atelier_job")
    bpy.ops.preferences.addon_enable(module=MODULE)
    facts["enabled_again"] = hasattr(bpy.types.Scene, "atelier")
    bpy.ops.preferences.addon_disable(module=MODULE)
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
