"""What is remembered for as long as a file is open, or Blender runs."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon.bridge import session
from blender_addon.bridge.jobs import session_report
from blender_addon.bridge.models import loaded, own


class Kept:
    ended = 0

    def end(self) -> None:
        type(self).ended += 1


class Forgotten(Kept, session.OfFile):
    pass


@pytest.mark.usefixtures("clean_scene")
def test_a_loaded_file_ends_what_belongs_to_the_last_one(tmp_path: Path) -> None:
    kept, forgotten = session.part(Kept), session.part(Forgotten)
    assert session.part(Kept) is kept
    session_report.set_report({"self_check": [{"name": "models"}], "done": 1})
    session_report.note_finding("kind", "Cube")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert session.part(Kept) is kept
    assert session.part(Forgotten) is not forgotten
    assert Forgotten.ended == 1
    assert session_report.report() == {}
    assert not session_report.is_noted("kind", "Cube")
    assert session_report.self_check() == [{"name": "models"}]
    session.drop(Kept)
    assert Kept.ended == 1


@pytest.mark.usefixtures("clean_scene")
def test_models_are_loaded_once_until_the_artist_chooses_others() -> None:
    first = loaded.object_recognizer()
    assert loaded.object_recognizer() is first
    own.use_shipped("objects")
    assert loaded.object_recognizer() is not first
    assert loaded.scene_kind_model() is loaded.scene_kind_model()
