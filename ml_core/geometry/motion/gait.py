"""Two looping motions of a humanoid from the facts of human gait: standing idle, and walking.

Walking (means of adults at their own pace: Perry, "Gait Analysis", 1992; Winter, "Biomechanics and Motor Control of
Human Movement", 2009): a stride of 0.78 body heights in 1.07 s, 62 % of it on the ground; the heel strikes with the
toes 18° up and the foot rolls over heel, sole and ball; the pelvis turns 4° forward with its leg, sinks 4° on the side
of the swinging leg and sways 2 cm over the standing one; arms swing against the legs. Feet are placed first, and the
legs follow them, so that a foot on the ground does not slide.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.humanoid.frames import unit
from ml_core.geometry.motion.motion import Motion
from ml_core.geometry.motion.posing import SIDES, Pose, direction, named_pose, turn, turn_between

Array = NDArray[np.floating]

STRIDE, CYCLE, STANCE = 0.78, 16 / 15, 0.62
FOOT_PHASES = (0.0, 0.10, 0.36, STANCE, 0.80, 0.94, 1.0)
FOOT_PITCH = (-18.0, 0.0, 0.0, 42.0, 6.0, -18.0, -18.0)
"""Degrees by which the toes point down, over one cycle that begins with the strike of the heel."""

REACH = 0.998
"""Share of its length to which a leg is stretched at most."""

IDLE_SECONDS = 4.0
X, Y, Z = np.eye(3)


def walk(joints: Mapping[str, Array], fps: float) -> Motion:
    """One stride of walking, toward -Y.

    Args:
        joints: rest positions (3,) by VRM name, armature space; hips, legs and feet are needed.
    """
    count = round(CYCLE * fps)
    phase = np.arange(count + 1) / count
    height = _height(joints)
    stride = STRIDE * height
    speed = stride / CYCLE
    ankles, pitch, toes, contact = {}, {}, {}, {}
    for side, _ in SIDES:
        own = (phase + (0.0 if side == "left" else 0.5)) % 1.0
        ankles[side], pitch[side], toes[side] = _steps(joints, side, own, stride)
        contact[side] = own < STANCE
    wave = 2 * np.pi * phase
    pelvis = turn(Z, -4 * np.cos(wave)) @ turn(Y, 4 * np.sin(wave + 0.35))
    hips = np.zeros((count + 1, 3))
    hips[:, 0] = 0.012 * height * np.sin(wave - 0.15)
    hips[:, 2] = -0.015 * height * np.cos(2 * wave - 0.5)
    hips[:, 2] += _lowered(joints, hips, pelvis, ankles)
    poses: dict[str, Array] = {"hips": pelvis}
    for side, _ in SIDES:
        poses |= _leg(joints, side, hips, pelvis, ankles[side], pitch[side], toes[side])
    poses |= _trunk(pelvis, turn(Z, 5 * np.cos(wave)) @ turn(X, 2.0))
    for side, mirror in SIDES:
        poses |= _swinging_arm(joints, side, mirror, np.cos(wave) * (1 if side == "right" else -1))
    root = np.zeros((count + 1, 3))
    root[:, 1] = -speed * CYCLE * phase
    return Motion(_repeated(poses, count + 1), hips, root, contact)


def idle(joints: Mapping[str, Array], fps: float) -> Motion:
    """Standing: breathing twice, weight from one leg to the other and back, feet where they are."""
    count = round(IDLE_SECONDS * fps)
    wave = 2 * np.pi * np.arange(count + 1) / count
    height = _height(joints)
    breath = np.sin(2 * wave)
    pelvis = turn(Y, 1.2 * np.sin(wave)) @ turn(Z, 0.8 * np.sin(wave + 0.6))
    hips = np.zeros((count + 1, 3))
    hips[:, 0] = 0.007 * height * np.sin(wave)
    ankles = {side: np.tile(joints[f"{side}Foot"], (count + 1, 1)).astype(float) for side, _ in SIDES}
    hips[:, 2] = 0.001 * height * breath + _lowered(joints, hips, pelvis, ankles)
    still = np.zeros(count + 1)
    poses: dict[str, Array] = {"hips": pelvis}
    for side, _ in SIDES:
        poses |= _leg(joints, side, hips, pelvis, ankles[side], still, still)
    poses |= _trunk(pelvis, turn(X, -0.8 * breath))
    poses["head"] = turn(Z, 2.0 * np.sin(wave + 1.0)) @ turn(X, 0.7 * breath)
    relaxed = named_pose(joints, "relaxed")
    for side, mirror in SIDES:
        lift = turn(Y, -mirror * 0.9 * breath)
        for joint, rotation in relaxed.items():
            if joint.startswith(side):
                poses[joint] = lift @ rotation if joint.endswith("UpperArm") else rotation
    everywhere = np.ones(count + 1, bool)
    return Motion(
        _repeated(poses, count + 1), hips, np.zeros((count + 1, 3)), {"left": everywhere, "right": everywhere}
    )


def _height(joints: Mapping[str, Array]) -> float:
    """Body height by the length of the legs: the hip joint stands at 0.53 of it (Winter 2009)."""
    return float(joints["leftUpperLeg"][2] / 0.53)


def _steps(joints: Mapping[str, Array], side: str, phase: Array, stride: float) -> tuple[Array, Array, Array]:
    """Ankle (F, 3) of a foot in the walker's frame, pitch of foot and of toes (F,) in degrees."""
    ankle = np.asarray(joints[f"{side}Foot"], np.float64)
    ball = np.asarray(joints.get(f"{side}Toes", ankle + ankle[2] * np.array([0.0, -1.5, -0.6])), np.float64)
    heel = ankle + np.array([0.0, 0.55 * ankle[2], 0.0])
    pitch = _eased(phase, FOOT_PHASES, FOOT_PITCH)
    stands = phase < STANCE

    def standing(at: Array, angle: Array) -> Array:
        pivot = np.where(angle[:, None] < 0, heel * [1, 1, 0], ball * [1, 1, 0])
        moved = pivot + np.einsum("fij,fj->fi", turn(X, angle), ankle - pivot)
        moved[:, 1] += stride * (at - 0.30)
        return moved

    place = standing(phase, pitch)
    off, strike = (standing(np.array([at]), np.array([a]))[0] for at, a in ((STANCE, 42.0), (0.0, -18.0)))
    share = np.clip((phase - STANCE) / (1 - STANCE), 0, 1)
    path = _hermite(share, off, strike, np.array([0, stride * (1 - STANCE), 0.0]))
    path[:, 2] += 0.30 * ankle[2] * np.sin(np.pi * share) ** 2
    place[~stands] = path[~stands]
    toes = np.where(stands, np.minimum(pitch, 0), pitch * np.clip(share / 0.3, 0, 1))
    return place, pitch, toes


