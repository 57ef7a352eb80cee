"""The built-in body as Blender objects: a skinned mesh, eyeballs, and a humanoid armature in T-pose."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.rig import Bone as PersonBone
from ml_core.geometry.humanoid.shape import BodyShape
from ml_core.geometry.lofted_body.mesh import BodyMesh
from ml_core.geometry.lofted_body.model import SLIDERS, BodyModel, body_model, slider_values
from ml_core.geometry.lofted_body.skin import Bone
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.jobs.steps import InThread, Progress, run_to_end
from ...bridge.state.edit_mode import edited_bones
from ..surface.materials import mouth_material
from .eyes import IRIS_KEY, add_eyeball, iris_png, wear_iris
from .humanoid import read_humanoid
from .shape_keys import add_keys, add_sliders

SHAPE_KEY = "atelier_shape"
NEUTRAL = "neutral"
UV_MAP = "UVMap"
DEFAULT_EYE = "#5a4632"
KEYS_A_STEP = 8
IRIS_ANGLE = 0.43
"""Radians; an iris of 11.2 mm on the built-in eyeball."""


def shape_of(traits: AvatarTraits) -> tuple[BodyShape, float]:
    """The shape and factor of a body that an earlier version lofted for its traits."""
    presentation = 0.5 if traits.presentation is None else traits.presentation
    build = 0.5 if traits.build is None else traits.build
    shape = BodyShape.load(presentation, build)
    natural = float(shape.points("head", np.array(0.0), np.array(0.0))[2])
    return shape, 1.0 if traits.height is None else traits.height / natural


def create_body(context: bpy.types.Context, traits: AvatarTraits, name: str = "Avatar") -> bpy.types.Object:
    """Adds the built-in body for ``traits`` at the world's origin, facing -Y, feet on the ground.

    The mesh is the neutral body; its shape keys, driven by properties of the armature, make it the one asked for.

    Returns:
        The armature object; its children are the body mesh and two eyeballs.
    """
    return run_to_end(body_job(context, traits, name))  # type: ignore[arg-type, return-value]


def body_job(
    context: bpy.types.Context, traits: AvatarTraits, name: str
) -> Generator[Progress | InThread, Any, bpy.types.Object]:
    """:func:`create_body` as a part of a job, in steps that are short enough for a window to stay awake."""
    model: BodyModel = yield InThread(body_model)
    step, values = Progress(0.5, 1, "Building the body"), slider_values(traits)
    armature = add_armature(context, name, model.bones_at(values))
    add_sliders(armature, values)
    yield step
    body = _add_mesh(context, f"{name}_Body", model.mesh, armature)
    body[SHAPE_KEY] = NEUTRAL
    for _ in _add_weights(body, list(model.bones), model.weights):
        yield step
    body.modifiers.new("Armature", "ARMATURE").object = armature
    add_keys(body, model.skin.moves, armature)
    yield step
    expressions = list(model.expressions.items())
    for start in range(0, len(expressions), KEYS_A_STEP):
        add_keys(body, dict(expressions[start : start + KEYS_A_STEP]), None)
        yield step
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        yield from _add_eye(context, f"{name}_Eye_{side[0].upper()}", armature, f"{side}Eye", model, mirror, traits)
        yield step
    context.view_layer.objects.active = armature
    for one in context.selected_objects:
        one.select_set(False)
    armature.select_set(True)
    return armature


def _add_eye(
    context: bpy.types.Context,
    name: str,
    armature: bpy.types.Object,
    bone: str,
    model: BodyModel,
    mirror: float,
    traits: AvatarTraits,
) -> Generator[InThread, Any, None]:
    flip = np.where(np.arange(3) == 0, mirror, 1.0)
    centre, front = model.eyes.rest[:2] * flip
    radius = float(centre[1] - front[1])
    eyeball = add_eyeball(context, name, armature, bone, centre, radius)
    rest = np.empty(len(eyeball.data.vertices) * 3, np.float32)
    eyeball.data.vertices.foreach_get("co", rest)
    offset = rest.reshape(-1, 3) - centre
    shapes = {}
    for slider in SLIDERS:
        moved, moved_front = model.eyes.moves[slider][:2] * flip
        growth = (moved[1] - moved_front[1]) / radius
        shapes[slider] = moved + growth * offset
    add_keys(eyeball, shapes, armature)
    eyeball[IRIS_KEY] = IRIS_ANGLE
    skin = read_humanoid(eyeball)
    png = yield InThread(lambda: iris_png(skin, IRIS_ANGLE, traits.eye or DEFAULT_EYE))
    wear_iris(eyeball, png)


def add_armature(context: bpy.types.Context, name: str, bones: Iterable[Bone | PersonBone]) -> bpy.types.Object:
    """A new armature of these bones, parents before their children."""
    data = bpy.data.armatures.new(name)
    armature = bpy.data.objects.new(name, data)
    context.collection.objects.link(armature)
    with edited_bones(context.view_layer, armature) as edited:
        for bone in bones:
            added = edited.new(bone.name)
            added.head, added.tail = bone.head, bone.tail
            if bone.parent:
                added.parent = edited[bone.parent]
                added.use_connect = bool((added.head - added.parent.tail).length < 1e-4)
    data.display_type = "WIRE"  # sticks have joints of a fixed size on the screen, which show beside far fingers
    return armature


def _add_mesh(context: bpy.types.Context, name: str, body: BodyMesh, armature: bpy.types.Object) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(body.vertices.tolist(), [], body.faces.tolist())
    mesh.polygons.foreach_set("material_index", body.slot.astype(np.int32))
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name=UV_MAP)
    layer.data.foreach_set("uv", body.corner_uv.astype(np.float32).ravel())
    obj = bpy.data.objects.new(name, mesh)
    context.collection.objects.link(obj)
    obj.parent = armature
    mesh.materials.append(None)
    mesh.materials.append(mouth_material(obj))
    return obj


def _add_weights(obj: bpy.types.Object, bones: list[Bone], weights: NDArray) -> Iterator[None]:
    """Adds a vertex group a bone; yields after each."""
    for column, bone in enumerate(bones):
        group = obj.vertex_groups.new(name=bone.name)
        # Vertices of equal weight go in one call each; rounding to 1/1000 keeps the number of calls low.
        rounded = np.round(weights[:, column], 3)
        for value in np.unique(rounded[rounded > 0]):
            group.add(np.flatnonzero(rounded == value).tolist(), float(value), "REPLACE")
        yield
