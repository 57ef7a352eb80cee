"""Materials of garments: each cloth in its fabric, with small tiling textures, and in its color."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_linear
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.fabrics.texture import fabric_texture
from ml_core.geometry.garments.entry import Cloth
from ml_core.geometry.garments.garment import Garment

from ...bridge.jobs.steps import InThread, Progress, run_to_end
from ...bridge.mesh_arrays import mesh_data
from ..own_data import worn_image
from ..wardrobe.fitting import on_canvas
from ..wardrobe.objects import FABRIC_UV, GarmentInfo, garment_info, scale_fabric
from .images import png_of, store_png
from .materials import UNPAINTED_KEY, FabricMaps, fabric_material

GLASS = 0.35
"""Opacity of glass."""


_KEPT = 48
"""Pictures of fabrics that are remembered, of 0.2 MB at most."""

PUTTING_ON = Progress(1, 1, "Putting on the clothes")


def wear_fabric(obj: bpy.types.Object, color: str) -> None:
    """Puts its fabrics on a garment that has a mesh of its own: the main one in a color (sRGB hex), trims in theirs.

    The main one is the requested fabric; trims without a color are dyed like it.
    """
    run_to_end(wearing_fabric(obj, color))


def wearing_fabric(obj: bpy.types.Object, color: str) -> Generator[Progress | InThread, Any, None]:
    """As :func:`wear_fabric`, one fabric per step."""
    info = garment_info(obj)
    if info is None:
        return
    cut = on_canvas(info.name).garment
    while len(obj.data.materials) < len(cut.cloths):
        obj.data.materials.append(None)
    while len(obj.data.materials) > len(cut.cloths):
        obj.data.materials.pop()
    cloths = worn_cloths(cut, info.fabric)
    if FABRIC_UV in obj.data.uv_layers and obj.data.library is None:
        scale_fabric(mesh_data(obj), cut, cloths)
    for slot, cloth in enumerate(cloths):
        is_trim = cut.cloths[slot] != cut.piece.cloth
        material = yield from _material(obj, slot, cloth, (cloth.color or color) if is_trim else color, is_trim)
        obj.material_slots[slot].link = "DATA"
        obj.data.materials[slot] = material
        yield PUTTING_ON


def prepare_color(info: GarmentInfo, color: str) -> None:
    """Precomputes what :func:`wear_fabric` will show of a garment in a color (sRGB hex); may run in any thread."""
    cut = on_canvas(info.name).garment
    for slot, cloth in enumerate(worn_cloths(cut, info.fabric)):
        if FABRICS[cloth.fabric].relief:
            is_trim = cut.cloths[slot] != cut.piece.cloth
            _pictures(cloth, hex_to_srgb((cloth.color or color) if is_trim else color), ["BC"])


def worn_cloths(garment: Garment, fabric: str | None) -> tuple[Cloth, ...]:
    """The cloths of a garment, with another fabric as the main one."""
    if fabric is None:
        return garment.cloths
    own = garment.piece.cloth
    return tuple(
        replace(cloth, fabric=fabric, roughness=FABRICS[fabric].roughness) if cloth == own else cloth
        for cloth in garment.cloths
    )


def first_wearing(garments: Iterable[bpy.types.Object]) -> Generator[Progress | InThread, Any, None]:
    """Puts their own fabrics and colors on garments that have just been made, one fabric per step."""
    for obj in garments:
        info = garment_info(obj)
        if info is not None:
            yield InThread(lambda name=info.name: on_canvas(name))  # draped once in a session
            yield from wearing_fabric(obj, info.color or on_canvas(info.name).piece.color)


def _material(
    obj: bpy.types.Object, slot: int, cloth: Cloth, color: str, is_trim: bool
) -> Generator[Progress | InThread, Any, bpy.types.Material]:
    fabric = FABRICS[cloth.fabric]
    srgb = hex_to_srgb(color)
    maps = None
    if fabric.relief:
        worn = {kind: worn_image(obj, _role(slot, kind)) for kind in ("N", "R")}  # what a dye leaves as it is
        wanted = ["BC", *(kind for kind, image in worn.items() if image is None)]
        pictures = yield InThread(lambda: _pictures(cloth, srgb, wanted))
        for kind, png in pictures.items():
            worn[kind] = store_png(_role(slot, kind), png, color=kind == "BC", owner=obj)
        maps = FabricMaps(worn["BC"], worn["N"], worn["R"])
    opacity = GLASS if cloth.fabric == "glass" and sum(srgb) > 1.0 else 1.0
    material = fabric_material(obj, slot, FABRIC_UV, maps, srgb, cloth.roughness, fabric.metallic, opacity=opacity)
    if is_trim:
        material[UNPAINTED_KEY] = True
    return material


def _pictures(cloth: Cloth, srgb: NDArray[np.floating], wanted: list[str]) -> dict[str, bytes]:
    """Color, normals and roughness of a cloth as PNG files, by kind."""
    return {kind: _picture(cloth, tuple(srgb.tolist()), kind) for kind in wanted}


@lru_cache(maxsize=_KEPT)
def _picture(cloth: Cloth, srgb: tuple[float, float, float], kind: str) -> bytes:
    texture = fabric_texture(cloth.fabric)
    if kind == "BC":
        linear = tuple(srgb_to_linear(np.array(srgb)).tolist())
        return png_of(linear_to_srgb(texture.colored(linear)))
    if kind == "N":
        return png_of(0.5 + 0.5 * texture.normal)
    return png_of(np.clip(cloth.roughness + texture.roughness, 0.05, 1))


def _role(slot: int, kind: str) -> str:
    return f"Fabric{slot}_{kind}"
