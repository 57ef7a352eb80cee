"""The files that one call writes: refused before the work begins, together in place, nothing left of a failure."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_core import outputs
from ml_core.errors import InputError
from ml_core.outputs import check_folder, check_outputs, written_together
from ml_core.publishing import staged_folder


def everything(folder: Path) -> dict[str, str]:
    return {str(one.relative_to(folder)): one.read_text() for one in folder.rglob("*") if one.is_file()}


def test_what_cannot_be_written_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room.blend").write_text("scene")
    (tmp_path / "link.blend").symlink_to(tmp_path / "room.blend")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    room = tmp_path / "room.blend"
    refused = {
        tmp_path / "folder": "is a folder",
        tmp_path: "is a folder",
        tmp_path / "pipe": "not a regular file",
        Path("/dev/null"): "not a regular file",
        room: "is the same file",
        tmp_path / "folder" / ".." / "room.blend": "is the same file",
        tmp_path / "link.blend": "is the same file",
        room / "labels.json": "not a folder",
        room / "a" / "b" / "labels.json": "not a folder",
    }
    for path, reason in refused.items():
        with pytest.raises(InputError, match=reason):
            check_outputs([path], [room])
    with pytest.raises(InputError, match="is the same file"):
        check_outputs([tmp_path / "a.json", tmp_path / "b.json", tmp_path / "folder" / ".." / "a.json"])
    with pytest.raises(InputError, match="is a file"):
        check_folder(room)
    for address in ("https://host/a", "smb://host/share", "file:///tmp/a"):
        for check in (check_folder, lambda path: check_outputs([path])):
            with pytest.raises(InputError, match="not a folder on this machine"):
                check(Path(address))
        with pytest.raises(InputError, match="not a folder on this machine"), staged_folder(Path(address)):
            pass
    check_folder(tmp_path / "C:" / "x")
    check_outputs([tmp_path / "a.json", tmp_path / "new" / "b.json"], [room])
    check_folder(tmp_path / "new" / "folder")
    monkeypatch.setattr(outputs.os, "access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(InputError, match="read-only"):
        check_outputs([tmp_path / "a.json"])
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_all_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old a")
    paths = [tmp_path / "a", tmp_path / "new" / "b", tmp_path / "c"]

    def write(fail: Callable[[], None] = lambda: None) -> None:
        with written_together(*paths) as (a, b, _):
            a.write_text("new a")
            b.write_text("new b")
            (b.parent / f"{b.name}1").write_text("a backup of the writer")
            fail()

    def no_space() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"a: cannot be written \(No space left"):
        write(no_space)
    with pytest.raises(KeyboardInterrupt):
        write(lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert everything(tmp_path) == {"a": "old a"}
    assert not (tmp_path / "new").exists()
    write()  # c was not written, which is not a fault
    assert everything(tmp_path) == {"a": "new a", "new/b": "new b"}


def test_those_put_in_place_are_taken_back_when_one_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old a")

    def write() -> None:
        with written_together(tmp_path / "a", tmp_path / "b", tmp_path / "c") as parts:
            for part in parts:
                part.write_text("new")
            (tmp_path / "c").mkdir()
            (tmp_path / "c" / "somebody's").write_text("kept")

    with pytest.raises(InputError, match="c: cannot be written"):
        write()
    assert everything(tmp_path) == {"a": "old a", "c/somebody's": "kept"}


def test_a_folder_that_goes_meanwhile_is_named(tmp_path: Path) -> None:
    def write() -> None:
        with written_together(tmp_path / "gone" / "a") as (partial,):
            partial.parent.rmdir()
            partial.write_text("new")

    with pytest.raises(InputError, match="a: cannot be written"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_run(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom ml_core.outputs import written_together\n"
        "with written_together(Path(sys.argv[1])) as (partial,):\n"
        "    partial.write_text('half')\n    Path(str(partial) + '@').write_text('half')\n    os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.blend")], cwd=root, check=False)
    mine = tmp_path / f".atelier-{outputs.host_name()}-{os.getpid()}-00000000.blend"  # of a process that lives
    mine.write_text("at work")
    other = tmp_path / ".atelier-notes.txt"
    other.write_text("an artist's")
    assert len(list(tmp_path.iterdir())) == 4
    with written_together(tmp_path / "a.blend") as (partial,):
        partial.write_text("whole")
    assert everything(tmp_path) == {"a.blend": "whole", mine.name: "at work", other.name: "an artist's"}
