"""Many people at once for generate_avatar.py: a folder, a .blend or a GLB each, and the lines that make them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

EACH = ("folder", "blend", "glb")


def write_crowd(
    folder: Path,
    people: list[Any],
    each: str,
    size: int,
    layers: str,
    save_images: Callable[[Path], list[str]],
) -> None:
    """Makes each person in an empty scene and writes it; then people.jsonl and people.csv.

    Args:
        people: of :class:`ml_core.inference.textures.people.Person`.
        each: one of :data:`EACH`.
        layers: JSON of the layers that everybody wears; empty for none.
    """
    import bpy

    from blender_addon.avatar.anatomy.meshes import remove_hidden
    from blender_addon.avatar.generating import generate_job
    from blender_addon.avatar.wardrobe.objects import COVERED
    from blender_addon.bridge.jobs.steps import run_to_end
    from ml_core.inference.textures.people import people_csv

    for person in people:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        job = generate_job(bpy.context, "", person.traits, person.seed, size, person.stem, layers=layers)
        report = run_to_end(job)
        if each == "glb":  # Blender's exporter keeps shape keys, or applies modifiers
            for obj in bpy.data.objects:
                if obj.type == "MESH":
                    remove_hidden(obj, COVERED)
            path = str((folder / f"{person.stem}.glb").absolute())
            bpy.ops.export_scene.gltf(filepath=path, export_format="GLB", export_skins=True)
            continue
        place = folder / person.stem if each == "folder" else folder
        if each == "folder":
            place.mkdir()
            report["images"] = save_images(place / "textures")
            text = json.dumps({"name": person.name, **report}, indent=2, ensure_ascii=False)
            (place / "avatar.json").write_text(text + "\n", encoding="utf-8")
        name = "avatar.blend" if each == "folder" else f"{person.stem}.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str((place / name).absolute()), copy=True)
    (folder / "people.jsonl").write_text("".join(person.to_json() + "\n" for person in people), encoding="utf-8")
    (folder / "people.csv").write_text(people_csv(people), encoding="utf-8")
