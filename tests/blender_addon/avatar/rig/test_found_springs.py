"""Characters of other makes whose bones are called anything: their joints are found, and their own chains swing."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon.avatar.rig.found_springs import FOUND_KEY, found_bones
from blender_addon.avatar.rig.moving import moving_body
from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.state.edit_mode import edited_bones
from blender_addon.bridge.vrm import FILE, JOINT_KEY, MARKS, STRUCTURE, rig_joints, vrm_data
from blender_addon.bridge.vrm.by_structure import bone_tree
from blender_addon.export.assets.avatars.skeleton import REQUIRED, humanoid_bones
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from ml_core.errors import InputError
from scripts.add_face_shapes import main
from scripts.check_export import check_target
from tests.blender_addon.avatar.rig.test_extra_bones import _READER

MESHES = (
    "scenes/kaykit_adventurers/Knight.glb",
    "scenes/kenney_animated_characters_1/characterMedium.fbx",
    "avatars/meshes/id13_casual_full.glb",
)


def rig_of(path: Path) -> bpy.types.Object:
    open_scene(path)
    return next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE")


def scrambled(rig: bpy.types.Object) -> dict[str, str]:
    """Calls all bones by letters that say nothing; what each was called before."""
    before = {}
    for number, bone in enumerate(rig.data.bones):
        before[f"qx{number * 7919 % 9973}"] = bone.name
        bone.name = f"qx{number * 7919 % 9973}"
    return before


@pytest.mark.parametrize("name", MESHES)
def test_joints_are_found_without_names(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path, name: str
) -> None:
    rig = rig_of(data_dir / name)
    by_name = humanoid_bones(rig)
    before = scrambled(rig)
    found = rig_joints(rig)
    assert (found.source, found.reason) == (STRUCTURE, "")
    assert 0.35 < found.confidence < 1
    assert {joint: before[bone] for joint, bone in humanoid_bones(rig).items()} == by_name
    bodies = moving_body(rig)[1]
    assert set(REQUIRED) <= bodies.keys(), "motions go by the same joints"


def test_what_is_no_humanoid_says_so(clean_scene: bpy.types.Context) -> None:
    bpy.ops.object.armature_add()
    rig = bpy.context.object
    with edited_bones(bpy.context.view_layer, rig) as bones:
        for number in range(12):
            bone = bones.new(f"b{number}")
            bone.head, bone.tail = (0, 0, number), (0, 0, number + 1)
    assert rig_joints(rig).joints == {}
    with pytest.raises(RuntimeError, match="no two mirrored chains of bones reach the ground"):
        bpy.ops.atelier.add_springs()


def test_an_artists_mark_takes_precedence(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    rig = rig_of(data_dir / MESHES[0])
    scrambled(rig)
    joints = rig_joints(rig).joints
    spine, chest = joints["spine"], joints["chest"]
    rig.data.bones[spine][JOINT_KEY] = "chest"
    rig.data.bones[chest][JOINT_KEY] = "no such joint"
    assert rig_joints(rig).joints["chest"] == spine
    assert "spine" not in rig_joints(rig).joints


def test_joints_are_noted_and_set_by_hand(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    rig = rig_of(data_dir / MESHES[0])
    scrambled(rig)
    bpy.context.view_layer.objects.active = rig
    joints = dict(rig_joints(rig).joints)
    assert bpy.ops.atelier.find_joints() == {"FINISHED"}
    report = json.loads(bpy.context.scene.atelier.last_report)
    assert (report["joints"], report["source"]) == (joints, STRUCTURE)
    assert (rig_joints(rig).source, rig_joints(rig).joints) == (MARKS, joints)
    hand = joints["leftHand"]
    finger = rig.data.bones[hand].children[0].name
    assert bpy.ops.atelier.set_joint(joint="leftHand", bone=finger) == {"FINISHED"}
    assert rig_joints(rig).joints["leftHand"] == finger
    assert bpy.ops.atelier.set_joint(joint="", bone=finger) == {"FINISHED"}
    assert JOINT_KEY not in rig.data.bones[finger]
    named = rig_of(data_dir / MESHES[1])
    bpy.context.view_layer.objects.active = named
    before = humanoid_bones(named)
    assert bpy.ops.atelier.find_joints() == {"FINISHED"}
    assert (rig_joints(named).source, humanoid_bones(named)) == (MARKS, before), "thumbs are counted as before"
    with pytest.raises(RuntimeError, match="is not a joint of a humanoid"):
        bpy.ops.atelier.set_joint(joint="leftWing", bone=before["leftHand"])
    with pytest.raises(RuntimeError, match="has no bone 'none'"):
        bpy.ops.atelier.set_joint(joint="leftHand", bone="none")


def test_a_script_lets_chains_swing(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rig = rig_of(data_dir / MESHES[0])
    costumed(rig)
    scrambled(rig)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "knight.blend"))
    out = tmp_path / "out.blend"
    assert main([str(tmp_path / "knight.blend"), "--springs", "--no-shapes", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    facts = json.loads(printed[printed.index("{\n") :])
    assert (facts["springs"]["chains"], facts["joints"]["by"]) == (11, STRUCTURE)
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert len(vrm_data(bpy.data.objects["Rig"]).blocks["springs"]) == 11
    with pytest.raises(InputError, match="adds nothing"):
        main([str(out), "--no-shapes", "--out", str(tmp_path / "again.blend")])


def hang(rig: bpy.types.Object, parent: str, name: str, places: Sequence[Vector]) -> None:
    """A chain of bones through places of the world, with a strip of mesh that it moves."""
    inverse = rig.matrix_world.inverted()
    with edited_bones(bpy.context.view_layer, rig) as bones:
        above = bones[parent]
        for number in range(len(places) - 1):
            bone = bones.new(f"{name}{number}")
            bone.head, bone.tail = inverse @ places[number], inverse @ places[number + 1]
            bone.parent = above
            above = bone
    mesh = bpy.data.meshes.new(name)
    side = 0.02 * Vector((1, 0, 0)) if abs((places[-1] - places[0]).x) < 0.5 else Vector((0, 0.02, 0))
    rows = [place + sign * side for place in places for sign in (-1, 1)]
    quads = [(2 * n, 2 * n + 1, 2 * n + 3, 2 * n + 2) for n in range(len(places) - 1)]
    mesh.from_pydata([tuple(row) for row in rows], [], quads)
    mesh.uv_layers.new()
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(obj)
    obj.parent = rig
    obj.matrix_parent_inverse = inverse
    for number in range(len(places) - 1):
        group = obj.vertex_groups.new(name=f"{name}{number}")
        rows_of = [2 * number, 2 * number + 1] + ([2 * number + 2, 2 * number + 3] if number == len(places) - 2 else [])
        group.add(rows_of, 1.0, "REPLACE")
    obj.modifiers.new("Armature", "ARMATURE").object = rig


def costumed(rig: bpy.types.Object) -> dict[str, int]:
    """Hair, ears, a tail, a skirt, and a cape on a character that faces -Y; how many chains of each."""
    joints, world = rig_joints(rig).joints, rig.matrix_world
    at = {joint: world @ rig.data.bones[bone].head_local for joint, bone in joints.items()}
    size = (at["head"] - at["leftFoot"]).z

    def way(start: Vector, *steps: tuple[float, float, float]) -> list[Vector]:
        places = [start]
        for step in steps:
            places.append(places[-1] + size * Vector(step))
        return places

    head, hips, chest = at["head"], at["hips"], at[next(j for j in ("upperChest", "chest", "spine") if j in at)]
    top = max((world @ Vector(point)).z for point in bone_tree(rig).points.tolist())
    hang(rig, joints["head"], "zza", way(Vector((head.x, head.y + 0.14 * size, top)), *[(0, 0.06, -0.1)] * 3))
    for sign in (-1, 1):
        ear = Vector((head.x + sign * 0.08 * size, head.y, top - 0.02 * size))
        hang(rig, joints["head"], f"zzb{sign}", way(ear, (0, 0, 0.06), (0, 0, 0.06)))
    hang(rig, joints["hips"], "zzc", way(hips + Vector((0, 0.1 * size, 0)), *[(0, 0.12, -0.03)] * 4))
    for number, angle in enumerate(np.arange(6) * np.pi / 3 + 0.3):
        out = Vector((np.sin(angle), np.cos(angle), 0))
        hang(rig, joints["hips"], f"zzd{number}",
             way(hips + 0.17 * size * out, *[(0.05 * out.x, 0.05 * out.y, -0.12)] * 3))  # fmt: skip
    hang(rig, joints[next(j for j in ("upperChest", "chest", "spine") if j in at)], "zze",
         way(chest + Vector((0.02 * size, 0.13 * size, 0.1 * size)), *[(0, 0.03, -0.14)] * 4))  # fmt: skip
    bpy.context.view_layer.update()
    return {"Hair": 1, "Ears": 2, "Tail": 1, "Skirt": 6, "Cloth": 1}


@pytest.mark.slow
@pytest.mark.parametrize("name", MESHES)
def test_own_chains_swing_and_go_into_the_file(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path, name: str
) -> None:
    rig = rig_of(data_dir / name)
    kinds = costumed(rig)
    scrambled(rig)
    bones = {bone.name for bone in rig.data.bones}
    bpy.context.view_layer.objects.active = rig
    assert bpy.ops.atelier.add_springs() == {"FINISHED"}
    report = json.loads(bpy.context.scene.atelier.last_report)
    assert (report["kinds"], report["chains"], report["bones"]) == (kinds, 11, 3 + 2 * 2 + 4 + 6 * 3 + 4)
    assert report["colliders"] > 5
    assert {bone.name for bone in rig.data.bones} == bones, "no bone is added"
    assert len(found_bones(rig)) == report["bones"]
    with pytest.raises(RuntimeError, match="physics goes on"):
        bpy.ops.atelier.add_springs(physics=True)

    run_to_end(export_job(bpy.context, tmp_path, ["vrm"], ExportOptions(lods=0)))
    assert bpy.ops.atelier.remove_springs() == {"FINISHED"}
    assert {bone.name for bone in rig.data.bones} == bones
    assert not any(FOUND_KEY in bone for bone in rig.data.bones)
    assert vrm_data(rig) is None

    (path,) = (tmp_path / "vrm").glob("*.vrm")
    assert list(check_target(tmp_path / "vrm")) == []
    document = read_json(path)
    said, vrm = document["extensions"]["VRMC_springBone"], document["extensions"]["VRMC_vrm"]
    assert len(said["springs"]) == 11
    assert set(REQUIRED) <= vrm["humanoid"]["humanBones"].keys()
    assert ("lookAt" in vrm) == (name == MESHES[2]), "eyes were found by their skin alone"
    height = _height(document)
    assert all(0.002 * height < joint["hitRadius"] < 0.02 * height for s in said["springs"] for joint in s["joints"])
    for collider in said["colliders"]:
        (shape,) = collider["shape"].values()
        assert 0.005 * height < shape["radius"] < 0.4 * height
    if importlib.util.find_spec("io_scene_vrm") is not None:
        run = subprocess.run([sys.executable, "-c", _READER, str(path)], capture_output=True, text=True, timeout=300)
        (line,) = [one for one in run.stdout.splitlines() if one.startswith("SAID ")]
        read = json.loads(line.removeprefix("SAID "))
        assert sum(len(joints) - 1 for joints in read["springs"]) == report["bones"]
        assert len(read["colliders"]) == report["colliders"]

    open_scene(path)  # a file of its own: its springs are kept
    rig = next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE")
    assert rig_joints(rig).source == FILE
    before = vrm_data(rig).blocks["springs"]
    bpy.context.view_layer.objects.active = rig
    assert bpy.ops.atelier.add_springs() == {"FINISHED"}
    assert json.loads(bpy.context.scene.atelier.last_report)["kept"] == 11
    assert bpy.ops.atelier.remove_springs() == {"FINISHED"}
    assert vrm_data(rig).blocks["springs"] == before


def _height(document: dict) -> float:
    accessors, meshes = document["accessors"], document["meshes"]
    places = [accessors[part["attributes"]["POSITION"]] for mesh in meshes for part in mesh["primitives"]]
    return max(place["max"][1] for place in places) - min(place["min"][1] for place in places)
