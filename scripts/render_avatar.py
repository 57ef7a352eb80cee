"""Renders sheets of a generated avatar: a turntable, expressions, and what each slider does.

    python scripts/render_avatar.py --describe "a woman in a navy suit" --seed 7 --out sheets/
    python scripts/render_avatar.py --sheet sliders --tile 240 --out sheets/

Writes turntable.png, expressions.png and sliders.png (or those asked for) into --out. Cycles on the CPU, no window.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._cli import quiet, run

SHEETS = ("turntable", "expressions", "sliders")
EXPRESSIONS = {
    "neutral": {},
    "blink": {"eyeBlinkLeft": 1, "eyeBlinkRight": 1},
    "smile": {"mouthSmileLeft": 1, "mouthSmileRight": 1, "cheekSquintLeft": 0.5, "cheekSquintRight": 0.5},
    "laugh": {"mouthSmileLeft": 1, "mouthSmileRight": 1, "jawOpen": 0.5, "eyeSquintLeft": 0.7, "eyeSquintRight": 0.7},
    "jawOpen": {"jawOpen": 1},
    "surprise": {"jawOpen": 0.6, "browInnerUp": 1, "browOuterUpLeft": 1, "browOuterUpRight": 1, "eyeWideLeft": 1,
                 "eyeWideRight": 1},
    "anger": {"browDownLeft": 1, "browDownRight": 1, "noseSneerLeft": 1, "noseSneerRight": 1, "mouthPressLeft": 1,
              "mouthPressRight": 1},
    "sadness": {"browInnerUp": 1, "mouthFrownLeft": 1, "mouthFrownRight": 1, "eyeLookDownLeft": 0.5,
                "eyeLookDownRight": 0.5},
    "pucker": {"mouthPucker": 1},
    "funnel": {"mouthFunnel": 1, "jawOpen": 0.2},
    "wink": {"eyeBlinkLeft": 1, "mouthSmileLeft": 1, "cheekSquintLeft": 1},
    "tongueOut": {"tongueOut": 1, "jawOpen": 0.6},
}  # fmt: skip
SAMPLES = 12


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="render_avatar.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--describe", default="", metavar="SENTENCE", help="English or Chinese")
    options.add_argument("--traits", default="", metavar="JSON", help="chosen traits; they win over the sentence")
    options.add_argument("--seed", type=int, default=0, help="draws everything that is not chosen (%(default)s)")
    options.add_argument("--size", type=int, default=1024, choices=(256, 512, 1024), help="texture size (%(default)s)")
    options.add_argument(
        "--sheet", action="append", choices=SHEETS, default=[], help="may be given again; default: all"
    )
    options.add_argument("--tile", type=int, default=320, help="pixels a side of one picture (%(default)s)")
    options.add_argument("--out", type=Path, required=True, help="folder to write")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.avatar.generating import generate_job
    from blender_addon.bridge.jobs import run_to_end
    from ml_core.errors import InputError
    from ml_core.vocabulary.traits import AvatarTraits
    from scripts._cli import atomic_path

    given = parser().parse_args(arguments)
    if not 64 <= given.tile <= 2048:
        raise InputError(f"--tile {given.tile}: give a number from 64 to 2048")
    traits = AvatarTraits.from_json(given.traits) if given.traits else AvatarTraits()
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        report = run_to_end(generate_job(bpy.context, given.describe, traits, given.seed, given.size, "Avatar"))
    avatar = bpy.data.objects[report["object"]]
    for sheet in given.sheet or SHEETS:
        with quiet():
            picture = draw_sheet(avatar, sheet, given.tile)
        with atomic_path(given.out / f"{sheet}.png") as path:
            picture.save(path, format="PNG")
        print(given.out / f"{sheet}.png")
    return 0


def draw_sheet(avatar, sheet: str, tile: int):
    """The Pillow image of one sheet."""
    import bpy

    from scripts import _pictures

    shown = [one for one in (avatar, *avatar.children_recursive) if one.type == "MESH"]
    with _pictures.studio(bpy.context, [avatar, *shown]) as scene:
        if sheet == "turntable":
            tiles = turntable(scene, shown, tile)
        elif sheet == "expressions":
            tiles = expressions(scene, avatar, tile)
        else:
            tiles = sliders(scene, avatar, tile)
        return together(tiles, 4 if sheet != "sliders" else 6)


def turntable(scene, shown: list, tile: int) -> list:
    """The whole body from eight sides."""
    from scripts import _pictures

    points = _pictures.corners(shown)
    tiles = []
    for yaw in range(0, 360, 45):
        _pictures.frame(scene, points, yaw, 4, 1.0, 70)
        tiles.append((f"{yaw}°", _pictures.render(scene, tile, tile, SAMPLES)))
    return tiles


def expressions(scene, avatar, tile: int) -> list:
    """The head with each of :data:`EXPRESSIONS`."""
    from scripts import _pictures

    keys = body_of(avatar).data.shape_keys.key_blocks
    frame_head(scene, avatar, 12)
    tiles = []
    for name, values in EXPRESSIONS.items():
        for key, value in values.items():
            keys[key].value = value
        tiles.append((name, _pictures.render(scene, tile, tile, SAMPLES)))
        for key in values:
            keys[key].value = 0.0
    return tiles


def sliders(scene, avatar, tile: int) -> list:
    """The head with each face slider at either end."""
    from blender_addon.avatar.shape_keys import FACE_NAMES, set_sliders, slider_values_of
    from scripts import _pictures

    frame_head(scene, avatar, 30)
    before = slider_values_of(avatar)
    tiles = []
    for slider, name in FACE_NAMES.items():
        for value, sign in ((-1.0, "−"), (1.0, "+")):
            set_sliders(avatar, {slider: value})
            scene.view_layers[0].update()
            tiles.append((f"{name} {sign}", _pictures.render(scene, tile, tile, SAMPLES)))
        set_sliders(avatar, {slider: before[slider]})
    return tiles


def frame_head(scene, avatar, yaw: float) -> None:
    """Points the camera at the head."""
    import numpy as np

    from scripts import _pictures

    head = np.array(avatar.data.bones["head"].head_local)
    corners = np.array([[x, y, z] for x in (-0.11, 0.11) for y in (-0.13, 0.12) for z in (-0.09, 0.2)])
    _pictures.frame(scene, (head + corners) @ np.array(avatar.matrix_world)[:3, :3].T, yaw, 3, 1.0, 90)


def body_of(avatar):
    """The body mesh of a generated avatar."""
    return next(one for one in avatar.children if "atelier_shape" in one)


def together(tiles: list, columns: int):
    """One image of named pictures in rows."""
    from PIL import Image

    from scripts import _pictures

    side = tiles[0][1].width
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (side + 8) + 8, rows * (side + 8) + 8), _pictures.PAPER)
    for number, (name, picture) in enumerate(tiles):
        at = (8 + number % columns * (side + 8), 8 + number // columns * (side + 8))
        _pictures.card(sheet, _pictures.on_backdrop(picture), at, name, max(12, side // 18))
    return sheet


if __name__ == "__main__":
    run(main)
