"""Checks what a scene file refers to before Blender's importers see it, since they open whatever a file names.

An untrusted file may name a device (reading it never ends), a server (which learns the address of the reader), or a
private file of the artist (which would be packed into exports of the scene). The rules:

* Devices, pipes, sockets and network places are refused in every format.
* glTF is made to be passed on, so the files that it names must be in its folder, as relative paths.
* OBJ, FBX and USD name pictures of the machine that they were made on, mostly in vain, and in an artist's own project
  in a folder beside theirs: pictures that are elsewhere are left out and reported (:func:`picture_root`), the models
  stay.
* A USD layer that is composed from elsewhere is refused, since the scene would differ without it.

A .blend file is Blender's own and opened as Blender opens it, without its scripts; nothing can be read of it before.
"""

from __future__ import annotations

import base64
import binascii
import re
import stat
import struct
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from ml_core.crate_tokens import crate_tokens
from ml_core.errors import InputError, Message
from ml_core.files import MAX_JSON_BYTES, path_inside, read_json
from ml_core.picture_size import check_picture

MAX_ZERO_ELEMENTS = 2**24
"""Elements of a glTF accessor without data: an importer fills memory with zeros for each."""

COMPRESSED: dict[str, Literal["DRACO", "MESHOPT"]] = {
    "KHR_draco_mesh_compression": "DRACO",
    "EXT_meshopt_compression": "MESHOPT",
    "KHR_meshopt_compression": "MESHOPT",
}
"""The compression of meshes in glTF files with these extensions."""
_MEANT = {
    "KHR_texture_basisu": "KTX2 pictures",
    "EXT_meshopt_compression": "meshes that meshopt has compressed",
    "KHR_draco_mesh_compression": "meshes that Draco has compressed",
    "EXT_mesh_gpu_instancing": "instances",
    "KHR_meshopt_compression": "meshes that meshopt has compressed",
}
"""The purposes of glTF extensions, in words."""
_PICTURE_FOLDERS = frozenset({"textures", "texture", "tex", "maps", "images", "materials", "sourceimages"})
_MOST_ENTRIES = 20_000

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_NETWORK = re.compile(r"^(?:[\\/]{2}|(?:https?|ftps?|smb|nfs|davs?|s3)://|file:)", re.IGNORECASE)
_OBJ_LINE = re.compile(
    rb"^[ \t]*(mtllib|map_\w+|bump|disp|decal|refl|norm)[ \t]+(.+?)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE
)
_FBX_NAME = re.compile(rb"(?:RelativeFilename|FileName|Filename|Path)S(....)", re.DOTALL)
_FBX_TEXT = re.compile(rb'(?:RelativeFilename|FileName|Filename|Path): *"([^"\r\n]*)"')
_USD_ASSET = re.compile(r"@@@(.+?)@@@|@([^@\n]+)@")
_VIEW_KEYS = (("buffer", None), ("byteOffset", 0), ("byteLength", None))
_LAYERS = (".usd", ".usda", ".usdc", ".usdz")


def check_references(path: Path, gltf_extensions: Iterable[str] | None = None) -> None:
    """Refuse a scene file that names something which must not be opened.

    Args:
        gltf_extensions: those that the importer knows; ``None`` leaves the check to it.

    Raises:
        InputError: see the module; also a glTF file that is damaged, lacks a buffer, or needs an unknown extension.
    """
    kind = path.suffix.lower()
    if kind in (".glb", ".gltf", ".vrm"):
        _check_gltf(path, gltf_extensions)
    elif kind == ".obj":
        for name in _obj_names(path):
            _refuse_special(path, name)
    elif kind == ".fbx":
        for name in _fbx_names(path):
            _refuse_special(path, name)
    elif kind in _LAYERS:
        for name in _usd_names(path):
            _refuse_special(path, name)
            if name.lower().partition("[")[0].endswith(_LAYERS) and not _is_near(path, name):
                raise InputError(
                    "{path}: refers to {name!r} in another folder; put it next to the file",
                    path=path,
                    name=name,
                )


def named_files(path: Path) -> list[Path]:
    """The existing files near a scene file that it names, each once; .blend files are not searched.

    Raises:
        InputError: the scene file is damaged.
    """
    kind = path.suffix.lower()
    names: Iterable[str] = ()
    if kind in (".glb", ".gltf", ".vrm"):
        document = gltf_document(path)
        listed = [*_objects(document, "buffers"), *_objects(document, "images")]
        uris = [item["uri"] for item in listed if isinstance(item.get("uri"), str)]
        names = [unquote(uri) for uri in uris if not uri.startswith("data:")]
    elif kind == ".obj":
        names = _obj_names(path)
    elif kind == ".fbx":
        names = _fbx_names(path)
    elif kind in _LAYERS:
        names = _usd_names(path)
    found: set[Path] = set()
    for name in names:
        if not _is_near(path, name):
            continue
        place = (path.parent / name.replace("\\", "/")).resolve()
        if place.is_file() and place != path.resolve():
            found.add(place)
    return sorted(found)


