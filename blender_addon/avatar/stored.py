"""The traits and the seed of an avatar, stored as custom properties, which saving, copying, appending and linking keep.
Files of every version are read; older ones are migrated when they are opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.files import stored_json
from ml_core.geometry.body.people.described import with_body
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

from ..bridge.data.identity import ensure_identity, keep_in_overrides, put
from ..bridge.data.stored_values import stored_text, stored_whole, stores_text
from .anatomy.person import stored_body
from .body.earlier_body import body_of, face_of, has_sliders

TRAITS_KEY = "atelier_traits"
SEED_KEY = "atelier_seed"
VERSION_KEY = "atelier_version"
PHOTO_KEY = "atelier_from_photo"
VERSION = 2

_TRAITS = [field.name for field in dataclasses.fields(AvatarTraits)]


def store_traits(obj: bpy.types.Object, traits: AvatarTraits, seed: int | None = None) -> None:
    """Stores ``traits``, and ``seed`` if it is new, on the avatar ``obj``."""
    ensure_identity(obj)
    put(obj, TRAITS_KEY, traits.to_json())
    put(obj, VERSION_KEY, VERSION)
    if seed is not None:
        put(obj, SEED_KEY, int(seed))
    keep_in_overrides(obj, TRAITS_KEY, VERSION_KEY, SEED_KEY)


def stored_traits(obj: bpy.types.Object | None) -> tuple[AvatarTraits, int] | None:
    """The traits and the seed that ``obj``, or its armature, was made with; ``None`` for others.

    Never raises, since panels call it: values of older versions are migrated; invalid values from newer versions or
    from the Custom Properties panel are left out.
    """
    while obj is not None and not has_traits(obj):
        obj = obj.parent
    if obj is None:
        return None
    traits = _read(obj)
    body = stored_body(obj)
    if body is not None:
        traits = with_body(traits, body)
    elif has_sliders(obj):  # they may have been moved by hand since
        traits = traits.replace(face=face_of(obj), **body_of(obj, traits))
    return traits, stored_whole(obj, SEED_KEY, 0, 0, MAX_SEED)


def has_traits(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` itself is an avatar of ours: traits are stored on it."""
    return TRAITS_KEY in obj and stores_text(
        obj, TRAITS_KEY
    )  # the look-up alone takes a third of the time, and panels ask many times per draw


def mark_from_photo(obj: bpy.types.Object) -> None:
    """Marks the avatar ``obj`` as having a face read from a photo, for the metadata of its exports."""
    put(obj, PHOTO_KEY, True)
    keep_in_overrides(obj, PHOTO_KEY)


def is_from_photo(obj: bpy.types.Object) -> bool:
    """Whether the face of the avatar ``obj`` was read from a photo."""
    return bool(obj.get(PHOTO_KEY))


def is_outdated(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is an avatar that an older version made."""
    return has_traits(obj) and _version(obj) < VERSION


def bring_up_to_date(objects: Any) -> list[str]:
    """Migrates what older versions stored on ``objects``; linked ones stay as they are, and can still be read.

    Returns:
        the names of those that changed.
    """
    changed = []
    for obj in objects:
        if is_outdated(obj) and obj.library is None and obj.override_library is None:
            store_traits(obj, _read(obj))
            changed.append(obj.name)
    return changed


def _version(obj: bpy.types.Object) -> int:
    """The version of the stored data; 1 if it is missing: the first version stored none."""
    return stored_whole(obj, VERSION_KEY, 1, 1, 2**31 - 1)


def _read(obj: bpy.types.Object) -> AvatarTraits:
    values = stored_json(stored_text(obj, TRAITS_KEY), dict, {})
    for version in range(_version(obj), VERSION):
        values = _MIGRATIONS[version](values)
    return _sensible(values)


def _sensible(values: Mapping[str, Any]) -> AvatarTraits:
    """The traits among ``values`` whose value is allowed."""
    traits = AvatarTraits()
    for name in _TRAITS:
        try:
            traits = traits.replace(**{name: values.get(name)})
        except InputError:
            continue
    return traits


def _from_1(values: dict[str, Any]) -> dict[str, Any]:
    """Migrates version 1, which may predate separate hair: it is painted, and must not be chosen by the seed."""
    return {"hair_style": "painted"} | values


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}
"""From the version that is the key to the next one."""
