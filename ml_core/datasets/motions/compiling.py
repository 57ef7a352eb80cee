"""Compiles recordings into the clips that ship: one frame rate, closed loops, root motion, planted feet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.motions.grounding import contacts, on_ground
from ml_core.datasets.motions.recipes import Recipe
from ml_core.datasets.motions.recorded import Recording
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.motion.clip import FPS, MotionClip
from ml_core.geometry.motion.feet import runs, sole_points
from ml_core.geometry.motion.fitting import Body, fitted
from ml_core.geometry.motion.rotations import about_z, continuous, slerp
from ml_core.geometry.motion.sequence import followed
from ml_core.geometry.motion.skeleton import INDEX, JOINTS, SIDES, Skeleton, to_global
from ml_core.vocabulary.motion.motions import MotionEntry

Array = NDArray[np.floating]

_MET = 2.0
"""Degrees by which any joint may miss its place where a loop closes."""


def compiled(entry: MotionEntry, recipe: Recipe, recordings: list[Recording]) -> MotionClip:
    """The clip of a motion from its recordings, which are at :data:`FPS`."""
    parts = []
    for recorded in recordings:
        recording = _met(on_ground(recorded) if recipe.floor else recorded, entry.loops)
        contact, speed = contacts(recording, entry.moves, entry.loops)
        count = len(recording.hips)
        root = np.zeros((count, 3))
        root[:, :2] = speed * (np.arange(count) / recording.fps)[:, None]
        if not recipe.floor:
            contact = np.zeros_like(contact)
        parts.append(MotionClip.of_turned(recording.turned, recording.hips, root, contact))
    clip = parts[0]
    for part in parts[1:]:
        clip = followed(clip, part, recordings[0].skeleton, recipe.blend)
    if entry.loops:
        clip = closed(clip, round(recipe.close * FPS))
    return replace(clip, rotations=continuous(clip.rotations), loops=entry.loops)


def _met(recording: Recording, loops: bool) -> Recording:
    """A loop that ends one frame before it would meet its beginning gets that frame."""
    if not loops:
        return recording
    turns = [_degrees(recording.turned[a], recording.turned[b]) for a, b in ((0, -1), (-2, -1))]
    if not _MET < turns[0] < 1.6 * turns[1]:
        return recording
    turned, hips = (np.concatenate([item, item[:1]]) for item in (recording.turned, recording.hips))
    return replace(recording, turned=turned, hips=hips)


def _degrees(first: Array, second: Array) -> float:
    """Degrees of the largest rotation between the joints (J, 3, 3) of two frames."""
    trace = np.einsum("jab,jab->j", first, second)
    return float(np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1))).max())


def closed(clip: MotionClip, frames: int) -> MotionClip:
    """A loop whose last frame equals its first; over the last ``frames`` it is blended there."""
    share = np.ones(len(clip)) * 0.0
    ease = np.linspace(0, 1, frames + 2)[1:] if frames else np.ones(1)
    share[len(clip) - len(ease) :] = smoothstep(ease)
    rotations = slerp(clip.rotations, clip.rotations[:1], share[:, None])
    hips = clip.hips + share[:, None] * (clip.hips[:1] - clip.hips)
    contact = clip.contact.copy()
    contact[-1] = contact[0]
    return MotionClip(rotations, hips, clip.root, contact, True, clip.fps)


def gap(clip: MotionClip) -> float:
    """Degrees between the first and the last frame of a loop, for the joint that differs most."""
    cosine = np.abs(np.sum(clip.rotations[0] * clip.rotations[-1], axis=-1))
    return float(np.degrees(2 * np.arccos(np.clip(cosine, 0, 1))).max())


def _turned(rotations: Array, vectors: Array) -> Array:
    return np.einsum("fij,fj->fi", rotations, vectors)


def sliding(clip: MotionClip, skeleton: Skeleton, leg_cm: float, plant: bool) -> float:
    """Mean speed in cm/s at which planted soles slide over the ground, on legs of ``leg_cm``.

    Args:
        plant: measure the clip fitted to the skeleton; otherwise the feet as the rotations alone put them.
    """
    if plant:
        motion = fitted(clip, Body(skeleton))
        local = np.tile(np.eye(3), (len(clip), len(JOINTS), 1, 1))
        for name, rotations in motion.poses.items():
            local[:, INDEX[name]] = rotations
        turned, hips, root = to_global(local), motion.hips, motion.root
    else:
        turned, hips = clip.turned, clip.hips * skeleton.leg
        root = np.concatenate([clip.root[:, :2] * skeleton.leg, np.zeros((len(clip), 1))], axis=1)
    facing = about_z(clip.root[:, 2] - clip.root[0, 2])
    at = skeleton.places(turned, hips)
    moved, seconds = 0.0, 0.0
    for number, side in enumerate(SIDES):
        foot, rest = turned[:, INDEX[f"{side}Foot"]], skeleton.rest[f"{side}Foot"]
        sole = sole_points(skeleton, side)
        paths = {k: _turned(facing, at[f"{side}Foot"] + foot @ (sole[k] - rest)) + root for k in ("heel", "ball")}
        for start, end in runs(clip.contact[:, number]):
            low = (paths["heel"][start:end, 2] < paths["ball"][start:end, 2])[:, None]
            steps = {k: np.diff(path[start:end, :2], axis=0) for k, path in paths.items()}
            step = np.where(low[1:] & low[:-1], steps["heel"], steps["ball"])
            moved += float(np.linalg.norm(step, axis=1).sum())
            seconds += (end - start - 1) / clip.fps
    return moved / max(seconds, 1e-9) / skeleton.leg * leg_cm
