"""Short hair: locks all over the scalp that lie the way they are combed, each of its own length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.hair.ringlets import Ringlets, wound
from ml_core.geometry.hair.shell import cap, fuzz, stubble
from ml_core.geometry.hair.strands import (
    Locks,
    Piece,
    Steer,
    carded,
    cut,
    grow,
    hairline_roots,
    scattered_roots,
    smoothed,
    tangential,
    wisps,
)
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
Rng = np.random.Generator

DOWN = np.array([0.0, 0.0, -1.0])
BACK = np.array([0.0, 1.0, 0.0])
WHORL = np.array([0.012, 0.060, 0.070])
STEP = 0.005
"""Meters."""
FINE = 0.0078
"""Meters across a card of short hair, of which more ends are seen than of long."""


def on_top(q: Array) -> Array:
    """(N,) 1 on top of the head, 0 at its sides and back."""
    return smoothstep(q[:, 2], 0.028, 0.062)


def short(
    head: HeadSpace,
    rng: Rng,
    flow: Steer,
    length: Callable[[Array], Array],
    lift: Callable[[Array], Array],
    *,
    count: int = 250,
    width: float = 0.012,
    upright: float = 0.5,
    cling: float = 0.3,
    segments: int = 4,
    clump: float = 0.35,
    keep: Callable[[Array], NDArray[np.bool_]] | None = None,
    card: float = FINE,
    roll: float = 0.2,
    edge: int = 96,
    sparse: float = 0.12,
    tip: float = 0.005,
    taper: float = 0.65,
    curl: Ringlets | None = None,
    front: float = 0.010,
) -> Piece:
    """Locks over the scalp and along the hairline.

    Args:
        flow: where they are combed to. length, lift: meters of a lock, and over the skin, at local roots (N, 3).
        upright: of a root beside the skin. edge: locks along the hairline. keep: which local roots (N, 3) there are.
        tip, taper: as those of :class:`Locks`. curl: of locks that wind, as one ribbon each.
        front: t inside the hairline of the first locks over the forehead; what is combed back bares it.
    """
    inner = scattered_roots(head, count, rng, margin=0.012)
    theta = np.linspace(-np.pi, np.pi, edge, endpoint=False)
    inside = np.where(np.abs(theta) < 1.15, front, 0.010)
    line = hairline_roots(head, theta + rng.normal(scale=0.02, size=edge), rng, inside)
    # Seen from the skull's middle the nape lies aslant, and few of the even directions fall on it.
    behind = np.concatenate([np.linspace(-np.pi, -2.2, 16), np.linspace(2.2, np.pi, 16)])
    nape = hairline_roots(head, behind + rng.normal(scale=0.03, size=32), rng, inside=0.034)
    roots = np.concatenate([inner, line, nape])
    if keep is not None:
        roots = roots[keep(head.local(roots))]
    q = head.local(roots)
    _, normal = head.distance(roots)
    start = upright * normal + flow(q, normal, 0.0)
    meters = length(q) * rng.uniform(0.65, 1.25, len(q)) * (1 - 0.6 * np.maximum(_by_ear(q), _below_ear(q)))
    clearance = lift(q) * rng.uniform(0.5, 1.25, len(q))
    reach = float(meters.max()) + STEP
    points, normals = grow(head, roots, start, flow, reach, clearance, stiffness=0.6, cling=cling, step=STEP, rise=0.02)
    curves = cut(smoothed(points, 2), normals, np.maximum(meters / STEP, 2), segments)
    if curl is not None:
        return wound(head, rng, *curves, curl)
    # Short locks are fine, too: as broad as they are long they would be tiles.
    fine = np.clip(meters / _LONG_FOR_A_CARD, 0.6, 1)
    widths = width * fine * rng.uniform(0.7, 1.3, len(q))
    locks = Locks(
        *curves, widths, 0.4 * lift(q), clump=clump, roll=roll, sparse=sparse, card=card * fine, tip=tip, taper=taper
    )
    return carded(head, rng, locks)


_LONG_FOR_A_CARD = 0.040
"""Meters of a lock of short hair from which on its cards have their full width."""


def _by_ear(q: Array) -> Array:
    """(N,) 1 beside the ears, 0 elsewhere."""
    return (
        smoothstep(q[:, 2], 0.012, -0.012)
        * smoothstep(np.abs(q[:, 0]), 0.045, 0.058)
        * smoothstep(q[:, 1], 0.035, 0.015)
    )


def _below_ear(q: Array) -> Array:
    """(N,) 1 at the corners of the nape, where ends would show under the ears as detached locks; 0 elsewhere."""
    return smoothstep(q[:, 2], -0.025, -0.045) * smoothstep(np.abs(q[:, 0]), 0.028, 0.045)


def _forward(q: Array, normal: Array, grown: float) -> Array:
    """Around from the whorl: forward on top, down at the sides and behind."""
    away = q - WHORL
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 0.02)
    front = np.clip((0.045 - q[:, 1:2]) / 0.05, 0, 1)
    spread = np.concatenate([0.25 + 7 * q[:, :1], np.full_like(q[:, :1], -0.6), np.full_like(q[:, :1], -0.5)], axis=1)
    sides = (1 - on_top(q))[:, None]
    return tangential(away + front * spread + sides * (DOWN + 0.35 * BACK), normal)


def over_forehead(q: Array) -> Array:
    """(N,) 1 at the front between the temples, 0 elsewhere."""
    return smoothstep(q[:, 1], -0.025, -0.06) * smoothstep(np.abs(q[:, 0]), 0.062, 0.042)


def _backward(q: Array, normal: Array, grown: float) -> Array:
    """From the forehead back, at the sides back and down."""
    front = over_forehead(q)[:, None]
    sides = (1 - on_top(q))[:, None] * (1 - front)
    behind = np.clip(q[:, 1:2] / 0.06, 0, 1)
    return tangential(BACK * (1.1 - 0.45 * sides) - front * 1.2 * DOWN + (0.8 * sides + 0.3 * behind) * DOWN, normal)


def _mixed(top: float, sides: float, nape: float | None = None) -> Callable[[Array], Array]:
    """Meters: one length on top, another at the sides, a third at the nape."""

    def meters(q: Array) -> Array:
        low = sides if nape is None else sides + (nape - sides) * smoothstep(q[:, 2], 0.0, -0.05) * (q[:, 1] > 0)
        return low + (top - low) * on_top(q)

    return meters


def _swept(
    head: HeadSpace, rng: Rng, flow: Steer, lift: float = 0.0014, columns: int = 64, rows: int = 14
) -> list[Piece]:
    """The skin of hair under locks that are combed off the forehead: its hairs would hang down there like a fringe, so
    there it ends, closed, where the locks begin, and loose hairs follow the locks. At temples and nape it thins out."""

    def closed(theta: Array) -> Array:
        return np.maximum(_in_front(theta), _at_ears(theta))

    def beyond(theta: Array) -> Array:
        return 0.014 - 0.014 * _in_front(theta) - 0.006 * _at_ears(theta)

    return [cap(head, rng, lift, columns, rows, beyond=beyond, closed=closed), wisps(head, rng, flow)]


def _in_front(theta: Array) -> Array:
    """1 at angles over the forehead, 0 from the temples on."""
    return smoothstep(np.abs(theta), 1.0, 0.75)


def _at_ears(theta: Array) -> Array:
    """1 at angles before and over the ears, where locks are short and would show the scalp, 0 elsewhere."""
    return smoothstep(np.abs(theta), 1.0, 1.2) * smoothstep(np.abs(theta), 2.30, 2.10)


def buzz(head: HeadSpace, rng: Rng) -> list[Piece]:
    """A few millimeters, single hairs at the hairline."""
    cut = replace(head, recession=_CUT_BACK)
    return [*fuzz(cut, rng, (0.0007, 0.0017, 0.0027)), stubble(cut, rng, 0.0075, 1300)]


_CUT_BACK = 0.35
"""Recession at the temples where short hair shows it: the hairline of men is an M, that of children and women a bow."""


def receding(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Thin over the forehead and on the crown, short around it."""
    thin = replace(head, recession=1.0)

    def keep(q: Array) -> NDArray[np.bool_]:
        crown = np.hypot(q[:, 0], q[:, 1] - 0.045) < 0.030
        sparse = on_top(q) * 0.55
        return np.asarray((rng.random(len(q)) > sparse) & ~(crown & (q[:, 2] > 0.05)))

    locks = short(
        thin, rng, _backward, _mixed(0.045, 0.022), _mixed(0.004, 0.0035), count=230, keep=keep, front=0.003,
        upright=0.3,
    )  # fmt: skip
    return [cap(thin, rng, 0.0012, ragged=0.010, beyond=0.0), wisps(thin, rng, _backward), locks]


