"""Findings on the scene as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

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
    "missing_library": Kind(
        "error",
        "{name} of the library {library}, which is missing",
        "Blender shows nothing in its place, or a plain surface, and so does the export.",
        "Put the library back, or choose it again: Outliner, Blender File, a right click on it, Relocate.",
        title="missing libraries",
    ),
}


def check(survey: Survey) -> Iterator[Finding]:
    """Whether there is something to export, and what of it is gone."""
    yield from _gone(survey)
    if not survey.static and not survey.armatures:
        yield from survey.found("nothing_to_export", None)
    elif not survey.armatures:
        for target in survey.targets:
            if not profile(target).target.takes_statics:
                yield from survey.found("no_avatar", None, (target,), title=profile(target).title)


def _gone(survey: Survey) -> Iterator[Finding]:
    """What the scene links from files that are not there: Blender keeps an empty place for each data-block."""
    for obj in survey.context.view_layer.objects:
        surfaces = [slot.material for slot in obj.material_slots]
        for block in (obj, obj.instance_collection, obj.data, *surfaces):
            is_own = block in (obj, obj.instance_collection)  # the others are named once
            if block is not None and block.is_missing and (survey.first("missing library", block) or is_own):
                yield from survey.found("missing_library", obj, **_origin(block))
    for collection in survey.context.scene.collection.children_recursive:
        if collection.is_missing and survey.first("missing library", collection):
            yield from survey.found("missing_library", None, **_origin(collection))


def _origin(block: bpy.types.ID) -> dict[str, str]:
    return {"name": block.name, "library": bpy.path.basename(block.library.filepath) if block.library else ""}


def check_sums(survey: Survey) -> Iterator[Finding]:
    """Checks the triangle total of everything surveyed; runs after the objects."""
    total = sum(survey.triangles.values())
    shown = [target for target in survey.targets if profile(target).target.takes_statics]
    over = [target for target in shown if 0 < profile(target).limits.scene_triangles < total]
    if over:
        limit = min(profile(target).limits.scene_triangles for target in over)
        yield from survey.found("heavy_scene", None, over, number=total, limit=limit)
