"""Names, JSON, pictures and paths of strangers; writes that are whole or not there."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import EpsImagePlugin, Image

from ml_core.errors import InputError
from ml_core.files import (
    MAX_NAME_BYTES,
    SafeNames,
    atomic_path,
    compiled_arrays,
    path_inside,
    picture_size,
    read_json,
    read_picture,
    safe_name,
)
from ml_core.files import stored_json as stored

HOSTILE_NAMES = [
    "../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x", "CON", "nul", "Com1.tar", "LPT\u00b9", "a\0b", " .hidden ",
    "...", "-rf", "a\u202egnp.exe", "x" * 500, "\u6905" * 200, "", "\ud800", "a. ", "aux .png", "~root",
]  # fmt: skip


@given(st.one_of(st.sampled_from(HOSTILE_NAMES), st.text(max_size=300)))
@settings(max_examples=300, deadline=None)
def test_a_safe_name_is_one_plain_component_of_a_path(text: str) -> None:
    name = safe_name(text, ".png")
    assert name.endswith(".png")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert Path(name).name == name
    assert not set(name) & set('\\/:*?"<>|\0\n\u202e')
    assert name[0] not in ".-~ "
    assert name.split(".")[0].rstrip().lower() not in {"con", "nul", "aux", "prn", "com1", "lpt1", "lpt\u00b9"}
    assert safe_name(name[:-4], ".png") == name  # a safe name stays as it is


def test_names_of_every_script_are_kept() -> None:
    assert [safe_name(one) for one in ("椅子", "Стул", "Stühle 50%", "كرسي")] == ["椅子", "Стул", "Stühle 50%", "كرسي"]


def test_case_twins_get_numbers() -> None:
    names = SafeNames()
    made = [names.claim(one, ".png") for one in ("Wood", "wood", "ＷＯＯＤ", "x" * 300, "x" * 301)]
    assert made[:3] == ["Wood.png", "wood_2.png", "ＷＯＯＤ_3.png"]
    assert made[3] != made[4]
    assert all(len(one.encode()) <= MAX_NAME_BYTES for one in made)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100 + "]" * 100, "nested"),
        ('{"a":' * 65 + "1" + "}" * 65, "nested"),
        ("[" * 200_000, "nested"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1e999}', "out of range"),
        ('{"a": ' + "9" * 100_000 + "}", "100000 digits"),
        (b"\xff\xfe", "UTF-8"),
        ("", "not valid JSON"),
        ("[1]", "expected an object"),
    ],
    ids=range(10),
)
def test_json_of_a_stranger_is_refused_with_the_reason(text: str | bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read_json(text, "labels.json")
    assert str(caught.value).startswith("labels.json: ")


def test_brackets_in_texts_are_no_nesting(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"a": "' + '[{\\"' * 100 + '"}', encoding="utf-8-sig")
    assert read_json(file, str(file)) == {"a": '[{"' * 100}


def test_files_over_the_limit_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("[" + "1," * 600_000 + "1]")
    with pytest.raises(InputError, match="larger than 1 MiB"):
        read_json(file, "a.json", list, max_bytes=2**20)


@pytest.mark.parametrize("value", [None, 7, b"{}", "", "[" * 5000, "[]", '{"a": NaN}', [1, 2]])
def test_stored_json_never_raises(value: object) -> None:
    assert stored(value, dict, {"default": True}) == {"default": True}


def test_paths_of_a_file_stay_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    assert path_inside(tmp_path, "a/b.png") == tmp_path.resolve() / "a/b.png"
    for hostile in ("../x", "a/../../x", "/etc/passwd", "C:\\x", "\\\\host\\x", "link/passwd", "a\0b", "..\\x"):
        with pytest.raises(InputError):
            path_inside(tmp_path, hostile)


def _png(width: int, height: int) -> bytes:
    """A PNG whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_pictures_of_other_formats_and_sizes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postscript = tmp_path / "chair.png"
    postscript.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 32 32\nshowpage\n")
    ran: list[object] = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *arguments, **_: ran.append(arguments))
    for source, why in (
        (postscript, "cannot be read as a picture"),
        (_png(60_000, 60_000), "pixels are too many"),
        (_png(12_000, 12_000), "pixels are too many"),  # fewer than those that Pillow itself refuses
        (_png(10, 10), "cannot be read as a picture"),
        (b"", "cannot be read as a picture"),
        (tmp_path / "none.png", "no such file"),
    ):
        with pytest.raises(InputError, match=why):
            read_picture(source)
    assert ran == []  # which is what runs a PostScript file


