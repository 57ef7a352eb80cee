"""Trucks, buses, bicycles, aircraft and wheels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.furniture.varied.pieces import (
    Parts,
    Rng,
    arc,
    bar,
    chance,
    moved,
    path,
    pick,
    ring,
    solid,
    turned,
)


def truck(rng: Rng) -> Parts:
    """A lorry: a cab, a load bed or box behind it, four to ten wheels. It drives to -Y."""
    w, cab, bed = rng.uniform(1.9, 2.6), rng.uniform(1.5, 2.2), rng.uniform(2.5, 7)
    floor, roof, radius = rng.uniform(0.6, 1.1), rng.uniform(2.2, 3.2), rng.uniform(0.35, 0.55)
    parts = [solid((w * 0.8, cab + bed, 0.25), (0, 0, floor - 0.25))]
    front = -(cab + bed) / 2
    parts.append(solid((w, cab, roof - floor), (0, front + cab / 2, floor - 0.1), rng.uniform(0.01, 0.2)))
    if chance(rng, 0.5):  # a bonnet
        nose = rng.uniform(0.7, 1.2)
        parts.append(solid((w * 0.85, nose, 0.7), (0, front - nose / 2, floor - 0.1), 0.08))
        parts += _axle(w, front - nose / 2, radius)
    middle, kind = front + cab + bed / 2 + 0.1, pick(rng, "box", "box", "flat", "sides", "tank", "tipper")
    if kind == "box":
        parts.append(solid((w * 1.05, bed, rng.uniform(1.8, 2.8)), (0, middle, floor), 0.01))
    elif kind == "tank":
        tank = w * 0.45
        parts.append(turned([(0, 0), (tank * 0.9, 0), (tank, 0.1), (tank, bed - 0.1), (tank * 0.9, bed), (0, bed)])
                     .turned(90, "x").moved(0, middle + bed / 2, floor + tank))  # fmt: skip
    else:
        parts.append(solid((w, bed, 0.12), (0, middle, floor)))
        tall = {"flat": 0.0, "sides": rng.uniform(0.3, 0.8), "tipper": rng.uniform(0.8, 1.5)}[kind]
        if tall:
            parts += [solid((0.08, bed, tall), (s * w * 0.48, middle, floor)) for s in (-1, 1)]
            parts += [solid((w, 0.08, tall), (0, middle + s * bed * 0.49, floor)) for s in (-1, 1)]
    for y in (front + cab * 0.5, middle + bed * 0.3, *([middle + bed * 0.3 - 2.3 * radius] if bed > 4 else [])):
        parts += _axle(w, y, radius)
    if chance(rng, 0.4):
        parts += [
            bar((s * w * 0.52, front + 0.2, floor + 0.9), (s * w * 0.62, front, floor + 0.9), 0.04) for s in (-1, 1)
        ]
        parts += [solid((0.04, 0.12, 0.4), (s * w * 0.62, front, floor + 0.7)) for s in (-1, 1)]
    return parts


def bus(rng: Rng) -> Parts:
    """A long box with rows of windows. It drives to -Y."""
    w, long, tall = rng.uniform(2.2, 2.7), rng.uniform(5.5, 13), rng.uniform(2.1, 2.9)
    low, radius = rng.uniform(0.3, 0.6), rng.uniform(0.38, 0.55)
    nose = rng.uniform(0.8, 1.4) if chance(rng, 0.3) else 0.0
    parts = [solid((w, long, tall), (0, 0, low), rng.uniform(0.02, 0.35))]
    if nose:
        parts.append(solid((w * 0.9, nose, tall * 0.45), (0, -long / 2 - nose / 2, low), 0.1))
    count, sill, glass = int(rng.integers(4, 10)), low + tall * rng.uniform(0.42, 0.55), tall * rng.uniform(0.28, 0.4)
    pitch, out = long / count, rng.choice([-0.01, 0.02])
    for k in range(count):
        y = -long / 2 + pitch * (k + 0.5)
        parts += [solid((0.05, pitch * 0.82, glass), (s * (w / 2 + out), y, sill), 0.01) for s in (-1, 1)]
    parts += [solid((w * 0.9, 0.05, glass * 1.2), (0, s * (long / 2 + out), sill * 0.95), 0.01) for s in (-1, 1)]
    if chance(rng, 0.5):
        parts.append(solid((0.05, pitch * 0.8, tall * 0.85), (w / 2 + 0.02, -long * 0.4, low + 0.1)))
    if chance(rng, 0.4):
        parts.append(solid((w * 0.6, long * 0.3, 0.25), (0, rng.uniform(-0.2, 0.2) * long, low + tall), 0.05))
    for y in (-long * 0.33 - nose * 0.3, long * 0.3):
        parts += _axle(w, y, radius)
    return parts


def bicycle(rng: Rng) -> Parts:
    """Two wheels along Y and a frame of tubes."""
    radius, base, tube = rng.uniform(0.25, 0.36), rng.uniform(0.95, 1.1), rng.uniform(0.012, 0.024)
    rear, front = np.array([0, base / 2, radius]), np.array([0, -base / 2, radius])
    crank, seat = np.array([0, 0.1, radius * 0.85]), np.array([0, 0.25, radius + 0.45])
    head = np.array([0, -base / 2 + 0.2, radius + rng.uniform(0.38, 0.5)])
    parts: Parts = []
    for hub in (rear, front):
        rim = ring(radius - 0.02, rng.uniform(0.012, 0.03)).turned(90, "y").moved(*hub)
        parts += [rim, bar(hub - _offset(0.05), hub + _offset(0.05), 0.02)]
        for angle in np.linspace(0, np.pi, int(rng.integers(3, 9)), endpoint=False):
            spoke = np.array([0, np.cos(angle), np.sin(angle)]) * (radius - 0.02)
            parts.append(bar(hub - spoke, hub + spoke, 0.003))
    tubes = [(rear, crank), (rear, seat), (crank, seat), (crank, head), (front, head)]
    parts += [bar(a, b, tube) for a, b in tubes]
    if chance(rng, 0.7):
        parts.append(bar(seat, head, tube))
    top = seat + _offset(0, 0.05, rng.uniform(0.08, 0.2))
    grip = head + _offset(0, 0.03, rng.uniform(0.08, 0.2))
    parts += [bar(seat, top, tube), solid((0.14, 0.26, 0.05), top, 0.02), bar(head, grip, tube)]
    reach = rng.uniform(0.2, 0.3)
    parts += path([grip + _offset(s * reach, 0.12, 0.02) if s else grip for s in (-1, 0, 1)], tube)
    parts.append(bar(crank - _offset(0.1, 0, 0.15), crank + _offset(0.1, 0, 0.15), 0.012))
    parts += [solid((0.08, 0.06, 0.02), crank + _offset(s * 0.12, 0, s * 0.16 - 0.01)) for s in (-1, 1)]
    if chance(rng, 0.3):
        parts.append(solid((0.3, 0.22, 0.2), head + _offset(0, -0.2, 0.05)))
    if chance(rng, 0.4):
        for hub in (rear, front):
            parts += [solid((0.05, 0.06, 0.008), point) for point in arc(hub, radius + 0.03, 20, 160, "yz", 9)]
    return parts


def aircraft(rng: Rng) -> Parts:
    """A fuselage with wings and a tail, jets or propellers. It flies to -Y."""
    long, radius = rng.uniform(6, 30), 0.0
    radius = long * rng.uniform(0.045, 0.085)
    nose, tail = rng.uniform(0.06, 0.15), rng.uniform(0.2, 0.4)
    body = turned([(0, 0), (radius * 0.6, long * nose * 0.35), (radius, long * nose), (radius, long * (1 - tail)),
                   (radius * 0.25, long), (0, long)]).turned(-90, "x").moved(0, -long / 2, 0)  # fmt: skip
    parts = [body]
    span, chord, sweep = long * rng.uniform(0.35, 0.6), long * rng.uniform(0.1, 0.22), rng.uniform(0, 0.5)
    high = rng.choice([-0.7, 0, 0.9]) * radius
    double = chance(rng, 0.15)
    for z in (high, high + radius * 2.2) if double else (high,):
        parts += _wings(span, chord, sweep, -long * 0.08, z, rng.uniform(-0.02, 0.1))
    if double:
        parts += [bar((s * span * 0.6, -long * 0.05, high), (s * span * 0.6, -long * 0.05, high + radius * 2.2), 0.05)
                  for s in (-1, 1)]  # fmt: skip
    back, fin = long * 0.44, long * rng.uniform(0.12, 0.2)
    parts += _wings(span * 0.4, chord * 0.55, sweep, back - chord * 0.3, rng.choice([0.2, 1.0]) * fin * 0.9, 0)
    parts.append(solid((radius * 0.15, chord * 0.6, fin), (0, back, radius * 0.3), 0.01))
    engines = pick(rng, "nose", "wing", "wing", "none", "tail")
    spots = {"nose": [(0.0, -long / 2, 0.0)], "none": [],
             "wing": [(s * span * share, -long * 0.1 + sweep * span * share - chord * 0.5, high - radius * 0.5)
                      for s in (-1, 1) for share in ([0.4] if chance(rng, 0.6) else [0.3, 0.6])],
             "tail": [(s * radius * 1.3, long * 0.28, radius * 0.5) for s in (-1, 1)]}[engines]  # fmt: skip
    propeller = engines == "nose" or chance(rng, 0.3)
    for x, y, z in spots:
        if engines != "nose":
            r = radius * rng.uniform(0.3, 0.5)
            parts.append(
                turned([(r * 0.6, 0), (r, 0), (r, chord * 0.7), (r * 0.6, chord)], 14).turned(-90, "x").moved(x, y, z)
            )
        if propeller:
            blade = radius * rng.uniform(1.2, 2)
            parts += [solid((0.03 * long * 0.4, 0.05, 2 * blade), (0, 0, -blade)).turned(a, "y").moved(x, y - 0.1, z)
                      for a in (0, 90)]  # fmt: skip
    if chance(rng, 0.6):
        parts.append(solid((radius * 1.2, long * 0.12, radius * 0.8), (0, -long * 0.28, radius * 0.6), radius * 0.3))
    if chance(rng, 0.5):
        for x, y in ((0, -long * 0.33), (-radius, 0.05 * long), (radius, 0.05 * long)):
            parts.append(bar((x, y, -radius * 0.8), (x, y, -radius * 1.7), 0.06))
            parts.append(bar((x - 0.1, y, -radius * 1.8), (x + 0.1, y, -radius * 1.8), radius * 0.3))
    return parts


def wheel(rng: Rng) -> Parts:
    """A tire with its disc, or a rim with spokes, lying or upright."""
    radius, kind = rng.uniform(0.15, 0.6), pick(rng, "tire", "disc", "spokes", "spokes")
    thick = radius * (rng.uniform(0.05, 0.12) if kind == "spokes" else rng.uniform(0.2, 0.4))
    parts = [ring(radius - thick, thick, 24, thick * rng.uniform(0.6, 1.3))]
    if kind == "disc":
        parts.append(turned([(0, -thick * 0.4), (radius - thick, -thick * 0.5), (radius - thick, thick * 0.5),
                             (radius * 0.3, thick * rng.uniform(0, 0.6)), (0, thick * 0.3)]))  # fmt: skip
    elif kind == "spokes":
        hub = radius * rng.uniform(0.08, 0.2)
        parts.append(turned([(0, -hub), (hub, -hub), (hub, hub), (0, hub)], 12))
        reach = radius * (1.25 if chance(rng, 0.2) else 1) - thick
        for angle in np.linspace(0, 2 * np.pi, int(rng.integers(3, 13)), endpoint=False):
            parts.append(bar((0, 0, 0), (np.cos(angle) * reach, np.sin(angle) * reach, 0), thick * 0.5))
    upright = pick(rng, "x", "y") if kind == "disc" else pick(rng, "x", "y", "lying")
    return parts if upright == "lying" else [part.turned(90, upright) for part in parts]


def _offset(x: float = 0, y: float = 0, z: float = 0) -> NDArray[np.float64]:
    return np.array([x, y, z], float)


def _axle(width: float, y: float, radius: float) -> Parts:
    """Two wheels at the sides of a vehicle ``width`` wide."""
    return [bar((s * (width / 2 - 0.3), y, radius), (s * width / 2, y, radius), radius) for s in (-1, 1)]


def _wings(span: float, chord: float, sweep: float, y: float, z: float, rise: float) -> Parts:
    """Two thin boxes sheared back by ``sweep`` and up by ``rise``, each ``span`` long."""
    wing = solid((span, chord, chord * 0.1), (span / 2, 0, 0), 0.01)
    shear = np.array([[1, 0, 0], [sweep, 1, 0], [rise, 0, 1]])
    mirror = np.diag([-1, 1, 1])
    return moved([wing.transformed(shear), wing.transformed(mirror @ shear)], 0, y, z)
