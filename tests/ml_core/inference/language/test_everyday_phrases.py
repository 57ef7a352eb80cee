"""Phrases that people type: sloppy spelling, questions with a place, people in the plural, a bit higher."""

from __future__ import annotations

from functools import cache

import pytest

from ml_core import InputError, LanguageModel
from ml_core.inference.language.named_nouns import is_called, nouns_of_names

NAMES = ("Anna", "Tom", "Trash_01", "Trash", "ketchup_03", "Salt_shaker.001", "framed_poster", "desk")


@cache
def model() -> LanguageModel:
    return LanguageModel.load()


def read(text: str) -> str:
    return " ; ".join(str(step).replace("!", "") for step in model().read_command(text, (), NAMES).steps)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("hide the women", "hide woman"), ("select all men", "select man"),
        ("pls make teh sofa bleu", "recolor sofa | #2b4f9e"),
        ("select every table thats smaller than 1 m", "select table[< 1 m]"),
        ("put all trash cans in a collection called garbage", "collect trash_bin | 'garbage'"),
        ("how many salt shakers are on the tables?", "count salt shaker[on table]"),
        ("select the ketchup bottles", "select ketchup bottle"),
        ("put the poster 30 cm higher", "move picture_frame | up 0.3 m"),
        ("hang the poster a bit lower", "move picture_frame | down 0.1 m"),
        ("把画挂高一点", "move picture_frame | up 0.1 m"), ("把绿植移到窗边", "place potted_plant | next_to window"),
        ("its too dark in here", "light | 'bright'"), ("Tom jogs in place", "act Tom | 'jog'"),
        ("name the chairs chair_01, chair_02 etc", "rename chair | 'chair'"),
        ("anna's dress should be red not blue", "dress Anna | 'red dress'"),
        ("change everyone's shoes to white sneakers", "dress avatar | 'white sneakers' | instead of 'shoes'"),
        ("让她们两个面对面", "rotate woman[#1] | facing woman[#2] ; rotate woman[#2] | facing woman[#1]"),
    ],
)  # fmt: skip
def test_a_phrase_is_read(text: str, steps: str) -> None:
    assert read(text) == steps


SITE = ("building_A", "building_B", "ConfTable_01", "KitchenSink_01", "ElectronicsRecycling_01", "car_police", "Cone_1")


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("swap building A and building B", "place building_A | swapped building_B"),
        ("make the conference table 30 cm longer", "scale conference table | length 0.3 m | 'by'"),
        ("hide the kitchen sink", "hide kitchen sink"), ("isolate the recycling bins", "isolate recycling bin"),
        ("警车往前开两米", "move 警车 | forward 2 m"), ("路障删了", "delete 路障"),
        ("最高的楼是哪栋", "measure building[tallest]"),
        ("书架涂成胡桃木色", "recolor shelf | 'walnut'"),
        ("dont touch the desks, delete the rest", "keep desk ; delete rest"),
    ],
)  # fmt: skip
def test_names_are_found_by_what_they_are_short_for(text: str, steps: str) -> None:
    read = model().read_command(text, (), SITE).steps
    assert " ; ".join(str(step).replace("!", "") for step in read) == steps


@pytest.mark.parametrize("text", ["remove all the people who are sitting", "delete everyone who is smiling"])
def test_what_people_do_is_never_left_out(text: str) -> None:
    with pytest.raises(InputError, match=r"sitting|smiling"):
        model().read_command(text, (), ())
    assert model().read_command("select the chair that is standing on the table", (), ()).steps


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("save it for unity in a folder called out", "export everything | > unity | 'out'"),
        ("export the chairs for unreal to ./build/chairs", "export chair | > unreal | 'build/chairs'"),
        ("export the trees for godot to a folder named trees", "export tree | > godot | 'trees'"),
        ("导出给unity，放到out文件夹", "export visible | > unity | 'out'"),
        ("导出所有椅子给unity到名为out的文件夹", "export chair | > unity | 'out'"),
        ("export the tables to the web folder", "export table | > web"),
        ("put the chairs in a folder called props", "collect chair | 'props'"),
    ],
)
def test_an_export_goes_to_the_folder_that_is_said(text: str, steps: str) -> None:
    assert read(text) == steps


def test_a_misspelled_sentence_says_how_it_was_read() -> None:
    reading = model().read_command("how many tabels are near the windw", (), NAMES)
    assert {(item.written, item.meant) for item in reading.corrections} == {("tabels", "tables"), ("windw", "window")}
    with pytest.raises(InputError):
        model().read_command("make the sofa blorptastic", (), NAMES)


def test_what_holds_a_thing_goes_by_its_name() -> None:
    assert is_called("ketchup_03", "ketchup bottle")
    assert not is_called("bottle_green", "ketchup bottle")
    assert not is_called("coffee_cup", "coffee machine")
    assert "ketchup bottle" in nouns_of_names("hide the ketchup bottles", NAMES)
    assert "donut box" not in nouns_of_names("hide the donut boxes", ("Donut_01",))
