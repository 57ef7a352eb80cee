"""Hair that parts on top and falls: over the ears, to the chin, over the shoulders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.hair.ringlets import Ringlets, wound
from ml_core.geometry.hair.shell import cap
from ml_core.geometry.hair.short import DOWN
from ml_core.geometry.hair.strands import (
    EMBEDDED,
    Locks,
    Piece,
    Waves,
    carded,
    cut,
    first_step,
    frames,
    grow,
    hairline_roots,
    ropes,
    scattered_roots,
    smoothed,
    tangential,
    wisps,
)
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Rng = np.random.Generator
STEP = 0.009
"""Meters."""
SIDE = np.array([1.0, 0.0, 0.0])
BROAD = 0.0125
"""Meters across a card of hair that falls: few cards with many segments have rounder outlines than many with few."""


@dataclass(frozen=True)
class Fall:
    """How hair falls; meters on a head of the model's size.

    Attributes:
        part: x of the part. below: how far under the chin it ends in front; behind it ends ``behind`` lower.
        inward: how much its ends turn to the neck. waves: of its strands. segments: of a card. count: of locks under
        those beside the part. volume: over the skin.
    """

    part: float
    below: float
    behind: float = 0.0
    inward: float = 0.0
    waves: Waves | None = None
    segments: int = 12
    count: int = 50
    volume: float = 0.008
    width: float = 0.028
    card: float = BROAD
    clump: float = 0.2


_BEHIND = 26
"""Locks around the rear end of a part, which come last."""


@dataclass(frozen=True)
class Curves:
    """Curves (N, S, 3) of locks that fall, with their normals, the steps (N,) at which they end, and which of them
    (N,) begin at the hairline, where their roots are seen."""

    points: Array
    normals: Array
    stop: Array
    in_front: NDArray[np.bool_]


def falling(head: HeadSpace, rng: Rng, fall: Fall) -> Curves:
    """Grows the locks of hair that parts and falls."""
    part = part_line(head, fall.part)

    def steer(q: Array, normal: Array, grown: float) -> Array:
        top = np.clip((q[:, 2] - 0.005) / 0.065, 0, 1)[:, None]
        behind = np.clip((q[:, 1:2] - 0.02) / 0.05, 0, 1)
        away = _from_part(q, part) + (1 - behind) * np.array([0, 0.30, 0.0]) + 0.25 * DOWN
        # Over the forehead hair keeps to the side until it is past the eyes, so that it frames the face.
        face = np.clip((-q[:, 1:2] - 0.02) / 0.04, 0, 1) * np.clip((q[:, 2:] + 0.10) / 0.03, 0, 1)
        past = np.clip((np.abs(q[:, :1]) - 0.030) / 0.035, 0.05, 1)
        side = np.where(q[:, :1] > fall.part, 1.0, -1.0) * np.array([1.0, 0, 0]) + np.array([0, 0.35, 0])
        down = (1 - face) * DOWN + face * (past * DOWN + 1.3 * (1.15 - past) * side)
        turned = np.clip((-q[:, 2:] - 0.05) / 0.05, 0, 1) * fall.inward
        down = down - turned * unit(q * [1, 1, 0])
        # On the shoulders hair goes to the chest or the back, not out along the arms.
        low = np.clip((-q[:, 2:] - 0.10) / 0.03, 0, 1)
        inwards = -np.sign(q[:, :1]) * np.clip((np.abs(q[:, :1]) - 0.055) / 0.03, 0, 2)
        front = q[:, 1:2] < 0.005
        along = np.where(front, -np.clip((q[:, 1:2] + 0.055) / 0.03, 0, 1), np.clip((0.11 - q[:, 1:2]) / 0.03, 0, 1))
        # Behind the ears it hangs as far out as what falls before them, or one would look in between from behind.
        behind_ear = np.clip(1 - np.abs(q[:, 1:2] - 0.035) / 0.04, 0, 1) * np.clip((0.03 - q[:, 2:]) / 0.03, 0, 1)
        down = down + 0.22 * behind_ear * (1 - low) * np.sign(q[:, :1]) * np.clip(np.abs(q[:, :1]) / 0.04, 0, 1) * SIDE
        down = down + low * (
            inwards * np.array([1.0, 0, 0]) + along * np.array([0, 1.0, 0]) * (np.abs(q[:, :1]) > 0.04)
        )
        return unit(top * tangential(away, normal) + (1 - top) * down)

    seeds = _beside_part(head, part, 25)
    under = scattered_roots(head, 2 * fall.count, rng, margin=0.012)
    q = head.local(under)
    by_ear = (q[:, 2] < 0.0) & (np.abs(q[:, 0]) > 0.05) & (q[:, 1] < 0.02)
    under = under[(q[:, 2] > -0.045) & ~by_ear]
    sides = np.concatenate([np.linspace(-0.95, -0.14, 10), np.linspace(0.14, 0.95, 10)]) + rng.normal(
        scale=0.02, size=20
    )
    # Beside the part cards lie along the hairline; at the temples a lock would begin on bare skin.
    inside = 0.010 + 0.026 * smoothstep(np.abs(sides), 0.5, 0.2) + 0.030 * smoothstep(np.abs(sides), 0.6, 0.85)
    front = hairline_roots(head, sides + np.arctan2(fall.part, 0.11), rng, inside)
    fan = _fan(head, part[1], np.linspace(-1.9, 1.9, _BEHIND))
    roots = np.concatenate([under, front, seeds, fan])
    outer = np.arange(len(roots)) >= len(under) + len(front)
    q = head.local(roots)
    _, normal = head.distance(roots)
    roots = roots + np.where(outer, EMBEDDED, 0.0)[:, None] * head.scale * normal  # or the cap would lie over them
    start = np.where(outer, 0.45, 0.25)[:, None] * normal + steer(q, normal, 0.0)
    high = np.clip((q[:, 2] - 0.0) / 0.08, 0, 1)
    clearance = np.where(outer, fall.volume, (0.3 + 0.55 * high) * fall.volume) * rng.uniform(0.8, 1.12, len(q))
    clearance = clearance * (
        1
        + smoothstep(np.abs(q[:, 0]), 0.025, 0.05) * smoothstep(q[:, 1], -0.005, 0.02) * smoothstep(q[:, 2], 0.06, 0.03)
    )
    clearance = clearance * np.where(outer, _over_face(q), 1.0)
    reach = 0.36 + fall.below + fall.behind
    points, normals = grow(
        head, roots, start, steer, reach, clearance, stiffness=0.74, cling=0.18, step=STEP, rise=0.055
    )
    chin = head.height_of("chin")
    ends = chin - (fall.below + fall.behind * smoothstep(q[:, 1], -0.03, 0.06)) * head.scale
    ends = ends + rng.normal(scale=0.008 * head.scale, size=len(q))
    number = np.arange(len(roots)) - len(under)
    in_front = (number >= 0) & (number < len(front))
    return Curves(smoothed(points, 3), normals, first_step(points[..., 2] < ends[:, None]), in_front)


def curtain(head: HeadSpace, rng: Rng, fall: Fall) -> list[Piece]:
    """Cards of hair that parts and falls."""
    grown = falling(head, rng, fall)
    curves = cut(grown.points, grown.normals, grown.stop, fall.segments, crowd=1.3 if fall.waves else 1.7)
    count = len(grown.stop)
    width = fall.width * rng.uniform(0.75, 1.2, count)
    sparse = 0.15 if fall.waves is None else 0.6
    locks = Locks(
        *curves, width, np.full(count, 0.005), clump=fall.clump, roll=0.12, sparse=sparse, card=fall.card,
        root=np.where(grown.in_front, 0.8, 0.4),
    )  # fmt: skip
    part = part_line(head, fall.part)

    def aside(q: Array, normal: Array, grown: float) -> Array:
        return tangential(0.8 * _from_part(q, part) + np.array([0, 1.0, 0.5]), normal)

    under = cap(head, rng, 0.0010, swell=mass_under(head, fall), beyond=0.002)
    return [under, carded(head, rng, locks, fall.waves), wisps(head, rng, aside)]


def mass_under(head: HeadSpace, fall: Fall) -> Callable[[Array], Array]:
    """Meters by which the hair under the outer locks stands off: they arch away from the part, and where they diverge
    behind it one would see through from side to side."""
    part = part_line(head, fall.part)

    def meters(q: Array) -> Array:
        along = part[1] - part[0]
        share = np.clip((q - part[0]) @ along / (along @ along), 0, 1)[:, None]
        away = np.linalg.norm(q - part[0] - share * along, axis=1)
        filled = _FILLED * fall.volume * np.clip((away - 0.018) / 0.040, 0, 1) * smoothstep(q[:, 2], -0.01, 0.03)
        return filled * _over_face(q) - 0.0009 * np.clip(1.5 - away / 0.02, 0, 1)

    return meters


_FILLED = 0.70
"""Share of the height of the outer locks up to which the hair under them is closed: of more the lowest of them would
begin in it, and a bare oval lie around the part."""


def _over_face(q: Array) -> Array:
    """(N,) how much of their volume locks have at local roots: over the forehead they lie close, not as an awning."""
    return 0.4 + 0.6 * smoothstep(q[:, 1], -0.085, -0.035)


def fringe(head: HeadSpace, rng: Rng, length: float = 0.058) -> Piece:
    """Bangs: from the top of the head forward and down over the forehead."""

    def steer(q: Array, normal: Array, grown: float) -> Array:
        spread = np.concatenate([3.5 * q[:, :1], np.full_like(q[:, :1], -1.0), np.full_like(q[:, :1], -0.6)], axis=1)
        return tangential(spread, normal)

    theta = np.concatenate([np.linspace(-0.62, 0.62, 22)] * 3) + rng.normal(scale=0.02, size=66)
    back = np.repeat([0.010, 0.035, 0.060], 22)
    roots = head.on_chart(head.hairline(theta) - back, theta)
    _, normal = head.distance(roots)
    start = 0.5 * normal + steer(head.local(roots), normal, 0.0)
    meters = (length + 0.10 * back / 0.1 * 0.35) * rng.uniform(0.9, 1.06, 66)
    points, normals = grow(
        head, roots, start, steer, float(meters.max()) + 0.005, 0.006 + 0.06 * back, stiffness=0.6, cling=0.35,
        step=0.005, rise=0.025,
    )  # fmt: skip
    curves = cut(smoothed(points, 2), normals, meters / 0.005, 7)
    return carded(head, rng, Locks(*curves, np.full(66, 0.015), np.full(66, 0.003), clump=0.15, roll=0.08))


def _from_part(q: Array, part: Array) -> Array:
    """Horizontal unit directions (N, 3) away from a part (2, 3), and around its rear end to all sides."""
    front, rear = part[:, :2]
    along = rear - front
    share = np.clip((q[:, :2] - front) @ along / (along @ along), 0, 1)[:, None]
    away = np.concatenate([q[:, :2] - front - share * along, np.zeros((len(q), 1))], axis=1)
    return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.002)


def _fan(head: HeadSpace, middle: Array, angles: Array) -> Array:
    """Roots (N, 3) around the back of a local point of the skin; angle 0 lies behind it."""
    offset = 0.007 * np.stack([np.sin(angles), np.cos(angles), 0 * angles], axis=1)
    return head.towards(unit(middle + offset))


def part_line(head: HeadSpace, part_x: float) -> Array:
    """Local ends (2, 3) of a part on the skin: at the hairline, and at the crown."""
    theta = np.arctan2(part_x, 0.10)
    front = head.on_chart(head.hairline(np.array(theta)) - 0.004, np.array(theta))
    rear = head.towards(unit(np.array([0.35 * part_x, 0.045, 0.085])))
    return head.local(np.stack([front, rear]))


def _beside_part(head: HeadSpace, part: Array, count: int) -> Array:
    """Roots (2 count, 3) along both sides of a part."""
    along = np.linspace(0.08, 1, count)[:, None]  # the first cards lie aside of the hairline, too
    line = part[0] * (1 - along) + part[1] * along
    # Seen from the skull's middle the line bulges to its side: what is meant for the other one would grow on this one.
    over = head.local(head.towards(unit(line)))
    (front_x, front_y), (rear_x, rear_y) = part[0, :2], part[1, :2]
    over[:, 0] = front_x + (rear_x - front_x) * np.clip((over[:, 1] - front_y) / (rear_y - front_y), 0, 1)
    return np.concatenate([head.towards(unit(over + aside)) for aside in (0.002 * SIDE, -0.002 * SIDE)])


def bob(head: HeadSpace, rng: Rng) -> list[Piece]:
    return curtain(head, rng, Fall(part=0.022, below=-0.012, behind=-0.012, inward=0.55, clump=0.2))


def bob_bangs(head: HeadSpace, rng: Rng) -> list[Piece]:
    fall = Fall(part=0.0, below=-0.004, behind=-0.008, inward=0.5, segments=11, clump=0.15)
    return [*curtain(head, rng, fall), fringe(head, rng)]


def lob(head: HeadSpace, rng: Rng) -> list[Piece]:
    """To the shoulders, a little wavy."""
    waves = Waves(side=0.004, out=0.002, length=0.10, start=0.10, spread=0.2)
    return curtain(head, rng, Fall(part=-0.028, below=0.055, inward=0.1, waves=waves, segments=11))


def long_straight(head: HeadSpace, rng: Rng) -> list[Piece]:
    return curtain(head, rng, Fall(part=0.0, below=0.165, behind=0.02))


def long_bangs(head: HeadSpace, rng: Rng) -> list[Piece]:
    return [*curtain(head, rng, Fall(part=0.0, below=0.155, behind=0.02, segments=11)), fringe(head, rng)]


def long_wavy(head: HeadSpace, rng: Rng) -> list[Piece]:
    waves = Waves(side=0.011, out=0.004, length=0.078, start=0.09, spread=0.18)
    fall = Fall(part=0.028, below=0.125, behind=0.03, waves=waves, segments=18, count=34, width=0.024, card=0.0125)
    return curtain(head, rng, fall)


def long_curly(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Large ringlets, of which those that start at the part lie on top."""
    fall = Fall(part=0.02, below=0.085, behind=0.02, count=28, volume=0.012)
    grown = falling(head, rng, fall)
    stop = grown.stop * rng.uniform(0.86, 1.04, len(grown.stop))
    curves = cut(smoothed(grown.points, 2), grown.normals, stop, 46)
    curl = Ringlets(radius=0.0080, pitch=0.040, ribbon=0.013, start=0.110)
    return [cap(head, rng, 0.0010, swell=mass_under(head, fall), beyond=-0.010), wound(head, rng, *curves, curl)]


