"""The panel's chips stand where their words do, and everything that they offer instead is a command as well."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.models import loaded as models
from blender_addon.commands.running import read_command
from blender_addon.commands.suggesting import alternatives, chips, examples, plan
from tests.blender_addon.scene.editing.test_scene_commands import room

__all__ = ["room"]


@pytest.fixture(autouse=True)
def _loaded() -> None:
    models.language_model()


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        ("hide all chairs", ["hide", "OBJ"]), ("paint the sofa red", ["recolor", "OBJ", "COL"]),
        ("make the chairs wooden", ["recolor", "OBJ", "COL"]), ("把椅子换成木头的", ["recolor", "OBJ", "COL"]),
        ("make the sofa a bit darker", ["recolor", "OBJ", "DEGREE", "SHADE"]),
        ("put the lamp next to the sofa", ["place", "OBJ", "REL", "DST"]),
    ],
)  # fmt: skip
def test_what_a_chip_offers_is_understood(room: bpy.types.Context, command: str, kinds: list[str]) -> None:
    found = chips(room, command)
    assert [chip.kind for chip in found] == kinds
    for chip in found:
        assert command[chip.start : chip.end] == chip.text
        for word in alternatives(room.scene, chip)[:24]:
            assert plan(room, command[: chip.start] + word + command[chip.end :])[1] is None, word


@pytest.mark.parametrize(
    "command", ["make teh sofa darker", "the lamp hangs too low, raise it 20 cm", "hide just the chairs"]
)
def test_a_chip_of_a_rewritten_sentence_stands_on_its_own_words_or_nowhere(
    room: bpy.types.Context, command: str
) -> None:
    assert read_command(room, command).steps
    for chip in chips(room, command):
        assert command[chip.start : chip.end].casefold() == chip.text.casefold()


def test_examples_work_here_and_speak_of_things_and_people(room: bpy.types.Context) -> None:
    from blender_addon.commands.running import run_command_job

    assert "select the largest chair" in examples(room.scene)
    assert not any("floor" in item or "wall" in item for item in examples(room.scene))
    run_to_end(run_command_job(room, "create a tall woman", confirm=True))
    assert any(item.endswith(" wave") for item in examples(room.scene))
    for example in examples(room.scene):
        assert plan(room, example)[1] is None, example
