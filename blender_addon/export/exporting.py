"""The export job: one folder per target, staged, checked, then moved into place."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Any

import bpy
from mathutils import Matrix

from ml_core.errors import AtelierError, InputError, Message
from ml_core.publishing import Staging, disk_error, staged_folder

from ..bridge.data.created import removed_on_failure
from ..bridge.jobs.steps import InThread, Job, Pauses, Progress, scaled
from ..bridge.object_labels import confidence_of, label_of
from ..bridge.state.preserved_scene import preserved_scene
from ..translations.registry import formatted
from .assets.static import Instance, StaticAsset
from .content.stage import Stage, read_stage
from .delivery.import_files import write_import_files
from .delivery.manifest import write_json, write_manifest
from .delivery.page_files import check_page_files, write_page
from .delivery.target_writer import TargetWriter
from .formats.glb import read_json
from .formats.privacy import exported_properties
from .options import ExportOptions
from .outcomes import NothingToExportError, Outcomes, target_facts
from .targets.profiles import Profile, profile

_FBX = b"Kaydara FBX Binary"
READING = 0.4
"""Share of the progress that reading the scene takes; the targets share the rest."""


@dataclass
class _Place:
    """A target and its staging folder."""

    target: str
    profile: Profile
    staging: Staging

    @property
    def draft(self) -> Path:
        return self.staging.folder

    def explained(self, error: Exception) -> Exception:
        return disk_error(error, self.staging.target, self.draft)

    def published(self, facts: dict[str, Any]) -> dict[str, Any] | Exception:
        """The facts of the target once its files are in place, or the reason why they are not."""
        try:
            self.staging.publish()
        except Exception as error:  # noqa: BLE001 - each target stands alone
            return self.explained(error)
        return facts | ({"kept": self.staging.kept} if self.staging.kept else {})


def export_job(
    context: bpy.types.Context, folder: Path, targets: Sequence[str], options: ExportOptions | None = None
) -> Job:
    """Exports the visible scene to ``folder/<target>`` for each target.

    The artist's scene stays as it is. A failed or canceled export leaves nothing behind. In an existing target folder
    only files of an earlier export that are unchanged since are replaced; with ``options.force`` a conflicting file is
    kept under another name, listed in the report as ``kept``. Targets are independent: one that fails, or has nothing
    to export, is reported with its ``error`` or the reason why it was ``skipped``, and the others are written.

    Raises:
        InputError: nothing to export, an unknown target, or no target could be written.
    """
    started = time.perf_counter()
    options = options or ExportOptions()
    folder = Path(os.path.abspath(folder))
    profiles = {target: profile(target) for target in dict.fromkeys(targets)}
    if not profiles:
        raise InputError("no target is chosen; choose at least one engine to export for")
    with ExitStack() as staging:
        places, errors = _open(staging, folder, profiles, options.force)
        staging.enter_context(preserved_scene(context))
        yield Progress(0, 1, "Reading the scene")
        scene = yield from scaled(read_stage(context, list(profiles.values()), options), 0.0, READING)
        outcomes: Outcomes = dict(errors)
        for number, place in enumerate(places):
            try:
                with removed_on_failure(context):
                    first = READING + (1 - READING) * number / len(places)
                    writing = _write(place, scene)
                    outcomes[place.target] = yield from scaled(writing, first, first + (1 - READING) / len(places))
            except Exception as error:  # noqa: BLE001 - each target stands alone; the report says what failed
                outcomes[place.target] = place.explained(error)
        outcomes |= yield from _published(places, outcomes)
        yield Progress(1, 1, "Removing the copies", blocks=True)
        facts = target_facts({target: outcomes[target] for target in profiles})
    return {
        "folder": str(folder),
        "targets": facts,
        "without_faces": scene.without_faces,
        "left_out": [asdict(item) for item in scene.left_out],
        **({"lost_shape_keys": scene.lost_keys} if scene.lost_keys else {}),
        "choices": {"actions": options.actions if options.clips else "none", "pose": options.pose},
        "seconds": round(time.perf_counter() - started, 2),
    }


def _published(places: list[_Place], outcomes: Outcomes) -> Generator[InThread, Any, Outcomes]:
    """Moves the staged files into place, once all are written; a canceled export leaves either all of them or none."""
    written = [(place, facts) for place in places if not isinstance(facts := outcomes[place.target], Exception)]
    is_cancelled, publishing = Event(), Lock()

    def publish() -> Outcomes:
        with publishing:
            if is_cancelled.is_set():
                return {}
            return {place.target: place.published(facts) for place, facts in written}

    try:
        return (yield InThread(publish))
    except GeneratorExit:
        is_cancelled.set()
        with publishing:  # what has begun comes to its end
            raise


def _write(place: _Place, scene: Stage) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Writes one target to its staging folder; returns its facts for the report.

    Raises:
        NothingToExportError: the scene has nothing that this target supports.
    """
    title = place.profile.title
    if not place.profile.target.takes_statics and not scene.avatars:
        reason = Message("the scene has no avatar")
        raise NothingToExportError("{title}: nothing to export ({reason})", title=title, reason=reason)
    done, total = 0, len(scene.assets) + len(scene.avatars) + 1
    writer = TargetWriter(place.profile, place.draft, scene)
    left = scene.assets
    while left:
        yield Progress(done, total, f"{title}: {left[0].name}")
        written = yield from scaled(writer.write_statics(left), done / total, (done + 1) / total)
        left = left[written:]
        done += written
    for avatar in scene.avatars:
        yield Progress(done, total, f"{title}: {avatar.armature.name}")
        yield from scaled(writer.write_avatar(avatar), done / total, (done + 1) / total)
        done += 1
    yield Progress(done, total, formatted("{target}: finishing", target=formatted(title)))
    yield from scaled(writer.finish(), done / total, (done + 1) / total)
    return (yield from _close(place, writer, scene))


