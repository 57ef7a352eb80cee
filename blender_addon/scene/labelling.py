"""Label the objects of a scene; equal meshes are looked at once, and what hangs on one armature is one thing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

from ..bridge import models
from ..bridge.jobs import InThread, Job, Progress
from ..bridge.mesh_arrays import CONVERTIBLE, mesh_arrays, scene_unit, without_yaw
from ..bridge.object_labels import CONFIDENCE_KEY, LABEL_KEY, RANKING_KEY

SCOPES = ("selected", "visible", "all")
_CHUNK = 16
# Copies whose proportions differ by less than this share their views, those whose size does, their result.
_SHAPE_STEP, _SIZE_STEP = 0.05, 0.2


@dataclass
class Thing:
    """One thing to recognise: a single object, or an armature with all that it carries. The first object leads."""

    objects: list[bpy.types.Object]
    meshes: list[bpy.types.Object]


@dataclass
class _Work:
    """A mesh to look at, once for all things that share it."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.int32]
    things: list[Thing] = field(default_factory=list)


def label_objects_job(context: bpy.types.Context, scope: str = "all", threshold: float | None = None) -> Job:
    """Gives every object in ``scope`` its label as custom properties.

    Report: ``objects`` (name, label or None, confidence, known, ranking, parts), ``counts`` by label, ``unknown``,
    ``unique`` meshes looked at, ``skipped`` objects (name, why).

    Raises:
        InputError: nothing to label, or a mesh whose coordinates are not finite.
    """
    things = things_in(context, scope)
    if not things:
        raise InputError(_nothing(scope))
    yield Progress(0, 1, "Loading the recognizer")
    recognizer = yield InThread(models.object_recognizer)
    depsgraph = context.evaluated_depsgraph_get()
    unit = scene_unit(context.scene)
    work: dict[Any, _Work] = {}
    skipped: list[dict[str, str]] = []
    for number, thing in enumerate(things):
        if number % _CHUNK == 0:
            yield Progress(0.4 * number / len(things), 1, f"Reading {thing.objects[0].name}")
        _gather(thing, work, depsgraph, unit, skipped)
    if not work:
        raise InputError(f"nothing to label: {_some(one['name'] for one in skipped)} without faces")
    pending, results = list(work.values()), []
    for first in range(0, len(pending), _CHUNK):
        yield Progress(0.4 + 0.6 * first / len(pending), 1, "Looking at the objects")
        chunk = [(one.vertices, one.triangles) for one in pending[first : first + _CHUNK]]
        results += yield InThread(lambda chunk=chunk: recognizer.recognize(chunk, threshold=threshold))
    order = {id(thing): number for number, thing in enumerate(things)}
    found = sorted(
        ((thing, result) for one, result in zip(pending, results, strict=True) for thing in one.things),
        key=lambda pair: order[id(pair[0])],
    )
    for thing, result in found:
        for obj in thing.objects:
            if obj.library is None:
                _store(obj, result)
    yield Progress(1, 1, "Done")
    counts = Counter(result.label for _, result in found if result.label is not None)
    return {
        "objects": [_facts(thing, result) for thing, result in found],
        "counts": dict(counts.most_common()),
        "unknown": sum(result.label is None for _, result in found),
        "unique": len(pending),
        "skipped": skipped,
    }


def things_in(context: bpy.types.Context, scope: str) -> list[Thing]:
    """What there is to label, in the order of the scene.

    Raises:
        InputError: an unknown scope.
    """
    if scope not in SCOPES:
        raise InputError(f"scope: {scope!r} is not one of {', '.join(SCOPES)}")
    layer = context.view_layer
    if scope == "selected":
        objects = [obj for obj in layer.objects if obj.select_get(view_layer=layer)]
    elif scope == "visible":
        objects = [obj for obj in layer.objects if obj.visible_get(view_layer=layer)]
    else:
        objects = list(context.scene.objects)
    carried = {mesh.session_uid: armature for armature in context.scene.objects for mesh in _carried(armature)}
    seen: set[int] = set()
    things = []
    for obj in objects:
        lead = carried.get(obj.session_uid, obj)
        if lead.session_uid in seen or (lead.type not in CONVERTIBLE and lead.type != "ARMATURE"):
            continue
        seen.add(lead.session_uid)
        meshes = _carried(lead) if lead.type == "ARMATURE" else [lead]
        if meshes:
            things.append(Thing([lead, *meshes] if lead.type == "ARMATURE" else [lead], meshes))
    return things


