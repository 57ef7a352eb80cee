"""Where the tab's work is found outside of it, and what stands where a job runs."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest

from blender_addon.bridge.jobs import session_report
from blender_addon.bridge.object_labels import set_label
from blender_addon.bridge.state import views
from blender_addon.scene.labels.label_list import start_at_least_certain
from blender_addon.ui import menus, panel
from blender_addon.ui.panel import main_button
from blender_addon.ui.places import labels as scene

from .drawn import Drawn


def entries(context: bpy.types.Context, menu: str) -> Drawn:
    """What Atelier adds to one of Blender's menus."""
    drawn = Drawn()
    menus._PLACES[menu](SimpleNamespace(layout=drawn), context)
    return drawn


@pytest.mark.parametrize(
    ("menu", "operator"),
    [
        ("VIEW3D_MT_add", "atelier.generate_avatar"),
        ("VIEW3D_MT_mesh_add", "atelier.generate_avatar"),
        ("TOPBAR_MT_file_export", "atelier.export_as"),
        ("TOPBAR_MT_file_import", "atelier.import_avatar"),
    ],
)
def test_blenders_menus_have_it(clean_scene: bpy.types.Context, menu: str, operator: str) -> None:
    assert entries(clean_scene, menu).names == [operator]


def test_the_object_menu_has_all_of_it(clean_scene: bpy.types.Context) -> None:
    """Blender's search looks through menus, also at what is off just now."""
    assert entries(clean_scene, "VIEW3D_MT_object").menus == ["ATELIER_MT_all"]
    drawn = Drawn()
    menus.ATELIER_MT_all.draw(SimpleNamespace(layout=drawn), clean_scene)
    assert {"label_objects", "apply_labels", "edit_live", "export_as", "preflight", "generate_avatar"} <= {
        name.partition(".")[2] for name in drawn.names
    }
    assert all(hasattr(bpy.ops.atelier, name.partition(".")[2]) for name in drawn.names)


def test_a_right_click_offers_a_texture_only_to_bodies(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_uv_sphere_add()
    drawn = Drawn()
    menus.ATELIER_MT_object.draw(SimpleNamespace(layout=drawn), clean_scene)
    assert drawn.names == ["atelier.label_objects", "atelier.pick_label"]


def test_progress_stands_where_the_button_was(clean_scene: bpy.types.Context) -> None:
    state = clean_scene.window_manager.atelier_job
    try:
        state.running, state.operator, state.what, state.factor = True, "atelier.label_objects", "Labeling", 0.34
        state.seconds_left = 4.0
        drawn = Drawn()
        main_button(drawn, "atelier.label_objects").scope = "all"
        main_button(drawn, "atelier.preflight")
        assert drawn.bars == ["34%  4 s left  Labeling"]
        assert drawn.names == ["atelier.cancel_job", "atelier.preflight"]
    finally:
        for name in ("running", "operator", "what", "factor", "seconds_left"):
            state.property_unset(name)


def test_what_a_job_does_is_not_cut_for_the_time_it_takes(
    clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = clean_scene.window_manager.atelier_job
    monkeypatch.setattr(panel, "fits", lambda text, *_: len(text) < 30)
    try:
        state.running, state.operator, state.factor = True, "atelier.export_scene", 0.5
        state.what, state.seconds_left = "Web: Blender writes scene.glb", 12.0
        drawn = Drawn()
        main_button(drawn, "atelier.export_scene")
        assert drawn.bars == ["50%  Web: Blender writes scene.glb"]
    finally:
        for name in ("running", "operator", "what", "factor", "seconds_left"):
            state.property_unset(name)


def test_the_result_of_the_self_check_stays(registered_addon: None) -> None:
    results = [{"part": "Words", "works": True}]
    session_report.set_report({"self_check": results, "failed": 0})
    session_report.set_report({"objects": []})
    session_report.dismiss()
    assert session_report.self_check() == results


def test_textures_show_by_themselves_where_nothing_else_changes(clean_scene: bpy.types.Context) -> None:
    avatar = bpy.data.objects.new("Avatar", bpy.data.meshes.new("Avatar"))
    other = bpy.data.objects.new("Other", bpy.data.meshes.new("Other"))
    for obj in (avatar, other):
        clean_scene.collection.objects.link(obj)
        material = bpy.data.materials.new(obj.name)
        material.use_nodes = True
        obj.data.materials.append(material)
    spaces = [area.spaces.active for _, area, _ in views.views(clean_scene)]
    assert spaces
    for space in spaces:
        space.shading.type, space.shading.color_type = "SOLID", "MATERIAL"
    node = other.data.materials[0].node_tree.nodes.new("ShaderNodeTexImage")
    node.image = bpy.data.images.new("Wood", 8, 8)
    views.show_textures_where_harmless(clean_scene, avatar)
    assert all(views.shows_plain_colors(space) for space in spaces), "the wood would show"
    node.image = None
    views.show_textures_where_harmless(clean_scene, avatar)
    assert not any(views.shows_plain_colors(space) for space in spaces)
    for space in spaces:
        space.shading.color_type = "OBJECT"
    views.show_textures_where_harmless(clean_scene, avatar)
    assert {space.shading.color_type for space in spaces} == {"OBJECT"}, "what the artist chose stays"


def test_a_label_is_changed_only_for_the_active_object(
    clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list's row is a number: another object stands behind it when some come or go."""
    monkeypatch.setattr(scene, "is_narrow", lambda _: False)
    bpy.ops.mesh.primitive_cube_add()
    chair = clean_scene.object
    set_label(chair, "chair")
    clean_scene.scene.atelier["label_index"] = clean_scene.scene.objects.find(chair.name)
    assert "atelier.pick_label" in drawn_scene(clean_scene).names
    bpy.ops.mesh.primitive_cube_add()
    clean_scene.scene.atelier["label_index"] = clean_scene.scene.objects.find(chair.name)
    drawn = drawn_scene(clean_scene)
    assert "atelier.pick_label" not in drawn.names
    assert "Select a row to change its label" in drawn.texts
    start_at_least_certain(clean_scene.scene)
    assert "atelier.pick_label" in drawn_scene(clean_scene).names, "of the row that the list starts at"


def drawn_scene(context: bpy.types.Context) -> Drawn:
    drawn = Drawn()
    scene.ATELIER_PT_scene.draw(SimpleNamespace(layout=drawn), context)
    return drawn
