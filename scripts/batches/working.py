"""Runs one job in this process, in Blender: with the functions of the scripts, on the files of the job.

Its output folder is published atomically: all of it, or after an error nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.publishing import MANIFEST, file_entries, published_folder
from ml_core.vocabulary.traits import AvatarTraits
from scripts.batches.jobs import AssetJob, CheckJob, DressJob, ExportJob, GenerateJob, LabelJob, RenderJob, TextureJob

PICTURE = "picture.png"
"""What a job's picture for the report is called."""
UNLIKE = (".blend",)
"""Endings of files that hold addresses of memory, and so differ between two runs with the same content."""


def do(job: Any, source: Path | None, out: Path) -> dict[str, Any]:
    """Run a job and write its result into the folder ``out``.

    Args:
        source: its input file or folder; ``None`` for a job without input.

    Returns:
        ``facts`` (JSON values of this kind of job), ``files`` (name -> bytes), ``digest`` of all files but those of
        :data:`UNLIKE`, which is the same for the same job on any machine; empty if there are no other files.

    Raises:
        InputError: as the scripts do.
    """
    with published_folder(out, f"job: {job.kind}") as staging:
        facts = _DOERS[job.kind](job, source, staging.folder)
        entries = file_entries(staging.folder)
    same = [
        (entry["path"], entry["sha256"])
        for entry in entries
        if not entry["path"].endswith(UNLIKE) and Path(entry["path"]).name != MANIFEST
    ]
    digest = hashlib.sha256(json.dumps(same).encode()).hexdigest() if same else ""
    return {"facts": facts, "files": {entry["path"]: entry["bytes"] for entry in entries}, "digest": digest}


def _generate(job: GenerateJob, source: Path | None, folder: Path) -> dict[str, Any]:
    from ml_core.inference.textures.layers import layers_from_json
    from scripts.generate_avatar import save_images
    from scripts.lib.crowd import write_person

    layers = json.dumps(list(job.layers)) if job.layers else ""
    if layers:
        layers_from_json(layers)
    traits = AvatarTraits.from_dict(job.traits)
    stem = "" if job.each == "folder" else job.id
    report = write_person(folder, stem, job.describe, traits, job.seed, job.size, layers, job.each, save_images, job.id)
    return {"ignored": report["ignored"]}


def _dress(job: DressJob, source: Path | None, folder: Path) -> dict[str, Any]:
    import bpy

    from blender_addon.avatar import dressing
    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.jobs.steps import run_to_end

    armature = _avatar(job.object, source)
    if job.without:
        run_to_end(dressing.take_off_job(bpy.context, armature, job.without))
    if job.garments:
        run_to_end(dressing.wear_job(bpy.context, armature, job.garments, job.color, job.fabric))
    save_copy(folder / "avatar.blend", folder / "avatar.blend")
    return {"object": armature.name}


def _texture(job: TextureJob, source: Path | None, folder: Path) -> dict[str, Any]:
    import bpy

    from blender_addon.avatar.generating import texture_job
    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.jobs.steps import run_to_end
    from scripts.generate_avatar import save_images

    target = _avatar(job.object, source)
    traits = AvatarTraits.from_dict(job.traits)
    report = run_to_end(texture_job(bpy.context, target, job.describe, traits, job.seed, job.size))
    save_images(folder / "textures")
    save_copy(folder / "avatar.blend", folder / "avatar.blend")
    return {"object": report["object"], "ignored": report["ignored"]}


def _label(job: LabelJob, source: Path | None, folder: Path) -> dict[str, Any]:
    import bpy

    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.scene.labels.applying import apply_labels_job
    from blender_addon.scene.labels.labelling import label_objects_job
    from scripts.label_scene import annotate, write_report

    _open(source)
    report = run_to_end(label_objects_job(bpy.context))
    write_report(folder / "labels.json", ".json", report)
    if job.picture:
        annotate(bpy.context, folder / PICTURE, 1440)
    if report["unknown"] < len(report["objects"]):
        run_to_end(apply_labels_job(bpy.context, scheme=job.scheme))
    save_copy(folder / "labeled.blend", folder / "labeled.blend")
    return {"objects": len(report["objects"]), "unknown": report["unknown"]}


