"""The tools that a program may call: each a dataclass of arguments and the function that handles them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.files import path_inside, safe_name
from ml_core.geometry.garments.pieces import BY_NAME as GARMENTS
from ml_core.outputs import check_folder
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.scene.looks import DEFAULT_LOOK, LOOKS
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, SIZES_OF_SCRIPTS
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

from ..avatar.dressing import wear_job
from ..avatar.generating import generate_job, named_target
from ..bridge.files.saving import save_copy
from ..bridge.importers import open_scene
from ..bridge.jobs.steps import run_to_end
from ..bridge.models import loaded as models
from ..bridge.object_labels import label_of
from ..commands.running import read_command, run_command_job
from ..export.exporting import export_job
from ..export.outcomes import unwritten
from ..export.preflight import preflight
from ..export.preflight.groups import group_lines
from ..scene.labels.labelling import label_objects_job
from ..scene.labels.subjects import SCOPES
from ..scene.lighting.lighting import is_lit, light_scene
from .arguments import about
from .rendering import render_still

MOST_OBJECTS = 1000
"""Objects that a list names."""
_NAMES_SHOWN = 3
_WRITING = ("save", "render", "export")
"""Steps of a sentence that write where the scene says; tools of their own write into the folder."""


@dataclass(frozen=True)
class Workplace:
    """Where a tool works: Blender's context, and the folder that contains all of its files."""

    context: bpy.types.Context
    folder: Path

    def path(self, relative: str, *endings: str) -> Path:
        """The file or folder ``relative`` below the folder.

        Raises:
            InputError: it leads out of the folder, possibly through a link, or does not end in one of ``endings``.
        """
        if not relative.strip():
            raise InputError("give the name of a file or folder")
        path = path_inside(self.folder, relative)
        if path == self.folder.resolve():
            raise InputError("give the name of a file or folder")
        if endings and path.suffix.lower() not in endings:
            raise InputError("{path}: give a name that ends in {endings}", path=relative, endings=", ".join(endings))
        return path

    def new_file(self, relative: str, ending: str, confirm: bool) -> Path:
        """A file to write.

        Raises:
            InputError: as :meth:`path`; or the file exists and ``confirm`` is false.
        """
        path = self.new_path(relative, ending)
        if path.is_dir():
            raise InputError("{path}: is a folder; give the name of a file", path=relative)
        if path.exists() and not confirm:
            raise InputError("{path}: is there already; say confirm to replace it, or give another name", path=relative)
        check_folder(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def new_path(self, relative: str, *endings: str) -> Path:
        """A file or folder that may be created, under a name that is valid on every system.

        Raises:
            InputError: as :meth:`path`; or a part of it is not such a name.
        """
        path = self.path(relative, *endings)
        for part in path.relative_to(self.folder.resolve()).parts:
            if safe_name(part) != part:
                raise InputError(
                    "{path}: not every system can have a file of this name; use letters, digits, - and _", path=relative
                )
        return path


@dataclass(frozen=True)
class Tool:
    """One tool. ``reads_only``: it changes neither the scene nor a file."""

    name: str
    text: str
    arguments: type[Any]
    do: Callable[[Workplace, Any], dict[str, Any]]
    reads_only: bool = False

    @property
    def is_destructive(self) -> bool:
        """Whether it can delete something, and so has an argument ``confirm``."""
        return "confirm" in self.arguments.__dataclass_fields__


@dataclass(frozen=True)
class Nothing:
    """No argument."""


@dataclass(frozen=True)
class OpenArguments:
    file: str = about("a scene in the folder: .blend, .glb, .gltf, .vrm, .fbx, .obj or USD")
    confirm: bool = about("true: what is open and not saved may be lost", False)


@dataclass(frozen=True)
class SaveArguments:
    file: str = about("name of the .blend to write, in the folder")
    confirm: bool = about("true: a file of that name may be replaced", False)


@dataclass(frozen=True)
class DescribeArguments:
    description: str = about("a person in a sentence, English or Chinese")


@dataclass(frozen=True)
class LabelArguments:
    scope: str = about("which objects", "all", SCOPES)


@dataclass(frozen=True)
class PlanArguments:
    command: str = about("what to do in the scene, English or Chinese, such as: hide every chair")


@dataclass(frozen=True)
class CommandArguments:
    command: str = about("what to do in the scene, English or Chinese, such as: put the lamp on the table")
    confirm: bool = about("true: objects may be deleted or replaced", False)


@dataclass(frozen=True)
class GenerateArguments:
    description: str = about("the person, such as: a tall woman in a navy suit, dark skin", "")
    seed: int = about("draws everything that is not said", 0, low=0, high=MAX_SEED)
    size: int = about("texels of a texture (square)", DEFAULT_SIZE, SIZES_OF_SCRIPTS)
    name: str = about("of the new avatar", "Avatar")


@dataclass(frozen=True)
class DressArguments:
    garments: tuple[str, ...] = about("to put on, over what is worn", (), GARMENTS)
    color: str = about("sRGB such as #203050; empty for the garment's own", "")
    fabric: str = about("empty for the garment's own", "", FABRIC_KINDS)
    avatar: str = about("name of the avatar; empty for the active one", "")


@dataclass(frozen=True)
class CheckArguments:
    engines: tuple[str, ...] = about("what the scene will be exported to", ("unity",), TARGETS)


@dataclass(frozen=True)
class ExportArguments:
    engines: tuple[str, ...] = about("one folder is written for each", ("unity",), TARGETS)
    into: str = about("a folder in the folder; an earlier export there is replaced, other files never", "export")


@dataclass(frozen=True)
class LightArguments:
    look: str = about("how; it takes the place of an earlier look", DEFAULT_LOOK, LOOKS)


@dataclass(frozen=True)
class RenderArguments:
    file: str = about("name of the .png to write, in the folder")
    width: int = about("pixels", 640, low=16, high=4096)
    height: int = about("pixels", 480, low=16, high=4096)
    samples: int = about("rays for each pixel", 16, low=1, high=1024)
    confirm: bool = about("true: a file of that name may be replaced", False)


def _list(place: Workplace, given: Nothing) -> dict[str, Any]:
    objects = list(place.context.scene.objects)
    shown = [{"name": obj.name, "type": obj.type, "label": label_of(obj)} for obj in objects[:MOST_OBJECTS]]
    return {"objects": shown, "count": len(objects)}


def _open(place: Workplace, given: OpenArguments) -> dict[str, Any]:
    path = place.path(given.file)
    if bpy.data.is_dirty and place.context.scene.objects and not given.confirm:
        raise InputError("the open scene has not been saved; save it, or say confirm to lose it")
    open_scene(path)
    if strange := _files_outside(place.folder):
        bpy.ops.wm.read_homefile(use_empty=True)
        raise InputError(
            "{file}: uses files outside of the folder ({names}); pack them into it, or put them beside it",
            file=given.file,
            names=", ".join(strange[:_NAMES_SHOWN]),
        )
    return _list(Workplace(bpy.context, place.folder), Nothing())


def _files_outside(folder: Path) -> list[str]:
    """Files that the open scene refers to and that are outside of ``folder``: an export would leak them."""
    root = folder.resolve()
    found = {}
    for kind in ("images", "libraries", "sounds", "fonts", "movieclips", "cache_files", "volumes"):
        for block in getattr(bpy.data, kind):
            if not block.filepath or block.filepath == "<builtin>" or getattr(block, "packed_file", None) is not None:
                continue
            path = Path(bpy.path.abspath(block.filepath, library=block.library))
            if not path.resolve().is_relative_to(root):
                found[str(path)] = None
    return list(found)


def _save(place: Workplace, given: SaveArguments) -> dict[str, Any]:
    path = place.new_file(given.file, ".blend", given.confirm)
    partial = path.with_name(f".{path.name}.partial.blend")
    try:
        save_copy(partial, path)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return {"file": given.file, "bytes": path.stat().st_size}


def _describe(place: Workplace, given: DescribeArguments) -> dict[str, Any]:
    read = models.language_model().read_description(given.description)
    return {"traits": read.traits.to_dict(), "ignored": list(read.ignored)}


def _label(place: Workplace, given: LabelArguments) -> dict[str, Any]:
    report = run_to_end(label_objects_job(place.context, given.scope))
    kept = ("name", "label", "confidence")
    return {"objects": [{key: item[key] for key in kept} for item in report["objects"]], "unknown": report["unknown"]}


def _plan(place: Workplace, given: PlanArguments) -> dict[str, Any]:
    return {"steps": [str(step) for step in read_command(place.context, given.command).steps]}


def _command(place: Workplace, given: CommandArguments) -> dict[str, Any]:
    writing = [step.action for step in read_command(place.context, given.command).steps if step.action in _WRITING]
    if writing:
        raise InputError("a command cannot {action} here; use the tool for it", action=writing[0])
    return run_to_end(run_command_job(place.context, given.command, given.confirm))


def _generate(place: Workplace, given: GenerateArguments) -> dict[str, Any]:
    job = generate_job(place.context, given.description, AvatarTraits(), given.seed, given.size, given.name)
    report = run_to_end(job)
    return {name: report[name] for name in ("object", "traits", "seed", "ignored")}


def _dress(place: Workplace, given: DressArguments) -> dict[str, Any]:
    if not given.garments:
        raise InputError("give at least one garment")
    avatar = named_target(place.context, given.avatar)
    run_to_end(wear_job(place.context, avatar, given.garments, given.color, given.fabric))
    return {"object": avatar.name, "garments": list(given.garments)}


def _light(place: Workplace, given: LightArguments) -> dict[str, Any]:
    report = light_scene(place.context, given.look)
    return {"look": given.look, "lights": report["lights"]}


def _some_engines(engines: tuple[str, ...]) -> list[str]:
    if not engines:
        raise InputError("no target is chosen; choose at least one engine to export for")
    return list(engines)


def _check(place: Workplace, given: CheckArguments) -> dict[str, Any]:
    found = preflight(place.context, _some_engines(given.engines))
    return {"lines": group_lines(found), "errors": sum(item.severity == "error" for item in found)}


def _export(place: Workplace, given: ExportArguments) -> dict[str, Any]:
    engines = _some_engines(given.engines)
    report = run_to_end(export_job(place.context, place.new_path(given.into), engines))
    targets = {name: sorted(facts.get("files", ())) for name, facts in report["targets"].items()}
    return {"targets": targets, "failed": unwritten(report["targets"], "error")}


def _render(place: Workplace, given: RenderArguments) -> dict[str, Any]:
    path = place.new_file(given.file, ".png", given.confirm)
    camera = render_still(place.context, path, given.width, given.height, given.samples)
    scene = place.context.scene
    has_light = is_lit(scene) or any(obj.type == "LIGHT" and obj.visible_get() for obj in scene.objects)
    return {"file": given.file, "bytes": path.stat().st_size, "camera": camera, "has_light": has_light}


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("list_objects", "The objects of the open scene with their labels.", Nothing, _list, True),
        Tool("open_scene", "Open a scene file of the folder in place of the open one.", OpenArguments, _open),
        Tool("save_scene", "Save a copy of the open scene into the folder.", SaveArguments, _save),
        Tool("describe", "What a description of a person means, as traits.", DescribeArguments, _describe, True),
        Tool("label", "Say what each object of the scene is.", LabelArguments, _label),
        Tool("plan_command", "The steps that a command would do; changes nothing.", PlanArguments, _plan, True),
        Tool("run_command", "Do what a sentence says: all of it or nothing.", CommandArguments, _command),
        Tool("generate", "Add an avatar from a description.", GenerateArguments, _generate),
        Tool("dress", "Put garments on an avatar.", DressArguments, _dress),
        Tool("check", "What would go wrong in an export, the worst first.", CheckArguments, _check, True),
        Tool("export", "Write folders for engines, checked.", ExportArguments, _export),
        Tool("light", "Light the scene, as a studio or at a time of day.", LightArguments, _light),
        Tool("render", "Render to a PNG: the scene's camera, or all that there is.", RenderArguments, _render),
    )
}