def _eased(at: Array, knots: tuple[float, ...], values: tuple[float, ...]) -> Array:
    """Values between knots, level at each of them."""
    index = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    low, high = np.array(knots)[index], np.array(knots)[index + 1]
    share = smoothstep((at - low) / (high - low))
    return np.array(values)[index] * (1 - share) + np.array(values)[index + 1] * share


def _hermite(share: Array, start: Array, end: Array, speed: Array) -> Array:
    """A Hermite path (F, 3) from ``start`` to ``end`` that begins and ends at ``speed``."""
    s = share[:, None]
    blend = smoothstep(s)
    return start * (1 - blend) + end * blend + speed * (s * (1 - s) ** 2 - s * s * (1 - s))


def _hip_joint(joints: Mapping[str, Array], side: str, hips: Array, pelvis: Array) -> Array:
    """(F, 3) of the head of the thigh."""
    center = np.asarray(joints["hips"], np.float64)
    return center + hips + np.einsum("fij,j->fi", pelvis, np.asarray(joints[f"{side}UpperLeg"]) - center)


def _lengths(joints: Mapping[str, Array], side: str) -> tuple[float, float]:
    hip, knee, ankle = (np.asarray(joints[f"{side}{name}"]) for name in ("UpperLeg", "LowerLeg", "Foot"))
    return float(np.linalg.norm(knee - hip)), float(np.linalg.norm(ankle - knee))


