"""Writes the import scripts and instructions of an export: the engine's side of the work, ready to run."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.files import open_picture
from ml_core.version import __version__

from ..assets.avatars.skeleton import missing_bones
from ..targets.profile import Profile
from .manifest import write_json

SCRIPTS = Path(__file__).parent / "import_scripts"
SCRIPT_SUFFIXES = (".cs", ".gd", ".py")

# The program is under the GPL; what it puts into an artist's project is not.
_LICENSE = """
The scripts in this folder are under MIT No Attribution (SPDX: MIT-0): use, change and ship them as you like, without
a word about Atelier. They come without warranty. Models and pictures are yours.
本文件夹中的脚本采用 MIT No Attribution（SPDX：MIT-0）：可随意使用、修改和分发，无需署名，不提供任何担保。
模型和图片归您所有。
"""

_UNITY_ID = "000000"
"""Stands in Unity's scripts for the id of the export: two exports in one project must not share a class name."""

_THUMB = {"Metacarpal": "Proximal", "Proximal": "Intermediate", "Distal": "Distal"}
"""Unity counts a thumb's bones as those of the other fingers."""


def write_import_files(
    folder: Path,
    profile: Profile,
    sources: dict[str, dict[str, Any]],
    materials: dict[str, Any],
    instances: list[dict[str, Any]],
) -> None:
    """Writes README.txt and the scripts of a target into a staged export, before its manifest is written.

    Args:
        sources: facts of each model by file name, as for the manifest. materials: content of materials.json.
        instances: placements of layout.json.
    """
    scripts = SCRIPTS / profile.target.id
    steps = (scripts / "README.txt").read_text(encoding="utf-8")
    head = f"Made by Atelier {__version__} for {profile.title}.\n\n"
    has_scripts = any(path.suffix in SCRIPT_SUFFIXES for path in scripts.iterdir())
    (folder / "README.txt").write_text(head + steps + (_LICENSE if has_scripts else ""), encoding="utf-8")
    if profile.editor_folder:
        _write_editor(folder, profile, sources, materials, instances)
        return
    for path in sorted(scripts.glob("*")):
        if path.suffix in SCRIPT_SUFFIXES:
            shutil.copyfile(path, folder / path.name)


def _write_editor(
    folder: Path,
    profile: Profile,
    sources: dict[str, dict[str, Any]],
    materials: dict[str, Any],
    instances: list[dict[str, Any]],
) -> None:
    """Scripts that run in the engine's editor, and the facts that they read."""
    data = unity_data(folder, sources, materials, instances)
    # Of what is exported, not of the files: those hold the time of their making.
    data["id"] = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:6]
    write_json(folder / "atelier_import.json", data)
    editor = folder / profile.editor_folder
    editor.mkdir()
    for path in sorted((SCRIPTS / profile.target.id).glob("*")):
        if path.suffix in (".cs", ".asmdef"):
            script = path.read_text(encoding="utf-8").replace(_UNITY_ID, data["id"])
            (editor / path.name).write_text(script, encoding="utf-8")


def unity_data(
    folder: Path, sources: dict[str, dict[str, Any]], materials: dict[str, Any], instances: list[dict[str, Any]]
) -> dict[str, Any]:
    """The facts in the form that Unity's own JSON reader requires: lists of objects with fixed fields.

    Matrices are 16 row-major numbers in Blender's axes, colors linear.
    """
    models = [
        {
            "asset": Path(name).stem,
            "file": name,
            "skeletal": facts["kind"] == "skeletal",
            "scene": facts["kind"] == "scene",
            "lightmapUv": "lightmap_uv" in facts,
            "lightmapChannel": facts.get("lightmap_uv", {}).get("channel", 1),
            "materials": sorted(set(facts["materials"])),
            "bones": _human_bones(facts.get("bones", {})),
            "clips": [{"name": clip["name"], "loop": True} for clip in facts.get("clips", [])],
        }
        for name, facts in sorted(sources.items())
    ]
    return {
        "models": models,
        "materials": [_surface(folder, name, facts) for name, facts in materials.items()],
        "instances": [
            {
                "asset": place["asset"],
                "name": place["object"],
                "label": place["label"] or "",
                "matrix": [value for row in place["matrix_world"] for value in row],
            }
            for place in instances
        ],
    }


def _human_bones(bones: dict[str, str]) -> list[dict[str, str]]:
    """Unity's names and the model's bones; nothing if Unity could not build a humanoid from them."""
    if missing_bones(bones):
        return []
    return [{"human": human_bone(joint), "bone": bone} for joint, bone in bones.items()]


def _surface(folder: Path, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    textures = facts["textures"]
    base = textures.get("BC", "")
    return {
        "name": name,
        "baseColor": facts["base_color_linear"],
        "alpha": facts["alpha"],
        "metallic": facts["metallic"],
        "roughness": facts["roughness"],
        "emission": facts["emission_linear"],
        "alphaMode": alpha_mode(folder / base if base else None, facts["alpha"], facts.get("alpha_mode", "")),
        "alphaCutoff": facts.get("alpha_cutoff", 0.5),
        "doubleSided": facts.get("double_sided", False),
        "baseMap": base,
        "normalMap": textures.get("N", ""),
        "maskMap": textures.get("MaskMap", ""),
        "emissionMap": textures.get("E", ""),
    }


def alpha_mode(base_map: Path | None, alpha: float, wanted: str = "") -> str:
    """``opaque``, ``mask`` for a map of holes with soft edges, or ``blend`` for glass; ``wanted`` by the artist."""
    if wanted in ("opaque", "mask"):
        return wanted
    if base_map is None:
        return "blend" if alpha < 1 else "opaque"
    with open_picture(base_map) as picture:
        if picture.mode != "RGBA":
            return "opaque"
        values = np.asarray(picture.getchannel("A"))
    soft = float(((values > 12) & (values < 243)).mean())
    return "blend" if soft > 0.3 else "mask"


def human_bone(joint: str) -> str:
    """Unity's name (HumanTrait.BoneName) of a VRM 1.0 joint."""
    found = re.fullmatch(r"(left|right)(Thumb|Index|Middle|Ring|Little)(\w+)", joint)
    if found is None:
        return joint[0].upper() + joint[1:]
    side, finger, phalanx = found.groups()
    return f"{side.capitalize()} {finger} {_THUMB[phalanx] if finger == 'Thumb' else phalanx}"
