"""The base of all operators with long work: one job, run to its end by a script and by a timer from a button."""

from __future__ import annotations

import json
import logging
import traceback

import bpy

from ml_core.errors import AtelierError, InputError, Message

from ..bridge.jobs import busy, modal, session_report
from ..bridge.jobs.session_report import Failure
from ..bridge.jobs.steps import Job, Progress, Report, run_to_end
from ..translations.registry import formatted

JOB_RUNS = "Another Atelier job is running. Wait for it, or press Esc to cancel it."

GONE = "What the job was working on is gone; it was deleted or undone in the meantime. Start it again."

_log = logging.getLogger(__name__)


def refused(operator: bpy.types.Operator, error: AtelierError) -> set[str]:
    """The return value for ``error`` of an operator without a job; reports it in the language of the interface."""
    operator.report({"ERROR"}, formatted(error.message))
    return {"CANCELLED"}


class JobOperator:
    """Mix-in before ``bpy.types.Operator``. A subclass gives :meth:`job`; see :mod:`blender_addon.bridge.jobs.steps`.

    ``execute`` (a script, ``--background``, the F9 panel) runs the job to its end. ``invoke`` (a button) runs it by a
    timer. Both leave the job's report in :mod:`blender_addon.bridge.jobs.session_report`, for the panels, and as JSON
    in ``scene.atelier.last_report``, for scripts; after a failure it holds ``{"error": ..., "details": ...}`` instead
    and the operator never returns ``FINISHED``.
    """

    # Set on the instance while the job runs modally.
    _runner: modal.JobRunner | None = None
    _timer: bpy.types.Timer | None = None
    _announced: Progress | None = None

    def job(self, context: bpy.types.Context) -> Job:
        raise NotImplementedError

    def from_panel(self, context: bpy.types.Context) -> None:
        """Fill options that the button did not set from the panel's settings."""

    def summary(self, report: Report) -> str:
        """One sentence for the status bar when the job is done; empty for none."""
        return ""

    def warning(self, report: Report) -> str:
        """What the job left undone, for the status bar; empty if nothing."""
        return ""

    def when_cancelled(self) -> str:
        """One sentence for the status bar after Esc."""
        return formatted("Cancelled; the scene is as it was before.")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = cls.why_not(context)
        if reason:
            cls.poll_message_set(formatted(reason))
        return not reason

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        """The reason why the operator cannot run now, as a sentence for the artist; empty if it can."""
        if context.window_manager.atelier_job.running:
            return JOB_RUNS
        if context.scene is None:
            return "There is no scene."
        return ""

    def execute(self, context: bpy.types.Context) -> set[str]:
        manager = context.window_manager
        scene = context.scene
        manager.progress_begin(0.0, 100.0)

        def show(progress: Progress) -> None:
            manager.progress_update(100.0 * progress.done / max(progress.total, 1e-9))

        try:
            report = run_to_end(self.job(context), show)
        except Exception as error:  # noqa: BLE001 - reported to the artist, written to the log
            return self._failed(scene, error)
        finally:
            manager.progress_end()
        return self._finished(scene, report)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.from_panel(context)
        if bpy.app.background or context.window is None:
            return self.execute(context)
        try:
            self._runner = modal.JobRunner(self.job(context))
        except Exception as error:  # noqa: BLE001
            return self._failed(context.scene, error, context)
        self._timer = modal.start(context, self)  # type: ignore[arg-type]
        modal.show(context, self._id(), self._title(), self._runner)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        assert self._runner is not None
        state = context.window_manager.atelier_job
        if event.type == "ESC" and event.value == "PRESS":
            state.cancel = True
        if state.cancel and not self._runner.progress.holds:
            self.cancel(context)
            self.report({"INFO"}, self.when_cancelled())
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"} if modal.may_pass(context, event) else {"RUNNING_MODAL"}
        if self._runner.progress.blocks and self._runner.progress is not self._announced:
            # One turn more, since the window may draw what was announced only at the end of the next one.
            self._announced = self._runner.progress
            modal.show(context, self._id(), self._title(), self._runner)
            return {"PASS_THROUGH"}
        try:
            with busy.measured():
                done = self._runner.advance()
        except Exception as error:  # noqa: BLE001 - reported to the artist, written to the log
            self.cancel(context)
            return self._failed(context.scene, error, context)
        if not done:
            modal.show(context, self._id(), self._title(), self._runner)
            return {"PASS_THROUGH"}
        report = self._runner.report
        self.cancel(context)
        return self._finished(context.scene, report or {})

    def cancel(self, context: bpy.types.Context) -> None:
        """Stop the timer and the job; Blender calls this too when its window or its file is closed."""
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        modal.clear(context)

    def _id(self) -> str:
        """``atelier.label_objects``; an instance has it as ``ATELIER_OT_label_objects``."""
        return self.bl_idname.lower().replace("_ot_", ".", 1)

    def _title(self) -> str:
        return self.bl_label

    def _finished(self, scene: bpy.types.Scene, report: Report) -> set[str]:
        session_report.set_report(report)
        scene.atelier.last_report = json.dumps(report, ensure_ascii=False)
        sentence = self.summary(report)
        if sentence:
            self.report({"INFO"}, sentence)
        if warning := self.warning(report):
            self.report({"WARNING"}, warning)
        return {"FINISHED"}

    def _failed(self, scene: bpy.types.Scene, error: Exception, shown_in: bpy.types.Context | None = None) -> set[str]:
        """Reports a failure; ``shown_in`` is the window's context if a button was pressed there."""
        if isinstance(error, ReferenceError):
            error = InputError(GONE)
        failure = Failure.of(error)
        if not isinstance(error, AtelierError):
            _log.error("%s failed", self.bl_idname, exc_info=error)
            failure = Failure(
                Message(
                    "{operator} met a fault in Atelier itself. "
                    "Copy the details from the Atelier tab and send them to the developers.",
                    operator=Message(self._title()),
                ),
                "".join(traceback.format_exception(error)),
            )
        session_report.set_failure(failure)
        scene.atelier.last_report = json.dumps(failure.as_report(), ensure_ascii=False)
        # The panel's box says it, with a button; a pop-up over the mouse would say it again.
        is_in_panel = failure.has_buttons and shown_in is not None and modal.is_tab_open(shown_in)
        level = "WARNING" if is_in_panel else "ERROR"
        self.report({level}, formatted(failure.error))
        return {"CANCELLED"}
