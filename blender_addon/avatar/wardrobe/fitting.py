"""Fits garments to a figure, in arrays: may run in any thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.poses import stance_pose, transforms
from ml_core.geometry.body.rig import bones_of, moved_by
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.draping.poke_through import bent
from ml_core.geometry.garments.pieces import BY_NAME, Piece
from ml_core.geometry.garments.wardrobe import Garment, Wardrobe
from ml_core.inference.textures.dressing import Cloth

from ..anatomy.person import REST, Figure

PLAIN = ("t_shirt", "jeans")
"""What somebody under 18 wears where nothing else is said."""
_PLACES = {"top": {"trunk"}, "outer": {"over"}, "bottom": {"hips"}, "shoes": {"feet"}}
"""Kind of a garment -> where it is."""
_LONG = ("knee", "ankle", "sole")
"""Heights at which the hems of dresses are."""


@cache
def wardrobe() -> Wardrobe:
    """The garments of the shipped body, each cut once."""
    return Wardrobe(body_model().data)


@dataclass(frozen=True)
class Worn:
    """A garment on a figure at rest: ``points`` (V, 3) are those of ``garment``, in the skeleton's rest pose.

    ``seated`` are its displacements (V, 3) when the figure sits.
    """

    garment: Garment
    points: NDArray[np.floating]
    seated: NDArray[np.floating] | None = None

    @property
    def piece(self) -> Piece:
        return self.garment.piece


@dataclass(frozen=True)
class Dressed:
    """All garments on a figure, inner ones first, and the faces (F,) of its skin that they hide."""

    worn: tuple[Worn, ...]
    covered: NDArray[np.bool_]

    @property
    def lowest(self) -> float:
        """Meters above the ground of the lowest point, 0 where nothing is worn."""
        return min((float(garment.points[:, 2].min()) for garment in self.worn), default=0.0)

    def raised(self, height: float) -> Dressed:
        """The same garments, raised by a height in meters."""
        up = np.array([0, 0, height], np.float32)
        return replace(self, worn=tuple(replace(garment, points=garment.points + up) for garment in self.worn))


def dressed(figure: Figure, names: Sequence[str]) -> Dressed:
    """Fits garments to a figure.

    Raises:
        InputError: there is no such garment, or one is named twice.
    """
    garments = wardrobe().dressed(figure.person.rows, names)
    return Dressed(tuple(_at_rest(figure, garment) for garment in garments), wardrobe().covered(names))


def standing(figure: Figure, names: Sequence[str]) -> tuple[Figure, Dressed]:
    """A figure in garments, with the soles of its shoes, or its feet, on the ground.

    Raises:
        InputError: there is no such garment, or one is named twice.
    """
    clothes = dressed(figure, names)
    soles = max(figure.soles - clothes.lowest, 0.0)
    return figure.on_soles(soles), clothes.raised(soles - figure.soles)


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """``names`` of garments, inner ones first.

    Raises:
        InputError: there is no such garment.
    """
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise InputError(
            "garments: {unknown} not known; known are {known}", unknown=", ".join(unknown), known=", ".join(BY_NAME)
        )
    return tuple(sorted(dict.fromkeys(names), key=lambda name: BY_NAME[name].layer))


@cache
def on_canvas(name: str) -> Worn:
    """A garment on the person whose body matches the atlas, at rest: the source of its painted cloth.

    Its faces, UVs, cloths and how it follows the body are the same on every person.
    """
    reference = canvas()
    return dressed(Figure(reference.person, reference.stance), [name]).worn[0]


def painted_clothes(names: Sequence[str]) -> dict[str, Cloth]:
    """Garment -> which of the painted clothes it shows; only the outermost above and below the waist."""
    shown: dict[Cloth, Piece] = {}
    for name in names:
        piece = BY_NAME[name]
        cloth: Cloth | None = {"top": "top", "outer": "top", "bottom": "bottom"}.get(piece.kind)  # type: ignore[assignment]
        if cloth is not None and (cloth not in shown or shown[cloth].layer < piece.layer):
            shown[cloth] = piece
    return {piece.name: cloth for cloth, piece in shown.items()}


def covers(names: Sequence[str]) -> bool:
    """Whether garments cover both trunk and hips."""
    return {"trunk", "hips"} <= _places(names)


def completed(names: Sequence[str], outfit: Sequence[str]) -> tuple[str, ...]:
    """``names``, and the garments of an outfit for the parts that these leave uncovered; inner ones first.

    What an outfit has over its top, such as a coat or a tie, is included only with that top.

    Raises:
        InputError: there is no such garment.
    """
    taken = _places(checked(names))
    added = [name for name in outfit if name not in names and not _places([name]) & taken]
    tops = {name for name in outfit if "trunk" in _places([name])}
    if not tops <= {*names, *added}:
        added = [name for name in added if _places([name]) & {"trunk", "hips", "feet"}]
    return checked([*names, *added])


def decent(names: Sequence[str], body: BodyTraits) -> tuple[str, ...]:
    """``names``, with plain clothes added where a person under 18 would not be dressed."""
    return checked(names) if body.is_adult or covers(names) else completed(names, PLAIN)


def _places(names: Sequence[str]) -> set[str]:
    """The parts that garments occupy: trunk, hips and feet, or over others; a dress occupies trunk and hips."""
    places: set[str] = set()
    for name in names:
        piece = BY_NAME[name]
        places |= _PLACES.get(piece.kind, set())
        if piece.kind == "top" and piece.cut.hem is not None and piece.cut.hem.at in _LONG:
            places.add("hips")
    return places


def _at_rest(figure: Figure, garment: Garment) -> Worn:
    person = figure.person
    bones = bones_of(person.data, person.rows)
    pose = stance_pose(bones, REST)
    hips = bones[0]  # stays where it is in every stance, up to the move onto the ground
    points = bent(garment, bones, pose) + (figure.rest.bone[hips.name].head - hips.head)
    if garment.seated is None:
        return Worn(garment, points)
    turns = moved_by(garment.weights, [bone.name for bone in bones], transforms(bones, pose))[:, :3, :3]
    return Worn(garment, points, np.einsum("nij,nj->ni", turns, garment.seated))
