"""The button that offers an avatar in the Asset Browser."""

from __future__ import annotations

import bpy

from ...avatar.selection import avatar_hint, text_of
from ...avatar.surface.layer_settings import avatar_of
from ...bridge.jobs.steps import Job, Report
from ...scene.avatar_asset import asset_job
from ...translations.registry import formatted
from ..base import JobOperator


class ATELIER_OT_mark_avatar(JobOperator, bpy.types.Operator):
    """Offer the active avatar in the Asset Browser, with a rendered portrait, as a collection of all its objects"""

    bl_idname = "atelier.mark_avatar"
    bl_label = "Mark Avatar as Asset"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(avatar_hint(context)) or super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        avatar = avatar_of(context.active_object)
        assert avatar is not None
        return asset_job(context, avatar)

    def summary(self, report: Report) -> str:
        return formatted("{name} is in the Asset Browser.", name=report["collection"])


CLASSES = (ATELIER_OT_mark_avatar,)
