"""Steps of a command that change avatars: their looks by comparison or by description, and what they wear."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.inference.language.model import Description
from ml_core.inference.language.understanding.people.changes import changed
from ml_core.vocabulary.avatar.outfits import garments_of
from ml_core.vocabulary.traits import AvatarTraits

from ..avatar.body.humanoid import armature_of
from ..avatar.dressing import dress_job, layered_cloths, take_off_job, wear_job
from ..avatar.generating import texture_job
from ..avatar.stored import has_traits, stored_traits
from ..avatar.surface.layer_settings import avatar_of, set_layers
from ..avatar.surface.layers import layers_of
from ..avatar.wardrobe.fitting import checked, completed
from ..avatar.wardrobe.objects import worn_garments
from ..bridge.models import loaded as models

_SIZE = 512
_SUIT = re.compile(r"\bsuits?\b|西装|西服|正装", re.IGNORECASE)
_OF_A_SUIT = ("blazer", "trousers")
_CLOTHES = ("top", "outer", "bottom", "shoes")
_TRIES = 100
"""Seeds within which some outfit for the office has a blazer and trousers."""


def avatars_among(context: bpy.types.Context, objects: Sequence[bpy.types.Object]) -> list[bpy.types.Object]:
    """The avatars that objects are, or belong to; without objects, the active one.

    Raises:
        InputError: there is none.
    """
    listed = list(objects) or [context.view_layer.objects.active]
    found = {avatar.session_uid: avatar for obj in listed if obj is not None and (avatar := avatar_of(obj)) is not None}
    if not found and not objects:
        scene = [obj for obj in context.scene.objects if has_traits(obj)]
        if len(scene) == 1:
            return scene
    if not found:
        raise InputError("Select an avatar that Atelier has made.")
    return list(found.values())


def acting_armatures(context: bpy.types.Context, objects: Sequence[bpy.types.Object]) -> list[bpy.types.Object]:
    """The armatures that objects are, or belong to: avatars of ours and other rigs; without objects, those that
    :func:`avatars_among` chooses.

    Raises:
        InputError: there is none.
    """
    found = {rig.session_uid: rig for obj in objects if (rig := _armature_above(obj)) is not None}
    if not found:
        return [rig for avatar in avatars_among(context, objects) if (rig := _armature_above(avatar)) is not None]
    return list(found.values())


def _armature_above(obj: bpy.types.Object) -> bpy.types.Object | None:
    if obj.type == "ARMATURE":
        return obj
    return armature_of(obj) if obj.type == "MESH" else None


def adjust(context: bpy.types.Context, avatar: bpy.types.Object, text: str) -> Generator[Any, Any, dict[str, Any]]:
    """Change an avatar by a description: comparisons are relative to its current traits, everything else replaces them.

    Raises:
        InputError: a word is not understood; then nothing is changed.
    """
    read = _read(text)
    traits, seed = stored_traits(avatar)
    said = read.traits.replace(garments=None)
    wanted = traits.replace(**{name: value for name, value in said.to_dict().items() if name != "face"})
    if said.face:
        wanted = wanted.replace(face={**(traits.face or {}), **said.face})
    wanted = changed(wanted, read.changes)
    if read.layers or read.without:
        kept = [layer for layer in layers_of(avatar) if layer.kind not in read.without]
        set_layers(
            avatar, [*(item for item in kept if item.kind not in {new.kind for new in read.layers}), *read.layers]
        )
    if wanted != traits or read.layers or read.without:
        yield from texture_job(context, avatar, "", wanted, seed, _SIZE)
    if read.traits.garments:
        yield from wear_job(context, avatar, _as_worn(avatar, read.traits.garments), _color(read))
    return {"object": avatar.name, "traits": wanted.to_dict(), "changes": [str(change) for change in read.changes]}


def _as_worn(avatar: bpy.types.Object, names: Sequence[str]) -> list[str]:
    """The worn garments that are meant: "her shirt" may be a polo shirt."""
    worn = worn_garments(avatar)
    found = []
    for name in names:
        alike = [item for item in worn if item.endswith(f"_{name}")]
        found.append(alike[0] if name not in worn and len(alike) == 1 else name)
    return found


def dress(
    context: bpy.types.Context, avatar: bpy.types.Object, text: str, instead: str = ""
) -> Generator[Any, Any, dict[str, Any]]:
    """Put on what a description names, or the clothes of an outfit or a job.

    Args:
        instead: words for garments that come off for it, where they are worn.
    """
    read = _read(text)
    names: Sequence[str] = read.traits.garments or ()
    if not names and read.traits.outfit is not None:
        traits, seed = stored_traits(avatar)
        presentation = traits.presentation if traits.presentation is not None else 0.5
        names = garments_of(read.traits.outfit, presentation, seed)
        yield from dress_job(context, avatar, names)
        return {"object": avatar.name, "garments": list(names)}
    if not names:
        raise InputError("{text!r}: names no garment of the wardrobe", text=text)
    if "blazer" in names and _SUIT.search(text):
        return (yield from _suit(context, avatar, names, read))
    worn = worn_garments(avatar)
    gone = {name for name in worn for new in names if name not in names and _excludes(new, name)}
    gone |= {*_meant(instead, list(worn))} - {*names} if instead else set()
    if not gone:
        yield from wear_job(context, avatar, names, _color(read))
    else:
        wanted = checked([*(name for name in worn if name not in gone), *names])
        cloths = layered_cloths(avatar, wanted, names, _color(read) or None, None)
        yield from dress_job(context, avatar, wanted, cloths)
    return {"object": avatar.name, "garments": list(names)}


def _excludes(new: str, other: str) -> bool:
    """Whether nobody wears both: two pairs of trousers or of shoes, two jackets of one layer."""
    kinds = {BY_NAME[new].kind, BY_NAME[other].kind}
    if "leggings" in (new, other) or "dress" in (new, other) or len(kinds) > 1:
        return False
    return kinds <= {"bottom", "shoes"} or (kinds <= {"top", "outer"} and BY_NAME[new].layer == BY_NAME[other].layer)


def _meant(text: str, worn: Sequence[str]) -> list[str]:
    """The worn garments that words name; 裙子 is a skirt or a dress."""
    names = [*(_read(text).traits.garments or ()), *(["dress"] if "裙" in text else [])]
    return [name for name in names if name in worn]


def _suit(
    context: bpy.types.Context, avatar: bpy.types.Object, names: Sequence[str], read: Description
) -> Generator[Any, Any, dict[str, Any]]:
    """A whole suit in place of other clothes: jacket and trousers of one color, with shirt and shoes; what is worn
    on the head or the face stays."""
    _, seed = stored_traits(avatar)
    outfit = next(
        garments
        for number in range(seed, seed + _TRIES)
        if set(_OF_A_SUIT) <= {*(garments := garments_of("business", 0.0, number))}
    )
    kept = [name for name in worn_garments(avatar) if BY_NAME[name].kind not in _CLOTHES]
    whole = checked([*kept, *completed(names, outfit)])
    color = _color(read) or None
    cloths = {name: (color, None) for name in whole if name in _OF_A_SUIT}
    yield from dress_job(context, avatar, whole, cloths)
    return {"object": avatar.name, "garments": list(whole)}


def undress(context: bpy.types.Context, avatar: bpy.types.Object, text: str) -> Generator[Any, Any, dict[str, Any]]:
    """Take off what a description names."""
    read = _read(text)
    names = list(read.traits.garments or ())
    worn = set(worn_garments(avatar))
    if not names:
        raise InputError("{text!r}: names no garment of the wardrobe", text=text)
    if "glasses" in names and "glasses" not in worn and "sunglasses" in worn:
        names[names.index("glasses")] = "sunglasses"
    yield from take_off_job(context, avatar, names)
    return {"object": avatar.name, "garments": names}


def _read(text: str) -> Description:
    read = models.language_model().read_description(text)
    if read.ignored:
        raise InputError(
            "{sentence}: not understood: {words}; nothing was done", sentence=repr(text), words=", ".join(read.ignored)
        )
    return read


def _color(read: Description) -> str:
    traits: AvatarTraits = read.traits
    return traits.top or traits.bottom or ""
