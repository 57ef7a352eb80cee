"""What scene files of strangers name is refused before anything opens it."""

from __future__ import annotations

import base64
import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from ml_core.errors import InputError
from ml_core.picture_size import check_picture
from ml_core.references import check_references, is_near_picture, picture_root

NETWORK = ["\\\\host\\share\\a.png", "//host/share/a.png", "http://host/a.png", "file:///etc/passwd", "smb://host/a"]


def png(width: int = 1, height: int = 1) -> bytes:
    """A PNG file of this size; its pixels are all zero and compress well."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = b"" if width > 10**4 else zlib.compress(b"\0" * (1 + (width + 7) // 8) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gltf(folder: Path, **document: Any) -> Path:
    path = folder / "scene.gltf"
    path.write_text(json.dumps({"asset": {"version": "2.0"}, **document}))
    return path


def glb(folder: Path, document: dict[str, Any], binary: bytes) -> Path:
    text = json.dumps({"asset": {"version": "2.0"}, **document}).encode()
    text += b" " * (-len(text) % 4)
    length = 28 + len(text) + len(binary)
    path = folder / "scene.glb"
    head = struct.pack("<4sIII4s", b"glTF", 2, length, len(text), b"JSON")
    path.write_bytes(head + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """``project/models`` with a picture in it, one in ``project/textures`` and one outside."""
    home = tmp_path / "project" / "models"
    (tmp_path / "project" / "textures").mkdir(parents=True)
    home.mkdir()
    for place in (home, tmp_path / "project" / "textures", tmp_path):
        (place / "a.png").write_bytes(png())
        (place / "a b.bin").write_bytes(b"\0" * 12)
    (home / "linked").symlink_to(tmp_path)
    os.mkfifo(home / "pipe")
    return home


@pytest.mark.parametrize("kind", ["buffers", "images"])
@pytest.mark.parametrize(
    "uri",
    [*NETWORK, "/dev/zero", "../a.png", "%2e%2e/a.png", "..%2fa.png", "%252e%252e/a.png", "..\\a.png", "linked/a.png",
     "pipe", "a\0.png", "C:\\a.png", "sub/../../a.png", ".", "data:image/png;base64,%%%", 5],
)  # fmt: skip
def test_a_gltf_file_names_only_what_lies_in_its_folder(folder: Path, kind: str, uri: object) -> None:
    path = gltf(folder, **{kind: [{"uri": uri, "byteLength": 12}]})
    with pytest.raises(InputError, match=r"scene\.gltf"):
        check_references(path)


def test_a_gltf_file_says_which_file_is_lost(folder: Path) -> None:
    with pytest.raises(InputError, match=r"'lost one\.bin', which is missing"):
        check_references(gltf(folder, buffers=[{"uri": "lost%20one.bin", "byteLength": 1}]))


def test_a_gltf_file_may_lack_a_picture(folder: Path) -> None:
    check_references(gltf(folder, images=[{"uri": "lost%20one.png"}, {"uri": "sub/lost.png"}]))
    with pytest.raises(InputError, match=r"only files in its own folder"):
        check_references(gltf(folder, images=[{"uri": "lost.png"}, {"uri": "../lost.png"}]))


def test_a_gltf_file_with_its_files_passes(folder: Path) -> None:
    data = "data:image/png;base64," + base64.b64encode(png(3, 2)).decode()
    check_references(
        gltf(folder, buffers=[{"uri": "a%20b.bin", "byteLength": 12}], images=[{"uri": "a.png"}, {"uri": data}]), []
    )
    view = {"buffer": 0, "byteLength": len(png())}
    check_references(glb(folder, {"buffers": [{}], "bufferViews": [view], "images": [{"bufferView": 0}]}, png()))


def test_pictures_in_a_gltf_file_have_a_size(folder: Path) -> None:
    large = png(60000, 60000)
    data = "data:image/png;base64," + base64.b64encode(large).decode()
    view = {"buffer": 0, "byteLength": len(large)}
    for path in (
        gltf(folder, images=[{"uri": data}]),
        glb(folder, {"buffers": [{}], "bufferViews": [view], "images": [{"bufferView": 0}]}, large),
    ):
        with pytest.raises(InputError, match=r"too many|exceeds limit"):
            check_references(path)


def test_a_gltf_file_fills_no_memory_with_zeros(folder: Path) -> None:
    with pytest.raises(InputError, match="has no data"):
        check_references(gltf(folder, accessors=[{"count": 10**12, "componentType": 5126, "type": "MAT4"}]))


@pytest.mark.parametrize(
    ("name", "said"),
    [("EXT_meshopt_compression", "has meshes that meshopt"), ("KHR_texture_basisu", "has KTX2 pictures"),
     ("EXT_own", "EXT_own, which Blender does not read")],
)  # fmt: skip
def test_an_unknown_extension_is_named(folder: Path, name: str, said: str) -> None:
    path = gltf(folder, extensionsRequired=[name])
    with pytest.raises(InputError, match=said):
        check_references(path, ["KHR_materials_ior"])
    check_references(path, [name])


def obj(folder: Path, name: str) -> Path:
    (folder / "scene.obj").write_text("mtllib ok.mtl\nv 0 0 0\n")
    (folder / "ok.mtl").write_text(f"newmtl a\nmap_Kd -s 1 1 1 {name}\n")
    return folder / "scene.obj"


def mtl(folder: Path, name: str) -> Path:
    (folder / "scene.obj").write_text(f"v 0 0 0\r\nmtllib {name}\r\n")
    return folder / "scene.obj"


def fbx(folder: Path, name: str) -> Path:
    text = name.encode()
    data = b"Kaydara FBX Binary  \0" + b"\x10RelativeFilenameS" + struct.pack("<I", len(text)) + text
    (folder / "scene.fbx").write_bytes(data)
    return folder / "scene.fbx"


def ascii_fbx(folder: Path, name: str) -> Path:
    (folder / "scene.fbx").write_text(f'; FBX 7.4.0\nTexture: 1 {{\n\tFileName: "{name}"\n}}\n')
    return folder / "scene.fbx"


def usda(folder: Path, name: str) -> Path:
    (folder / "scene.usda").write_text(f'#usda 1.0\ndef Shader "a" {{ asset inputs:file = @{name}@ }}\n')
    return folder / "scene.usda"


WRITERS = [obj, mtl, fbx, ascii_fbx, usda]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("name", [*NETWORK, "/dev/zero", "/dev/stdin", "pipe", ".\\pipe"])
def test_devices_and_servers_are_refused_in_every_format(folder: Path, write: Any, name: str) -> None:
    with pytest.raises(InputError, match="is not opened"):
        check_references(write(folder, name))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "name", ["a.png", "../textures/a.png", "C:\\Users\\somebody\\a.png", "gone.png", "/gone/a.png"]
)
def test_other_names_do_not_keep_a_file_from_being_read(folder: Path, write: Any, name: str) -> None:
    check_references(write(folder, name))


@pytest.mark.parametrize("name", ["/etc/other.usd", "../../other.usda", "linked/other.usdc"])
def test_a_stage_is_not_composed_of_layers_elsewhere(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="in another folder"):
        check_references(usda(folder, name))


def test_pictures_are_taken_from_the_project_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = folder / "scene.obj"
    project = folder.parent
    (folder / "text.png").write_text("root:x:0:0")
    assert is_near_picture(scene, folder / "a.png")
    assert is_near_picture(scene, project / "textures" / "a.png")
    for other in (project.parent / "a.png", folder / "linked" / "a.png", folder / "text.png", folder / "pipe"):
        assert not is_near_picture(scene, other)
    monkeypatch.setenv("HOME", str(project))
    assert picture_root(scene) == folder  # the home folder is not a project


def exr(width: int, height: int) -> bytes:
    window = struct.pack("<4i", -5, -5, width - 6, height - 6)
    channels = b"channels\0chlist\0" + struct.pack("<I", 1) + b"\0"
    return b"\x76\x2f\x31\x01\2\0\0\0" + channels + b"dataWindow\0box2i\0" + struct.pack("<I", 16) + window + b"\0"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.png", png),
        ("a.exr", exr),
        ("a.hdr", lambda w, h: f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {h} +X {w}\n".encode()),
        ("a.tga", lambda w, h: bytes([0, 0, 2, *[0] * 9]) + struct.pack("<2HBB", w, h, 24, 0)),
        ("a.psd", lambda w, h: b"8BPS\0\1" + b"\0" * 6 + struct.pack(">H2I", 3, h, w)),
        ("a.dds", lambda w, h: b"DDS " + struct.pack("<4I", 124, 0, h, w)),
    ],
)
def test_sizes_are_read_from_headers(tmp_path: Path, name: str, make: Any) -> None:
    path = tmp_path / name
    path.write_bytes(make(7, 5))
    assert check_picture(path) == (7, 5)
    path.write_bytes(make(60000, 50000))
    with pytest.raises(InputError, match=r"too many|exceeds limit"):
        check_picture(path)


@pytest.mark.parametrize("data", [b"", b"root:x:0:0:", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\x76\x2f\x31\x01\2\0\0\0abc"])
def test_what_is_no_picture_has_no_size(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(InputError):
        check_picture(tmp_path / "a.png")
