"""Smooth masks over a built-in face, from which its expressions are made: what follows the jaw, a lid, a lip, a brow.

Left is the character's left, +X. Masks of one side are made for the left; the right is their mirror image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.lofted_body.head_surface import LID, FaceMarks, pushed_out
from ml_core.geometry.lofted_body.mesh import BodyMesh
from ml_core.geometry.lofted_body.mouth import lip_places
from ml_core.geometry.lofted_body.quad_mesh import Array, edges_of

MM = 0.001


def ramp(value: Array, low: Array | float, high: Array | float) -> Array:
    """0 at ``low``, 1 at ``high`` (which may lie below it), smooth between."""
    share = np.clip((np.asarray(value) - low) / (np.asarray(high) - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


@dataclass(frozen=True)
class Face:
    """The vertices (V, 3) of a head with what expressions need of them; arrays are (V,) over the same vertices.

    ``index`` numbers them in the whole body. ``skin`` is 1 where the face's skin is, 0 on teeth, tongue, inside mouth
    and sockets; ``lower_lip`` is 1 below the slit of the mouth, 0 above it; ``lips``, ``tongue`` and
    ``bag`` say what is one; ``jaw``, ``upper_lid`` and ``lower_lid`` how far a vertex goes with them.
    """

    index: NDArray[np.int64]
    points: Array
    skin: Array
    lower_lip: Array
    lips: Array
    jaw: Array
    tongue: Array
    bag: Array
    marks: FaceMarks
    upper_lid: Array
    lower_lid: Array
    lid_edges: tuple[Array, Array]
    """(K, 2) of the left eye's upper and lower edge: lateral offset from the eyeball's centre, elevation about it."""

    @property
    def mm(self) -> float:
        """A millimetre of the mean face on this one."""
        return MM * self.marks.unit

    def gauss(
        self, x: float, z: float, spread_x: float, spread_z: float, both: bool = False, inside: bool = False
    ) -> Array:
        """A bump of 1 about (x, z): millimetres from the middle and a height; on the left alone unless ``both``."""
        across = np.abs(self.points[:, 0]) if both else self.points[:, 0]
        u = (across - x * self.mm) / (spread_x * self.mm)
        v = (self.points[:, 2] - z) / (spread_z * self.mm)
        value = np.exp(-0.5 * (u * u + v * v)) * (self.skin if not inside else np.maximum(self.skin, self.bag))
        front = ramp(self.points[:, 1], self.marks.axis_y - 5 * self.mm, self.marks.axis_y - 35 * self.mm)
        return np.asarray(value * front)

    def left(self, width: float = 8.0) -> Array:
        """1 on the left half, 0 on the right, blended over twice ``width`` millimetres."""
        return ramp(self.points[:, 0], -width * self.mm, width * self.mm)

    def jaw_turned(self, angle: float, share: Array | None = None) -> Array:
        """(V, 3) displacement when the jaw opens by ``angle`` radians."""
        offset = self.points - self.marks.jaw_hinge
        cosine, sine = np.cos(angle), np.sin(angle)
        turned = offset.copy()
        turned[:, 1] = cosine * offset[:, 1] - sine * offset[:, 2]
        turned[:, 2] = sine * offset[:, 1] + cosine * offset[:, 2]
        return np.asarray((turned - offset) * (self.jaw if share is None else share)[:, None])

    def before_eyes(self, moved: Array) -> Array:
        """Moved skin points (V, 3), kept as far out of the eyeballs as they were, or as a lid is thick."""
        centre = self.marks.eye_centre * np.stack(
            [np.where(self.points[:, 0] < 0, -1.0, 1.0), *(np.ones(len(moved)),) * 2], axis=1
        )
        gap = np.linalg.norm(self.points - centre, axis=1) - self.marks.eye_radius
        pushed = pushed_out(moved, self.marks, np.clip(gap, 0, LID * self.marks.unit))
        near = (self.skin > 0.5) & (moved[:, 1] < centre[:, 1] - 1 * self.mm)
        return np.where(near[:, None], pushed, moved)


def face_of(mesh: BodyMesh) -> Face:
    """Finds the face of a body."""
    marks, mouth = mesh.head.marks, mesh.head.mouth
    vertices = mesh.vertices
    count = len(vertices)
    loose = np.zeros(count, bool)
    loose[np.concatenate([mouth.upper_teeth, mouth.lower_teeth, mouth.tongue])] = True
    chosen = np.flatnonzero(_of_head(mesh))
    points = vertices[chosen]
    lower, lips, bag = np.zeros(count), np.zeros(count), np.zeros(count)
    ring_count = mouth.lips.shape[1]
    across, side = lip_places(ring_count)
    # An open mouth is an oval: towards its corners both lips go half-way with the jaw.
    above = 0.5 - 0.5 * side * np.sqrt(np.clip(1 - across**2, 0, 1)) ** 0.7
    lower[:] = _below_slit(vertices, marks)
    for ring, strength in ((2, 1.0), (3, 1.0), (4, 1.0), (5, 1.0)):
        lower[mouth.lips[ring]] = above
        lips[mouth.lips[ring]] = strength
    lower[mouth.lips[1]] = 0.8 * above + 0.2 * lower[mouth.lips[1]]
    lips[mouth.lips[1]] = 0.45
    bag[mouth.bag] = 1.0
    lower[mouth.bag] = mouth.bag_lower
    lower[mouth.upper_teeth], lower[mouth.lower_teeth], lower[mouth.tongue] = 0.0, 1.0, 1.0
    skin = np.ones(count)
    skin[loose | (bag > 0)] = 0.0
    skin[_sockets(mesh)] = 0.0
    jaw = lower * _jaw_reach(vertices, marks)
    jaw[loose] = lower[loose]
    upper_lid, lower_lid = _lids(mesh)
    tongue = np.zeros(count)
    tongue[mouth.tongue] = 1.0
    return Face(
        index=chosen,
        points=points,
        skin=skin[chosen],
        lower_lip=lower[chosen],
        lips=lips[chosen],
        jaw=jaw[chosen],
        tongue=tongue[chosen],
        bag=bag[chosen],
        marks=marks,
        upper_lid=upper_lid[chosen],
        lower_lid=lower_lid[chosen],
        lid_edges=_lid_edges(mesh),
    )


def jaw_shares(mesh: BodyMesh) -> Array:
    """(V,) how far each vertex of a body goes with its jaw, 0..1: chin, lower lip, lower teeth and tongue."""
    face = face_of(mesh)
    shares = np.zeros(len(mesh.vertices))
    shares[face.index] = np.clip(face.jaw, 0, 1)
    return shares


def _of_head(mesh: BodyMesh) -> NDArray[np.bool_]:
    found = np.zeros(len(mesh.vertices), bool)
    found[mesh.faces[np.array(mesh.chart) == "head"]] = True
    return found


def _sockets(mesh: BodyMesh) -> NDArray[np.int64]:
    """Vertices inside the eye sockets: behind the lids' edges."""
    source, target = edges_of(mesh.faces)
    inside = np.zeros(len(mesh.vertices), bool)
    lids = np.concatenate([ring.ravel() for ring in mesh.head.lids])
    barrier = np.zeros(len(mesh.vertices), bool)
    barrier[lids] = True
    centre = mesh.head.marks.eye_centre
    for side in (1.0, -1.0):
        near = np.linalg.norm(mesh.vertices - centre * [side, 1, 1], axis=1)
        start = near < mesh.head.marks.eye_radius * 1.02
        inside |= start & ~barrier
    for _ in range(8):
        reached = np.zeros_like(inside)
        reached[target[inside[source]]] = True
        inside |= reached & ~barrier
    return np.flatnonzero(inside)


