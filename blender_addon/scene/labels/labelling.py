"""Labels the objects of a scene: equal meshes are recognized once, and objects that only make sense together share a
label."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError, Message, reason_of
from ml_core.geometry.humanoid.bone_names import REQUIRED_BONES
from ml_core.inference.recognition.context import Placed, in_context, scene_scale
from ml_core.inference.recognition.names import label_said, with_name
from ml_core.inference.recognition.objects import ObjectRecognizer, Recognition, Turned
from ml_core.inference.recognition.scenes import SceneKind, SceneObject
from ml_core.inference.recognition.taught_labels import TaughtLabels
from ml_core.vocabulary.scene.labels import some_kind
from ml_core.vocabulary.scene.places import HOLDERS, PORTABLE
from ml_core.vocabulary.scene.sizes import TYPICAL_SIZE

from ...bridge.data.history import record
from ...bridge.data.identity import make_unique, put
from ...bridge.data.label_keys import (
    BY_HAND_KEY,
    CONFIDENCE_KEY,
    LABEL_KEY,
    NAMED_KEY,
    PART_KEY,
    PLACE_KEY,
    RANKING_KEY,
)
from ...bridge.data.part_of import set_part
from ...bridge.data.stored_values import stored_text
from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.mesh_arrays import scene_unit
from ...bridge.models import loaded as models
from ...bridge.models import taught
from ...bridge.object_labels import object_label, parts_of, set_label
from ...bridge.vrm import human_bones, rig_joints
from .grounds import Boxes, lying_flat, room_surfaces
from .label_list import start_at_least_certain
from .subjects import Subject, geometry, groups_among, key_of, measure, pieces_of, subjects_in, surface

_CHUNK = 16
# How much better a group has to be than its parts: things under one parent are meant to be together, things that only
# touch mostly are not.
_PARENTED_LEAD, _LOOSE_LEAD = 0.05, 0.25
# What is in another thing is at most this share of its length, and at most so many times smaller than usual.
_CONTENT, _SMALLER = 0.5, 2.2
# From here on a single thing counts as lying though the others stand.
_SURE = 0.97
_BY_PLACE = 0.9
"""Chance of a floor, wall, ceiling or rug that is told by where it is and by what touches it."""
_OVERSIZED = 2.0
"""What is so many times as large as usual and a ground to what touches it is not such a thing, but of a room."""
_MOST_IN_ROOMS = 4096


@dataclass(frozen=True)
class Found:
    """The label of one thing; ``turn`` is the rotation by which a thing on its side or upside down was recognized."""

    subject: Subject
    result: Recognition
    turn: str = ""
    taught: bool = False
    parts: tuple[Found, ...] = ()


def label_objects_job(
    context: bpy.types.Context, scope: str = "all", threshold: float | None = None, use_names: bool = True
) -> Job:
    """Gives every object in ``scope`` its label as custom properties. ``use_names``: also considers their names.

    Report: ``scene`` (kind or None, confidence and ranking; not for a selection), ``objects`` (name, kind: object, rig,
    instance or group; label or None, confidence, known, ranking; if applicable parts, turned, taught, by_hand, and
    some: a more general label, if that is more certain),
    ``counts`` by label, ``unknown``, ``unique`` meshes examined, ``skipped`` objects (name, why). Labels that the
    artist gave by hand stay, and the report shows them.

    Raises:
        InputError: nothing to label, or a mesh whose coordinates are not finite.
    """
    subjects = subjects_in(context, scope)
    if not subjects:
        raise InputError(_nothing(scope))
    yield Progress(0, 1, "Loading the recognizer")
    recognizer = yield InThread(models.object_recognizer)
    files = taught.files()
    memory = yield InThread(lambda: taught.read(files, recognizer))
    skipped: list[dict[str, str]] = []
    groups = groups_among(subjects, context.scene, context.evaluated_depsgraph_get())
    look = Look(context, recognizer, memory, threshold, skipped)
    found = yield from look.at(subjects + groups)
    singles = {id(item.subject): item for item in found if not item.subject.parts}
    if not singles:
        raise InputError("nothing to label: {names} without faces", names=_some(item["name"] for item in skipped))
    measure([item.subject for item in singles.values()])
    scale = scene_scale([Placed(item.result, *_corners(item, look.unit)) for item in singles.values()]) or 1.0
    kept = grouped(singles, [item for item in found if item.subject.parts], look.unit / scale)
    limit = recognizer.threshold if threshold is None else threshold
    if use_names:  # not before: the parts of a chair may all be called chairs
        kept = as_named(kept, limit)
    order = {obj.session_uid: number for number, obj in enumerate(context.scene.objects)}
    if scope != "selected":  # of a few things nobody can tell where the floor is
        kept = in_scene(kept, look.unit, limit)
        kept = with_room(kept, look.unit)
    kept = [as_said(item) for item in kept]
    kept.sort(key=lambda item: order.get(item.subject.root.session_uid, len(order)))
    report: dict[str, Any] = {}
    if scope != "selected":
        placed = [_placed(item, look.unit) for item in kept]
        report["scene"] = yield InThread(lambda: _scene_kind(models.scene_kind_model().recognize(placed)))
    # From here on the scene changes, all at once: a job that is cancelled before leaves it as it was.
    store_all(kept)
    start_at_least_certain(context.scene)
    if "scene" in report:
        context.scene.atelier.scene_kind = report["scene"]["kind"] or ""
        context.scene.atelier.scene_kind_share = report["scene"]["confidence"]
    counts = Counter(item.result.label for item in kept if item.result.label is not None)
    return report | {
        "objects": [_facts(item) for item in kept],
        "counts": dict(counts.most_common()),
        "unknown": sum(item.result.label is None for item in kept),
        "unique": look.unique,
        "skipped": skipped,
    }


def label_things(
    context: bpy.types.Context, objects: Sequence[bpy.types.Object]
) -> Generator[Progress | InThread, Any, list[Found]]:
    """Labels each of ``objects`` individually, not as a part of a group; they are assumed upright. A part of a job."""
    yield Progress(0, 1, "Loading the recognizer")
    recognizer = yield InThread(models.object_recognizer)
    files = taught.files()
    memory = yield InThread(lambda: taught.read(files, recognizer))
    look = Look(context, recognizer, memory, None, [], alone=True)
    found: list[Found] = yield from look.at([Subject([obj], pieces_of(obj)) for obj in objects])
    store_all(found)
    return found


def teach_job(context: bpy.types.Context, obj: bpy.types.Object, label: str, where: str = "user") -> Job:
    """Teaches the artist's label for ``obj``: it, equal objects and similar ones get that label, now and in the future.

    Args:
        obj: a mesh object, a rig, an instance, or the root of a prop of several.
        label: one of the learned labels, or a new name.
        where: ``user`` (the user's library, for all files) or ``file`` (beside the blend file, once that is saved).

    Report: ``label``, ``object``, ``file`` (where it is stored), ``labeled`` (names of all that got the label).

    Raises:
        InputError: ``obj`` has no faces, ``label`` is not a name, or the taught labels cannot be read.
    """
    yield Progress(0, 1, "Loading the recognizer")
    recognizer = yield InThread(models.object_recognizer)
    subject = whole_of(context, obj)
    mesh = geometry(subject, context.evaluated_depsgraph_get(), scene_unit(context.scene))
    if not len(mesh[1]):
        raise InputError("{name}: it has no faces to remember; choose a mesh object", name=obj.name)
    path = taught.place(where)
    memory = yield InThread(lambda: TaughtLabels.load(path, recognizer))
    example = yield InThread(lambda: recognizer.example(*mesh))
    label = label.strip()
    memory.teach(label, example)
    known = {item.session_uid for item in context.scene.objects if item != obj and object_label(item) is not None}
    subjects = [item for item in subjects_in(context, "all") if item.root.session_uid in known]
    rest = yield from Look(context, recognizer, memory, None, []).at(subjects)
    similar = [
        item for item in rest if item.taught and item.result.label == label and BY_HAND_KEY not in item.subject.root
    ]
    try:
        memory.save(path)
    except OSError as error:
        raise InputError(
            "{path}: the label cannot be remembered there ({reason})", path=path, reason=reason_of(error)
        ) from error
    for item in subject.objects:
        set_label(item, label)
    store_all(similar)
    yield Progress(1, 1, "Done")
    names = sorted(found.subject.root.name for found in similar)
    return {"object": obj.name, "label": label, "file": str(path), "labeled": [obj.name, *names]}


def whole_of(context: bpy.types.Context, obj: bpy.types.Object) -> Subject:
    """``obj`` with all its parts: those of a prop, the meshes of a rig."""
    subjects = subjects_in(context, "all")
    for subject in subjects:
        if obj in subject.objects and len(subject.objects) > 1:
            return subject
    members = {item.session_uid for item in (obj, *parts_of(obj, context.scene))}
    mine = [subject for subject in subjects if subject.root.session_uid in members]
    if not mine:
        raise InputError("{name}: it has no faces to remember; choose a mesh object", name=obj.name)
    if len(mine) == 1:
        return mine[0]
    others = [subject.root for subject in mine if subject.root != obj]
    return Subject([obj, *others], [piece for subject in mine for piece in subject.pieces], mine)


class Look:
    """Recognizes things in chunks: reads them on the main thread, recognizes them off it, and keeps no meshes."""

    def __init__(
        self,
        context: bpy.types.Context,
        recognizer: ObjectRecognizer,
        memory: TaughtLabels,
        threshold: float | None,
        skipped: list[dict[str, str]],
        alone: bool = False,
    ) -> None:
        """``alone``: the things are not from one scene, so the orientation of one implies nothing about the others."""
        self._alone = alone
        self._recognizer, self._memory, self._threshold, self._skipped = recognizer, memory, threshold, skipped
        self._depsgraph = context.evaluated_depsgraph_get()
        self.unit = scene_unit(context.scene)
        self.unique = 0

    def at(self, subjects: list[Subject]) -> Generator[Any, Any, list[Found]]:
        alike: dict[Any, list[Subject]] = {}
        for number, subject in enumerate(subjects):
            if number % 500 == 0:
                yield Progress(0.1 * number / len(subjects), 1, "Reading the scene")
            if subject.pieces:
                alike.setdefault(key_of(subject, self.unit), []).append(subject)
        pending = list(alike.values())
        looks: list[tuple[list[Subject], Turned]] = []
        for first in range(0, len(pending), _CHUNK):
            yield Progress(0.1 + 0.9 * first / len(pending), 1, "Looking at the objects")
            chunk = []
            for same in pending[first : first + _CHUNK]:
                mesh = geometry(same[0], self._depsgraph, self.unit)
                if len(mesh[1]):
                    chunk.append((same, mesh))
                else:
                    self._skipped += [{"name": subject.root.name, "why": "it has no faces"} for subject in same]
            if chunk:
                results = yield InThread(lambda chunk=chunk: self._recognized(chunk))
                self.unique += sum(not same[0].parts for same, _ in chunk)
                looks += [(same, result) for (same, _), result in zip(chunk, results, strict=True)]
        found = []
        for same, way in _upright(looks, self._alone):
            known = self._remembered(Found(same[0], *way))
            found += [known, *(replace(known, subject=subject) for subject in same[1:])]
        return found

    def _recognized(self, chunk: list[tuple[list[Subject], Any]]) -> list[Turned]:
        """Recognizes things; groups only as they stand: rotated, half a room makes a passable desk."""
        whole = [number for number, (same, _) in enumerate(chunk) if same[0].parts]
        single = [number for number in range(len(chunk)) if number not in whole]
        results: dict[int, Turned] = {}
        meshes = [chunk[number][1] for number in single]
        turned = self._recognizer.recognize_turned(meshes, threshold=self._threshold)
        results |= dict(zip(single, turned, strict=True))
        standing = self._recognizer.recognize([chunk[number][1] for number in whole], threshold=self._threshold)
        results |= {number: Turned(result) for number, result in zip(whole, standing, strict=True)}
        return [results[number] for number in range(len(chunk))]

    def _remembered(self, found: Found) -> Found:
        """The label that the artist taught for similar subjects, which takes precedence over the network's."""
        known = self._memory.find(found.result.embedding[None])[0]
        if known is None:
            return found
        label, share = known
        others = [(name, min(chance, 1 - share)) for name, chance in found.result.ranking if name != label]
        result = Recognition(label, share, [(label, share), *others][:5], share, found.result.embedding)
        return Found(found.subject, result, found.turn, taught=True)


def _upright(
    looks: list[tuple[list[Subject], Turned]], alone: bool
) -> list[tuple[list[Subject], tuple[Recognition, str]]]:
    """Determines which way up the things are. Wrong axes affect a whole import: a rotation that helps most things may
    be applied to all; a single one among upright things needs high certainty."""
    turns = Counter(item.turn for same, item in looks if item.lying is not None and not same[0].parts)
    singles = sum(not same[0].parts for same, _ in looks)
    common = set() if alone else {turn for turn, count in turns.items() if 2 * count >= singles}
    ways: list[tuple[list[Subject], tuple[Recognition, str]]] = []
    for same, found in looks:
        lying = found.lying
        if lying is not None and (found.turn in common or min(lying.known, lying.confidence) >= _SURE):
            # What was taught is remembered as it stood.
            ways.append((same, (replace(lying, embedding=found.standing.embedding), found.turn)))
        else:
            ways.append((same, (found.standing, "")))
    return ways


def grouped(singles: dict[int, Found], groups: list[Found], unit: float = 1.0) -> list[Found]:
    """The things to keep: a group, smaller ones first, in place of its parts if it makes more sense than they do, or
    than the smaller groups that they form. ``unit``: real meters per scene unit."""
    kept = dict(singles)
    for group in groups:
        parts = [id(part) for part in group.subject.parts if id(part) in singles]
        held = list({id(kept[part]): kept[part] for part in parts}.values())
        if len(parts) < 2 or group.result.label is None:
            continue
        if any(id(part.subject) not in parts for item in held for part in item.parts):
            continue
        weights = [surface(item.subject) for item in held]
        scores = [item.result.score for item in held]
        by_surface = sum(w * score for w, score in zip(weights, scores, strict=True)) / max(sum(weights), 1e-12)
        by_number = sum(scores) / len(scores)  # of a room most is floor and wall
        root = _LOOSE_LEAD if group.subject.is_loose else _PARENTED_LEAD
        if group.result.score <= max(by_surface, by_number) + root:
            continue
        surer = [item.result.label for item in held if item.result.score >= group.result.score]
        if group.subject.is_loose and (len(surer) > 1 or group.result.label in surer):
            continue  # a shelf with boxes on it: one of them is the thing, the others only stand there
        inside = {part for part in parts if is_content(singles[part], group, unit)}
        parts = [part for part in parts if part not in inside]
        if len(parts) < 2 and inside:  # a refrigerator in one piece: what is in it makes no group of it
            continue
        subject = _without(group.subject, inside) if inside else group.subject
        found = Found(subject, group.result, group.turn, group.taught, tuple(singles[part] for part in parts))
        kept |= dict.fromkeys(parts, found)
    return list({id(item): item for item in kept.values()}.values())


def is_content(part: Found, group: Found, unit: float) -> bool:
    """Whether a part of a group is only contained in it: bottles in a refrigerator, one or a bunch; not a knob that
    looks like a cup, but is too small, nor most of the group itself."""
    label = part.result.ranking[0][0]
    if group.result.label not in HOLDERS or label not in PORTABLE:
        return False
    low, high = _corners(part, unit)
    whole = np.subtract(*reversed(_corners(group, unit)))
    return TYPICAL_SIZE[label] / _SMALLER <= float((high - low).max()) <= _CONTENT * float(whole.max())


def _without(group: Subject, left_out: set[int]) -> Subject:
    """The group without the parts of the given ids; its root stays unless it is one of them."""
    kept = [part for part in group.parts if id(part) not in left_out]
    gone = {part.root.session_uid for part in group.parts if id(part) in left_out}
    objects = [obj for obj in group.objects if obj.session_uid not in gone]
    return Subject(objects, [piece for part in kept for piece in part.pieces], kept, group.is_loose)


def as_said(found: Found) -> Found:
    """The artist's label for the thing, if any, in place of the recognized one; an avatar from a VRM file is a person.
    So is a thing with a human skeleton whose best guess is a person, however uncertain: knights in armor, large heads.
    """
    root = found.subject.root
    said = object_label(root) if BY_HAND_KEY in root else None
    label = said.label if said is not None else None
    if label is None and not found.taught and root.type == "ARMATURE" and human_bones(root):
        label = "person"
    if label is None:
        guess = found.result.ranking[0][0]
        unsure = root.type == "ARMATURE" and found.result.label is None and guess == "person" and not found.taught
        return _named(found, guess) if unsure and set(REQUIRED_BONES) <= rig_joints(root).joints.keys() else found
    ranking = [(label, 1.0), *((name, 0.0) for name, _ in found.result.ranking if name != label)]
    return Found(found.subject, Recognition(label, 1.0, ranking[:5], 1.0, found.result.embedding), parts=found.parts)


def as_named(found: list[Found], threshold: float) -> list[Found]:
    """The things corrected by their names, or by those of their meshes; taught labels stay, and names given after
    labeling are ignored."""
    results: dict[tuple[int, str], Recognition] = {}  # thousands of equal things have one result
    named = []
    for item in found:
        said = None if item.taught else _said(item.subject.root)
        if said is not None:
            key = id(item.result), said
            if key not in results:
                results[key] = with_name(item.result, said, threshold)
            item = replace(item, result=results[key])
        named.append(item)
    return named


def _said(root: bpy.types.Object) -> str | None:
    """The label in the name of an object, or else in that of its mesh or of the collection that it instances."""
    if root.name.partition(".")[0] != stored_text(root, NAMED_KEY).partition(".")[0]:
        said = label_said(root.name)
        if said is not None:
            return said
    source = root.data if root.data is not None else root.instance_collection
    return label_said(source.name) if source is not None else None


def in_scene(found: list[Found], unit: float, threshold: float) -> list[Found]:
    """The things corrected by their sizes and positions in the scene; taught labels stay."""
    placed = [Placed(item.result, *_corners(item, unit), is_open=not item.turn and not item.taught) for item in found]
    results = in_context(placed, threshold)
    return [replace(item, result=result) for item, result in zip(found, results, strict=True)]


def with_room(found: list[Found], unit: float) -> list[Found]:
    """The things with the floors, walls and ceilings of a room labeled, if they are unlike anything learned or much
    larger than what they look like: doors and rugs as large as a room. A possible rug that is flat on such a floor is
    one."""
    if not 2 <= len(found) <= _MOST_IN_ROOMS:
        return found
    corners = [_corners(item, unit) for item in found]
    boxes = Boxes(np.array([low for low, _ in corners]), np.array([high for _, high in corners]))
    surfaces = room_surfaces(boxes)
    named = list(found)
    for index, surface_of in surfaces.items():
        item = found[index]
        longest = float((corners[index][1] - corners[index][0]).max())
        usual = TYPICAL_SIZE.get(item.result.label or "", 0.0)
        if not (item.taught or item.parts or longest <= _OVERSIZED * usual):
            named[index] = _named(item, surface_of)
    for index in lying_flat(boxes, [index for index, surface_of in surfaces.items() if surface_of == "floor"]):
        item = found[index]
        if item.result.label is None and item.result.ranking[0][0] == "rug":
            named[index] = _named(item, "rug")
    return named


def _named(found: Found, label: str) -> Found:
    """The thing with the label given by its position or its skeleton."""
    others = [(name, share * (1 - _BY_PLACE)) for name, share in found.result.ranking if name != label]
    ranking = [(label, _BY_PLACE), *others][:5]
    result = replace(found.result, label=label, confidence=_BY_PLACE, ranking=ranking, known=1.0)
    return replace(found, result=result, turn="")


def _corners(found: Found, unit: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest corner (3,) of the thing in the world, in meters."""
    low, high = found.subject.box
    return low * unit, high * unit


def _placed(found: Found, unit: float) -> SceneObject:
    """The thing in the form of the model of scene kinds: label, size and center of its box, in meters."""
    low, high = _corners(found, unit)
    middle = (low + high) / 2
    return SceneObject(found.result.label, tuple(map(float, high - low)), tuple(map(float, middle)))  # type: ignore[arg-type]


def _scene_kind(found: SceneKind) -> dict[str, Any]:
    ranking = [[kind, round(share, 4)] for kind, share in found.ranking[:5]]
    return {"kind": found.kind, "confidence": round(found.confidence, 4), "ranking": ranking}


def store_all(found: list[Found]) -> None:
    """Stores all labels that the artist has not set; a copied prop first gets an id of its own."""
    said_by_us = [item for item in found if BY_HAND_KEY not in item.subject.root]
    make_unique(*(item.subject.root for item in said_by_us if len(item.subject.objects) > 1))
    for item in said_by_us:
        _store(item)


def _store(found: Found) -> None:
    result = found.result
    for number, obj in enumerate(found.subject.objects):
        if not obj.is_editable:
            continue
        put(obj, LABEL_KEY, result.label or "")
        put(obj, CONFIDENCE_KEY, round(result.confidence, 4))
        put(obj, RANKING_KEY, json.dumps([[label, round(share, 4)] for label, share in result.ranking]))
        if number:
            set_part(obj, found.subject.root)
            continue
        record(obj, "labeled")
        for key in (PART_KEY, PLACE_KEY):
            if key in obj:
                del obj[key]


def _facts(found: Found) -> dict[str, Any]:
    result, root = found.result, found.subject.root
    kind = "group" if found.parts else {"ARMATURE": "rig", "EMPTY": "instance"}.get(root.type, "object")
    facts: dict[str, Any] = {
        "name": root.name,
        "kind": kind,
        "label": result.label,
        "confidence": round(result.confidence, 4),
        "known": round(result.known, 4),
        "ranking": [[label, round(share, 4)] for label, share in result.ranking],
    }
    if (some := some_kind(result.ranking)) is not None and result.label is not None:
        facts["some"] = [some[0], round(some[1], 4)]
    if kind == "rig":
        facts["parts"] = [{"name": obj.name} for obj in found.subject.objects[1:]]
    if found.parts:
        facts["parts"] = [
            {"name": part.subject.root.name, "label": part.result.label, "confidence": round(part.result.confidence, 4)}
            for part in found.parts
        ]
    if found.turn:
        facts["turned"] = found.turn
    if found.taught:
        facts["taught"] = True
    if BY_HAND_KEY in root:
        facts["by_hand"] = True
    return facts


def _nothing(scope: str) -> Message:
    return {
        "selected": Message("nothing to label: select one or more mesh objects first"),
        "visible": Message("nothing to label: no mesh object is visible"),
        "collection": Message(
            "nothing to label: the active collection has no mesh object; choose another in the Outliner"
        ),
        "all": Message("nothing to label: the scene has no mesh object"),
    }[scope]


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")
