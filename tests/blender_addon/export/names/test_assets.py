"""Engine names: plain, unique, and short enough for what is called after them in every Blender."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.names.assets import MAX_NAME, Namer, identifiers


def test_long_names_are_shortened_and_stay_apart() -> None:
    namer = Namer()
    names = [namer.name("L" * 255 + end, "SM_") for end in ("x", "y", "x", "_col")]
    assert len(set(names)) == 4
    assert all(len(name) <= MAX_NAME and name.startswith("SM_L") for name in names)
    hint = namer.name("wall" * 10 + "_col", "SM_")  # an ending that Godot takes for a hint
    assert hint.endswith("_asset")
    assert len(hint) <= MAX_NAME


@pytest.mark.both_blenders
def test_things_with_the_longest_names_are_exported(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    for number in range(2):
        bpy.ops.mesh.primitive_cube_add(location=(3 * number, 0, 0), size=1 + number)
        obj = bpy.context.object
        obj.name = "Long" * 64
        obj.data.vertices[0].co.z += number  # another shape, so another asset
        material = bpy.data.materials.new("木" * 85 if number else "M" * 255)
        material.use_nodes = True
        picture = bpy.data.images.new("I" * 255, 8, 8)
        picture.pack()
        node = material.node_tree.nodes.new("ShaderNodeTexImage")
        node.image = picture
        shader = next(one for one in material.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
        material.node_tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
        obj.data.materials.append(material)
    before = sorted(one.name for one in bpy.data.objects)
    targets = run_to_end(export_job(clean_scene, tmp_path, ["unity", "unreal", "web", "usd"]))["targets"]
    assert [facts.get("error") for facts in targets.values()] == [None] * 4
    assert sorted(one.name for one in bpy.data.objects) == before
    for target in ("unity", "unreal"):
        files = json.loads((tmp_path / target / "manifest.json").read_text())["files"]
        models = [entry for entry in files if entry["kind"] == "static"]
        assert sorted(name for entry in models for name in entry["source"]) == before
        assert all(len(Path(entry["path"]).name) < 64 for entry in files)


def test_identifiers_are_what_usd_writes_and_each_once() -> None:
    given = ["Smile", "smile", 'a"b', "a]b", "2 teeth", "口", "Mund offen", ""]
    assert identifiers(given) == ["Smile", "smile", "a_b", "a_b_2", "_2_teeth", "口", "Mund_offen", "_"]
