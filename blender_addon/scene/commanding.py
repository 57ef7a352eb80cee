"""Do what a sentence says: the steps that the language model reads out of it, one after the other."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.commands import EVERYTHING, REST, SceneCommand
from ml_core.vocabulary.traits import AvatarTraits

from ..avatar.generating import generate_job
from ..bridge import models
from ..bridge.chosen_folders import export_folder
from ..bridge.created_data import removed_on_failure
from ..bridge.jobs import InThread, Job, Progress
from ..bridge.object_labels import object_label, title
from ..export.exporting import export_job
from ..export_properties import to_options
from .applying import apply_labels_job
from .labelling import label_objects_job

_DONE = {"select": "Selected", "hide": "Hid", "show": "Showed", "delete": "Deleted"}


def run_command_job(context: bpy.types.Context, command: str) -> Job:
    """Runs the steps of ``command``. Objects are labelled first when a step asks for a label and none has one.

    Report: ``steps`` (what was done, with names and counts) and ``summary``, one sentence.

    Raises:
        InputError: an empty or unknown command, or a label that no object of the scene has.
    """
    if not command.strip():
        raise InputError("the command is empty; write what to do, such as: hide every chair")
    yield Progress(0, 1, "Reading the command")
    model = yield InThread(models.language_model)
    steps = yield InThread(lambda: model.command(command))
    if any(step.what not in (EVERYTHING, REST) and step.action in _DONE for step in steps) and not _any_label(context):
        yield from label_objects_job(context, "all")
    for step in steps:  # before the first change, so that a wrong word changes nothing
        _check(context, step)
    done: list[dict[str, Any]] = []
    named: set[int] = set()
    with removed_on_failure(context):
        for step in steps:
            facts = yield from _run(context, step, named)
            done.append({"action": step.action, "what": step.what, **facts})
    return {"steps": done, "summary": " ".join(one["text"] for one in done)}


def _any_label(context: bpy.types.Context) -> bool:
    return any(object_label(obj) is not None for obj in context.scene.objects)


def _check(context: bpy.types.Context, step: SceneCommand) -> None:
    if step.action in _DONE and step.what not in (EVERYTHING, REST) and not _objects(context, step.what, set()):
        raise InputError(f"no object of the scene is labeled {title(step.what)}; correct its label first")


def _run(context: bpy.types.Context, step: SceneCommand, named: set[int]) -> Generator[Any, Any, dict[str, Any]]:
    if step.action == "label":
        report = yield from label_objects_job(context, "all")
        return {"text": f"Labeled {len(report['objects'])} objects."}
    if step.action == "apply_labels":
        if not _any_label(context):
            yield from label_objects_job(context, "all")
        report = yield from apply_labels_job(context)
        return {"text": f"Applied the labels of {sum(report['collections'].values())} objects."}
    if step.action == "generate":
        seed = context.scene.atelier.seed
        report = yield from generate_job(context, step.text, AvatarTraits(), seed, 512, "Avatar")
        return {"text": f"{report['object']} is in the scene."}
    if step.action == "export":
        return (yield from _export(context, step, named))
    objects = _objects(context, step.what, named)
    named.update(obj.session_uid for obj in objects)
    names = [obj.name for obj in objects]
    _change(context, step.action, objects)
    return {"objects": names, "text": f"{_DONE[step.action]} {len(names)} objects."}


def _objects(context: bpy.types.Context, what: str, named: set[int]) -> list[bpy.types.Object]:
    """Objects of the scene by label; with :data:`REST`, those that no step before has named."""
    objects = [obj for obj in context.scene.objects if obj.type not in ("CAMERA", "LIGHT")]
    if what == EVERYTHING:
        return objects
    if what == REST:
        return [obj for obj in objects if obj.session_uid not in named]
    return [obj for obj in objects if (found := object_label(obj)) is not None and found.label == what]


def _change(context: bpy.types.Context, action: str, objects: list[bpy.types.Object]) -> None:
    layer = context.view_layer
    if action == "delete":
        bpy.data.batch_remove([obj for obj in objects if obj.library is None])
        return
    if action == "select":
        for obj in layer.objects:
            obj.select_set(False, view_layer=layer)
    for obj in objects:
        if obj.name not in layer.objects:
            continue
        if action == "select":
            obj.select_set(True, view_layer=layer)
            layer.objects.active = obj
        else:
            obj.hide_set(action == "hide", view_layer=layer)


def _export(context: bpy.types.Context, step: SceneCommand, named: set[int]) -> Generator[Any, Any, dict[str, Any]]:
    """Exports what the step names: the others are hidden meanwhile."""
    folder = export_folder(context.scene)
    layer = context.view_layer
    wanted = {obj.session_uid for obj in _objects(context, step.what, named)}
    hidden = [obj for obj in layer.objects if obj.session_uid not in wanted and not obj.hide_get(view_layer=layer)]
    for obj in hidden:
        obj.hide_set(True, view_layer=layer)
    try:
        report = yield from export_job(context, folder, [step.target], to_options(context.scene.atelier.export))
    finally:
        for obj in hidden:
            obj.hide_set(False, view_layer=layer)
    place = report["targets"][step.target]["folder"]
    return {"folder": place, "text": f"Exported to {place}."}
