"""An artist's work with Atelier, step by step: one list, performed in a real window and by the tests.

A step is a generator that takes a hand, does something with it, and asserts on the data. The hand of the window
(try_in_blender_hand.py) moves the mouse and types; that of the tests (:class:`ScriptHand`) calls the operators as
their buttons do. What a step yields are seconds to wait; :class:`ScriptHand` never waits.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import bpy

BAD = "Old Crate"
SENTENCE = "a tall woman in a navy suit"
SEED = 41184
"""Of the person that all steps are done with, so that times and pictures of two runs compare."""
Wait = Iterator[float]


class Hand(Protocol):
    """The actions that a step can perform. ``folder`` is for the blend file and the export."""

    folder: Path

    def write(self, name: str, text: str) -> Wait:
        """Type into a field of the panel, a property of ``scene.atelier``."""

    def press(self, operator: str, seconds: float = 60.0, guess: bool = False) -> Wait:
        """Press a button and wait for its job; with ``guess`` the first guess beside the active label."""

    def drag(self, name: str, by: float) -> Wait:
        """Drag a slider of the traits by a fraction of its range."""

    def open(self, panel: str) -> Wait:
        """Open a closed sub-panel, or close an open one."""

    def fix_active(self) -> Wait:
        """Press *Fix* of the finding that is active in the list."""

    def cancel(self, operator: str) -> Wait:
        """Press a button, and Esc once its job is running."""

    def undo(self) -> Wait: ...


def atelier() -> Any:
    return bpy.context.scene.atelier


def package() -> str:
    """The name of the package, which depends on where the extension is installed."""
    return type(atelier()).__module__.partition(".properties")[0]


def part(name: str) -> Any:
    """A module of the extension."""
    return importlib.import_module(f"{package()}.{name}")


def facts(kind: str) -> dict[str, Any]:
    """The report of the last operator, which must have left ``kind`` in it."""
    report = atelier().report()
    assert "error" not in report, report
    assert kind in report, report
    return report


def avatar() -> bpy.types.Object:
    return next(obj for obj in bpy.context.scene.objects if "atelier_traits" in obj)


def presentation() -> float:
    return json.loads(avatar()["atelier_traits"])["presentation"]


def describe(hand: Hand) -> Wait:
    yield from hand.write("description", SENTENCE)
    assert atelier().description == SENTENCE, atelier().description
    atelier().traits.presentation, atelier().traits.outfit_seed = 0.0, 11
    bpy.ops.ed.undo_push(message="Sliders")


def draw_seed(hand: Hand) -> Wait:
    before = atelier().seed
    yield from hand.press("atelier.draw_seed")
    assert atelier().seed != before
    atelier().seed = SEED


def generate(hand: Hand) -> Wait:
    yield from hand.press("atelier.generate_avatar", 240)
    report = facts("object")
    assert bpy.data.objects[report["object"]].type == "ARMATURE"
    assert report["traits"]["outfit"] == "business", report["traits"]
    assert report["seed"] == atelier().seed
    assert report["traits"]["presentation"] == 1.0, "a woman in the sentence, whatever the slider says"
    assert report["traits"]["outfit_seed"] == 11, "the sentence says nothing of it"
    faces = [obj.data.shape_keys for obj in bpy.data.objects if obj.type == "MESH" and obj.data.shape_keys]
    shown = [key.name for face in faces for key in face.key_blocks[1:] if key.value]
    assert all(name.startswith("atelier:") for name in shown), f"a new face pulls: {shown}"

    cube = bpy.data.objects.get("Cube")
    assert cube is None or avatar().location.length > 1, "the avatar stands in the default cube"


def generate_another(hand: Hand) -> Wait:
    """Generating again with the same settings creates another person, beside the first."""
    first, seed = avatar(), atelier().seed
    yield from hand.press("atelier.generate_avatar", 240)
    assert facts("seed")["seed"] == atelier().seed != seed
    places = {tuple(obj.location) for obj in bpy.context.scene.objects if "atelier_traits" in obj}
    assert len(places) == 2, places
    for obj in [obj for obj in bpy.context.scene.objects if "atelier_traits" in obj and obj != first]:
        bpy.data.batch_remove([*obj.children_recursive, obj])
    bpy.ops.atelier.clear_choices()
    atelier().seed = seed
    bpy.context.view_layer.objects.active = first
    first.select_set(True)
    bpy.ops.ed.undo_push(message="Tidy")


def apply_texture(hand: Hand) -> Wait:
    """Body, bones and stored traits change together."""
    atelier().description, atelier().traits.height = "a heavy man", 1.6
    yield from hand.press("atelier.apply_texture", 240)
    traits = facts("traits")["traits"]
    assert (traits["presentation"], traits["height"]) == (0.0, 1.6), traits
    body = part("avatar.anatomy.person").stored_body(avatar())
    assert (body.presentation, round(body.height, 4)) == (0.0, 1.6), body
    bpy.context.view_layer.update()
    top = max((avatar().matrix_world @ bone.tail_local).z for bone in avatar().data.bones)
    skin = part("avatar.anatomy.building").body_of(avatar())
    sole = min((skin.matrix_world @ vertex.co).z for vertex in skin.data.vertices)  # stands in shoes
    assert 1.45 < top - sole < 1.65, f"the skeleton is {top - sole:.2f} m tall"
    yield from hand.undo()
    assert presentation() == 1.0, "undo did not bring her back"


def edit_live(hand: Hand) -> Wait:
    bpy.ops.atelier.clear_choices()
    atelier().description, atelier().traits.skin = SENTENCE, (0.8, 0.6, 0.5)
    yield from hand.open("Traits")
    yield from hand.press("atelier.edit_live")
    assert atelier().live_target == avatar()
    assert atelier().traits.use_presentation
    assert not atelier().description


def drag(hand: Hand) -> Wait:
    """One drag is one undo step."""
    live = part("avatar.live.editing")
    before = presentation()
    yield from hand.drag("presentation", -0.25 if before > 0.5 else 0.25)
    assert presentation() != before
    assert live.settled()
    yield from hand.undo()
    assert presentation() == before, "undo did not bring the slider back"


def stop_live(hand: Hand) -> Wait:
    yield from hand.press("atelier.edit_live")
    assert atelier().live_target is None
    assert atelier().description == SENTENCE, "the sentence is back"
    assert list(atelier().traits.to_traits().to_dict()) == ["skin"], "and so are the switches"
    yield from hand.open("Traits")


def pose_mode(hand: Hand) -> Wait:
    """The panel shows the mode, and its button returns to Object Mode."""
    armature = avatar()
    bpy.context.view_layer.objects.active = armature
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], object=armature):
        bpy.ops.object.mode_set(mode="POSE")
    hint = part("avatar.selection").avatar_hint(bpy.context)
    assert hint is not None
    assert armature.name in hint.text
    assert not bpy.ops.atelier.generate_avatar.poll()
    yield from hand.press(hint.operator)
    assert bpy.context.mode == "OBJECT"


def label(hand: Hand) -> Wait:
    """In a furnished room."""
    for name in ("Cube", "Light", "Camera"):
        if name in bpy.data.objects:
            bpy.data.objects.remove(bpy.data.objects[name])
    part("scene.room").build_room(bpy.context)
    avatar().location = (-0.35, -0.75, 0)
    bpy.ops.ed.undo_push(message="Room")
    yield from hand.press("atelier.label_objects", 120)
    assert facts("counts")["counts"]["chair"] >= 4, facts("counts")
    first = object_label(bpy.context.scene.objects[atelier().label_index])
    assert first is not None
    assert first.label is None or not facts("unknown")["unknown"], "the list starts at the least certain"


def object_label(obj: bpy.types.Object) -> Any:
    return part("bridge.object_labels").object_label(obj)


def lamp() -> bpy.types.Object:
    return bpy.data.objects[lamp_name()]


def lamp_name() -> str:
    return next(obj.name for obj in bpy.data.objects if obj.get("atelier_label") == "lamp")


def correct(hand: Hand) -> Wait:
    """The second guess instead of the label, and back."""
    name = lamp_name()
    atelier().label_index = list(bpy.context.scene.objects).index(bpy.data.objects[name])
    bpy.ops.ed.undo_push(message="Select")
    yield from hand.press("atelier.pick_label", 120, guess=True)
    given = facts("label")["label"]
    assert bpy.data.objects[name]["atelier_label"] == given != "lamp"
    yield from hand.undo()
    assert bpy.data.objects[name]["atelier_label"] == "lamp", "undo did not bring the label back"
    bpy.ops.atelier.forget_taught(label=given)


def apply(hand: Hand) -> Wait:
    yield from hand.press("atelier.apply_labels")
    chair = bpy.data.objects["Chair_01"]
    for obj in bpy.context.selected_objects:
        obj.select_set(False)
    bpy.context.view_layer.objects.active = chair
    chair.select_set(True)
    bpy.context.view_layer.update()
    yield 0.3
    assert bpy.context.scene.objects[atelier().label_index] == chair, "the list follows"
    assert part("avatar.surface.wearing").wearing(chair).why_not, "a chair wears no texture"


def check(hand: Hand) -> Wait:
    """Checks a scene with an object that has three faults."""
    bpy.ops.mesh.primitive_cube_add(size=0.4, location=(-0.2, -1.6, 0.2))
    cube = bpy.context.object
    cube.name = BAD
    cube.scale.x = -1
    cube.data.polygons[0].flip()
    atelier().targets = {"unity", "web"}
    bpy.ops.ed.undo_push(message=BAD)
    yield from hand.press("atelier.preflight", 120)
    found = {fact["kind"] for fact in facts("findings")["findings"] if fact["object"] == BAD}
    assert {"illegal_name", "negative_scale", "turned_faces"} <= found, found


def findings() -> list[tuple[str, str]]:
    return [(finding.kind, finding.object) for finding in atelier().findings]


def fix(hand: Hand) -> Wait:
    """A click on the row selects the object, *Fix* flips its faces back."""
    yield from hand.open("Findings")
    bpy.ops.object.select_all(action="DESELECT")
    atelier().finding_index = findings().index(("turned_faces", BAD))
    assert bpy.context.view_layer.objects.active.name == BAD
    assert [obj.name for obj in bpy.context.selected_objects] == [BAD]
    yield from hand.fix_active()
    assert ("turned_faces", BAD) not in findings()
    assert facts("repaired")["repaired"][0]["kind"] == "turned_faces"


def cancel_export(hand: Hand) -> Wait:
    """Cancels an export: no folder, scene or object of it is left."""
    before = sorted(obj.name for obj in bpy.data.objects)
    yield from hand.cancel("atelier.export_scene")
    assert not (hand.folder / "export").exists(), list((hand.folder / "export").rglob("*"))
    assert len(bpy.data.scenes) == 1
    assert sorted(obj.name for obj in bpy.data.objects) == before


def export(hand: Hand) -> Wait:
    yield from hand.press("atelier.export_scene", 900)
    targets = facts("targets")["targets"]
    assert (Path(targets["web"]["folder"]) / "scene.glb").is_file()
    assert (Path(targets["unity"]["folder"]) / "SM_Old_Crate.fbx").is_file()


def undo_fix(hand: Hand) -> Wait:
    """One undo step reverts the repair, and the list with it."""
    yield from hand.undo()
    face = bpy.data.objects[BAD].data.polygons[0]
    assert face.normal.dot(face.center) < 0, "undo did not take the repair back"
    assert ("turned_faces", BAD) in findings()


STEPS: tuple[Callable[[Hand], Wait], ...] = (
    describe,
    draw_seed,
    generate,
    generate_another,
    apply_texture,
    edit_live,
    drag,
    stop_live,
    pose_mode,
    label,
    correct,
    apply,
    check,
    fix,
    cancel_export,
    export,
    undo_fix,
)


class ScriptHand:
    """Presses buttons without a window: each operator is invoked as by its button, and undo is Blender's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Wait:
        setattr(atelier(), name, text)
        bpy.ops.ed.undo_push(message=name)
        yield from ()

    def press(self, operator: str, seconds: float = 60.0, guess: bool = False) -> Wait:
        if guess:
            self._call(operator, **self._guess())
        else:
            self._call(operator)
        yield from ()

    def _call(self, operator: str, **options: Any) -> None:
        if operator == "object.mode_set":
            bpy.ops.object.mode_set(mode="OBJECT")
            return
        name = operator.partition(".")[2]
        call = getattr(bpy.ops.atelier, name)
        assert call.poll(), f"{operator} is disabled"
        options = self._panel().get(name, {}) | options
        assert call("EXEC_DEFAULT", True, **options) == {"FINISHED"}, atelier().report()

    def _panel(self) -> dict[str, dict[str, Any]]:
        """Fills the options that buttons take from the panel; without a window Blender does not call this."""
        settings = atelier()
        return {
            "generate_avatar": {"use_panel": True, "size": "256"},
            "apply_texture": {"use_panel": True, "size": "256"},
            "label_objects": {"scope": settings.label_scope},
            "preflight": {"targets": settings.targets},
            "export_scene": {"targets": settings.targets, "directory": settings.export_directory},
        }

    def _guess(self) -> dict[str, str]:
        """The text of the first button beside the active label."""
        obj = part("ui.places.labels").active_row(bpy.context)
        found = part("bridge.object_labels").object_label(obj)
        return {"object_name": obj.name, "label": next(item for item, _ in found.ranking if item != found.label)}

    def drag(self, name: str, by: float) -> Wait:
        traits = atelier().traits
        before = getattr(traits, name)
        for share in (0.5, 1.0):
            setattr(traits, name, before + by * share)
        bpy.ops.ed.undo_push(message=name)
        yield from ()

    def open(self, panel: str) -> Wait:
        """Does nothing: panels exist only in windows."""
        yield from ()

    def fix_active(self) -> Wait:
        self._call("atelier.repair_finding", index=atelier().finding_index)
        yield from ()

    def cancel(self, operator: str) -> Wait:
        """The job of the button, advanced as its timer does until files are there, then closed as Esc does."""
        assert operator == "atelier.export_scene"
        runner = part("bridge.jobs.modal").JobRunner(
            part("export.exporting").export_job(bpy.context, self.folder / "export", ["unity", "web"])
        )
        while not runner.advance() and runner.factor < 0.05:
            yield 0.0
        assert any((self.folder / "export").iterdir()), "nothing is written while it exports"
        runner.close()

    def undo(self) -> Wait:
        assert bpy.ops.ed.undo() == {"FINISHED"}
        yield from ()


def main(folder: Path) -> None:
    """All steps, without a window, in the file that is open."""
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "room.blend"))
    bpy.ops.ed.undo_push(message="Start")
    hand = ScriptHand(folder)
    for step in STEPS:
        for _ in step(hand):
            pass
        print(f"step {step.__name__}: done", file=sys.stderr, flush=True)
