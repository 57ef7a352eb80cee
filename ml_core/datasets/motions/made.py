"""Procedural motions that no recording has: a recorded stance with other arms, a turning head, or steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.motions.compiling import closed
from ml_core.datasets.motions.grounding import contacts, on_ground
from ml_core.datasets.motions.recorded import Recording
from ml_core.geometry.body.rig import is_arm
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.motion.clip import FPS, MotionClip
from ml_core.geometry.motion.posing import turn
from ml_core.geometry.motion.rotations import between, slerp, to_matrices, to_quaternions
from ml_core.geometry.motion.sequence import followed
from ml_core.geometry.motion.skeleton import INDEX, JOINTS, SIDES, Skeleton, to_global

Array = NDArray[np.floating]
Vector = tuple[float, float, float]

_X, _Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
_MIRROR = np.diag([-1.0, 1.0, 1.0])
_FINGERS = ("Index", "Middle", "Ring", "Little")
_FOREARM_SHARE = 0.7
_FIST = 72.0
"""Degrees of each joint of a closed finger."""


def made_clips(recorded: Mapping[str, MotionClip], skeleton: Skeleton) -> dict[str, MotionClip]:
    """Every motion that is made by code, from those that are recorded; paces are measured on ``skeleton``."""
    calm = recorded["WAVE"]
    idle, talk = (standing(recorded[name], calm, name == "TALK") for name in ("IDLE", "TALK"))
    left = turning(idle, np.pi / 2, 2)
    return {
        "IDLE": idle,
        "TALK": talk,
        "PICK_UP": picked_up(recorded["KNEEL"], skeleton),
        "JUMP": followed(idle.part(0, 18), recorded["JUMP"], skeleton),
        "CLAP": clap(idle),
        "POINT": point(idle),
        "SHAKE_HEAD": shake_head(idle),
        "TURN_LEFT": left,
        "TURN_RIGHT": mirrored(left),
        "TURN_AROUND": turning(idle, np.pi, 4),
        "WALK_BACK": backward(recorded["WALK"]),
        "JOG": between_paces(skeleton, recorded["WALK"], recorded["RUN"], 0.35, 0.78),
    }


def picked_up(kneel: MotionClip, skeleton: Skeleton) -> MotionClip:
    """Down to the floor and up again: the two ends of a clip of somebody who kneels down to work."""
    down, up = round(1.6 * FPS), round(1.9 * FPS)
    return followed(kneel.part(0, down), kneel.part(len(kneel) - up, len(kneel)), skeleton, 0.3)


def standing(clip: MotionClip, calm: MotionClip, arms: bool) -> MotionClip:
    """A loop that was recorded ready to fight, hunched and one foot before the other, in a calm stance.

    What the clip does is added to the first frame of ``calm``, the sway of the hips by half.

    Args:
        arms: as the clip holds them, else as ``calm`` does.
    """
    moved, still = clip.rotations, calm.rotations[0]
    kept = [j for j, name in enumerate(JOINTS) if arms and (is_arm(name) or name.endswith("Shoulder"))]
    local, rest = to_matrices(moved), to_matrices(still)
    added = rest @ np.swapaxes(local[0], -1, -2) @ local
    added[:, kept] = local[:, kept]
    legs = [INDEX[f"{side}{part}"] for side in SIDES for part in ("UpperLeg", "LowerLeg", "Foot", "Toes")]
    added[:, legs] = rest[legs]
    hips = INDEX["hips"]
    swayed = slerp(to_quaternions(added[:, hips]), to_quaternions(rest[hips])[None], 0.5)
    added[:, hips] = to_matrices(swayed)
    place = calm.hips[0] + 0.5 * (clip.hips - clip.hips.mean(axis=0))
    return MotionClip(to_quaternions(added), place, clip.root, np.ones_like(clip.contact), clip.loops)


@dataclass(frozen=True)
class ArmKey:
    """An arm at ``seconds``: directions of its parts, and where the palm faces, as outward, forward, up.

    ``share``: 0 as the stance below holds the arm, 1 as this key does. ``curl``: of the fingers, ``index`` of the
    first one, in degrees a joint.
    """

    seconds: float
    share: float = 0.0
    upper: Vector = (0.2, 0.0, -1.0)
    lower: Vector = (0.1, 0.2, -1.0)
    hand: Vector = (0.1, 0.2, -1.0)
    palm: Vector = (-1.0, 0.0, -0.2)
    curl: float = 10.0
    index: float | None = None


def clap(idle: MotionClip) -> MotionClip:
    """Hands that clap in front of the chest, two and a half times a second."""
    apart = ArmKey(0.0, 1.0, (0.16, 0.5, -0.86), (-0.38, 0.75, 0.45), (-0.15, 0.8, 0.6), (-1.0, 0.0, 0.0), 6.0)
    shut = replace(apart, lower=(-0.68, 0.6, 0.4), hand=(-0.33, 0.75, 0.55))
    keys = [replace(key, seconds=0.2 * n) for n, key in enumerate([apart, shut] * 4 + [apart])]
    return closed(gesture(idle, {"left": keys, "right": keys}), round(0.3 * FPS))


def point(idle: MotionClip) -> MotionClip:
    """The right arm rises to point ahead, holds and sinks; the eyes follow with the head."""
    ahead: Vector = (0.12, 0.98, 0.0)
    up = ArmKey(0.7, 1.0, ahead, ahead, ahead, (-0.6, 0.0, -0.8), _FIST, 4.0)
    clip = gesture(idle, {"right": [ArmKey(0.0), up, replace(up, seconds=2.1), ArmKey(2.8)]})
    return nodded(clip, "head", _Z, -4.0 * _bump(clip, 0.5, 2.3))


def shake_head(idle: MotionClip) -> MotionClip:
    """The head goes from side to side three times."""
    clip = idle.at(np.arange(round(2.0 * FPS) + 1) / FPS)
    seconds = np.arange(len(clip)) / FPS
    swing = np.sin(2 * np.pi * seconds / 0.62) * _bump(clip, 0.3, 1.7)
    clip = nodded(clip, "neck", _Z, 9.0 * swing)
    return nodded(clip, "head", _Z, 19.0 * swing)


def nodded(clip: MotionClip, joint: str, axis: Array, degrees: Array) -> MotionClip:
    """The clip with a joint rotated further by ``degrees`` (F,)."""
    rotations = to_matrices(clip.rotations)
    rotations[:, INDEX[joint]] = rotations[:, INDEX[joint]] @ turn(axis, degrees)
    return replace(clip, rotations=to_quaternions(rotations))


def _bump(clip: MotionClip, start: float, end: float, ramp: float = 0.3) -> Array:
    """(F,) that is 1 from ``start`` to ``end`` seconds and 0 well before and after."""
    seconds = np.arange(len(clip)) / clip.fps
    return np.asarray(smoothstep(np.minimum((seconds - start + ramp) / ramp, (end + ramp - seconds) / ramp)))


def gesture(stance: MotionClip, keys: Mapping[str, Sequence[ArmKey]]) -> MotionClip:
    """The stance with one or both arms brought from key to key."""
    seconds = max(key.seconds for arm in keys.values() for key in arm)
    times = np.arange(round(seconds * FPS) + 1) / FPS
    clip = stance.at(times)
    rotations = to_matrices(clip.rotations)
    own = to_quaternions(rotations)
    for side, arm in keys.items():
        chest = to_global(rotations)[:, INDEX[f"{side}Shoulder"]]
        posed = [_arm(side, key) for key in arm]
        for joint in posed[0]:
            held = np.stack([pose[joint] for pose in posed])
            wanted = _between_keys([key.seconds for key in arm], to_quaternions(held), times)
            if joint == f"{side}UpperArm":  # directions are the body's, whatever the trunk does
                wanted = to_quaternions(np.swapaxes(chest, -1, -2) @ to_matrices(wanted))
            share = _between_keys([key.seconds for key in arm], np.array([[key.share] for key in arm]), times)[:, 0]
            own[:, INDEX[joint]] = slerp(own[:, INDEX[joint]], wanted, share)
    return MotionClip(own, clip.hips, clip.root, clip.contact, False, FPS)


def _arm(side: str, key: ArmKey) -> dict[str, Array]:
    """Rotations (3, 3) of an arm's joints, the first from the rest of the body, the others from their parent."""
    out = 1.0 if side == "left" else -1.0
    rest = np.array([out, 0.0, 0.0])

    def direction(vector: Vector) -> Array:
        x, y, z = vector
        return np.array([out * x, -y, z]) / np.linalg.norm(vector)

    upper, lower, hand, palm = (direction(v) for v in (key.upper, key.lower, key.hand, key.palm))
    first = between(rest, upper)
    third = _basis(hand, palm) @ _basis(rest, -_Z).T
    swung = between(first @ rest, lower) @ first
    # The palm turns with the forearm for the greater part, as radius and ulna do.
    follows = between(hand, lower) @ third
    second = to_matrices(slerp(to_quaternions(swung), to_quaternions(follows), _FOREARM_SHARE))
    pose = {f"{side}UpperArm": first, f"{side}LowerArm": first.T @ second, f"{side}Hand": second.T @ third}
    bend = np.array([0.0, out, 0.0])
    for finger in _FINGERS:
        curl = key.index if finger == "Index" and key.index is not None else key.curl
        for phalanx in ("Proximal", "Intermediate", "Distal"):
            pose[f"{side}{finger}{phalanx}"] = turn(bend, curl)
    return pose


