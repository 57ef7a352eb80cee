"""Turns words, traits and a seed into an avatar in the scene, or into a new texture for an existing one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import bpy
from mathutils import Vector

from ml_core.errors import InputError
from ml_core.inference.language.model import Description
from ml_core.inference.language.understanding.people.changes import changed
from ml_core.inference.textures.edits import dressed_as
from ml_core.inference.textures.layers import layers_from_json
from ml_core.vocabulary.avatar.hair.hair_styles import DEFAULT_HAIR_STYLE, HAIR_STYLES
from ml_core.vocabulary.traits import AvatarTraits

from ..bridge.data.created import removed_on_failure
from ..bridge.data.history import history_of, record
from ..bridge.data.single_user import ensure_editable
from ..bridge.jobs.steps import InThread, Job, Progress, scaled, unbroken
from ..bridge.models import loaded as models
from .anatomy.building import coloring_lashes
from .anatomy.person import is_anatomical
from .body.beard import beard_of, wearing_beard
from .body.hair import DEFAULT_HAIR, WornHair, grown_for, wears_hair, worn_hair
from .body.humanoid import is_landmark
from .body.traits import move_body
from .own_data import own_avatar
from .people import add_person_job, change_of, reshaping
from .placing import free_place
from .rig.control_rig import controlled_by
from .rig.extra_bones import adding_extra_bones, refreshing_extra_bones
from .stored import has_traits, store_traits, stored_traits
from .surface.layer_settings import set_layers
from .surface.layers import LayerStack, embedded
from .surface.texturing import apply_maps_job, image_size

if TYPE_CHECKING:
    from ml_core.inference.textures.generator import TextureMaps

    from .people import Appearance
    from .surface.texture_options import TextureOptions

LEAST_FACES = 100
"""Meshes with fewer faces are not taken for bodies whose joints could be found by their shape."""


def generate_job(
    context: bpy.types.Context,
    description: str,
    traits: AvatarTraits,
    seed: int,
    size: int,
    name: str,
    layers: str = "",
    location: Sequence[float] | None = None,
    extra_bones: Collection[str] = (),
) -> Job:
    """Add a new avatar: the built-in body with the generated texture. ``traits`` override the ``description``;
    ``layers`` (JSON) lie over its skin. It is placed at ``location``, or if that is ``None`` at the 3D cursor, moved
    aside if something is there. ``extra_bones`` are kinds of :data:`ml_core.vocabulary.avatar.extra_bones.EXTRA_BONES`.
    The report's ``ignored`` lists the words of the description that were not understood."""
    read = yield from _read(description)
    traits, ignored = _with_said(read, traits), list(read.ignored)
    said = () if layers else read.layers
    maps = yield from _painted(traits, seed, size)
    with removed_on_failure(context):
        yield Progress(0.5, 1, "Building the body")

        armature = yield from add_person_job(context, traits, maps.traits, seed, name)
        yield Progress(0.6, 1, "Building the body")
        armature.location = free_place(context, armature) if location is None else location
        context.view_layer.update()
        yield Progress(0.65, 1, "Building the body")
        if layers:
            set_layers(armature, embedded(layers_from_json(layers)))
        elif said:
            set_layers(armature, said)
        facts = yield from scaled(_dressed(context, armature, maps, size), 0.65, 0.8)
        step = Progress(0.8, 1, "Growing the hair")
        yield step
        putting = yield from grown_for(context, armature, *stored_traits(armature), step)
        facts["hair"] = _name_of((yield from putting))
        yield step
        yield from _bearded(context, armature)
        if extra_bones:
            yield Progress(0.9, 1, "Adding bones")
            facts["extra_bones"] = yield from adding_extra_bones(context, armature, extra_bones)
        yield Progress(1, 1, "Done")
    return {**facts, "location": [round(axis, 4) for axis in armature.location], "ignored": ignored}


