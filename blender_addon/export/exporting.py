"""The export job: one folder for each target, written aside, checked, then put in place."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError
from ml_core.publishing import Staging, disk_error, staged_folder

from ..bridge.created_data import removed_on_failure
from ..bridge.jobs import InThread, Job, Progress
from ..bridge.object_labels import confidence_of, label_of
from ..bridge.preserved_scene import preserved_scene, temporary_scene
from .baking import bake_assets
from .clips import Clip, find_clips, read_clip
from .engine_names import EngineNames
from .import_files import write_import_files
from .lods import Known
from .manifest import write_json, write_manifest
from .naming import Namer
from .options import ExportOptions
from .outcomes import NothingToExportError, Outcomes, target_facts
from .placement import without_scale
from .profiles import Profile, profile
from .repairs.copies import repair_meshes
from .static_assets import StaticAsset, collect_assets, exported_objects
from .static_geometry import prepare_assets
from .target_writer import TargetWriter


@dataclass
class _Scene:
    """What all targets are written from; ``clips`` by the session_uid of their armature."""

    assets: list[StaticAsset]
    armatures: list[bpy.types.Object]
    names: EngineNames
    clips: dict[int, list[Clip]]
    options: ExportOptions
    reduced: Known = field(default_factory=dict)


@dataclass
class _Place:
    """A target and the draft of its folder."""

    target: str
    profile: Profile
    staging: Staging

    @property
    def draft(self) -> Path:
        return self.staging.folder

    def explained(self, error: Exception) -> Exception:
        return disk_error(error, self.staging.target, self.draft)

    def published(self, facts: dict[str, Any]) -> dict[str, Any] | Exception:
        """The facts of the target once its files are in place, or why they are not."""
        try:
            self.staging.publish()
        except Exception as error:  # noqa: BLE001 - each target stands alone
            return self.explained(error)
        return facts | ({"kept": self.staging.kept} if self.staging.kept else {})


def export_job(
    context: bpy.types.Context, folder: Path, targets: Sequence[str], options: ExportOptions | None = None
) -> Job:
    """Exports the visible scene to ``folder/<target>`` for each target.

    The artist's scene stays as it is. A failed or cancelled export leaves nothing behind. In an existing target folder
    only files of an earlier export that are unchanged since are replaced; with ``options.force`` a file in the way is
    kept under another name, which the report says in ``kept``. Each target stands alone: one that fails, or has nothing
    to export, is reported with its ``error`` or why it was ``skipped``, and the others are written.

    Raises:
        InputError: nothing to export, an unknown target, or no target could be written.
    """
    started = time.perf_counter()
    options = options or ExportOptions()
    folder = Path(os.path.abspath(folder))
    wishes = {target: profile(target) for target in dict.fromkeys(targets)}
    if not wishes:
        raise InputError("no target is chosen; choose at least one engine to export for")
    static, armatures = exported_objects(context)
    if not static and not armatures:
        raise InputError("the scene has no visible mesh to export")
    with ExitStack() as drafts:
        places, errors = _open(drafts, folder, wishes, options.force)
        drafts.enter_context(preserved_scene(context))
        yield Progress(0, 1, "Reading the scene")
        namer = Namer()
        assets, empty = yield from collect_assets(context, static, namer)
        if not assets and not armatures:
            raise InputError(f"nothing to export: {', '.join(empty[:5])} have no faces")
        yield from bake_assets(assets, options.texture_budget)
        yield from repair_meshes([asset.mesh for asset in assets], options)
        left_out = yield from prepare_assets(assets, options, any(one.collider_prefixes for one in wishes.values()))
        names = EngineNames.of(armatures, assets, namer)
        clips = yield from _read_clips(context, armatures, names, options, wishes)
        scene = _Scene(assets, armatures, names, clips, options)
        outcomes: Outcomes = dict(errors)
        for number, place in enumerate(places):
            try:
                with removed_on_failure(context):
                    outcomes[place.target] = yield from _write(place, scene, number, len(places))
            except Exception as error:  # noqa: BLE001 - each target stands alone; the report says what failed
                outcomes[place.target] = place.explained(error)
        for place in places:  # not before all are written: a cancelled export leaves nothing
            if not isinstance(outcomes[place.target], Exception):
                outcomes[place.target] = place.published(outcomes[place.target])
        facts = target_facts({target: outcomes[target] for target in wishes})
    return {
        "folder": str(folder),
        "targets": facts,
        "without_faces": empty,
        "left_out": left_out,
        "seconds": round(time.perf_counter() - started, 2),
    }


def _write(
    place: _Place, scene: _Scene, number: int, count: int
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Writes one target's draft, the ``number``-th of ``count``; its facts for the report.

    Raises:
        NothingToExportError: the scene has nothing that this target takes.
    """
    title = place.profile.title
    if not place.profile.statics and not scene.armatures:
        why = "the scene has no avatar"
        raise NothingToExportError(f"{title}: nothing to export ({why})")
    steps = len(scene.assets) + len(scene.armatures) + 1
    done, total = number * steps, count * steps
    writer = TargetWriter(place.profile, place.draft, scene.names, scene.options, scene.reduced)
    left = scene.assets
    while left:
        yield Progress(done, total, f"{title}: {left[0].name}")
        written, left = writer.write_statics(left)
        done += written
    for armature in scene.armatures:
        yield Progress(done, total, f"{title}: {armature.name}")
        yield from writer.write_avatar(armature, scene.clips[armature.session_uid])
        done += 1
    yield Progress(done, total, f"{title}: finishing")
    writer.finish()
    return _close(place, writer, scene)


