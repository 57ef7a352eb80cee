"""Custom properties and settings that a file holds in another type or out of range are as if they were not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.avatar import stored
from blender_addon.avatar.body.earlier_body import SLIDERS, face_of, has_sliders, slider_property, slider_values_of
from blender_addon.avatar.body.eyes import IRIS_KEY, iris_angle
from blender_addon.avatar.body.hair import hair_change, hair_of, wears_hair
from blender_addon.avatar.body.humanoid import HAIR_KEY, LANDMARK_KEY, placed_landmarks
from blender_addon.avatar.generating import humanoid, other_avatar
from blender_addon.avatar.live import editing as live
from blender_addon.avatar.rig.clips import CLIP_KEY
from blender_addon.avatar.rig.control_rig import (
    CONTROL_KEY,
    LOOSED_KEY,
    SCRIPT_KEY,
    control_rig_of,
    controlled_by,
    remove_control_rig,
)
from blender_addon.avatar.surface.layer_settings import avatar_of, new_layer, show_layers
from blender_addon.avatar.surface.layers import LAYERS_KEY, layers_of
from blender_addon.avatar.surface.materials import UNPAINTED_KEY
from blender_addon.avatar.surface.texture_options import KEY as OPTIONS_KEY
from blender_addon.avatar.surface.texture_options import TextureOptions
from blender_addon.bridge.data import stored_values
from blender_addon.bridge.data.part_of import bring_parts_up_to_date, set_part
from blender_addon.bridge.data.stored_values import setting
from blender_addon.bridge.object_labels import object_label, parts_of, roots, set_label, stands_for
from blender_addon.export.assets.sockets import SOCKET_KEY, socket_empties, sockets_of
from blender_addon.export.delivery.provenance import provenance
from blender_addon.export.materials.reading import NAME_KEY, read_material
from blender_addon.properties.export import to_options
from blender_addon.ui.panel import AtelierPanel
from ml_core.inference.textures.layer_kinds import LAYER_KINDS

KEYS = [
    stored.TRAITS_KEY, stored.SEED_KEY, stored.VERSION_KEY, LAYERS_KEY, OPTIONS_KEY, HAIR_KEY, "atelier_shape",
    CONTROL_KEY, LOOSED_KEY, SCRIPT_KEY, IRIS_KEY, CLIP_KEY, LANDMARK_KEY, UNPAINTED_KEY, NAME_KEY, SOCKET_KEY,
    slider_property(SLIDERS[0]), "atelier_label", "atelier_confidence", "atelier_ranking", "atelier_part_of",
    "atelier_labeled_by_hand", "atelier_collider", "atelier_owner", "atelier_group",
    "atelier_id", "atelier_part_place",
]  # fmt: skip


def hostile_values() -> list[Any]:
    deep = "[" * 5000
    return [
        -7, 2**31 - 1, float("nan"), float("inf"), -1e30, True, "", "x" * 200_000, deep, "[]", '[[1, {}], ["a"]]',
        '{"style": [], "color": 7, "seed": -1}', '{"seed": 1e999}', "\udcff", b"\xff\x00", [1, 2], ["a", "b"], {},
        {"a": {"b": 1}}, bpy.data.objects["Cube"], bpy.data.objects["Armature"], bpy.data.meshes["Cube"],
        bpy.context.scene,
    ]  # fmt: skip


class Drawn:
    """The context with a region and a scale of the interface, which there are none of in background."""

    region = SimpleNamespace(width=300)
    preferences = SimpleNamespace(system=SimpleNamespace(ui_scale=1.0), addons={})

    def __getattr__(self, name: str) -> Any:
        return getattr(bpy.context, name)


class Layout:
    """Takes every call of a panel."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **texts: Layout()


def draw_all() -> None:
    """Draw every panel of ours, as far as its poll allows."""
    context = Drawn()
    for panel in AtelierPanel.__subclasses__():
        if not hasattr(panel, "poll") or panel.poll(context):
            members = {name: one for base in panel.__mro__ for name, one in vars(base).items() if callable(one)}
            fake = SimpleNamespace(layout=Layout(), bl_idname="")
            for name, one in members.items():
                if name.startswith(("draw", "_draw")):
                    setattr(fake, name, lambda *args, one=one, fake=fake: one(fake, *args))
            fake.draw(context)


@pytest.fixture
def scene(clean_scene: bpy.types.Context) -> bpy.types.Context:
    """An avatar of an armature, a mesh and an empty, with a material and an action, and a landmark."""
    bpy.ops.object.armature_add()
    armature = bpy.context.object
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    cube.parent = armature
    cube.data.materials.append(bpy.data.materials.new("Skin"))
    empty = bpy.data.objects.new("Empty", None)
    clean_scene.collection.objects.link(empty)
    empty.parent = cube
    bpy.data.actions.new("Act")
    clean_scene.view_layer.objects.active = armature
    armature[stored.TRAITS_KEY] = json.dumps({"height": 1.8})
    set_label(cube, "chair")
    set_part(empty, cube)
    return clean_scene


