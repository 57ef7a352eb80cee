"""Findings on texture coordinates."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.vocabulary.targets import TARGETS

from ....bridge.mesh_arrays import uv_array
from ...assets.lightmap import LIGHTMAP_LAYER
from ..finding import ALWAYS, BY_CHOICE, Finding, Kind
from ..survey import Survey
from .facts import MeshFacts

LIGHTMAP_TARGETS = tuple(target.id for target in TARGETS.values() if target.lightmaps)
_SAMPLES = 96

KINDS = {
    "no_uv": Kind(
        "warning",
        "no UV map",
        "Engines need one for textures and tangents.",
        "Unwrap it with Smart UV Project.",
        repair="make_uv",
        on_copies=ALWAYS,
    ),
    "bad_uv": Kind(
        "error",
        "{number} UV coordinates that are not numbers",
        "Textures and tangents turn black there.",
        "Unwrap it again.",
        repair="make_uv",
        on_copies=BY_CHOICE,
        title="invalid UVs",
    ),
    "no_lightmap_uv": Kind(
        "warning",
        "overlapping UVs and no second UV map for light maps",
        "Baked light of one place shows in another.",
        "Switch Lightmap UVs on in the export options, or give it a second UV map named LightmapUV.",
        repair="make_lightmap_uv",
        in_engine={
            "unity": "Unity can make light map UVs at import, if you switch it on there.",
            "unreal": "Unreal warns of overlapping light map UVs when it builds the light.",
        },
        title="no UVs for light maps",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks UV maps of an object's mesh, once for all objects that share it."""
    if obj.type != "MESH" or not obj.data.polygons or not survey.first("uv", obj.data):
        return
    facts = survey.facts(obj)
    if not facts.is_finite:
        return
    if not obj.data.uv_layers:
        yield from survey.found("no_uv", obj)
        return
    uv = uv_array(obj.data.uv_layers.active)
    bad = int((~np.isfinite(uv).all(axis=1)).sum())
    if bad:
        yield from survey.found("bad_uv", obj, number=bad)
        return
    is_skin = obj.session_uid in survey.avatars
    wanted = not survey.options.lightmap_uv and not is_skin and LIGHTMAP_LAYER not in obj.data.uv_layers
    if wanted and set(LIGHTMAP_TARGETS) & set(survey.targets) and overlaps(facts, uv):
        yield from survey.found("no_lightmap_uv", obj, LIGHTMAP_TARGETS)


def overlaps(facts: MeshFacts, uv: NDArray[np.float32]) -> bool:
    """Whether faces overlap on the UV map: tests the centers of some of them against all triangles.

    A few overlapping faces among many may be missed; mirrored and stacked islands, the usual case, are not.
    """
    fans = [(facts.starts[facts.sizes > k + 1], k) for k in range(1, int(facts.sizes.max(initial=0)) - 1)]
    corners = np.concatenate([np.stack([first, first + k, first + k + 1], axis=1) for first, k in fans])
    triangles = uv[corners].astype(np.float64)
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    area = _cross(b - a, c - a)
    solid = np.abs(area) > 1e-12
    a, b, c, area = a[solid], b[solid], c[solid], area[solid]
    if len(a) < 2:
        return False
    low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    for at in np.unique(np.linspace(0, len(a) - 1, min(_SAMPLES, len(a))).astype(int)):
        middle = (a[at] + b[at] + c[at]) / 3
        near = np.flatnonzero((low[:, 0] < middle[0]) & (high[:, 0] > middle[0]))
        near = near[(low[near, 1] < middle[1]) & (high[near, 1] > middle[1])]
        p, q, r = a[near] - middle, b[near] - middle, c[near] - middle
        shares = np.stack([_cross(q, r), _cross(r, p), _cross(p, q)]) / area[near]
        if (shares.min(axis=0) > 1e-6).sum() > 1:
            return True
    return False


def _cross(one: NDArray, other: NDArray) -> NDArray:
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
