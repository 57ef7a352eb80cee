"""What web pages carry comes out of one pinned tarball: the right one whole, or nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from scripts.data import fetch_three
from scripts.data.fetch_three import FetchError, is_there, main, taken, write

FILES = {
    "package/build/a.min.js": b"export const a=1;",
    "package/jsm/B.js": b"import {\n\ta\n} from 'three';\n\t/**\n\t * Says { } 'three'.\n\t */\n"
    b"import { c } from '../utils/C.js';\n",
    "package/LICENSE": b"MIT 'three'",
    "../../outside.js": b"never read",
    "package/jsm/link.js": b"",
}


@pytest.fixture
def tarball() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, content in FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            if name.endswith("link.js"):
                entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
            tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


@pytest.fixture
def pin(tarball: bytes) -> dict[str, Any]:
    return {
        "package": "three",
        "version": "9.9.9",
        "integrity": "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode(),
        "files": {"a.min.js": "build/a.min.js", "B.js": "jsm/B.js", "LICENSE": "LICENSE"},
        "imports": {"'three'": "'./a.min.js'", "'../utils/": "'./"},
    }


def test_modules_import_one_another_by_paths(pin: dict[str, Any], tarball: bytes, tmp_path: Path) -> None:
    assert not is_there(pin, tmp_path)
    write(pin, taken(pin, tarball), tmp_path)
    assert is_there(pin, tmp_path)
    made = tmp_path / "three"
    assert (made / "B.js").read_text() == "import {\n\ta\n} from './a.min.js';\nimport { c } from './C.js';\n"
    assert (made / "LICENSE").read_bytes() == FILES["package/LICENSE"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted([*pin["files"], "integrity.txt", "three"])
    assert not is_there({**pin, "version": "9.9.10"}, tmp_path)
    write(pin, taken(pin, tarball), tmp_path)  # again, in place of the first
    assert [path.name for path in tmp_path.iterdir()] == ["three"]


def test_another_tarball_is_refused(pin: dict[str, Any], tarball: bytes) -> None:
    with pytest.raises(FetchError, match="was pinned"):
        taken(pin, tarball + b"\0")


@pytest.mark.parametrize("path", ["jsm/none.js", "jsm/link.js", "../../outside.js"])
def test_a_file_that_is_no_file_of_the_package_is_refused(pin: dict[str, Any], tarball: bytes, path: str) -> None:
    with pytest.raises(FetchError, match="has no file"):
        taken({**pin, "files": {"x.js": path}}, tarball)


def test_without_a_network_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def unreachable(*_: object) -> bytes:
        raise OSError("no network")

    monkeypatch.setattr(fetch_three, "_by_npm", unreachable)
    monkeypatch.setattr(fetch_three, "_by_address", unreachable)
    monkeypatch.setattr(fetch_three, "is_there", lambda _: False)
    assert main([]) == 2
    assert "--tarball" in capsys.readouterr().err


def test_a_failed_write_leaves_what_was_there(
    pin: dict[str, Any], tarball: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(pin, taken(pin, tarball), tmp_path)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write({**pin, "version": "2"}, {"a.min.js": b"x"}, tmp_path)
    assert is_there(pin, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["three"]


def test_what_is_pinned_is_whole() -> None:
    pin = fetch_three.pinned()
    assert len(base64.b64decode(pin["integrity"].removeprefix("sha512-"))) == 64
    assert {"three.module.min.js", "three.core.min.js", "GLTFLoader.js", "LICENSE"} <= set(pin["files"])
    assert json.dumps(pin).count("..") == 1  # in the rule for imports alone
