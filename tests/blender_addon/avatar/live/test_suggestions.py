"""Keeps, rejects and edits are remembered in one file that can be seen, taken along, erased and switched off."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.avatar.live.variations import variations_of
from blender_addon.bridge.models import own, remembered
from ml_core.inference.taste import Choice
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.anatomical import person

pytestmark = pytest.mark.usefixtures("clean_scene", "own_folder")


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(remembered, "home", lambda: tmp_path / "home")
    return tmp_path


def test_choices_are_kept_and_damaged_files_are_nothing() -> None:
    assert remembered.choices() == []
    remembered.remember(Choice(AvatarTraits(hair="#a03010"), 7, True), Choice(AvatarTraits(), 8, False, 0.25))
    assert [(one.seed, one.liked, one.weight) for one in remembered.choices()] == [(7, True, 1.0), (8, False, 0.25)]
    assert json.loads(remembered.text())["choices"][0]["traits"]["hair"] == "#a03010"
    for text in ("{", "[]", '{"choices": 3}', '{"choices": [3, {}, {"liked": true, "seed": -1, "traits": {}}]}'):
        remembered.path().write_text(text)
        assert remembered.choices() == []
    assert remembered.remembers()


def test_it_can_be_switched_off_taken_along_and_erased(own_folder: Path) -> None:
    remembered.remember(Choice(AvatarTraits(), 1, True))
    remembered.switch(False)
    remembered.remember(Choice(AvatarTraits(), 2, True))
    assert [one.seed for one in remembered.choices()] == [1]
    assert bpy.ops.atelier.export_choices(filepath=str(own_folder / "mine.json")) == {"FINISHED"}
    assert json.loads((own_folder / "mine.json").read_text())["choices"][0]["seed"] == 1
    assert bpy.ops.atelier.forget_choices() == {"FINISHED"}
    assert remembered.choices() == []
    assert not remembered.remembers()


def test_the_oldest_choices_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MAX_CHOICES", 3)
    for seed in range(5):
        remembered.remember(Choice(AvatarTraits(), seed, True))
    assert [one.seed for one in remembered.choices()] == [2, 3, 4]
    assert own.home().name == "atelier"


def test_wearing_keeps_the_cross_rejects_and_the_next_grid_is_suggested() -> None:
    armature = person()
    bpy.context.view_layer.objects.active = armature
    bpy.ops.atelier.make_variations(count=3, first_seed=20)
    shown = variations_of(armature)
    bpy.ops.atelier.wear_variation(seed=shown[0].seed, traits_json=shown[0].traits.to_json())
    bpy.ops.atelier.reject_variation(seed=shown[1].seed, traits_json=shown[1].traits.to_json())
    assert [(one.seed, one.liked) for one in remembered.choices()] == [(20, True), (21, False)]
    bpy.ops.atelier.make_variations(count=3, suggested=True)
    seeds = [one.seed for one in variations_of(armature)]
    assert len(set(seeds)) == 3
    assert min(seeds) > 22
    passed = [(one.seed, one.weight) for one in remembered.choices()][2:]
    assert passed == [(21, remembered.PASSED_OVER), (22, remembered.PASSED_OVER)]
    assert any(one.reason for one in variations_of(armature))
