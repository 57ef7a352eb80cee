"""Findings on the scene as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from ..targets.profiles import profile
from .finding import Finding, Kind
from .survey import Survey

KINDS = {
    "nothing_to_export": Kind(
        "error",
        "nothing to export",
        "The folder would stay empty.",
        "Add a mesh, or show one.",
    ),
    "no_avatar": Kind(
        "warning",
        "no avatar for {title}",
        "A VRM file holds one avatar: an armature with a skin.",
        "Generate an avatar, or do not export for this target.",
        title="no avatar",
    ),
    "heavy_scene": Kind(
        "warning",
        "{number} triangles in all; {limit} are the budget",
        "The scene is slow to draw and slow to load.",
        "Hide what is not needed, or reduce the largest objects.",
        title="many triangles in all",
    ),
}


def check(survey: Survey) -> Iterator[Finding]:
    """Whether there is something to export."""
    if not survey.static and not survey.armatures:
        yield from survey.found("nothing_to_export", None)
    elif not survey.armatures:
        for target in survey.targets:
            if not profile(target).target.takes_statics:
                yield from survey.found("no_avatar", None, (target,), title=profile(target).title)


def check_sums(survey: Survey) -> Iterator[Finding]:
    """Triangles of all that was looked at; comes after the objects."""
    total = sum(survey.triangles.values())
    shown = [target for target in survey.targets if profile(target).target.takes_statics]
    over = [target for target in shown if 0 < profile(target).limits.scene_triangles < total]
    if over:
        limit = min(profile(target).limits.scene_triangles for target in over)
        yield from survey.found("heavy_scene", None, over, number=total, limit=limit)
