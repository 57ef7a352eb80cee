"""Avatars for the tests of exports: the built-in one with shape keys and clips, and as other tools leave it."""

from __future__ import annotations

from math import cos, radians, sin

import bpy
import numpy as np
from mathutils import Matrix

from blender_addon.avatar.generating import generate_job
from blender_addon.bridge.jobs.steps import run_to_end
from ml_core import AvatarTraits
from tests.blender_addon.made_once import made_once

ARKIT = {"jawOpen": (0, 0, -0.02), "eyeBlinkLeft": (0, 0, -0.01), "mouthSmileLeft": (0.01, 0, 0)}
SLIDER = "atelier:test_wide"


def generated() -> bpy.types.Object:
    """The built-in avatar, textured at 256 px, 1.8 m tall."""

    def make() -> bpy.types.Object:
        about = run_to_end(generate_job(bpy.context, "", AvatarTraits(height=1.8), 7, 256, "Avatar"))
        return bpy.data.objects[about["object"]]

    return made_once("generated", make)


def plain() -> bpy.types.Object:
    """:func:`generated` in simple clothes, without hair and shape keys, for tests of none of these: exported in a
    fraction of the time."""

    def make() -> bpy.types.Object:
        traits = AvatarTraits(height=1.8, hair_style="none", garments=("t_shirt", "jeans", "shoes"))
        about = run_to_end(generate_job(bpy.context, "", traits, 7, 256, "Avatar"))
        armature = bpy.data.objects[about["object"]]
        for obj in armature.children_recursive:
            if obj.type == "MESH" and obj.data.shape_keys is not None:
                obj.shape_key_clear()
        return armature

    return made_once("plain", make)


def body_of(armature: bpy.types.Object) -> bpy.types.Object:
    """The avatar's largest mesh."""
    return max((o for o in armature.children if o.type == "MESH"), key=lambda o: len(o.data.vertices))


def add_keys(body: bpy.types.Object) -> None:
    """Keys of ARKit's names where the body has none, and a body slider, all of them switched on."""
    if body.data.shape_keys is None:
        body.shape_key_add(name="Basis")
    blocks = body.data.shape_keys.key_blocks
    points = np.empty(len(body.data.vertices) * 3, np.float32)
    blocks[0].data.foreach_get("co", points)
    points = points.reshape(-1, 3)
    face = points[:, 2] > points[:, 2].max() * 0.9
    for name, offset in (*ARKIT.items(), (SLIDER, (0, 0.1, 0))):
        if name not in blocks:
            moved = points.copy()
            moved[(face if name in ARKIT else points[:, 2] > 1.0)] += offset
            body.shape_key_add(name=name, from_mix=False).data.foreach_set("co", moved.ravel())
        blocks[name].value = 0.5


def add_clip(armature: bpy.types.Object, name: str, bone: str, start: float, frames: int, way: float = 0.0) -> None:
    """An NLA strip on a muted track of its own: the bone turns there and back; the object goes ``way`` meters to -Y."""
    action = bpy.data.actions.new(name)
    slot = action.slots.new("OBJECT", armature.name)
    bag = action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    path = f'pose.bones["{bone}"].rotation_quaternion'
    armature.pose.bones[bone].rotation_mode = "QUATERNION"
    turned = (cos(radians(20)), sin(radians(20)), 0, 0)
    for index, values in enumerate(zip((1, 0, 0, 0), turned, (1, 0, 0, 0), strict=True)):
        curve = bag.fcurves.new(path, index=index)
        for frame, value in zip((1, 1 + frames / 2, 1 + frames), values, strict=True):
            curve.keyframe_points.insert(frame, value)
    if way:
        curve = bag.fcurves.new("location", index=1)
        for frame, value in ((1, 0.0), (1 + frames, -way)):
            curve.keyframe_points.insert(frame, value).interpolation = "LINEAR"
    track = armature.animation_data_create().nla_tracks.new()
    track.name = name
    strip = track.strips.new(name, round(start), action)
    strip.action_slot = slot
    track.mute = True


def lay_down(armature: bpy.types.Object) -> None:
    """The same avatar in centimeters, on its back, below an object that is turned and small: as FBX files come in."""
    move_data(armature, Matrix.Scale(100, 4) @ Matrix.Rotation(radians(-90), 4, "X"))
    armature.matrix_world = Matrix.Rotation(radians(90), 4, "X") @ Matrix.Scale(0.01, 4)
    bpy.context.view_layer.update()


def move_data(armature: bpy.types.Object, matrix: Matrix) -> None:
    """Moves skeleton and skin in the armature's own space."""
    armature.data.transform(matrix)
    for child in armature.children:
        child.data.transform(matrix, shape_keys=True)
    armature.update_tag()
    bpy.context.view_layer.update()


def lower_arms(armature: bpy.types.Object, degrees: float) -> None:
    """Poses a T-pose as an A-pose."""
    for side, sign in (("left", 1), ("right", -1)):
        bone = armature.pose.bones[f"{side}UpperArm"]
        pivot = Matrix.Translation(bone.head)
        bone.matrix = pivot @ Matrix.Rotation(radians(sign * degrees), 4, "Y") @ pivot.inverted() @ bone.matrix
        bpy.context.view_layer.update()
