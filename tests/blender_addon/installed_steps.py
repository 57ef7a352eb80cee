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
    facts["expressions"] = [
        key.name
        for mesh in bpy.data.meshes
        for key in (mesh.shape_keys.key_blocks[1:] if mesh.shape_keys else ())
        if key.value and not key.name.startswith("atelier:")
    ]
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
    # A newer zip dropped onto the one that is there, and everything read anew.
    bpy.ops.extensions.package_install_files(
        filepath=archive, repo="user_default", enable_on_install=True, overwrite=True
    )
    bpy.ops.atelier.generate_avatar(seed=9, size="256")
    facts["updated"] = scene.atelier.report()
    bpy.ops.script.reload()
    bpy.ops.atelier.generate_avatar(seed=10, size="256")
    facts["reloaded"] = scene.atelier.report()
    facts["registered_once"] = {name: len(found) for name, found in traces().items()}

    # Disabled, all that it put into Blender is gone; removed, so are its files.
    bpy.ops.preferences.addon_disable(module=MODULE)
    facts["left_when_disabled"] = {name: found for name, found in traces().items() if found}
    bpy.ops.preferences.addon_enable(module=MODULE)
    bpy.ops.extensions.package_uninstall(repo_index=user_default(), pkg_id="avatar_atelier")
    facts["left_when_removed"] = {name: found for name, found in traces().items() if found}
    facts["modules_left"] = sorted(name for name in sys.modules if name.startswith(MODULE))
    facts["files_left"] = sorted(
        str(path.relative_to(folder / "user"))
        for path in (folder / "user").rglob("*")
        if path.is_file() and ("atelier" in str(path).lower() or "site-packages" in path.parts)
    )
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def user_default() -> int:
    """The place of the repository among those of the preferences."""
    return [one.module for one in bpy.context.preferences.extensions.repos].index("user_default")


def traces() -> dict[str, list[str]]:
    """What of the extension Blender holds, by where it holds it."""
    ours = [
        (base.__name__, one.__name__)
        for base in (bpy.types.Panel, bpy.types.Menu, bpy.types.Operator, bpy.types.PropertyGroup, bpy.types.UIList)
        for one in base.__subclasses__()
        if one.is_registered and one.__module__.startswith(MODULE)
    ]
    menus = [
        f"{menu.__name__}: {draw.__name__}"
        for menu in (*bpy.types.Menu.__subclasses__(), *bpy.types.Header.__subclasses__())
        for draw in getattr(getattr(menu, "draw", None), "_draw_funcs", [])
        if draw.__module__.startswith(MODULE)
    ]
    handlers = [
        f"{name}: {one.__name__}"
        for name in dir(bpy.app.handlers)
        if isinstance(getattr(bpy.app.handlers, name), list)
        for one in getattr(bpy.app.handlers, name)
        if one.__module__.startswith(MODULE)
    ]
    properties = [
        f"{owner.__name__}.{name}"
        for owner in (bpy.types.Scene, bpy.types.Object, bpy.types.WindowManager)
        for name in dir(owner)
        if name.startswith("atelier")
    ]
    return {
        "classes": [f"{base}: {name}" for base, name in ours],
        "menus": menus,
        "handlers": handlers,
        "properties": properties,
        "operators": [name for name in dir(bpy.ops.atelier)],
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
