"""Ground contact in recorded clips: which foot is planted, and how fast a walk in place would travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.motions.recorded import Recording
from ml_core.geometry.motion.feet import runs, sole_points
from ml_core.geometry.motion.skeleton import INDEX, SIDES

Array = NDArray[np.floating]

_LOW, _LOW_RUNNING = 0.032, 0.055
"""A foot whose sole is lower than this, in leg lengths, may stand."""
_STILL, _STILL_SHARE, _STILL_SHARE_RUNNING = 0.45, 0.6, 0.82
"""Leg lengths a second by which a standing foot still seems to move, and the share of the speed of a walk and of a run,
whose recorded feet slide."""
_RUNNING = 2.5
"""Leg lengths a second."""
_SHORTEST, _GAP = 3, 2
"""Frames of the shortest stand, and of the longest gap in one that is closed."""


def sole_paths(recording: Recording, side: str) -> dict[str, Array]:
    """Where the points of :func:`sole_points` are in each frame, (F, 3) in leg lengths."""
    skeleton = recording.skeleton
    at = skeleton.places(recording.turned, recording.hips * skeleton.leg)
    paths = {}
    for name, point in sole_points(skeleton, side).items():
        joint = f"{side}Toes" if name == "tip" else f"{side}Foot"
        turn = recording.turned[:, INDEX[joint]]
        paths[name] = (at[joint] + turn @ (point - skeleton.rest[joint])) / skeleton.leg
    return paths


def contacts(recording: Recording, moves: bool, loops: bool) -> tuple[NDArray[np.bool_], Array]:
    """``(contact (F, 2), speed (2,))``: the speed x, y in leg lengths a second at which the standing feet stay where
    they are, 0 unless the clip ``moves``."""
    paths = [sole_paths(recording, side) for side in SIDES]
    lowest = [_lowest(points) for points in paths]
    speed = np.zeros(2)
    velocities = [_velocity(point, recording.fps, loops) for _, point in lowest]
    if moves:
        stands = np.concatenate([v[h < _LOW] for (h, _), v in zip(lowest, velocities, strict=True)])
        speed = -np.median(stands, axis=0) if len(stands) else speed
        speed[0] = 0.0
    pace = float(np.linalg.norm(speed))
    low, share = (_LOW, _STILL_SHARE) if pace < _RUNNING else (_LOW_RUNNING, _STILL_SHARE_RUNNING)
    limit = max(_STILL, share * pace)
    contact = np.zeros((len(recording.hips), 2), bool)
    for number, ((height, _), velocity) in enumerate(zip(lowest, velocities, strict=True)):
        still = np.linalg.norm(velocity + speed, axis=1) < limit
        contact[:, number] = cleaned((height < low) & still, loops)
    return contact, speed


def _lowest(points: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Height (F,) of the lower of heel and ball, and the points of both."""
    height = np.minimum(points["heel"][:, 2], points["ball"][:, 2])
    return height, {name: points[name] for name in ("heel", "ball")}


def _velocity(points: Mapping[str, Array], fps: float, loops: bool) -> Array:
    """Horizontal velocity (F, 2) of the lower of heel and ball, leg lengths a second."""

    def slope(path: Array) -> Array:
        if loops:
            ring = np.concatenate([path[-2:-1], path, path[1:2]])
            return (ring[2:] - ring[:-2]) * fps / 2
        return np.gradient(path, axis=0) * fps

    both = {name: slope(path)[:, :2] for name, path in points.items()}
    heel_lower = points["heel"][:, 2] < points["ball"][:, 2]
    return np.where(heel_lower[:, None], both["heel"], both["ball"])


def cleaned(stands: NDArray[np.bool_], loops: bool) -> NDArray[np.bool_]:
    """Contacts (F,) without gaps and without stands too short to be intended; a loop's last frame is its first."""
    body = stands[:-1] if loops else stands
    for value, longest in ((False, _GAP), (True, _SHORTEST - 1)):
        ring = np.concatenate([body, body, body]) if loops else body
        for start, end in runs(ring == value):
            whole = start > 0 and end < len(ring)
            if end - start <= longest and whole:
                ring[start:end] = not value
        body = ring[len(body) : 2 * len(body)] if loops else ring
    return np.append(body, body[0]) if loops else body


def on_ground(recording: Recording) -> Recording:
    """The recording raised or lowered until the soles touch the ground where they are lowest."""
    points = [path[:, 2] for side in SIDES for path in sole_paths(recording, side).values()]
    lowest = float(np.percentile(np.min(points, axis=0), 15))
    return replace(recording, hips=recording.hips - np.array([0.0, 0.0, lowest]))
