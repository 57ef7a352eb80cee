"""The sheets that render_avatar.py draws: tiles of an avatar, or of several, from Cycles."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np

from scripts.lib.rendering import pictures as _pictures
from scripts.lib.rendering.closeups import closeups

SHEETS = ("turntable", "portraits", "expressions", "poses", "sliders", "closeups", "hair", "walk", "lineup", "meshes")
"""In the order in which they are drawn: later ones change the hair, add clips, and open other files."""
EXPRESSIONS = {
    "neutral": {},
    "blink": {"eyeBlinkLeft": 1, "eyeBlinkRight": 1},
    "smile": {"mouthSmileLeft": 1, "mouthSmileRight": 1, "cheekSquintLeft": 0.5, "cheekSquintRight": 0.5},
    "laugh": {"mouthSmileLeft": 1, "mouthSmileRight": 1, "mouthUpperUpLeft": 0.6, "mouthUpperUpRight": 0.6,
              "jawOpen": 0.4, "eyeSquintLeft": 0.7, "eyeSquintRight": 0.7},
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
PLEASANT = {"mouthSmileLeft": 0.22, "mouthSmileRight": 0.22, "cheekSquintLeft": 0.18, "cheekSquintRight": 0.18,
            "browInnerUp": 0.08}  # fmt: skip
"""What somebody does who has a picture taken."""
_TURNED = 0.8
"""Share of the way to the camera that eyes turn: the rest a head would, and eyes in their corners look frightened."""
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
    ("a girl of 8 in a pink dress, brown skin, long black hair", 3),
    ("an elderly man of 72 in a tweed blazer with glasses, grey hair", 5),
    ("a nurse in blue scrubs, dark skin, black hair in a bun", 11),
    ("a very heavy man in a grey hoodie and shorts, curly hair", 4),
    ("a woman in a navy blazer and grey trousers, blond bob", 7),
    ("a male soldier with a buzz cut, olive field jacket", 8),
)
ON_MESHES = (
    ("a man in a navy suit", 3),
    ("a woman in blue scrubs, dark skin", 9),
    ("a man in a yellow shirt and jeans", 4),
    ("a man in a green jacket and black trousers", 12),
)
"""What meshes of others wear on their sheet, and the seed."""
SAMPLES = 12


def draw_sheet(avatar, sheet: str, size: int, tile: int, meshes: list[Path]):
    """The Pillow image of one of :data:`SHEETS`; ``size``: texture resolution, ``tile``: pixels per picture."""
    import bpy

    if sheet == "lineup":
        return lineup(size, tile)
    if sheet == "portraits":
        return together(portraits(size, tile), 3)
    if sheet == "meshes":
        return together(on_meshes(meshes, size, tile), min(4, len(meshes)))
    if sheet == "hair":
        return together(hair_styles(avatar, tile), 8)
    shown = meshes_of(avatar)
    if sheet == "closeups":
        return together(closeups(avatar, shown, tile, 2 * SAMPLES), 3)
    with _pictures.studio(bpy.context, [avatar, *shown]) as scene:
        if sheet == "turntable":
            return together(turntable(scene, shown, tile), 4)
        if sheet == "expressions":
            return together(expressions(scene, avatar, tile), 4)
        if sheet == "poses":
            return together(poses(scene, avatar, shown, tile), 4)
        if sheet == "walk":
            return together(walk(scene, avatar, shown, tile), 8)
        return together(sliders(scene, avatar, tile), 6)


def meshes_of(avatar) -> list:
    return [child for child in (avatar, *avatar.children_recursive) if child.type == "MESH"]


def turntable(scene, shown: list, tile: int) -> list:
    """The whole body from eight sides."""
    points = _pictures.corners(shown)
    tiles = []
    for yaw in range(0, 360, 45):
        _pictures.frame(scene, points, yaw, 4, 1.0, 70)
        tiles.append((f"{yaw}°", _pictures.render(scene, tile, tile, SAMPLES)))
    return tiles


def expressions(scene, avatar, tile: int) -> list:
    """The head with each of :data:`EXPRESSIONS`."""
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

    from mathutils import Matrix

    from blender_addon.avatar.rig.poses import basis_rotation

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
    graph = scene.view_layers[0].depsgraph
    points = []
    for obj in shown:
        posed = obj.evaluated_get(graph)
        co = np.empty(3 * len(posed.data.vertices), np.float32)
        posed.data.vertices.foreach_get("co", co)
        matrix = np.array(posed.matrix_world)
        points.append(co.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3])
    return np.concatenate(points)


def walk(scene, avatar, shown: list, tile: int) -> list:
    """One step of the walking clip, and the pose it stands idle in."""
    import bpy

    from blender_addon.avatar.rig.clips import add_clips

    with bpy.context.temp_override(scene=scene):
        add_clips(bpy.context, avatar)
    tracks = {track.name: track for track in avatar.animation_data.nla_tracks}
    tiles = []
    for name, count in (("Idle", 1), ("Walk", 7)):
        for track in tracks.values():
            track.mute = track.name != name
        first, last = tracks[name].strips[0].action_frame_start, tracks[name].strips[0].action_frame_end
        for number in range(count):
            frame = round(first + (last - first) * number / count)
            scene.frame_set(frame)
            _pictures.frame(scene, evaluated_points(scene, shown), 60, 4, 1.0, 70)
            tiles.append((f"{name} {frame}", _pictures.render(scene, tile, tile, SAMPLES)))
    return tiles


def hair_styles(avatar, tile: int) -> list:
    """The head with every style of strands, from the front or, if all hair is in the back, from behind."""
    import bpy

    from blender_addon.avatar.generating import hair_job
    from blender_addon.avatar.rig.poses import set_pose
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES

    set_pose(bpy.context, avatar, "relaxed")
    tiles = []
    for number, style in enumerate(style for style in HAIR_STYLES.values() if style.has_strands):
        color = ("#3a261a", "#a8793f", "#141010", "#8a3b1c")[number % 4]
        run_to_end(hair_job(bpy.context, avatar, style.id, color, 3))  # brows and scalp take its color, too
        with _pictures.studio(bpy.context, [avatar, *meshes_of(avatar)]) as scene:
            frame_head(scene, avatar, 25 if style.id not in _FROM_BEHIND else 215, 0.25)
            tiles.append((style.title, _pictures.render(scene, tile, tile, SAMPLES)))
    return tiles


_FROM_BEHIND = {"bun", "low_bun", "low_ponytail", "braid", "high_ponytail"}


def portraits(size: int, tile: int) -> list:
    """The heads of the people of :data:`CROWD`."""
    import bpy

    from blender_addon.avatar.generating import generate_job
    from blender_addon.avatar.rig.poses import set_pose
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core.vocabulary.traits import AvatarTraits

    tiles = []
    for words, seed in CROWD:
        # All in one place: each is drawn alone.
        here = (0.0, 0.0, 0.0)
        job = generate_job(bpy.context, words, AvatarTraits(), seed, size, "Person", location=here)
        report = run_to_end(job)
        person = bpy.data.objects[report["object"]]
        set_pose(bpy.context, person, "relaxed")
        with _pictures.studio(bpy.context, [person, *meshes_of(person)]) as scene:
            frame_head(scene, person, 20)
            pose_for_picture(scene, person)
            tiles.append(("", _pictures.render(scene, tile, tile, 4 * SAMPLES)))
    return tiles


def on_meshes(meshes: list[Path], size: int, tile: int) -> list:
    """Textures on humanoids of any kind, each the largest of its file."""
    import bpy

    from blender_addon.avatar.generating import texture_job
    from blender_addon.avatar.rig.poses import set_pose
    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core.errors import InputError
    from ml_core.vocabulary.traits import AvatarTraits
    from scripts.generate_avatar import humanoid_in

    tiles = []
    for path, (words, seed) in zip(meshes, ON_MESHES * len(meshes), strict=False):
        open_scene(path)
        target = humanoid_in(bpy.context, "", path)
        run_to_end(texture_job(bpy.context, target, words, AvatarTraits(), seed, size))
        top = target.find_armature() or target
        if top.type == "ARMATURE":
            with suppress(InputError):  # no bones of arms: as it stands
                set_pose(bpy.context, top, "a")
        shown = [obj for obj in meshes_of(top) if obj.visible_get()]
        with _pictures.studio(bpy.context, [top, *shown] if top not in shown else shown) as scene:
            points = evaluated_points(scene, shown)
            room = points.max(axis=0)
            room[2] += 0.14 * np.ptp(points[:, 2])  # for the name
            _pictures.frame(scene, np.vstack([points, room]), 18, 4, 1.0, 70)
            tiles.append((path.stem, _pictures.render(scene, tile, tile, 2 * SAMPLES)))
    return tiles


def lineup(size: int, tile: int):
    """The people of :data:`CROWD` beside each other, two tiles high."""
    import bpy

    from blender_addon.avatar.generating import generate_job
    from blender_addon.avatar.rig.poses import set_pose
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core.vocabulary.traits import AvatarTraits

    everyone = []
    for number, (words, seed) in enumerate(CROWD):
        job = generate_job(bpy.context, words, AvatarTraits(), seed, size, f"Person{number + 1}")
        report = run_to_end(job)
        person = bpy.data.objects[report["object"]]
        set_pose(bpy.context, person, "relaxed")
        person.location = (0.72 * (number - (len(CROWD) - 1) / 2), 0, 0)
        person.rotation_euler.z = -0.10 * (number - (len(CROWD) - 1) / 2)
        everyone.append(person)
    shown = [child for person in everyone for child in person.children_recursive if child.type == "MESH"]
    with _pictures.studio(bpy.context, [*everyone, *shown]) as scene:
        scene.view_layers[0].update()
        width, height = round(4 * tile), round(1.9 * tile)
        _pictures.frame(scene, evaluated_points(scene, shown), 0, 3, width / height, 70)
        for person in everyone:
            pose_for_picture(scene, person)
        picture = _pictures.render(scene, width, height, SAMPLES)
        return picture


def sliders(scene, avatar, tile: int) -> list:
    """The head with each face slider at either end."""
    from blender_addon.avatar.live.shaping import slider_property
    from ml_core.vocabulary.avatar.body_sliders import BY_NAME, FACE_SLIDERS

    frame_head(scene, avatar, 30)
    settings, tiles = avatar.atelier_body, []
    for slider in FACE_SLIDERS:
        before = getattr(settings, slider_property(slider))
        for value, sign in ((-1.0, "−"), (1.0, "+")):
            setattr(settings, slider_property(slider), value)
            scene.view_layers[0].update()
            tiles.append((f"{BY_NAME[slider].label} {sign}", _pictures.render(scene, tile, tile, SAMPLES)))
        setattr(settings, slider_property(slider), before)
    return tiles


def frame_head(scene, avatar, yaw: float, above: float = 0.2) -> None:
    """Points the camera at the head, with room for hair as far ``above`` its joint, in meters."""

    head = np.array(avatar.data.bones["head"].head_local)
    corners = np.array([[x, y, z] for x in (-0.11, 0.11) for y in (-0.13, 0.12) for z in (-0.09, above)])
    world = np.array(avatar.matrix_world)
    _pictures.frame(scene, (head + corners) @ world[:3, :3].T + world[:3, 3], yaw, 3, 1.0, 90)


def pose_for_picture(scene, avatar) -> None:
    """Gives a person a pleasant expression and a gaze into the camera."""
    world = np.array(avatar.matrix_world)
    eyes = [np.array(avatar.pose.bones[name].head) for name in ("leftEye", "rightEye")]
    camera = np.array(scene.camera.matrix_world)[:3, 3] - world[:3, 3]
    toward = np.linalg.solve(world[:3, :3], camera) - np.mean(eyes, axis=0)
    keys = body_of(avatar).data.shape_keys.key_blocks
    for name, value in {**PLEASANT, **gaze(toward)}.items():
        keys[name].value = value


def gaze(toward) -> dict[str, float]:
    """Values of the look shapes that turn eyes, which look along -Y, most of the way to a direction (3,)."""
    from ml_core.geometry.body.face.expressions import EYE_TURNS

    aside = _TURNED * np.degrees(np.arctan2(toward[0], -toward[1]))
    up = _TURNED * np.degrees(np.arctan2(toward[2], np.hypot(toward[0], toward[1])))
    ways = {"left": ("Out", "In"), "right": ("In", "Out")}
    values = {}
    for side, (left, right) in ways.items():
        for way, degrees in ((left if aside > 0 else right, abs(aside)), ("Up" if up > 0 else "Down", abs(up))):
            name = f"eyeLook{way}{side.capitalize()}"
            values[name] = float(min(degrees / abs(EYE_TURNS[name][2]), 1.0))
    return values


def body_of(avatar):
    """The body mesh of a generated avatar."""
    return next(child for child in avatar.children if "atelier_shape" in child)


def together(tiles: list, columns: int):
    """One image of named pictures in rows."""
    from PIL import Image

    side = tiles[0][1].width
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (side + 8) + 8, rows * (side + 8) + 8), _pictures.PAPER)
    for number, (name, picture) in enumerate(tiles):
        at = (8 + number % columns * (side + 8), 8 + number // columns * (side + 8))
        _pictures.card(sheet, picture, at, name, max(12, side // 18))
    return sheet