def _basis(along: Array, palm: Array) -> Array:
    """(3, 3) whose columns are a hand's direction, its palm's normal, and what is across."""
    palm = palm - (palm @ along) * along
    palm = palm / np.linalg.norm(palm)
    return np.stack([along, palm, np.cross(along, palm)], axis=1)


def _between_keys(seconds: Sequence[float], values: Array, times: Array) -> Array:
    """Values (F, C) that leave and reach each key (K, C) at rest; of four parts, rotations."""
    at = np.clip(np.searchsorted(seconds, times, side="right") - 1, 0, len(seconds) - 2)
    low, high = np.array(seconds)[at], np.array(seconds)[at + 1]
    share = smoothstep((times - low) / (high - low))
    if values.shape[1] == 4:
        return slerp(values[at], values[at + 1], share)
    return values[at] * (1 - share[:, None]) + values[at + 1] * share[:, None]


def turning(idle: MotionClip, angle: float, steps: int) -> MotionClip:
    """Turns by ``angle`` radians to the left on the spot, in ``steps`` steps of alternating feet, left first."""
    step, ease = 0.36, 0.12
    count = round((steps * step + 2 * ease) * FPS)
    times = np.arange(count + 1) / FPS
    clip = idle.at(times)
    rotations = to_matrices(clip.rotations)
    contact = np.ones((len(times), 2), bool)
    for number in range(steps):
        side, begin = SIDES[number % 2], ease + number * step
        share = np.clip((times - begin) / step, 0, 1)
        lift = np.sin(np.pi * share) ** 2
        contact[:, number % 2] &= (share <= 0) | (share >= 1)
        for joint, degrees in (("UpperLeg", -24.0), ("LowerLeg", 46.0), ("Foot", -12.0)):
            bent = INDEX[f"{side}{joint}"]
            rotations[:, bent] = rotations[:, bent] @ turn(_X, degrees * lift)
    share = smoothstep((times - 0.5 * ease) / (steps * step + ease))
    root = np.zeros((len(times), 3))
    root[:, 2] = angle * share
    # Head and chest go before the hips.
    lead = 16.0 * np.sin(np.pi * share) * np.sign(angle)
    for joint, part in (("chest", 0.3), ("neck", 0.4), ("head", 0.5)):
        rotations[:, INDEX[joint]] = rotations[:, INDEX[joint]] @ turn(_Z, part * lead)
    return MotionClip(to_quaternions(rotations), clip.hips, root, contact, False, FPS)


