"""The operator that sets the scene up for VR."""

from __future__ import annotations

import json

import bpy

from ml_core.errors import AtelierError

from ...scene.vr import set_up_vr
from ...translations.registry import formatted
from ..base import refused


class ATELIER_OT_set_up_vr(bpy.types.Operator):
    """Set landmarks at avatars and cameras, in meters, for Blender's add-on VR Scene Inspection, which is turned on"""

    bl_idname = "atelier.set_up_vr"
    bl_label = "Set Up VR"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            report = set_up_vr(context)
        except AtelierError as error:
            return refused(self, error)
        context.scene.atelier.last_report = json.dumps(report, ensure_ascii=False)
        text = formatted(
            "{number} landmarks are set; start the session in the VR tab.", number=len(report["landmarks"])
        )
        self.report({"INFO"}, text)
        return {"FINISHED"}


CLASSES = (ATELIER_OT_set_up_vr,)
