"""Runs a job from a button: by a timer, its heavy parts in a thread, with progress, Esc and one undo step.

While a job runs, the view may be navigated and the sidebar used (the Cancel button is there), and everything else
waits: a job holds references to objects, which an undo or a delete in between would make invalid.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import bpy

from ...translations.registry import formatted
from .steps import InThread, Job, Progress, Report

TICK = 0.05
# Main-thread work of one tick. A single step of a job may take longer; this bounds how many are run in a row.
SLICE = 0.03
# A cancelled job waits no longer for its thread.
LONGEST_WAIT = 0.8

_NAVIGATION = {
    "MIDDLEMOUSE",
    "WHEELUPMOUSE",
    "WHEELDOWNMOUSE",
    "WHEELINMOUSE",
    "WHEELOUTMOUSE",
    "TRACKPADPAN",
    "TRACKPADZOOM",
    "MOUSEROTATE",
    "MOUSESMARTZOOM",
    "NDOF_MOTION",
    "MOUSEMOVE",
    "INBETWEEN_MOUSEMOVE",
    "WINDOW_DEACTIVATE",
    "TIMER_REPORT",
    "TIMERREGION",
}


class JobRunner:
    """Advances one job a slice at a time; :attr:`report` is set once it has returned.

    ``advance`` raises what the job raises. ``close`` stops the job wherever it is, which runs its ``finally`` blocks.
    """

    def __init__(self, job: Job) -> None:
        self.report: Report | None = None
        self.progress = Progress(0, 1, "")
        self._job = job
        self._result: Any = None
        self._pending: Future[Any] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="atelier")
        self._started = time.monotonic()

    @property
    def factor(self) -> float:
        return min(max(self.progress.done / self.progress.total, 0.0), 1.0) if self.progress.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the pace so far; ``None`` while it is too early to tell."""
        elapsed = time.monotonic() - self._started
        if elapsed < 1.0 or self.factor < 0.05:
            return None
        return elapsed * (1.0 - self.factor) / self.factor

    def advance(self, slice_s: float = SLICE) -> bool:
        """Run steps for about ``slice_s`` seconds, or until one waits for its thread or announces one that blocks the
        window; True when the job is done."""
        deadline = time.monotonic() + slice_s
        while self.report is None and time.monotonic() < deadline:
            if self._pending is not None:
                # What is short is back before the window's next turn would be.
                wait([self._pending], timeout=max(deadline - time.monotonic(), 0))
                if self.waits:
                    return False
            if self.step().blocks:
                break
        return self.report is not None

    @property
    def waits(self) -> bool:
        """Whether the job waits for its thread."""
        return self._pending is not None and not self._pending.done()

    def step(self) -> Progress:
        """Run one step; returns the progress after it."""
        pending, self._pending = self._pending, None
        error = pending.exception() if pending is not None else None
        result = pending.result() if pending is not None and error is None else None
        try:
            step = self._job.throw(error) if error is not None else self._job.send(result)
        except StopIteration as stop:
            self.report = stop.value
            self.close()
            return Progress(1, 1, "")
        if isinstance(step, InThread):
            self._pending = self._thread.submit(step.function)
            self.progress = replace(self.progress, holds=step.holds, blocks=False)
            return Progress(0, 1, "")
        self.progress = step
        return step

    def close(self) -> None:
        if self._pending is not None:
            # What it writes must be there before the job removes it. One that takes longer goes on, and its result is
            # dropped.
            wait([self._pending], timeout=LONGEST_WAIT)
        self._job.close()
        self._thread.shutdown(wait=False, cancel_futures=True)


def start(context: bpy.types.Context, operator: bpy.types.Operator) -> bpy.types.Timer:
    """Make ``operator`` the window's modal operator; its ``modal`` is called every :data:`TICK` seconds."""
    manager = context.window_manager
    manager.modal_handler_add(operator)
    return manager.event_timer_add(TICK, window=context.window)


def show(context: bpy.types.Context, operator: str, title: str, runner: JobRunner) -> None:
    """Write the state of the job where the panels and the status bar draw it; ``operator`` is that of its button."""
    state = context.window_manager.atelier_job
    state.running = True
    state.operator, state.title = operator, title
    state.what = runner.progress.what
    state.factor = runner.factor
    left = runner.seconds_left
    state.seconds_left = -1.0 if left is None else left
    if context.workspace is not None:
        context.workspace.status_text_set(status_line(state))
    redraw_panels(context.window_manager)


def clear(context: bpy.types.Context) -> None:
    """Clear what :func:`show` wrote."""
    state = context.window_manager.atelier_job
    # One by one: unsetting the group itself would free it under the feet of a script that holds it.
    for name in [
        prop.identifier for prop in state.bl_rna.properties if not prop.is_readonly and prop.identifier != "name"
    ]:
        state.property_unset(name)
    if context.workspace is not None:
        context.workspace.status_text_set(None)
    redraw_panels(context.window_manager)


def status_line(state: Any) -> str:
    """``Labeling objects: 34%, about 4 s left, Esc cancels`` in the language of the interface."""
    parts = [f"{formatted(state.what or state.title)}: {state.factor:.0%}"]
    if state.seconds_left >= 0:
        parts.append(formatted("about {seconds} s left", seconds=round(state.seconds_left)))
    parts.append(formatted("Esc cancels"))
    return ", ".join(parts)


def is_tab_open(context: bpy.types.Context) -> bool:
    """Whether the artist sees the Atelier tab in some 3D view."""
    return any(
        region.type == "UI" and region.width > 1 and getattr(region, "active_panel_category", "") == "Atelier"
        for window in context.window_manager.windows
        for area in window.screen.areas
        if area.type == "VIEW_3D"
        for region in area.regions
    )


def redraw_panels(manager: bpy.types.WindowManager) -> None:
    """Redraw in all windows everything that shows the state of Atelier."""
    for window in manager.windows:
        for area in window.screen.areas:
            if area.type in {"STATUSBAR", "PREFERENCES"}:
                area.tag_redraw()
            elif area.type == "VIEW_3D":  # its sidebar alone: the scene is as it was, and may take long to draw
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def may_pass(context: bpy.types.Context, event: bpy.types.Event) -> bool:
    """Whether an event is passed on to Blender while a job runs: navigation, and clicks into the 3D view's sidebar."""
    if event.type in _NAVIGATION or event.type.startswith(("TIMER", "NDOF")):
        return True
    if event.type != "LEFTMOUSE" or context.window is None:
        return False
    return any(
        region.type == "UI"
        and region.x <= event.mouse_x < region.x + region.width
        and region.y <= event.mouse_y < region.y + region.height
        for area in context.window.screen.areas
        if area.type == "VIEW_3D"
        for region in area.regions
    )