def _carried(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes that an armature deforms or that hang on its bones (eyes)."""
    if armature.type != "ARMATURE":
        return []
    return [
        child
        for child in armature.children_recursive
        if child.type == "MESH" and (child.find_armature() == armature or child.parent_type == "BONE")
    ]


def _gather(
    thing: Thing,
    work: dict[Any, _Work],
    depsgraph: bpy.types.Depsgraph,
    unit: float,
    skipped: list[dict[str, str]],
) -> None:
    """Adds ``thing`` to the mesh that it shares, or reads its mesh."""
    linear = np.array(thing.objects[0].matrix_world, dtype=np.float64)[:3, :3] * unit
    if not np.isfinite(linear).all():
        raise InputError(f"{thing.objects[0].name}: its transform is not finite; clear it with Alt-G, Alt-R, Alt-S")
    shape = without_yaw(linear)
    scale = float(np.abs(shape).max()) or 1.0
    key = (_identity(thing), tuple(np.rint(shape / scale / _SHAPE_STEP).astype(int).ravel()), _step(scale))
    if key in work:
        work[key].things.append(thing)
        return
    parts = []
    for obj in thing.meshes:
        vertices, triangles = mesh_arrays(obj, depsgraph)
        if len(thing.meshes) > 1 or obj != thing.objects[0]:
            world = np.array(obj.matrix_world, dtype=np.float64)
            parts.append((vertices @ (world[:3, :3] * unit).T + world[:3, 3] * unit, triangles))
        else:
            parts.append((vertices @ shape.T, triangles))
    offsets = np.cumsum([0, *(len(vertices) for vertices, _ in parts)])
    vertices = np.concatenate([vertices for vertices, _ in parts]).astype(np.float32)
    triangles = np.concatenate([triangles + start for (_, triangles), start in zip(parts, offsets, strict=False)])
    if not len(triangles):
        skipped.append({"name": thing.objects[0].name, "why": "it has no faces"})
        return
    work[key] = _Work(vertices, triangles, [thing])


def _identity(thing: Thing) -> tuple[int, ...]:
    """Equal for things of equal geometry: shared mesh data, as long as nothing changes it on the way."""
    lead = thing.meshes[0]
    if len(thing.objects) == 1 and lead.type == "MESH" and not lead.modifiers and lead.data.shape_keys is None:
        return 0, lead.data.session_uid
    return 1, thing.objects[0].session_uid


def _step(scale: float) -> int:
    return round(float(np.log(max(scale, 1e-9))) / _SIZE_STEP)


def _store(obj: bpy.types.Object, result: Any) -> None:
    obj[LABEL_KEY] = result.label or ""
    obj[CONFIDENCE_KEY] = round(result.confidence, 4)
    obj[RANKING_KEY] = json.dumps([[label, round(share, 4)] for label, share in result.ranking])


def _facts(thing: Thing, result: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": thing.objects[0].name,
        "label": result.label,
        "confidence": round(result.confidence, 4),
        "known": round(result.known, 4),
        "ranking": [[label, round(share, 4)] for label, share in result.ranking],
    }
    if len(thing.objects) > 1:
        facts["parts"] = [obj.name for obj in thing.objects[1:]]
    return facts


def _nothing(scope: str) -> str:
    return {
        "selected": "nothing to label: select one or more mesh objects first",
        "visible": "nothing to label: no mesh object is visible",
        "all": "nothing to label: the scene has no mesh object",
    }[scope]


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")
