"""Where a humanoid's parts lie: from its joints and its vertices to frames that map it onto the body atlas.

Everything is relative to the body's own size and measured in its rest pose, so units and the object's transform do not
matter. The body stands upright along +Z and faces -Y; arms stretch sideways (T-pose) or hang (A-pose).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CHARTS, PARTS
from ml_core.geometry.humanoid.bone_names import completed_joints
from ml_core.geometry.humanoid.frames import Array, Frame, SheetFrame, TubeFrame, unit

UP = np.array([0.0, 0.0, 1.0])
FRONT = np.array([0.0, -1.0, 0.0])
LEFT = np.array([1.0, 0.0, 0.0])

REQUIRED_JOINTS = (
    "neck",
    "head",
    *(
        f"{side}{limb}"
        for side in ("left", "right")
        for limb in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
    ),
)

CHART_NAMES = tuple(CHARTS)

# t of the landmarks in the head chart, from the crown down: chosen so that the face gets most of the rows.
HEAD_T = {"crown": 0.0, "cap": 0.19, "eyes": 0.40, "nose": 0.54, "mouth": 0.64, "chin": 0.76, "neck": 0.93, "end": 1.0}
FACE = ("nose", "mouth", "chin")
EYE_ANGLE = 0.45
"""Canonical angle (radians) of the eyes' centers in the head chart; measured 0.41 to 0.47 on the shared avatars."""


BORDER_POWER = 24
"""Keeps the borders between parts short: a sleeve ends at the wrist and does not fade into the hand. What is left of a
step in color goes with :mod:`~ml_core.geometry.atlas.seam_leveling`."""


@dataclass(frozen=True)
class BodyFit:
    """The frames of all parts of one body, in the space of the vertices that it was fitted to."""

    frames: Mapping[str, Frame]
    height: float

    @classmethod
    def from_joints(
        cls,
        joints: Mapping[str, Array],
        vertices: Array | None = None,
        part_weights: Array | None = None,
    ) -> BodyFit:
        """Fits the frames.

        Args:
            joints: rest positions (3,) by VRM joint name; :data:`REQUIRED_JOINTS` must be there, ``leftEye``,
                ``rightEye``, ``leftToes`` and ``rightToes`` help, and so do the landmarks ``crown``, ``nose``,
                ``mouth`` and ``chin``, whose heights take precedence over those found on the skin.
            vertices: (V, 3) rest positions of the skin; they say how far heads, hands and feet reach.
            part_weights: (V, len(PARTS)) share of each part in each vertex.

        Raises:
            InputError: a joint is missing.
        """
        joints = completed_joints(joints)
        missing = [name for name in REQUIRED_JOINTS if name not in joints]
        if missing:
            raise InputError(
                "the armature has no bone for {missing}; rename its bones or map them by hand",
                missing=", ".join(missing),
            )
        at = {name: np.asarray(position, dtype=np.float64) for name, position in joints.items()}
        skin = _skin_by_part(vertices, part_weights)
        frames: dict[str, Frame] = {"head": _head(at, skin.get("head")), "torso": _torso(at)}
        for side, outward in (("left", LEFT), ("right", -LEFT)):
            frames |= _limbs(at, side, outward)
            frames[f"{side}_hand"] = _hand(at, side, skin.get(f"{side}_hand"))
            frames[f"{side}_foot"] = _foot(at, side, outward, skin.get(f"{side}_foot"))
        feet = min(at["leftFoot"][2], at["rightFoot"][2])
        return cls(frames=frames, height=float(at["head"][2] - feet) / 0.83)

    def scaled(self, factor: float) -> BodyFit:
        """The fit of the same body at another size."""
        return BodyFit({part: frame.scaled(factor) for part, frame in self.frames.items()}, self.height * factor)

    def project(self, points: Array, part: str) -> tuple[Array, Array, Array]:
        """``(t, across, radius)`` of points (..., 3) in a part's frame."""
        return self.frames[part].project(np.asarray(points, dtype=np.float64))

    def unproject(self, t: Array, across: Array, radius: Array, part: str) -> Array:
        """The points (..., 3) of part coordinates."""
        return self.frames[part].unproject(t, across, radius)

    def chart_weights(self, part_weights: Array, normals: Array) -> Array:
        """(N, len(CHARTS)) share of each chart in each point: a hand's share goes to its back or its palm by the
        normal, and all shares are raised to :data:`BORDER_POWER`."""
        # A row a chart: writing columns would touch all of the memory once for each.
        weights = np.zeros((len(CHART_NAMES), len(part_weights)), np.asarray(part_weights).dtype)
        for index, name in enumerate(CHART_NAMES):
            chart = CHARTS[name]
            share = part_weights[:, PARTS.index(chart.part)]
            frame = self.frames[chart.part]
            if isinstance(frame, SheetFrame):
                facing = np.clip(0.5 + (normals @ frame.normal) / 0.5, 0, 1)
                share = share * (facing if name.endswith("_back") else 1 - facing)
            np.power(share, BORDER_POWER, out=weights[index], casting="same_kind")
        weights /= np.maximum(weights.sum(axis=0), 1e-12)
        return np.ascontiguousarray(weights.T)

    def atlas_coordinates(
        self, points: Array, part_weights: Array, normals: Array, count: int = 2
    ) -> tuple[NDArray[np.intp], Array, Array]:
        """The charts that paint each point, where in the atlas they do, and how much.

        Args:
            points: (N, 3) rest positions.
            part_weights: (N, len(PARTS)), rows sum to 1.
            normals: (N, 3) unit normals.
            count: how many charts may share a point (K).

        Returns:
            chart indices into ``tuple(CHARTS)`` (N, K), atlas uv (N, K, 2), weights (N, K) that sum to 1.
        """
        points = np.asarray(points, dtype=np.float64)
        weights = self.chart_weights(part_weights, normals)
        best = np.empty((len(points), count), np.intp)
        shares = np.empty((len(points), count))
        for place in range(count):
            best[:, place] = weights.argmax(axis=1)
            shares[:, place] = np.take_along_axis(weights, best[:, place : place + 1], axis=1)[:, 0]
            np.put_along_axis(weights, best[:, place : place + 1], -1.0, axis=1)
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
        uv = np.zeros((*best.shape, 2))
        for index, name in enumerate(CHART_NAMES):
            rows, places = np.nonzero(best == index)
            if len(rows):
                t, across, _ = self.project(points[rows], CHARTS[name].part)
                uv[rows, places] = CHARTS[name].to_uv(t, across)
        return best, uv, shares


