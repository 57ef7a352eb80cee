"""Open a scene file of any supported format as the current file."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.files import MAX_JSON_BYTES, read_json


def _import_obj(path: str) -> None:
    bpy.ops.wm.obj_import(filepath=path)


def _import_fbx(path: str) -> None:
    bpy.ops.wm.fbx_import(filepath=path)


def _import_usd(path: str) -> None:
    bpy.ops.wm.usd_import(filepath=path)


def _import_gltf(path: str) -> None:
    bpy.ops.import_scene.gltf(filepath=path)


_IMPORTERS: dict[str, Callable[[str], None]] = {
    ".glb": _import_gltf,
    ".gltf": _import_gltf,
    ".vrm": _import_gltf,
    ".fbx": _import_fbx,
    ".obj": _import_obj,
    ".usd": _import_usd,
    ".usda": _import_usd,
    ".usdc": _import_usd,
    ".usdz": _import_usd,
}
FORMATS = (".blend", *_IMPORTERS)


def open_scene(path: Path) -> None:
    """Replaces the current file by the scene in ``path``.

    Raises:
        InputError: the file is missing, empty, truncated, damaged, of another format, or holds no object; the message
            names it.
    """
    path = Path(path)
    kind = path.suffix.lower()
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{str(path)!a}: Blender takes names in UTF-8 alone; rename the file") from error
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if kind not in FORMATS:
        raise InputError(f"{path}: {kind or 'a file without an ending'} is not read; give one of {', '.join(FORMATS)}")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty")
    if kind == ".blend":
        _open_blend(path)
    else:
        if kind in (".glb", ".vrm"):
            _check_glb(path)
        _import(path, _IMPORTERS[kind])
    if not bpy.context.scene.objects:
        raise InputError(f"{path}: there is no object in it")


def _open_blend(path: Path) -> None:
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.absolute()), load_ui=False)
    except RuntimeError as error:
        raise InputError(f"{path}: Blender cannot open it ({_reason(error)})") from error


def _import(path: Path, importer: Callable[[str], None]) -> None:
    registered = hasattr(bpy.types.Scene, "atelier")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if registered and not hasattr(bpy.types.Scene, "atelier"):
        import blender_addon

        blender_addon.register()
    try:
        importer(str(path.absolute()))
    # An importer that meets a damaged file raises whatever it stumbles over.
    except Exception as error:
        raise InputError(f"{path}: it cannot be read; the file is damaged or truncated ({_reason(error)})") from error
    # Blender's glTF importer leaves the sphere that it draws bones with.
    for collection in [one for one in bpy.data.collections if one.name.startswith("glTF_not_exported")]:
        for obj in list(collection.objects):
            bpy.data.objects.remove(obj)
        bpy.data.collections.remove(collection)
    bpy.context.view_layer.update()  # it lists removed objects until then


def _check_glb(path: Path) -> None:
    """Blender's importer takes some truncated files for whole ones; the lengths in the file tell."""
    with path.open("rb") as stream:
        header = stream.read(20)
        if len(header) < 20 or header[:4] != b"glTF":
            raise InputError(f"{path}: it is not a GLB file, or it is truncated")
        length, chunk = struct.unpack("<I", header[8:12])[0], struct.unpack("<I", header[12:16])[0]
        if length > path.stat().st_size:
            raise InputError(f"{path}: it is truncated ({path.stat().st_size} of {length} bytes)")
        if chunk > MAX_JSON_BYTES:
            raise InputError(f"{path}: its glTF part is larger than {MAX_JSON_BYTES // 2**20} MiB")
        read_json(stream.read(chunk), f"{path}: its glTF part")


def _reason(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).removeprefix("Error: ")[:200]
