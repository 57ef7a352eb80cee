"""Makes curves, texts, surfaces and metaballs count once, though Blender's dependency graph yields each one twice."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from .mesh_arrays import CONVERTIBLE, mesh_data


class OwnMeshes:
    """Detects repetitions of an object among the instances of a dependency graph, in their order.

    An object that is not a mesh is yielded as itself, and then as the mesh that it is converted to, like an instance of
    it.
    """

    def __init__(self, depsgraph: bpy.types.Depsgraph) -> None:
        self._depsgraph = depsgraph
        self._places: dict[int, Matrix] = {}
        self._repeats: dict[tuple[int, int], bool] = {}

    def is_repeated(self, instance: bpy.types.DepsgraphObjectInstance) -> bool:
        """Whether an instance is the mesh of an earlier object, at the same position. To be called for all."""
        shown = instance.object
        obj = shown.original
        if obj.type == "MESH" or obj.type not in CONVERTIBLE:  # faces that nodes give hair, say, show once
            return False
        if shown.type != "MESH":
            self._places[obj.session_uid] = instance.matrix_world.copy()
            return False
        if self._places.get(obj.session_uid) != instance.matrix_world:
            return False
        key = obj.session_uid, shown.data.as_pointer()
        if key not in self._repeats:
            self._repeats[key] = self._is_own(obj, mesh_data(shown))
        return self._repeats[key]

    def _is_own(self, obj: bpy.types.Object, mesh: bpy.types.Mesh) -> bool:
        evaluated = obj.evaluated_get(self._depsgraph)
        own = evaluated.to_mesh()
        is_same = (
            own is not None
            and len(own.polygons) == len(mesh.polygons)
            and len(own.vertices) == len(mesh.vertices)
            and np.array_equal(_points(own), _points(mesh))
        )
        evaluated.to_mesh_clear()
        return is_same


def _points(mesh: bpy.types.Mesh) -> np.ndarray:
    values = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", values)
    return values
