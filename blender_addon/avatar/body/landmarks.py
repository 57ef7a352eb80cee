"""Landmarks as empties that the artist moves by hand: joints, and points of the face."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.humanoid.bone_names import completed_joints
from ml_core.geometry.humanoid.fit import FACE, HEAD_T, REQUIRED_JOINTS, BodyFit
from ml_core.geometry.humanoid.frames import TubeFrame

from ...bridge.data.stored_values import stored_text
from .humanoid import LANDMARK_KEY, is_landmark
from .targets import Body, find_targets

SHOWN_JOINTS = (*REQUIRED_JOINTS, "leftEye", "rightEye")


@dataclass(frozen=True)
class Landmark:
    """A joint or a point of the face by name, and its position in the world."""

    name: str
    place: NDArray[np.float64]


def landmarks_of(obj: bpy.types.Object) -> list[Landmark]:
    """The landmarks of a body as currently fitted.

    Raises:
        InputError: ``obj`` has no humanoid mesh.
    """
    found = find_targets(obj)
    body = next((item for item in found.bodies if (item.skin.part_weights[:, 0] > 0.5).any()), found.bodies[0])
    joints = completed_joints(body.skin.joints)
    places = {name: joints[name] for name in SHOWN_JOINTS if name in joints} | _face_points(body)
    world = body.skin.to_world
    return [Landmark(name, world[:3, :3] @ place + world[:3, 3]) for name, place in places.items()]


def _face_points(body: Body) -> dict[str, NDArray[np.float64]]:
    """Nose, mouth and chin on the skin, at their heights in the fit."""
    frame = body.fit.frames["head"]
    assert isinstance(frame, TubeFrame)
    to, at = np.array(sorted((to, at) for at, to in frame.knots)).T
    head = body.skin.vertices[body.skin.part_weights[:, 0] > 0.5]
    size = float(np.ptp(head[:, 2])) if len(head) else 1.0
    places = {}
    for name in FACE:
        place = np.array([frame.origin[0], frame.origin[1], frame.origin[2] + np.interp(HEAD_T[name], to, at)])
        near = head[(np.abs(head[:, 2] - place[2]) < 0.05 * size) & (np.abs(head[:, 0] - place[0]) < 0.08 * size)]
        if len(near):
            place[1] = near[:, 1].min()
        places[name] = place
    return places


def add_landmarks(context: bpy.types.Context, obj: bpy.types.Object) -> list[bpy.types.Object]:
    """An empty for each landmark of ``obj``, parented to it; existing ones stay where they are."""
    there = {stored_text(child, LANDMARK_KEY) for child in obj.children if is_landmark(child)}
    wanted = [item for item in landmarks_of(obj) if item.name not in there]
    if not wanted:
        raise InputError("{name}: has all its landmarks already; move them, then press Fit Again", name=obj.name)
    size = max(obj.dimensions) if max(obj.dimensions) > 0 else 1.0
    inverse = obj.matrix_world.inverted()
    made = []
    for landmark in wanted:
        empty = bpy.data.objects.new(f"LM_{landmark.name}", None)
        empty[LANDMARK_KEY] = landmark.name
        empty.empty_display_type = "SPHERE"
        empty.empty_display_size = (0.004 if landmark.name in (*FACE, "leftEye", "rightEye") else 0.012) * size
        empty.show_in_front = empty.show_name = True
        empty.parent = obj
        context.collection.objects.link(empty)
        empty.matrix_parent_inverse = inverse
        empty.location = landmark.place.tolist()
        made.append(empty)
    context.view_layer.update()
    return made


def has_landmarks(obj: bpy.types.Object | None) -> bool:
    """Whether landmarks are parented to ``obj``."""
    return obj is not None and any(is_landmark(child) for child in obj.children)


def fit_facts(fit: BodyFit) -> dict[str, float]:
    """Heights of the face in the fit, for reports and tests: share of the head frame's knots by name."""
    frame = fit.frames["head"]
    assert isinstance(frame, TubeFrame)
    names = {t: name for name, t in HEAD_T.items()}
    return {names[t]: float(frame.origin[2] + s) for s, t in frame.knots if t in names}
