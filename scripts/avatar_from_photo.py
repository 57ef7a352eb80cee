"""Makes an avatar with the face of a photo: traits, textures, the built-in body. The picture is read and not stored.

    python scripts/avatar_from_photo.py face.jpg --out ann/
    python scripts/avatar_from_photo.py front.jpg side.jpg --age 64 --hair long_wavy --glasses --engine unity --out ann/
    blender --background --python-exit-code 1 --python scripts/avatar_from_photo.py -- face.jpg --out ann/

Use only pictures that you have the right to use, of people who agree to an avatar of their face. The first picture
shows the face from the front; others, of the same person, help with its depth. Writes into --out: avatar.blend,
avatar.json (traits, seed, facts), textures/*.png, and with --engine one folder for each engine.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.publishing import published_folder
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.texture_sizes import SIZES_OF_SCRIPTS
from scripts.generate_avatar import save_images
from scripts.lib.cli import quiet, run, tell_kept, tell_unwritten


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="avatar_from_photo.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "photos", type=Path, nargs="+", metavar="PHOTO", help="pictures of one person, PNG, JPEG, WebP"
    )
    options.add_argument("--age", type=float, metavar="YEARS", help="a photo does not say it; default: an adult")
    options.add_argument("--hair", choices=HAIR_STYLES, help="default: what the photo shows")
    options.add_argument("--beard", choices=BEARDS, help="default: what the photo shows")
    options.add_argument("--glasses", action="store_true", help="put glasses on")
    options.add_argument("--traits", default="", metavar="JSON", help="chosen traits; they win over the photo")
    options.add_argument("--seed", type=int, default=0, help="draws what no photo shows (%(default)s)")
    options.add_argument("--size", type=int, default=1024, choices=SIZES_OF_SCRIPTS, help="texture size (%(default)s)")
    options.add_argument("--engine", action="append", default=[], help=f"{', '.join(TARGETS)}; may be given again")
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    options.add_argument(
        "--force", action="store_true", help="write among files of yours; those in the way become .bak"
    )
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.photo import photo_job
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.export.exporting import export_job
    from blender_addon.export.targets.profiles import profile
    from ml_core.errors import InputError
    from ml_core.vocabulary.traits import AvatarTraits

    given = parser().parse_args(arguments)
    known = AvatarTraits.from_json(given.traits) if given.traits else AvatarTraits()
    said = {"age": given.age, "hair_style": given.hair, "beard": given.beard,
            "garments": ("glasses",) if given.glasses else None}  # fmt: skip
    known = known.replace(**{name: value for name, value in said.items() if value is not None})
    if given.seed < 0 or given.seed >= 2**31:
        raise InputError("--seed {seed}: give a whole number from 0 to 2147483647", seed=given.seed)
    for engine in given.engine:
        profile(engine)
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    engines: dict[str, Any] = {}
    with published_folder(given.out, "avatar", given.force) as staging, quiet():
        report = run_to_end(photo_job(bpy.context, given.photos, known, given.seed, given.size, "Avatar"))
        report["images"] = save_images(staging.folder / "textures")
        if given.engine:
            exported = run_to_end(export_job(bpy.context, staging.folder, given.engine))
            engines = exported["targets"]
            report["engines"] = {name: facts["files"] for name, facts in engines.items() if "files" in facts}
        bpy.ops.wm.save_as_mainfile(filepath=str((staging.folder / "avatar.blend").absolute()), copy=True)
        text = json.dumps(report, indent=2, ensure_ascii=False)
        (staging.folder / "avatar.json").write_text(text + "\n", encoding="utf-8")
    print(f"{given.out}: {report['object']} with {len(report['images'])} textures of {given.size} pixels")
    print("Use only photos of people who agree to an avatar of their face. No photo was stored.", file=sys.stderr)
    tell_kept(staging)
    return tell_unwritten(engines)


if __name__ == "__main__":
    run(main)