def _read_clips(
    context: bpy.types.Context,
    armatures: list[bpy.types.Object],
    names: EngineNames,
    options: ExportOptions,
    wishes: dict[str, Profile],
) -> Generator[Progress, Any, dict[int, list[Clip]]]:
    """The clips of each armature by its session_uid, read once for all targets."""
    clips: dict[int, list[Clip]] = {armature.session_uid: [] for armature in armatures}
    if not options.clips or not any(wish.clips for wish in wishes.values()):
        return clips
    for armature in armatures:
        sources = find_clips(armature, names.engine[armature.session_uid].removeprefix("SK_"))
        for number, source in enumerate(sources):
            yield Progress(number, len(sources), f"Reading {source.name}")
            with temporary_scene(context):
                clips[armature.session_uid].append(read_clip(context, armature, source))
    return clips


def _close(place: _Place, writer: TargetWriter, scene: _Scene) -> dict[str, Any]:
    """Writes layout, materials, instructions and manifest of a finished draft; its facts for the report."""
    if not writer.sources:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in writer.skipped.items())
        raise NothingToExportError(f"{place.profile.title}: nothing to export ({reasons})")
    names, assets = scene.names, scene.assets
    written = [one for one in scene.armatures if one.name not in writer.skipped]
    layout = [
        {
            "asset": asset.name,
            "object": instance.object_name,
            "label": instance.label,
            "confidence": instance.confidence,
            "matrix_world": [[round(value, 6) for value in row] for row in instance.matrix],
        }
        for asset in (assets if place.profile.statics else [])
        for instance in asset.instances
    ]
    layout += [
        {
            "asset": names.engine[armature.session_uid],
            "object": names.source[armature.session_uid],
            "label": label_of(armature),
            "confidence": confidence_of(armature),
            "matrix_world": [
                [round(value, 6) for value in row]
                for row in without_scale(armature) @ writer.homes[armature.session_uid].inverted()
            ],
        }
        for armature in written
    ]
    about = {"axes": "Blender: metres, Z up, front is -Y", "instances": layout}
    write_json(place.draft / "layout.json", about)
    write_json(place.draft / "materials.json", writer.material_list)
    title = place.profile.title
    write_import_files(place.draft, place.target, title, writer.sources, writer.material_list, layout)
    manifest = write_manifest(place.draft, place.target, writer.sources, scene.options)
    _check(place.draft, manifest)
    return {
        "folder": str(place.staging.target),
        "files": len(manifest["files"]),
        "bytes": sum(entry["bytes"] for entry in manifest["files"]),
        "assets": len(assets) if place.profile.statics else 0,
        "instances": len(layout),
        "avatars": len(written),
        **({"skipped": writer.skipped} if writer.skipped else {}),
    }


def _check(folder: Path, manifest: dict[str, Any]) -> None:
    """Every model file is whole: FBX by its magic bytes and footer, GLB by its lengths."""
    from .glb import read_json

    for entry in manifest["files"]:
        path = folder / entry["path"]
        if path.suffix in (".glb", ".vrm"):
            read_json(path)
        elif path.suffix == ".fbx":
            data = path.read_bytes()
            if not data.startswith(b"Kaydara FBX Binary") or len(data) < 1000:
                raise AtelierError(f"{path.name}: Blender wrote no whole FBX file; export again")


def _open(
    drafts: ExitStack, folder: Path, wishes: dict[str, Profile], force: bool
) -> tuple[list[_Place], dict[str, Exception]]:
    """A draft in each target's folder, which ``drafts`` removes again, and the errors of targets that cannot have one.

    Raises:
        InputError: no target can.
    """
    places: list[_Place] = []
    errors: dict[str, Exception] = {}
    for target, wish in wishes.items():
        try:
            places.append(_Place(target, wish, drafts.enter_context(staged_folder(folder / target, force))))
        except InputError as error:
            errors[target] = error
    if not places:
        target_facts(dict(errors))
    return places, errors
