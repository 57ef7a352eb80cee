"""Jobs that are stopped half-way, or whose objects, scene or file go away meanwhile, driven as a window drives them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from types import SimpleNamespace

import bpy
import pytest

from blender_addon.avatar.body.hair import worn_hair
from blender_addon.avatar.generating import generate_job, texture_job
from blender_addon.avatar.stored import stored_traits
from blender_addon.bridge.jobs.modal import JobRunner
from blender_addon.bridge.jobs.steps import Job, Pauses, Progress, run_to_end, unbroken
from blender_addon.operators.base import JobOperator
from blender_addon.scene.labels.applying import apply_labels_job
from blender_addon.scene.labels.labelling import label_objects_job
from ml_core import AtelierError, AvatarTraits
from tests.blender_addon.made_once import made_once

from ..export.test_exporting import fingerprint


@pytest.fixture(autouse=True)
def all_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs yield wherever they may, however fast the machine is: the same steps each time."""
    monkeypatch.setattr(Pauses, "due", lambda _: True)


def everything() -> dict:
    """What an artist would notice having changed, and all that Atelier stores."""
    facts = fingerprint()
    facts["stored"] = {
        obj.name: {
            key: value.to_list() if hasattr(value, "to_list") else str(value) for key, value in sorted(obj.items())
        }
        for obj in bpy.data.objects
    }
    facts["look"] = {
        obj.name: (tuple(obj.color), sorted(one.name for one in obj.users_collection), obj.asset_data is None)
        for obj in bpy.data.objects
    }
    facts["pixels"] = {one.name: one.packed_file.data for one in bpy.data.images if one.packed_file}
    facts["uv"] = {mesh.name: [layer.name for layer in mesh.uv_layers] for mesh in bpy.data.meshes}
    return facts


def advanced(runner: JobRunner, steps: int) -> bool:
    """Runs ``steps`` steps of the job, waiting for its thread as often as it takes; whether it is not over yet."""
    for _ in range(steps):
        while runner.waits:
            time.sleep(0.005)
        runner.step()
        if runner.report is not None:
            return False
    return True


def an_avatar() -> bpy.types.Object:
    def make() -> bpy.types.Object:
        report = run_to_end(generate_job(bpy.context, "", AvatarTraits(hair_style="bob"), 7, 256, "Avatar"))
        return bpy.data.objects[report["object"]]

    return made_once("with a bob", make)


def a_room() -> None:
    for place in range(3):
        bpy.ops.mesh.primitive_cube_add(size=0.4, location=(place, 0, 0))
        bpy.ops.mesh.primitive_cone_add(radius1=0.2 + 0.1 * place, location=(place, 2, 0))


def a_labelled_room() -> None:
    a_room()
    for obj in bpy.context.scene.objects:
        bpy.ops.atelier.pick_label(object_name=obj.name, label="chair", remember=False)


def generating() -> Job:
    return generate_job(bpy.context, "a man", AvatarTraits(), 7, 256, "Avatar")


def painting() -> Job:
    traits = AvatarTraits(top="#c02020", hair_style="bun", eye="#2040c0")
    return texture_job(bpy.context, bpy.data.objects["Avatar"], "", traits, 9, 256)


def assert_painted() -> None:
    """:func:`painting` has come to its end."""
    avatar = bpy.data.objects["Avatar"]
    traits, seed = stored_traits(avatar)
    assert (traits.top, traits.hair_style, seed) == ("#c02020", "bun", 9)
    assert worn_hair(avatar).style == "bun"


def labelling() -> Job:
    return label_objects_job(bpy.context)


def applying() -> Job:
    return apply_labels_job(bpy.context, colors=True, assets=True)


JOBS = {
    "generate": (a_room, generating),
    "texture": (an_avatar, painting),
    "label": (a_room, labelling),
    "apply": (a_labelled_room, applying),
}


