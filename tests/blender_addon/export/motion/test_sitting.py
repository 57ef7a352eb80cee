"""What lays a skirt on the legs of somebody who sits is in the clips of an export, or a finding says that it is not."""

from __future__ import annotations

from math import radians
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon.avatar.wardrobe.sitting import SITTING
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from blender_addon.export.preflight import preflight
from tests.blender_addon.avatar.anatomical import person


def sit_down(armature: bpy.types.Object) -> None:
    """An action in which both thighs are raised to the horizontal from frame 1 to 10."""
    for frame, degrees in ((1, 0), (10, -88)):
        for name in ("leftUpperLeg", "rightUpperLeg"):
            bone = armature.pose.bones[name]
            rest = bone.bone.matrix_local.to_3x3()
            bone.rotation_mode = "QUATERNION"
            turn = rest.inverted() @ Matrix.Rotation(radians(degrees), 3, "X") @ rest
            bone.rotation_quaternion = turn.to_quaternion()
            bone.keyframe_insert("rotation_quaternion", frame=frame)


def test_clips_bring_the_key_of_a_skirt(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    woman = person(garments=["skirt", "t_shirt", "pumps"], presentation=1.0)
    kinds = [finding.kind for finding in preflight(bpy.context, ["unity"], ExportOptions(clips=True))]
    assert "keys_motion_stays" not in kinds
    sit_down(woman)
    bpy.context.scene.frame_set(10)  # the file rests as the avatar stands all the same
    kinds = [finding.kind for finding in preflight(bpy.context, ["unity"], ExportOptions(clips=True))]
    assert "keys_motion_stays" in kinds, "an FBX file has the key and not its curve"
    run_to_end(export_job(bpy.context, tmp_path, ["web"], ExportOptions(clips=True)))
    [path] = [path for path in (tmp_path / "web").rglob("*.glb") if read_json(path).get("skins")]
    model = read_json(path)
    [keyed] = [
        number
        for number, mesh in enumerate(model["meshes"])
        if SITTING in mesh.get("extras", {}).get("targetNames", ())
    ]
    assert model["meshes"][keyed].get("weights", [0.0]) == [0.0]
    node = next(number for number, one in enumerate(model["nodes"]) if one.get("mesh") == keyed)
    [sampler] = [
        clip["samplers"][channel["sampler"]]
        for clip in model["animations"]
        for channel in clip["channels"]
        if channel["target"] == {"node": node, "path": "weights"}
    ]
    values = floats_of(path, model, sampler["output"])
    assert values[0] == pytest.approx(0, abs=0.02)
    assert values[-1] == pytest.approx(1, abs=0.02)


def floats_of(path: Path, model: dict, accessor: int) -> np.ndarray:
    """The floats of an accessor of a GLB file."""
    about = model["accessors"][accessor]
    view = model["bufferViews"][about["bufferView"]]
    data = path.read_bytes()
    start = 20 + int.from_bytes(data[12:16], "little") + 8 + view.get("byteOffset", 0) + about.get("byteOffset", 0)
    return np.frombuffer(data, "<f4", about["count"], start)
