"""People with the anatomical body: from traits to a figure in garments, both for new and for changed people."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bpy

from ml_core.geometry.body.people.described import changed_body, described_body
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS, garments_of
from ml_core.vocabulary.traits import AvatarTraits

from ..bridge.jobs.steps import InThread, Progress
from .anatomy.building import body_of, person_job
from .anatomy.person import Figure, stored_body
from .anatomy.reshaping import Reading, Reshaping, place_bones, soles_of
from .body.hair import hairs_of
from .rig.control_rig import adding_control_rig, control_rig_of
from .rig.extra_bones import refreshing_extra_bones
from .stored import stored_traits
from .surface.fabrics import first_wearing
from .wardrobe.fitting import Dressed, completed, decent, standing
from .wardrobe.headwear import tuck_hair
from .wardrobe.objects import putting_on, store_cloths, worn_garments

SAME_HEIGHT = 1e-3
"""Meters by which the soles of other shoes may differ before the whole person is raised."""


@dataclass(frozen=True)
class Appearance:
    """A figure and what it wears; ``cloths`` gives the material of single garments, as traits do."""

    figure: Figure
    clothes: Dressed
    cloths: Mapping[str, Mapping[str, str]] | None = None

    @classmethod
    def of(cls, requested: AvatarTraits, painted: AvatarTraits, seed: int) -> Appearance:
        """The appearance that traits describe; ``painted`` are those that the texture generator resolved."""
        figure = Figure.of(described_body(requested, painted, seed))
        names = decent(named_garments(requested, painted, seed), figure.person.traits)
        return cls(*standing(figure, names), _cloths(requested, painted))


def named_garments(requested: AvatarTraits, painted: AvatarTraits, seed: int) -> tuple[str, ...]:
    """The garments that traits ask for and those of their outfit that fit beside these, inner ones first.

    Raises:
        InputError: there is no such garment.
    """
    drawn_by = seed if painted.outfit_seed is None else painted.outfit_seed
    outfit = garments_of(painted.outfit or "casual", painted.presentation or 0.0, drawn_by)
    if requested.top and any(BY_NAME[name].kind == "top" for name in requested.garments or () if name in BY_NAME):
        # A white blouse that is asked for shows.
        outfit = tuple(name for name in outfit if BY_NAME[name].kind != "outer")
    return completed(requested.garments or (), outfit)


def _cloths(requested: AvatarTraits, painted: AvatarTraits) -> dict[str, Mapping[str, str]]:
    """The materials of single garments, by the traits or by their outfit.

    A fabric has its own color unless that of the garment, the top or the bottom is specified.
    """
    said = {**OUTFIT_KINDS[painted.outfit or "casual"].cloths, **(requested.cloths or {})}
    known: dict[str, Mapping[str, str]] = {}
    for name, cloth in said.items():
        piece = BY_NAME.get(name)
        trait = (
            {"top": requested.top, "outer": requested.top, "bottom": requested.bottom}.get(piece.kind)
            if piece
            else None
        )
        own = FABRIC_KINDS[cloth["fabric"]].color if "fabric" in cloth else ""
        known[name] = cloth if "color" in cloth or trait or not own else {**cloth, "color": own}
    return known


def add_person_job(
    context: bpy.types.Context, requested: AvatarTraits, painted: AvatarTraits, seed: int, name: str
) -> Generator[Progress | InThread, Any, bpy.types.Object]:
    """Adds a dressed person without textures at the world's origin, as a part of a job; returns the armature."""
    appearance = yield InThread(lambda: Appearance.of(requested, painted, seed))
    armature = yield from person_job(context, appearance.figure, name, painted.eye, painted.hair)
    yield Progress(0.5, 1, "Putting on the clothes")
    made = yield from putting_on(context, armature, appearance.clothes)
    store_cloths(armature, appearance.cloths)
    yield from first_wearing(made)
    return armature


def change_of(
    avatar: bpy.types.Object, requested: AvatarTraits, painted: AvatarTraits, seed: int
) -> Callable[[], Appearance] | None:
    """The appearance of an avatar with other traits, to be computed in any thread; ``None`` without an anatomical body.

    With its current seed, everything that is not specified stays.
    """
    body, stored = stored_body(avatar), stored_traits(avatar)
    if body is None or stored is None or body_of(avatar) is None:
        return None
    former, former_seed = stored
    worn = tuple(worn_garments(avatar))
    stays = seed == former_seed

    def made() -> Appearance:
        figure = Figure.of(changed_body(body, requested) if stays else described_body(requested, painted, seed))
        same = stays and (painted.outfit, painted.outfit_seed) == (former.outfit, former.outfit_seed)
        keeps_clothes = same and requested.garments in (None, former.garments, worn)
        names = worn if keeps_clothes else named_garments(requested, painted, seed)
        cloths = None if keeps_clothes and requested.cloths == former.cloths else _cloths(requested, painted)
        return Appearance(*standing(figure, decent(names, figure.person.traits)), cloths)

    return made


def wearing(
    context: bpy.types.Context, avatar: bpy.types.Object, appearance: Appearance, step: Progress
) -> Generator[Progress | InThread, Any, None]:
    """Dresses an avatar, whose body stays but for the height of its soles, in the clothes of ``appearance``.

    Args:
        step: progress to yield meanwhile.
    """
    body = body_of(avatar)
    if body is None:
        return
    higher = appearance.figure.soles - soles_of(body, appearance.figure.on_soles(0.0))
    if abs(higher) > SAME_HEIGHT and context.mode == "OBJECT":
        yield from reshaping(context, avatar, appearance, step)
        return
    made = yield from putting_on(context, avatar, appearance.clothes.raised(-higher))
    yield from _dressed(context, avatar, appearance, made, step)


def reshaping(
    context: bpy.types.Context, avatar: bpy.types.Object, appearance: Appearance, step: Progress
) -> Generator[Progress | InThread, Any, None]:
    """Changes an avatar to another figure in other clothes.

    Args:
        step: progress to yield meanwhile.
    """
    read = Reading.of(avatar, hairs_of(avatar))
    if read is None:
        return
    begun = yield InThread(read.beginning)
    session = Reshaping.at(read, begun)
    for _ in session.moving_to(appearance.figure):
        yield step
    place_bones(context, avatar, appearance.figure)
    yield step
    made = yield from session.settling(context, appearance.clothes)
    yield from _dressed(context, avatar, appearance, made, step)
    if control_rig_of(avatar) is not None:
        yield step
        yield from adding_control_rig(context, avatar)


def _dressed(
    context: bpy.types.Context,
    avatar: bpy.types.Object,
    appearance: Appearance,
    made: Sequence[bpy.types.Object],
    step: Progress,
) -> Generator[Progress | InThread, Any, None]:
    """Updates what depends on the garments of an avatar: materials of new ones, hair under hats, bones."""
    store_cloths(avatar, appearance.cloths)
    yield from first_wearing(made)
    yield step
    tuck_hair(avatar)
    yield step
    yield from refreshing_extra_bones(context, avatar)
