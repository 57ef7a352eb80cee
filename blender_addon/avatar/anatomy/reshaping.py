"""An anatomical avatar brought to other traits: body, eyes, garments, hair and bones move together.

A :class:`Reshaping` is read once and then moves everything in milliseconds, as often as a slider asks: what is worn
goes with the skin next to it. Once the slider rests, garments are draped anew and every shape key follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.helpers import nearest_of

from ...bridge.data.single_user import ensure_editable, make_single_user
from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.state.edit_mode import edited_bones
from ..own_data import own_mesh
from ..rig.twist import lay_twist_bones, twist_bones
from ..wardrobe.fitting import Dressed, on_canvas
from ..wardrobe.objects import put_on, worn_garments
from .building import body_of, eyes_of
from .meshes import move_points, reset_shapes
from .person import Figure, expressions, store_body, stored_body

_AROUND = 0.05
"""Meters around a mesh within which the skin lies that it goes with."""


@dataclass(frozen=True)
class _Follower:
    """A mesh that goes with the body: its points (V, 3) at first, and how each goes with the body's vertices."""

    obj: bpy.types.Object
    points: NDArray[np.floating]
    follows: Callable[[NDArray[np.floating]], NDArray[np.floating]]


@dataclass(frozen=True)
class Reshaping:
    """An avatar as it was when its traits began to change."""

    armature: bpy.types.Object
    body: bpy.types.Object
    first: Figure
    eyes: dict[str, tuple[bpy.types.Object, NDArray[np.floating]]]
    followers: tuple[_Follower, ...]

    @classmethod
    def of(cls, armature: bpy.types.Object, hairs: Sequence[bpy.types.Object]) -> Reshaping | None:
        """``None`` for an avatar without an anatomical body, or whose body was edited since it was made.

        Args:
            hairs: what grows on it, and goes with the skin next to it.

        Raises:
            InputError: it is linked from another file.
        """
        traits, body = stored_body(armature), body_of(armature)
        if traits is None or body is None:
            return None
        first = Figure.of(traits)
        first = first.on_soles(soles_of(body, first))
        eyes = {side: (ball, positions(mesh_data(ball))) for side, ball in eyes_of(armature).items()}
        garments = worn_garments(armature)
        worn = [*garments.values(), *hairs]
        for obj in (armature, body, *(ball for ball, _ in eyes.values()), *worn):
            ensure_editable(obj)
        for obj in (body, *(ball for ball, _ in eyes.values()), *worn):
            own_mesh(obj)
        followers = []
        for name, obj in garments.items():
            points, cut = positions(mesh_data(obj)), on_canvas(name).garment
            if len(points) == len(cut.points):
                followers.append(_Follower(obj, points, cut.follows))
            else:  # edited since
                followers.append(_next_to_skin(obj, first))
        followers += [_next_to_skin(hair, first) for hair in hairs]
        return cls(armature, body, first, eyes, tuple(followers))

    def move(self, traits: BodyTraits) -> Figure:
        """Moves all but the bones to ``traits``, which are remembered on the avatar; its shoes stay as high."""
        return self.move_to(Figure.of(traits).on_soles(self.first.soles))

    def move_to(self, figure: Figure) -> Figure:
        """Moves all but the bones to a figure, whose traits are remembered on the avatar."""
        store_body(self.armature, figure.person.traits)
        move_points(mesh_data(self.body), figure.vertices, later=expressions())
        for side, (ball, points) in self.eyes.items():
            before, now = self.first.eye(side), figure.eye(side)
            scaled = (points - before.center) * (now.radius / before.radius) + now.center
            move_points(mesh_data(ball), scaled)
        count = figure.person.data.vertex_count
        shift = figure.rest.rows[:count] - self.first.rest.rows[:count]
        for follower in self.followers:
            move_points(mesh_data(follower.obj), follower.points + follower.follows(shift))
        return figure

    def settle(self, context: bpy.types.Context, figure: Figure, clothes: Dressed) -> list[bpy.types.Object]:
        """Update what waits until the slider rests: all shape keys, and garments as they fall on the figure.

        Returns:
            garments that are new, and have no material yet.
        """
        reset_shapes(mesh_data(self.body), expressions())
        return put_on(context, self.armature, clothes)


def soles_of(body: bpy.types.Object, figure: Figure) -> float:
    """Height of the body above the ground in meters, given by the soles of its shoes; edited bodies keep it."""
    height = float(np.median(positions(mesh_data(body))[:, 2] - figure.vertices[:, 2]))
    return max(round(height, 5), 0.0)


def _next_to_skin(obj: bpy.types.Object, figure: Figure) -> _Follower:
    """A mesh each of whose vertices goes with the skin's vertex next to it."""
    skin, points = figure.person.data.used("skin"), positions(mesh_data(obj))
    places = figure.rest.rows[skin]
    near = ((places > points.min(axis=0) - _AROUND) & (places < points.max(axis=0) + _AROUND)).all(axis=1)
    if near.any():
        skin = skin[near]
    nearest = skin[nearest_of(points, figure.rest.rows[skin])]
    return _Follower(obj, points, lambda shift: shift[nearest])


def place_bones(context: bpy.types.Context, armature: bpy.types.Object, figure: Figure) -> bool:
    """Moves the bones' rest to the joints of a figure.

    Returns:
        Whether it could: the armature has to be in the view layer, and Blender in Object Mode.
    """
    layer = context.view_layer
    if context.mode != "OBJECT" or armature not in layer.objects.values():
        return False
    make_single_user(armature)
    former, hidden, twists = layer.objects.active, armature.hide_get(), twist_bones(armature)
    armature.hide_set(False)
    try:
        with edited_bones(layer, armature) as edited:
            for bone in figure.rest.bones:
                if bone.name in edited:
                    edited_bone = edited[bone.name]
                    roll = edited_bone.roll
                    edited_bone.head, edited_bone.tail, edited_bone.roll = bone.head.tolist(), bone.tail.tolist(), roll
            lay_twist_bones(edited, twists)
    finally:
        armature.hide_set(hidden)
        layer.objects.active = former
    return True
