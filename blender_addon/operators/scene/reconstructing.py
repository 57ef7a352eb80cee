"""Operators of places from photos: reconstruct one, and give it its real size."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError
from ml_core.reconstruction.views.pictures import VIDEOS
from ml_core.vocabulary.scene.reconstruction import VOXELS, ReconstructionJob

from ...bridge.jobs.steps import Job, Report
from ...bridge.object_labels import title
from ...scene.reconstruction.job import PlaceOptions, reconstruct_job
from ...scene.reconstruction.sizing import size_by_selection
from ...translations.registry import CONTEXT, formatted, formatted_label
from ..base import JobOperator, refused

MATCHING_ITEMS = [
    ("auto", "Automatic Pairs", "All pairs of few pictures, neighbors of many"),
    ("exhaustive", "All Pairs", "Each picture with every other; for pictures in no order"),
    ("sequential", "Neighbors", "Each picture with those that follow it; for a walk or a video"),
]

BASES = {"length": "a known length", "eye height": "the usual height of a camera"}
"""What a size rests on, beside labels."""


class ATELIER_OT_reconstruct_scene(JobOperator, bpy.types.Operator):
    """Reconstruct a room from a folder of photos: cameras, floor and walls, and the things in it, in meters"""

    bl_idname = "atelier.reconstruct_scene"
    bl_label = "Place from Photos"
    bl_options = {"REGISTER", "UNDO"}

    directory: bpy.props.StringProperty(
        name="Folder", description="The photos: 30 or more, each overlapping the last", subtype="DIR_PATH",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    filepath: bpy.props.StringProperty(
        name="Video", description="A video in place of photos", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )
    matching: bpy.props.EnumProperty(
        name="Pairs", description="Which pictures are compared", items=MATCHING_ITEMS, translation_context=CONTEXT
    )
    voxel: bpy.props.FloatProperty(
        name="Finest Detail", description="Meters of a voxel; half of it takes eight times the memory",
        default=0.025, min=VOXELS[0], max=VOXELS[1], precision=3,
    )  # fmt: skip
    replace: bpy.props.BoolProperty(
        name="Replace by Assets",
        description="Put the best asset of its label where each thing stands, and hide what was reconstructed",
    )
    python: bpy.props.StringProperty(
        name="Python",
        description="The Python that has pycolmap and OpenCV; that of the preferences when empty",
        subtype="FILE_PATH",
        options={"SKIP_SAVE"},
        translation_context=CONTEXT,
    )
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_movie: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    is_browsed: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        for name in ("matching", "voxel", "replace"):
            column.prop(self, name)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        if not self.directory and not self.filepath and not bpy.app.background:
            self.is_browsed = True
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        return super().invoke(context, event)

    def execute(self, context: bpy.types.Context) -> set[str]:
        if self.is_browsed and context.window is not None and not bpy.app.background:
            # The file browser ends in execute; the job goes on in the background all the same.
            return bpy.ops.atelier.reconstruct_scene(
                "INVOKE_DEFAULT", directory=self.directory, filepath=self.filepath, matching=self.matching,
                voxel=self.voxel, replace=self.replace, python=self.python,
            )  # fmt: skip
        return super().execute(context)

    def job(self, context: bpy.types.Context) -> Job:
        return reconstruct_job(context, PlaceOptions(self.wanted(), self.python, replace=self.replace))

    def wanted(self) -> ReconstructionJob:
        """Raises :class:`InputError` if no pictures are chosen."""
        video = Path(bpy.path.abspath(self.filepath)) if self.filepath else None
        folder = Path(bpy.path.abspath(self.directory)) if self.directory else None
        source = video if video is not None and video.is_file() and video.suffix.lower() in VIDEOS else folder
        if source is None:
            raise InputError("Choose the folder of the photos first.")
        # One core is left to Blender.
        threads = max(1, (os.cpu_count() or 2) - 1)
        return ReconstructionJob(str(source), self.matching, self.voxel, threads=threads)

    def when_cancelled(self) -> str:
        return formatted("Cancelled; what was finished is kept, and the same photos go on from there.")

    def summary(self, report: Report) -> str:
        return formatted(
            "{placed} of {count} photos found their place; {things} things. Size by {by}, within {error}.",
            placed=len(report["cameras"]),
            count=round(report["figures"]["pictures"]),
            things=len(report["things"]),
            by=", ".join(formatted_label(BASES.get(word, title(word))) for word in report["scale"]["by"].split(", ")),
            error=f"{report['scale']['error']:.0%}",
        )

    def warning(self, report: Report) -> str:
        assumed = [formatted(side["name"]) for side in report["sides"] if not side["is_seen"]]
        if not assumed:
            return ""
        return formatted(
            "Too plain to be measured, placed by what stands before it: {names}.", names=", ".join(assumed)
        )


class ATELIER_OT_size_place(bpy.types.Operator):
    """Give a reconstructed place its real size: two selected points, and the distance that you have measured"""

    bl_idname = "atelier.size_place"
    bl_label = "Set Known Length"
    bl_options = {"REGISTER", "UNDO"}

    length: bpy.props.FloatProperty(
        name="Known Length", description="Meters between the two selected points", default=1.0, min=0.01, max=1000.0
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            root, scale = size_by_selection(context, self.length)
        except AtelierError as error:
            return refused(self, error)
        facts = {"root": root.name, "factor": scale.factor, "error": scale.error}
        context.scene.atelier.last_report = json.dumps(facts)
        self.report(
            {"INFO"},
            formatted("{name} is {factor} times as large now, within {error}.", name=root.name,
                      factor=f"{scale.factor:.3f}", error=f"{scale.error:.1%}"),
        )  # fmt: skip
        return {"FINISHED"}


CLASSES = (ATELIER_OT_reconstruct_scene, ATELIER_OT_size_place)
