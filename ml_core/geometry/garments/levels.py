"""Where a garment is cut from its helper: the fields whose zeros are its edges, on the reference body."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.garments.entry import Cut, Piece
from ml_core.geometry.garments.helpers import ARM, LEG, Helper, Helpers
from ml_core.geometry.garments.surfaces.sparse import Array

_CURVE = 2.2
"""Exponent by which an open front goes apart on its way down."""


def level(helpers: Helpers, piece: Piece) -> Array:
    """(V,) approximate meters to the edge of a garment on its helper; negative inside."""
    helper, rule = helpers[piece.mesh], piece.cut
    parts = [*_ends(helpers, helper, rule), *_limbs(helpers, helper, rule), *_front(helpers, helper, rule)]
    return np.asarray(np.maximum.reduce(parts))


def _ends(helpers: Helpers, helper: Helper, rule: Cut) -> list[Array]:
    z, arms = helper.rest[:, 2], helper.arm > ARM
    parts = []
    if rule.hem is not None:
        parts.append(np.where(arms, -1.0, helpers.z(rule.hem) - z))
    if rule.top is not None:
        parts.append(np.where(arms, 1.0, z - helpers.z(rule.top)))
    if rule.band is not None:
        parts.append(np.where(arms, 1.0, np.abs(z - helpers.z(rule.band)) - rule.band_width))
    return parts


def _limbs(helpers: Helpers, helper: Helper, rule: Cut) -> list[Array]:
    x, z, arms = np.abs(helper.rest[:, 0]), helper.rest[:, 2], helper.arm > ARM
    parts = []
    if rule.sleeve is not None:
        parts.append(np.where(helper.arm > 0.25, (helper.along_arm - rule.sleeve) * 0.25, -1.0))
    if rule.arm_hole is not None:
        shoulder = helpers.joints["leftUpperArm"]
        edge = shoulder[0] - rule.arm_hole + 0.8 * np.maximum(0, shoulder[2] - 0.07 - z)
        parts.append(np.where(arms, np.maximum(x - edge, 0.01), x - edge))
    if rule.leg is not None:
        parts.append((helper.along_leg - rule.leg) * 0.4)
    if rule.boot is not None:
        parts.append(np.where(helper.leg > LEG, (rule.boot - helper.along_leg) * 0.4, 1.0))
    if rule.throat is not None or rule.straps:
        parts.append(_foot(helpers, helper, rule))
    return parts


def _foot(helpers: Helpers, helper: Helper, rule: Cut) -> Array:
    """The openings of low shoes and the straps of sandals."""
    ankle = helpers.joints["leftFoot"]
    along, z = foot_share(helpers, helper.rest), helper.rest[:, 2] - helpers.heights["sole"]
    of_foot = (helper.leg > LEG) & (z < ankle[2] - helpers.heights["sole"] + 0.08)
    if rule.throat is not None:  # open from the heel's edge, which is high, down to the throat
        stations = (0.0, 0.2, rule.throat)
        edge = np.interp(along, stations, (min(rule.instep, 0.07), min(rule.instep, 0.055), rule.instep))
        field = np.minimum(z - edge, (rule.throat - along) * _foot_length(helpers))
        return np.where(of_foot, field, 1.0)
    bands = [(np.abs(along - middle) - half) * _foot_length(helpers) for middle, half in rule.straps]
    around = np.abs(z - ankle[2] + helpers.heights["sole"]) - 0.011  # a strap around the ankle
    return np.where(of_foot & (along < 0.5) & (around < 0.03), around, np.where(of_foot, np.minimum.reduce(bands), 1.0))


def _foot_length(helpers: Helpers) -> float:
    rest = helpers["tights"].rest
    foot = (rest[:, 2] < helpers.joints["leftFoot"][2]) & (rest[:, 0] > 0)
    return float(np.ptp(rest[foot, 1]))


def foot_share(helpers: Helpers, points: Array) -> Array:
    """(V,) 0 at the heel and 1 at the toes of the reference body, whose feet point forward."""
    rest = helpers["tights"].rest
    foot = (rest[:, 2] < helpers.joints["leftFoot"][2]) & (rest[:, 0] > 0)
    back, front = rest[foot, 1].max(), rest[foot, 1].min()
    return np.asarray((back - points[:, 1]) / (back - front))


def _front(helpers: Helpers, helper: Helper, rule: Cut) -> list[Array]:
    """Necklines and fronts that stand open."""
    x, y, z = np.abs(helper.rest[:, 0]), helper.rest[:, 1], helper.rest[:, 2]
    at, trunk = helpers.heights, helper.arm <= ARM
    forward = (helper.up[:, 1] < -0.2) & (x < 0.13)
    parts = []
    if rule.neck_front is not None and rule.neck_back is not None:
        front, back = helpers.z(rule.neck_front), helpers.z(rule.neck_back)
        behind = np.clip((y + 0.10) / rule.neck_rise, 0, 1)
        beside = np.clip((x / rule.neck_width - 0.55) / 0.45, 0, 1)
        slope = front + (back - front) * np.maximum(behind, beside)
        around = (x < 0.13) & trunk & (z > at["chest"])
        parts.append(np.where(around, np.minimum(z - slope, 1.6 * (rule.neck_width - x)), -1.0))
    if rule.v_neck is not None:
        parts.append(np.where(forward & (z > at["waist"] - 0.1), 0.8 * (v_half(helpers, rule, z) - x), -1.0))
    if rule.opening is not None:
        parts.append(np.where((helper.up[:, 1] < -0.2) & (x < 0.1), rule.opening - x, -1.0))
    if rule.cutaway is not None:
        hem = helpers.z(rule.hem or rule.cutaway)
        below, above = helpers.z(rule.cutaway) - z, z - hem
        share = np.clip(below / max(helpers.z(rule.cutaway) - hem, 1e-6), 0, 1.2)
        radius = rule.cutaway_corner
        into = np.clip(radius - above, 0, radius)
        edge = 0.002 + rule.cutaway_width * share**_CURVE + radius - np.sqrt(radius**2 - into**2)
        edge = np.where(below > 0, edge, -3 * np.abs(below))
        parts.append(np.where((helper.up[:, 1] < -0.1) & (x < 0.16), edge - x, -1.0))
    return parts


def open_half(rule: Cut) -> float:
    """Half the width of an open front at the hem, meters."""
    return 0.0 if rule.cutaway is None else 0.002 + rule.cutaway_width + rule.cutaway_corner


def v_half(helpers: Helpers, rule: Cut, z: Array) -> Array:
    """(V,) half the width of a V neckline at heights; negative below its point."""
    if rule.v_neck is None:
        return np.full(np.shape(z), -1.0)
    point, top = helpers.z(rule.v_neck), helpers.heights["collar_bone"] + 0.02
    above = rule.v_width * np.minimum((z - point) / (top - point), 1.15)
    return np.where(z > point, above, -3 * np.abs(z - point))
