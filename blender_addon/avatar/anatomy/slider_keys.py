"""Sliders that work without the add-on: shape keys of body, eyes, garments and hair, driven by the armature.

With the add-on, its own sliders evaluate the exact body. For a file that is used without it, the main ones become keys
``atelier:<slider>``, linear around the current body; ``armature["slider_<name>"]`` (-1..1, initially 0) drives them all
by sums, which need no trusted file. Bones stay. Exports contain the visible shape.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.avatar.body_sliders import BY_NAME

from ...bridge.jobs.steps import InThread, Progress
from ..body.earlier_body import PREFIX, follow
from .person import Figure, stored_body
from .reshaping import Reading, Reshaping

KEYED = (
    "head_width", "head_length", "face_fat", "forehead", "nose_length", "nose_width", "mouth_width", "lip_fullness",
    "jaw_width", "chin_length", "cheekbones", "ear_size", "neck", "shoulders", "waist", "hips",
)  # fmt: skip
"""Those of the sliders that become keys: they hardly move joints."""
KEYED_TRAITS = {"weight": "Weight", "muscle": "Muscle", "presentation": "Presentation"}
"""Traits of the body that become keys, too, from one end to the other; the height stays."""


def slider_name(slider: str) -> str:
    """The armature's custom property of a slider that was converted to keys."""
    return f"slider_{slider}"


def adding_slider_keys(
    context: bpy.types.Context, armature: bpy.types.Object, hairs: Iterable[bpy.types.Object]
) -> Generator[Progress | InThread, Any, int]:
    """Gives an avatar its main sliders as shape keys, in place of existing ones; returns how many meshes have them.

    Raises:
        InputError: it has no anatomical body, or an edited or linked one.
    """
    read, body = Reading.of(armature, list(hairs)), stored_body(armature)
    if read is None or body is None:
        raise InputError("{name}: has no anatomical body, or its mesh was edited", name=armature.name)
    begun = yield InThread(read.beginning)
    session = Reshaping.at(read, begun)
    meshes = read.objects.values()
    for obj in meshes:
        remove_slider_keys(obj)
    sliders = (*KEYED_TRAITS, *(name for name in KEYED if name in BY_NAME))
    for number, slider in enumerate(sliders):
        yield Progress(number, len(sliders), "Adding shape keys")
        _add_property(armature, slider)
        ways = yield InThread(lambda slider=slider: _ways(body, slider, session.first))
        for way in ways:
            for _ in _adding_way(session, way, slider, armature):
                yield Progress(number, len(sliders), "Adding shape keys")
    context.view_layer.update()
    return len(meshes)


@dataclass(frozen=True)
class _Way:
    """A straight line from one person to another. A key moves its meshes along the fraction ``share`` of it as its
    value runs from ``least`` to ``most``."""

    key: str
    start: Figure
    end: Figure
    share: float
    least: float
    most: float


def _ways(body: BodyTraits, slider: str, first: Figure) -> list[_Way]:
    """One line through the body; for a trait, which may be near an end of its range, one toward each end."""
    if slider not in KEYED_TRAITS:
        low, high = (Figure.of(body.replace(sliders={**body.sliders, slider: value})) for value in (-1.0, 1.0))
        return [_Way(slider, low.on_soles(first.soles), high.on_soles(first.soles), 0.5, -1.0, 1.0)]
    least, most = (Figure.of(body.replace(**{slider: value})).on_soles(first.soles) for value in (0.0, 1.0))
    return [_Way(slider, first, most, 1.0, 0.0, 1.0), _Way(f"{slider}_less", least, first, 1.0, -1.0, 0.0)]


def _adding_way(session: Reshaping, way: _Way, slider: str, armature: bpy.types.Object) -> Iterator[None]:
    """Adds the keys of a line to all meshes that it moves, one mesh per step."""
    _add_key(session.body, way, way.end.vertices - way.start.vertices, slider, armature)
    yield
    read = session.read
    for side, uid in read.eyes.items():
        points = read.points[uid]
        rest, first, last = (figure.eye(side) for figure in (session.first, way.start, way.end))
        moved = [(points - rest.center) * (eye.radius / rest.radius) + eye.center for eye in (first, last)]
        _add_key(read.objects[uid], way, moved[1] - moved[0], slider, armature)
    count = way.start.person.data.vertex_count
    shift = way.end.rest.rows[:count] - way.start.rest.rows[:count]
    for uid, follows in session.begun.follows.items():
        _add_key(read.objects[uid], way, follows(shift), slider, armature)
        yield


def remove_slider_keys(obj: bpy.types.Object) -> None:
    """Removes the keys of :func:`adding_slider_keys` from a mesh."""
    keys = obj.data.shape_keys
    for name in [block.name for block in keys.key_blocks if block.name.startswith(PREFIX)] if keys is not None else []:
        obj.shape_key_remove(keys.key_blocks[name])


def _add_property(armature: bpy.types.Object, slider: str) -> None:
    name = slider_name(slider)
    armature[name] = 0.0
    limits = {"min": -1.0, "max": 1.0, "soft_min": -1.0, "soft_max": 1.0, "default": 0.0}
    label = KEYED_TRAITS.get(slider) or BY_NAME[slider].label
    armature.id_properties_ui(name).update(**limits, description=label)
    armature.property_overridable_library_set(f'["{name}"]', True)
    armature.update_tag()  # else a driver finds no such property, and is off until the file is loaded again


def _add_key(
    obj: bpy.types.Object, way: _Way, moves: NDArray[np.floating], slider: str, armature: bpy.types.Object
) -> None:
    """Adds a driven key; Blender clamps it to its range, so that each side of a trait has a key of its own."""
    if np.abs(moves).max(initial=0) < 1e-5:
        return
    if obj.data.shape_keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    rest = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.shape_keys.reference_key.data.foreach_get("co", rest)
    key = obj.shape_key_add(name=PREFIX + way.key, from_mix=False)
    key.slider_min, key.slider_max, key.value = way.least, way.most, 0.0
    key.data.foreach_set("co", rest + np.ascontiguousarray(way.share * moves, np.float32).ravel())
    follow(key, armature, slider_name(slider))
