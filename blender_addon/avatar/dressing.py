"""Puts garments on an avatar and takes them off: from names to fitted objects in their colors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import bpy

from ml_core.color import is_hex
from ml_core.errors import InputError
from ml_core.geometry.body.traits import ADULT, BodyTraits
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.inference.textures.layers import layers_to_json
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.traits import AvatarTraits, unknown_fabric

from ..bridge.data.history import record
from ..bridge.data.single_user import ensure_editable
from ..bridge.jobs.steps import InThread, Job, Progress, unbroken
from .anatomy.building import body_of
from .anatomy.person import Figure, stored_body
from .body.targets import find_targets_job
from .generating import generate_job, repaint_job
from .live import editing as live
from .own_data import make_own
from .people import Appearance, wearing
from .stored import store_traits, stored_traits
from .surface.fabrics import first_wearing, wearing_fabric
from .surface.layers import LayerStack, layers_of
from .surface.paint_sources import Fabric, takes_paint
from .surface.texturing import image_size
from .wardrobe.fitting import Dressed, checked, covers, painted_clothes, standing
from .wardrobe.headwear import tuck_hair
from .wardrobe.objects import garment_info, set_garment_info, worn_garments
from .wardrobe.own_bodies import OwnBody

_STEP = Progress(0.5, 1, "Putting on the clothes")


def wear_job(
    context: bpy.types.Context, armature: bpy.types.Object, names: Sequence[str], color: str = "", fabric: str = ""
) -> Job:
    """Puts garments on an avatar, over what it wears.

    Args:
        color: sRGB hex of the dye; empty for that of the traits, of the fabric, or their own.
        fabric: one of :data:`ml_core.vocabulary.avatar.fabrics.FABRIC_KINDS`; empty for the garments' own.

    Raises:
        InputError: there is no such garment or fabric, or ``color`` is invalid.
    """
    if color and not is_hex(color):
        raise InputError("color: {color!r} is not a color; write it as '#rrggbb'", color=color)
    if fabric and fabric not in FABRIC_KINDS:
        raise unknown_fabric(fabric)
    wanted = checked([*worn_garments(armature), *names])
    color = color.lower() or (FABRIC_KINDS[fabric].color if fabric else "")
    return dress_job(context, armature, wanted, layered_cloths(armature, wanted, names, color or None, fabric or None))


def layered_cloths(
    armature: bpy.types.Object, wanted: Sequence[str], new: Sequence[str], color: str | None, fabric: str | None
) -> dict[str, tuple[str | None, str | None]]:
    """The color and the fabric of garments that are put on, and of those worn that they go over. The avatar's traits
    color what is outermost; a gray shirt stays gray under a jacket, which then has its own color if nobody says one.
    """
    worn, stored = worn_garments(armature), stored_traits(armature)
    infos = {name: info for name, obj in worn.items() if (info := garment_info(obj)) is not None}
    before, after = painted_clothes(list(worn)), painted_clothes(wanted)
    covered = {
        name: (dyed, infos[name].fabric)
        for name, cloth in before.items()
        if name not in after and name in wanted and name in infos and infos[name].color is None and stored is not None
        and (dyed := getattr(stored[0], cloth)) is not None
    }  # fmt: skip
    parts = {before[name] for name in covered}
    own = {name: BY_NAME[name].color for name in new if after.get(name) in parts and fabric is None}
    return covered | {name: (color or own.get(name), fabric) for name in new}


def take_off_job(context: bpy.types.Context, armature: bpy.types.Object, names: Sequence[str]) -> Job:
    """Takes garments off an avatar; the skin under them comes back.

    Raises:
        InputError: it does not wear one of them, or is under 18 and would no longer be dressed.
    """
    worn = list(worn_garments(armature))
    missing = [name for name in names if name not in worn]
    if missing:
        raise InputError(
            "{name}: does not wear {missing}; it wears {worn}",
            name=armature.name,
            missing=", ".join(missing),
            worn=", ".join(worn) or "nothing",
        )
    return dress_job(context, armature, [name for name in worn if name not in names])


def dress_job(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    names: Sequence[str],
    cloths: Mapping[str, tuple[str | None, str | None]] | None = None,
) -> Job:
    """Dresses an avatar in these garments and no others; ``cloths`` are the color and the fabric of some of them.

    Raises:
        InputError: it cannot wear garments, or it is under 18 and would not be dressed; then nothing is changed.
    """
    ensure_editable(armature)
    body, own = stored_body(armature), None
    if body is None or body_of(armature) is None:
        own = OwnBody.of(armature)
        if own is None:
            raise InputError(
                "{name} has neither the anatomical body nor MakeHuman's mesh, on which garments go.",
                name=armature.name,
            )
    else:
        check_dressed(armature.name, body, names)
    yield _STEP
    if own is not None:
        clothes = yield InThread(lambda: own.dressed(names))
        yield _STEP
        return (yield from unbroken(_foreign_dressed(context, armature, own, clothes, cloths or {})))
    appearance = yield InThread(lambda: Appearance(*standing(Figure.of(body), names)))
    yield _STEP
    return (yield from unbroken(_dressed(context, armature, appearance, cloths or {})))


def _foreign_dressed(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    own: OwnBody,
    clothes: Dressed,
    cloths: Mapping[str, tuple[str | None, str | None]],
) -> Job:
    """Puts clothes on a body of the artist's."""
    made = own.put_on(context, clothes)
    yield _STEP
    yield from first_wearing(made)
    tuck_hair(armature)
    _note(armature, cloths)
    yield _STEP
    yield from first_wearing(worn_garments(armature).values())
    return {"object": armature.name, "garments": list(worn_garments(armature))}


