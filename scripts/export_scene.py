"""Exports a scene for game engines and the web.

    python scripts/export_scene.py room.blend --engine unreal --out export/
    blender -b room.blend --python-exit-code 1 --python scripts/export_scene.py -- --engine unity --out export/

Reads .blend, .glb, .gltf, .vrm, .fbx, .obj and USD files; without a file, the scene that Blender has open. Writes
out/<engine>/ with models, textures, materials.json, layout.json, README.txt and manifest.json. Then the files are
compared with the surfaces of the scene; deviations are reported (unless --no-proof). Where an
engine fails, the others are still written; the exit code is then 2, with a line for each that failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.vocabulary.export_choices import (
    VRM_CHOICES,
    ActionChoice,
    ColliderChoice,
    DetailChoice,
    ImageFormat,
    MeshCompression,
    PoseChoice,
)
from ml_core.vocabulary.targets import TARGETS
from scripts.lib.cli import quiet, run, tell_left_out, tell_unwritten

if TYPE_CHECKING:
    from blender_addon.export.options import ExportOptions


MOST_BYTES = 40_000_000
"""Of a target, up to which its files are compared with the scene right after the export, which takes a fraction of it;
check_export.py --source compares any."""
VRM_ALLOWED = (
    "redistribution",
    "excessively_violent_usage",
    "excessively_sexual_usage",
    "political_or_religious_usage",
    "antisocial_or_hate_usage",
)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="export_scene.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", nargs="?", type=Path, help="the scene file; the open scene when left out")
    options.add_argument("--engine", action="append", required=True, help=f"{', '.join(TARGETS)}; may be given again")
    options.add_argument("--out", type=Path, help="folder that gets one folder for each engine")
    options.add_argument(
        "--check", action="store_true", help="only print what would go wrong, the worst first; nothing is written"
    )
    options.add_argument(
        "--no-proof", action="store_true", help="do not compare the files with the scene's surfaces afterwards"
    )
    options.add_argument(
        "--force", action="store_true", help="write among files of yours; those in the way become .bak"
    )
    models = options.add_argument_group("models")
    models.add_argument(
        "--detail",
        default="standard",
        choices=get_args(DetailChoice),
        help="most triangles of an avatar: all, 45,000 of people of ours (standard), or 20,000 of everybody (game)",
    )
    models.add_argument("--merge-garments", action="store_true", help="what a person of ours wears as one mesh")
    models.add_argument("--lods", type=int, default=2, metavar="N", help="levels of detail below the first (2)")
    models.add_argument(
        "--colliders",
        default="label",
        choices=get_args(ColliderChoice),
        help="shapes of colliders (label); coacd searches convex parts, with the package of that name",
    )
    models.add_argument("--no-lightmap-uv", action="store_true", help="no second UV layer")
    models.add_argument("--no-clips", action="store_true", help="no animation")
    models.add_argument("--actions", default="all", choices=get_args(ActionChoice), help="which become clips (all)")
    models.add_argument(
        "--pose",
        default="auto",
        choices=get_args(PoseChoice),
        help="what skeletons rest in: as shown but animated ones at rest (auto), as shown, or their rest pose",
    )
    models.add_argument("--no-cameras", action="store_true", help="no cameras in whole scenes (Godot, web, OpenUSD)")
    models.add_argument("--no-lights", action="store_true", help="no lights in whole scenes")
    models.add_argument("--empties", action="store_true", help="empties in whole scenes")
    models.add_argument("--scene-file", action="store_true", help="cameras, lights, empties in one more FBX file")
    models.add_argument("--no-properties", action="store_true", help="no custom properties of the artist's own")
    models.add_argument("--no-repair", action="store_true", help="leave faults in the exported copies as they are")
    models.add_argument(
        "--texture-budget",
        type=int,
        default=0,
        metavar="PX",
        help="largest resolution (the target's)",
    )
    web = options.add_argument_group("web alone, images of web pages as well")
    web.add_argument("--image-format", default="PNG", choices=get_args(ImageFormat), help="of textures (PNG)")
    web.add_argument(
        "--compress",
        nargs="?",
        type=str.upper,
        const="DRACO",
        choices=get_args(MeshCompression),
        help="compress meshes (DRACO; MESHOPT needs Blender 5.2 or newer)",
    )
    web.add_argument("--gpu-instances", action="store_true", help="what repeats a mesh is one node with many places")
    rights = options.add_argument_group("rights, written into the files")
    rights.add_argument("--author", default="", metavar="NAME", help="who made it")
    rights.add_argument("--license", default="", metavar="TEXT", help="an SPDX id, a sentence or an address")
    vrm = options.add_argument_group("VRM alone: who may do what with the avatar")
    for name, choices in VRM_CHOICES.items():
        flag = f"--vrm-{name.replace('_', '-')}"
        vrm.add_argument(flag, default=choices[0], choices=choices, help=f"({choices[0]})")
    for name in VRM_ALLOWED:
        vrm.add_argument(f"--vrm-allow-{name.replace('_', '-')}", action="store_true")
    return options


def chosen(given: argparse.Namespace) -> ExportOptions:
    """The options given by the flags.

    Raises:
        InputError: a number is invalid.
    """
    from blender_addon.export.options import ExportOptions, VrmMeta
    from ml_core.errors import InputError

    if not 0 <= given.lods <= 6:
        raise InputError("--lods {lods}: give a number from 0 to 6", lods=given.lods)
    if given.texture_budget and not 16 <= given.texture_budget <= 8192:
        raise InputError(
            "--texture-budget {texture_budget}: give a number from 16 to 8192", texture_budget=given.texture_budget
        )
    permissions = {name: getattr(given, f"vrm_{name}") for name in VRM_CHOICES}
    permissions |= {f"allow_{name}": getattr(given, f"vrm_allow_{name}") for name in VRM_ALLOWED}
    return ExportOptions(
        detail=given.detail,
        merge_garments=given.merge_garments,
        lods=given.lods,
        colliders=given.colliders,
        lightmap_uv=not given.no_lightmap_uv,
        clips=not given.no_clips,
        actions=given.actions,
        pose=given.pose,
        cameras=not given.no_cameras,
        lights=not given.no_lights,
        empties=given.empties,
        scene_file=given.scene_file,
        custom_properties=not given.no_properties,
        texture_budget=given.texture_budget,
        author=given.author,
        license=given.license,
        repair_copies=not given.no_repair,
        image_format=given.image_format,
        compress_meshes=given.compress is not None,
        mesh_compression=given.compress or "DRACO",
        gpu_instances=given.gpu_instances,
        force=given.force,
        vrm=VrmMeta(authors=(given.author,) if given.author else (), **permissions),
    )


def _proof(scene: Path | None, targets: dict[str, Any]) -> dict[str, list[str]]:
    """Deviations of surfaces in the files from the open scene, by target; for exports up to :data:`MOST_BYTES`."""
    from scripts.export_checks.readers.folder import TargetFolder
    from scripts.export_checks.scene.source import read_open_scene, source_check

    written = {target: facts for target, facts in targets.items() if 0 < facts.get("bytes", 0) <= MOST_BYTES}
    if not written:
        return {}
    source = read_open_scene(scene or Path("the scene"))
    return {
        target: [str(problem) for problem in source_check(TargetFolder(Path(facts["folder"])), source).problems]
        for target, facts in written.items()
    }


def _check(engines: list[str], options: ExportOptions) -> int:
    """Prints the findings by kind; returns 1 if one of them is an error."""
    import bpy

    from blender_addon.export.preflight import preflight
    from blender_addon.export.preflight.groups import group_lines

    found = preflight(bpy.context, engines, options)
    print("\n".join(group_lines(found)))
    return int(any(item.severity == "error" for item in found))


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.export.exporting import export_job
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    if not given.check and given.out is None:
        raise InputError("--out: name the folder that gets the export, or ask for a --check")
    options = chosen(given)
    with quiet():
        if given.scene is not None:
            open_scene(given.scene)
    if given.check:
        return _check(given.engine, options)
    with quiet():
        report = run_to_end(export_job(bpy.context, given.out.absolute(), given.engine, options))
        if not given.no_proof:
            report["proof"] = _proof(given.scene, report["targets"])
    print(json.dumps(report, indent=2, ensure_ascii=False))
    tell_left_out(report)
    for target, problems in report.get("proof", {}).items():
        for problem in problems:
            print(f"{target}: {problem}", file=sys.stderr)
    return tell_unwritten(report["targets"])


if __name__ == "__main__":
    run(main)
