"""Buttons of the Training panel: start, stop, continue, use the result, revert, read the log, clean up."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ml_core.errors import InputError
from ml_core.inference.recognition.objects import ObjectRecognizer
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.vocabulary.training_runs import TrainingJob

from ..bridge.data.stored_values import setting
from ..bridge.files.chosen_folders import is_chosen, shown
from ..bridge.jobs import session_report
from ..bridge.jobs.quick_fixes import FixableError, QuickFix
from ..bridge.jobs.steps import InThread, Job, Progress, Report
from ..bridge.models import own as own_models
from ..bridge.preferences import preferences
from ..properties.training import LENGTH_ITEMS, WHAT_ITEMS
from ..training import pythons, runs
from ..training.data import check_data
from ..training.python_choice import python_to_use
from ..translations.registry import CONTEXT, formatted
from .base import JobOperator


class ATELIER_OT_train(JobOperator, bpy.types.Operator):
    """Train a network on your own data, in another process, while you keep working"""

    bl_idname = "atelier.train"
    bl_label = "Start Training"
    bl_options = {"REGISTER"}

    what: bpy.props.EnumProperty(
        name="Train", description="Which network is trained", items=WHAT_ITEMS, default="objects", options={"SKIP_SAVE"}
    )
    data: bpy.props.StringProperty(
        name="Folder", description="What to learn from", subtype="DIR_PATH", options={"SKIP_SAVE"}
    )
    length: bpy.props.EnumProperty(
        name="Length",
        description="How long the training takes",
        items=LENGTH_ITEMS,
        translation_context=CONTEXT,
        default="short",
        options={"SKIP_SAVE"},
    )
    steps: bpy.props.IntProperty(
        name="Steps",
        description="How many steps, in place of the length; 0 for the length",
        min=0,
        options={"SKIP_SAVE"},
    )
    from_shipped: bpy.props.BoolProperty(
        name="Start from Built-in",
        description="Go on from the network that came with Atelier",
        default=True,
        options={"SKIP_SAVE"},
    )
    python: bpy.props.StringProperty(
        name="Python",
        description="The Python that has PyTorch; that of the preferences when empty",
        subtype="FILE_PATH",
        options={"SKIP_SAVE"},
        translation_context=CONTEXT,
    )
    confirm: bpy.props.BoolProperty(
        name="Use What Is Found",
        description="Use a Python that is found without asking",
        options={"SKIP_SAVE", "HIDDEN"},
    )
    resume: bpy.props.BoolProperty(
        name="Continue",
        description="Continue the last training where it stopped",
        options={"SKIP_SAVE", "HIDDEN"},
        translation_context=CONTEXT,
    )

    waits = False
    """Whether the job lasts until the training ends, as a script expects."""

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        if runs.is_running():
            return "A training is already running. Stop it, or wait until it ends."
        return super().why_not(context)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        if properties.resume:
            return bpy.app.translations.pgettext_tip("Continue the last training where it stopped")
        return ""

    _folder_of_scene = False
    """Whether the folder is the one that the scene names, which may have come with the file."""

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        given = self.resume or self.properties.is_property_set("data")
        if not given and not bpy.app.background and not is_chosen(context.scene.atelier.training.data):
            return bpy.ops.atelier.use_folder("INVOKE_DEFAULT", which="training", go_on=True)
        return super().invoke(context, event)

    def from_panel(self, context: bpy.types.Context) -> None:
        settings = context.scene.atelier.training
        self._folder_of_scene = not self.properties.is_property_set("data")
        for name in ("what", "data", "length", "from_shipped"):
            if not self.properties.is_property_set(name):
                setattr(self, name, setting(settings, name))

    def execute(self, context: bpy.types.Context) -> set[str]:
        self.waits = True
        return super().execute(context)

    def job(self, context: bpy.types.Context) -> Job:
        last = runs.current()
        if self.resume and last is None:
            raise InputError("There is no training to continue.")
        going_on = last if self.resume else None
        job = self.new_job() if going_on is None else self.continued(going_on.job)
        yield Progress(0, 1, "Looking for a Python with PyTorch")
        blend = [Path(bpy.data.filepath).parent] if bpy.data.filepath else []
        python = yield from python_to_use(self.python, [Path(job.data), *blend], self.confirm)
        run = runs.start(job, python, going_on.folder if going_on is not None else None)
        if self.waits:
            yield from self.watched()
            run = runs.current() or run
            if run.status.state == "failed":
                raise InputError("{reason} ({log})", reason=run.status.error, log=run.log)
        facts = {"folder": str(run.folder), "python": python, "state": run.status.state, "step": run.status.step}
        return {**facts, "figures": dict(run.status.figures), "result": str(run.result or "")}

    def new_job(self) -> TrainingJob:
        """Raises :class:`InputError` when there is no such folder."""
        if not self.data.strip():
            raise InputError("Choose the folder to learn from first.")
        if self._folder_of_scene and not is_chosen(self.data):
            raise FixableError(
                "This file asks to train on {folder}, a folder that you have not chosen. Choose a folder, or use "
                "this one.",
                QuickFix.USE_DATA_FOLDER,
                folder=shown(self.data),
            )
        data = Path(bpy.path.abspath(self.data))
        check_data(self.what, data)
        # One core is left to Blender.
        threads = max(1, (os.cpu_count() or 2) - 1)
        return TrainingJob(self.what, str(data), self.length, self.steps, self.from_shipped, threads=threads)

    def continued(self, job: TrainingJob) -> TrainingJob:
        return dataclasses.replace(job, resume=True, steps=self.steps or job.steps)

    def watched(self) -> Generator[Progress | InThread, Any, None]:
        try:
            while (run := runs.poll()) is not None and run.status.is_running:
                yield Progress(run.status.share, 1, "Training")
                yield InThread(lambda: time.sleep(0.3))
        finally:
            runs.stop()

    def summary(self, report: Report) -> str:
        return "" if self.waits else formatted("The training has started. Keep working; the panel shows its progress.")


class ATELIER_OT_use_python(bpy.types.Operator):
    """Train with the Python that was found, now and from now on"""

    bl_idname = "atelier.use_python"
    bl_label = "Use This Python"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        last = session_report.failure()
        if last is None or last.quick_fix is not QuickFix.USE_PYTHON:
            cls.poll_message_set(formatted("No Python was found that waits to be used."))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        last = session_report.failure()
        assert last is not None  # see poll
        settings = preferences()
        if settings is not None:
            settings.training_python = last.command
        session_report.dismiss()
        self.report({"INFO"}, formatted("{path} is used for training. Press Start Training.", path=last.command))
        return {"FINISHED"}


class ATELIER_OT_stop_training(bpy.types.Operator):
    """Stop the training; it saves what it has learned, can be continued, and its result can be used"""

    bl_idname = "atelier.stop_training"
    bl_label = "Stop Training"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not runs.is_running():
            cls.poll_message_set(formatted("No training is running."))
            return False
        if runs.is_stopping():
            cls.poll_message_set(formatted("The training is saving what it has. Wait a moment."))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        runs.stop()
        return {"FINISHED"}


class ATELIER_OT_use_trained(JobOperator, bpy.types.Operator):
    """Use what was trained from now on, in all files, in place of the network that came with Atelier"""

    bl_idname = "atelier.use_trained"
    bl_label = "Use the Result"
    bl_options = {"REGISTER", "INTERNAL"}

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        run = runs.current()
        if run is None or run.result is None:
            return "No training has a result yet."
        if runs.is_running():
            return "Wait until the training has ended, or stop it."
        return super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        run = runs.current()
        assert run is not None
        assert run.result is not None
        what, result = run.job.what, run.result
        yield Progress(0, 1, "Trying the result")
        yield InThread(lambda: _tried(what, result))
        kept = own_models.use(what, result)
        yield Progress(1, 1, "Done")
        return {"what": what, "weights": str(kept), "figures": dict(run.status.figures)}

    def summary(self, report: Report) -> str:
        return formatted("What you have trained is used from now on.")


def _tried(what: str, path: Path) -> None:
    """Loads the weights and runs them once, before anything relies on them."""
    if what == "textures":
        maps = TextureGenerator.load(path).generate(seed=0, size=256)
        if not np.isfinite(maps.base_color).all():
            raise InputError("{path}: it paints no proper colors; train longer or with other data", path=path)
        return
    corners = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], np.float32)
    ObjectRecognizer.load(path).recognize([(corners, np.array([[0, 2, 3], [4, 5, 7], [0, 1, 5]]))])


class ATELIER_OT_use_shipped(bpy.types.Operator):
    """Go back to the network that came with Atelier; what you have trained is kept"""

    bl_idname = "atelier.use_shipped"
    bl_label = "Reset to Built-in"
    bl_options = {"REGISTER", "INTERNAL"}

    what: bpy.props.EnumProperty(name="Network", description="Which network", items=WHAT_ITEMS, default="objects")

    def execute(self, context: bpy.types.Context) -> set[str]:
        own_models.use_shipped(self.what)
        last = session_report.failure()
        if last is not None and last.quick_fix in (QuickFix.SHIPPED_TEXTURES, QuickFix.SHIPPED_OBJECTS):
            session_report.dismiss()  # what it said is put right
            context.scene.atelier.last_report = ""
        return {"FINISHED"}


class ATELIER_OT_open_training_log(bpy.types.Operator):
    """Open the log of the training: all that it has printed, and why it failed if it did"""

    bl_idname = "atelier.open_training_log"
    bl_label = "Open Log"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        run = runs.current()
        if run is None or not run.log.is_file():
            cls.poll_message_set(formatted("There is no log yet."))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        run = runs.current()
        assert run is not None
        return bpy.ops.wm.path_open(filepath=str(run.log))


class ATELIER_OT_remove_training(bpy.types.Operator):
    """Delete this training with its checkpoint and its result; a result that is in use stays"""

    bl_idname = "atelier.remove_training"
    bl_label = "Delete Training"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if runs.current() is None or runs.is_running():
            cls.poll_message_set(formatted("There is no training that has ended."))
            return False
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: bpy.types.Context) -> set[str]:
        run = runs.current()
        assert run is not None
        try:
            runs.remove(run)
        except InputError as error:
            self.report({"ERROR"}, formatted(error.message))
            return {"CANCELLED"}
        return {"FINISHED"}


class ATELIER_OT_find_python(JobOperator, bpy.types.Operator):
    """Look for a Python with PyTorch on this machine; training needs one, everything else does not"""

    bl_idname = "atelier.find_python"
    bl_label = "Find Python"
    bl_options = {"REGISTER", "INTERNAL"}

    def job(self, context: bpy.types.Context) -> Job:
        yield Progress(0, 1, "Looking for a Python with PyTorch")
        blend = [Path(bpy.data.filepath).parent] if bpy.data.filepath else []
        found = yield InThread(lambda: pythons.find(blend))
        if not found:
            raise FixableError(pythons.NONE_FOUND, QuickFix.OPEN_PREFERENCES)
        settings = preferences()
        if settings is not None:
            settings.training_python = found[0].path
        yield Progress(1, 1, "Done")
        facts = [
            {
                "path": item.path,
                "torch": item.torch,
                "cuda": item.cuda,
                "lacks": item.why_not,
                "install": item.install_command,
            }
            for item in found
        ]
        return {"pythons": facts}

    def summary(self, report: Report) -> str:
        first = report["pythons"][0]
        if first["lacks"]:
            return formatted(first["lacks"])
        return formatted("Found {path} with PyTorch {torch}.", path=first["path"], torch=first["torch"])


CLASSES = (
    ATELIER_OT_train,
    ATELIER_OT_use_python,
    ATELIER_OT_stop_training,
    ATELIER_OT_use_trained,
    ATELIER_OT_use_shipped,
    ATELIER_OT_open_training_log,
    ATELIER_OT_remove_training,
    ATELIER_OT_find_python,
)