def _skin_by_part(vertices: Array | None, part_weights: Array | None) -> dict[str, Array]:
    """The vertices that belong to each part by more than half."""
    if vertices is None or part_weights is None:
        return {}
    vertices = np.asarray(vertices, dtype=np.float64)
    found = {part: vertices[part_weights[:, index] > 0.5] for index, part in enumerate(PARTS)}
    return {part: points for part, points in found.items() if len(points) > 8}


def _head(at: Mapping[str, Array], skin: Array | None) -> TubeFrame:
    """Vertical through the head joint; rows by crown, eyes, nose, mouth, chin and neck."""
    neck, head = at["neck"], at["head"]
    size = float(head[2] - neck[2])
    crown = float(skin[:, 2].max()) if skin is not None else head[2] + 1.85 * size
    eyes = [at[name] for name in ("leftEye", "rightEye") if name in at]
    eye = np.mean(eyes, axis=0) if eyes else head + UP * 0.31 * (crown - head[2]) + FRONT * 0.35 * (crown - head[2])
    origin = np.array([head[0], head[1], neck[2]])
    crown = float(at["crown"][2]) if "crown" in at else crown
    found = dict(zip(FACE, _face_profile(skin, origin, float(eye[2]), float(neck[2]), crown), strict=True))
    nose, mouth, chin = (float(at[name][2]) if name in at else found[name] for name in FACE)
    cap = eye[2] + 0.45 * (crown - eye[2])
    heights = {
        "cap": cap,
        "eyes": eye[2],
        "nose": nose,
        "mouth": mouth,
        "chin": chin,
        "neck": neck[2],
        "end": neck[2] - 0.35 * size,
    }
    knots = [(float(height - origin[2]), HEAD_T[name]) for name, height in heights.items()]
    high, reach = float(cap - origin[2]), float(crown - cap)
    knots.append((high + reach * np.pi / 2, HEAD_T["crown"]))
    return TubeFrame(
        origin=origin,
        axis=UP,
        front=FRONT,
        side=LEFT,
        low=float(heights["end"] - origin[2]) - size,
        high=high,
        low_radius=1.0,
        high_radius=reach,
        knots=tuple(knots),
        angles=_eye_angles(at, origin),
    )


