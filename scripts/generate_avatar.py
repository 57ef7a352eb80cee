"""Generates an avatar from a sentence or traits and a seed: textures, the built-in body or your own mesh, engine files.

    python scripts/generate_avatar.py --describe "a tall woman in a navy suit, dark skin" --seed 7 --out avatar/
    python scripts/generate_avatar.py --mesh body.glb --traits '{"outfit": "medical"}' --seed 3 --out avatar/
    blender --background --python-exit-code 1 --python scripts/generate_avatar.py -- --seed 7 --out avatar/

Writes into --out: avatar.blend, avatar.json (traits, seed, facts), textures/*.png, and with --engine one folder for
each engine. --mesh takes any humanoid mesh with an armature (.blend .glb .gltf .vrm .fbx .usd*); it is textured on its
own UVs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._cli import atomic_folder, quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="generate_avatar.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--describe", default="", metavar="SENTENCE", help="English or Chinese")
    options.add_argument("--traits", default="", metavar="JSON", help="chosen traits; they win over the sentence")
    options.add_argument("--seed", type=int, default=0, help="draws everything that is not chosen (%(default)s)")
    options.add_argument("--size", type=int, default=512, choices=(256, 512, 1024), help="texture size (%(default)s)")
    options.add_argument("--mesh", type=Path, metavar="FILE", help="a humanoid of your own to texture")
    options.add_argument("--object", default="", metavar="NAME", help="which object of --mesh; default: the largest")
    options.add_argument("--engine", action="append", default=[], help="unity, unreal or web; may be given again")
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    options.add_argument("--force", action="store_true", help="replace --out even if it is not an avatar of ours")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.generating import generate_job, texture_job
    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs import run_to_end
    from blender_addon.export.exporting import export_job
    from blender_addon.export.profiles import profile
    from ml_core.errors import InputError
    from ml_core.vocabulary.traits import AvatarTraits

    given = parser().parse_args(arguments)
    traits = AvatarTraits.from_json(given.traits) if given.traits else AvatarTraits()
    if given.seed < 0 or given.seed >= 2**31:
        raise InputError(f"--seed {given.seed}: give a whole number from 0 to 2147483647")
    for engine in given.engine:
        profile(engine)
    with quiet():
        if given.mesh is not None:
            open_scene(given.mesh)
        else:
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with atomic_folder(given.out, "avatar.json", given.force) as folder, quiet():
        if given.mesh is not None:
            target = humanoid_in(bpy.context, given.object, given.mesh)
            report = run_to_end(texture_job(bpy.context, target, given.describe, traits, given.seed, given.size))
        else:
            report = run_to_end(generate_job(bpy.context, given.describe, traits, given.seed, given.size, "Avatar"))
        report["images"] = save_images(folder / "textures")
        if given.engine:
            exported = run_to_end(export_job(bpy.context, folder, given.engine))
            report["engines"] = {name: facts["files"] for name, facts in exported["targets"].items()}
        bpy.ops.wm.save_as_mainfile(filepath=str((folder / "avatar.blend").absolute()), copy=True)
        text = json.dumps(report, indent=2, ensure_ascii=False)
        (folder / "avatar.json").write_text(text + "\n", encoding="utf-8")
    print(f"{given.out}: {report['object']} with {len(report['images'])} textures of {given.size} pixels")
    return 0


def humanoid_in(context, name: str, path: Path):
    """The object called ``name``, or the armature of the mesh with the most vertices.

    Raises:
        InputError: there is none; the message names the file.
    """
    import bpy

    from blender_addon.avatar.generating import named_target
    from ml_core.errors import InputError

    if name:
        return named_target(context, name)
    skinned = [obj for obj in bpy.data.objects if obj.type == "MESH" and obj.find_armature() is not None]
    if not skinned:
        raise InputError(f"{path}: no mesh in it hangs on an armature; a texture needs a rigged humanoid")
    return named_target(context, max(skinned, key=lambda obj: len(obj.data.vertices)).name)


def save_images(folder: Path) -> list[str]:
    """Writes the generated images of the file as PNG; their names."""
    import bpy

    folder.mkdir()
    names = []
    for image in bpy.data.images:
        if image.packed_file is None or "atelier_owner" not in image:
            continue
        name = f"{image.name.rpartition('.')[0] or image.name}.png"
        (folder / name).write_bytes(image.packed_file.data)
        names.append(name)
    if not names:
        shutil.rmtree(folder)
    return sorted(names)


if __name__ == "__main__":
    run(main)
