"""The one person on whom the built-in body is mapped onto the body atlas.

All people have the same mesh, so the position of a vertex in the atlas is computed once, on this person, by named
landmark vertices. A lip that moves or grows then takes its painted lip along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.poses import Stance, stance
from ml_core.geometry.body.rig import BONE_NAMES, HUMANOID, Bone, bones_of, dense_weights
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.humanoid.bone_names import parts_of_bones
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.geometry.humanoid.frames import TubeFrame

Array = NDArray[np.floating]
LANDMARKS: Mapping[str, tuple[int, ...]] = {"nose": (5054,), "mouth": (520, 540), "chin": (780, 5296)}
"""Named points of the face: vertices whose mean they are."""


@dataclass(frozen=True)
class Canvas:
    """The person in the T-pose, and the frames that map the skin onto the atlas."""

    person: Person
    stance: Stance
    fit: BodyFit


@cache
def canvas() -> Canvas:
    """The average person of the shipped figures; made once."""
    model = body_model()
    person = model.person(BodyTraits())
    rest = stance(model.data, person.rows, "t")
    return Canvas(person, rest, _fit(model.data, rest.rows, rest.bones))


def _fit(data: BodyData, rows: Array, bones: Sequence[Bone]) -> BodyFit:
    """The frames of a person at ``rows`` (R, 3), by joints and named landmarks."""
    vertices = rows[: data.vertex_count].astype(np.float64)
    joints: dict[str, Array] = {bone.name: np.asarray(bone.head) for bone in bones}
    joints |= {name: vertices[list(points)].mean(axis=0) for name, points in LANDMARKS.items()}
    skin = data.used("skin")
    return BodyFit.from_joints(joints, vertices[skin], part_weights(dense_weights(data))[skin])


def head_frame(person: Person) -> TubeFrame:
    """The frame of a person's head, in the stance that the person is sculpted in."""
    frame = _fit(person.data, person.rows, bones_of(person.data, person.rows)).frames["head"]
    assert isinstance(frame, TubeFrame)
    return frame


def part_weights(weights: Array) -> NDArray[np.float64]:
    """(V, len(PARTS)) weights of the parts of the atlas, from weights (V, 55) by bone."""
    parts = parts_of_bones(BONE_NAMES, {spec.name: spec.parent for spec in HUMANOID})
    result = np.zeros((len(weights), len(PARTS)))
    for column, name in enumerate(BONE_NAMES):
        part = parts[name]
        if part is not None:
            result[:, PARTS.index(part)] += weights[:, column]
    return result