def _lowered(joints: Mapping[str, Array], hips: Array, pelvis: Array, ankles: Mapping[str, Array]) -> float:
    """How far down all frames go so that both legs reach their feet in each of them."""
    least = 0.0
    for side, place in ankles.items():
        hip = _hip_joint(joints, side, hips, pelvis)
        reach = REACH * sum(_lengths(joints, side))
        level = np.linalg.norm((hip - place)[:, :2], axis=1)
        highest = place[:, 2] + np.sqrt(np.maximum(reach**2 - level**2, 0))
        least = min(least, float((highest - hip[:, 2]).min()))
    return least


def _leg(
    joints: Mapping[str, Array], side: str, hips: Array, pelvis: Array, ankle: Array, pitch: Array, toes: Array
) -> Pose:
    """Thigh, shin, foot and toes that bring the ankle (F, 3) to its place, with the knee to the front."""
    first, second = _lengths(joints, side)
    hip = _hip_joint(joints, side, hips, pelvis)
    away = ankle - hip
    length = np.minimum(np.linalg.norm(away, axis=1), 0.9999 * (first + second))
    along = unit(away)
    front = unit(np.cross(along, X))
    front *= np.where(front[:, 1:2] > 0, -1, 1)
    share = (first**2 - second**2 + length**2) / (2 * length)
    knee = hip + share[:, None] * along + np.sqrt(np.maximum(first**2 - share**2, 0))[:, None] * front
    rest = [np.asarray(joints[f"{side}{name}"], np.float64) for name in ("UpperLeg", "LowerLeg", "Foot")]
    thigh = _aligned(rest[1] - rest[0], knee - hip)
    shin = _aligned(rest[2] - rest[1], ankle - knee)
    foot, toe = turn(X, pitch), turn(X, toes)
    return {
        f"{side}UpperLeg": np.swapaxes(pelvis, 1, 2) @ thigh,
        f"{side}LowerLeg": np.swapaxes(thigh, 1, 2) @ shin,
        f"{side}Foot": np.swapaxes(shin, 1, 2) @ foot,
        f"{side}Toes": np.swapaxes(foot, 1, 2) @ toe,
    }


def _aligned(rest: Array, now: Array) -> Array:
    """Rotations (F, 3, 3) that take the bone direction ``rest`` to ``now`` (F, 3) and keep the knee's axis sideways."""

    def basis(vector: Array) -> Array:
        vector = unit(vector)
        side = unit(X - (vector @ X)[..., None] * vector)
        return np.stack([vector, side, np.cross(vector, side)], axis=-1)

    return basis(now) @ np.swapaxes(basis(rest), -1, -2)


def _trunk(pelvis: Array, chest: Array) -> dict[str, Array]:
    """Spine to head: half of the rotation from the pelvis to the chest at each step, the head level."""
    back = np.swapaxes(pelvis, -1, -2)
    return {"spine": back, "upperChest": chest, "neck": np.swapaxes(chest, -1, -2)}


def _swinging_arm(joints: Mapping[str, Array], side: str, mirror: float, swing: Array) -> dict[str, Array]:
    """Pose of a swinging arm: ``swing`` (F,) from -1, behind, to 1, in front."""
    relaxed = named_pose(joints, "relaxed")
    elbow, hand = (np.asarray(joints[f"{side}{name}"]) for name in ("LowerArm", "Hand"))
    hanging = turn_between(elbow - np.asarray(joints[f"{side}UpperArm"]), direction((76.0, 0.0), mirror))
    upper = turn(X, -(4 + 20 * swing)) @ hanging
    bend = turn_between(hand - elbow, direction((78.0, 0.0), mirror))
    lower = turn(X, -(22 + 31 * swing)) @ bend
    poses = {joint: rotation for joint, rotation in relaxed.items() if joint.startswith(side)}
    return {**poses, f"{side}UpperArm": upper, f"{side}LowerArm": np.swapaxes(upper, 1, 2) @ lower}


def _repeated(poses: Mapping[str, Array], count: int) -> dict[str, Array]:
    return {joint: np.broadcast_to(rotation, (count, 3, 3)).copy() for joint, rotation in poses.items()}
