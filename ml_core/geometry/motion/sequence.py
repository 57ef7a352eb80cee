"""Clips one after another, in one place after another: what is blended, and which foot steps while it is.

All distances are in leg lengths of who moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.motion.clip import FPS, MotionClip
from ml_core.geometry.motion.rotations import about_z, slerp
from ml_core.geometry.motion.skeleton import SIDES, Skeleton

Array = NDArray[np.floating]

BLEND_SECONDS = 0.4
_MOVED = 0.05
"""Leg lengths by which a standing foot may be elsewhere in the next clip without a step."""


@dataclass(frozen=True)
class Segment:
    """A part of a sequence: frames ``start`` to ``end`` of it, which is named for what is done."""

    name: str
    start: int
    end: int


def placed(clip: MotionClip, x: float, y: float, heading: float) -> MotionClip:
    """The clip with its root beginning at a place and heading (radians)."""
    root = clip.root - clip.root[0]
    turn = about_z(np.array(heading - 0.0))[:2, :2]
    moved = np.empty_like(root)
    moved[:, :2] = root[:, :2] @ turn.T + [x, y]
    moved[:, 2] = root[:, 2] + heading
    return replace(clip, root=moved)


def followed(whole: MotionClip, part: MotionClip, skeleton: Skeleton, seconds: float = BLEND_SECONDS) -> MotionClip:
    """``whole`` and then ``part``, which begins where ``whole`` ends; the first goes over into the second."""
    n = int(min(round(seconds * FPS), (len(whole) - 1) // 2, (len(part) - 1) // 2))
    keep = len(whole) - n
    x, y, heading = whole.root[min(keep, len(whole) - 1)]
    part = placed(part, x, y, heading)
    share = np.linspace(0, 1, n + 2)[1:-1]
    share = (share * share * (3 - 2 * share))[:, None]
    middle = MotionClip(
        slerp(whole.rotations[keep:], part.rotations[:n], share),
        whole.hips[keep:] * (1 - share) + part.hips[:n] * share,
        whole.root[keep:] * (1 - share) + part.root[:n] * share,
        _stepped(whole, part, keep, n, skeleton),
        False,
        whole.fps,
    )
    return _concatenated([whole.part(0, keep), middle, part.part(n, len(part))])


def _concatenated(clips: list[MotionClip]) -> MotionClip:
    names = ("rotations", "hips", "root", "contact")
    return MotionClip(*(np.concatenate([getattr(clip, name) for clip in clips]) for name in names), False, clips[0].fps)


def _stepped(whole: MotionClip, part: MotionClip, keep: int, n: int, skeleton: Skeleton) -> NDArray[np.bool_]:
    """(n, 2) contacts of a transition: a foot that must move steps, the left one first, the other stands meanwhile."""
    if n == 0:
        return np.zeros((0, 2), bool)
    contact = np.where((np.arange(n) < n / 2)[:, None], whole.contact[keep:], part.contact[:n])
    both = whole.contact[keep - 1] & part.contact[n]
    before, after = (_feet(clip, frame, skeleton) for clip, frame in ((whole, keep - 1), (part, n)))
    for number in range(len(SIDES)):
        if both[number]:
            moves = np.linalg.norm(before[number] - after[number]) > _MOVED
            half = slice(0, (n + 1) // 2) if number == 0 else slice(n // 2, n)
            contact[:, number] = True
            if moves:
                contact[half, number] = False
    return contact


def _feet(clip: MotionClip, frame: int, skeleton: Skeleton) -> Array:
    """(2, 2) where both ankles are in a frame, in leg lengths of the world."""
    one = clip.part(frame, frame + 1)
    at = skeleton.places(one.turned, one.hips * skeleton.leg)
    turn = about_z(one.root[0, 2])[:2, :2]
    return np.stack([turn @ at[f"{side}Foot"][0, :2] / skeleton.leg + one.root[0, :2] for side in SIDES])


def turned_to(turns: dict[str, MotionClip], heading: float, wanted: float) -> MotionClip | None:
    """A turn on the spot from one heading to another, made of the nearest of the clips; ``None`` where none is needed.

    Args:
        turns: ``TURN_LEFT``, ``TURN_RIGHT`` and ``TURN_AROUND``.
    """
    angle = (wanted - heading + np.pi) % (2 * np.pi) - np.pi
    if abs(angle) < 0.2:
        return None
    name = "TURN_AROUND" if abs(angle) > 0.7 * np.pi else "TURN_LEFT" if angle > 0 else "TURN_RIGHT"
    clip = turns[name]
    if name == "TURN_AROUND" and angle < 0:
        angle += 2 * np.pi
        if angle > 1.35 * np.pi:  # the other way is shorter
            clip, angle = turns["TURN_RIGHT"], angle - 2 * np.pi
    root = clip.root * [1, 1, angle / (clip.root[-1, 2] - clip.root[0, 2])]
    return replace(clip, root=root)


def walked(clip: MotionClip, way: Array, start_heading: float) -> MotionClip:
    """A walking loop along a way.

    Args:
        way: (N, 2) corners in leg lengths, from where the walker stands. start_heading: radians, of the walker.
    """
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    speed = max(clip.speed, 1e-6)
    seconds = max(arc[-1] / speed, 0.3)
    # A whole number of half strides, so that the walk ends as it begins: with a foot that has just come down.
    half = clip.seconds / 2
    seconds = max(round(seconds / half), 1) * half
    count = round(seconds * FPS)
    times = np.arange(count + 1) / FPS
    walking = clip.at(times)
    along = np.clip(arc[-1] * times / max(times[-1], 1e-9), 0, arc[-1])
    root = np.zeros((count + 1, 3))
    for axis in range(2):
        root[:, axis] = np.interp(along, arc, way[:, axis])
    root[:, :2] = _smooth(root[:, :2], round(0.18 * FPS))
    velocity = np.gradient(root[:, :2], axis=0) if count > 1 else np.tile(way[-1] - way[0], (count + 1, 1))
    heading = np.unwrap(np.arctan2(velocity[:, 0], -velocity[:, 1]))
    heading += 2 * np.pi * np.round((start_heading - heading[0]) / (2 * np.pi))
    root[:, 2] = _smooth(heading[:, None], round(0.25 * FPS))[:, 0]
    return replace(walking, root=root)


def _smooth(values: Array, reach: int) -> Array:
    """Values (F, C) averaged over ``reach`` frames to both sides; the ends stay where they are."""
    if len(values) < 3 or reach < 1:
        return values
    reach = min(reach, (len(values) - 1) // 2)
    weights = np.hanning(2 * reach + 3)[1:-1]
    weights /= weights.sum()
    ends = [2 * values[0] - values[reach:0:-1], values, 2 * values[-1] - values[-2 : -reach - 2 : -1]]
    padded = np.concatenate(ends)
    return np.stack([np.convolve(padded[:, c], weights, mode="valid") for c in range(values.shape[1])], axis=1)