def _eye_angles(at: Mapping[str, Array], origin: Array) -> tuple[tuple[float, float], ...]:
    if "leftEye" not in at:
        return ((0.0, 0.0), (np.pi, np.pi))
    offset = at["leftEye"] - origin
    angle = float(np.clip(np.arctan2(abs(offset @ LEFT), offset @ FRONT), 0.25, 0.8))
    return ((0.0, 0.0), (angle, EYE_ANGLE), (1.4, 1.4), (np.pi, np.pi))


def _face_profile(
    skin: Array | None, origin: Array, eye: float, neck: float, crown: float
) -> tuple[float, float, float]:
    """Heights of the nose's tip, the mouth and the chin, from the most forward skin near the middle at each height."""
    size = crown - eye
    reach = min(0.78 * size, 0.72 * (eye - neck))  # large heads on thin necks have their chins high
    nose, mouth, chin = eye - reach / 3, eye - 0.64 * reach, eye - reach
    if skin is None:
        return nose, mouth, chin
    middle = skin[np.abs(skin[:, 0] - origin[0]) < 0.07 * size]
    heights = np.linspace(neck, eye, 65)
    step = heights[1] - heights[0]
    forward = np.full(len(heights), np.nan)
    for index, height in enumerate(heights):
        near = middle[np.abs(middle[:, 2] - height) < 1.5 * step]
        if len(near):
            forward[index] = ((near - origin) @ FRONT).max()
    forward[forward < np.nanmax(forward, initial=-np.inf) - 0.9 * size] = np.nan  # the nape, where the throat is bare
    seen = np.flatnonzero(np.isfinite(forward))
    if len(seen) < 0.6 * len(heights) or np.diff(seen).max() > 4:
        return nose, mouth, chin
    forward = np.interp(np.arange(len(heights)), seen, forward[seen])
    forward[: seen[0]] = forward[seen[0]] - 0.3 * size
    tip = int(forward.argmax())
    slope = np.gradient(forward)
    jaw = 4 + int(slope[4 : max(tip - 12, 6)].argmax())
    jaw = min(jaw + 2, tip - 6)
    return float(heights[tip]), _mouth(heights[jaw : tip + 1], forward[jaw : tip + 1]), float(heights[jaw])


def _mouth(heights: Array, forward: Array) -> float:
    """Midway between the two hollows of the profile from chin to nose: under the lower lip and under the nose."""
    line = np.linspace(forward[0], forward[-1], len(forward))
    below, above = 0.55 * len(forward), 0.60 * len(forward)
    hollow = forward - line
    lower = int(hollow[: int(below)][int(0.2 * len(forward)) :].argmin()) + int(0.2 * len(forward))
    upper = int(hollow[int(above) :].argmin()) + int(above)
    return float(heights[lower] + heights[upper]) / 2


def _torso(at: Mapping[str, Array]) -> TubeFrame:
    """Vertical through the spine; its upper end opens like a fan over the shoulders, its lower one under the crotch."""
    legs = (at["leftUpperLeg"] + at["rightUpperLeg"]) / 2
    arms = (at["leftUpperArm"] + at["rightUpperArm"]) / 2
    neck = at["neck"]
    spine = [at[name] for name in ("hips", "spine", "chest", "upperChest") if name in at]
    middle = np.mean([*spine, neck], axis=0) if spine else (legs + neck) / 2
    origin = np.array([neck[0], middle[1], legs[2]])
    size = float(neck[2] - legs[2])
    high = float(arms[2] - legs[2]) - 0.10 * size
    top = size - high + 0.10 * size
    bottom = 0.22 * size
    return TubeFrame(
        origin=origin,
        axis=UP,
        front=FRONT,
        side=LEFT,
        low=0.0,
        high=high,
        low_radius=bottom,
        high_radius=top,
        knots=((-bottom * 1.45, 1.0), (0.0, 0.82), (high, 0.24), (high + top * 1.25, 0.0)),
    )


