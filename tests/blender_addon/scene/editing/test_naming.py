"""Things meant by what the artist called them: names before the recognizer's guess, nouns that only names have."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge.data.label_keys import CONFIDENCE_KEY, LABEL_KEY
from blender_addon.bridge.object_labels import clear_label, set_label
from blender_addon.scene.editing.naming import kinds_of
from ml_core import InputError
from tests.blender_addon.scene.editing.test_constructed_commands import wall
from tests.blender_addon.scene.editing.test_scene_commands import box, room, run

__all__ = ["room"]


def guessed(obj: bpy.types.Object, label: str) -> None:
    """As the recognizer leaves it."""
    obj[LABEL_KEY], obj[CONFIDENCE_KEY] = label, 0.6
    obj.pop("atelier_labeled_by_hand", None)


def renamed(old: str, new: str, guess: str = "") -> bpy.types.Object:
    obj = bpy.data.objects[old]
    obj.name = new
    if guess:
        guessed(obj, guess)
    return obj


def meant(context: bpy.types.Context, command: str) -> list[str]:
    return run(context, command)["steps"][0]["objects"]


def test_a_name_takes_precedence_over_a_guess(room: bpy.types.Context) -> None:
    renamed("Lamp", "fridge", "chair")
    assert meant(room, "select the fridge") == ["fridge"]
    assert meant(room, "select all chairs") == ["Chair.A", "Chair.B", "Chair.C"]
    guessed(bpy.data.objects["Chair.C"], "refrigerator")
    assert meant(room, "选择所有椅子") == ["Chair.A", "Chair.B", "Chair.C"]


def test_what_the_artist_says_takes_precedence_over_a_name(room: bpy.types.Context) -> None:
    set_label(renamed("Lamp", "chair_old"), "lamp")
    assert meant(room, "select all chairs") == ["Chair.A", "Chair.B", "Chair.C"]
    assert meant(room, "select the lamp") == ["chair_old"]


def test_a_part_in_its_name_is_no_thing(room: bpy.types.Context) -> None:
    obj = renamed("Lamp", "chair_leg")
    clear_label(obj)
    assert "chair" not in kinds_of([obj]).values()


def test_a_noun_that_only_names_have_means_them(room: bpy.types.Context) -> None:
    renamed("Lamp", "car_taxi", "car")
    renamed("Small", "car_police", "car")
    assert meant(room, "select the taxi") == ["car_taxi"]
    assert meant(room, "select all cars but not the taxi") == ["car_police"]
    run(room, "move the police car 50 cm up")
    assert box("car_police").low.z == pytest.approx(0.5, abs=1e-3)
    bpy.data.objects["Vase"].name = "taxi.001"
    with pytest.raises(InputError, match="2 objects could be meant"):
        run(room, "hide the taxi")
    assert sorted(meant(room, "hide the taxis")) == ["car_taxi", "taxi.001"]


def test_a_copy_is_made_of_what_is_called_so(room: bpy.types.Context) -> None:
    clear_label(renamed("Lamp", "stool.002"))
    (name,) = meant(room, "add a stool")
    assert name.startswith("stool")


def test_a_sort_of_a_label_means_things_that_are_called_so(room: bpy.types.Context) -> None:
    renamed("Table", "CoffeeTable_01", "table")
    renamed("Big", "DiningTable", "table")
    assert meant(room, "select the coffee tables") == ["CoffeeTable_01"]
    assert sorted(meant(room, "select all tables")) == ["CoffeeTable_01", "DiningTable"]
    renamed("CoffeeTable_01", "Table", "table")
    assert meant(room, "select the coffee tables") == ["Table"], "nothing is called so, and a dining table is none"


def test_things_are_told_apart_by_words_of_their_names(room: bpy.types.Context) -> None:
    renamed("Chair.A", "DeskChair_01", "chair")
    renamed("Chair.B", "chair old", "chair")
    assert meant(room, "hide all desk chairs") == ["DeskChair_01"]
    assert meant(room, "hide the old chair") == ["chair old"]
    assert run(room, "swap DeskChair_01 with the old chair")["steps"][0]["objects"] == ["DeskChair_01"]


def test_a_guess_does_not_hide_others_of_a_name(room: bpy.types.Context) -> None:
    renamed("Big", "gnome.001", "barrel")
    clear_label(renamed("Small", "gnome.002"))
    assert meant(room, "select the gnomes") == ["gnome.001", "gnome.002"]


def test_what_is_cleared_stays(room: bpy.types.Context) -> None:
    clear_label(renamed("Table", "workbench"))
    assert meant(room, "clear the workbench") == ["Vase"]
    assert "workbench" in bpy.data.objects


def test_what_is_not_somewhere_is_never_what_is(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="that is not"):
        run(room, "everything that is not on the floor should be selected")


def test_a_color_in_names_tells_them_apart_until_they_are_painted(room: bpy.types.Context) -> None:
    for old, new in (("Chair.A", "ChairBlue_01"), ("Chair.B", "ChairGrey_01"), ("Chair.C", "ChairBlue_02")):
        renamed(old, new, "chair")
    assert sorted(meant(room, "select all blue chairs")) == ["ChairBlue_01", "ChairBlue_02"]
    run(room, "paint ChairGrey_01 blue")
    assert sorted(meant(room, "选择蓝色的椅子")) == ["ChairBlue_01", "ChairBlue_02", "ChairGrey_01"]


def test_a_wall_is_one_by_its_name(room: bpy.types.Context) -> None:
    for name, size, place in (("wall left", (0.1, 8, 2.5), (-4, 0, 1.25)), ("wall back", (8, 0.1, 2.5), (0, 4, 1.25))):
        wall(room, name, size, place)
        guessed(bpy.data.objects[name], "door")
    run(room, "put the lamp in the back left corner")
    assert box("Lamp").center.x < -3.5
    assert box("Lamp").center.y > 3.5
