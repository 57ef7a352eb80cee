"""Where a picture of a whole scene is taken from, and what is left out of it: its labels should lie far apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.scene.previews.camera import frame
from ml_core.vocabulary.scene.labels import SURFACES
from scripts.lib.rendering.tags import Tag, in_picture

_YAWS = (40.0, 130.0, 220.0, 310.0)
_PITCHES = (28.0, 38.0, 50.0)
_STEEPER = 1.12
"""How much farther apart labels have to lie for the next steeper view: from above things are hard to recognize."""
_WIDE = 4.0
"""Things so many times as large as the usual one are grounds, backdrops and buildings, and need not fit."""
_COVERED, _LAYERS, _STEP = 0.08, 8, 1e-4
"""What hides more than such a share of the things is in their way; so many surfaces behind each other are looked
through, each time by so much of the distance."""


def in_focus(tags: Sequence[Tag]) -> list[Tag]:
    """The labeled things that a picture is about: without surfaces of rooms and what is many times their size. All of
    the tags where hardly any is left."""
    named = [tag for tag in tags if tag.label is not None and tag.label not in SURFACES and len(tag.box)]
    if len(named) < 3:
        return list(tags)
    diagonals = np.array([np.linalg.norm(np.ptp(tag.box, axis=0)) for tag in named])
    middles = np.array([tag.box.mean(axis=0) for tag in named])
    spread = np.linalg.norm(np.quantile(middles, 0.9, axis=0) - np.quantile(middles, 0.1, axis=0))
    limit = max(_WIDE * float(np.median(diagonals)), float(spread))
    kept = [tag for tag, diagonal in zip(named, diagonals, strict=True) if diagonal <= limit]
    return kept if len(kept) >= 3 else list(tags)


def look_at(scene: bpy.types.Scene, tags: Sequence[Tag], size: tuple[int, int]) -> None:
    """Puts the camera where the ``tags`` lie farthest apart in a picture of ``size`` that shows them all."""
    points = np.concatenate([tag.box for tag in tags])
    tops = np.array([tag.top[:] for tag in tags])
    aspect = size[0] / size[1]
    best, merit = (_YAWS[0], _PITCHES[0]), -1.0
    for step, pitch in enumerate(_PITCHES):
        for yaw in _YAWS:
            frame(scene, points, yaw, pitch, aspect)
            apart = _apart(in_picture(scene, tops, size)) / _STEEPER**step
            if apart > merit + 1e-6:
                best, merit = (yaw, pitch), apart
    frame(scene, points, *best, aspect)


def _apart(pixels: NDArray[np.float64]) -> float:
    """The mean distance in pixels of each point to the nearest other one, of many those around."""
    if len(pixels) < 2:
        return 0.0
    distance = np.linalg.norm(pixels[:, None] - pixels[None], axis=2)
    near = np.sort(distance, axis=1)[:, 1 : 1 + min(4, len(pixels) - 1)]
    return float(np.sqrt(np.maximum(near, 1e-3)).mean() ** 2)


def uncover(scene: bpy.types.Scene, tags: Sequence[Tag]) -> list[str]:
    """Takes out of ``scene`` the roofs, walls, trees and backdrops that hide many of the ``tags`` from its camera, and
    returns their names. The tags' own objects stay."""
    removed: list[str] = []
    own = {tag.name for tag in tags}
    for _ in range(_LAYERS):
        scene.view_layers[0].update()
        hides = _covers(scene, tags, own)
        least = max(_COVERED * len(tags), 1)
        covers = [name for name, count in hides.items() if count > least and name in scene.collection.objects]
        for name in sorted(covers):
            scene.collection.objects.unlink(scene.collection.objects[name])
        removed += sorted(covers)
        if not covers:
            break
    scene.view_layers[0].update()
    return removed


def _covers(scene: bpy.types.Scene, tags: Sequence[Tag], own: Collection[str]) -> Counter[str]:
    """How many of the ``tags`` each other object hides from the camera of ``scene`` by lying before their tops."""
    assert scene.camera is not None
    graph = scene.view_layers[0].depsgraph
    eye = scene.camera.location
    hides: Counter[str] = Counter()
    for tag in tags:
        way = tag.top - eye
        reach = way.length
        start, left = eye.copy(), reach * 0.998
        way.normalize()
        before = set()
        for _ in range(_LAYERS):
            hit, place, _, _, obj, _ = scene.ray_cast(graph, start, way, distance=left)
            if not hit:
                break
            if obj.name not in own:
                before.add(obj.name)
            step = (place - start).length + reach * _STEP
            start, left = start + way * step, left - step
            if left <= 0:
                break
        hides.update(before)
    return hides
