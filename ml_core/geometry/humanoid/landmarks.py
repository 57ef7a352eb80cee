"""Where the joints of a body without bones lie, found from its shape alone.

The body stands upright along +Z in a T- or an A-pose. Its front silhouette gives the crown, the neck, the crotch, the
arms' ends and the thickness of the trunk; slices across limbs give the joints' places in depth. Joints that no shape
shows (a straight elbow, a hip inside the flesh) stand at the shares of the limb that the measured rigs have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.humanoid.frames import Array, unit

SAMPLES = 60_000
BINS = 240
"""Slices over the height of the body: 7 mm each on a person."""

# Shares of the body's measures at which rigs have their joints: means of the shared avatars, MakeHuman's base mesh and
# the built-in body, each within 3 % of the height of all three.
_ELBOW, _WRIST = 0.405, 0.745
_ANKLE, _KNEE = 0.048, 0.49
_HIP_OVER_CROTCH, _NECK_UNDER_THINNEST, _HEAD_OVER_THINNEST = 0.076, 0.030, 0.026
_LEAST_HEIGHT_TO_WIDTH = 0.45

_RADII = {
    "head": 0.060,
    "torso": 0.085,
    "upper_arm": 0.032,
    "lower_arm": 0.027,
    "hand": 0.030,
    "upper_leg": 0.050,
    "lower_leg": 0.036,
    "foot": 0.034,
}
"""Half thickness of each part by the body's height."""


@dataclass(frozen=True)
class Landmarks:
    """``joints`` (3,) by VRM name in the turned space; ``turn`` (3, 3) brings the mesh there: ``points @ turn.T``."""

    joints: dict[str, Array]
    turn: Array


def find_landmarks(vertices: Array, triangles: NDArray) -> Landmarks:
    """The joints of a humanoid that stands upright along +Z, facing any way along X or Y.

    Args:
        vertices: (V, 3), any unit. triangles: (T, 3).

    Raises:
        InputError: the shape is not that of a standing body with its arms away from its sides.
    """
    points = surface_samples(np.asarray(vertices, np.float64), triangles)
    turn = _turn_to_front(points)
    points = points @ turn.T
    low, high = points.min(axis=0), points.max(axis=0)
    height = float(high[2] - low[2])
    if height <= 0 or high[0] - low[0] < _LEAST_HEIGHT_TO_WIDTH * height:
        raise InputError(
            "no arms stretch out of this shape; put the body upright in a T- or an A-pose, or give it an armature"
        )
    body = _Silhouette(points, height)
    joints = {"hips": np.zeros(3), **_trunk(body)}
    if not body.is_humanoid(joints["neck"]):
        raise InputError("its shape is not that of a standing body in a T- or an A-pose; give it an armature")
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joints |= _leg(body, joints["neck"], side, sign)
        joints |= _arm(body, joints["neck"], side, sign)
    joints["hips"] = (joints["leftUpperLeg"] + joints["rightUpperLeg"]) / 2
    joints["hips"][2] += 0.02 * height
    corners = (np.asarray(vertices, np.float64) @ turn.T)[triangles]
    size = high[2] - joints["head"][2]
    of_head = (corners[..., 2] > joints["head"][2] - 0.2 * size).all(axis=1)
    face = surface_samples(corners[of_head].reshape(-1, 3), np.arange(3 * int(of_head.sum())).reshape(-1, 3))
    joints |= _eyes(body, face, joints["head"])
    return Landmarks(joints, turn)


