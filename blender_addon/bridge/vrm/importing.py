"""Hooks of Blender's glTF importer: the VRM data of a file are stored on the armature that it creates.

All nodes that the data refer to become bones of one armature, even in files whose meshes are children of nodes without
a skin.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
from mathutils import Vector

from ml_core.errors import InputError
from ml_core.picture_size import check_picture
from ml_core.references import gltf_document
from ml_core.vrm.json_values import items, list_of, number_of, table_of
from ml_core.vrm.kinds import MTOON_TEXTURES, REPEAT
from ml_core.vrm.reading import EXTENSIONS, VrmFile, read_vrm

from ...package import EXTENSION
from ..data.identity import new_id
from .places import with_places
from .stored import MARK_KEY, THUMBNAIL_KEY, MeshNode, VrmData, keep_toon, store

_notes = logging.getLogger("atelier.notes")


@dataclass(frozen=True)
class _Extension:
    """What the importer needs to know about an extension that a file may require."""

    name: str
    required: bool = True


class glTF2ImportUserExtension:
    """Made and called by Blender's importer, which finds the class by its name; an error here never stops it."""

    def __init__(self) -> None:
        self.extensions = [_Extension(name) for name in EXTENSIONS]
        self._file: VrmFile | None = None
        self._document: dict[str, Any] = {}

    def gather_import_gltf_before_hook(self, gltf: Any) -> None:
        """Reads the VRM data, and turns all nodes that they refer to into bones."""
        if not {"VRM", "VRMC_vrm"} & set(gltf.data.extensions or {}):
            return
        try:
            self._document = gltf_document(Path(gltf.filename))
            self._file = read_vrm(self._document)
        except InputError as error:
            _notes.warning("%s", error)
            return
        if self._file is not None:
            _add_skin(gltf, self._file)

    def gather_import_scene_after_nodes_hook(self, _gltf_scene: Any, _scene: Any, gltf: Any) -> None:
        """Stores the data on the armature."""
        if self._file is None:
            return
        name = Path(gltf.filename).name
        try:
            if not _keep(gltf, self._file, self._document):
                _notes.warning("%s: its VRM data have no bones, or are too large; they are left out", name)
        except (InputError, AttributeError, KeyError, LookupError, TypeError, ValueError) as error:
            _notes.warning("%s: its VRM data cannot be kept (%s)", name, error)
        for item in self._file.lost[:20]:
            _notes.warning("%s: VRM data that cannot be used are left out (%s)", name, item)


@contextmanager
def vrm_hooks() -> Iterator[None]:
    """Makes Blender's glTF importer call these hooks inside the block, if the package is not an enabled add-on."""
    addons = bpy.context.preferences.addons
    if EXTENSION in addons:
        yield
        return
    entry = addons.new()
    entry.module = EXTENSION
    try:
        yield
    finally:
        for item in [addon for addon in addons if addon.module == EXTENSION]:
            addons.remove(item)


def _add_skin(gltf: Any, file: VrmFile) -> None:
    """Adds a skin without a mesh whose joints are all nodes that are to be bones; it becomes the armature."""
    from io_scene_gltf2.io.com.gltf2_io import Skin  # Blender's own add-on, which may be switched off

    skins = gltf.data.skins or []
    joints = file.nodes | {joint for skin in skins for joint in skin.joints}
    skinned = {number for number, node in enumerate(gltf.data.nodes) if node.mesh is not None and node.skin is not None}
    if not joints - skinned:
        return
    name = next((skin.name for skin in skins if skin.name), None)
    gltf.data.skins = [*skins, Skin(None, None, None, sorted(joints - skinned), name, None)]


def _keep(gltf: Any, file: VrmFile, document: dict[str, Any]) -> bool:
    uid = new_id()
    hips = gltf.vnodes[table_of(file.blocks.get("humanBones", {}).get("hips")).get("node", -1)]
    armature = gltf.vnodes[hips.bone_arma].blender_object
    data = VrmData(uid, file.version, file.blocks, lost=file.lost)
    moves: dict[int, Callable[[Sequence[float]], list[float]]] = {}
    for number, vnode in gltf.vnodes.items():
        if vnode.mesh_node_idx is not None and vnode.blender_object is not None:
            _keep_mesh(data, vnode.mesh_node_idx, vnode.blender_object)
        if isinstance(number, int) and getattr(vnode, "bone_arma", None) == hips.bone_arma:
            data.bones[number] = vnode.blender_bone_name
            armature.data.bones[vnode.blender_bone_name][MARK_KEY] = data.mark(number)
            moves[number] = _into_bone(gltf, vnode)
    turn = gltf.vnodes[hips.bone_arma].trs()[1].inverted()
    data.blocks, lost = with_places(
        data.blocks, moves, lambda way: list(turn @ Vector((way[0], -way[2], way[1]))), lambda _bone: 1.0
    )
    data.lost = [*data.lost, *lost]
    _keep_materials(gltf, file, document, data)
    image = data.blocks.get("meta", {}).get("thumbnailImage")
    if image is not None and (picture := _picture(gltf, document, image)) is not None:
        armature.data[THUMBNAIL_KEY] = picture
    return store(armature.data, data)