def test_the_size_that_a_header_claims_is_read_without_decoding(tmp_path: Path) -> None:
    assert picture_size(_png(60_000, 50_000)) == (60_000, 50_000)
    for ending in ("jpg", "webp", "bmp", "tif"):
        Image.new("RGB", (30, 20)).save(tmp_path / f"a.{ending}")
        assert picture_size(tmp_path / f"a.{ending}") == (30, 20)
    for other in (b"", b"%!PS-Adobe-3.0 EPSF-3.0", b"\x89PNG\r\n\x1a\n", tmp_path, tmp_path / "none.png"):
        assert picture_size(other) == (0, 0)


def test_a_large_picture_is_reduced_and_upright(tmp_path: Path) -> None:
    pixels = np.zeros((400, 800, 3), np.uint8)
    pixels[:200] = (255, 0, 0)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees: the top becomes the right
    for name, mode in (("a.jpg", "RGB"), ("b.png", "RGB"), ("c.png", "P")):
        Image.fromarray(pixels).convert(mode).save(tmp_path / name, exif=exif)
        read = read_picture(tmp_path / name, "RGB", longest=100)
        assert read.shape == (100, 50, 3)
        assert (read[50, 45] > (200, -1, -1)).all()
        assert read[50, 5].max() < 60
    stream = io.BytesIO()
    Image.fromarray(pixels[..., 0]).save(stream, "PNG")
    assert read_picture(stream.getvalue()).shape == (400, 800, 4)


@pytest.mark.parametrize("longest", [None, 20])
@pytest.mark.parametrize(("values", "kind"), [(np.uint16, "PNG"), (np.int32, "TIFF"), (np.float32, "TIFF")])
def test_gray_of_more_than_8_bits_stays_gray(values: type, kind: str, longest: int | None) -> None:
    half = 0.5 if values is np.float32 else 32768
    pixels = np.full((40, 80), half, values)
    pixels[:20] = 0
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    read = read_picture(stream.getvalue(), longest=longest)
    assert read[2, 2].tolist() == [0, 0, 0, 255]
    assert read[-2, 2].tolist() == [128, 128, 128, 255]


def test_atomic_path_writes_whole_files_or_nothing(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.txt"

    def fail() -> None:
        with atomic_path(target) as partial:
            partial.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with atomic_path(target) as partial:
        partial.write_text("whole")
    assert target.read_text() == "whole"
    with pytest.raises(InputError, match="is a folder"), atomic_path(tmp_path / "new"):
        pass
    with pytest.raises(InputError, match="No space left"), atomic_path(target):
        raise OSError(28, "No space left on device")
    assert target.read_text() == "whole"
    assert [one.name for one in target.parent.iterdir()] == ["a.txt"]


def test_json_of_unknown_origin_has_one_reader() -> None:
    """Scripts that stand alone in an engine or before anything is installed, and tools of development, read their own
    files."""
    root = Path(__file__).resolve().parents[2]
    alone = ("import_scripts", "scripts/dev/", "try_in_blender", "ml_core/files.py", "data/fetch_three.py")
    sources = [one for name in ("ml_core", "blender_addon", "scripts") for one in (root / name).rglob("*.py")]
    others = [one.relative_to(root).as_posix() for one in sources if "json.load" in one.read_text(encoding="utf-8")]
    assert [one for one in others if not any(part in one for part in alone)] == []


@pytest.mark.parametrize("damage", ["absent", "cut", "other", "lacking"])
def test_a_table_that_is_damaged_says_which_script_makes_it(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "table.npz"
    if damage != "absent":
        np.savez_compressed(path, there=np.arange(5000) % 97)
        whole = path.read_bytes()
        path.write_bytes({"cut": whole[: len(whole) // 2], "other": b"PK\3\4 no archive", "lacking": whole}[damage])
    reason = "table.npz: is missing or damaged; make it with scripts/make.py"
    with pytest.raises(InputError, match=reason), compiled_arrays(path, "scripts/make.py") as arrays:
        arrays["wanted"]
