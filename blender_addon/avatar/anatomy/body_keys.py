"""Shape keys of the body's main traits, on the body and on what it wears, for files that leave the extension.

Each takes the person to one end of a trait while the height stays. Garments follow by drivers without Python, which
Blender also runs in files that it does not trust. Bones stay where they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.traits import BodyTraits

from ...bridge.data.single_user import ensure_editable
from ...bridge.mesh_arrays import mesh_data
from ..own_data import own_mesh
from ..wardrobe.fitting import on_canvas
from ..wardrobe.objects import worn_garments
from .building import body_of
from .person import Figure, stored_body

BODY_KEY_PREFIX = "Body: "
"""Beginning of the names of these keys; an export bakes them, since its skeleton is that of the shape that shows."""
ENDS: dict[str, tuple[str, float]] = {
    "Heavier": ("weight", 1.0),
    "Slimmer": ("weight", 0.0),
    "More Muscular": ("muscle", 1.0),
    "Less Muscular": ("muscle", 0.0),
    "More Feminine": ("presentation", 1.0),
    "More Masculine": ("presentation", 0.0),
}
"""Name of a key -> the trait and the end of it that the key goes to at 1."""


def add_body_keys(armature: bpy.types.Object) -> list[str]:
    """Adds the keys of :data:`ENDS` to the body of an avatar and its garments, or brings those that are there up to
    date; returns their names.

    Raises:
        InputError: it has no anatomical body, or one that was edited since; or it is linked from another file.
    """
    traits, body = stored_body(armature), body_of(armature)
    if traits is None or body is None:
        raise InputError("{name}: has no anatomical body; choose an avatar that has one", name=armature.name)
    first = Figure.of(traits)
    if len(mesh_data(body).vertices) != len(first.vertices):
        raise InputError("{name}: its mesh was edited, so no body keys fit it", name=body.name)
    garments = {
        obj: on_canvas(name).garment.follows
        for name, obj in worn_garments(armature).items()
        if len(mesh_data(obj).vertices) == len(on_canvas(name).garment.points)
    }
    for obj in (body, *garments):
        ensure_editable(obj)
        own_mesh(obj)
    count, names = first.person.data.vertex_count, []
    for label, (trait, end) in ENDS.items():
        figure = Figure.of(_towards(traits, trait, end))
        shift = figure.rest.rows[:count] - first.rest.rows[:count]
        name = BODY_KEY_PREFIX + label
        _set_key(body, name, figure.vertices - first.vertices)
        for obj, follows in garments.items():
            _set_key(obj, name, follows(shift))
            _follow(obj, body, name)
        names.append(name)
    return names


def _towards(traits: BodyTraits, trait: str, end: float) -> BodyTraits:
    changes: dict[str, Any] = {trait: end}
    return replace(traits, **changes)


def _set_key(obj: bpy.types.Object, name: str, moves: NDArray[np.floating]) -> None:
    """Gives a mesh a key that moves its vertices by ``moves`` (V, 3)."""
    mesh = mesh_data(obj)
    if mesh.shape_keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    assert mesh.shape_keys is not None
    block = mesh.shape_keys.key_blocks.get(name)
    if block is None:
        block = obj.shape_key_add(name=name, from_mix=False)
        block.value = 0.0  # newer Blenders start a key at 1
    basis = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.shape_keys.reference_key.data.foreach_get("co", basis)
    block.data.foreach_set("co", (basis.reshape(-1, 3) + moves).astype(np.float32).ravel())
    mesh.shape_keys.update_tag()


def _follow(obj: bpy.types.Object, body: bpy.types.Object, name: str) -> None:
    """Drives a garment's key by the body's, without an expression."""
    keys = mesh_data(obj).shape_keys
    assert keys is not None
    keys.key_blocks[name].driver_remove("value")
    driver = keys.key_blocks[name].driver_add("value").driver
    driver.type = "AVERAGE"
    variable = driver.variables.new()
    variable.name, variable.type = "body", "SINGLE_PROP"
    target = variable.targets[0]
    target.id_type, target.id = "KEY", mesh_data(body).shape_keys
    target.data_path = f'key_blocks["{name}"].value'
