"""Sliders that work without the add-on: shape keys of body, eyes, garments and hair, driven by the armature.

While the add-on is there, its own sliders evaluate the exact body. For a file that leaves it, the main ones become keys
``atelier:<slider>``, in one straight line through the body as it stands; ``armature["slider_<name>"]`` (-1..1, 0 at
first) moves them all by sums, for which no file must be trusted. Bones stay. Exports bring the shape that shows.
"""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.vocabulary.body_sliders import BY_NAME

from ..body.earlier_body import PREFIX
from .person import Figure, stored_body
from .reshaping import Reshaping

KEYED = (
    "head_width", "head_length", "face_fat", "forehead", "nose_length", "nose_width", "mouth_width", "lip_fullness",
    "jaw_width", "chin_length", "cheekbones", "ear_size", "neck", "shoulders", "waist", "hips",
)  # fmt: skip
"""Those of the sliders that become keys: they hardly move joints."""


def slider_name(slider: str) -> str:
    """The armature's custom property of a slider that was made to keys."""
    return f"slider_{slider}"


def add_slider_keys(context: bpy.types.Context, armature: bpy.types.Object, hairs: Iterable[bpy.types.Object]) -> int:
    """Gives an avatar its main sliders as shape keys, in place of those that it had; how many meshes have them.

    Raises:
        InputError: it has no anatomical body, or one that was edited, or is linked.
    """
    session, body = Reshaping.of(armature, list(hairs)), stored_body(armature)
    if session is None or body is None:
        raise InputError("{name}: has no anatomical body, or its mesh was edited", name=armature.name)
    meshes = [session.body, *(ball for ball, _ in session.eyes.values()), *(one.obj for one in session.followers)]
    for obj in meshes:
        remove_slider_keys(obj)
    for slider in (name for name in KEYED if name in BY_NAME):
        ends = [Figure.of(body.replace(sliders={**body.sliders, slider: value})) for value in (-1.0, 1.0)]
        low, high = (end.on_soles(session.first.soles) for end in ends)
        _add_property(armature, slider)
        _add_key(session.body, slider, (high.vertices - low.vertices) / 2, armature)
        for side, (ball, points) in session.eyes.items():
            rest, first, last = (one.eye(side) for one in (session.first, low, high))
            moved = [(points - rest.center) * (end.radius / rest.radius) + end.center for end in (first, last)]
            _add_key(ball, slider, (moved[1] - moved[0]) / 2, armature)
        count = low.person.data.vertex_count
        shift = (high.rest.rows[:count] - low.rest.rows[:count]) / 2
        for follower in session.followers:
            _add_key(follower.obj, slider, follower.follows(shift), armature)
    context.view_layer.update()
    return len(meshes)


def remove_slider_keys(obj: bpy.types.Object) -> None:
    """Removes the keys of :func:`add_slider_keys` from a mesh."""
    keys = obj.data.shape_keys
    for name in [block.name for block in keys.key_blocks if block.name.startswith(PREFIX)] if keys is not None else []:
        obj.shape_key_remove(keys.key_blocks[name])


def _add_property(armature: bpy.types.Object, slider: str) -> None:
    name = slider_name(slider)
    armature[name] = 0.0
    limits = {"min": -1.0, "max": 1.0, "soft_min": -1.0, "soft_max": 1.0, "default": 0.0}
    armature.id_properties_ui(name).update(**limits, description=BY_NAME[slider].label)
    armature.property_overridable_library_set(f'["{name}"]', True)


def _add_key(obj: bpy.types.Object, slider: str, moves: NDArray[np.floating], armature: bpy.types.Object) -> None:
    if np.abs(moves).max(initial=0) < 1e-5:
        return
    if obj.data.shape_keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    rest = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.shape_keys.reference_key.data.foreach_get("co", rest)
    key = obj.shape_key_add(name=PREFIX + slider, from_mix=False)
    key.slider_min, key.slider_max, key.value = -1.0, 1.0, 0.0
    key.data.foreach_set("co", rest + np.ascontiguousarray(moves, np.float32).ravel())
    driver = key.driver_add("value").driver
    driver.type = "SUM"
    variable = driver.variables.new()
    variable.type = "SINGLE_PROP"
    variable.targets[0].id = armature
    variable.targets[0].data_path = f'["{slider_name(slider)}"]'