def _asset(job: AssetJob, source: Path | None, folder: Path) -> dict[str, Any]:
    import bpy

    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.models.loaded import object_recognizer
    from blender_addon.scene.library.making import make_assets_job
    from ml_core.inference.library.rights import Rights
    from scripts.batches.library import write_assets
    from scripts.lib.rendering import asset_preview

    assert source is not None
    _open(source)
    rights = Rights(job.author, job.license, job.description, job.copyright, job.name)
    report = run_to_end(make_assets_job(bpy.context, job.name or source.stem, rights, job.real_size))
    if job.preview:
        for item in report["made"]:
            picture = asset_preview.give_preview(bpy.context, item.block, job.preview)
        picture.save(folder / PICTURE)
    bpy.ops.file.pack_all()
    save_copy(folder / "asset.blend", folder / "asset.blend", compress=True)
    write_assets(folder, report["made"], object_recognizer().fingerprint)
    first = report["made"][0].asset
    return {
        "assets": len(report["made"]),
        "name": first.name,
        "label": first.label,
        "confidence": first.confidence,
        "size": list(first.size),
        "turned": report["turned"],
        "scale": round(report["scale"], 4),
    }


def _export(job: ExportJob, source: Path | None, folder: Path) -> dict[str, Any]:
    import bpy

    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.export.exporting import export_job
    from blender_addon.export.outcomes import unwritten
    from scripts.export_scene import chosen, parser

    _open(source)
    words = [word for engine in job.engines for word in ("--engine", engine)]
    words += ["--detail", job.detail, "--colliders", job.colliders, "--lods", str(job.lods)]
    words += [f"--author={job.author}", f"--license={job.license}"]
    options = chosen(parser().parse_args(words))
    targets = run_to_end(export_job(bpy.context, folder, list(job.engines), options))["targets"]
    failed = unwritten(targets, "error")
    if failed:
        raise InputError("{reasons}", reasons="; ".join(failed.values()))
    return {"skipped": list(unwritten(targets, "skipped").values())}


def _check(job: CheckJob, source: Path | None, folder: Path) -> dict[str, Any]:
    from scripts.check_export import check_target, find_targets, find_validator

    assert source is not None
    validator = find_validator()
    problems = {target.name: list(check_target(target, validator)) for target in find_targets(source)}
    text = json.dumps(problems, indent=2, ensure_ascii=False) + "\n"
    (folder / "check.json").write_text(text, encoding="utf-8")
    return {"problems": [f"{name}: {item}" for name, found in problems.items() for item in found]}


def _render(job: RenderJob, source: Path | None, folder: Path) -> dict[str, Any]:
    import bpy

    from blender_addon.bridge.mesh_arrays import CONVERTIBLE
    from scripts.lib.rendering import pictures as _pictures

    _open(source)
    shown = [obj for obj in bpy.context.view_layer.objects if obj.type in CONVERTIBLE and obj.visible_get()]
    if not shown:
        raise InputError("{path}: there is nothing to see in it", path=source)
    with _pictures.studio(bpy.context, shown, quick=True) as scene:
        _pictures.frame(scene, _pictures.corners(shown), job.yaw, 8, job.width / job.height)
        picture = _pictures.render(scene, job.width, job.height, job.samples)
    picture.save(folder / PICTURE)
    return {"objects": len(shown)}


def _open(source: Path | None) -> None:
    from blender_addon.bridge.importers import open_scene

    assert source is not None
    open_scene(source)


def _avatar(name: str, source: Path | None) -> Any:
    """The avatar called ``name``, or the largest, of the file ``source``, which is opened."""
    import bpy

    from scripts.generate_avatar import humanoid_in

    _open(source)
    assert source is not None
    return humanoid_in(bpy.context, name, source)


_DOERS: dict[str, Callable[[Any, Path | None, Path], dict[str, Any]]] = {
    "generate": _generate,
    "dress": _dress,
    "texture": _texture,
    "label": _label,
    "asset": _asset,
    "export": _export,
    "check": _check,
    "render": _render,
}