def _limbs(at: Mapping[str, Array], side: str, outward: Array) -> dict[str, Frame]:
    """Arms and legs: along the bone, with a margin beyond each joint where two charts overlap."""
    spans = {
        "upper_leg": ("UpperLeg", "LowerLeg", 0.18, 0.06, FRONT),
        "lower_leg": ("LowerLeg", "Foot", 0.06, 0.06, FRONT),
        "upper_arm": ("UpperArm", "LowerArm", 0.15, 0.06, FRONT),
        "lower_arm": ("LowerArm", "Hand", 0.06, 0.08, FRONT),
    }
    frames: dict[str, Frame] = {}
    for part, (start, end, before, after, facing) in spans.items():
        origin, target = at[side + start], at[side + end]
        length = float(np.linalg.norm(target - origin))
        axis = unit(target - origin)
        front = unit(facing - (facing @ axis) * axis)
        away = np.cross(axis, front)
        outside = outward if part.endswith("leg") else UP
        frames[f"{side}_{part}"] = TubeFrame(
            origin=origin,
            axis=axis,
            front=front,
            side=away if away @ outside > 0 else -away,
            low=-length,
            high=2 * length,
            low_radius=1.0,
            high_radius=1.0,
            knots=((-before * length, 0.0), ((1 + after) * length, 1.0)),
        )
    return frames


def _hand(at: Mapping[str, Array], side: str, skin: Array | None) -> SheetFrame:
    """A sheet from the wrist to the fingertips, thumb at negative s."""
    wrist, elbow = at[f"{side}Hand"], at[f"{side}LowerArm"]
    knuckle = at.get(f"{side}MiddleProximal")
    axis = unit((wrist - elbow) if knuckle is None else (knuckle - wrist))
    across = unit(-FRONT - (-FRONT @ axis) * axis)
    normal = np.cross(axis, across)
    normal = normal if normal @ UP > 0 else -normal
    reach = 0.75 * float(np.linalg.norm(wrist - elbow))
    low, high = -0.35 * reach, 0.35 * reach
    if skin is not None:
        offset = skin - wrist
        reach = float((offset @ axis).max())
        sideways = offset @ across
        low, high = float(sideways.min()), float(sideways.max())
    start = -0.06 * reach
    return SheetFrame(
        origin=wrist + start * axis + 0.5 * (low + high) * across,
        axis=axis,
        across=across,
        normal=normal,
        length=1.02 * reach - start,
        half_width=0.52 * (high - low),
    )


def _foot(at: Mapping[str, Array], side: str, outward: Array, skin: Array | None) -> TubeFrame:
    """Level from the heel to the toes, over the sole by a third of the ankle's height."""
    ankle, knee = at[f"{side}Foot"], at[f"{side}LowerLeg"]
    size = 0.5 * float(np.linalg.norm(knee - ankle))
    toes = at.get(f"{side}Toes", ankle + 0.5 * size * FRONT)
    axis = unit((toes - ankle) * [1, 1, 0])
    sole, heel, tip = ankle[2] - 0.22 * size, -0.28 * size, 1.0 * size
    if skin is not None:
        along = (skin - ankle) @ axis
        sole, heel, tip = float(skin[:, 2].min()), float(along.min()), float(along.max())
    origin = ankle.copy()
    origin[2] = sole + 0.35 * (ankle[2] - sole)
    length = tip - heel
    low, high = heel + 0.22 * length, tip - 0.16 * length
    low_radius, high_radius = low - heel, tip - high
    outside = np.cross(axis, UP)
    return TubeFrame(
        origin=origin,
        axis=axis,
        front=UP,
        side=outside if outside @ outward > 0 else -outside,
        low=low,
        high=high,
        low_radius=low_radius,
        high_radius=high_radius,
        knots=(
            (low - low_radius * 1.45, 0.0),
            (low, 0.22),
            (high, 0.80),
            (high + high_radius * 1.45, 1.0),
        ),
    )
