"""Content Credentials are bound to the pixels, and made without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml_core.errors import InputError
from ml_core.provenance.content_credentials import add_credentials, check_credentials, relisted
from ml_core.provenance.signing import load_key, make_key
from ml_core.publishing import write_manifest
from ml_core.publishing.paths import sha256


def test_a_changed_picture_is_found(tmp_path: Path) -> None:
    make_key(tmp_path / "ada.pem")
    key = load_key(tmp_path / "ada.pem")
    folder = tmp_path / "previews"
    folder.mkdir()
    picture = folder / "vera.png"
    Image.new("RGB", (8, 8), (10, 120, 200)).save(picture)
    write_manifest(folder, "previews")
    assert check_credentials(picture) is None
    add_credentials(picture, key, {"author": "Ada <Byron>", "license": "CC-BY-4.0"}, is_generated=True)
    relisted(folder, [picture])
    assert check_credentials(picture) == []
    assert f'"{sha256(picture)}"' in (folder / "manifest.json").read_text()
    with Image.open(picture) as opened:
        assert opened.convert("RGB").getpixel((3, 3)) == (10, 120, 200)
    data = bytearray(picture.read_bytes())
    data[data.index(b"IDAT") + 8] ^= 1
    picture.write_bytes(data)
    assert any("dataHash" in problem for problem in check_credentials(picture) or [])


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.glb").write_bytes(b"glTF")
    with pytest.raises(InputError, match="go into"):
        check_credentials(tmp_path / "model.glb")
