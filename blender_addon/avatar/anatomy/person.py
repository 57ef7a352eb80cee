"""The person behind an anatomical body: its traits, stored on the armature, and the figure built from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import stored_json
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.body.face.expressions import BLINKS, SHAPE_NAMES, closing, shape
from ml_core.geometry.body.model import Eye, Person, body_model
from ml_core.geometry.body.people.prior import neutral
from ml_core.geometry.body.poses import Stance, stance
from ml_core.geometry.body.traits import BodyTraits

from ...bridge.data.identity import keep_in_overrides, put
from ...bridge.data.stored_values import stored_text, stores_text

BODY_KEY = "atelier_person"
"""Custom property of an armature: the traits of its anatomical body as JSON, none left open."""
REST = "t"
"""The stance that skeletons rest in."""
PARTS = ("skin", "lashes", "teeth_upper", "teeth_lower", "tongue")
"""What the body's mesh is made of, each but the second row of teeth with a material of its own."""


@dataclass(frozen=True)
class Figure:
    """A person as sculpted, and in the rest pose of the skeleton, ``soles`` meters above the ground."""

    person: Person
    rest: Stance
    soles: float = 0.0

    @classmethod
    def of(cls, traits: BodyTraits) -> Figure:
        person = body_model().person(traits)
        return cls(person, stance(person.data, person.rows, REST))

    def on_soles(self, soles: float) -> Figure:
        """The same figure with the feet ``soles`` meters above the ground."""
        return Figure(self.person, self.rest.raised(soles - self.soles), soles)

    @property
    def vertices(self) -> NDArray[np.float32]:
        """(N, 3) vertices of the body's mesh at rest."""
        return self.rest.rows[mesh_vertices()]

    def eye(self, side: str) -> Eye:
        """The eyeball of ``"l"`` or ``"r"`` at rest."""
        data = self.person.data
        center = self.rest.rows[data.vertex_count + data.joints.index(f"{side}-eye")]
        return Eye(center, self.person.eye(side).radius)


@cache
def mesh_vertices() -> NDArray[np.int64]:
    """(N,) indices of the model's vertices in the body's mesh, in its order."""
    return body_model().data.used(*PARTS)


@cache
def expressions() -> dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Facial shape -> the vertices of the body's mesh that it moves, and by how much, for the average person."""
    rest, model, chosen = canvas().stance, body_model(), mesh_vertices()
    made = {}
    for name in SHAPE_NAMES:
        moves = shape(model, name, rest.moved)[chosen]
        touched = np.flatnonzero(moves.any(axis=1))
        made[name] = touched, moves[touched]
    return made


def expressions_of(person: Person) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """As :func:`expressions`, with lids that close over a given person's eyes."""
    share = np.float32(closing(body_model(), person.vertices))
    made = dict(expressions())
    for name in BLINKS:
        touched, moves = made[name]
        made[name] = touched, share * moves
    return made


def is_anatomical(obj: bpy.types.Object | None) -> bool:
    """Whether ``obj`` is the armature of an avatar with the anatomical body."""
    return obj is not None and obj.type == "ARMATURE" and stores_text(obj, BODY_KEY)


def stored_body(obj: bpy.types.Object | None) -> BodyTraits | None:
    """The traits of an anatomical body, with averages for invalid values; ``None`` for other objects."""
    return _read(stored_text(obj, BODY_KEY)) if obj is not None and is_anatomical(obj) else None


def store_body(obj: bpy.types.Object, traits: BodyTraits) -> None:
    """Stores the traits, which must all be set, on an armature."""
    put(obj, BODY_KEY, json.dumps(traits.to_dict(), separators=(",", ":")))
    keep_in_overrides(obj, BODY_KEY)


@lru_cache(maxsize=64)
def _read(text: str) -> BodyTraits:
    known = BodyTraits()
    for name, value in stored_json(text, dict, {}).items():
        try:
            known = BodyTraits.from_dict(known.to_dict() | {str(name): value})
        except InputError:
            continue
    return neutral(known)