def texture_job(
    context: bpy.types.Context,
    target: bpy.types.Object,
    description: str,
    traits: AvatarTraits,
    seed: int,
    size: int,
    options: TextureOptions | None = None,
) -> Job:
    """Put a newly generated texture on ``target``: an avatar's armature, or any humanoid mesh with UVs.

    An avatar of ours takes the body of the new traits, too; any other mesh keeps its own. The layers stored on it are
    applied over the new skin; ``options`` default to those stored on it.
    """
    ensure_editable(target)
    read = yield from _read(description)
    traits, ignored = _with_said(read, traits), list(read.ignored)
    maps = yield from _painted(traits, seed, size)

    changed = change_of(target, traits, maps.traits, seed)
    if changed is not None:
        appearance = yield InThread(changed)
        yield Progress(0.6, 1, "Building the body")
        # From here on the file changes; a job that is cancelled before leaves it as it was.
        facts = yield from unbroken(_person_changed(context, target, appearance, maps, size, options))
        return {**facts, "ignored": ignored}
    putting = None
    if wears_hair(target):
        step = Progress(0.5, 1, "Growing the hair")
        yield step
        putting = yield from grown_for(context, target, maps.traits, int(maps.seed), step)
    hair: dict[str, Any] = {}

    def grow() -> Generator[Progress | InThread, Any, None]:
        if putting is not None:
            hair["hair"] = _name_of((yield from putting))
            yield from _bearded(context, target)

    # What changes the file comes last, and all of it: a job that is cancelled before leaves it as it was.
    whole_face = traits.face is not None
    facts = yield from scaled(_dressed(context, target, maps, size, options, whole_face, grow), 0.7, 1.0)
    return {**facts, **hair, "ignored": ignored}


