"""Findings on the original VRM data of an avatar: rights, and what cannot be exported."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ...bridge.vrm import resolved
from ...bridge.vrm.toons import toon_of
from ..targets.profiles import profile
from .finding import Finding, Kind
from .survey import Survey

_MOST = 12

KINDS = {
    "vrm_lost": Kind(
        "warning",
        "VRM data that are lost: {names}",
        "The bone, mesh, shape key or material that they speak of is gone, or the file had them in a form that VRM 1.0 "
        "does not know.",
        "Undo what removed it, or continue without it.",
        title="VRM data lost",
    ),
    "vrm_rights": Kind(
        "info",
        "rights that its own file gives, by {authors}",
        "They go into the file as they are; the permissions of the panel are for avatars without any.",
        "Nothing to do.",
        title="rights of the file",
    ),
    "vrm_no_changes": Kind(
        "warning",
        "an avatar that its author, {authors}, does not allow to be changed",
        "The file that it came from says so. Its rights go into the exported file as they are.",
        "Ask the author, or keep the result to yourself.",
        title="changes not allowed",
    ),
    "vrm_stays": Kind(
        "info",
        "VRM data, which stay behind: {expressions} expressions, {springs} springs, {constraints} constraints, "
        "{toons} MToon materials",
        "Only VRM files hold them.",
        "Export for VRM as well.",
        title="VRM data left out",
    ),
}


def check(survey: Survey, armature: bpy.types.Object) -> Iterator[Finding]:
    """Checks the data that an avatar has from a VRM file."""
    parts = survey.skins[armature.session_uid]
    source = resolved(armature, parts)
    if source is None:
        return
    whole = [target for target in survey.targets if profile(target).format.avatar_data]
    lost = list(dict.fromkeys([*source.data.lost, *source.lost]))
    if lost:
        more = f" (+{len(lost) - _MOST})" if len(lost) > _MOST else ""
        yield from survey.found("vrm_lost", armature, whole, names=", ".join(lost[:_MOST]) + more)
    meta = source.blocks.get("meta", {})
    authors = ", ".join(meta.get("authors", [])[:4]) or "?"
    if meta and meta.get("modification", "prohibited") == "prohibited":
        yield from survey.found("vrm_no_changes", armature, authors=authors)
    elif meta:
        yield from survey.found("vrm_rights", armature, whole, authors=authors)
    rest = [target for target in survey.targets if target not in whole]
    yield from survey.found(
        "vrm_stays",
        armature,
        rest,
        expressions=sum(len(group) for group in source.blocks.get("expressions", {}).values()),
        springs=len(source.blocks.get("springs", [])),
        constraints=len(source.blocks.get("constraints", [])),
        toons=sum(toon_of(material) is not None for material in source.materials),
    )
