"""Garments on bodies of the artist's own that have MakeHuman's mesh, such as those of MPFB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.rig import HUMANOID

from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.vrm import joint_bones
from ..anatomy.meshes import hide_vertices
from .fitting import Dressed, Worn, wardrobe
from .objects import COVERED, put_on

VERTICES = 19_158
"""Of MakeHuman's mesh with its clothing helpers, which garments are cut from."""
_AROUND = 12
"""Vertices whose mean motion from the reference body a joint goes with."""


@dataclass(frozen=True)
class OwnBody:
    """A body with MakeHuman's mesh at rest.

    Attributes:
        rows: (R, 3) its vertices and joints as the model numbers them, meters, upright and facing -Y.
        to_armature: (4, 4) from there into the armature's space. bones: humanoid joint -> bone of the armature.
    """

    obj: bpy.types.Object
    armature: bpy.types.Object
    rows: NDArray[np.floating]
    to_armature: NDArray[np.floating]
    bones: dict[str, str]

    @classmethod
    def of(cls, armature: bpy.types.Object) -> OwnBody | None:
        """The body that hangs on an armature; ``None`` where none has the mesh or the bones."""
        if armature.type != "ARMATURE":
            return None
        meshes = [child for child in armature.children_recursive if child.type == "MESH"]
        obj = next((mesh for mesh in meshes if len(mesh.data.vertices) == VERTICES), None)
        bones = joint_bones(armature)
        if obj is None or "hips" not in bones:
            return None
        data = body_model().data
        world = np.array(armature.matrix_world)
        to_meters = np.diag([*np.linalg.norm(world[:3, :3], axis=0), 1.0])
        matrix = to_meters @ np.linalg.inv(world) @ np.array(obj.matrix_world)
        points = positions(mesh_data(obj))[data.source] @ matrix[:3, :3].T + matrix[:3, 3]
        return cls(obj, armature, _with_joints(points), np.linalg.inv(to_meters), bones)

    def dressed(self, names: Sequence[str]) -> Dressed:
        """Garments on this body, in the armature's space; any thread may ask."""
        scale, move = self.to_armature[:3, :3], self.to_armature[:3, 3]
        garments = wardrobe().dressed(self.rows, names)
        worn = tuple(Worn(garment, garment.points @ scale.T + move) for garment in garments)
        return Dressed(worn, wardrobe().covered(names))

    def put_on(self, context: bpy.types.Context, clothes: Dressed) -> list[bpy.types.Object]:
        """Dresses the body, as :func:`.objects.put_on` does, and hides the skin under the garments."""
        made = put_on(context, self.armature, clothes, self._groups())
        data = body_model().data
        faces = data.source[data.faces["skin"]]
        hide_vertices(self.obj, COVERED, np.setdiff1d(faces[clothes.covered], faces[~clothes.covered]))
        return made

    def _groups(self) -> list[str]:
        """The armature's bone for each of the model's, the nearest above it where one is missing."""
        parents = {spec.name: spec.parent for spec in HUMANOID}
        groups = []
        for spec in HUMANOID:
            joint: str | None = spec.name
            while joint is not None and joint not in self.bones:
                joint = parents[joint]
            groups.append(self.bones[joint or "hips"])
        return groups


def _with_joints(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """(R, 3) vertices (V, 3) of the model with its joints, which go with the vertices around them."""
    data = body_model().data
    base = data.base.astype(np.float64)
    vertices, joints = base[: data.vertex_count], base[data.vertex_count :]
    shift = points - vertices
    found = []
    for joint in joints:
        around = np.argpartition(np.linalg.norm(vertices - joint, axis=1), _AROUND)[:_AROUND]
        found.append(joint + shift[around].mean(axis=0))
    return np.concatenate([points, found])