def mirrored(clip: MotionClip) -> MotionClip:
    """The clip with left and right exchanged."""
    swap = [INDEX[_other(joint)] for joint in JOINTS]
    rotations = _MIRROR @ to_matrices(clip.rotations)[:, swap] @ _MIRROR
    sign = np.array([-1.0, 1.0, 1.0])
    return replace(
        clip,
        rotations=to_quaternions(rotations),
        hips=clip.hips * sign,
        root=clip.root * np.array([-1.0, 1.0, -1.0]),
        contact=clip.contact[:, ::-1],
    )


def _other(joint: str) -> str:
    if joint.startswith("left"):
        return "right" + joint.removeprefix("left")
    return "left" + joint.removeprefix("right") if joint.startswith("right") else joint


def backward(clip: MotionClip) -> MotionClip:
    """A walk back: a walk ahead in reverse, which muscles do much alike (Winter, Pluck and Yang, 1989)."""
    slow = clip.at(np.linspace(clip.seconds * (1 - 1e-9), 0, round(1.15 * clip.seconds * FPS) + 1))
    root = slow.root - slow.root[0]
    return replace(slow, root=root, loops=True, fps=FPS)


def between_paces(skeleton: Skeleton, slow: MotionClip, fast: MotionClip, share: float, seconds: float) -> MotionClip:
    """A pace blended from two at the same phase, from where the left foot comes down, ``share`` of the fast one."""
    count = round(seconds * FPS)
    phase = np.arange(count + 1) / count
    parts = [clip.at((phase + _first_stand(clip)) * clip.seconds) for clip in (slow, fast)]
    turned = to_matrices(slerp(to_quaternions(parts[0].turned), to_quaternions(parts[1].turned), share))
    hips = parts[0].hips * (1 - share) + parts[1].hips * share
    recording = on_ground(Recording(turned, hips, skeleton, FPS))
    contact, speed = contacts(recording, True, True)
    root = np.zeros((count + 1, 3))
    root[:, :2] = speed * (np.arange(count + 1) / FPS)[:, None]
    return MotionClip.of_turned(turned, recording.hips, root, contact, True)


def _first_stand(clip: MotionClip) -> float:
    """Fraction of the loop at which the left foot comes down."""
    stands = clip.contact[:-1, 0]
    begins = np.flatnonzero(stands & ~np.roll(stands, 1))
    return float(begins[0]) / (len(clip) - 1) if len(begins) else 0.0