def _into_bone(gltf: Any, vnode: Any) -> Callable[[Sequence[float]], list[float]]:
    """The transform from a node's space to that of its bone, whose axes the importer may have rotated."""
    turn = vnode.rotation_before.inverted()
    return lambda place: list(turn @ gltf.loc_gltf_to_blender(place))


def _keep_mesh(data: VrmData, index: int, obj: bpy.types.Object) -> None:
    obj[MARK_KEY] = data.mark(index)
    keys = obj.data.shape_keys if obj.type == "MESH" else None
    names = tuple(block.name for block in keys.key_blocks[1:]) if keys is not None else ()
    data.meshes[index] = MeshNode(obj.name, names)


def _keep_materials(gltf: Any, file: VrmFile, document: dict[str, Any], data: VrmData) -> None:
    raw = items(document.get("materials"))
    for number, converted in enumerate(gltf.data.materials or []):
        base = table_of(table_of(raw[number].get("pbrMetallicRoughness")).get("baseColorTexture")).get("index")
        for name in converted.blender_material.values():
            material = bpy.data.materials[name]
            data.materials[number] = name
            material[MARK_KEY] = data.mark(number)
            if number not in file.toons:
                continue
            if number not in data.toons:
                data.toons.append(number)
            values, pictures = dict(file.toons[number]), {}
            for key in [key for key in MTOON_TEXTURES if key in values]:
                values[key] = {**values[key], "sampler": _sampler_of(document, values[key]["index"])}
                image = _image_of(document, values[key]["index"])
                if image is not None and image == _image_of(document, base):
                    continue
                picture = _picture(gltf, document, image) if image is not None else None
                if picture is None:
                    del values[key]
                    data.lost.append(f"materials[{name}].{key}")
                else:
                    pictures[key] = picture
            keep_toon(material, values, pictures)


def _image_of(document: dict[str, Any], texture: object) -> int | None:
    index, textures = number_of(texture), items(document.get("textures"))
    if index is None or index >= len(textures):
        return None
    plain = number_of(textures[index].get("source"))
    return plain if plain is not None and plain < len(items(document.get("images"))) else None


def _sampler_of(document: dict[str, Any], texture: int) -> dict[str, Any]:
    """The sampler of a texture, with the default wrapping if it gives none."""
    number = number_of(items(document.get("textures"))[texture].get("sampler"))
    samplers = items(document.get("samplers"))
    said = samplers[number] if number is not None and number < len(samplers) else {}
    known: dict[str, Any] = {key: said[key] for key in ("magFilter", "minFilter") if key in said}
    return {**known, **{key: said.get(key, REPEAT) for key in ("wrapS", "wrapT")}}


def _picture(gltf: Any, document: dict[str, Any], index: int) -> bpy.types.Image | None:
    """An image of the file as a packed Blender image, the importer's own if it has created one."""
    known = getattr(gltf.data.images[index], "blender_image_name", None)
    if known is not None and known in bpy.data.images:
        return bpy.data.images[known]
    entry = items(document.get("images"))[index]
    views, view = list_of(document.get("bufferViews")), number_of(entry.get("bufferView"))
    if view is None or view >= len(views) or gltf.glb_buffer is None:
        return None
    start, length = number_of(views[view].get("byteOffset", 0)), number_of(views[view].get("byteLength"))
    if start is None or length is None or number_of(views[view].get("buffer", 0)) != 0:
        return None
    data = bytes(gltf.glb_buffer[start : start + length])
    name = entry.get("name") if isinstance(entry.get("name"), str) else f"Image_{index}"
    try:
        check_picture(data, name)
    except InputError as error:
        _notes.warning("%s", error)
        return None
    image = bpy.data.images.new(name, 8, 8)
    image.pack(data=data, data_len=len(data))
    image.source = "FILE"
    gltf.data.images[index].blender_image_name = image.name
    return image
