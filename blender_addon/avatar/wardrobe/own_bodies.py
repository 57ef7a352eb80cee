"""Garments on bodies of the artist's own that have MakeHuman's mesh, such as those of MPFB.

Where the clothing helpers were deleted, as MPFB and MakeHuman do for a finished person, they are reconstructed for the
fitting only, from people of the model with a similar skin.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.rig import HUMANOID
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.helpers import nearest_of

from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.vrm import joint_bones
from ..anatomy.meshes import hide_vertices
from .fitting import Dressed, Worn, wardrobe
from .objects import COVERED, put_on

VERTICES = 19_158
"""Of MakeHuman's mesh with its clothing helpers, which garments are cut from."""
SKIN_VERTICES = 13_380
"""Of the skin, which come first in MakeHuman's mesh and are left when everything else is deleted."""
_SAME_EDGES = 0.99
"""Share of the skin's edges that a mesh must have to be MakeHuman's: artists cut a few faces away."""
_SAMPLES, _EVERY, _RIDGE = 128, 6, 1e-4
"""People of the model that somebody without helpers is put together of, every how many vertices of the skin are looked
at, and how much a large share costs."""
_AROUND = 12
"""Vertices whose mean motion from the reference body a joint goes with."""


@dataclass(frozen=True)
class OwnBody:
    """A body with MakeHuman's mesh at rest.

    Attributes:
        rows: (R, 3) its vertices and joints in the model's order, in meters, upright and facing -Y.
        to_armature: (4, 4) from that space to the armature's. bones: humanoid joint -> bone of the armature.
    """

    obj: bpy.types.Object
    armature: bpy.types.Object
    rows: NDArray[np.floating]
    to_armature: NDArray[np.floating]
    bones: dict[str, str]

    @classmethod
    def of(cls, armature: bpy.types.Object) -> OwnBody | None:
        """The body on an armature; ``None`` if none has the mesh.

        Raises:
            InputError: it has the mesh, but its bones are unknown.
        """
        if armature.type != "ARMATURE":
            return None
        meshes = [child for child in armature.children_recursive if child.type == "MESH"]
        obj = next((mesh for mesh in meshes if is_makehuman(mesh_data(mesh))), None)
        if obj is None:
            return None
        bones = joint_bones(armature)
        if "hips" not in bones:
            raise InputError(
                "{name}: none of its bones is known as the hips; give them the names of a humanoid",
                name=armature.name,
            )
        data = body_model().data
        world = np.array(armature.matrix_world)
        to_meters = np.diag([*np.linalg.norm(world[:3, :3], axis=0), 1.0])
        matrix = to_meters @ np.linalg.inv(world) @ np.array(obj.matrix_world)
        found = positions(mesh_data(obj)) @ matrix[:3, :3].T + matrix[:3, 3]
        upright = _upright(found)
        found = found @ upright[:3, :3].T
        points = found[data.source] if len(found) == VERTICES else _with_helpers(found)
        return cls(obj, armature, _with_joints(points), np.linalg.inv(upright @ to_meters), bones)

    def dressed(self, names: Sequence[str]) -> Dressed:
        """Garments on this body, in the armature's space; may run in any thread."""
        scale, move = self.to_armature[:3, :3], self.to_armature[:3, 3]
        garments = wardrobe().dressed(self.rows, names)
        worn = tuple(
            Worn(garment, garment.points @ scale.T + move, None if garment.seated is None else garment.seated @ scale.T)
            for garment in garments
        )
        return Dressed(worn, wardrobe().covered(names))

    def put_on(self, context: bpy.types.Context, clothes: Dressed) -> list[bpy.types.Object]:
        """Dresses the body, as :func:`.objects.put_on` does, and hides the skin under the garments."""
        made = put_on(context, self.armature, clothes, self._groups())
        data = body_model().data
        faces = data.source[data.faces["skin"]]
        hide_vertices(self.obj, COVERED, np.setdiff1d(faces[clothes.covered], faces[~clothes.covered]))
        return made

    def _groups(self) -> list[str]:
        """The armature's bone for each of the model's; its nearest ancestor if one is missing."""
        parents = {spec.name: spec.parent for spec in HUMANOID}
        groups = []
        for spec in HUMANOID:
            joint: str | None = spec.name
            while joint is not None and joint not in self.bones:
                joint = parents[joint]
            groups.append(self.bones[joint or "hips"])
        return groups


