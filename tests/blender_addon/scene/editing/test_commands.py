"""Commands on a scene: what they touch, that they ask before they delete, and that they are all or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.data.part_of import set_part
from blender_addon.bridge.jobs.steps import InThread, run_to_end
from blender_addon.bridge.object_labels import set_label
from blender_addon.commands import running as commanding
from blender_addon.commands.running import deletion_of, run_command_job, run_steps_job
from blender_addon.export.targets.profiles import PROFILES
from blender_addon.properties.settings import TARGET_ITEMS
from ml_core import InputError
from ml_core.vocabulary.commands import SceneCommand, Term
from ml_core.vocabulary.targets import TARGETS

ROOM = {"Seat.1": "chair", "Seat.2": "chair", "Board": "table", "Couch": "sofa", "Wall": None}


@pytest.fixture
def scene(clean_scene: bpy.types.Context, tmp_path: Path) -> bpy.types.Context:
    """Two chairs, a table, a sofa and a wall, labeled by hand; exports go to a folder of the test."""
    mesh = bpy.data.meshes.new("Box")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [], [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)])
    for name, label in ROOM.items():
        obj = add(name, mesh)
        if label:
            set_label(obj, label)
    bpy.data.objects["Seat.1"]["atelier_ranking"] = '[["chair", 1.0]]'
    clean_scene.scene.atelier.export_directory = str(tmp_path / "export")
    clean_scene.view_layer.update()
    return clean_scene


def add(name: str, data: bpy.types.ID | None = None, parent: bpy.types.Object | None = None) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, data)
    obj.parent = parent
    bpy.context.scene.collection.objects.link(obj)
    return obj


def run(context: bpy.types.Context, command: str, confirm: bool = True) -> dict:
    return run_to_end(run_command_job(context, command, confirm))


def state(context: bpy.types.Context) -> dict:
    """All that a command may change, to compare."""
    layer = context.view_layer
    return {
        "objects": {
            obj.name: (
                obj.hide_get(view_layer=layer),
                obj.select_get(view_layer=layer),
                sorted(home.name for home in obj.users_collection),
                {key: str(obj.get(key)) for key in sorted(obj.keys())},
                tuple(obj.color),
            )
            for obj in bpy.data.objects
        },
        "active": layer.objects.active,
        "collections": sorted(bpy.data.collections.keys()),
        "meshes": sorted(bpy.data.meshes.keys()),
        "kind": context.scene.atelier.scene_kind,
    }


def hidden() -> set[str]:
    return {obj.name for obj in bpy.data.objects if obj.hide_get()}


HIDDEN_BY = {
    "hide the chairs and the sofa": {"Seat.1", "Seat.2", "Couch"},
    "hide all furniture except the sofa": {"Seat.1", "Seat.2", "Board"},
    "hide everything but keep the chairs": {"Board", "Couch", "Wall"},
    "don't hide the chairs, hide everything": {"Board", "Couch", "Wall"},
    "select the chairs, hide the others": {"Board", "Couch", "Wall"},
    "hide Wall and 'Board'": {"Wall", "Board"},
    "hide the walls": {"Wall"},
    "hide everything, then show the selected objects": {"Board", "Couch", "Wall", "Seat.1"},
    "只显示椅子": {"Board", "Couch", "Wall"},
}


@pytest.mark.both_blenders
def test_a_sentence_reaches_what_it_names_and_nothing_else(scene: bpy.types.Context) -> None:
    for command, wanted in HIDDEN_BY.items():
        for obj in scene.scene.objects:
            obj.hide_set(False)
            obj.select_set(obj.name == "Seat.2")
        run(scene, command)
        assert hidden() == wanted, command


IMPOSSIBLE = {
    "delete the unicorn": "not understood: unicorn",
    "hide the chairs and delete the guns": "Gun",
    "delete the chair": "2 objects could be meant",
    "hide the chairs and keep the chairs": "nothing to do it with",
    "delete 'Nobody'": "named Nobody",
    "hide everything except the avatars": "no avatar",
    "delete the selected objects": "selected",
    "delete the chairs, then export the chairs to unity": "Chair",
}


def test_what_cannot_be_done_changes_nothing(scene: bpy.types.Context) -> None:
    before = state(scene)
    for command, why in IMPOSSIBLE.items():
        with pytest.raises(InputError, match=why):
            run(scene, command)
        assert state(scene) == before, command


def test_two_lists_are_selected_together(scene: bpy.types.Context) -> None:
    run(scene, "select the chairs and the table")
    assert {obj.name for obj in scene.selected_objects} == {"Seat.1", "Seat.2", "Board"}


@pytest.mark.both_blenders
def test_deleting_has_to_be_allowed(scene: bpy.types.Context) -> None:
    before = state(scene)
    with pytest.raises(RuntimeError, match=r"delete 2 objects \(Seat.1, Seat.2\).*confirm=True"):
        bpy.ops.atelier.run_command(command="hide the sofa and delete the chairs")
    assert state(scene) == before
    requested = deletion_of(scene, "hide the sofa and delete all chairs")
    assert [obj.name for obj in requested.objects] == ["Seat.1", "Seat.2"]
    assert deletion_of(scene, "hide the sofa") is None
    bpy.data.objects["Board"].hide_set(True)
    requested = deletion_of(scene, "hide the sofa, delete all hidden objects")
    assert {obj.name for obj in requested.objects} == {"Board", "Couch"}  # what the sentence itself would hide, too
    assert bpy.ops.atelier.run_command(command="delete the chairs", confirm=True) == {"FINISHED"}
    assert set(bpy.data.objects.keys()) == {"Board", "Couch", "Wall"}
    assert "Box" in bpy.data.meshes


def test_without_labels_the_panel_asks_for_them_first(scene: bpy.types.Context) -> None:
    bpy.ops.atelier.clear_labels()
    with pytest.raises(InputError, match="label the objects first"):
        deletion_of(scene, "delete the chairs")


def broken_export(*_: object) -> object:
    yield from ()
    raise InputError("the disk is full")


@pytest.mark.both_blenders
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_command_that_ends_badly_leaves_the_scene_as_it_was(
    scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    bpy.data.objects["Couch"].select_set(True)
    bpy.data.objects["Wall"].hide_set(True)
    scene.view_layer.objects.active = bpy.data.objects["Couch"]
    before = state(scene)
    monkeypatch.setattr(commanding, "export_job", broken_export)
    command = "apply the labels, select the table, delete all chairs, show everything and export everything to unity"
    if not is_cancelled:
        with pytest.raises(InputError, match="disk is full"):
            run(scene, command)
    else:
        waiting = run_command_job(scene, command, confirm=True)
        monkeypatch.setattr(commanding, "export_job", waits)
        step = next(waiting)
        while isinstance(step, InThread) or step.what != "waiting":
            step = waiting.send(step.function() if isinstance(step, InThread) else None)
        assert "Chair_01" in bpy.data.objects
        waiting.close()
    assert state(scene) == before


@pytest.mark.parametrize(
    ("said", "parts"),
    [("out", ["out"]), ("build/chairs", ["build", "chairs"]), ("a/../../b", ["a", "file", "file", "b"])],
)
def test_an_export_stays_within_the_chosen_folder(
    scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch, said: str, parts: list[str]
) -> None:
    asked: list[Path] = []

    def export(_: object, folder: Path, *__: object) -> object:
        asked.append(folder)
        yield from ()
        raise InputError("that is enough")

    monkeypatch.setattr(commanding, "export_job", export)
    step = SceneCommand("export", (Term("label", "chair"),), targets=("unity",), text=said)
    with pytest.raises(InputError, match="that is enough"):
        run_to_end(run_steps_job(scene, [step]))
    assert asked == [Path(scene.scene.atelier.export_directory).joinpath(*parts)]


def waits(*_: object) -> object:
    from blender_addon.bridge.jobs.steps import Progress

    yield Progress(0, 1, "waiting")


def test_labels_given_on_the_way_are_taken_back(scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch) -> None:
    bpy.ops.atelier.clear_labels()
    before = state(scene)

    def labels(context: bpy.types.Context, *_: object) -> object:
        yield from ()
        for obj in context.scene.objects:
            set_label(obj, "chair")
        context.scene.atelier.scene_kind = "office"
        return {"objects": []}

    monkeypatch.setattr(commanding, "label_objects_job", labels)
    with pytest.raises(InputError, match="Gun"):
        run(scene, "hide the guns")
    assert state(scene) == before


def test_a_folder_that_cannot_be_is_known_before_the_first_change(scene: bpy.types.Context) -> None:
    scene.scene.atelier.export_directory = "//export"
    with pytest.raises(InputError, match="Save the blend file"):
        run(scene, "delete the chairs and export the rest to unity")
    assert len(bpy.data.objects) == len(ROOM)


def test_an_export_comes_before_the_deletion(scene: bpy.types.Context) -> None:
    report = run(scene, "delete the chairs and export everything to web")
    layout = json.loads((Path(report["steps"][1]["folder"]) / "layout.json").read_text())
    assert {one["object"] for one in layout["instances"]} == {"Board", "Couch", "Wall"}
    assert set(bpy.data.objects.keys()) == {"Board", "Couch", "Wall"}


@pytest.mark.both_blenders
def test_a_prop_goes_whole_and_what_hangs_on_it_stays_in_place(scene: bpy.types.Context) -> None:
    seat = bpy.data.objects["Seat.1"]
    seat.location.x = 3
    leg = add("Leg", seat.data, seat)
    set_part(leg, seat)
    pillow = add("Pillow", seat.data, seat)
    pillow.location.z = 1
    scene.view_layer.update()
    run(scene, "delete the chairs")
    assert {"Seat.1", "Leg"}.isdisjoint(bpy.data.objects.keys())
    scene.view_layer.update()
    assert tuple(pillow.matrix_world.translation) == (3, 0, 1)


@pytest.mark.both_blenders
def test_another_scene_keeps_its_objects(scene: bpy.types.Context) -> None:
    other = bpy.data.scenes.new("Other")
    other.collection.objects.link(bpy.data.objects["Seat.1"])
    shared = bpy.data.collections.new("Shared")
    scene.scene.collection.children.link(shared)
    other.collection.children.link(shared)
    shared.objects.link(bpy.data.objects["Board"])
    scene.scene.collection.objects.unlink(bpy.data.objects["Board"])
    report = run(scene, "delete all furniture")
    assert set(scene.scene.objects.keys()) == {"Board", "Wall"}
    assert set(other.objects.keys()) == {"Seat.1", "Board"}
    assert [one["name"] for one in report["left"]] == ["Board"]
    assert "Board" in report["summary"]


@pytest.mark.both_blenders
def test_linked_objects_are_told(scene: bpy.types.Context, tmp_path: Path) -> None:
    library = bpy.data.collections.new("Library")
    lent = add("Lent", bpy.data.meshes["Box"])
    set_label(lent, "chair")
    library.objects.link(lent)
    bpy.data.libraries.write(str(tmp_path / "lib.blend"), {library})
    bpy.data.objects.remove(lent)
    bpy.data.collections.remove(library)
    with bpy.data.libraries.load(str(tmp_path / "lib.blend"), link=True) as (_, wanted):
        wanted.collections = ["Library"]
    scene.scene.collection.children.link(wanted.collections[0])
    scene.view_layer.update()
    report = run(scene, "delete the chairs")
    assert set(scene.scene.objects.keys()) == {"Board", "Couch", "Wall", "Lent"}
    assert report["left"] == [{"name": "Lent", "why": "it is linked from another file"}]
    with pytest.raises(InputError, match=r"Lent.*linked"):
        run(scene, "delete the chairs")


def test_what_stays_hidden_is_told(scene: bpy.types.Context) -> None:
    bpy.data.objects["Seat.1"].hide_viewport = True
    bpy.data.objects["Seat.2"].hide_set(True)
    report = run(scene, "show the chairs")
    assert report["steps"][0]["objects"] == ["Seat.2"]
    assert [one["name"] for one in report["left"]] == ["Seat.1"]


def test_a_taught_label_can_be_said(scene: bpy.types.Context) -> None:
    set_label(bpy.data.objects["Couch"], "Throne")
    run(scene, "hide every throne")
    assert hidden() == {"Couch"}


def test_a_command_in_edit_mode_says_so(scene: bpy.types.Context) -> None:
    scene.view_layer.objects.active = bpy.data.objects["Couch"]
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(InputError, match="Object Mode"):
        run(scene, "hide the chairs")
    bpy.ops.object.mode_set(mode="OBJECT")


@pytest.mark.both_blenders
def test_a_sentence_is_one_undo_step(scene: bpy.types.Context) -> None:
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.atelier.run_command("EXEC_DEFAULT", True, command="hide the table and delete the chairs", confirm=True)
    assert set(bpy.data.objects.keys()) == {"Board", "Couch", "Wall"}
    bpy.ops.ed.undo()
    assert set(bpy.data.objects.keys()) == set(ROOM)
    assert hidden() == set()


def test_the_targets_are_those_of_the_sentence_the_menu_and_the_exporter() -> None:
    assert list(TARGETS) == [identifier for identifier, *_ in TARGET_ITEMS] == list(PROFILES)
