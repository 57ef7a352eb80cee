"""Clips one after another, in one place after another: how they are blended, and which foot steps meanwhile.

All distances are in leg lengths of the body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.motion.clip import FPS, MotionClip
from ml_core.geometry.motion.rotations import about_z, slerp
from ml_core.geometry.motion.skeleton import SIDES, Skeleton

Array = NDArray[np.floating]

BLEND_SECONDS = 0.4
_MOVED = 0.05
"""Leg lengths by which a standing foot may be elsewhere in the next clip without a step."""


@dataclass(frozen=True)
class Segment:
    """A part of a sequence, frames ``start`` to ``end``, named for the motion in it."""

    name: str
    start: int
    end: int


def placed(clip: MotionClip, x: float, y: float, heading: float) -> MotionClip:
    """The clip with its root beginning at a place and heading (radians)."""
    root = clip.root - clip.root[0]
    turn = about_z(np.array(heading))[:2, :2]
    moved = np.empty_like(root)
    moved[:, :2] = root[:, :2] @ turn.T + [x, y]
    moved[:, 2] = root[:, 2] + heading
    return replace(clip, root=moved)


def repeated(clip: MotionClip, times: int) -> MotionClip:
    """A clip repeated ``times`` times without a break; it still loops if it did."""
    count = len(clip) - 1
    frames = np.concatenate([np.tile(np.arange(count), times), [count]])
    rounds = np.minimum(np.arange(len(frames)) // count, times - 1)
    root = clip.root[frames] + rounds[:, None] * (clip.root[-1] - clip.root[0])
    return replace(
        clip, rotations=clip.rotations[frames], hips=clip.hips[frames], root=root, contact=clip.contact[frames]
    )


def followed(whole: MotionClip, part: MotionClip, skeleton: Skeleton, seconds: float = BLEND_SECONDS) -> MotionClip:
    """``whole`` and then ``part``, which begins where ``whole`` ends; the first is blended into the second."""
    n = int(min(round(seconds * FPS), (len(whole) - 1) // 2, (len(part) - 1) // 2))
    keep = len(whole) - n
    # A walk that stops has reached the end of the path; one that continues is as far as its pace allows.
    goes, went = (
        np.linalg.norm(root[:, :2].max(axis=0) - root[:, :2].min(axis=0))
        for root in (part.root[: n + 1], whole.root[keep - 1 :])
    )
    on = float(np.clip(goes / went, 0, 1)) if went > 1e-6 else 0.0
    x, y, heading = whole.root[min(keep, len(whole) - 1)] * on + whole.root[-1] * (1 - on)
    part = placed(part, x, y, heading)
    share = smoothstep(np.linspace(0, 1, n + 2)[1:-1])[:, None]
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
    return MotionClip(
        np.concatenate([clip.rotations for clip in clips]),
        np.concatenate([clip.hips for clip in clips]),
        np.concatenate([clip.root for clip in clips]),
        np.concatenate([clip.contact for clip in clips]),
        False,
        clips[0].fps,
    )


def _stepped(whole: MotionClip, part: MotionClip, keep: int, n: int, skeleton: Skeleton) -> NDArray[np.bool_]:
    """(n, 2) contacts of a transition: a foot that must move steps, the left one first, while the other stands."""
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
    single = clip.part(frame, frame + 1)
    at = skeleton.places(single.turned, single.hips * skeleton.leg)
    turn = about_z(single.root[0, 2])[:2, :2]
    return np.stack([turn @ at[f"{side}Foot"][0, :2] / skeleton.leg + single.root[0, :2] for side in SIDES])


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
    """A walking loop along a path, from standing to standing.

    Args:
        way: (N, 2) corners in leg lengths, from where the walker stands. start_heading: radians, of the walker.
    """
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    length, speed = float(arc[-1]), max(clip.speed, 1e-6)
    along = _paced(length, speed)
    # A whole number of half strides, so that the walk ends as it begins: with a foot that has just come down.
    half = speed * clip.seconds / 2
    stretched = max(round(length / half), 1) * half / max(length, 1e-9)
    walking = clip.at(along * stretched / speed)
    root = np.stack([*(np.interp(along, arc, way[:, axis]) for axis in range(2)), np.zeros(len(along))], axis=1)
    root[:, :2] = _smooth(root[:, :2], round(0.18 * FPS))
    ahead = np.stack([np.interp(np.clip(along + 0.12, 0, length), arc, way[:, axis]) for axis in range(2)], axis=1)
    behind = np.stack([np.interp(np.clip(along - 0.12, 0, length), arc, way[:, axis]) for axis in range(2)], axis=1)
    velocity = ahead - behind
    heading = np.unwrap(np.arctan2(velocity[:, 0], -velocity[:, 1]))
    heading += 2 * np.pi * np.round((start_heading - heading[0]) / (2 * np.pi))
    heading = _smooth(heading[:, None], round(0.25 * FPS))[:, 0]
    begins = smoothstep(1 - np.arange(len(along)) / (0.8 * FPS))
    root[:, 2] = heading + (start_heading - heading[0]) * begins
    # In the walker's own frame, as every clip.
    root -= [*way[0], start_heading]
    root[:, :2] = root[:, :2] @ about_z(np.array(start_heading))[:2, :2]
    return replace(walking, root=root, fps=FPS)


def _paced(length: float, speed: float) -> Array:
    """(F,) distances along a path of ``length`` at :data:`FPS`, from rest to rest."""
    ease = BLEND_SECONDS
    top = min(speed, length / ease)
    seconds = length / top + ease
    times = np.linspace(0, seconds, max(round(seconds * FPS), 2) + 1)
    pace = top * np.clip(np.minimum(times, seconds - times) / ease, 0, 1)
    along = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2 * np.diff(times))])
    return along * length / along[-1]


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
