"""Facial shapes of one person: ARKit's 52 and the visemes, for skin, lashes, teeth, tongue and eyeballs alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.model import BodyModel
from ml_core.geometry.motion.posing import turn
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES, VISEMES

Array = NDArray[np.floating]
SHAPE_NAMES: tuple[str, ...] = (*ARKIT_SHAPES, *VISEMES)
EYE_TURNS: dict[str, tuple[str, tuple[float, float, float], float]] = {
    f"eyeLook{way}{side.capitalize()}": (side, axis, degrees)
    for side, mirror in (("left", 1.0), ("right", -1.0))
    for way, axis, degrees in (
        ("Up", (1.0, 0.0, 0.0), -13.0),
        ("Down", (1.0, 0.0, 0.0), 18.0),
        ("In", (0.0, 0.0, 1.0), -25.0 * mirror),
        ("Out", (0.0, 0.0, 1.0), 25.0 * mirror),
    )
}
"""Shape -> the eye that it turns, the axis through its center and by how many degrees at 1.

The face units turn MakeHuman's own eye meshes so far that their edges move 2.8, 4.2, 5.8 and 5.6 mm.
"""
REACH: dict[str, float] = {"mouthSmileLeft": 0.75, "mouthSmileRight": 0.75}
"""Shape -> the share of its face unit that it goes at 1. Skin beside the mouth moved 18.7 mm in a smile, further than
that of people, and the cheek was folded."""
BLINKS = ("eyeBlinkLeft", "eyeBlinkRight")
LIDS = ((6785, 6828), (6784, 6825))
"""Vertices at the rims of the upper and the lower lid of the left eye, in the middle and beside it."""
_LAP = 0.0010
"""Meters by which the upper lid comes to lie over the lower one. Its face unit goes as far on any eye, 2 to 8 mm over
the lower lid of most people, so that the closed rim was a wave on the cheek."""
_CLOSING = (0.5, 1.15)
"""Least and greatest share of its face unit that an eye closes by."""
LEAST = 2e-5
"""Meters; smaller displacements are left out of shape keys."""


def shape(model: BodyModel, name: str, moved: Array | None = None) -> NDArray[np.float32]:
    """(V, 3) displacement of a shape of :data:`SHAPE_NAMES` at 1, in meters.

    Args:
        moved: (V, 4, 4) what took each vertex from the sculpted stance to the rest that the shape is for, such as
            :attr:`ml_core.geometry.body.poses.Stance.moved`.

    Raises:
        KeyError: there is no such shape.
    """
    return composed(model, {name: 1.0} if name in ARKIT_SHAPES else VISEMES[name], moved)


def composed(model: BodyModel, values: Mapping[str, float], moved: Array | None = None) -> NDArray[np.float32]:
    """(V, 3) displacement of several of ARKit's shapes at once, meters."""
    unknown = sorted(set(values) - set(ARKIT_SHAPES))
    if unknown:
        raise KeyError(unknown[0])
    units = {f"face/{name}": value * REACH.get(name, 1.0) for name, value in values.items()}
    rows = model.sum_of(units)[: model.data.vertex_count]
    if moved is not None:
        touched = np.flatnonzero(rows.any(axis=1))
        rows[touched] = np.einsum("nij,nj->ni", moved[touched, :3, :3], rows[touched])
    rows[np.abs(rows).max(axis=1) < LEAST] = 0
    return np.asarray(rows, np.float32)


def closing(model: BodyModel, points: Array) -> float:
    """The share of :data:`BLINKS` at 1 that closes the eyes of a person whose vertices are ``points`` (V, 3)."""
    moves = composed(model, {BLINKS[0]: 1.0})[:, 2]
    shares = [(points[upper, 2] - points[lower, 2] + _LAP) / (moves[lower] - moves[upper]) for upper, lower in LIDS]
    return float(np.clip(np.mean(shares), *_CLOSING))


def turned_eyeball(points: Array, center: Array, side: str, values: Mapping[str, float]) -> Array:
    """(N, 3) the points of an eyeball of a side (``"left"``) about its center (3,), with the look shapes at values."""
    rotation = np.eye(3)
    for name, value in values.items():
        if name in EYE_TURNS and EYE_TURNS[name][0] == side:
            _, axis, degrees = EYE_TURNS[name]
            rotation = turn(np.array(axis), degrees * value) @ rotation
    return np.asarray((points - center) @ rotation.T + center)
