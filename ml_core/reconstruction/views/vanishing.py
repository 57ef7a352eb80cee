"""The camera of one picture of a place with right angles, from where its parallel lines meet (Caprile, Torre 1990)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

from .cameras import Camera

FOCALS = (0.35, 4.0)
"""Focal length by picture width that is looked for: from a wide angle to a long lens."""
_TRIES = 1600
_SEARCHED = 160
"""Longest segments that the search uses; all of them refine what it finds."""
_NEAR = np.radians(2.0)
"""By how much a segment may miss its vanishing point."""
_FEWEST = 6
_USUAL_FOCALS = (0.5, 0.7, 0.9, 1.2, 1.7)
_FOCAL_SPREAD = 0.6
"""One standard deviation of the logarithm of an unknown focal length, about :data:`_USUAL`."""
_USUAL = 0.85
_CENTER_SPREAD = {False: 0.004, True: 0.2}
"""One standard deviation of the principal point, by the longer side: of a whole picture, and of a cropped one."""
AXES = ("x", "y", "z")


@dataclass(frozen=True)
class Match:
    """``camera`` stands at the origin, Z up; ``segments`` (N, 4) pixels and ``axes`` (N,) which axis each runs along,
    -1 for none; ``support``: share of their length that the three axes explain; ``error``: degrees by which they miss
    on average (median); ``focal_error``: one standard deviation of the focal length, relative."""

    camera: Camera
    segments: NDArray[np.float64]
    axes: NDArray[np.int64]
    support: float
    error: float
    focal_error: float


def match_camera(
    segments: NDArray[np.floating],
    size: tuple[int, int],
    focal: float | None = None,
    drawn: Sequence[int] | None = None,
    is_cropped: bool = False,
    name: str = "",
    seed: int = 0,
) -> Match:
    """The rotation, focal length and principal point of a picture of a place whose lines run along three axes.

    Args:
        segments: (N, 4) x1, y1, x2, y2 in pixels from the upper left corner.
        size: width and height of the picture in pixels.
        focal: in pixels, where it is known.
        drawn: for each segment the axis along which the user drew it (0 x, 1 y, 2 z upward), of at least two axes;
            ``None`` to find them.
        is_cropped: the principal point may be far from the middle.

    Raises:
        InputError: too few lines, or they do not agree on three axes.
    """
    lines = np.asarray(segments, np.float64).reshape(-1, 4)
    lengths = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    usable = lengths > 3
    lines, lengths = lines[usable], lengths[usable]
    drawn_axes = None if drawn is None else np.asarray(drawn, np.int64)[usable]
    fewest = 4 if drawn_axes is not None else _FEWEST
    if len(lines) < fewest:
        raise InputError(
            "{name}: {count} straight lines are too few; draw {least} or more along edges of walls and furniture",
            name=name or "picture",
            count=len(lines),
            least=fewest,
        )
    side = float(max(size))
    # Numbers around one: pixels from the middle of the picture, by its longer side.
    ends = (lines.reshape(-1, 2, 2) - np.array(size) / 2) / side
    weights = lengths / lengths.sum()
    known = None if focal is None else focal / side
    start = (
        _drawn_start(ends, weights, drawn_axes, known)
        if drawn_axes is not None
        else _search(ends, weights, known, seed)
    )
    if start is None:
        raise InputError(
            "{name}: its lines agree on no three directions at right angles; draw two or more lines along each of two",
            name=name or "picture",
        )
    rotation, f = start
    f, center, rotation, focal_error = _refined(ends, weights, rotation, f, known, drawn_axes, is_cropped)
    order = _named_axes(rotation)
    if drawn_axes is None:
        rotation = order @ rotation
    angles = _misses(ends, rotation, f, center)
    axes = angles.argmin(axis=0) if drawn_axes is None else drawn_axes
    missed = angles[axes, np.arange(len(axes))]
    axes = np.where(missed < 1.5 * _NEAR, axes, -1)
    support = float(weights[axes >= 0].sum())
    if support < 0.2:
        raise InputError(
            "{name}: its lines agree on no three directions at right angles; draw two or more lines along each of two",
            name=name or "picture",
        )
    camera = Camera(
        name,
        size[0],
        size[1],
        f * side,
        (size[0] / 2 + center[0] * side, size[1] / 2 + center[1] * side),
        rotation.T,
        np.zeros(3),
    )
    error = float(np.degrees(np.median(missed[axes >= 0])))
    return Match(camera, lines, axes, support, error, focal_error)


def _plane_normals(ends: NDArray[np.float64], f: float, center: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit normals (N, 3) of the planes through the camera and each segment."""
    rays = np.concatenate([(ends - center) / f, np.ones((*ends.shape[:2], 1))], axis=2)
    normals = np.cross(rays[:, 0], rays[:, 1])
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _misses(
    ends: NDArray[np.float64], rotation: NDArray[np.float64], f: float, center: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """(3, N) radians between each segment and the direction from its middle to the vanishing point of each axis.

    ``rotation`` has the three axes as its rows, in the camera's directions.
    """
    middle = ends.mean(axis=1) - center
    way = ends[:, 1] - ends[:, 0]
    # Of a direction d the vanishing point is f d_xy / d_z; toward it from the middle m: f d_xy - d_z m.
    toward = f * rotation[:, None, :2] - rotation[:, None, 2:] * middle[None]
    cross = toward[..., 0] * way[:, 1] - toward[..., 1] * way[:, 0]
    dot = (toward * way).sum(axis=2)
    return np.arctan2(np.abs(cross), np.abs(dot))


def _score(misses: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    best = misses.min(axis=0)
    return float((weights * np.exp(-0.5 * (best / (_NEAR / 2)) ** 2)).sum())


def _search(
    ends: NDArray[np.float64], weights: NDArray[np.float64], known: float | None, seed: int
) -> tuple[NDArray[np.float64], float] | None:
    """The axes and focal length that explain most length, among many proposals from a few segments each."""
    random = np.random.default_rng(seed)
    longest = np.argsort(-weights)[:_SEARCHED]
    ends, weights = ends[longest], weights[longest] / weights[longest].sum()
    rays = np.concatenate([ends, np.ones((*ends.shape[:2], 1))], axis=2)
    lines = np.cross(rays[:, 0], rays[:, 1])  # in the picture, at a focal length of one
    share = np.sqrt(weights) / np.sqrt(weights).sum()
    best: tuple[float, NDArray[np.float64], float] | None = None
    for number in range(_TRIES):
        a, b, c, d = random.choice(len(lines), 4, replace=len(lines) < 4, p=share)
        first = np.cross(lines[a], lines[b])
        f = known
        if f is None and number % 2:
            # Two vanishing points at a right angle give the focal length.
            second = np.cross(lines[c], lines[d])
            if abs(first[2]) < 1e-9 or abs(second[2]) < 1e-9:
                continue
            square = -float(first[:2] @ second[:2] / (first[2] * second[2]))
            if not FOCALS[0] ** 2 < square < FOCALS[1] ** 2:
                continue
            f = float(np.sqrt(square))
        elif f is None:
            f = float(random.choice(_USUAL_FOCALS))
        x = first / np.array([f, f, 1.0])
        norm = np.linalg.norm(x)
        if norm < 1e-9:
            continue
        x /= norm
        plane = lines[c] * np.array([f, f, 1.0])
        y = np.cross(plane, x)
        norm = np.linalg.norm(y)
        if norm < 1e-9:
            continue
        y /= norm
        rotation = np.stack([x, y, np.cross(x, y)])
        prior = 0.0 if known is not None else 0.02 * (np.log(f / _USUAL) / _FOCAL_SPREAD) ** 2
        score = _score(_misses(ends, rotation, f), weights) - prior
        if best is None or score > best[0]:
            best = (score, rotation, f)
    return None if best is None else (best[1], best[2])


def _drawn_start(
    ends: NDArray[np.float64], weights: NDArray[np.float64], drawn_axes: NDArray[np.int64], known: float | None
) -> tuple[NDArray[np.float64], float] | None:
    """Axes and focal length from segments whose axes are known, of two axes at least."""
    best: tuple[float, NDArray[np.float64], float] | None = None
    for f in (known,) if known is not None else np.geomspace(*FOCALS, 60):
        normals = _plane_normals(ends, f, np.zeros(2))
        found: dict[int, NDArray[np.float64]] = {}
        for axis in range(3):
            mine = drawn_axes == axis
            if mine.sum() >= 2:
                weighted = normals[mine] * np.sqrt(weights[mine])[:, None]
                found[axis] = np.linalg.svd(weighted)[2][2]
        if len(found) < 2:
            return None
        for signs in product((1, -1), repeat=3):
            rotation = _nearest_axes({axis: way * signs[axis] for axis, way in found.items()})
            misses = _misses(ends, rotation, f)[drawn_axes, np.arange(len(drawn_axes))]
            score = float((weights * np.exp(-0.5 * (misses / _NEAR) ** 2)).sum())
            # Z is up: against the picture's Y. X runs to the right.
            score -= 10.0 * (rotation[2, 1] > 0) + 0.5 * (rotation[0, 0] < 0) * (drawn_axes == 0).any()
            if best is None or score > best[0]:
                best = (score, rotation, float(f))
    return None if best is None else (best[1], best[2])


def _nearest_axes(found: dict[int, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The rotation (3, 3) whose rows are nearest to the directions found for some of them."""
    rows = [found.get(axis) for axis in range(3)]
    for axis in range(3):
        if rows[axis] is None:
            one, other = rows[(axis + 1) % 3], rows[(axis + 2) % 3]
            assert one is not None
            assert other is not None
            rows[axis] = np.cross(one, other)
    u, _, vt = np.linalg.svd(np.array(rows))
    return u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt


def _turned(rotation: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """``rotation`` whose rows are turned by a rotation vector (3,) of the camera's directions."""
    angle = float(np.linalg.norm(by))
    if angle < 1e-12:
        return rotation
    x, y, z = by / angle
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew
    return rotation @ turn.T


def _refined(
    ends: NDArray[np.float64],
    weights: NDArray[np.float64],
    rotation: NDArray[np.float64],
    f: float,
    known: float | None,
    drawn_axes: NDArray[np.int64] | None,
    is_cropped: bool,
) -> tuple[float, NDArray[np.float64], NDArray[np.float64], float]:
    """Focal length, principal point and axes by robust least squares (Levenberg and Marquardt) on all segments, and
    the standard deviation of the focal length's logarithm."""
    center = np.zeros(2)
    spread = np.array([1e-4 if known is not None else _FOCAL_SPREAD, *[_CENTER_SPREAD[is_cropped]] * 2])
    usual = known if known is not None else _USUAL
    scale = np.sqrt(weights * len(weights))

    def residuals(step: NDArray[np.float64], axes: NDArray[np.int64]) -> NDArray[np.float64]:
        new_f, new_center = f * np.exp(step[0]), center + step[1:3]
        turned = _turned(rotation, step[3:])
        signed = _signed_misses(ends, turned, new_f, new_center, axes)
        prior = np.array([np.log(new_f / usual), *new_center]) / spread
        return np.concatenate([scale * np.tanh(signed / (2 * _NEAR)) * 2, 0.5 * prior])

    damping = 1e-3
    jacobian = np.zeros((len(ends) + 3, 6))
    for _ in range(40):
        misses = _misses(ends, rotation, f, center)
        axes = misses.argmin(axis=0) if drawn_axes is None else drawn_axes
        here = residuals(np.zeros(6), axes)
        for column in range(6):
            step = np.zeros(6)
            step[column] = 1e-5
            jacobian[:, column] = (residuals(step, axes) - here) / 1e-5
        normal = jacobian.T @ jacobian
        step = -np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-9), jacobian.T @ here)
        if (residuals(step, axes) ** 2).sum() < (here**2).sum():
            f, center, rotation = float(f * np.exp(step[0])), center + step[1:3], _turned(rotation, step[3:])
            damping = max(damping / 5, 1e-9)
            if np.abs(step).max() < 1e-8:
                break
        else:
            damping *= 8
            if damping > 1e6:
                break
    f = float(np.clip(f, FOCALS[0] / 2, 2 * FOCALS[1]))
    spare = max(float((here[:-3] ** 2).sum()) / max(len(ends) - 4, 1), 1e-6)
    covariance = np.linalg.pinv(jacobian.T @ jacobian) * max(spare, 0.05)
    return f, center, rotation, float(np.sqrt(max(covariance[0, 0], 0.0)))


def _signed_misses(
    ends: NDArray[np.float64],
    rotation: NDArray[np.float64],
    f: float,
    center: NDArray[np.float64],
    axes: NDArray[np.int64],
) -> NDArray[np.float64]:
    middle, way = ends.mean(axis=1) - center, ends[:, 1] - ends[:, 0]
    ahead = rotation[axes]
    toward = f * ahead[:, :2] - ahead[:, 2:] * middle
    cross = toward[:, 0] * way[:, 1] - toward[:, 1] * way[:, 0]
    dot = (toward * way).sum(axis=1)
    return np.arctan(cross / np.where(np.abs(dot) < 1e-12, 1e-12, dot))


def _named_axes(rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    """A signed permutation (3, 3) after which the rows are X to the right, Y ahead, Z up, as far as they can be."""
    up = int(np.abs(rotation[:, 1]).argmax())
    rest = [axis for axis in range(3) if axis != up]
    right = rest[int(np.abs(rotation[rest, 0]).argmax())]
    ahead = next(axis for axis in rest if axis != right)
    order = np.zeros((3, 3))
    order[0, right] = 1.0 if rotation[right, 0] > 0 else -1.0
    order[2, up] = 1.0 if rotation[up, 1] < 0 else -1.0
    order[1, ahead] = 1.0
    if np.linalg.det(order @ rotation) < 0:
        order[1, ahead] = -1.0
    return order


def likely_axis(camera: Camera, line: NDArray[np.floating]) -> int:
    """The axis (0 x, 1 y, 2 z) along which a line x1, y1, x2, y2 of a camera's picture runs most likely."""
    ends = (np.asarray(line, np.float64).reshape(1, 2, 2) - camera.center) / camera.focal
    return int(_misses(ends, camera.rotation.T, 1.0)[:, 0].argmin())


def ground_point(camera: Camera, pixel: tuple[float, float]) -> NDArray[np.float64]:
    """The point on the ground (Z = 0) that a pixel shows; the camera is above the ground.

    Raises:
        InputError: the pixel is at or above the horizon.
    """
    ray = camera.rays(np.array([pixel]))[0]
    if ray[2] > -1e-6:
        raise InputError(
            "The point {x:g}, {y:g} is above the horizon; choose one on the floor.", x=pixel[0], y=pixel[1]
        )
    return camera.position - ray * camera.position[2] / ray[2]
