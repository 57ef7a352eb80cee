"""Replaces things of a reconstructed place by assets of their label: upright, rotated and scaled to match."""

from __future__ import annotations

import math
from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ml_core.errors import InputError

from ...bridge.object_labels import label_of
from ..editing.library import copied, source_of
from ..editing.things import things_of

_STRETCH = (0.5, 2.0)
"""How much an asset is scaled along one axis, beside its scale as a whole, at least and at most."""


def replace(context: bpy.types.Context, objects: Sequence[bpy.types.Object]) -> tuple[dict[str, str], list[str]]:
    """Put the best asset of its label where each thing is; the thing itself is hidden, not deleted.

    Returns:
        The name of the asset's copy by that of the thing, and the names of things without a matching asset.
    """
    replaced, without = {}, []
    for obj in objects:
        label = label_of(obj)
        if label is None:
            continue
        try:
            source, _ = source_of(context, label, objects)
        except InputError:
            without.append(obj.name)
            continue
        copy = copied(context, source)
        box = things_of([obj])[0].box()
        own = copy.box()
        turn = best_turn(np.array(own.size), np.array(box.size))
        middle = own.base
        copy.transform(Matrix.Rotation(turn, 4, "Z") @ Matrix.Translation(-middle))
        context.view_layer.update()
        factors = fitting(np.array(copy.box().size), np.array(box.size))
        copy.transform(Matrix.Diagonal((*factors, 1.0)))
        copy.transform(Matrix.Translation(box.base))
        context.view_layer.update()
        obj.hide_set(True)
        obj.hide_render = True
        replaced[obj.name] = copy.root.name
    return replaced, without


def best_turn(own: np.ndarray, wanted: np.ndarray) -> float:
    """The rotation in radians, 0 or π/2, after which a box of size ``own`` (3,) fits one of ``wanted`` better."""

    def misfit(x: float, y: float) -> float:
        return abs(math.log(max(x, 1e-6) * wanted[1] / (max(y, 1e-6) * max(wanted[0], 1e-6))))

    return math.pi / 2 if misfit(own[1], own[0]) < misfit(own[0], own[1]) - 0.1 else 0.0


def fitting(own: np.ndarray, wanted: np.ndarray) -> Vector:
    """The scale along each axis that makes a box of size ``own`` (3,) fill ``wanted``, without much distortion."""
    ratios = np.maximum(wanted, 1e-3) / np.maximum(own, 1e-3)
    whole = float(np.exp(np.log(ratios).mean()))
    return Vector(whole * np.clip(ratios / whole, *_STRETCH))