def short_crop(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Swept forward from the whorl into a short fringe, close at the sides and the nape."""
    locks = short(
        head, rng, _forward, _mixed(0.054, 0.026, 0.018), _mixed(0.0065, 0.003), count=415, upright=0.4, segments=3,
        clump=0.1, width=0.0136, roll=0.12, sparse=0.5, taper=0.5, card=0.0074,
    )  # fmt: skip
    return [cap(head, rng, beyond=0.008, closed=np.ones_like), locks]


def spiky(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Stands up on top in pointed tufts."""

    def up(q: Array, normal: Array, grown: float) -> Array:
        top = on_top(q)[:, None]
        return unit(
            top * (0.9 * normal + np.array([0, -0.25, 0.45])) + (1 - top) * tangential(DOWN + 0.3 * BACK, normal)
        )

    locks = short(
        head, rng, up, _mixed(0.042, 0.018), _mixed(0.004, 0.004), count=240, upright=1.2, cling=0.0, clump=0.9,
        width=0.016,
    )  # fmt: skip
    return [cap(head, rng), locks]


def pixie(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Soft layers swept to one side over the forehead, pointed before the ears and at the nape."""

    def flow(q: Array, normal: Array, grown: float) -> Array:
        front = smoothstep(q[:, 1], 0.02, -0.06)[:, None] * on_top(q)[:, None]
        aside = np.array([-0.9, -0.35, -0.15])
        return tangential((1 - 0.75 * front) * _forward(q, normal, grown) + 1.2 * front * aside, normal)

    locks = short(
        head, rng, flow, _mixed(0.078, 0.046, 0.034), _mixed(0.014, 0.0065), count=300, upright=0.5, segments=5
    )
    return [cap(head, rng), locks]


def bowl(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Straight down all around, with an even fringe over the brows."""

    def flow(q: Array, normal: Array, grown: float) -> Array:
        away = unit(q * [1, 1, 0] + [0, -0.01, 0])
        return tangential(away + 0.8 * DOWN, normal)

    def meters(q: Array) -> Array:
        return (
            0.036
            + 0.92 * np.clip(q[:, 2] + 0.012, 0, 0.2)
            + 0.015 * on_top(q)
            - 0.032 * smoothstep(q[:, 1], -0.01, -0.05)
        )

    locks = short(head, rng, flow, meters, _mixed(0.011, 0.010), count=270, upright=0.35, segments=5, clump=0.25)
    return [cap(head, rng), locks]


def combed_back(head: HeadSpace, rng: Rng) -> list[Piece]:
    """From the forehead over the head to the nape."""
    locks = short(
        head, rng, _backward, _mixed(0.105, 0.055, 0.03), _mixed(0.010, 0.0055), count=300, upright=0.45, segments=5,
        clump=0.35, roll=0.1, front=0.003,
    )  # fmt: skip
    return [*_swept(head, rng, _backward), locks]


def quiff(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Up and back over the forehead, short at the sides."""

    def flow(q: Array, normal: Array, grown: float) -> Array:
        front = (
            smoothstep(q[:, 1], 0.005, -0.05)[:, None]
            * smoothstep(q[:, 2], 0.02, 0.04)[:, None]
            * max(0.0, 1 - grown / 0.04)
        )
        return unit(
            _backward(q, normal, grown) * (1 - 0.5 * front) + front * (np.array([0, -0.05, 1.0]) + 0.5 * normal)
        )

    def lift(q: Array) -> Array:
        return _mixed(0.012, 0.0035)(q) + 0.014 * smoothstep(q[:, 1], 0.02, -0.06) * smoothstep(q[:, 2], 0.02, 0.05)

    locks = short(
        head, rng, flow, _mixed(0.078, 0.020), lift, count=290, front=0.003, upright=1.0, segments=5, cling=0.15,
        roll=0.12,
    )  # fmt: skip
    return [*_swept(head, rng, flow), locks]


def undercut(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Shaved at the sides and behind, long on top and swept over to one side."""

    def flow(q: Array, normal: Array, grown: float) -> Array:
        return tangential(np.array([-0.85, 0.35, 0.1]) + 0.2 * DOWN, normal)

    def keep(q: Array) -> NDArray[np.bool_]:
        return np.asarray(q[:, 2] > 0.048 + 0.10 * np.clip(q[:, 1], 0, 1) + 0.004 * rng.normal(size=len(q)))

    locks = short(
        head, rng, flow, lambda q: 0.088 + 0 * q[:, 0], lambda q: 0.012 + 0 * q[:, 0], count=380, upright=0.7,
        segments=8, keep=keep, clump=0.35,
    )  # fmt: skip
    return [cap(head, rng, 0.0016, columns=72, row_count=20), locks]


def mohawk(head: HeadSpace, rng: Rng) -> list[Piece]:
    """A crest from the forehead to the nape."""

    def flow(q: Array, normal: Array, grown: float) -> Array:
        return unit(normal * [0.3, 1, 1] + np.array([0, 0.15, 0.25]))

    def keep(q: Array) -> NDArray[np.bool_]:
        return np.asarray((np.abs(q[:, 0]) < 0.020) & (q[:, 2] > -0.02))

    locks = short(
        head, rng, flow, lambda q: 0.062 + 0 * q[:, 0], lambda q: 0.003 + 0 * q[:, 0], count=620, upright=1.5,
        cling=0.0, segments=5, keep=keep, clump=0.75, width=0.016,
    )  # fmt: skip
    return [cap(head, rng, 0.0014, columns=72, row_count=20), locks]


def side_part(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Parted over the left eye, the long side combed across and back, close at the ears and the nape."""
    part = 0.036

    def flow(q: Array, normal: Array, grown: float) -> Array:
        side = np.where(q[:, :1] > part, 1.0, -1.0)
        top = on_top(q)[:, None]
        over = np.concatenate([0.85 * side, np.where(side > 0, 0.35, 0.5), np.zeros_like(side)], axis=1)
        behind = smoothstep(q[:, 1], 0.03, 0.07)[:, None]
        front = over_forehead(q)[:, None]
        top = np.maximum(top, front)
        over = over + front * np.array([0.0, 0.25, 0.55])
        down = DOWN + 0.45 * (1 - behind) * BACK
        return tangential(top * (1 - 0.6 * behind) * over + (1 - top * (1 - behind)) * down + 0.2 * DOWN, normal)

    def lift(q: Array) -> Array:
        long_side = smoothstep(q[:, 0], part + 0.004, part - 0.03) * on_top(q)
        return 0.0045 + 0.0095 * long_side

    locks = short(
        head, rng, flow, _mixed(0.088, 0.026), lift, count=290, front=0.003, upright=0.6, segments=5, clump=0.35,
        roll=0.12,
    )  # fmt: skip
    return [*_swept(head, rng, flow), locks]


def curly_short(head: HeadSpace, rng: Rng) -> list[Piece]:
    """Ringlets on top, closer at the sides: narrow cards that turn as one lock and do not run to a point."""

    def flow(q: Array, normal: Array, grown: float) -> Array:
        return unit(0.55 * _forward(q, normal, grown) + 0.5 * normal * on_top(q)[:, None] + 0.15 * normal)

    curl = Ringlets(radius=0.0052, pitch=0.018, ribbon=0.0095)
    locks = short(
        head, rng, flow, _mixed(0.066, 0.030, 0.024), _mixed(0.010, 0.004), count=190, upright=0.8, cling=0.25,
        segments=21, curl=curl, edge=68,
    )  # fmt: skip
    return [cap(head, rng, 0.003, swell=lambda q: 0.001 + 0.004 * on_top(q), beyond=0.003, closed=_in_front), locks]


STYLES: dict[str, Callable[[HeadSpace, Rng], list[Piece]]] = {
    "buzz": buzz,
    "receding": receding,
    "short_crop": short_crop,
    "spiky": spiky,
    "pixie": pixie,
    "bowl": bowl,
    "combed_back": combed_back,
    "quiff": quiff,
    "undercut": undercut,
    "mohawk": mohawk,
    "side_part": side_part,
    "curly_short": curly_short,
}