def surface_samples(vertices: Array, triangles: NDArray, count: int = SAMPLES) -> Array:
    """(count, 3) points spread evenly over the surface, always the same ones, so that dense meshing adds no weight."""
    corners = vertices[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    if not len(area) or not np.isfinite(area).all() or area.sum() <= 0:
        raise InputError("the mesh has no surface")
    rng = np.random.default_rng(0)
    chosen = np.searchsorted(np.cumsum(area), (np.arange(count) + rng.random(count)) / count * area.sum())
    corners = corners[np.minimum(chosen, len(area) - 1)]
    a, b = np.sqrt(rng.random((count, 1))), rng.random((count, 1))
    return np.asarray((1 - a) * corners[:, 0] + a * (1 - b) * corners[:, 1] + a * b * corners[:, 2])


def _turn_to_front(points: Array) -> Array:
    """The rotation about +Z after which arms lie along X and toes point along -Y."""
    size = np.ptp(points, axis=0)
    quarter = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    turn = quarter if size[1] > size[0] else np.eye(3)
    turned = points @ turn.T
    level = (turned[:, 2] - turned[:, 2].min()) / size[2]
    foot, ankle = turned[level < 0.03], turned[(level > 0.07) & (level < 0.12)]
    if not len(foot) or not len(ankle):
        return turn
    middle = np.median(ankle[:, 1])
    forward, backward = middle - foot[:, 1].min(), foot[:, 1].max() - middle
    return turn if forward >= backward else np.diag([-1.0, -1.0, 1.0]) @ turn


class _Silhouette:
    """The samples by height, and the extent of the connected middle of each slice."""

    def __init__(self, points: Array, height: float) -> None:
        self.points, self.height = points, height
        self.floor = float(points[:, 2].min())
        self.row = np.clip(((points[:, 2] - self.floor) / height * BINS).astype(int), 0, BINS - 1)
        head = points[self.row > 0.95 * BINS]
        self.middle = float(np.median(head[:, 0]))
        self.half_width = np.array([self._half_width(row) for row in range(BINS)])

    def _half_width(self, row: int) -> float:
        """How far the slice reaches sideways without a gap, from the body's middle; 0 where the middle is empty."""
        near = np.sort(np.abs(self.points[np.abs(self.row - row) <= 1][:, 0] - self.middle)) / self.height
        if not len(near) or near[0] > 0.012:
            return 0.0
        gaps = np.flatnonzero(np.diff(near) > 0.02)
        return float(near[gaps[0] if len(gaps) else -1])

    def is_humanoid(self, neck: Array) -> bool:
        """Whether the front view is mostly empty, and thin at the neck between a head and wider arms."""
        cells = 24
        x = self.points[:, 0]
        across = np.clip(((x - x.min()) / max(float(np.ptp(x)), 1e-12) * cells).astype(int), 0, cells - 1)
        filled = len(np.unique(across * BINS + self.row * cells // BINS)) / cells**2
        row = int(np.clip((neck[2] - self.floor) / self.height * BINS, 2, BINS - 3))
        return filled < 0.66 and 0 < self.half_width[row + 4 : row + 16].min(initial=1.0) < 0.16 and row > 0.3 * BINS

    def z(self, row: float) -> float:
        return self.floor + (row + 0.5) / BINS * self.height

    def near(self, z: float, reach: float = 0.012) -> Array:
        """The samples within ``reach`` of the height from ``z``."""
        return self.points[np.abs(self.points[:, 2] - z) < reach * self.height]


def _trunk(body: _Silhouette) -> dict[str, Array]:
    """Neck and head: the thinnest slice between the head's widest one and the shoulders."""
    width = np.convolve(np.pad(body.half_width, 2, "edge"), np.ones(5) / 5, "valid")
    top = int(0.985 * BINS)
    widest = thinnest = top
    for row in range(top, BINS // 3, -1):
        if width[row] > width[widest] and width[thinnest] > 0.9 * width[widest]:
            widest = thinnest = row
        elif width[row] < width[thinnest]:
            thinnest = row
        elif width[thinnest] < 0.9 * width[widest] and width[row] > 1.25 * width[thinnest]:
            break
    z = body.z(thinnest)
    # A head's height over the neck, in bodies of usual proportions, is this share of the whole.
    size = (body.floor + body.height - z) / 0.135
    slice_ = body.near(z)
    slice_ = slice_[np.abs(slice_[:, 0] - body.middle) < 1.2 * max(width[thinnest], 0.02) * body.height]
    # The spine runs behind the middle of the neck, and a beard or a chin reaches far before it.
    depth = float(0.36 * slice_[:, 1].min() + 0.64 * slice_[:, 1].max()) if len(slice_) else 0.0
    return {
        "neck": np.array([body.middle, depth, z - _NECK_UNDER_THINNEST * min(size, body.height)]),
        "head": np.array([body.middle, depth, z + _HEAD_OVER_THINNEST * min(size, body.height)]),
    }


def _crotch(body: _Silhouette, neck: Array) -> float:
    """Height of the highest slice whose middle is empty; where skirts or thighs hide that, where legs usually part."""
    trunk = float(neck[2]) - body.floor
    rows = np.arange(int(0.1 * BINS), int(0.62 * BINS))
    empty = rows[body.half_width[rows] == 0]
    found = body.z(empty.max()) - body.floor if len(empty) > 8 else 0.0
    return body.floor + (found if found > 0.42 * trunk else 0.54 * trunk)


def _leg(body: _Silhouette, neck: Array, side: str, sign: float) -> dict[str, Array]:
    crotch = _crotch(body, neck)
    hip_z = crotch + _HIP_OVER_CROTCH * body.height
    ankle_z = body.floor + _ANKLE * body.height

    def center(z: float, reach: float) -> Array:
        slice_ = body.near(z)
        out = sign * (slice_[:, 0] - body.middle) / body.height
        leg = slice_[(out > 0) & (out < reach)]
        if len(leg) < 8:
            return np.array([body.middle + sign * 0.05 * body.height, 0.0, z])
        return np.array([*(leg[:, :2].min(axis=0) + leg[:, :2].max(axis=0)) / 2, z])

    thigh = center(crotch - 0.03 * body.height, 0.14)
    knee = center(ankle_z + _KNEE * (hip_z - ankle_z), 0.2)
    ankle = center(body.floor + 0.085 * body.height, 0.25)
    ankle[2] = ankle_z
    hip = np.array([*thigh[:2], hip_z])
    return {
        f"{side}UpperLeg": hip,
        f"{side}LowerLeg": knee,
        f"{side}Foot": ankle,
    }


def _arm(body: _Silhouette, neck: Array, side: str, sign: float) -> dict[str, Array]:
    """The shoulder inside the end of the trunk's top line, the tip at the farthest point, the rest between them."""
    height = body.height
    outward = sign * (body.points[:, 0] - body.middle)
    tip = body.points[outward > outward.max() - 0.012 * height].mean(axis=0)
    crotch = _crotch(body, neck)
    chest_rows = [
        int((crotch + share * (neck[2] - crotch) - body.floor) / height * BINS) for share in (0.5, 0.56, 0.62)
    ]
    half = min(float(np.median(body.half_width[chest_rows])), 0.11)
    reach = 1.13 * half * height
    column = body.points[np.abs(outward - reach) < 0.012 * height]
    column = column[(column[:, 2] > (crotch + neck[2]) / 2) & (column[:, 2] < neck[2] + 0.03 * height)]
    if len(column) < 8:
        raise InputError("the shoulders of this shape are not found; add the landmarks and move them by hand")
    column = column[column[:, 2] > column[:, 2].max() - 0.06 * height]
    depth = (column[:, 1].min() + column[:, 1].max()) / 2
    shoulder = np.array([body.middle + sign * reach, depth, column[:, 2].max() - 0.036 * height])
    joints = {f"{side}UpperArm": shoulder}
    for name, share in (("LowerArm", _ELBOW), ("Hand", _WRIST)):
        joints[side + name] = _section(body, shoulder + share * (tip - shoulder), unit(tip - shoulder), 0.06)
    return joints


def _section(body: _Silhouette, place: Array, axis: Array, reach: float) -> Array:
    """The middle of the limb where a plane across ``axis`` at ``place`` cuts it."""
    offset = body.points - place
    along = offset @ axis
    across = np.linalg.norm(offset - along[:, None] * axis, axis=1)
    near = body.points[(np.abs(along) < 0.01 * body.height) & (across < reach * body.height)]
    return (near.min(axis=0) + near.max(axis=0)) / 2 if len(near) > 8 else place


def _eyes(body: _Silhouette, points: Array, head: Array) -> dict[str, Array]:
    """Eyes at the openings of the lids; else at the hollow over the nose, where the profile of the face has one; else
    at their usual height. ``points`` are samples of the head."""
    crown = body.floor + body.height
    size = crown - float(head[2])
    face = points[(np.abs(points[:, 0] - body.middle) < 0.03 * size) & (points[:, 1] < head[1])]
    heights = np.linspace(head[2] - 0.12 * size, head[2] + 0.72 * size, 60)
    forward = np.array([_reach(face, z, 0.015 * size) for z in heights])
    seen = np.flatnonzero(np.isfinite(forward))
    eye = float(head[2] + 0.33 * size)
    if len(seen) > 0.8 * len(heights):
        smooth = np.interp(np.arange(len(heights)), seen, forward[seen])
        smooth = np.convolve(np.pad(smooth, 1, "edge"), [0.25, 0.5, 0.25], "valid")
        nose = int(smooth[:40].argmax())
        above = smooth[nose : nose + 22]
        bridge = nose + int(np.argmin(above - np.linspace(above[0], above[-1], len(above)))) if len(above) > 4 else nose
        if 4 < bridge - nose < 21 and smooth[nose] - smooth[bridge] > 0.02 * size:
            eye = float(heights[bridge]) - 0.01 * size
    level = points[np.abs(points[:, 2] - eye) < 0.03 * size]
    half = float(np.abs(level[:, 0] - body.middle).max()) if len(level) else 0.4 * size
    apart = 0.35 * min(half, 0.55 * size)
    eye = _opening(points, body.middle, apart, eye, size)
    eyes = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        near = level[np.abs(level[:, 0] - body.middle - sign * apart) < 0.05 * size]
        depth = float(near[:, 1].min()) + 0.06 * size if len(near) else head[1] - 0.4 * size
        eyes[f"{side}Eye"] = np.array([body.middle + sign * apart, depth, eye])
    return eyes


def _opening(points: Array, middle: float, apart: float, eye: float, size: float) -> float:
    """Height of the middle of the gap between the lids near ``eye``, where the front view looks into the head."""
    column = points[np.abs(np.abs(points[:, 0] - middle) - apart) < 0.035 * size]
    heights = np.linspace(eye - 0.18 * size, eye + 0.18 * size, 46)
    forward = np.array([_reach(column, z, 0.008 * size) for z in heights])
    skin = np.nanmedian(forward) if np.isfinite(forward).any() else 0.0
    deep = np.flatnonzero(~(forward > skin - 0.07 * size))
    if not 2 <= len(deep) <= 16 or np.diff(deep).max() > 2:
        return eye
    return float(heights[deep].mean())


def _reach(strip: Array, z: float, reach: float) -> float:
    near = strip[np.abs(strip[:, 2] - z) < reach]
    return float(-near[:, 1].min()) if len(near) else float("nan")


def upright_turn(joints: Mapping[str, Array]) -> Array:
    """(3, 3) that brings a skeleton in any space to one that stands along +Z and faces -Y, by quarter turns.

    Rigs come with their bones in a space that lies on its back or has Y up, under an object that turns them upright.
    """
    needed = ("head", "leftFoot", "rightFoot", "leftUpperArm", "rightUpperArm")
    if any(name not in joints for name in needed):
        return np.eye(3)
    up = joints["head"] - (joints["leftFoot"] + joints["rightFoot"]) / 2
    left = joints["leftUpperArm"] - joints["rightUpperArm"]
    axes = np.zeros((3, 3))
    axes[2, np.argmax(np.abs(up))] = np.sign(up[np.argmax(np.abs(up))])
    left = np.where(axes[2] != 0, 0.0, left)
    axes[0, np.argmax(np.abs(left))] = np.sign(left[np.argmax(np.abs(left))])
    axes[1] = np.cross(axes[2], axes[0])
    return axes


def weights_by_shape(vertices: Array, triangles: NDArray, joints: Mapping[str, Array]) -> Array:
    """(V, len(PARTS)) share of each body part in each vertex, by its distance from the bones between the joints.

    Args:
        vertices: (V, 3) in the joints' space; triangles: (T, 3), over which the shares are smoothed.
    """
    vertices = np.asarray(vertices, np.float64)
    top = float(vertices[:, 2].max())
    height = top - float(vertices[:, 2].min())
    inverse = np.zeros((len(vertices), len(PARTS)))
    for part, spans in _bones(joints, top).items():
        kind = part.removeprefix("left_").removeprefix("right_")
        nearest = np.min([_distance(vertices, start, end) for start, end in spans], axis=0)
        inverse[:, PARTS.index(part)] = (nearest / (_RADII[kind] * height) + 0.05) ** -8.0
    # No trunk is over the base of the neck, however near it lies: that is the chin.
    over = np.maximum(vertices[:, 2] - joints["neck"][2], 0) / (0.015 * height)
    inverse[:, PARTS.index("torso")] *= np.exp(-(over**2))
    weights = inverse / inverse.sum(axis=1, keepdims=True)
    return _smoothed(weights, triangles)


def _bones(joints: Mapping[str, Array], top: float) -> dict[str, list[tuple[Array, Array]]]:
    neck, head = joints["neck"], joints["head"]
    legs = (joints["leftUpperLeg"] + joints["rightUpperLeg"]) / 2
    crown = np.array([head[0], head[1], max(top - 0.3 * (top - head[2]), head[2])])
    low = neck - 0.12 * (neck - legs)
    inner = {side: low + 0.75 * (joints[f"{side}UpperArm"] - low) for side in ("left", "right")}
    waist = {side: legs + 0.8 * (joints[f"{side}UpperLeg"] - legs) for side in ("left", "right")}
    bones = {
        "head": [(neck + 0.2 * (head - neck), crown)],
        "torso": [(legs, low), (inner["left"], inner["right"]), *((waist[s], inner[s]) for s in ("left", "right"))],
    }
    for side in ("left", "right"):
        at = {name: joints[side + name] for name in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")}
        forearm, shin = at["Hand"] - at["LowerArm"], float(np.linalg.norm(at["Foot"] - at["LowerLeg"]))
        toes = at["Foot"] + np.array([0.0, -0.4 * shin, -0.12 * shin])
        for part, start, end in (
            ("upper_arm", at["UpperArm"] + 0.12 * (at["LowerArm"] - at["UpperArm"]), at["LowerArm"]),
            ("lower_arm", at["LowerArm"], at["Hand"]),
            ("hand", at["Hand"] + 0.12 * forearm, at["Hand"] + 0.65 * forearm),
            ("upper_leg", at["UpperLeg"] + 0.15 * (at["LowerLeg"] - at["UpperLeg"]), at["LowerLeg"]),
            ("lower_leg", at["LowerLeg"], at["Foot"] + 0.1 * (at["LowerLeg"] - at["Foot"])),
            ("foot", at["Foot"] + np.array([0.0, 0.08 * shin, -0.08 * shin]), toes),
        ):
            bones[f"{side}_{part}"] = [(start, end)]
    return bones


def _distance(points: Array, start: Array, end: Array) -> Array:
    """(N,) distance of points from the segment."""
    way = end - start
    share = np.clip((points - start) @ way / max(float(way @ way), 1e-12), 0, 1)
    return np.linalg.norm(points - start - share[:, None] * way, axis=1)


def _smoothed(weights: Array, triangles: NDArray, rounds: int = 3) -> Array:
    source, target = triangles[:, [0, 1, 2]].ravel(), triangles[:, [1, 2, 0]].ravel()
    source, target = np.concatenate([source, target]), np.concatenate([target, source])
    degree = np.maximum(np.bincount(target, minlength=len(weights)), 1)[:, None]
    for _ in range(rounds):
        mean = np.stack([np.bincount(target, column[source], len(weights)) for column in weights.T], axis=1) / degree
        weights = np.where(degree > 1, 0.5 * weights + 0.5 * mean, weights)
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
