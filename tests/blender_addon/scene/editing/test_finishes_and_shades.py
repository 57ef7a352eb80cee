"""Wood, stone, leather and fabric on objects, and colors that are shifted."""

from __future__ import annotations

import contextlib
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.scene.editing.finishes import FINISHES, refinish
from blender_addon.scene.editing.shades import shift
from ml_core import InputError
from ml_core.color import hex_to_srgb, srgb_to_lab
from ml_core.inference.language.understanding.words import color_of
from ml_core.vocabulary.words import constructions_en, constructions_zh
from tests.blender_addon.scene.editing.test_asked_and_finished import shader
from tests.blender_addon.scene.editing.test_scene_commands import hexed, room, run

__all__ = ["room"]


def lab(name: str) -> np.ndarray:
    return srgb_to_lab(hex_to_srgb(hexed(name)))


@pytest.mark.parametrize("words", [constructions_en, constructions_zh])
def test_every_word_of_a_finish_is_one(words: object) -> None:
    assert set(words.FINISHES.values()) <= set(FINISHES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("command", "finish"),
    [
        ("make Chair.A wooden", "wood"), ("Chair.A should be walnut", "walnut"), ("put marble on Chair.A", "marble"),
        ("change Chair.A to leather", "leather"), ("把 Chair.A 换成木头的", "wood"), ("Chair.A 改成大理石", "marble"),
        ("Chair.A 做成拉丝不锈钢", "brushed_steel"), ("give Chair.A a fabric look", "fabric"),
    ],
)  # fmt: skip
def test_a_material_is_given_by_its_name(room: bpy.types.Context, command: str, finish: str) -> None:
    others = hexed("Chair.B")
    run(room, command)
    wanted, node = FINISHES[finish], shader("Chair.A")
    assert node.inputs["Roughness"].default_value == pytest.approx(wanted.roughness)
    assert node.inputs["Metallic"].default_value == pytest.approx(wanted.metallic)
    assert bool(node.inputs["Base Color"].links) == bool(wanted.grain)
    assert hexed("Chair.B") == others


def test_a_finish_may_have_a_color_and_is_found_by_its_name(room: bpy.types.Context) -> None:
    run(room, "make Chair.A dark green leather")
    assert hexed("Chair.A") == color_of("dark green")
    report = run(room, "how many leather chairs are there")
    assert report["steps"][0]["objects"] == ["Chair.A"]
    run(room, "make Chair.A oak and Chair.B white")
    assert shader("Chair.A").inputs["Base Color"].links
    assert hexed("Chair.B") == color_of("white")


def test_a_pattern_has_the_same_size_on_things_of_every_scale(room: bpy.types.Context) -> None:
    bpy.data.objects["Chair.B"].scale *= 0.01
    bpy.context.view_layer.update()
    run(room, "make Chair.A, Chair.B and Chair.C wooden")
    sizes = {}
    for name in ("Chair.A", "Chair.B", "Chair.C"):
        tree = bpy.data.objects[name].material_slots[0].material.node_tree
        mapping = next(node for node in tree.nodes if node.type == "MAPPING")
        sizes[name] = mapping.inputs["Scale"].default_value[0] / bpy.data.objects[name].matrix_world.to_scale().x
    assert sizes["Chair.B"] == pytest.approx(sizes["Chair.A"], rel=0.06)
    materials = [bpy.data.objects[name].material_slots[0].material for name in sizes]
    assert materials[0] == materials[2] != materials[1]


@pytest.mark.parametrize(
    ("command", "axis", "sign"),
    [
        ("make Chair.A darker", 0, -1), ("make Chair.A a bit lighter", 0, 1), ("Chair.A 颜色深一点", 0, -1),
        ("把 Chair.A 颜色调浅一点", 0, 1), ("darken Chair.A", 0, -1), ("make Chair.A a bit more red", 1, 1),
        ("make Chair.A greener", 1, -1), ("Chair.A 再绿一点", 1, -1),
    ],
)  # fmt: skip
def test_a_color_is_shifted(room: bpy.types.Context, command: str, axis: int, sign: int) -> None:
    run(room, "paint Chair.A and Chair.B orange")
    before = lab("Chair.A")
    run(room, command)
    assert sign * (lab("Chair.A") - before)[axis] > 5
    assert hexed("Chair.B") == color_of("orange"), "what shares the material keeps its color"


def test_more_saturated_is_more_chroma_and_less_is_less(room: bpy.types.Context) -> None:
    run(room, "paint Chair.A #8a6a5a")
    first = float(np.hypot(*lab("Chair.A")[1:]))
    run(room, "make Chair.A more saturated")
    second = float(np.hypot(*lab("Chair.A")[1:]))
    run(room, "Chair.A 饱和度调低一点")
    assert second > 1.3 * first
    assert float(np.hypot(*lab("Chair.A")[1:])) < 0.85 * second


def test_black_and_white_are_never_reached(room: bpy.types.Context) -> None:
    for _ in range(6):
        run(room, "make Chair.A much darker")
    assert lab("Chair.A")[0] > 0


def test_a_picture_keeps_its_detail_under_a_shade(room: bpy.types.Context) -> None:
    run(room, "make Chair.A wooden")
    for command in ("make Chair.A darker", "make Chair.A darker", "make Chair.A a bit more red"):
        run(room, command)
    tree = bpy.data.objects["Chair.A"].material_slots[0].material.node_tree
    assert sum(node.type == "HUE_SAT" for node in tree.nodes) == 1, "one node, twice as dark"
    node = next(node for node in tree.nodes if node.type == "HUE_SAT")
    assert node.inputs["Value"].default_value == pytest.approx((1 - 0.75 * 0.5) ** 2)
    assert shader("Chair.A").inputs["Base Color"].links[0].from_node.type == "MIX"


def test_lights_and_rooms_are_not_painted(room: bpy.types.Context) -> None:
    light = bpy.data.objects.new("Bulb", bpy.data.lights.new("Bulb", "POINT"))
    bpy.context.scene.collection.objects.link(light)
    assert shift([light], "darker", 0.5) == []
    before = hexed("Chair.A")
    with contextlib.suppress(InputError):  # refused, or the lights are dimmed
        run(room, "make everything darker")
    assert hexed("Chair.A") == before


def test_a_linked_mesh_without_a_material_is_left_out(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    library = tmp_path / "library.blend"
    bpy.data.libraries.write(str(library), {bpy.data.meshes.new("Bare")}, fake_user=True)
    bpy.data.meshes.remove(bpy.data.meshes["Bare"])
    with bpy.data.libraries.load(str(library), link=True) as (_, into):
        into.meshes = ["Bare"]
    bare = bpy.data.objects.new("Bare", bpy.data.meshes["Bare"])
    clean_scene.scene.collection.objects.link(bare)
    assert shift([bare], "darker", 0.5) == []
    assert refinish([bare], FINISHES["oak"]) == []