class NearPictures:
    """The pictures beside a scene file and in the folders where projects keep them, by their names in any case."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[str, Path] | None = None

    def find(self, named: str) -> Path | None:
        """The picture with the name in the last part of a path of any system; ``None`` where there is no usable one."""
        name = re.split(r"[\\/]", named)[-1].casefold()
        place = self._listed().get(name)
        return place if place is not None and is_near_picture(self._path, place) else None

    def _listed(self) -> dict[str, Path]:
        if self._files is None:
            self._files = {}
            own, root = self._path.absolute().resolve().parent, picture_root(self._path)
            for folder in dict.fromkeys((own, *_picture_folders(own), *_picture_folders(root))):
                for place in _entries(folder)[:_MOST_ENTRIES]:
                    self._files.setdefault(place.name.casefold(), place)
        return self._files


def _picture_folders(folder: Path) -> list[Path]:
    return [place for place in _entries(folder) if place.name.casefold() in _PICTURE_FOLDERS and place.is_dir()]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def is_near_picture(path: Path, picture: Path) -> bool:
    """Whether a picture that the scene file ``path`` names may be used: a readable one, near the file."""
    try:
        if not picture.resolve().is_relative_to(picture_root(path)) or not picture.is_file():
            return False
        check_picture(picture)
    except (InputError, OSError):
        return False
    return True


def picture_root(path: Path) -> Path:
    """The folder that pictures of a scene file are taken from: the one above its own, as in ``models`` and ``textures``
    of a project, but never the home folder or a folder above it."""
    folder = path.absolute().resolve().parent
    return folder if Path.home().resolve().is_relative_to(folder.parent) else folder.parent


def _is_near(path: Path, name: str) -> bool:
    if Path(name).is_absolute() or _SCHEME.match(name):
        return False
    return (path.parent / name.replace("\\", "/")).resolve().is_relative_to(picture_root(path))


def _refuse_special(path: Path, name: str) -> None:
    """Raise :class:`InputError` for a network place, or for an existing path that is neither a file nor a folder."""
    if _NETWORK.match(name):
        raise InputError(
            "{path}: names {name!r}, which is on another machine; such a file is not opened", path=path, name=name[:120]
        )
    for place in (path.parent / name, path.parent / name.replace("\\", "/")):
        try:
            mode = place.stat().st_mode
        except (OSError, ValueError):
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise InputError(
                "{path}: names {name!r}, which is a device and no file; such a file is not opened",
                path=path,
                name=name[:120],
            )


def _obj_names(path: Path) -> Iterator[str]:
    """Material files of an OBJ file, and pictures of those."""
    folder = path.parent
    for name in _mtl_values(path.read_bytes()):
        yield name
        material = folder / name.replace("\\", "/")
        if not _NETWORK.match(name) and material.is_file():
            yield from _mtl_values(material.read_bytes())


def _mtl_values(data: bytes) -> Iterator[str]:
    """Each value as a whole, and without the options before it (``-bm 1.0 bump.png``)."""
    for found in _OBJ_LINE.finditer(data):
        value = found[2].decode("utf-8", "replace")
        yield value
        words = value.split()
        yield from (" ".join(words[start:]) for start in range(1, min(len(words), 9)) if value.startswith("-"))
        if found[1].lower() == b"mtllib":
            yield from words  # several files in one line


def _fbx_names(path: Path) -> Iterator[str]:
    """Strings of the properties that hold paths, in binary FBX (``S``, length, bytes) or in text FBX."""
    data = path.read_bytes()
    for found in _FBX_TEXT.finditer(data):
        yield found[1].decode("utf-8", "replace")
    for found in _FBX_NAME.finditer(data):
        (length,) = struct.unpack("<I", found[1])
        if 0 < length < 4096:
            yield data[found.end() : found.end() + length].decode("utf-8", "replace")


def _usd_names(path: Path) -> Iterator[str]:
    """Asset paths of a USD file, text or binary; of a .usdz those of all layers in it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.lower().endswith(_LAYERS) and member.file_size <= 2**30:
                    yield from _layer_names(archive.read(member))
    else:
        yield from _layer_names(path.read_bytes())


def _layer_names(data: bytes) -> Iterator[str]:
    if data.startswith(b"PXR-USDC"):
        yield from (token for token in crate_tokens(data) if "/" in token or "\\" in token or "." in token)
        return
    for found in _USD_ASSET.finditer(data.decode("utf-8", "replace")):
        yield found[1] or found[2]