def _upright(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """(4, 4) transform that turns points (N, 3) of MakeHuman's mesh upright, facing -Y, and scales them to meters.

    It rotates only by right angles, as importers do with the axes of other programs, and scales by powers of ten, for
    bodies in decimeters and centimeters: a leaning or giant body stays so.
    """
    data = body_model().data
    known = np.flatnonzero(data.source < SKIN_VERTICES)
    wanted = data.base[known].astype(np.float64)
    given = points[data.source[known]]
    wanted, given = wanted - wanted.mean(axis=0), given - given.mean(axis=0)
    alike = wanted.T @ given
    turns = [
        np.eye(3)[list(order)] * np.array(signs)[:, None]
        for order in itertools.permutations(range(3))
        for signs in itertools.product((-1.0, 1.0), repeat=3)
    ]
    best = max((turn for turn in turns if np.linalg.det(turn) > 0), key=lambda turn: float((turn * alike).sum()))
    size = np.sqrt((given**2).sum() / (wanted**2).sum())
    matrix = np.eye(4)
    matrix[:3, :3] = best * 10.0 ** -np.round(np.log10(max(size, 1e-9)))
    return matrix


def is_makehuman(mesh: bpy.types.Mesh) -> bool:
    """Whether a mesh is MakeHuman's, complete or with its skin first; determined by the edges of the skin."""
    if len(mesh.vertices) < SKIN_VERTICES:
        return False
    data = body_model().data
    faces = data.source[data.faces["skin"]]
    wanted = np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2)
    found = np.empty(2 * len(mesh.edges), np.int32)
    mesh.edges.foreach_get("vertices", found)
    return bool(np.isin(_edge_keys(wanted), _edge_keys(found.reshape(-1, 2))).mean() > _SAME_EDGES)


def _edge_keys(edges: NDArray[np.integer]) -> NDArray[np.int64]:
    """(E,) one number for each edge, whatever its direction."""
    low, high = edges.min(axis=1).astype(np.int64), edges.max(axis=1).astype(np.int64)
    return np.unique(low * 2**32 + high)


def _with_helpers(skin: NDArray[np.floating]) -> NDArray[np.floating]:
    """(V, 3) all vertices of the model for a mesh whose skin comes first.

    The person is approximated by a mix of people of the model: the weights are fitted to the skin (least squares with a
    little ridge), and the helpers are the same mix of theirs. Apart from the residual of the skin next to them, they
    are off by 1 to 4 mm.
    """
    data, mix = body_model().data, _people()
    known = data.source < SKIN_VERTICES
    points = np.zeros((data.vertex_count, 3))
    points[known] = skin[data.source[known]]
    wanted = (points[mix.looked_at] - mix.mean[mix.looked_at]).ravel()
    seen = mix.moves[:, mix.looked_at].reshape(len(mix.moves), -1).astype(np.float64)
    alike = seen @ seen.T
    ridge = _RIDGE * np.trace(alike) / len(alike) * np.eye(len(alike))
    whole = mix.mean + np.tensordot(np.linalg.solve(alike + ridge, seen @ wanted), mix.moves, 1)
    left = points - whole
    missing = np.flatnonzero(~known)
    points[missing] = whole[missing] + left[mix.looked_at][nearest_of(whole[missing], whole[mix.looked_at])]
    return points


@dataclass(frozen=True)
class _Mix:
    """People of the model: their mean (V, 3), the difference of each (N, V, 3), and the vertices used to fit a mix."""

    mean: NDArray[np.floating]
    moves: NDArray[np.float32]
    looked_at: NDArray[np.int64]


@cache
def _people() -> _Mix:
    random, people = np.random.default_rng(0), []
    for seed in range(_SAMPLES):
        presentation, age, weight, muscle = random.uniform((0, 6, 0, 0), (1, 85, 1, 1))
        traits = BodyTraits(presentation=presentation, age=age, weight=weight, muscle=muscle)
        people.append(body_model().person(traits, seed).rows[: body_model().data.vertex_count])
    moves = np.array(people, np.float32)
    mean = moves.mean(axis=0)
    looked_at = np.flatnonzero(body_model().data.source < SKIN_VERTICES)[::_EVERY]
    return _Mix(mean.astype(np.float64), moves - mean, looked_at)


def _with_joints(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """(R, 3) vertices (V, 3) of the model with its joints, which follow the vertices around them."""
    data = body_model().data
    base = data.base.astype(np.float64)
    vertices, joints = base[: data.vertex_count], base[data.vertex_count :]
    shift = points - vertices
    found = []
    for joint in joints:
        around = np.argpartition(np.linalg.norm(vertices - joint, axis=1), _AROUND)[:_AROUND]
        found.append(joint + shift[around].mean(axis=0))
    return np.concatenate([points, found])
