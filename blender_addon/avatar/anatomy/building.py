"""The anatomical body as Blender objects: skin with facial shapes, eyeballs, and a humanoid armature in T-pose."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.body.face.expressions import EYE_TURNS, turned_eyeball
from ml_core.geometry.body.face.lashes import lash_uv
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.rig import BONE_NAMES, SIDES, dense_weights
from ml_core.vocabulary.avatar.irises import DEFAULT_EYE

from ...bridge.jobs.steps import InThread, Progress
from ..body.eyes import IRIS_KEY, add_eyeball, iris_png, wear_iris
from ..body.humanoid import SHAPE_KEY, read_humanoid
from ..own_data import make_own, worn_material
from ..surface.materials import lash_material, lash_png, unpainted_material
from .meshes import add_armature, add_shapes, bind, follow_key, quad_mesh, weigh
from .person import PARTS, Figure, expressions_of, mesh_vertices, store_body

ANATOMICAL = "anatomical"
"""Stored as the shape of an anatomical body's mesh; lofted bodies store traits or a word there."""
IRIS_ANGLE = 0.40
"""Radians; an iris of 11.6 mm on an eyeball of this body."""
_TEETH, _TONGUE = (0.80, 0.74, 0.65), (0.42, 0.13, 0.12)
"""Linear colors."""
KEYS_A_STEP = 12
DEFAULT_LASHES = "#3a261a"


def person_job(
    context: bpy.types.Context, figure: Figure, name: str, eye: str | None, hair: str | None
) -> Generator[Progress | InThread, Any, bpy.types.Object]:
    """Adds a person at the world's origin, facing -Y, feet on the ground, as a part of a job.

    Args:
        eye, hair: sRGB hex of the irises, and of the hair, which the lashes match.

    Returns:
        The armature object; its children are the body mesh and two eyeballs.
    """
    step = Progress(0.5, 1, "Building the body")
    armature = add_armature(context, name, figure.rest.bones)
    store_body(armature, figure.person.traits)
    yield step
    lashes = yield InThread(_lashes)
    of_hair = hex_to_srgb(hair or DEFAULT_LASHES)
    png = yield InThread(lambda: lash_png(of_hair))
    body = _add_body(context, f"{name}_Body", figure, armature, lashes)
    yield step
    _add_materials(body, of_hair, png)
    yield step
    shapes = yield InThread(lambda: expressions_of(figure.person))
    names = list(shapes)
    for start in range(0, len(names), KEYS_A_STEP):
        add_shapes(body, {item: shapes[item] for item in names[start : start + KEYS_A_STEP]})
        yield step
    for side, joint in SIDES:
        yield from _add_eye(context, f"{name}_Eye_{side[0].upper()}", figure, armature, body, side, joint, eye)
        yield step
    context.view_layer.objects.active = armature
    for obj in context.selected_objects:
        obj.select_set(False)
    armature.select_set(True)
    return armature


def coloring_lashes(armature: bpy.types.Object, hair: str) -> Generator[InThread, Any, None]:
    """Matches the lashes of an avatar to the color (sRGB hex) of its hair."""
    body = body_of(armature)
    if body is not None and worn_material(body, "Lashes") is not None:
        png = yield InThread(lambda: lash_png(hex_to_srgb(hair)))
        lash_material(body, hex_to_srgb(hair), png)


def body_of(armature: bpy.types.Object) -> bpy.types.Object | None:
    """The mesh of an anatomical avatar's body; ``None`` where it is gone."""
    return next((child for child in armature.children_recursive if is_body(child)), None)


def is_body(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is an anatomical body with its original vertices."""
    if obj.type != "MESH" or obj.get(SHAPE_KEY) != ANATOMICAL:
        return False
    return len(obj.data.vertices) == len(mesh_vertices())


def eyes_of(armature: bpy.types.Object) -> dict[str, bpy.types.Object]:
    """The eyeballs that were made for an avatar, by side."""
    found = {}
    for child in armature.children:
        for side, joint in SIDES:
            if IRIS_KEY in child and child.type == "MESH" and f"{side}Eye" in child.vertex_groups:
                found[joint] = child
    return found


@cache
def _lashes() -> NDArray[np.float32]:
    """UVs of the lashes, the same for every person."""
    return lash_uv(body_model().data)


def _add_body(
    context: bpy.types.Context,
    name: str,
    figure: Figure,
    armature: bpy.types.Object,
    lashes: NDArray[np.float32],
) -> bpy.types.Object:
    data, chosen = figure.person.data, mesh_vertices()
    faces = np.concatenate([data.faces[part] for part in PARTS])
    uv = np.concatenate([lashes if part == "lashes" else data.uv[data.corners[part]] for part in PARTS])
    mesh = quad_mesh(name, figure.vertices, np.searchsorted(chosen, faces), uv)
    slot = np.repeat([0, 1, 2, 2, 3], [len(data.faces[part]) for part in PARTS])
    mesh.polygons.foreach_set("material_index", slot.astype(np.int32))
    body = bpy.data.objects.new(name, mesh)
    context.collection.objects.link(body)
    body[SHAPE_KEY] = ANATOMICAL
    weigh(body, BONE_NAMES, dense_weights(data)[chosen])
    bind(body, armature)
    make_own([body])
    return body


def _add_materials(body: bpy.types.Object, hair: NDArray[np.floating], lashes: bytes) -> None:
    """Adds materials: an empty one for the skin, lashes by their PNG for a hair color (sRGB (3,)), teeth, tongue."""
    materials = body.data.materials
    materials.append(None)
    materials.append(lash_material(body, hair, lashes))
    materials.append(unpainted_material(body, "Teeth", _TEETH, 0.25))
    materials.append(unpainted_material(body, "Tongue", _TONGUE, 0.4))


def _add_eye(
    context: bpy.types.Context,
    name: str,
    figure: Figure,
    armature: bpy.types.Object,
    body: bpy.types.Object,
    side: str,
    joint: str,
    color: str | None,
) -> Generator[InThread, Any, None]:
    eye = figure.eye(joint)
    center = np.asarray(eye.center, np.float64)
    eyeball = add_eyeball(context, name, armature, f"{side}Eye", center, eye.radius)
    points = np.empty(len(eyeball.data.vertices) * 3, np.float32)
    eyeball.data.vertices.foreach_get("co", points)
    points = points.reshape(-1, 3)
    every = np.arange(len(points))
    looks = [look for look, (turned, _, _) in EYE_TURNS.items() if turned == side]
    add_shapes(eyeball, {look: (every, turned_eyeball(points, center, side, {look: 1.0}) - points) for look in looks})
    for look in looks:
        follow_key(eyeball, body, look)
    eyeball[IRIS_KEY] = IRIS_ANGLE
    skin = read_humanoid(eyeball)
    png = yield InThread(lambda: iris_png(skin, IRIS_ANGLE, color or DEFAULT_EYE))
    wear_iris(eyeball, png)