def dreadlocks(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Ropes of matted hair to the shoulders."""
    grown = falling(head, rng, Fall(part=0.015, below=0.07, behind=0.03, count=26, volume=0.014))
    number = np.arange(len(grown.stop))
    chosen = (number % 2 == 0) | (number >= len(number) - _BEHIND)  # thick ropes, each of which is seen
    stop = grown.stop[chosen] * rng.uniform(0.8, 1.05, chosen.sum())
    points, normals = cut(grown.points[chosen], grown.normals[chosen], stop, _ROPE_RINGS)
    count, s = len(points), np.linspace(0, 1, _ROPE_RINGS + 1)
    radius = 0.0066 * rng.uniform(0.75, 1.2, (count, 1)) * (1 - 0.25 * s) * np.clip(s / 0.05, 0.4, 1)
    radius = radius * np.sqrt(np.clip((1 - s) / 0.05, 0, 1))
    turn = 2 * np.pi * (rng.uniform(1.2, 2.2, (count, 1)) * s + rng.random((count, 1)))
    across, up = frames(points, normals)
    away = 0.0042 * head.scale * np.sqrt(s) * rng.uniform(0.4, 1.2, (count, 1))
    points = points + (away * np.sin(turn))[..., None] * across + (away * (1 + np.cos(turn)))[..., None] * up
    return [
        cap(head, rng, beyond=-0.002),
        ropes(head, rng, points, normals, radius, sides=6, bumps=0.09, ends=(0.985, 0.015)),
    ]


_ROPE_RINGS = 13


STYLES: dict[str, Callable[[HeadSpace, Rng], list[Piece]]] = {
    "bob": bob,
    "bob_bangs": bob_bangs,
    "lob": lob,
    "long_straight": long_straight,
    "long_bangs": long_bangs,
    "long_wavy": long_wavy,
    "long_curly": long_curly,
    "dreadlocks": dreadlocks,
}
