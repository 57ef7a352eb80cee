"""Keeps the body of an avatar and its stored traits consistent: new traits set its sliders, and only what took effect
is stored."""

from __future__ import annotations

import bpy

from ml_core.geometry.body.people.described import with_body
from ml_core.vocabulary.avatar.earlier_sliders import BODY_SLIDERS, FACE_SLIDERS, slider_values
from ml_core.vocabulary.traits import AvatarTraits

from ..anatomy.person import is_anatomical, stored_body
from ..own_data import own_avatar
from ..rig.control_rig import add_control_rig, control_rig_of
from ..stored import stored_traits
from ..wardrobe.objects import worn_garments
from .earlier_body import face_of, has_sliders, refit_armature, set_sliders, slider_values_of
from .hair import wears_hair
from .humanoid import SHAPE_KEY

_OF_THE_BODY = ("height", "build", "face")
"""Traits that no texture shows."""


def is_followed(obj: bpy.types.Object, trait: str) -> bool:
    """Whether a new value of ``trait`` changes anything on ``obj``: foreign meshes keep their body and hair."""
    if trait in ("age", "weight", "muscle"):
        return is_anatomical(obj)
    if trait == "height" and is_anatomical(obj):
        return True
    if trait in _OF_THE_BODY:
        return has_sliders(obj)
    return trait != "hair_style" or wears_hair(obj)


def move_body(
    context: bpy.types.Context, obj: bpy.types.Object, traits: AvatarTraits, whole_face: bool
) -> AvatarTraits:
    """Moves the sliders of an avatar of ours, and its skeleton with them; any other mesh stays as it is.

    Args:
        traits: presentation, height and build all set.
        whole_face: move also the sliders of the face that ``traits`` leave at 0; else those stay where they are.

    Returns:
        The traits in effect, to be stored: ``traits`` without those that ``obj`` does not follow.
    """
    body = stored_body(obj)
    if body is not None:
        return with_body(traits, body).replace(garments=tuple(worn_garments(obj)))
    if not has_sliders(obj):
        return _as_it_is(obj, traits)
    values = slider_values(traits)
    moved = [*BODY_SLIDERS, *(name for name in FACE_SLIDERS if whole_face or name in (traits.face or {}))]
    before = slider_values_of(obj)
    changes = {name: values[name] for name in moved if abs(values[name] - before[name]) > 1e-6}
    if changes:
        own_avatar(obj)
        set_sliders(obj, changes)
        fit_skeleton(context, obj)
    return traits.replace(face=face_of(obj) or None)


def fit_skeleton(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """Fits the bones to the body as moved by the sliders, and the controls of a control rig with them."""
    refit_armature(context, armature)
    if control_rig_of(armature) is not None:
        add_control_rig(context, armature)


def _as_it_is(obj: bpy.types.Object, traits: AvatarTraits) -> AvatarTraits:
    """The part of ``traits`` that a texture alone can realize."""
    before = stored_traits(obj)
    is_ours = any(SHAPE_KEY in child for child in obj.children_recursive)  # lofted by an earlier version
    body = before[0] if before is not None and is_ours else AvatarTraits()
    kept = {name: getattr(body, name) for name in _OF_THE_BODY}
    return traits.replace(**kept, hair_style=traits.hair_style if wears_hair(obj) else None)
