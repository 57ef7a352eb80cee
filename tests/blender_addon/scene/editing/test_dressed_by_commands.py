"""Clothes in other colors and in place of others, whole suits, and changes of build, by commands."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.wardrobe.objects import garment_info, worn_garments
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.state.restored_scene import scene_restored_on_failure
from blender_addon.commands.running import run_command_job
from ml_core.inference.language.understanding.words import color_of

pytestmark = pytest.mark.slow


@pytest.fixture
def tom(clean_scene: bpy.types.Context) -> bpy.types.Object:
    run("create a man in jeans and a grey t-shirt")
    avatar = next(obj for obj in bpy.data.objects if stored_traits(obj) is not None)
    avatar.name = "Tom"
    return avatar


def run(command: str) -> None:
    run_to_end(run_command_job(bpy.context, command, confirm=True))


def dye(avatar: bpy.types.Object, name: str) -> str | None:
    info = garment_info(worn_garments(avatar)[name])
    return info.color if info is not None else None


def test_a_shirt_keeps_its_color_under_a_jacket(tom: bpy.types.Object) -> None:
    run("put a blue jacket on Tom")
    assert dye(tom, "t_shirt") == stored_traits(tom)[0].top
    assert dye(tom, "field_jacket") == color_of("blue")


def test_a_suit_is_jacket_and_trousers_and_goes_instead_of_other_clothes(tom: bpy.types.Object) -> None:
    run("put a hat on Tom")
    run("Tom should wear a black suit")
    assert {"blazer", "trousers", "shirt", "hat"} <= set(worn_garments(tom))
    assert {"jeans", "t_shirt", "sneakers"}.isdisjoint(worn_garments(tom))
    assert dye(tom, "blazer") == dye(tom, "trousers") == color_of("black")


@pytest.mark.parametrize(
    ("command", "there", "gone"),
    [
        ("change Tom's jeans to black trousers", "trousers", "jeans"),
        ("put black trousers on Tom", "trousers", "jeans"),
        ("change Tom's t-shirt to a white shirt", "shirt", "t_shirt"), ("把Tom的T恤换成白衬衫", "shirt", "t_shirt"),
    ],
)  # fmt: skip
def test_clothes_go_in_place_of_others(tom: bpy.types.Object, command: str, there: str, gone: str) -> None:
    run(command)
    assert there in worn_garments(tom)
    assert gone not in worn_garments(tom)


@pytest.mark.parametrize(
    "command", ["Tom's t-shirt should be red, not grey", "把Tom的T恤换成红色", "make Tom's t-shirt red"]
)
def test_a_garment_gets_another_color(tom: bpy.types.Object, command: str) -> None:
    before = set(worn_garments(tom))
    run(command)
    assert set(worn_garments(tom)) == before
    assert dye(tom, "t_shirt") == color_of("red" if command.isascii() else "红色")


def test_somebody_gets_fatter(tom: bpy.types.Object) -> None:
    weight = stored_traits(tom)[0].weight
    run("make Tom fatter")
    assert stored_traits(tom)[0].weight > weight + 0.05


def test_what_was_taken_off_does_not_hinder_the_restoring(tom: bpy.types.Object) -> None:
    tom.location.x = 1.0

    def fail() -> None:
        with scene_restored_on_failure(bpy.context):
            tom.location.x = 5.0
            bpy.data.objects.remove(worn_garments(tom)["jeans"])
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert tom.location.x == pytest.approx(1.0)
