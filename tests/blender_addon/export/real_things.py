"""Real things for the tests of exported geometry."""

from __future__ import annotations

from pathlib import Path

import bpy

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.assets.static import StaticAsset, collect_assets
from blender_addon.export.content.scene import read_scene
from blender_addon.export.names.assets import Namer

REAL = (
    "kaykit_furniture_bits/couch_pillows.gltf",
    "kaykit_furniture_bits/chair_A.gltf",
    "blendswap_cc0/barrel/barrel.obj",
    "blendswap_cc0/antiqueChair/antiqueChair.obj",
)


def collected() -> list[StaticAsset]:
    """The assets of the open scene."""
    return run_to_end(collect_assets(bpy.context, read_scene(bpy.context), Namer())).assets


def largest(path: Path) -> StaticAsset:
    """The asset of most triangles in a scene file."""
    open_scene(path)
    return max(collected(), key=lambda asset: len(asset.mesh.polygons))
