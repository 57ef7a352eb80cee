"""Many people at once for generate_avatar.py: a folder, a .blend or a GLB each, and the lines that reproduce them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

Each = Literal["folder", "blend", "glb"]
"""What a generated person is: a folder with textures and facts, or one file."""


def write_crowd(
    folder: Path,
    people: list[Any],
    each: str,
    size: int,
    layers: str,
    save_images: Callable[[Path], list[str]],
) -> None:
    """Creates each person in an empty scene and writes it; then people.jsonl and people.csv.

    Args:
        people: of :class:`ml_core.inference.textures.people.Person`.
        each: one of :data:`Each`.
        layers: JSON of the layers for everyone; empty for none.
    """
    from ml_core.inference.textures.people import people_csv

    for person in people:
        traits = person.traits
        write_person(folder, person.stem, "", traits, person.seed, size, layers, each, save_images, person.name)
    (folder / "people.jsonl").write_text("".join(person.to_json() + "\n" for person in people), encoding="utf-8")
    (folder / "people.csv").write_text(people_csv(people), encoding="utf-8")


def write_person(
    folder: Path,
    stem: str,
    description: str,
    traits: Any,
    seed: int,
    size: int,
    layers: str,
    each: str,
    save_images: Callable[[Path], list[str]],
    name: str,
) -> dict[str, Any]:
    """Creates a person in an empty scene and writes it: ``stem.glb``, ``stem.blend``, or a folder called ``stem``.

    An empty ``stem`` writes what would be in that folder into ``folder`` itself, and names a file ``Avatar``. Returns
    the facts of the person.
    """
    import bpy

    from blender_addon.avatar.anatomy.meshes import remove_hidden
    from blender_addon.avatar.generating import generate_job
    from blender_addon.avatar.wardrobe.objects import COVERED
    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.jobs.steps import run_to_end

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    job = generate_job(bpy.context, description, traits, seed, size, stem or "Avatar", layers=layers)
    report = run_to_end(job)
    if each == "glb":  # Blender's exporter keeps shape keys, or applies modifiers
        for obj in bpy.data.objects:
            if obj.type == "MESH":
                remove_hidden(obj, COVERED)
        path = str((folder / f"{stem or 'Avatar'}.glb").absolute())
        bpy.ops.export_scene.gltf(filepath=path, export_format="GLB", export_skins=True)
        return report
    place = folder / stem if each == "folder" else folder
    if each == "folder":
        place.mkdir(exist_ok=True)
        report["images"] = save_images(place / "textures")
        text = json.dumps({"name": name, **report}, indent=2, ensure_ascii=False)
        (place / "avatar.json").write_text(text + "\n", encoding="utf-8")
    blend = place / ("avatar.blend" if each == "folder" else f"{stem or 'Avatar'}.blend")
    save_copy(blend, blend)
    return report
