"""Analyzes a mesh's UVs: material slots, UDIM tiles, and layouts on which nothing can be painted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.surface import chart_corner_uv
from ml_core.geometry.humanoid.fit import CHART_NAMES, BodyFit
from ml_core.geometry.humanoid.frames import SheetFrame

from ...bridge.data.stored_values import stored_flag
from ..body.humanoid import Humanoid, vertex_normals
from .materials import UNPAINTED_KEY

ATLAS_UV = "AtelierUV"
"""The UV map that is added where the mesh's own cannot be painted on."""

FIRST_TILE = 1001
LEAST_COVER, MOST_OVERLAP = 0.04, 3.0
"""Share of the image that the faces must cover, and how many faces may share a place: two on mirrored halves."""


@dataclass(frozen=True)
class PaintedPart:
    """The faces of a mesh that share one set of images: a material slot, and a UDIM tile (0 for a plain image)."""

    slot: int
    tile: int
    suffix: str
    skin: Humanoid


def painted_parts(obj: bpy.types.Object, skin: Humanoid) -> list[PaintedPart]:
    """Each material slot and UDIM tile that has faces to paint, with its UVs moved to 0..1."""
    tile = np.floor(skin.corner_uv.mean(axis=1) + 1e-6).astype(int)
    udim = _is_udim(obj, tile)
    skin = replace(skin, corner_uv=(skin.corner_uv - tile[:, None]).astype(np.float32))
    numbers = FIRST_TILE + tile[:, 0] + 10 * tile[:, 1] if udim else np.zeros(len(tile), int)
    kept = {
        number
        for number, item in enumerate(obj.material_slots)
        if item.material is not None and stored_flag(item.material, UNPAINTED_KEY)
    }
    slots = sorted(set(skin.slots.tolist()) - kept)
    parts = []
    for slot in slots:
        suffix = f"_{slot}" if len(slots) > 1 else ""
        for number in sorted(set(numbers[skin.slots == slot].tolist())):
            chosen = (skin.slots == slot) & (numbers == number)
            parts.append(PaintedPart(slot, number, suffix, _with_triangles(skin, chosen)))
    return parts


def _is_udim(obj: bpy.types.Object, tile: NDArray) -> bool:
    """Whether UVs beyond 0..1 refer to other images; else they repeat the same image, as with halves offset by 1.

    Real tiles have faces of their own; materials with plain images rule tiles out.
    """
    if not tile.any() or tile.min() < 0 or tile[:, 0].max() > 9:
        return False
    images = [
        node.image
        for material in (slot.material for slot in obj.material_slots)
        if material is not None and material.node_tree is not None and not stored_flag(material, UNPAINTED_KEY)
        for node in material.node_tree.nodes
        if node.type == "TEX_IMAGE" and node.image is not None
    ]
    return not images or any(image.source == "TILED" for image in images)


def _with_triangles(skin: Humanoid, chosen: NDArray[np.bool_]) -> Humanoid:
    return replace(skin, triangles=skin.triangles[chosen], corner_uv=skin.corner_uv[chosen], slots=skin.slots[chosen])


def is_paintable(skin: Humanoid, all_uv: NDArray[np.floating]) -> bool:
    """Whether faces have separate areas in the UVs; in palettes and stacked islands they do not.

    Args:
        all_uv: (T, 3, 2) of all parts of the body, which may share one layout.
    """
    own, together = _piles(skin.corner_uv), _piles(all_uv)
    if _piled_share(own) > 0.5:
        return False
    return bool(np.minimum(own, 1).mean() > LEAST_COVER or _piled_share(together) < 0.5)


def _piles(corner_uv: NDArray[np.floating], cells: int = 64) -> NDArray[np.float64]:
    """(cells * cells,) how many times faces cover each cell of the UV square."""
    uv = corner_uv - np.floor(corner_uv.mean(axis=1, keepdims=True) + 1e-6)
    edge1, edge2 = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    area = 0.5 * np.abs(edge1[:, 0] * edge2[:, 1] - edge1[:, 1] * edge2[:, 0])
    place = np.clip((uv.mean(axis=1) * cells).astype(int), 0, cells - 1)
    return np.bincount(place[:, 1] * cells + place[:, 0], area, cells * cells) * float(cells * cells)


def _piled_share(piles: NDArray[np.float64]) -> float:
    return float(piles[piles > MOST_OVERLAP].sum() / max(piles.sum(), 1e-9))


def use_atlas_uv(obj: bpy.types.Object, skin: Humanoid, fit: BodyFit) -> Humanoid:
    """Gives the mesh a second UV map, in the atlas; its own UV maps stay. Returns the mesh, read again."""
    uv = atlas_corner_uv(skin, fit).astype(np.float32)
    mesh = obj.data
    layer = mesh.uv_layers.get(ATLAS_UV) or mesh.uv_layers.new(name=ATLAS_UV, do_init=False)
    loops = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", loops)
    flat = np.zeros((len(mesh.loops), 2), np.float32)
    flat[loops] = uv.reshape(-1, 2)
    layer.data.foreach_set("uv", flat.ravel())
    layer.active = layer.active_render = True
    return replace(skin, corner_uv=uv)


def atlas_corner_uv(skin: Humanoid, fit: BodyFit) -> NDArray[np.float64]:
    """(T, 3, 2) atlas uv of each triangle in the chart that contains most of it."""
    corners = skin.vertices[skin.triangles]
    normals = vertex_normals(skin.vertices, skin.triangles)[skin.triangles].mean(axis=1)
    weights = fit.chart_weights(skin.part_weights[skin.triangles].mean(axis=1), normals)
    best = weights.argmax(axis=1)
    uv = np.zeros((len(corners), 3, 2))
    for index, name in enumerate(CHART_NAMES):
        chosen = best == index
        if not chosen.any():
            continue
        chart = CHARTS[name]
        low = np.array([chart.x, 32 - chart.y - chart.height]) / 32 + 0.002
        high = np.array([chart.x + chart.width, 32 - chart.y]) / 32 - 0.002
        placed = chart_corner_uv(fit, chart, corners[chosen])
        if not isinstance(fit.frames[chart.part], SheetFrame):
            # A face over the seam at the back lies on the side where most of it is.
            middle = placed[..., 0].mean(axis=1)
            width = chart.width / 32
            placed[..., 0] -= (np.floor((middle - chart.x / 32) / width) * width)[:, None]
        uv[chosen] = np.clip(placed, low, high)
    return uv
