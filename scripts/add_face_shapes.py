"""Gives a character of any make ARKit's 52 facial shapes and 15 visemes as shape keys, and springs.

    python scripts/add_face_shapes.py character.glb --out character.blend
    python scripts/add_face_shapes.py scene.blend --character Anna --springs --out anna.blend
    python scripts/add_face_shapes.py cartoon.glb --springs --no-shapes --out cartoon.blend
    blender --background --python-exit-code 1 --python scripts/add_face_shapes.py -- character.vrm --out character.blend

The face is found on a drawing of the head; on heads in which none is found, such as cartoons, place the landmarks by
hand in Blender first (Show Face Landmarks) and give the saved scene.
Shape keys that a mesh has already stay as they are. With --springs its chains of bones for hair, ears, tail, skirt and
cape swing, with colliders on its body, as VRM files keep them; loose hair that is a mesh alone gets chains first;
springs that its own file has stay. Bones may have any
names: joints are found by the structure of the rig where names say nothing. Prints the facts as JSON: what was added to
which mesh, whether the mouth and the lids have openings that the shapes can open and close, and how joints were found.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.outputs import check_outputs, written_together
from scripts.lib.cli import quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="add_face_shapes.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", type=Path, metavar="FILE", help="a scene or a model of any format that is read")
    options.add_argument(
        "--character", metavar="NAME", help="its object; left out: the only humanoid, or the only mesh"
    )
    options.add_argument("--springs", action="store_true", help="let its hanging chains of bones swing")
    options.add_argument("--no-shapes", action="store_true", help="add no facial shapes, springs alone")
    options.add_argument("--out", type=Path, required=True, metavar="BLEND", help="the .blend file to write")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.face.adding import add_face_shapes
    from blender_addon.avatar.face.reading import character_meshes
    from blender_addon.avatar.rig.springs import adding_springs
    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.vrm import rig_joints
    from ml_core.errors import InputError
    from ml_core.inference.photo.faces import FaceFinder
    from scripts.animate_avatar import chosen

    given = parser().parse_args(arguments)
    if given.no_shapes and not given.springs:
        raise InputError("--no-shapes without --springs adds nothing; leave it out or add --springs")
    if given.out.suffix.lower() != ".blend":
        raise InputError("--out {file}: give a file that ends in .blend", file=given.out)
    check_outputs([given.out], [given.scene])
    with quiet():
        open_scene(given.scene)
    if given.character is not None:
        character = bpy.context.scene.objects.get(given.character)
        if character is None:
            raise InputError("--character {name}: the scene has no object of this name", name=given.character)
    else:
        meshes = [obj for obj in bpy.context.scene.objects if obj.type == "MESH"]
        has_rig = any(obj.type == "ARMATURE" for obj in bpy.context.scene.objects)
        # A body that nobody has rigged yet lies alone in its file.
        character = chosen(bpy.context, None, "--character") if has_rig or len(meshes) != 1 else meshes[0]
    with written_together(given.out) as (partial,):
        facts: dict[str, Any] = {}
        if not given.no_shapes:
            facts = add_face_shapes(character, FaceFinder.load())
        armature, _ = character_meshes(character)
        if given.springs:
            if armature is None:
                raise InputError("{name}: has no armature whose chains could swing", name=character.name)
            facts["springs"] = run_to_end(adding_springs(bpy.context, armature))
        if armature is not None:
            found = rig_joints(armature)
            facts["joints"] = {"by": found.source, "confidence": found.confidence, "number": len(found.joints)}
        with quiet():
            save_copy(partial, given.out)
    print(json.dumps({"character": character.name, **facts}, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    run(main)
