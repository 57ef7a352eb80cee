"""Sockets: the artist's empties come back in their places, whatever was done to the asset's pivot and scale."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job


@pytest.mark.parametrize("target", ["unity", "unreal", "web"])
def test_sockets_come_back_in_place(clean_scene: bpy.types.Context, tmp_path: Path, target: str) -> None:
    bpy.ops.mesh.primitive_monkey_add(location=(3, -2, 1), rotation=(0.3, 0.2, 1.1))
    monkey = bpy.context.object
    monkey.scale = (1.5, 1.5, 1.5)
    for name, wanted in (("SOCKET_Hat", None), ("Ear place", "Ear")):
        bpy.ops.object.empty_add(location=(3.2, -2.1, 2), rotation=(0.5, 0, 0.4))
        empty = bpy.context.object
        empty.name = name
        if wanted:
            empty["atelier_socket"] = wanted
        empty.parent = monkey
        empty.matrix_parent_inverse = monkey.matrix_world.inverted()
    bpy.context.view_layer.update()
    wanted = bpy.data.objects["SOCKET_Hat"].matrix_world.copy()
    run_to_end(export_job(clean_scene, tmp_path, [target]))
    layout = json.loads((tmp_path / target / "layout.json").read_text())["instances"][0]
    place = np.array(layout["matrix_world"])
    if target == "web":
        path = tmp_path / target / "scene.glb"
    else:
        path = tmp_path / target / "SM_Suzanne.fbx"
        entry = next(
            one
            for one in json.loads((tmp_path / target / "manifest.json").read_text())["files"]
            if one["path"] == path.name
        )
        assert [one["name"] for one in entry["sockets"]] == ["SOCKET_Ear", "SOCKET_Hat"]
        listed = place @ np.array(entry["sockets"][1]["matrix"])
        assert np.allclose(listed[:3, 3], wanted.translation, atol=1e-4)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if target == "web":
        bpy.ops.import_scene.gltf(filepath=str(path))
        place = np.eye(4)
    else:
        bpy.ops.wm.fbx_import(filepath=str(path))
    bpy.context.view_layer.update()
    assert {one.name for one in bpy.data.objects if one.type == "EMPTY"} >= {"SOCKET_Hat", "SOCKET_Ear"}
    found = place @ np.array(bpy.data.objects["SOCKET_Hat"].matrix_world)
    assert np.allclose(found[:3, 3], wanted.translation, atol=1e-3)
    if target == "unity":  # axes are baked into the data: an empty's own axes are Y up, as the mesh's are
        found = found @ np.array(Matrix.Rotation(np.radians(-90), 4, "X"))
    scale = np.linalg.norm(found[:3, :3], axis=0)
    assert np.allclose(scale, scale[0], rtol=1e-4)
    turn = found[:3, :3] / scale
    angle = np.degrees(np.arccos(np.clip((np.trace(turn.T @ np.array(wanted.normalized())[:3, :3]) - 1) / 2, -1, 1)))
    assert angle < 0.1
