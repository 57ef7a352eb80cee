"""Operators that suggest what a scene lacks, and add it."""

from __future__ import annotations

import json

import bpy

from ml_core.errors import AtelierError
from ml_core.inference.layout.suggesting import Suggestion

from ...bridge.jobs.steps import Job, Report
from ...bridge.object_labels import title
from ...commands.running import run_steps_job
from ...scene.furnishing import Proposal, proposals
from ...translations.registry import formatted, formatted_label
from ..base import JobOperator, refused


class ATELIER_OT_suggest_objects(bpy.types.Operator):
    """Say what is missing around the active object, or the 3D cursor, and where it would stand"""

    bl_idname = "atelier.suggest_objects"
    bl_label = "Suggest Objects"
    bl_options = {"REGISTER", "UNDO"}

    count: bpy.props.IntProperty(name="Suggestions", description="How many", default=5, min=1, max=20)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            found = proposals(context, self.count)
        except AtelierError as error:
            return refused(self, error)
        context.scene.atelier.object_suggestions = json.dumps([_stored(item) for item in found], ensure_ascii=False)
        names = ", ".join(formatted_label(title(item.suggestion.label)) for item in found)
        self.report({"INFO"}, formatted("Would fit: {names}", names=names))
        return {"FINISHED"}


def _stored(one: Proposal) -> dict[str, object]:
    return {
        "label": one.suggestion.label, "with": list(one.suggestion.with_labels), "relation": one.suggestion.relation,
        "anchor": one.anchor, "faces": one.suggestion.faces, "asset": one.asset, "score": one.suggestion.score,
    }  # fmt: skip


class ATELIER_OT_place_suggestion(JobOperator, bpy.types.Operator):
    """Add this object where it would stand: an asset of yours with that label, or a copy of one of the scene"""

    bl_idname = "atelier.place_suggestion"
    bl_label = "Place"
    bl_options = {"REGISTER", "UNDO"}

    label: bpy.props.StringProperty(name="Label", description="What to add", options={"SKIP_SAVE"})
    relation: bpy.props.StringProperty(name="Relation", description="on, next_to, wall or floor", options={"SKIP_SAVE"})
    anchor: bpy.props.StringProperty(
        name="Anchor", description="The object that it stands on or beside", options={"SKIP_SAVE"}
    )
    faces: bpy.props.BoolProperty(name="Facing", description="Turn it to that object", options={"SKIP_SAVE"})

    def job(self, context: bpy.types.Context) -> Job:
        relation = self.relation if self.anchor or self.relation == "wall" else "floor"
        one = Suggestion(self.label, 1.0, (), relation, "", self.faces and bool(self.anchor))
        return run_steps_job(context, Proposal(one, self.anchor, "").steps())

    def summary(self, report: Report) -> str:
        return str(report.get("summary", ""))


CLASSES = (ATELIER_OT_suggest_objects, ATELIER_OT_place_suggestion)