@pytest.mark.parametrize("name", JOBS)
def test_a_stopped_job_leaves_the_scene_as_it_was(clean_scene: bpy.types.Context, name: str) -> None:
    """Stopped after each third of its steps, as Esc does it; then it runs to its end all the same. While it holds, Esc
    waits, and closing the file brings it to its end."""
    prepare, job = JOBS[name]
    prepare()
    before = everything()
    for taken in range(2):  # before its first step, then after one
        runner = JobRunner(job())
        advanced(runner, taken)
        runner.close()
        assert everything() == before, taken
    runner, steps = JobRunner(job()), 0
    while advanced(runner, 1):
        steps += 1
    assert everything() != before
    assert steps > 2
    for last in sorted({steps // 3, 2 * steps // 3, steps}):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        prepare()
        before = everything()
        runner = JobRunner(job())
        assert advanced(runner, last)
        holds = runner.progress.holds
        runner.close()
        if holds and name == "texture":
            assert_painted()
        else:
            assert everything() == before, last


def deleted() -> None:
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)


def undone() -> None:
    bpy.ops.ed.undo()


def another_file() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.mark.parametrize("happens", [deleted, undone, another_file])
@pytest.mark.parametrize("name", ["texture", "label"])
def test_what_a_job_works_on_may_go_away(
    clean_scene: bpy.types.Context, name: str, happens: Callable[[], None]
) -> None:
    """It ends with an error that the operator puts in words, and never with a crash."""
    bpy.ops.ed.undo_push(message="Empty")
    prepare, job = JOBS[name]
    prepare()
    bpy.ops.ed.undo_push(message="Prepared")
    runner = JobRunner(job())
    assert advanced(runner, 3)
    happens()
    try:
        while advanced(runner, 1):
            pass
    except (AtelierError, ReferenceError):
        pass
    finally:
        runner.close()
    # Blender is well, and the next job runs.
    bpy.ops.wm.read_factory_settings(use_empty=True)
    a_room()
    assert run_to_end(labelling())["objects"]


class Exporting(JobOperator):
    bl_idname, bl_label = "ATELIER_OT_export_scene", "Export"

    def report(self, kind: set[str], sentence: str) -> None:
        """Blender has no such operator, and shows nothing."""


def test_a_call_that_blocks_the_window_begins_a_turn_after_it_is_announced(clean_scene: bpy.types.Context) -> None:
    begun: list[str] = []

    def job() -> Job:
        yield Progress(0, 2, "Reading")
        yield Progress(1, 2, "Web: Blender writes scene.glb", blocks=True)
        begun.append("scene.glb")
        yield Progress(2, 2, "Checking", blocks=True)
        return {}

    operator = Exporting()
    operator._runner = JobRunner(job())
    turn = SimpleNamespace(type="TIMER", value="NOTHING")
    try:
        said = []
        for _ in range(3):
            assert operator.modal(clean_scene, turn) == {"PASS_THROUGH"}
            said.append((clean_scene.window_manager.atelier_job.what, bool(begun)))
        assert said == [("Web: Blender writes scene.glb", False)] * 2 + [("Checking", True)]
    finally:
        operator.cancel(clean_scene)


def test_esc_waits_while_a_job_holds(clean_scene: bpy.types.Context) -> None:
    done: list[str] = []

    def dressing() -> Generator[Progress, None, None]:
        for garment in ("shirt", "trousers", "shoes"):
            done.append(garment)
            yield Progress(len(done), 4, "Putting on the clothes")

    def job() -> Job:
        yield from unbroken(dressing())
        yield Progress(4, 4, "Putting the texture on")
        done.append("texture")
        return {}

    operator = Exporting()
    operator._runner = runner = JobRunner(job())
    runner.step()
    pressed, turn = SimpleNamespace(type="ESC", value="PRESS"), SimpleNamespace(type="TIMER", value="NOTHING")
    operator.modal(clean_scene, pressed)
    assert done == ["shirt"]
    assert operator._runner is runner, "it goes on"
    runner.advance = lambda: runner.step() is None  # type: ignore[method-assign] # a step a turn
    while operator._runner is not None:
        operator.modal(clean_scene, turn)
    assert done == ["shirt", "trousers", "shoes"], "and is cancelled as soon as it does not hold any more"

    done.clear()
    runner = JobRunner(job())
    runner.step()
    runner.close()
    assert done == ["shirt", "trousers", "shoes"], "a file that is closed leaves nobody half dressed"
