"""Shape keys of the body and its garments, which work without the extension."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.body_keys import ENDS
from blender_addon.avatar.anatomy.building import body_of
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions


def shown(obj: bpy.types.Object) -> np.ndarray:
    """(V, 3) the evaluated vertices."""
    bpy.context.view_layer.update()
    data = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    points = np.empty(3 * len(data.vertices), np.float32)
    data.vertices.foreach_get("co", points)
    return points.reshape(-1, 3)


def test_garments_follow_the_keys_of_the_body(woman: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = woman
    assert bpy.ops.atelier.add_body_keys() == {"FINISHED"}
    body, shirt = body_of(woman), worn_garments(woman)["t_shirt"]
    keys = body.data.shape_keys.key_blocks
    before = shown(body), shown(shirt)
    keys["Body: Heavier"].value = 1.0
    heavier = shown(body), shown(shirt)
    for now, then in zip(heavier, before, strict=True):
        assert np.ptp(now, axis=0)[1] > np.ptp(then, axis=0)[1] + 0.015, "deeper from front to back"
    driver = shirt.data.shape_keys.animation_data.drivers[0].driver
    assert driver.type == "AVERAGE", "an expression would need trust"
    assert bpy.ops.atelier.add_body_keys() == {"FINISHED"}
    assert len([key for key in keys if key.name.startswith("Body: ")]) == len(ENDS)


def test_exports_bake_the_keys_of_the_body(woman: bpy.types.Object, tmp_path: Path) -> None:
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.add_body_keys()
    body_of(woman).data.shape_keys.key_blocks["Body: Heavier"].value = 1.0
    depth = np.ptp(shown(body_of(woman)), axis=0)[1]
    run_to_end(export_job(bpy.context, tmp_path, ["web"], ExportOptions(lods=0)))
    (path,) = (tmp_path / "web").glob("SK_*.glb")
    data = path.read_bytes()
    model = json.loads(data[20 : 20 + struct.unpack("<I", data[12:16])[0]])
    meshes = {mesh["name"].rsplit("_", 1)[-1]: mesh for mesh in model["meshes"]}
    assert not any("Heavier" in name for name in meshes["Body"]["extras"]["targetNames"])
    assert "targets" not in meshes["Jeans"]["primitives"][0]
    box = [model["accessors"][part["attributes"]["POSITION"]] for part in meshes["Body"]["primitives"]]
    written = max(one["max"][2] for one in box) - min(one["min"][2] for one in box)
    assert written == pytest.approx(depth, abs=0.01)
