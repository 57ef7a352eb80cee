"""Generates an avatar from a sentence or traits and a seed: textures, the built-in body or your own mesh, engine files.

    python scripts/generate_avatar.py --describe "a tall woman in a navy suit, dark skin" --seed 7 --out avatar/
    python scripts/generate_avatar.py --mesh body.glb --traits '{"outfit": "medical"}' --seed 3 --out avatar/
    blender --background --python-exit-code 1 --python scripts/generate_avatar.py -- --seed 7 --out avatar/

Writes into --out: avatar.blend, avatar.json (traits, seed, facts, words of the sentence that were not understood),
textures/*.png, manifest.json, and with --engine one folder for each engine. Unchanged files of an earlier result there
are replaced; all others stay. --mesh takes any humanoid mesh with an armature (.blend .glb .gltf .vrm .fbx .usd*); it
is textured on its own UVs; without an armature its joints are found by its shape.

--layers takes what lies over the skin, such as [{"kind": "freckles", "amount": 0.6}, {"kind": "scar", "seed": 2},
{"kind": "tattoo", "image": "star.png", "chart": "left_upper_arm", "x": 0.7, "y": 0.4, "size": 0.08}]. --count 50 writes
people.jsonl and people.csv: one line per person, with name, seed and all traits; --traits and --seed of a line
reproduce that person.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.files import SafeNames, path_inside
from ml_core.publishing import published_folder
from ml_core.vocabulary.avatar.extra_bones import EXTRA_BONES
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, SIZES_OF_SCRIPTS
from scripts.lib.cli import quiet, run, tell_kept, tell_unwritten
from scripts.lib.crowd import Each, write_crowd

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

if TYPE_CHECKING:
    from ml_core.vocabulary.traits import AvatarTraits


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="generate_avatar.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--describe", default="", metavar="SENTENCE", help="English or Chinese")
    options.add_argument("--traits", default="", metavar="JSON", help="chosen traits; they win over the sentence")
    options.add_argument("--seed", type=int, default=0, help="draws everything that is not chosen (%(default)s)")
    options.add_argument(
        "--size", type=int, default=DEFAULT_SIZE, choices=SIZES_OF_SCRIPTS, help="texture size (%(default)s)"
    )
    options.add_argument("--mesh", type=Path, metavar="FILE", help="a humanoid of your own to texture")
    options.add_argument("--object", default="", metavar="NAME", help="which object of --mesh; default: the largest")
    options.add_argument("--engine", action="append", default=[], help=f"{', '.join(TARGETS)}; may be given again")
    options.add_argument("--layers", type=Path, metavar="FILE", help="layers over the skin, a JSON list")
    options.add_argument(
        "--bones",
        action="append",
        default=[],
        choices=EXTRA_BONES,
        help="bones beside the humanoid ones, of people with the built-in body; may be given again",
    )
    options.add_argument("--count", type=int, metavar="N", help="N different people with seeds from --seed up")
    options.add_argument("--each", default="folder", choices=get_args(Each), help="of --count (%(default)s)")
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    options.add_argument(
        "--force", action="store_true", help="write among files of yours; those in the way become .bak"
    )
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.generating import generate_job, texture_job
    from blender_addon.avatar.surface.layer_settings import set_layers
    from blender_addon.avatar.surface.layers import embedded
    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.export.exporting import export_job
    from blender_addon.export.targets.profiles import profile
    from ml_core.errors import InputError
    from ml_core.inference.textures.layers import layers_from_json
    from ml_core.vocabulary.traits import AvatarTraits

    given = parser().parse_args(arguments)
    traits = AvatarTraits.from_json(given.traits) if given.traits else AvatarTraits()
    layers = read_layers(given.layers) if given.layers is not None else ""
    if given.count is not None:
        return many(given, traits, layers)
    if given.seed < 0 or given.seed >= 2**31:
        raise InputError("--seed {seed}: give a whole number from 0 to 2147483647", seed=given.seed)
    if given.mesh is not None and given.bones:
        raise InputError("--bones go on the built-in body; leave out --mesh, or add them in Blender")
    for engine in given.engine:
        profile(engine)
    with quiet():
        if given.mesh is not None:
            open_scene(given.mesh)
        else:
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    engines: dict[str, Any] = {}
    with published_folder(given.out, "avatar", given.force) as staging, quiet():
        folder = staging.folder
        if given.mesh is not None:
            target = humanoid_in(bpy.context, given.object, given.mesh)
            if layers:
                set_layers(target, embedded(layers_from_json(layers)))
            report = run_to_end(texture_job(bpy.context, target, given.describe, traits, given.seed, given.size))
        else:
            report = run_to_end(
                generate_job(
                    bpy.context,
                    given.describe,
                    traits,
                    given.seed,
                    given.size,
                    "Avatar",
                    layers,
                    extra_bones=given.bones,
                )
            )
        report["images"] = save_images(folder / "textures")
        if given.engine:
            exported = run_to_end(export_job(bpy.context, folder, given.engine))
            engines = exported["targets"]
            report["engines"] = {name: facts["files"] for name, facts in engines.items() if "files" in facts}
        bpy.ops.wm.save_as_mainfile(filepath=str((folder / "avatar.blend").absolute()), copy=True)
        text = json.dumps(report, indent=2, ensure_ascii=False)
        (folder / "avatar.json").write_text(text + "\n", encoding="utf-8")
    warn_of_ignored(report["ignored"])
    print(f"{given.out}: {report['object']} with {len(report['images'])} textures of {given.size} pixels")
    tell_kept(staging)
    return tell_unwritten(engines)


def many(given: argparse.Namespace, traits: AvatarTraits, layers: str) -> int:
    """A crowd in ``--out``."""
    from blender_addon.bridge.models import loaded as models
    from ml_core.errors import InputError
    from ml_core.inference.textures.people import crowd

    if given.mesh is not None or given.engine:
        raise InputError("--count makes people with the built-in body; leave out --mesh and --engine")
    if given.describe.strip():
        read = models.language_model().read_description(given.describe)
        traits = read.traits.replace(**traits.to_dict())
        warn_of_ignored(read.ignored)
    people = list(crowd(models.texture_generator(), given.count, given.seed, traits))
    with published_folder(given.out, "crowd", given.force) as staging, quiet():
        write_crowd(staging.folder, people, given.each, given.size, layers, save_images)
    print(f"{given.out}: {len(people)} people, {people[0].name} to {people[-1].name}")
    tell_kept(staging)
    return 0


def warn_of_ignored(words: Sequence[str]) -> None:
    """Reports on stderr which words of the description had no effect."""
    if words:
        print(f"not understood, and left out: {', '.join(words)}", file=sys.stderr)


def read_layers(path: Path) -> str:
    """The JSON of a layers file, its pictures' paths made absolute.

    Raises:
        InputError: it is missing or damaged, or a picture is missing or not in its folder; the message names it.
    """
    from ml_core.errors import InputError
    from ml_core.inference.textures.layers import layers_from_json, layers_to_json, with_own_pictures

    try:
        layers = with_own_pictures(layers_from_json(path.read_text(encoding="utf-8")), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("{path}: cannot be read ({reason})", path=path, reason=error) from error
    except InputError as error:
        raise InputError("{name}: {reason}", name=path, reason=error) from error
    return layers_to_json(layers)


def humanoid_in(context, name: str, path: Path):
    """The object called ``name``, or the armature of the mesh with the most vertices.

    Raises:
        InputError: there is none; the message names the file.
    """
    import bpy

    from blender_addon.avatar.body.targets import find_targets
    from blender_addon.avatar.generating import named_target
    from ml_core.errors import InputError

    if name:
        return named_target(context, name)
    meshes = [obj for obj in bpy.data.objects if obj.type == "MESH" and obj.data.polygons]
    skinned = [obj for obj in meshes if obj.find_armature() is not None]
    if not meshes:
        raise InputError("{path}: there is no mesh in it", path=path)
    target = max(skinned or meshes, key=lambda obj: len(obj.data.vertices))
    armature = target.find_armature()
    # A body in pieces is painted as a whole, and so is one with eyes and teeth of their own.
    if armature is not None:
        found = find_targets(armature)
        alone = [body.obj for body in found.bodies] == [target]
        if len(found.bodies) > 1 or (alone and (found.eyes or found.teeth)):
            return armature
    return named_target(context, target.name)


def save_images(folder: Path) -> list[str]:
    """Writes the generated images of the file as PNG; returns their names."""
    import bpy

    folder.mkdir()
    names: list[str] = []
    taken = SafeNames()
    for image in bpy.data.images:
        if image.packed_file is None or "atelier_owner" not in image:
            continue
        data = bytes(image.packed_file.data)
        if not data.startswith(PNG_SIGNATURE):  # a file that --mesh names may hold anything under that mark
            continue
        name = taken.claim(image.name.rpartition(".")[0] or image.name, ".png")
        path_inside(folder, name).write_bytes(data)
        names.append(name)
    if not names:
        shutil.rmtree(folder)
    return sorted(names)


if __name__ == "__main__":
    run(main)
