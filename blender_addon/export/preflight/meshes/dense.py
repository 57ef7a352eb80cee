"""Findings on meshes that are too dense for the levels, lightmap UVs or colliders that an export adds, as in its
report.
"""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ....bridge.mesh_arrays import mesh_data
from ...assets import lightmap
from ...meshes import lods
from ...targets.profiles import profile
from ..finding import Finding, Kind
from ..survey import Survey

KINDS = {
    "no_lightmap_uvs": Kind(
        "warning",
        "{number} triangles, too many for lightmap UVs",
        "To unwrap more than {limit} triangles takes minutes, and leaves hardly a texel to each.",
        "Reduce it with a Decimate modifier, or switch Lightmap UVs off.",
        title="too dense for lightmaps",
    ),
    "no_lightmap_room": Kind(
        "info",
        "{number} UV maps, and no room for lightmap UVs",
        "A mesh has {number} UV maps at most; all of them are kept.",
        "Remove a UV map that is not needed, or switch Lightmap UVs off.",
        title="no room for lightmaps",
    ),
    "no_skinned_levels": Kind(
        "warning",
        "{number} triangles, too many for levels of detail",
        "A mesh that deforms and has more than {limit} triangles is exported in full detail alone.",
        "Reduce it with a Decimate modifier, or make the levels in the engine.",
        title="too dense for LODs",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks what an object is too dense for; :mod:`.geometry` has counted its triangles."""
    triangles = survey.triangles.get(obj.name, 0)
    if obj.session_uid in survey.avatars:
        concerned = [target for target in survey.targets if profile(target).skinned_lods]
        if survey.options.lods and triangles > lods.DENSE:
            yield from survey.found("no_skinned_levels", obj, concerned, number=triangles, limit=lods.DENSE)
    elif survey.options.lightmap_uv and triangles > lightmap.MOST:
        yield from survey.found("no_lightmap_uvs", obj, number=triangles, limit=lightmap.MOST)
    elif survey.options.lightmap_uv and obj.type == "MESH" and not lightmap.has_room(mesh_data(obj)):
        yield from survey.found("no_lightmap_room", obj, number=len(mesh_data(obj).uv_layers))
