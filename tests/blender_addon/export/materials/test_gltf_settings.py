"""What Blender's glTF exporter reads of its own group of settings: kept by Blenders that write it, else told."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.gltf import writes_extension
from blender_addon.export.options import ExportOptions

from ..kinds.scene import Files, Paint, cube

pytestmark = pytest.mark.both_blenders


@pytest.mark.parametrize(
    ("extension", "settings", "shader"),
    [
        ("dispersion", {"Dispersion": 0.4, "Thickness": 0.2}, {"Transmission_Weight": 1.0}),
        ("iridescence", {"Iridescence Factor": 0.5}, {"Thin_Film_Thickness": 450.0}),
    ],
)
def test_settings_of_gltf_are_kept_or_told(
    extension: str, settings: dict[str, float], shader: dict[str, float], clean_scene: bpy.types.Context, tmp_path: Path
) -> None:
    paint = Paint("Film", cube("Box"), **shader)
    tree = bpy.data.node_groups.new("glTF Material Output", "ShaderNodeTree")
    for name in ("Occlusion", *settings, "Iridescence Thickness Minimum"):
        tree.interface.new_socket(name, socket_type="NodeSocketFloat")
    group = paint.node("Group")
    group.node_tree = tree
    for name, value in settings.items():
        group.inputs[name].default_value = value
    bpy.ops.atelier.preflight(targets={"web", "unity"})
    findings = json.loads(clean_scene.scene.atelier.last_report)["findings"]
    told = {
        target: " ".join(one["what"] for one in findings if one["kind"] == "shading_stays" and target in one["targets"])
        for target in ("web", "unity")
    }
    run_to_end(export_job(clean_scene, tmp_path, ["web"], ExportOptions(lods=0, colliders="none")))
    written = Files(tmp_path / "web", []).one("materials", "M_Film").get("extensions", {})
    name = next(iter(settings))
    assert name in told["unity"]
    assert (f"KHR_materials_{extension}" in written) == writes_extension(extension)
    assert (name in told["web"]) != writes_extension(extension)
