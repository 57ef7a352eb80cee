"""Shapes that follow something are told, in both Blenders, which keep the inputs of nodes in other places."""

from __future__ import annotations

import json

import bpy
import pytest

pytestmark = pytest.mark.both_blenders


def _nodes(obj: bpy.types.Object, goal: bpy.types.Object) -> None:
    """A modifier of geometry nodes one of whose inputs is an object."""
    tree = bpy.data.node_groups.new("Nodes", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    given = tree.interface.new_socket("Goal", in_out="INPUT", socket_type="NodeSocketObject")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    tree.links.new(tree.nodes.new("NodeGroupInput").outputs[0], tree.nodes.new("NodeGroupOutput").inputs[0])
    modifier = obj.modifiers.new("Nodes", "NODES")
    modifier.node_group = tree
    if hasattr(modifier, "properties"):
        getattr(modifier.properties.inputs, given.identifier).value = goal
    else:
        modifier[given.identifier] = goal


def _told(kind: str) -> list[str]:
    bpy.ops.atelier.preflight(targets={"web"})
    findings = json.loads(bpy.context.scene.atelier.last_report)["findings"]
    return [one["object"] for one in findings if one["kind"] == kind]


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.usefixtures("clean_scene")
def test_nodes_that_look_at_a_moving_object(moves: bool) -> None:
    bpy.ops.mesh.primitive_cube_add()
    shown = bpy.context.object
    goal = bpy.data.objects.new("Goal", None)
    bpy.context.scene.collection.objects.link(goal)
    for frame in (1, 10) if moves else ():
        goal.location.x = frame
        goal.keyframe_insert("location", frame=frame)
    _nodes(shown, goal)
    assert _told("shape_motion_stays") == ([shown.name] if moves else [])