def _check_gltf(path: Path, extensions: Iterable[str] | None) -> None:
    document, binary = _gltf_parts(path)
    needed = document.get("extensionsRequired")
    for name in needed if isinstance(needed, list) else []:
        if extensions is not None and name not in set(extensions):
            meant = _MEANT.get(str(name))
            if meant is not None:
                raise InputError(
                    "{path}: it has {meant} (the glTF extension {name}), which this Blender does not read; save it "
                    "without",
                    path=path,
                    meant=Message(meant),
                    name=name,
                )
            raise InputError(
                "{path}: it needs the glTF extension {name}, which Blender does not read; save it without",
                path=path,
                name=str(name)[:80],
            )
    buffers = [_resource(path, obj) for obj in _objects(document, "buffers")]
    for picture in _objects(document, "images"):
        found = _resource(path, picture, may_be_missing=True)
        if found is None:
            found = _view(document, picture.get("bufferView"), buffers, binary)
        if found is not None:
            check_picture(found, f"{path}, picture {str(picture.get('name') or picture.get('uri') or '')[:80]!r}")
    for accessor in _objects(document, "accessors"):
        count = accessor.get("count")
        if "bufferView" not in accessor and isinstance(count, int) and count > MAX_ZERO_ELEMENTS:
            raise InputError(
                "{path}: an accessor of {count} elements has no data; the file is damaged", path=path, count=count
            )


def gltf_document(path: Path) -> dict[str, Any]:
    """Return the JSON of a .gltf, .glb or .vrm file.

    Raises:
        InputError: the file is damaged, or its JSON is beyond the limits of :mod:`ml_core.files`.
    """
    return _gltf_parts(path)[0]


def _gltf_parts(path: Path) -> tuple[dict[str, Any], bytes]:
    """The document, and the binary chunk of a GLB file. The format is told by the content, as in Blender's importer."""
    with path.open("rb") as stream:
        header = stream.read(20)
        if header[:4] != b"glTF":
            if path.suffix.lower() != ".gltf":
                raise InputError("{path}: it is not a GLB file, or it is truncated", path=path)
            return read_json(path, str(path)), b""
        if len(header) < 20:
            raise InputError("{path}: it is not a GLB file, or it is truncated", path=path)
        length, chunk = struct.unpack("<I", header[8:12])[0], struct.unpack("<I", header[12:16])[0]
        if length > path.stat().st_size:
            raise InputError(
                "{path}: it is truncated ({size} of {length} bytes)", path=path, size=path.stat().st_size, length=length
            )
        if chunk > MAX_JSON_BYTES:
            raise InputError("{path}: its glTF part is larger than {most} MiB", path=path, most=MAX_JSON_BYTES // 2**20)
        document = read_json(stream.read(chunk), f"{path}: its glTF part")
        return document, stream.read()[8:]


def _objects(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = document.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _resource(path: Path, item: dict[str, Any], may_be_missing: bool = False) -> Path | bytes | None:
    """The file or data that the URI of a buffer or an image refers to; ``None`` without one.

    A model is of use without its pictures: missing ones may be found elsewhere, or are listed on import.
    """
    uri = item.get("uri")
    if uri is None:
        return None
    if not isinstance(uri, str):
        raise InputError("{path}: a URI is not text; the file is damaged", path=path)
    if uri.startswith("data:"):
        try:
            return base64.b64decode(uri.partition(";base64,")[2], validate=True)
        except (ValueError, binascii.Error) as error:
            raise InputError("{path}: holds data that are not base64; the file is damaged", path=path) from error
    for name in dict.fromkeys((uri, unquote(uri), unquote(unquote(uri)))):  # importers differ in what they decode
        if _SCHEME.match(name) or _NETWORK.match(name):
            raise InputError("{path}: names {uri!r}; only files in its own folder are read", path=path, uri=uri[:120])
        try:
            found = path_inside(path.absolute().parent, name)
        except (InputError, OSError) as error:
            raise InputError(
                "{path}: names {uri!r}; only files in its own folder are read", path=path, uri=uri[:120]
            ) from error
        if found.exists() and not found.is_file():
            raise InputError("{path}: names {uri!r}, which is not a file", path=path, uri=uri[:120])
    wanted = path_inside(path.absolute().parent, unquote(uri))
    if not wanted.is_file():
        if may_be_missing:
            return None
        raise InputError(
            "{path}: refers to {uri!r}, which is missing; put that file next to it", path=path, uri=unquote(uri)
        )
    return wanted


def _count(value: object) -> int:
    """A number of a glTF document; -1 for anything else."""
    return value if isinstance(value, int) else -1


def _view(document: dict[str, Any], index: object, buffers: list[Path | bytes | None], binary: bytes) -> bytes | None:
    """The bytes of a buffer view; ``None`` where it is invalid, which the importer reports."""
    views = _objects(document, "bufferViews")
    if not isinstance(index, int) or not 0 <= index < len(views):
        return None
    view = views[index]
    number, start, length = (_count(view.get(key, default)) for key, default in _VIEW_KEYS)
    if min(number, start, length) < 0 or number >= len(buffers):
        return None
    source = buffers[number]
    if isinstance(source, Path):
        with source.open("rb") as stream:
            stream.seek(start)
            return stream.read(length)
    return (binary if source is None else source)[start : start + length]
