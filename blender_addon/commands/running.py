"""Carries out a sentence: all of its steps, or none of them."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import bpy

from ml_core.errors import InputError, Message
from ml_core.files import safe_name
from ml_core.inference.language.model import Reading
from ml_core.vocabulary.commands import DESTRUCTIVE, SceneCommand
from ml_core.vocabulary.traits import AvatarTraits

from ..avatar.generating import generate_job
from ..avatar.stored import has_traits
from ..bridge.data.stored_values import setting
from ..bridge.files.chosen_folders import export_folder
from ..bridge.jobs.quick_fixes import FixableError, QuickFix
from ..bridge.jobs.steps import InThread, Job, Progress
from ..bridge.models import loaded as models
from ..bridge.models import taught
from ..bridge.object_labels import label_of, object_label, set_label, title
from ..bridge.state.restored_scene import scene_restored_on_failure
from ..export.exporting import export_job
from ..export.outcomes import unwritten
from ..properties.export import to_options
from ..scene.editing.choosing import Chooser, has_labels, needs_labels, preview
from ..scene.editing.deleting import Deletion, delete, planned
from ..scene.editing.placing import Placer
from ..scene.editing.things import things_of
from ..scene.labels.applying import apply_labels_job
from ..scene.labels.labelling import label_objects_job
from ..translations.registry import formatted, formatted_label
from . import acting, adding, lights, motions, people
from .acting import Scenery

_NAMES_SHOWN = 5


def read_command(context: bpy.types.Context, command: str, marks: bool = False) -> Reading:
    """Reads a sentence about this scene: its steps, and the interpretation of each part; changes nothing.

    Args:
        marks: say what parts were taken for also where the rules read the sentence.

    Raises:
        InputError: it is empty, or not understood as a whole.
    """
    if not command.strip():
        raise InputError("the command is empty; write what to do, such as: hide every chair")
    labels = {found.label for obj in context.scene.objects if (found := object_label(obj)) is not None and found.label}
    labels |= {label for where in ("user", "file") for label in taught.taught_here(where)}
    names = [obj.name for obj in context.scene.objects]
    collections = sorted(item.name for item in context.scene.collection.children_recursive)
    return models.language_model().read_command(command, sorted(labels), names, collections, marks)


def deletion_of(context: bpy.types.Context, command: str) -> Deletion | None:
    """What a sentence would delete, for confirmation by the artist; ``None`` when it deletes nothing.

    Raises:
        InputError: the sentence is not understood, or nothing is labeled yet.
    """
    steps = read_command(context, command).steps
    if not any(step.action in DESTRUCTIVE for step in steps):
        return None
    if needs_labels(steps) and not has_labels(context.scene):
        raise FixableError("no object has a label yet; label the objects first", QuickFix.LABEL_OBJECTS)
    return planned(context.scene, preview(context, steps))


def run_command_job(context: bpy.types.Context, command: str, confirm: bool = False) -> Job:
    """Run the steps of ``command``. Objects are labeled first when a step needs a label and none has one.

    A failed step, or canceling, leaves the scene as it was: objects are deleted last, everything else is restored.

    Args:
        confirm: objects may be deleted.

    Report: ``steps`` (what was done, with names and counts), ``summary``, and ``left``: objects that a step named but
    could not change, with reasons.

    Raises:
        InputError: an empty command, one that is not understood as a whole, words that match no object of the scene, a
            deletion without ``confirm``.
    """
    yield Progress(0, 1, "Reading the command")
    yield InThread(models.language_model)
    reading = read_command(context, command)
    report = yield from run_steps_job(context, reading.steps, confirm)
    return {**report, "corrections": {correction.written: correction.meant for correction in reading.corrections}}


def run_steps_job(context: bpy.types.Context, steps: list[SceneCommand], confirm: bool = False) -> Job:
    """As :func:`run_command_job`, for steps that are already parsed."""
    _check(context, steps, confirm)
    run = _Run(context, steps)
    with scene_restored_on_failure(context):
        if needs_labels(steps) and not has_labels(context.scene):
            yield from label_objects_job(context, "all")
        done: list[dict[str, Any]] = []
        for step in steps:
            facts = yield from run.step(step)
            facts = {name: value for name, value in facts.items() if name not in ("made", "replaced")}
            done.append({"action": step.action, "what": step.what, "said": str(step), **facts})
        deletion = planned(context.scene, run.chooser.doomed.values())
        if run.chooser.doomed and not deletion.objects:
            name, reason = deletion.left[0]
            raise InputError("{name}: cannot be deleted ({reason})", name=name, reason=reason)
        context.view_layer.update()  # a script may have moved something just before
        delete(context.scene, deletion)
    run.left += deletion.left
    last = [write() for write in run.later]
    texts = [item["text"] for item in done if item["text"]] + [text for text in last if text]
    if run.left:
        name, reason = run.left[0]
        texts.append(
            formatted(
                "{number} stay as they were, such as {name}: {reason}.", number=len(run.left), name=name, reason=reason
            )
        )
    left = [{"name": name, "why": reason} for name, reason in run.left]
    return {"steps": done, "summary": " ".join(texts), "left": left}


def _check(context: bpy.types.Context, steps: list[SceneCommand], confirm: bool) -> None:
    """Checks everything that can be checked before the first change."""
    actions = {step.action for step in steps}
    if {"undo", "redo"} & actions and len(steps) > 1:
        raise InputError("say undo or redo in a sentence of its own")
    if context.mode != "OBJECT" and actions - {"export", "label", "keep", "count", "measure", "render", "save", "undo"}:
        raise InputError("A command changes objects in Object Mode. Press Tab to go back to it.")
    if not actions.isdisjoint(DESTRUCTIVE) and not confirm:
        is_known = has_labels(context.scene) or not needs_labels(steps)
        names = [obj.name for obj in preview(context, steps)] if is_known and not actions & _MAKES else []
        if names:
            raise InputError(
                "this would delete {count} objects ({names}); a script has to allow it: confirm=True",
                count=len(names),
                names=_listed(names),
            )
        raise InputError("this would delete objects; a script has to allow it: confirm=True")
    if "export" in actions:
        export_folder(context.scene)
    if not actions & _MAKES and (has_labels(context.scene) or not needs_labels(steps)):
        preview(context, steps)


_MAKES = {"label", "generate", "add", "duplicate", "swap"}


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")


class _Run:
    """Runs the steps of one sentence in order; deletions are deferred."""

    def __init__(self, context: bpy.types.Context, steps: list[SceneCommand]) -> None:
        self._context = context
        self.chooser = Chooser(context, steps)
        self._scenery = Scenery(context, self.chooser.sight)
        self.left, self.later = self._scenery.left, self._scenery.later

    def step(self, step: SceneCommand) -> Generator[Any, Any, dict[str, Any]]:
        """Runs one step; returns its facts, in which ``text`` is a sentence."""
        context = self._context
        if step.action == "label" and step.text:
            return self._label_as(step)
        if step.action == "label":
            scope = step.terms[0].among or "all"
            report = yield from label_objects_job(context, scope)
            return {"text": formatted("Labeled {number} objects.", number=len(report["objects"]))}
        if step.action in ("apply_labels", "sort") or (step.action == "rename" and not step.text):
            return (yield from self._apply_labels(step))
        if step.action == "generate":
            return (yield from self._generate(step))
        if step.action in ("undo", "redo"):
            return self._step_back(step)
        anchors = self.chooser.anchors(step)
        if step.action == "light" and step.terms:
            return lights.brighten(self._scenery, step, self.chooser.choose(step))
        if step.action in ("add", "light", "render", "save") or (step.action == "frame" and not step.terms):
            return self._without_objects(step, anchors)
        if step.action in ("dress", "undress", "adjust"):
            return (yield from self._people(step))
        if step.action == "act":
            return self._motions(step)
        objects = self.chooser.choose(step)
        if step.switches:
            return lights.switch(self._scenery, step, objects)
        if step.action == "keep":
            return {"objects": [obj.name for obj in objects], "text": ""}
        if step.action == "export":
            return (yield from self._export(step, objects))
        acted = self._act(step, objects, anchors)
        if acted is not None:
            return acted
        changed = self._change(step.action, objects)
        texts = {
            "deselect": "Deselected {number} objects.",
            "isolate": "Showed {number} objects and hid the others.",
            "select": "Selected {number} objects.",
            "hide": "Hid {number} objects.",
            "show": "Showed {number} objects.",
            "delete": "Deleted {number} objects.",
        }
        return {"objects": [obj.name for obj in changed], "text": formatted(texts[step.action], number=len(changed))}

    def _apply_labels(self, step: SceneCommand) -> Generator[Any, Any, dict[str, Any]]:
        if not has_labels(self._context.scene):
            yield from label_objects_job(self._context, "all")
        rename, collections = step.action != "sort", step.action != "rename"
        report = yield from apply_labels_job(self._context, rename=rename, collections=collections)
        if not collections:
            return {"text": formatted("Renamed {number} objects.", number=len(report["renamed"]))}
        number = sum(report["collections"].values())
        return {"text": formatted("Applied the labels of {number} objects.", number=number)}

    def _act(
        self, step: SceneCommand, objects: list[bpy.types.Object], anchors: list[bpy.types.Object]
    ) -> dict[str, Any] | None:
        """Runs steps that arrange, color, copy or count; ``None`` for those that select, hide or delete."""
        scenery = self._scenery
        if step.action in ("move", "rotate", "scale", "place", "align", "distribute"):
            return acting.arrange(scenery, step, objects, anchors)
        if step.action == "recolor":
            return acting.paint(scenery, step, objects, anchors)
        simple = {"rename": acting.rename, "collect": acting.collect, "frame": acting.frame}
        if step.action in simple:
            return simple[step.action](scenery, step, objects)
        if step.action == "count":
            return acting.count(step, objects)
        if step.action == "measure":
            return acting.measure(step, objects, anchors)
        if step.action == "duplicate":
            return self._noted(adding.duplicate(scenery, step, objects, anchors))
        if step.action == "swap":
            facts = self._noted(adding.swap(scenery, step, objects, label_of))
            self.chooser.doomed |= {obj.session_uid: obj for obj in facts["replaced"]}
            return facts
        return None

    def _noted(self, facts: dict[str, Any]) -> dict[str, Any]:
        self.chooser.note_made(facts["made"])
        return facts

    def _label_as(self, step: SceneCommand) -> dict[str, Any]:
        """Applies the artist's label to things, with all their parts."""
        objects = self.chooser.choose(step)
        for obj in objects:
            if obj.is_editable:
                set_label(obj, step.text)
            else:
                self.left.append((obj.name, Message("it is linked from another file")))
        named = [obj.name for obj in objects if obj.is_editable]
        label = formatted_label(title(step.text))
        return {"objects": named, "text": formatted("Labeled {count} as {label}.", count=len(named), label=label)}

    def _without_objects(self, step: SceneCommand, anchors: list[bpy.types.Object]) -> dict[str, Any]:
        if step.action == "add":
            return self._noted(adding.add(self._scenery, step, anchors))
        if step.action == "light":
            return lights.light(self._scenery, step)
        if step.action == "render":
            return acting.render(self._scenery, step, anchors)
        if step.action == "frame":
            return acting.frame(self._scenery, step, [])
        return acting.save(self._scenery, step)

    def _step_back(self, step: SceneCommand) -> dict[str, Any]:
        """Schedules undo or redo after this operator, which must not undo itself while it runs."""
        if bpy.app.background:
            raise InputError("there is nothing to undo in a script; open the file again instead")

        def go() -> None:
            for _ in range(max(step.count, 1)):
                (bpy.ops.ed.undo if step.action == "undo" else bpy.ops.ed.redo)()

        bpy.app.timers.register(go)
        return {"text": ""}

    def _people(self, step: SceneCommand) -> Generator[Any, Any, dict[str, Any]]:
        objects = self.chooser.choose(step) if self.chooser.has_any(step.terms) else []
        names = []
        for avatar in people.avatars_among(self._context, objects):
            if step.action == "dress":
                yield from people.dress(self._context, avatar, step.text, step.instead)
            else:
                change = people.undress if step.action == "undress" else people.adjust
                yield from change(self._context, avatar, step.text)
            names.append(avatar.name)
        return {"objects": names, "text": formatted("Changed {name}.", name=", ".join(names))}

    def _motions(self, step: SceneCommand) -> dict[str, Any]:
        objects = self.chooser.choose(step) if self.chooser.has_any(step.terms) else []
        is_plural = bool(step.terms) and all(term.among == "selected" and term.said for term in step.terms)
        armatures = people.acting_armatures(self._context, objects)
        if is_plural and len(armatures) == 1:  # "let them dance", where one is selected or none
            everybody = [obj for obj in self._context.scene.objects if has_traits(obj)]
            armatures = people.acting_armatures(self._context, everybody or objects)
        targets = [self.chooser.anchors(replace(step, anchors=(anchor,))) for anchor in step.anchors]
        return motions.act(self._context, step, armatures, targets)

    def _generate(self, step: SceneCommand) -> Generator[Any, Any, dict[str, Any]]:
        seed = setting(self._context.scene.atelier, "seed")
        anchors = self.chooser.anchors(step)
        made: list[bpy.types.Object] = []
        for number in range(max(step.count, 1)):
            report = yield from generate_job(self._context, step.text, AvatarTraits(), seed + number, 512, "Avatar")
            avatar = bpy.data.objects[report["object"]]
            made.append(avatar)
            if step.relation:
                thing = things_of([avatar, *avatar.children_recursive])[0]
                Placer(self._context).place([thing], step.relation, things_of(anchors))
        self.chooser.note_made([obj for avatar in made for obj in (avatar, *avatar.children_recursive)])
        names = [avatar.name for avatar in made]
        return {"objects": names, "text": formatted("{name} is in the scene.", name=", ".join(names))}

    def _change(self, action: str, objects: list[bpy.types.Object]) -> list[bpy.types.Object]:
        """Selects, hides, shows, or marks for deletion at the end; returns those that could be changed."""
        layer = self._context.view_layer
        if action == "delete":
            deletion = planned(self._context.scene, objects)
            return deletion.objects
        if action == "select":
            for obj in layer.objects:
                obj.select_set(False, view_layer=layer)
        if action == "isolate":
            shown = {obj.session_uid for obj in objects}
            for obj in layer.objects:
                if obj.session_uid not in shown and obj.type not in ("LIGHT", "CAMERA"):
                    obj.hide_set(True, view_layer=layer)
        changed = []
        for obj in objects:
            if layer.objects.get(obj.name) != obj:
                self.left.append((obj.name, Message("its collection is excluded from the view layer")))
                continue
            if action == "select":
                obj.select_set(True, view_layer=layer)
                is_done, reason = obj.select_get(view_layer=layer), Message("it is hidden, or cannot be selected")
            elif action == "deselect":
                obj.select_set(False, view_layer=layer)
                is_done, reason = True, Message("")
            else:
                obj.hide_set(action == "hide", view_layer=layer)
                is_done = action == "hide" or obj.visible_get(view_layer=layer)
                reason = Message("it or its collection is disabled in viewports")
            if is_done:
                changed.append(obj)
            else:
                self.left.append((obj.name, reason))
        if not changed:
            name, why = self.left[-1]
            raise InputError("{name}: cannot be changed ({reason})", name=name, reason=why)
        if action == "select":
            layer.objects.active = changed[0]
        return changed

    def _export(self, step: SceneCommand, objects: list[bpy.types.Object]) -> Generator[Any, Any, dict[str, Any]]:
        """Exports what the step names: the others are hidden meanwhile."""
        context, layer = self._context, self._context.view_layer
        folder = export_folder(context.scene).joinpath(
            *map(safe_name, re.split(r"[/\\]", step.text) if step.text else ())
        )
        wanted = {obj.session_uid for obj in objects}
        self.left += [
            (obj.name, Message("it is hidden, and was not exported"))
            for obj in objects
            if not obj.visible_get(view_layer=layer)
        ]
        hidden = [obj for obj in layer.objects if obj.session_uid not in wanted and not obj.hide_get(view_layer=layer)]
        for obj in hidden:
            obj.hide_set(True, view_layer=layer)
        try:
            options = to_options(context.scene.atelier.export)
            report = yield from export_job(context, folder, list(step.targets), options)
        finally:
            for obj in hidden:
                obj.hide_set(False, view_layer=layer)
        if failed := unwritten(report["targets"], "error", "skipped"):
            raise InputError(
                "not exported, so the scene is left as it was: {reason}", reason=Message.joined("; ", failed.values())
            )
        places = [report["targets"][target]["folder"] for target in step.targets]
        facts = {"folder": places[0], "folders": places, "targets": list(step.targets)}
        return {**facts, "text": formatted("Exported to {folder}.", folder=", ".join(places))}
