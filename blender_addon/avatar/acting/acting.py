"""An avatar acts a plan: baked as actions, one per step, on one track of the nonlinear animation."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.motion.clip import FPS, MotionClip
from ml_core.geometry.motion.fitting import Body, fitted
from ml_core.vocabulary.motion.steps import MotionStep

from ...bridge.jobs.steps import InThread, Progress, run_to_end
from ..rig.keying import add_action, add_strip, add_track, remove_tracks
from ..rig.moving import MOVING, frame_rate, mute_ours, reading_body, ready, show
from .staging import Stage

SEQUENCE = "Sequence"
"""The track of a plan; the next plan of the same avatar takes its place."""
MAX_SECONDS = 600
_UPRIGHT = 0.98


def act(
    context: bpy.types.Context, armature: bpy.types.Object, steps: Sequence[MotionStep], **how: Any
) -> dict[str, object]:
    """As :func:`acting`, run to its end."""
    return run_to_end(acting(context, armature, steps, **how))


def acting(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    steps: Sequence[MotionStep],
    *,
    start: int = 1,
    variation: int = 0,
) -> Generator[Progress | InThread, Any, dict[str, object]]:
    """Plans the steps from where the avatar stands at frame ``start``, and bakes them.

    Args:
        variation: 0 plays the clips as they are, any other number a variation of them by the trained network.

    Returns:
        facts: ``steps``, and ``strips`` with the name, first and last frame of each.

    Raises:
        InputError: an object is missing, there is no path to it or nothing to sit on, or the armature lacks a joint or
            is tilted. Then nothing is changed.
    """
    if armature.matrix_world.to_3x3().normalized().col[2].z < _UPRIGHT:
        raise InputError("{name}: does not stand upright; clear its rotation first", name=armature.name)
    scene, shown = context.scene, context.scene.frame_current
    if shown != start:
        scene.frame_set(start)
    try:
        body, bones, ground = yield from reading_body(armature)
        stage = Stage.of(context, armature, body, ground, variation)
        if any(step.target is not None or step.point is not None for step in steps):
            yield MOVING
            yield from stage.looking_around()
        for number, step in enumerate(steps):
            yield MOVING
            stage.perform(step, steps[number + 1] if number + 1 < len(steps) else None)
            if stage.whole.seconds > MAX_SECONDS:
                raise InputError(
                    "{step}: the plan is longer than {seconds} s; give fewer steps", step=step.text, seconds=MAX_SECONDS
                )
    except (InputError, GeneratorExit):
        scene.frame_set(shown)
        raise
    fps = frame_rate(context)
    motion = yield InThread(lambda: fitted(*_at_rate(stage, fps)))
    ready(armature, bones)
    remove_tracks(armature, [SEQUENCE])
    mute_ours(armature)
    track = add_track(armature, SEQUENCE)
    basis = armature.matrix_basis.copy()
    strips = []
    last = len(motion.root) - 1
    bounds = [round(segment.start * fps / FPS) for segment in stage.segments]
    for number, segment in enumerate(stage.segments):
        first = bounds[number]
        end = bounds[number + 1] if number + 1 < len(bounds) else last
        if end <= first:
            continue
        yield MOVING
        # Every strip has the frame with which the next one begins, so that there is none between them.
        action, slot = add_action(armature, segment.name, motion.part(first, end + 1), bones, basis)
        strip = add_strip(armature, track, action, slot, segment.name, start + first, end - first)
        strip.extrapolation = "HOLD" if end == last else "NOTHING"
        strips.append({"name": segment.name, "action": action.name, "start": start + first, "end": start + end})
    yield MOVING
    show(context, armature, track.strips[-1])
    place = armature.matrix_world @ Vector(motion.root[-1].tolist())
    return {
        "steps": [step.text for step in steps], "track": SEQUENCE, "strips": strips, "fps": fps,
        "start": start, "end": start + last, "place": [round(value, 3) for value in place],
    }  # fmt: skip


def _at_rate(stage: Stage, fps: float) -> tuple[MotionClip, Body, NDArray]:
    """Resamples the sequence to another frame rate; returns it with the body and the seat in each frame."""
    seats = np.array(stage.seats)
    clip = stage.whole
    if abs(fps - FPS) > 1e-6:
        count = max(round(clip.seconds * fps), 1)
        times = np.linspace(0, clip.seconds, count + 1)
        seats = seats[np.clip(np.round(times * FPS).astype(int), 0, len(seats) - 1)]
        clip = replace(clip.at(times), fps=fps)
    return clip, stage.body, seats
