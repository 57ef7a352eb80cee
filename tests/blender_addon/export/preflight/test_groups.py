"""The list of findings as it is read: a row a kind, and one sentence."""

from __future__ import annotations

import json
from types import SimpleNamespace

import bpy
import pytest

from blender_addon.export.outcome import Outcome
from blender_addon.export.preflight import preflight
from blender_addon.export.preflight.groups import Group, group_lines
from scripts.export_scene import main


def row(kind: str, severity: str, obj: str, is_repaired: bool = False, **values: object) -> SimpleNamespace:
    return SimpleNamespace(
        kind=kind, severity=severity, object=obj, is_repaired=is_repaired, targets="web", values_json=json.dumps(values)
    )


ROWS = [
    row("not_a_number", "error", "Rock", number=3),
    row("zero_area", "info", "Chair", True, number=4),
    row("zero_area", "info", "Table", True, number=6),
    row("many_triangles", "info", "Car", number=900, limit=500),
    row("zero_area", "info", "Sofa", True, number=1),
    row("many_triangles", "info", "Boat", number=800, limit=500),
]


def test_a_row_a_kind_in_the_order_of_the_list() -> None:
    groups = Group.all(ROWS)
    assert [group.indices for group in groups] == [(0,), (1, 2, 4), (3, 5)]
    assert groups[0].title() == "Rock: 3 vertices that are not numbers"
    assert groups[1].title() == "11 faces without area"
    assert groups[2].title() == "… triangles; 500 are the budget"
    assert Group.around(ROWS, 4) == groups[1]
    assert [groups[1].row(active) for active in (0, 2)] == [1, 2]


def test_the_same_text_on_the_command_line() -> None:
    assert group_lines(ROWS) == [
        "1 errors; 3 fixed on export, 2 notes",
        "error: Rock: 3 vertices that are not numbers",
        "info: … triangles; 500 are the budget (2×: Car, Boat)",
    ]


def test_one_sentence() -> None:
    assert Outcome.of(ROWS).sentence() == "1 errors; 3 fixed on export, 2 notes"
    assert Outcome.of(ROWS[1:]).sentence() == "Ready; 3 fixed on export, 2 notes"
    assert Outcome.of([]).sentence() == "Ready"
    assert Outcome(2, 1, 0, 0).sentence() == "2 errors, 1 warnings"


def test_all_objects_of_a_kind_are_selected(clean_scene: bpy.types.Context, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(2):
        bpy.ops.mesh.primitive_cube_add(location=(3 * number, 0, 0))
        clean_scene.object.data.uv_layers.remove(clean_scene.object.data.uv_layers[0])
    bpy.ops.object.camera_add()
    assert bpy.ops.atelier.preflight(targets={"web"}) == {"FINISHED"}
    settings = clean_scene.scene.atelier
    outcome = settings.report()["outcome"]
    assert sum(outcome.values()) == len(settings.findings) > 0
    group = next(group for group in Group.all(settings.findings) if len(group.indices) == 2)
    bpy.ops.atelier.show_finding(index=group.indices[1], alike=True)
    assert {obj.name for obj in clean_scene.selected_objects} == {"Cube", "Cube.001"}
    assert settings.finding_index == group.indices[1]
    groups = settings.report()["groups"]
    assert [one["title"] for one in groups] == [one.title() for one in Group.all(settings.findings)]
    capsys.readouterr()
    assert main(["--engine", "web", "--check"]) == 0
    assert capsys.readouterr().out.splitlines() == group_lines(preflight(clean_scene, ["web"]))
