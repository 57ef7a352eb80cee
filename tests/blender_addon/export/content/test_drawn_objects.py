"""What has no mesh of its own is exported once, wherever it shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import bpy
import pytest

from blender_addon.export.content.scene import read_scene
from scripts.export_checks.scene.source import read_open_scene

from ..kinds.scene import link, node_group, plane, unlinked

pytestmark = pytest.mark.both_blenders


def test_curves_texts_surfaces_and_metaballs_show_once(clean_scene: bpy.types.Context) -> None:
    line = bpy.data.curves.new("Line", "CURVE")
    line.dimensions, line.bevel_depth = "3D", 0.1
    line.splines.new("POLY").points.add(1)
    line.splines[0].points[1].co = (1, 0, 0, 1)
    link("Line", line)
    link("Thick", line.copy(), (0, 2, 0)).modifiers.new("Solid", "SOLIDIFY")
    bpy.ops.surface.primitive_nurbs_surface_torus_add(location=(5, 0, 0))
    bpy.context.object.name = "Torus"
    bpy.ops.object.metaball_add(location=(10, 0, 0))
    bpy.context.object.name = "Ball"
    words = bpy.data.curves.new("Words", "FONT")
    words.body, words.extrude = "AB", 0.1
    kit = bpy.data.collections.new("Kit")
    unlinked(link("Words", words), kit)
    for x in (15, 20):
        empty = link(f"Place{x}", None, (x, 0, 0))
        empty.instance_type, empty.instance_collection = "COLLECTION", kit
    # Nodes that put a text on the four corners of a plane.
    letter = words.copy()
    letter.body = "X"
    tree, given, made = node_group(plane("Corners", (0, 20, 0)))
    put, info = tree.nodes.new("GeometryNodeInstanceOnPoints"), tree.nodes.new("GeometryNodeObjectInfo")
    info.inputs["Object"].default_value = link("Letter", letter, (0, 30, 0))
    info.inputs["As Instance"].default_value = True
    tree.links.new(given, put.inputs["Points"])
    tree.links.new(info.outputs["Geometry"], put.inputs["Instance"])
    tree.links.new(put.outputs["Instances"], made)
    bpy.context.view_layer.update()

    once = {"Line": 1, "Thick": 1, "Torus": 1, "Ball": 1, "Words": 2, "Letter": 5}
    shown = Counter(item.obj.name for item in read_scene(bpy.context).statics)
    assert shown - Counter(["Corners"]) == once
    assert Counter(item.name for item in read_open_scene(Path("scene.blend")).appearances) == once