def _close(place: _Place, writer: TargetWriter, scene: Stage) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Writes layout, materials, instructions and manifest of a staged target; returns its facts for the report."""
    if not writer.sources:
        reason = Message.joined(
            "; ", [Message("{name}: {reason}", name=name, reason=why) for name, why in writer.skipped.items()]
        )
        raise NothingToExportError("{title}: nothing to export ({reason})", title=place.profile.title, reason=reason)
    names, assets = scene.names, scene.assets
    written = [item for item in scene.avatars if names.source[item.armature.session_uid] not in writer.skipped]
    progress = Progress(1, 1, formatted("{target}: finishing", target=formatted(place.profile.title)))
    yield progress
    layout = []
    pauses = Pauses()
    for asset in assets if place.profile.target.takes_statics else []:
        for instance in asset.instances:
            if pauses.due():
                yield progress
            layout.append(_place_of(asset, instance, scene.options))
    layout += [
        {
            "asset": names.engine[avatar.armature.session_uid],
            "object": names.source[avatar.armature.session_uid],
            "label": label_of(avatar.armature),
            "confidence": confidence_of(avatar.armature),
            "matrix_world": _rounded(matrix),
        }
        for avatar in written
        for matrix in writer.places(avatar)
    ]
    about = {"axes": "Blender: metres, Z up, front is -Y", "instances": layout}
    yield InThread(lambda: write_json(place.draft / "layout.json", about))
    yield InThread(lambda: write_json(place.draft / "materials.json", writer.material_list))
    yield InThread(lambda: write_import_files(place.draft, place.profile, writer.sources, writer.material_list, layout))
    if place.profile.has_page:
        write_page(place.draft, writer.sources, layout, scene)
    manifest = yield InThread(lambda: _described(place, writer, scene))
    kept = {str(facts["source"]): facts["vrm"] for facts in writer.sources.values() if "vrm" in facts}
    return {
        "folder": str(place.staging.target),
        "files": len(manifest["files"]),
        "bytes": sum(entry["bytes"] for entry in manifest["files"]),
        "assets": len(assets) if place.profile.target.takes_statics else 0,
        "instances": len(layout),
        "avatars": len(written),
        **({"skipped": writer.skipped} if writer.skipped else {}),
        **({"vrm": kept} if kept else {}),
    }


def _place_of(asset: StaticAsset, instance: Instance, options: ExportOptions) -> dict[str, Any]:
    """The transform of an artist's object, for ``layout.json``."""
    return {
        "asset": asset.name,
        "object": instance.object_name,
        "label": instance.label,
        "confidence": instance.confidence,
        "matrix_world": _rounded(instance.matrix),
        **_properties(instance.obj, options),
    }


def _rounded(matrix: Matrix) -> list[list[float]]:
    return [[round(value, 6) for value in row] for row in matrix]


def _properties(obj: bpy.types.Object, options: ExportOptions) -> dict[str, Any]:
    """The custom properties of one placement, which may differ from those of others that share its model."""
    properties = exported_properties(obj) if options.custom_properties else {}
    return {"properties": properties} if properties else {}


def _described(place: _Place, writer: TargetWriter, scene: Stage) -> dict[str, Any]:
    """Writes the manifest of a staged target and checks its files, without Blender."""
    manifest = write_manifest(place.draft, place.target, writer.sources, scene.options)
    _check(place.draft, manifest)
    return manifest


def _check(folder: Path, manifest: dict[str, Any]) -> None:
    """Checks that every model file is complete: FBX by its magic bytes and footer, GLB by its lengths."""
    for entry in manifest["files"]:
        path = folder / entry["path"]
        if path.suffix in (".glb", ".vrm"):
            read_json(path)
        elif path.suffix == ".fbx":
            with path.open("rb") as file:
                is_fbx = file.read(len(_FBX)) == _FBX
            if not is_fbx or entry["bytes"] < 1000:
                raise AtelierError("{file}: Blender wrote no whole FBX file; export again", file=path.name)


def _open(
    staging: ExitStack, folder: Path, profiles: dict[str, Profile], force: bool
) -> tuple[list[_Place], dict[str, Exception]]:
    """A staging folder in each target's folder, removed by ``staging``, and the errors of targets where this fails.

    Raises:
        InputError: it fails for all targets.
    """
    places: list[_Place] = []
    errors: dict[str, Exception] = {}
    for target, target_profile in profiles.items():
        try:
            if target_profile.has_page:
                check_page_files()
            places.append(_Place(target, target_profile, staging.enter_context(staged_folder(folder / target, force))))
        except InputError as error:
            errors[target] = error
    if not places:
        target_facts(dict(errors))
    return places, errors