def _person_changed(
    context: bpy.types.Context,
    target: bpy.types.Object,
    appearance: Appearance,
    maps: TextureMaps,
    size: int,
    options: TextureOptions | None,
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Changes an avatar with the anatomical body into another person; must not be canceled in between."""
    own_avatar(target)
    yield Progress(0.6, 1, "Building the body")
    yield from reshaping(context, target, appearance, Progress(0.6, 1, "Building the body"))
    facts = yield from scaled(_dressed(context, target, maps, size, options), 0.7, 0.9)
    if wears_hair(target):
        step = Progress(0.9, 1, "Growing the hair")
        putting = yield from grown_for(context, target, maps.traits, int(maps.seed), step)
        facts["hair"] = _name_of((yield from putting))
        yield step
        yield from _bearded(context, target)
        yield from refreshing_extra_bones(context, target)
    return facts


def _name_of(obj: bpy.types.Object | None) -> str | None:
    return obj.name if obj is not None else None


def beard_job(context: bpy.types.Context, armature: bpy.types.Object, kind: str) -> Job:
    """Put another beard on an avatar, in the color of its hair, or on any humanoid with an armature; ``kind`` is one of
    :data:`ml_core.vocabulary.avatar.hair.beards.BEARDS`. Report: ``beard``, the name of the object, or None."""
    stored, worn = stored_traits(armature), worn_hair(armature)
    traits, seed = stored if stored is not None else (AvatarTraits(), 0)
    color = traits.hair or (worn.color if worn is not None else None)
    step = Progress(0.9, 1, "Growing the hair")
    beard = yield from wearing_beard(context, armature, kind, color, seed, step)
    if stored is not None:
        store_traits(armature, traits.replace(beard=kind))
    return {"beard": _name_of(beard), "style": kind}


def _bearded(context: bpy.types.Context, armature: bpy.types.Object) -> Generator[Progress | InThread, Any, None]:
    """Grows the beard that the stored traits ask for, if it differs from the current one in kind or color."""
    stored = stored_traits(armature)
    wanted = stored[0].beard if stored is not None else None
    if wanted is not None and (wanted != "none" or beard_of(armature) is not None):
        yield from beard_job(context, armature, wanted)


def repaint_job(context: bpy.types.Context, avatar: bpy.types.Object, options: TextureOptions | None = None) -> Job:
    """Repaint an avatar from the traits, the seed and the layers that are stored on it, at its current resolution."""
    traits, seed = stored_traits(avatar)
    return (yield from texture_job(context, avatar, "", traits, seed, image_size(avatar), options))


def hair_job(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    style: str | None = None,
    color: str | None = None,
    seed: int | None = None,
    tones: Mapping[str, str] | None = None,
) -> Job:
    """Put other hair on an avatar, or on any humanoid with an armature. Everything else about a person stays.

    The skin of an avatar of ours is repainted where the change shows: another color is that of the brows too, and a
    bald head has none painted on.

    Args:
        style: one of :data:`ml_core.vocabulary.avatar.hair.hair_styles.HAIR_STYLES`. color: sRGB hex. seed: of the
            strands. tones: colors of its parts (:data:`ml_core.vocabulary.avatar.hair.hair_zones.HAIR_ZONES`). What is
            ``None`` stays as it is.

    Report: ``hair`` (name of the object, or None), ``style``, ``color``, ``tones``.
    """
    stored, worn = stored_traits(armature), worn_hair(armature)
    former, person_seed = stored if stored is not None else (AvatarTraits(), 0)
    if worn is None:
        worn = WornHair(former.hair_style or DEFAULT_HAIR_STYLE, former.hair or DEFAULT_HAIR, person_seed)
    style = style or worn.style
    parts = (former.hair_tones or worn.tones) if tones is None else tones
    traits = former.replace(hair_style=style, hair=color or former.hair or worn.color, hair_tones=parts)
    seed = worn.seed if seed is None else seed
    step = Progress(0.3, 1, "Growing the hair")
    yield step
    putting = yield from grown_for(context, armature, traits, seed, step)
    bald = {HAIR_STYLES[name or DEFAULT_HAIR_STYLE].bares_scalp for name in (former.hair_style, style)}
    made: list[bpy.types.Object | None] = []

    def wear() -> Generator[Progress | InThread, Any, None]:
        made.append((yield from putting))
        if color is not None:
            yield from _bearded(context, armature)
        yield from refreshing_extra_bones(context, armature)

    if stored is not None and (traits.hair != former.hair or len(bald) == 2):
        maps = yield from _painted(traits, person_seed, image_size(armature))
        yield from scaled(_dressed(context, armature, maps, maps.size, then=wear), 0.7, 1.0)
    else:
        if stored is not None:
            store_traits(armature, traits)
        yield from unbroken(wear())
    facts = {"hair": _name_of(made[0]), "style": style, "color": traits.hair}
    return {**facts, "tones": dict(traits.hair_tones or {})}


def outfit_job(context: bpy.types.Context, target: bpy.types.Object, source: bpy.types.Object | None) -> Job:
    """Dress the avatar ``target`` in the clothes of the avatar ``source``; its face, skin and hair stay.

    Raises:
        InputError: one of them is not an avatar of ours.
    """
    stored, worn = stored_traits(target), stored_traits(source)
    if stored is None or worn is None:
        raise InputError("Select the avatar with the clothes, then the avatar that is to wear them, both made here.")
    traits = dressed_as(stored[0], *worn)
    return (yield from texture_job(context, target, "", traits, stored[1], image_size(target)))


def _read(description: str) -> Generator[Progress | InThread, Any, Description]:
    """The traits in a description; none for an empty one."""
    if not description.strip():
        return Description.nothing()
    yield Progress(0, 1, "Reading the description")
    return (yield InThread(lambda: models.language_model().read_description(description)))


def _with_said(read: Description, traits: AvatarTraits) -> AvatarTraits:
    """``traits``, completed from a description, whose comparatives are relative to the average."""
    return changed(read.traits, read.changes).replace(**traits.to_dict())


def _painted(traits: AvatarTraits, seed: int, size: int) -> Generator[Progress | InThread, Any, TextureMaps]:
    yield Progress(0.05, 1, "Loading the texture generator")
    generator = yield InThread(models.texture_generator)
    yield Progress(0.2, 1, "Painting the texture")
    return (yield InThread(lambda: generator.generate(traits, seed=seed, size=size)))


def _dressed(
    context: bpy.types.Context,
    obj: bpy.types.Object,
    maps: TextureMaps,
    size: int,
    options: TextureOptions | None = None,
    whole_face: bool = True,
    then: Callable[[], Generator[Progress | InThread, Any, None]] | None = None,
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    layers, worn = LayerStack.of(obj), maps.traits

    def finish() -> Generator[Progress | InThread, Any, None]:
        nonlocal worn
        worn = move_body(context, obj, maps.traits, whole_face)
        store_traits(obj, worn, int(maps.seed))
        if is_anatomical(obj) and not history_of(obj):
            record(obj, "generated")
        record(obj, "textured")
        if worn.hair is not None and is_anatomical(obj):
            yield Progress(1, 1, "Putting the texture on")
            yield from coloring_lashes(obj, worn.hair)
        if then is not None:
            yield from then()

    facts = yield from apply_maps_job(obj, maps, size=size, options=options, layers=layers, then=finish)
    return {**facts, "object": obj.name, "traits": worn.to_dict(), "seed": int(maps.seed), "size": size}


def humanoid(obj: bpy.types.Object | None) -> bpy.types.Object | None:
    """The object that a texture would be applied to when ``obj`` is active: an armature, a skinned mesh, or a mesh with
    the outline of a body; ``None`` otherwise.

    A part of one of our own avatars and its control rig stand for the whole of it.
    """
    if obj is not None and is_landmark(obj):
        obj = obj.parent
    obj = controlled_by(obj) or obj
    if obj is None or obj.type not in {"ARMATURE", "MESH"}:
        return None
    if has_traits(obj):
        return obj
    armature = obj if obj.type == "ARMATURE" else obj.find_armature()
    if armature is None and obj.parent is not None and obj.parent.type == "ARMATURE":
        armature = obj.parent  # eyes hang on a bone
    if armature is not None and has_traits(armature):
        return armature
    return obj if armature is not None or may_stand(obj) else None


def may_stand(obj: bpy.types.Object) -> bool:
    """Whether a mesh without an armature has the outline of a body; its landmarks are found when it is painted."""
    corners = [obj.matrix_world @ Vector(corner) for corner in obj.bound_box]
    x, y, z = (max(corner[axis] for corner in corners) - min(corner[axis] for corner in corners) for axis in range(3))
    return len(obj.data.polygons) >= LEAST_FACES and z > 0 and 0.4 * z < max(x, y) < 1.6 * z


def other_avatar(context: bpy.types.Context) -> bpy.types.Object | None:
    """The one selected avatar beside the active one; ``None`` when there are none, or several."""
    active = humanoid(context.view_layer.objects.active)
    others = {_avatar_near(obj) for obj in context.selected_objects} - {active, None}
    return others.pop() if len(others) == 1 else None


def _avatar_near(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The result of :func:`humanoid` if that is an avatar of ours; skips its outline test, too slow for a panel on
    every selected object."""
    found = controlled_by(obj) or obj
    while found is not None and not has_traits(found):
        armature = found.find_armature() if found.type == "MESH" else None
        found = armature or found.parent
    return found


def named_target(context: bpy.types.Context, name: str) -> bpy.types.Object:
    """The object called ``name``, or the active one when ``name`` is empty.

    Raises:
        InputError: there is no such object, or it is neither an armature, nor a skinned mesh, nor a mesh with the
            outline of a body.
    """
    obj = bpy.data.objects.get(name) if name else context.view_layer.objects.active
    if obj is None:
        if name:
            raise InputError("There is no object named {name!r}.", name=name)
        raise InputError("Select an avatar or a body mesh first.")
    target = humanoid(obj)
    if target is None:
        raise InputError(
            "{name} is not a humanoid. Select an armature, a mesh bound to one, or a mesh of a standing body.",
            name=obj.name,
        )
    return target
