"""Sets a scene up for Blender's VR Scene Inspection add-on: meters, and landmarks at avatars and cameras."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import addon_utils
import bpy
from mathutils import Vector

from ml_core.errors import InputError

from ..avatar.stored import has_traits
from ..bridge.data.stored_values import stored_flag
from .editing.things import box_of

ADD_ON = "viewport_vr_preview"
OWN_KEY = "atelier_landmark"
"""On the landmarks that are ours; the artist's stay."""
_EYES = 0.93
"""Height of the eyes, as a share of a person's."""
_VIEWER = 1.6
"""Meters from the floor to the eyes of the viewer, and from the viewer to the avatar that is looked at."""
_MOST = 60
_CLIP_START, _CLIP_END = 0.05, 500.0


@dataclass(frozen=True)
class Landmark:
    """A place to stand: the eyes at ``place`` (world units), looking along +Y rotated by ``angle`` radians about Z;
    ``camera`` is the camera that it follows, if any."""

    name: str
    place: tuple[float, ...] = (0.0, 0.0, 0.0)
    angle: float = 0.0
    camera: bpy.types.Object | None = None


def set_up_vr(context: bpy.types.Context) -> dict[str, Any]:
    """Set landmarks and the VR session's settings; our own earlier landmarks are replaced.

    Returns:
        ``landmarks`` (names), ``kept_landmarks`` (the artist's), ``scale`` (world units per meter), ``enabled_add_on``
        (whether the add-on had to be enabled).

    Raises:
        InputError: this Blender has no VR, or the add-on is missing.
    """
    scene = context.scene
    settings = getattr(context.window_manager, "xr_session_settings", None)
    if settings is None or not bpy.app.build_options.xr_openxr:
        raise InputError("This Blender was built without VR; use a build from blender.org.")
    is_new = not hasattr(bpy.types.Scene, "vr_landmarks")
    if is_new and addon_utils.enable(ADD_ON, default_set=True) is None:
        raise InputError("The add-on VR Scene Inspection is missing; install it from Blender's extensions.")
    meter = 1.0 / (scene.unit_settings.scale_length or 1.0)
    for index in reversed(range(len(scene.vr_landmarks))):
        item = scene.vr_landmarks[index]
        if stored_flag(item, OWN_KEY) or _is_untouched(item):
            scene.vr_landmarks.remove(index)
    kept = [item.name for item in scene.vr_landmarks]
    made = list(landmarks(context, meter))[:_MOST]
    for landmark in made:
        item = scene.vr_landmarks.add()
        item[OWN_KEY] = True
        item.name = landmark.name
        if landmark.camera is not None:
            item.type = "OBJECT"
            item.base_pose_object = landmark.camera
        else:
            item.type = "CUSTOM"
            item.base_pose_location = landmark.place
            item.base_pose_angle = landmark.angle
        item.base_scale = meter
    # Setting the active one copies it into the session's settings.
    scene.vr_landmarks_selected = scene.vr_landmarks_active = len(kept)
    settings.base_scale = meter
    settings.clip_start, settings.clip_end = _CLIP_START * meter, _CLIP_END * meter
    settings.show_floor = False
    settings.use_absolute_tracking = False  # the eyes are where the landmark is
    return {
        "landmarks": [landmark.name for landmark in made],
        "kept_landmarks": kept,
        "scale": meter,
        "enabled_add_on": is_new,
    }


def landmarks(context: bpy.types.Context, meter: float = 1.0) -> Iterator[Landmark]:
    """The viewpoints: in front of and in the eyes of every avatar, at every camera, and, without either, in front of
    the scene.

    Args:
        meter: world units per meter.
    """
    shown = [obj for obj in context.view_layer.objects if obj.visible_get()]
    avatars = [obj for obj in shown if obj.type == "ARMATURE" and has_traits(obj)]
    cameras = [obj for obj in context.scene.objects if obj.type == "CAMERA"]
    for avatar in avatars:
        box = box_of([item for item in avatar.children_recursive if item.visible_get()])
        if box is None:
            continue
        front = avatar.matrix_world.to_3x3() @ Vector((0, -1, 0))
        front.z = 0.0
        front = front.normalized() if front.length > 1e-6 else Vector((0, -1, 0))
        eyes = avatar.matrix_world.translation.xy.to_3d()
        eyes.z = box.low.z + _EYES * box.size.z
        yield Landmark(f"Before {avatar.name}", (eyes + front * _VIEWER * meter).to_tuple(), _angle(-front))
        yield Landmark(f"Eyes of {avatar.name}", (eyes + front * 0.1 * meter).to_tuple(), _angle(front))
    for camera in cameras:
        yield Landmark(f"Camera {camera.name}", camera=camera)
    if not avatars and not cameras:
        box = box_of(obj for obj in shown if obj.type != "ARMATURE")
        middle = box.center if box is not None else Vector((0, 0, 0))
        low = box.low if box is not None else Vector((0, 0, 0))
        yield Landmark("Before the Scene", (middle.x, low.y - meter, low.z + _VIEWER * meter))


def _is_untouched(landmark: bpy.types.PropertyGroup) -> bool:
    """Whether it is the landmark that the add-on creates automatically in a file without any."""
    return landmark.type == "SCENE_CAMERA" and landmark.name in ("", "Landmark") and landmark.base_scale == 1.0


def _angle(way: Vector) -> float:
    """The rotation about Z that points +Y along ``way``."""
    return math.atan2(-way.x, way.y)
