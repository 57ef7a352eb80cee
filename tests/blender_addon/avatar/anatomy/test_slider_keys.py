"""The main sliders as shape keys, for files that are opened without the add-on."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.building import body_of, eyes_of
from blender_addon.avatar.anatomy.slider_keys import KEYED, slider_name
from blender_addon.avatar.live.shaping import slider_property
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions
from tests.blender_addon.avatar.anatomical import person


def seen(obj: bpy.types.Object) -> np.ndarray:
    bpy.context.view_layer.update()
    return positions(obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data).copy()


@pytest.fixture
def woman(clean_scene: bpy.types.Context) -> bpy.types.Object:
    made = person(presentation=1, age=30, beard="none")
    bpy.context.view_layer.objects.active = made
    assert bpy.ops.atelier.add_slider_keys() == {"FINISHED"}
    return made


def test_a_property_moves_body_eyes_and_clothes(woman: bpy.types.Object, tmp_path: Path) -> None:
    keys = body_of(woman).data.shape_keys.key_blocks
    assert {f"atelier:{name}" for name in KEYED} <= set(keys.keys())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "woman.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "woman.blend"), use_scripts=False)
    woman = bpy.data.objects["Avatar"]
    shirt = worn_garments(woman)["t_shirt"]
    before = seen(body_of(woman)), seen(shirt)
    woman[slider_name("hips")] = 1.0
    woman[slider_name("waist")] = 1.0
    woman.update_tag()
    moved = [np.abs(now - then).max() for now, then in zip((seen(body_of(woman)), seen(shirt)), before, strict=True)]
    assert moved[0] > 0.005
    assert moved[1] > 0.003


def test_keys_go_where_the_sliders_go(woman: bpy.types.Object) -> None:
    """Half of the way, as the exact body has it, to a few millimeters; pressed again, nothing piles up."""
    body = body_of(woman)
    rest = seen(body)
    woman[slider_name("nose_length")] = 0.5
    woman.update_tag()
    by_key = seen(body) - rest
    woman[slider_name("nose_length")] = 0.0
    woman.update_tag()
    before = getattr(woman.atelier_body, slider_property("nose_length"))
    setattr(woman.atelier_body, slider_property("nose_length"), before + 0.5)
    exact = seen(body) - rest
    assert np.abs(exact).max() > 0.001
    assert np.abs(by_key).max() > 0.001
    assert np.abs(by_key - exact).max() < 0.004
    woman[slider_name("weight")] = 1.0
    woman.update_tag()
    heavier = seen(body) - rest
    assert np.ptp(seen(body), axis=0)[1] > np.ptp(rest, axis=0)[1] + 0.015, "deeper from front to back"
    woman[slider_name("weight")] = -1.0
    woman.update_tag()
    slimmer = seen(body) - rest
    assert np.abs(slimmer).max() > 0.02
    assert (heavier * slimmer).sum() < 0, "the other way"
    woman[slider_name("weight")] = 0.0
    names = [block.name for block in body.data.shape_keys.key_blocks]
    assert bpy.ops.atelier.add_slider_keys() == {"FINISHED"}
    assert sorted(block.name for block in body.data.shape_keys.key_blocks) == sorted(names)
    assert len(eyes_of(woman)) == 2


def test_exports_bring_the_shape_that_shows(woman: bpy.types.Object, tmp_path: Path) -> None:
    slim = np.ptp(seen(body_of(woman)), axis=0)[1]
    woman[slider_name("weight")] = 1.0
    woman.update_tag()
    depth = np.ptp(seen(body_of(woman)), axis=0)[1]
    assert depth > slim + 0.015
    run_to_end(export_job(bpy.context, tmp_path, ["web"], ExportOptions(lods=0)))
    (path,) = (tmp_path / "web").glob("SK_*.glb")
    data = path.read_bytes()
    model = json.loads(data[20 : 20 + struct.unpack("<I", data[12:16])[0]])
    meshes = {mesh["name"].rsplit("_", 1)[-1]: mesh for mesh in model["meshes"]}
    assert not any("weight" in name for name in meshes["Body"]["extras"]["targetNames"])
    assert "targets" not in meshes["Jeans"]["primitives"][0]
    boxes = [model["accessors"][part["attributes"]["POSITION"]] for part in meshes["Body"]["primitives"]]
    written = max(box["max"][2] for box in boxes) - min(box["min"][2] for box in boxes)
    assert written == pytest.approx(depth, abs=0.01)
