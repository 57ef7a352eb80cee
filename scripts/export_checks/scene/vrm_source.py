"""Check 32: the VRM data of the source's avatars are in the exported file, or its manifest lists them as lost.

Sources are VRM files of both versions, read as plain JSON, and scenes, by what is stored on their armatures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ml_core.files import stored_json

from ..problem import Check, Outcome, Problem
from ..readers.folder import TargetFolder
from ..readers.glb import split

_LOST = {"expressions.": "expressions", "springs[": "springs", "colliders[": "colliders", "constraints[": "constraints"}
Counts = Counter[str]
"""How many springs, colliders, constraints, expressions and materials of MToon there are."""


def counts_of_file(path: Path) -> Counts:
    """Counts in a VRM file of either version; springs of version 0 are at least as many."""
    document, _ = split(path)
    extensions = _table(document.get("extensions"))
    if "VRMC_vrm" not in extensions:
        return _of_first(_table(extensions.get("VRM")))
    expressions = _table(_table(extensions["VRMC_vrm"]).get("expressions"))
    springs = _table(extensions.get("VRMC_springBone"))
    return Counter(
        expressions=sum(len(_table(expressions.get(group))) for group in ("preset", "custom")),
        springs=sum(len(_list(item.get("joints"))) > 1 for item in _list(springs.get("springs"))),
        colliders=len(_list(springs.get("colliders"))),
        constraints=_having(document.get("nodes"), "VRMC_node_constraint"),
        mtoon=_having(document.get("materials"), "VRMC_materials_mtoon"),
    )


def _of_first(vrm: Mapping[str, Any]) -> Counts:
    secondary = _table(vrm.get("secondaryAnimation"))
    return Counter(
        expressions=len(_list(_table(vrm.get("blendShapeMaster")).get("blendShapeGroups"))),
        springs=sum(bool(_list(item.get("bones"))) for item in _list(secondary.get("boneGroups"))),
        colliders=sum(len(_list(item.get("colliders"))) for item in _list(secondary.get("colliderGroups"))),
        mtoon=sum(item.get("shader") == "VRM/MToon" for item in _list(vrm.get("materialProperties"))),
    )


def counts_of_scene() -> Counts:
    """Counts in the open scene, of all visible armatures: as our importer has stored them, else as the VRM add-on."""
    import bpy

    found: Counts = Counter()
    objects: list[Any] = list(bpy.context.scene.objects) if bpy.context.scene is not None else []
    for obj in objects:
        if obj.type != "ARMATURE" or not obj.visible_get():
            continue
        blocks = _table(stored_json(obj.data.get("atelier_vrm"), dict, {}).get("blocks"))
        found += _of_blocks(blocks) if blocks else _of_addon(_stored(obj.data))
    if found:
        shown = {slot.material for obj in objects for slot in obj.material_slots if slot.material}
        found["mtoon"] = sum(_is_toon(item) for item in shown)
    return found


def _of_blocks(blocks: Mapping[str, Any]) -> Counts:
    expressions = _table(blocks.get("expressions"))
    lists = {key: len(_list(blocks.get(key))) for key in ("springs", "colliders", "constraints")}
    return Counter(expressions=sum(len(_table(group)) for group in expressions.values()), **lists)


def _of_addon(stored: Mapping[str, Any]) -> Counts:
    if stored.get("spec_version", 1) == 0:
        secondary = _table(_table(stored.get("vrm0")).get("secondary_animation"))
        return Counter(
            springs=sum(bool(_list(item.get("bones"))) for item in _list(secondary.get("bone_groups"))),
            colliders=sum(len(_list(item.get("colliders"))) for item in _list(secondary.get("collider_groups"))),
        )
    springs = _table(stored.get("spring_bone1"))
    return Counter(
        springs=sum(len(_list(item.get("joints"))) > 1 for item in _list(springs.get("springs"))),
        colliders=len(_list(springs.get("colliders"))),
    )


def _stored(block: Any) -> dict[str, Any]:
    group = block.get("vrm_addon_extension")
    if group is None and hasattr(block, "bl_system_properties_get"):
        system = block.bl_system_properties_get()
        group = system.get("vrm_addon_extension") if system is not None else None
    return _table(group.to_dict()) if hasattr(group, "to_dict") else {}


def _is_toon(material: Any) -> bool:
    addon = _table(_stored(material).get("mtoon1"))
    return "atelier_vrm_mtoon" in material or (bool(addon.get("enabled")) and not addon.get("is_outline_material"))


def kept_check(folder: TargetFolder, source: Path, expected: Counts) -> Outcome:
    """Compares the VRM files of a target's folder with the source."""
    check = Check("32", f"The avatars of {source.name} keep their VRM data, or tell", lambda _: (), lambda *_: iter(()))
    models = folder.of_format("vrm") if +expected else []
    return Outcome(check, len(models), list(_less(folder, expected)) if models else [])


def _less(folder: TargetFolder, expected: Counts) -> Iterator[Problem]:
    written: Counts = Counter()
    reported: Counts = Counter()
    for model in folder.of_format("vrm"):
        written += counts_of_file(model.path)
        lost = _table(folder.entry(model).get("vrm")).get("lost")
        for name in lost if isinstance(lost, list) else []:
            reported.update(part for begin, part in _LOST.items() if str(name).startswith(begin))
            reported["mtoon"] += str(name).endswith(": MToon")
    for part, count in expected.items():
        if written[part] + reported[part] < count:
            yield Problem("source", f"has more {part} than the VRM files", "", count, written[part], "32")


def _having(value: Any, extension: str) -> int:
    return sum(extension in _table(item.get("extensions")) for item in _list(value))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [_table(item) for item in value] if isinstance(value, list) else []