def _dressed(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    appearance: Appearance,
    cloths: Mapping[str, tuple[str | None, str | None]],
) -> Job:
    """Puts clothes on an avatar with the anatomical body, and paints them."""
    yield from wearing(context, armature, appearance, _STEP)
    stored = _note(armature, cloths)
    yield _STEP
    found = yield from find_targets_job(armature, _STEP)
    yield _STEP
    if stored is not None and any(takes_paint(garment.paint, LayerStack.of(armature)) for garment in found.garments):
        yield from repaint_job(context, armature)
    elif stored is not None:
        make_own([garment.obj for garment in found.garments])
        for garment in found.garments:
            assert isinstance(garment.paint, Fabric)
            yield _STEP
            yield from wearing_fabric(garment.obj, garment.paint.dye(stored))
    return {"object": armature.name, "garments": list(worn_garments(armature))}


def _note(armature: bpy.types.Object, cloths: Mapping[str, tuple[str | None, str | None]]) -> AvatarTraits | None:
    """Stores on an avatar and its garments what it wears now; returns its traits, ``None`` for a foreign one."""
    for name, (color, fabric) in cloths.items():
        obj = worn_garments(armature)[name]
        info = garment_info(obj)
        if info is not None:
            set_garment_info(obj, replace(info, color=color, fabric=fabric))
    live.garments_changed(armature)
    stored = stored_traits(armature)
    if stored is None:
        return None
    store_traits(armature, stored[0].replace(garments=tuple(worn_garments(armature))))
    record(armature, "dressed")
    return stored[0]


def check_dressed(name: str, body: BodyTraits, garments: Sequence[str]) -> None:
    """People under 18 always stay dressed.

    Raises:
        InputError: the garments leave the trunk or the hips bare.
    """
    if not body.is_adult and not covers(garments):
        raise InputError(
            "{name} is under {adult} and is always dressed; put on another top or bottom before this one comes off",
            name=name,
            adult=ADULT,
        )


def new_body_job(context: bpy.types.Context, avatar: bpy.types.Object) -> Job:
    """Adds an avatar with the anatomical body and the traits, the seed, the size and the layers of ``avatar``.

    Raises:
        InputError: it is not an avatar of ours.
    """
    stored = stored_traits(avatar)
    if stored is None:
        raise InputError("{name}: is not an Atelier avatar; choose one that was made here", name=avatar.name)
    traits, seed = stored
    layers = layers_of(avatar)
    return generate_job(
        context,
        "",
        traits,
        seed,
        image_size(avatar),
        avatar.name,
        layers_to_json(layers) if layers else "",
    )
