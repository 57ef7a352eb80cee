"""Which window's context a timer gets."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge.state.views import where_shown

pytestmark = pytest.mark.both_blenders


def test_a_timer_works_where_its_object_is_shown(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    cube, shown = clean_scene.object, clean_scene.window.scene
    other = bpy.data.scenes.new("Other")
    with clean_scene.temp_override(scene=other, view_layer=other.view_layers[0]):
        with where_shown(cube) as context:
            assert context.scene == shown
            assert cube in context.view_layer.objects.values()
        assert clean_scene.scene == other
        with where_shown(None) as context:
            assert context.scene == other
    elsewhere = bpy.data.objects.new("Elsewhere", None)
    other.collection.objects.link(elsewhere)
    with where_shown(elsewhere) as context:  # no window shows it
        assert context.scene == shown
