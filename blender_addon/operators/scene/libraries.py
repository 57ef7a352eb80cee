"""Asset buttons: link equal meshes, label a file's assets, find assets by word and likeness, add one."""

from __future__ import annotations

from pathlib import Path

import bpy

from ml_core.errors import InputError

from ...bridge.jobs.steps import Job, Report
from ...scene.equal_meshes import link_equal_job
from ...scene.library.assets import label_assets_job
from ...scene.library.searching import add_asset_job, indexed_folders, more_like_job, search_job
from ...translations.registry import formatted
from ..base import JobOperator


class ATELIER_OT_link_equal_meshes(JobOperator, bpy.types.Operator):
    """Let objects share meshes that are equal, turned or mirrored, which saves memory; all stays as it looks"""

    bl_idname = "atelier.link_equal_meshes"
    bl_label = "Link Equal Meshes"
    bl_options = {"REGISTER", "UNDO"}

    mirrored: bpy.props.BoolProperty(
        name="Mirrored",
        description="Share also with reflections, whose objects get a negative scale",
        default=True,
        options={"SKIP_SAVE"},
    )

    def job(self, context: bpy.types.Context) -> Job:
        return link_equal_job(context, self.mirrored)

    def summary(self, report: Report) -> str:
        saved = f"{report['saved'] / 2**20:.1f}"
        return formatted("Removed {number} equal meshes, {saved} MB.", number=report["removed"], saved=saved)

    def warning(self, report: Report) -> str:
        if not report["near"]:
            return ""
        first = report["near"][0]
        return formatted(
            "{number} pairs are almost equal, such as {first} and {second}: {why}.",
            number=len(report["near"]),
            first=first["first"],
            second=first["second"],
            why=formatted(first["why"]),
        )


class ATELIER_OT_label_assets(JobOperator, bpy.types.Operator):
    """Say what each asset of this file is: its tags, its catalog, and an index for searches in the library"""

    bl_idname = "atelier.label_assets"
    bl_label = "Label Assets"
    bl_options = {"REGISTER", "UNDO"}

    write_index: bpy.props.BoolProperty(
        name="Write Index",
        description="Write the index of the library, by which its assets are found",
        default=True,
        options={"SKIP_SAVE"},
    )

    def job(self, context: bpy.types.Context) -> Job:
        return label_assets_job(context, self.write_index)

    def summary(self, report: Report) -> str:
        named = len(report["assets"]) - report["unknown"]
        return formatted("{named} of {number} assets are labeled.", named=named, number=len(report["assets"]))


class ATELIER_OT_search_library(JobOperator, bpy.types.Operator):
    """Find assets in your libraries by words in English or Chinese, such as: red chair"""

    bl_idname = "atelier.search_library"
    bl_label = "Search Libraries"
    bl_options = {"REGISTER"}

    text: bpy.props.StringProperty(name="Words", description="What to look for", options={"SKIP_SAVE"})

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("text"):
            self.text = context.scene.atelier.library_search

    def job(self, context: bpy.types.Context) -> Job:
        return search_job(self.text)


class ATELIER_OT_more_like_this(JobOperator, bpy.types.Operator):
    """Find the assets of your libraries that look most like the active object"""

    bl_idname = "atelier.more_like_this"
    bl_label = "More Like This"
    bl_options = {"REGISTER"}

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        if context.active_object is None:
            return "Select an object first."
        return super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        assert context.active_object is not None
        return more_like_job(context, context.active_object)


class ATELIER_OT_add_library_asset(JobOperator, bpy.types.Operator):
    """Add this asset at the 3D cursor"""

    bl_idname = "atelier.add_library_asset"
    bl_label = "Add Asset"
    bl_options = {"REGISTER", "UNDO"}

    library: bpy.props.StringProperty(name="Library", description="Its folder", options={"SKIP_SAVE"})
    file: bpy.props.StringProperty(name="File", description="The blend file in that folder", options={"SKIP_SAVE"})
    asset: bpy.props.StringProperty(name="Asset", description="Its name", options={"SKIP_SAVE"})
    is_collection: bpy.props.BoolProperty(
        name="Collection", description="The asset is a collection and no object", options={"SKIP_SAVE"}
    )

    def job(self, context: bpy.types.Context) -> Job:
        folder = Path(self.library)
        if folder not in indexed_folders():
            raise InputError("{folder}: is none of your asset libraries with an index", folder=self.library)
        return add_asset_job(context, folder, self.file, self.asset, "collection" if self.is_collection else "object")

    def summary(self, report: Report) -> str:
        return formatted("Added {name}.", name=report["object"])


CLASSES = (
    ATELIER_OT_link_equal_meshes,
    ATELIER_OT_label_assets,
    ATELIER_OT_search_library,
    ATELIER_OT_more_like_this,
    ATELIER_OT_add_library_asset,
)
"""In the order of the panel."""
