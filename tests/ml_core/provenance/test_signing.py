"""A signature shows every way in which a folder was changed after it, and keys stay private."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from ml_core.errors import InputError
from ml_core.provenance.signing import load_key, load_public_key, make_key, sign, signature_path, verify


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "keys" / "ada.pem")
    return tmp_path / "keys" / "ada.pem"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "unity"
    (folder / "textures").mkdir(parents=True)
    (folder / "SK_Ada.fbx").write_bytes(b"model")
    (folder / "textures" / "T_Ada.png").write_bytes(b"picture")
    return folder


def public_of(key: Path) -> bytes:
    return load_public_key(key.with_name(key.name + ".pub"))


def test_an_untouched_export_is_good(key: Path, export: Path) -> None:
    made = sign(export, load_key(key), {"author": "Ada"})
    assert made == signature_path(export) == export.with_name("unity.signature.json")
    verdict = verify(export, public_of(key))
    assert verdict.is_good
    assert verdict.is_known_key
    assert verdict.files == 2
    single = export / "SK_Ada.fbx"
    sign(single, load_key(key))
    assert verify(single).is_good


def change(folder: Path) -> None:
    (folder / "SK_Ada.fbx").write_bytes(b"other")


def add(folder: Path) -> None:
    (folder / "more.txt").write_text("more")


def take(folder: Path) -> None:
    (folder / "textures" / "T_Ada.png").unlink()


def edited(folder: Path, **values: object) -> None:
    path = signature_path(folder)
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def relist(folder: Path) -> None:
    files = json.loads(signature_path(folder).read_text())["files"]
    edited(folder, files=files | {"SK_Ada.fbx": "0" * 64})


def claim(folder: Path) -> None:
    edited(folder, about={"author": "Mallory"})


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (change, "SK_Ada.fbx: was changed"), (add, "more.txt: was added"), (take, "T_Ada.png: is missing"),
        (relist, "list of files was changed"), (claim, "list of files was changed"),
    ],
)  # fmt: skip
def test_tampering_is_found(key: Path, export: Path, tamper: object, told: str) -> None:
    sign(export, load_key(key), {"author": "Ada"})
    tamper(export)  # type: ignore[operator]
    verdict = verify(export, public_of(key))
    assert any(told in problem for problem in verdict.problems), verdict.problems


def test_another_key_is_found(key: Path, export: Path, tmp_path: Path) -> None:
    make_key(tmp_path / "mallory.pem")
    change(export)
    sign(export, load_key(tmp_path / "mallory.pem"))
    assert verify(export).is_good  # by itself it says only that the files are those that someone has signed
    verdict = verify(export, public_of(key))
    assert not verdict.is_known_key
    assert "signed with another key" in verdict.problems[0]
    swapped = json.loads(signature_path(export).read_text())
    sign(export, load_key(key))
    edited(export, key=swapped["key"])
    assert not verify(export).is_good


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": "atelier-signature-1", "files": {"../x": "0"}}', "no"])
def test_what_is_no_signature_is_refused(export: Path, text: str) -> None:
    signature_path(export).write_text(text)
    with pytest.raises(InputError):
        verify(export)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nothing_unsigned_stands_among_what_is_signed(key: Path, export: Path) -> None:
    path = sign(export, load_key(key), {"author": "Ann"})
    path.write_text(json.dumps({**json.loads(path.read_text()), "author": "Mallory"}))
    with pytest.raises(InputError, match="not a signature"):
        verify(export)


def test_the_private_key_is_the_owners_alone(key: Path, export: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(InputError, match="is there already"):
        make_key(key)
    key.chmod(0o644)
    with pytest.raises(InputError, match="others may read"):
        load_key(key)


def test_a_passphrase_protects_the_key(tmp_path: Path) -> None:
    path = tmp_path / "ada.pem"
    make_key(path, "correct horse")
    assert b"ENCRYPTED" in path.read_bytes()
    for wrong in ("", "battery"):
        with pytest.raises(InputError, match="cannot be read as a key"):
            load_key(path, wrong)
    load_key(path, "correct horse")


def test_no_key_goes_into_an_export(key: Path, export: Path) -> None:
    (export / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="lies in an export"):
        make_key(export / "textures" / "new.pem")
    (export / "notes.txt").write_bytes(key.read_bytes())
    with pytest.raises(InputError, match="is a private key"):
        sign(export, load_key(key))