def read_everything(context: bpy.types.Context) -> None:
    armature, cube, empty = (bpy.data.objects[name] for name in ("Armature", "Cube", "Empty"))
    for obj in (armature, cube, empty):
        stored.stored_traits(obj)
        stored.is_outdated(obj)
        avatar_of(obj)
        layers_of(obj)
        TextureOptions.of(obj)
        humanoid(obj)
        controlled_by(obj)
        iris_angle(obj)
        object_label(obj)
        roots(obj)
        stands_for(obj)
        parts_of(obj, context.scene)
    other_avatar(context)
    new_layer(armature, "scar")
    show_layers(armature)
    has_sliders(armature)
    face_of(armature)
    wears_hair(armature)
    hair_of(armature)
    hair_change(context, armature, [])
    slider_values_of(armature)
    control_rig_of(armature)
    placed_landmarks(cube, np.eye(4))
    provenance([armature, cube, empty])
    sockets_of(cube, cube.matrix_world, socket_empties(bpy.data.objects))
    read_material(bpy.data.materials["Skin"])
    stored.bring_up_to_date(bpy.data.objects)
    bring_parts_up_to_date()
    live.after_undo()
    draw_all()


@pytest.mark.parametrize("key", KEYS)
def test_no_reader_panel_or_handler_raises_for_any_value(scene: bpy.types.Context, key: str) -> None:
    owners = [*bpy.data.objects, *bpy.data.materials, *bpy.data.actions, *bpy.data.meshes]
    for value in hostile_values():
        for owner in owners:
            with suppress(TypeError, ValueError, UnicodeEncodeError):  # what Blender itself does not take
                owner[key] = value
        read_everything(scene)


def test_each_reader_takes_its_own_type_alone(scene: bpy.types.Context) -> None:
    cube = bpy.data.objects["Cube"]
    readers: dict[str, Callable[[], Any]] = {
        "text": lambda: stored_values.stored_text(cube, "k", "absent", longest=10),
        "number": lambda: stored_values.stored_number(cube, "k", -1, 0, 10),
        "whole": lambda: stored_values.stored_whole(cube, "k", -1, 0, 10),
        "flag": lambda: stored_values.stored_flag(cube, "k"),
        "object": lambda: stored_values.stored_object(cube, "k", ("ARMATURE",)),
        "texts": lambda: stored_values.stored_texts(cube, "k"),
    }
    absent = {"text": "absent", "number": -1, "whole": -1, "flag": False, "object": None, "texts": []}
    armature = bpy.data.objects["Armature"]
    good = [
        ("ten", {"text": "ten"}), ("more than ten", {}), (7, {"number": 7, "whole": 7, "flag": True}),
        (2.5, {"number": 2.5}), (4.0, {"number": 4.0, "whole": 4}), (11, {"flag": True}), (True, {"flag": True}),
        (0, {"number": 0, "whole": 0}), (float("nan"), {}), (armature, {"object": armature}), (cube, {}),
        (["a", "b"], {"texts": ["a", "b"]}), ([1, 2], {}), (b"ten", {}), ({"ten": 1}, {}),
    ]  # fmt: skip
    for value, expected in good:
        cube["k"] = value
        assert {name: read() for name, read in readers.items()} == absent | expected, value
    del cube["k"]
    assert {name: read() for name, read in readers.items()} == absent


def test_a_forged_control_rig_is_not_removed(scene: bpy.types.Context) -> None:
    armature, cube = bpy.data.objects["Armature"], bpy.data.objects["Cube"]
    for pointed in (cube, armature, bpy.data.meshes["Cube"]):
        armature[CONTROL_KEY] = pointed
        assert control_rig_of(armature) is None
        remove_control_rig(scene, armature)
    assert {"Armature", "Cube"} <= set(bpy.data.objects.keys())


def test_damaged_layers_are_left_out(scene: bpy.types.Context) -> None:
    armature = bpy.data.objects["Armature"]
    armature[LAYERS_KEY] = json.dumps(
        [{"kind": "scar"}, {"kind": []}, 7, {"kind": "scar", "size": -1}, {"kind": "dirt"}]
    )
    assert [layer.kind for layer in layers_of(armature)] == ["scar", "dirt"]


def test_settings_out_of_their_range(scene: bpy.types.Context, tmp_path: Path) -> None:
    """Stored by the raw values that a file can hold; newer Blenders keep them out of Python's reach."""
    settings = scene.scene.atelier
    if bpy.app.version >= (5, 0):
        pytest.skip("registered properties are not custom properties any more")
    settings["texture_size"], settings["seed"], settings["label_scope"] = 99, -5, 77
    settings.export["colliders"], settings.export["lods"], settings.export["texture_budget"] = -3, 10**6, 50
    settings.traits["outfit"], settings.traits["height"] = 99, float("nan")
    settings.traits["skin"] = [float("nan"), 9.0, -1.0]
    for name in ("outfit", "height", "skin"):
        settings.traits[f"use_{name}"] = True
    assert settings.texture_size == ""
    assert (setting(settings, "texture_size"), setting(settings, "seed"), setting(settings, "label_scope")) == (
        "512", 0, "visible",
    )  # fmt: skip
    options = to_options(settings.export)
    assert (options.colliders, options.lods, options.texture_budget) == ("label", 4, 0)
    traits = settings.traits.to_traits()
    assert (traits.outfit, traits.height) == ("casual", pytest.approx(1.72))
    item = bpy.data.objects["Armature"].atelier_layer_list.add()
    item["kind"], item["chart"], item["amount"], item["x"] = 99, -1, float("nan"), float("inf")
    layer = item.to_layer()
    assert layer.kind in LAYER_KINDS
    assert 0 <= layer.amount <= 1
    settings.live_target = bpy.data.objects["Empty"]
    draw_all()
