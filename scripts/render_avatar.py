"""Renders sheets of a generated avatar: a turntable, expressions, poses, what each slider does, and a row of people.

    python scripts/render_avatar.py --describe "a woman in a navy suit" --seed 7 --out sheets/
    python scripts/render_avatar.py --sheet sliders --tile 240 --out sheets/

Writes turntable.png, expressions.png, poses.png, sliders.png and lineup.png (or those asked for) into --out.
Cycles on the CPU, no window.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._cli import quiet, run

SHEETS = ("turntable", "expressions", "poses", "sliders", "lineup")
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
# fmt: off
BENDS: dict[str, dict[str, tuple[str, float]]] = {
    "T-pose": {},
    "A-pose": {"leftUpperArm": ("y", 45), "rightUpperArm": ("y", -45)},
    "elbows": {"leftUpperArm": ("y", 70), "rightUpperArm": ("y", -70), "leftLowerArm": ("z", -110),
               "rightLowerArm": ("z", 110)},
    "arms up": {"leftUpperArm": ("y", -65), "rightUpperArm": ("y", 65), "leftShoulder": ("y", -15),
                "rightShoulder": ("y", 15)},
    "knee": {"leftUpperLeg": ("x", -70), "leftLowerLeg": ("x", 90), "leftUpperArm": ("y", 65),
             "rightUpperArm": ("y", -65)},
    "sitting": {"leftUpperLeg": ("x", -88), "rightUpperLeg": ("x", -88), "leftLowerLeg": ("x", 88),
                "rightLowerLeg": ("x", 88), "leftUpperArm": ("y", 72), "rightUpperArm": ("y", -72)},
    "bow": {"spine": ("x", 25), "chest": ("x", 20), "upperChest": ("x", 15), "head": ("x", -15),
            "leftUpperArm": ("y", 60), "rightUpperArm": ("y", -60)},
    "fists": {"leftUpperArm": ("y", 55), "rightUpperArm": ("y", -55), "leftLowerArm": ("z", -70),
              "rightLowerArm": ("z", 70),
              **{f"{side}{finger}{joint}": ("y", 70 if side == "left" else -70) for side in ("left", "right")
                 for finger in ("Index", "Middle", "Ring", "Little")
                 for joint in ("Proximal", "Intermediate", "Distal")}},
}
# fmt: on
"""Turns of joints about the axes of the armature's space, in degrees; each takes its children along."""
CROWD = (
    ("a woman in a navy suit with a bob, brown skin", 7),
    ("a tall man in blue scrubs with short hair, dark skin", 12),
    ("a young woman in a yellow shirt and jeans with a ponytail, brown hair, light skin", 21),
    ("a heavy man in a green shirt with an afro", 4),
    ("a short woman doctor in a white coat with long black hair", 33),
    ("a soldier with a buzz cut", 9),
)
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
            if sheet == "lineup":
                picture = lineup(avatar, given.size, given.tile)
            else:
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
        elif sheet == "poses":
            tiles = poses(scene, avatar, shown, tile)
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


def poses(scene, avatar, shown: list, tile: int) -> list:
    """The body with each of :data:`BENDS`."""
    import math

    import numpy as np
    from mathutils import Matrix

    from blender_addon.avatar.poses import basis_rotation
    from scripts import _pictures

    tiles = []
    for name, turns in BENDS.items():
        for bone in avatar.pose.bones:
            bone.matrix_basis = Matrix.Identity(4)
        for joint, (axis, degrees) in turns.items():
            turn = np.array(Matrix.Rotation(math.radians(degrees), 3, axis.upper()))
            bone = avatar.pose.bones[joint]
            bone.matrix_basis = basis_rotation(bone.bone, turn).to_matrix().to_4x4()
        scene.view_layers[0].update()
        _pictures.frame(scene, evaluated_points(scene, shown), 28, 6, 1.0, 70)
        tiles.append((name, _pictures.render(scene, tile, tile, SAMPLES)))
    for bone in avatar.pose.bones:
        bone.matrix_basis = Matrix.Identity(4)
    return tiles


def evaluated_points(scene, shown: list):
    """(N, 3) vertices of all meshes in the world, as posed."""
    import numpy as np

    graph = scene.view_layers[0].depsgraph
    points = []
    for obj in shown:
        posed = obj.evaluated_get(graph)
        co = np.empty(3 * len(posed.data.vertices), np.float32)
        posed.data.vertices.foreach_get("co", co)
        matrix = np.array(posed.matrix_world)
        points.append(co.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])
    return np.concatenate(points)


def lineup(former, size: int, tile: int):
    """The people of :data:`CROWD` beside each other, two tiles high; ``former`` goes out of the picture."""
    import bpy

    from blender_addon.avatar.generating import generate_job
    from blender_addon.avatar.poses import set_pose
    from blender_addon.bridge.jobs import run_to_end
    from ml_core.vocabulary.traits import AvatarTraits
    from scripts import _pictures

    everyone = []
    for number, (words, seed) in enumerate(CROWD):
        report = run_to_end(generate_job(bpy.context, words, AvatarTraits(), seed, size, f"Person{number + 1}"))
        person = bpy.data.objects[report["object"]]
        set_pose(bpy.context, person, "relaxed")
        person.location.x = 0.72 * (number - (len(CROWD) - 1) / 2)
        person.rotation_euler.z = -0.10 * (number - (len(CROWD) - 1) / 2)
        everyone.append(person)
    shown = [one for person in everyone for one in person.children_recursive if one.type == "MESH"]
    with _pictures.studio(bpy.context, [*everyone, *shown]) as scene:
        scene.view_layers[0].update()
        width, height = round(4 * tile), round(1.9 * tile)
        _pictures.frame(scene, evaluated_points(scene, shown), 0, 3, width / height, 70)
        picture = _pictures.render(scene, width, height, SAMPLES)
        return _pictures.on_backdrop(picture).convert("RGB")


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
