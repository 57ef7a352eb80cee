"""What tests of the anatomical body share."""

from __future__ import annotations

import json

import bpy
import numpy as np

from blender_addon.avatar.anatomy.building import body_of
from blender_addon.bridge.mesh_arrays import positions
from tests.blender_addon.made_once import made_once

GARMENTS = ("t_shirt", "jeans", "shoes")


def person(seed: int = 3, **traits: object) -> bpy.types.Object:
    """A new person in :data:`GARMENTS`, without hair, which takes long to grow."""
    requested = json.dumps({"garments": list(GARMENTS), "hair_style": "none", **traits})

    def make() -> bpy.types.Object:
        bpy.ops.atelier.generate_avatar(traits_json=requested, seed=seed, size="256")
        return bpy.data.objects[bpy.context.scene.atelier.report()["object"]]

    return made_once(f"person {seed} {requested}", make)


def person_with_a_bun() -> bpy.types.Object:
    """A new person with hair, and an outfit by the seed."""

    def make() -> bpy.types.Object:
        bpy.ops.atelier.generate_avatar(traits_json='{"hair_style": "bun", "top": "#203050"}', seed=3, size="256")
        return bpy.data.objects[bpy.context.scene.atelier.report()["object"]]

    return made_once("person with a bun", make)


def skin(armature: bpy.types.Object) -> np.ndarray:
    """(V, 3) the body's vertices at rest."""
    body = body_of(armature)
    assert body is not None
    return positions(body.data)


def shown_triangles(obj: bpy.types.Object) -> int:
    """What is left of a mesh after its modifiers."""
    bpy.context.view_layer.update()
    mesh = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    return sum(len(face.vertices) - 2 for face in mesh.polygons)