def _below_slit(vertices: Array, marks: FaceMarks) -> Array:
    """0 above the line from the mouth to the jaw's hinge, 1 below; the further from the lips, the softer."""
    mm = MM * marks.unit
    hinge = marks.jaw_hinge
    way = np.clip((vertices[:, 1] - marks.mouth_y) / (hinge[1] - marks.mouth_y), 0, 1)
    line = marks.mouth_z + way * (hinge[2] - marks.mouth_z)
    away = np.hypot(np.maximum(np.abs(vertices[:, 0]) - 22 * mm, 0), 0.6 * (vertices[:, 1] - marks.mouth_y))
    soft = np.clip(4 * mm + 0.45 * away, 4 * mm, 26 * mm)
    return ramp(vertices[:, 2], line + 0.7 * soft, line - 1.3 * soft)


def _jaw_reach(vertices: Array, marks: FaceMarks) -> Array:
    """1 on face and chin, fading under the chin and behind the hinge."""
    mm = MM * marks.unit
    behind = ramp(vertices[:, 1], marks.jaw_hinge[1] + 4 * mm, marks.jaw_hinge[1] - 26 * mm)
    floor = marks.chin_z - 14 * mm
    under = ramp(vertices[:, 2], floor - 22 * mm, floor + 6 * mm)
    return behind * under


def _lids(mesh: BodyMesh) -> tuple[Array, Array]:
    """How far each vertex goes with the edge of an upper, a lower lid."""
    upper, lower = np.zeros(len(mesh.vertices)), np.zeros(len(mesh.vertices))
    for rings in mesh.head.lids:
        count = rings.shape[1]
        around = (np.arange(count) - count // 8) / count * 2 * np.pi
        above = np.clip(1.3 * np.sin(around), 0, 1) ** 0.6
        below = np.clip(-1.3 * np.sin(around), 0, 1) ** 0.6
        for number, share in enumerate((0.0, 0.22, 0.58, 0.92, 1.0, 1.0)):
            upper[rings[number]] = share * above
            lower[rings[number]] = share * below
    return upper, lower


def _lid_edges(mesh: BodyMesh) -> tuple[Array, Array]:
    edge = mesh.head.lids[0][4]
    offset = mesh.vertices[np.roll(edge, -(len(edge) // 8))] - mesh.head.marks.eye_centre
    curve = np.stack([offset[:, 0], np.arctan2(offset[:, 2], -offset[:, 1])], axis=1)
    half = len(edge) // 2
    upper, lower = curve[: half + 1], np.concatenate([curve[:1], curve[: half - 1 : -1]])
    return upper[np.argsort(upper[:, 0])], lower[np.argsort(lower[:, 0])]
