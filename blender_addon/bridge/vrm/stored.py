"""The VRM data of an avatar, stored on its armature, with marks on the bones, meshes and materials that it refers to.

A mark is a custom property with the avatar's id and the index in the original file. It is kept when a bone, an object
or a material is renamed, copied, appended or linked, so that names matter only where a mark is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import bpy

from ml_core.files import stored_json
from ml_core.vrm.blocks import Blocks, checked, toon
from ml_core.vrm.json_values import list_of, number_of, table_of, text_of

from ..data.identity import is_id
from ..data.stored_values import MAX_TEXT, stored_text

DATA_KEY = "atelier_vrm"
MARK_KEY = "atelier_vrm_mark"
TOON_KEY = "atelier_vrm_mtoon"
THUMBNAIL_KEY = "atelier_vrm_thumbnail"
_MOST_LOST = 200


@dataclass(frozen=True)
class MeshNode:
    """A mesh of the file: the object's name, and the names of its shape keys in the order of the file."""

    name: str
    keys: tuple[str, ...] = ()


@dataclass
class VrmData:
    """The VRM data of an avatar's file. Positions in ``blocks`` are in the spaces of Blender's bones.

    ``uid`` begins every mark and is empty for data that refers by name (an add-on's). ``version`` is the file's, 0 or
    1. ``bones``, ``meshes`` and ``materials`` give names by the indices that ``blocks`` use; ``toons`` are the
    materials that were MToon; ``thumbnail`` is the file's preview picture. ``lost`` lists what was lost when the file
    was read.
    """

    uid: str
    version: int
    blocks: Blocks
    bones: dict[int, str] = field(default_factory=dict)
    meshes: dict[int, MeshNode] = field(default_factory=dict)
    materials: dict[int, str] = field(default_factory=dict)
    toons: list[int] = field(default_factory=list)
    thumbnail: bpy.types.Image | None = None
    lost: list[str] = field(default_factory=list)

    def mark(self, index: int) -> str:
        return f"{self.uid}/{index}"


def store(armature: bpy.types.Armature, data: VrmData) -> bool:
    """Keeps ``data`` on an armature; false if it exceeds the size limit for reading."""
    text = json.dumps(
        {
            "uid": data.uid,
            "version": data.version,
            "blocks": data.blocks,
            "bones": data.bones,
            "meshes": {number: {"name": mesh.name, "keys": mesh.keys} for number, mesh in data.meshes.items()},
            "materials": data.materials,
            "toons": data.toons,
            "lost": data.lost[:_MOST_LOST],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(text.encode()) > MAX_TEXT:
        return False
    armature[DATA_KEY] = text
    return True


def stored_data(armature: bpy.types.Object) -> VrmData | None:
    """The data that an armature object carries, checked; ``None`` if there is none, or nothing valid."""
    text = stored_text(armature.data, DATA_KEY)
    found = _read(text) if text else None
    image = armature.data.get(THUMBNAIL_KEY)
    return replace(found, thumbnail=image if isinstance(image, bpy.types.Image) else None) if found else None


@lru_cache(maxsize=16)
def _read(text: str) -> VrmData | None:
    """Reads the data, cached, since panels call this many times a second; the result must not be modified."""
    raw = stored_json(text, dict, {})
    uid, blocks = raw.get("uid"), checked(raw.get("blocks"))
    if not is_id(uid) or not blocks:
        return None
    meshes = {
        number: MeshNode(text_of(table_of(item).get("name")), tuple(map(text_of, list_of(table_of(item).get("keys")))))
        for number, item in _numbered(raw.get("meshes"))
    }
    return VrmData(
        uid=uid,
        version=1 if raw.get("version") == 1 else 0,
        blocks=blocks,
        bones={number: text_of(item) for number, item in _numbered(raw.get("bones"))},
        meshes=meshes,
        materials={number: text_of(item) for number, item in _numbered(raw.get("materials"))},
        toons=[item for item in list_of(raw.get("toons")) if number_of(item) is not None],
        lost=[text_of(item) for item in list_of(raw.get("lost"))[:_MOST_LOST] if text_of(item)],
    )


def _numbered(value: object) -> Iterable[tuple[int, Any]]:
    for key, item in table_of(value).items():
        if key.isascii() and key.isdigit() and len(key) < 9:
            yield int(key), item


def marks(block: bpy.types.bpy_struct) -> str:
    """The mark of a bone, an object or a material; empty when it has none."""
    return stored_text(block, MARK_KEY, longest=64)


def keep_toon(material: bpy.types.Material, values: Mapping[str, Any], pictures: Mapping[str, Any]) -> None:
    """Stores the MToon data of a material. ``pictures`` gives the image of each texture by name; a missing one is that
    of the base color."""
    material[TOON_KEY] = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    for name, image in pictures.items():
        material[f"{TOON_KEY}_{name}"] = image


def kept_toon(material: bpy.types.Material) -> tuple[dict[str, Any], dict[str, bpy.types.Image]] | None:
    """The data that :func:`keep_toon` stored on a material, checked; ``None`` if there are none."""
    raw = stored_json(stored_text(material, TOON_KEY), dict, None)
    if raw is None:
        return None
    values, _ = toon(raw, lambda _what, index, _table, _where: index, material.name)
    pictures = {
        name: image
        for name in values
        if name.endswith("Texture") and isinstance(image := material.get(f"{TOON_KEY}_{name}"), bpy.types.Image)
    }
    return values, pictures
