"""Every panel draws, in a wide and in a narrow sidebar, with words that Blender's layout takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from blender_addon.avatar.stored import store_traits
from ml_core.vocabulary.traits import AvatarTraits

from ..translations.test_registry import classes
from .drawn import Drawn

pytestmark = pytest.mark.both_blenders


class Sidebar:
    """The context of a panel, in a region of some width."""

    def __init__(self, width: int) -> None:
        self.region = SimpleNamespace(width=width)
        self.space_data = None
        self.preferences = SimpleNamespace(system=SimpleNamespace(ui_scale=1.0))  # 0 without a window

    def __getattr__(self, name: str) -> Any:
        return getattr(bpy.context, name)


def draw_all(width: int) -> set[str]:
    """Draw all panels that show in a sidebar; their operators."""
    context, operators = Sidebar(width), set()
    for panel in classes(bpy.types.Panel):
        if panel.bl_space_type != "VIEW_3D" or not getattr(panel, "poll", lambda _: True)(context):
            continue
        drawn, shown = Drawn(), {name: getattr(panel, name) for name in vars(panel) if name.startswith("_draw")}
        methods = {name: method.__get__(SimpleNamespace(layout=drawn)) for name, method in shown.items()}
        panel.draw(SimpleNamespace(layout=drawn, **methods), context)
        operators |= set(drawn.names)
    return operators


@pytest.mark.parametrize("width", [180, 320])
def test_every_panel_draws(clean_scene: bpy.types.Context, width: int) -> None:
    assert "atelier.generate_avatar" in draw_all(width)
    armature = bpy.data.objects.new("Vera", bpy.data.armatures.new("Vera"))
    clean_scene.collection.objects.link(armature)
    store_traits(armature, AvatarTraits(), 1)
    clean_scene.view_layer.objects.active = armature
    assert {"atelier.edit_live", "atelier.set_pose", "atelier.apply_texture"} <= draw_all(width)
    bpy.ops.mesh.primitive_cube_add()
    clean_scene.scene.atelier.description = "an elf with wings"
    clean_scene.scene.atelier.targets = {"unity", "web", "vrm"}
    bpy.ops.atelier.preflight(targets={"unity"})
    clean_scene.scene.atelier.finding_index = 0
    assert "atelier.export_scene" in draw_all(width)
