"""A picture is signed, shown and found out by the two scripts, in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from scripts import show_provenance, sign_export


def test_a_signed_folder_is_shown_and_tampering_ends_in_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "unity"
    folder.mkdir()
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Ada")
    about.add_text("atelier:history", '[["generated","0.9.0","2030-01-01T10:00:00Z"]]')
    Image.new("RGB", (8, 8)).save(folder / "T_Ada.png", pnginfo=about)
    key = tmp_path / "ada.pem"
    assert sign_export.main(["--make-key", str(key)]) == 0
    assert sign_export.main([str(folder), "--key", str(key), "--author", "Ada", "--content-credentials"]) == 0
    assert show_provenance.main([str(folder), "--key", f"{key}.pub"]) == 0
    shown = capsys.readouterr().out
    assert "Author: Ada" in shown
    assert "generated 2030-01-01T10:00:00Z (avatar-atelier 0.9.0)" in shown
    assert "all 1 files are as they were" in shown
    (folder / "more.txt").write_text("more")
    assert show_provenance.main([str(folder)]) == 2
    assert "more.txt: was added after the signature" in capsys.readouterr().err
