"""Open a scene file of any supported format as the current file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.references import COMPRESSED, check_references
from ml_core.vrm.reading import EXTENSIONS

from .gltf_addon import has_library, quiet_gltf_loggers
from .imported_pictures import settle_pictures
from .vrm.importing import vrm_hooks


def _import_obj(path: str) -> None:
    bpy.ops.wm.obj_import(filepath=path)


def _import_fbx(path: str) -> None:
    bpy.ops.wm.fbx_import(filepath=path)


def _import_ply(path: str) -> None:
    bpy.ops.wm.ply_import(filepath=path)


def _import_stl(path: str) -> None:
    bpy.ops.wm.stl_import(filepath=path)


def _import_usd(path: str) -> None:
    bpy.ops.wm.usd_import(filepath=path)


def _import_gltf(path: str) -> None:
    with vrm_hooks(), quiet_gltf_loggers():
        bpy.ops.import_scene.gltf(filepath=path)


_IMPORTERS: dict[str, Callable[[str], None]] = {
    ".glb": _import_gltf,
    ".gltf": _import_gltf,
    ".vrm": _import_gltf,
    ".fbx": _import_fbx,
    ".obj": _import_obj,
    ".ply": _import_ply,
    ".stl": _import_stl,
    ".usd": _import_usd,
    ".usda": _import_usd,
    ".usdc": _import_usd,
    ".usdz": _import_usd,
}
FORMATS = (".blend", *_IMPORTERS)


def open_scene(path: Path) -> None:
    """Replaces the current file by the scene in ``path``. No script, driver or handler of it runs.

    Raises:
        InputError: the file is missing, empty, truncated, damaged, of another format, or holds no object; the message
            names it.
    """
    path = Path(path)
    kind = path.suffix.lower()
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise InputError("{path!a}: Blender only takes names in UTF-8; rename the file", path=str(path)) from error
    if not path.is_file():
        raise InputError("{path}: no such file", path=path)
    if kind not in FORMATS:
        raise InputError(
            "{path}: {suffix} is not read; give one of {formats}",
            path=path,
            suffix=kind or "a file without an ending",
            formats=", ".join(FORMATS),
        )
    if path.stat().st_size == 0:
        raise InputError("{path}: the file is empty", path=path)
    if kind == ".blend":
        _open_blend(path)
    else:
        check_references(path, _gltf_extensions())
        _import(path, _IMPORTERS[kind])
        settle_pictures(path)
    if not bpy.context.scene.objects:
        raise InputError("{path}: there is no object in it", path=path)


def _open_blend(path: Path) -> None:
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.absolute()), load_ui=False, use_scripts=False)
    except RuntimeError as error:
        raise InputError(
            "{path}: Blender cannot open it ({reason})", path=path, reason=_newer(path) or _reason(error)
        ) from error


def _import(path: Path, importer: Callable[[str], None]) -> None:
    registered = hasattr(bpy.types.Scene, "atelier")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if registered and not hasattr(bpy.types.Scene, "atelier"):
        import blender_addon  # the package itself, which imports this module when it begins

        blender_addon.register()
    try:
        importer(str(path.absolute()))
    # An importer that meets a damaged file raises whatever it stumbles over.
    except Exception as error:
        raise InputError(
            "{path}: it cannot be read; the file is damaged or truncated ({reason})", path=path, reason=_reason(error)
        ) from error
    # Blender's glTF importer leaves the sphere that it draws bones with.
    for collection in [item for item in bpy.data.collections if item.name.startswith("glTF_not_exported")]:
        for obj in list(collection.objects):
            bpy.data.objects.remove(obj)
        bpy.data.collections.remove(collection)
    bpy.context.view_layer.update()  # it lists removed objects until then


def _newer(path: Path) -> str:
    """A note that the file was saved by a newer Blender; empty if it was not, or if its version is unknown."""
    with path.open("rb") as stream:
        found = re.match(rb"BLENDER(?:[_-][vV](\d)(\d\d)|\d\d-\d\d[vV](\d\d)(\d\d))", stream.read(17))
    if found is None:
        return ""
    version = tuple(int(group) for group in found.groups() if group is not None)
    return (
        f"it was saved by Blender {version[0]}.{version[1]}, newer than this one" if version > bpy.app.version else ""
    )


def _gltf_extensions() -> list[str] | None:
    """What Blender's glTF importer can read; ``None`` if that is unknown."""
    try:
        # Blender's own add-on, which may be switched off.
        from io_scene_gltf2.io.imp.gltf2_io_gltf import glTFImporter

        with quiet_gltf_loggers():
            known = [*glTFImporter("", {"import_user_extensions": []}).extensions_managed, *EXTENSIONS]
        # It lists them also where their library is missing.
        return [name for name in known if name not in COMPRESSED or has_library(COMPRESSED[name])]
    except (ImportError, AttributeError, KeyError, TypeError):
        return None


def _reason(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).removeprefix("Error: ")[:200]
