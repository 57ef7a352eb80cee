"""Continues and varies motions: the trained network carries a pose from frame to frame."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.motion.clip import FPS, MotionClip
from ml_core.geometry.motion.rotations import slerp
from ml_core.inference.motion.features import FEATURES, UPPER, features, posed
from ml_core.inference.session import open_with_card
from ml_core.weights import WEIGHTS_FOLDER

Array = NDArray[np.floating]

SHIPPED = WEIGHTS_FOLDER / "motion.onnx"
_NEEDED = {"state": int, "scale": list[float]}
_PULL = 0.12
"""Share of the way back to the clip in each frame: what a variation strays comes back in a third of a second."""
_PUSH, _PUSH_SECONDS = 0.035, 0.8
"""By how much, beside the spread of poses, and how long in one direction a variation is pushed."""
_TEMPO = 0.09
_LEG_SHARE = 0.15
_SEEN = 15


class MotionModel:
    """A trained network and the facts of its card."""

    def __init__(self, session: Any, card: dict[str, Any]) -> None:
        self._session = session
        self._state = int(card["state"])
        self.scale = np.array(card["scale"], np.float32)

    @classmethod
    def load(cls, path: Path | str = SHIPPED, device: str = "auto") -> MotionModel:
        """The shipped weights, or those at ``path`` with their card beside them.

        Raises:
            InputError: the weights or the card are missing or damaged, or belong to other features than these.
        """
        session, card = open_with_card(path, _NEEDED, device)
        return cls(session, card)

    def step(self, pose: NDArray[np.float32], state: NDArray[np.float32]) -> tuple[Any, Any]:
        """The next poses (N, FEATURES) and states, from those before."""
        return tuple(self._session.run(["next", "next_state"], {"pose": pose, "state": state}))

    def continued(self, seen: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        """Poses (N, count, FEATURES) that follow those given, (N, S, FEATURES)."""
        state = np.zeros((len(seen), self._state), np.float32)
        pose = seen[:, 0]
        for frame in range(1, seen.shape[1]):
            _, state = self.step(pose, state)
            pose = seen[:, frame]
        following = []
        for _ in range(count):
            pose, state = self.step(pose, state)
            following.append(pose)
        return np.stack(following, axis=1) if following else np.zeros((len(seen), 0, FEATURES), np.float32)

    def extended(self, clip: MotionClip, seconds: float) -> MotionClip:
        """The clip and what follows it, on the spot, the feet where they are."""
        count = round(seconds * FPS)
        following = self.continued(features(clip)[None, -2 * _SEEN :], count)[0]
        last = np.full(count, len(clip) - 1)
        held = MotionClip(clip.rotations[last], clip.hips[last], clip.root[last], clip.contact[last], False, clip.fps)
        tail = posed(following, held)
        return MotionClip(
            np.concatenate([clip.rotations, tail.rotations]),
            np.concatenate([clip.hips, tail.hips]),
            np.concatenate([clip.root, tail.root]),
            np.concatenate([clip.contact, tail.contact]),
            False,
            clip.fps,
        )

    def varied(self, clip: MotionClip, seed: int) -> MotionClip:
        """Another way of doing the same: another tempo, another beginning of a loop, and poses that differ.

        The network is pushed gently, always for a while in one direction, and drawn back to the clip; its response to a
        push is a movement that bodies make. A loop stays one. ``seed`` 0 is the clip itself.
        """
        if seed == 0:
            return clip
        rng = np.random.default_rng(seed)
        tempo = float(np.clip(1 + _TEMPO * rng.normal(), 1 - 2 * _TEMPO, 1 + 2 * _TEMPO))
        shifted = _shifted(clip, float(rng.uniform())) if clip.loops else clip
        count = max(round((len(clip) - 1) / tempo), 2)
        times = np.linspace(0, shifted.seconds * (1 - 1e-9), count + 1)
        timed = replace(shifted.at(times), loops=clip.loops, fps=FPS)
        goal = features(timed)
        made = posed(self._pushed(goal, rng, clip.loops), timed)
        if clip.loops:
            return _closed(made)
        ease = np.clip(np.minimum(np.arange(count + 1), count - np.arange(count + 1)) / 8, 0, 1)[:, None]
        rotations = slerp(timed.rotations, made.rotations, ease)
        return replace(made, rotations=rotations, hips=timed.hips + ease * (made.hips - timed.hips))

    def _pushed(self, goal: NDArray[np.float32], rng: np.random.Generator, loops: bool) -> NDArray[np.float32]:
        """(F, FEATURES) that follow ``goal``; of a loop, its second round."""
        rounds = 2 if loops else 1
        last = len(goal) - 1
        order = np.concatenate([np.tile(np.arange(last), rounds), [last]])
        pushes = _smooth_noise(rng, len(order), goal.shape[1]) * _PUSH * self.scale
        state = np.zeros((1, self._state), np.float32)
        pose, made = goal[order[:1]], [goal[order[0]]]
        for frame in range(1, len(order)):
            pose, state = self.step(pose, state)
            wanted = goal[order[frame]] + pushes[frame] / _PULL * 0.5
            pose = (pose + _PULL * (wanted - pose)).astype(np.float32)
            made.append(pose[0])
        # Legs carry a body as they must; little of what they could do otherwise is left to the feet on the ground.
        share = np.where(UPPER, 1.0, _LEG_SHARE).astype(np.float32)
        return goal + share * (np.array(made[-len(goal) :]) - goal)


def _smooth_noise(rng: np.random.Generator, count: int, width: int) -> NDArray[np.float32]:
    """(count, width) noise that interpolates normal values, one every :data:`_PUSH_SECONDS`."""
    step = _PUSH_SECONDS * FPS
    knots = rng.normal(size=(int(count / step) + 3, width))
    at = np.arange(count) / step
    low = at.astype(int)
    share = smoothstep(at - low)[:, None]
    return (knots[low] * (1 - share) + knots[low + 1] * share).astype(np.float32)


def _shifted(clip: MotionClip, share: float) -> MotionClip:
    """A loop that begins elsewhere."""
    times = (np.arange(len(clip)) / (len(clip) - 1) + share) * clip.seconds
    later = clip.at(times)
    return replace(later, root=later.root - later.root[0], loops=True, fps=clip.fps)


def _closed(clip: MotionClip) -> MotionClip:
    """A loop whose last third leads back to its first frame."""
    count = len(clip)
    share = smoothstep((np.arange(count) - 0.6 * count) / (0.4 * count - 1))
    # What the end misses the beginning by is spread over the frames before it.
    gap = slerp(clip.rotations[-1:], clip.rotations[:1], 1.0)
    back = _difference(clip.rotations[-1], gap[0])
    rotations = _turned(clip.rotations, back, share)
    hips = clip.hips + share[:, None] * (clip.hips[0] - clip.hips[-1])
    contact = clip.contact.copy()
    contact[-1] = contact[0]
    return replace(clip, rotations=rotations, hips=hips, contact=contact, loops=True)


def _difference(start: Array, end: Array) -> Array:
    """Quaternions (J, 4) that turn ``start`` to ``end``."""
    return _product(end, start * [1, -1, -1, -1])


def _turned(rotations: Array, by: Array, share: Array) -> Array:
    still = np.zeros_like(by)
    still[:, 0] = 1
    part = slerp(np.broadcast_to(still, (len(share), *still.shape)), by[None], share[:, None])
    return _product(part, rotations)


def _product(first: Array, second: Array) -> Array:
    """Quaternion products (..., 4)."""
    w, x, y, z = np.moveaxis(first, -1, 0)
    a, b, c, d = np.moveaxis(second, -1, 0)
    parts = [
        w * a - x * b - y * c - z * d,
        w * b + x * a + y * d - z * c,
        w * c - x * d + y * a + z * b,
        w * d + x * c - y * b + z * a,
    ]
    return np.stack(parts, axis=-1)


@lru_cache(maxsize=1)
def shipped_model() -> MotionModel:
    """The shipped network."""
    return MotionModel.load(device="cpu")
