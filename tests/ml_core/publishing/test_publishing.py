"""A result replaces the earlier one whole, whenever it is interrupted, and no file of the user's is ever harmed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ml_core.errors import InputError
from ml_core.publishing import journal, locks, published_folder, staged_folder
from ml_core.publishing.listing import holds_result, owned_files
from ml_core.publishing.locks import LOCK, lock_file
from ml_core.publishing.paths import is_plain, sha256

FIRST = {"SM_Cube.fbx": "cube 1", "SM_Old.fbx": "old", "Editor/Import.cs": "same", "maps/a.png": "a"}
SECOND = {"SM_Cube.fbx": "cube 2", "SM_New.fbx": "new", "Editor/Import.cs": "same", "deep/er/b.png": "b"}
USERS = {"SM_Cube.fbx.meta": "guid", "thesis.txt": "years", "maps/mine.png": "mine"}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def publish(target: Path, files: Mapping[str, str], force: bool = False) -> dict[str, str]:
    with published_folder(target, "test", force) as draft:
        write(draft.folder, files)
    return draft.kept


def content(target: Path) -> dict[str, str]:
    """Every file but the manifest, also hidden ones."""
    files = (path for path in target.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(target).as_posix(): path.read_text() for path in files}


def is_whole(target: Path) -> bool:
    entries = json.loads((target / "manifest.json").read_text())["files"]
    return all(sha256(target / entry["path"]) == entry["sha256"] for entry in entries)


@pytest.fixture(autouse=True)
def _unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power fails during a test, and to wait for the disk takes most of the time."""
    monkeypatch.setattr(journal, "flush", lambda path: None)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An earlier result with files of the user's."""
    folder = tmp_path / "out" / "unity"
    publish(folder, FIRST)
    write(folder, USERS)
    return folder


def test_ours_are_replaced_and_the_users_stay(target: Path) -> None:
    before = (target / "Editor/Import.cs").stat()
    publish(target, SECOND)
    assert content(target) == SECOND | USERS
    assert is_whole(target)
    assert (target / "Editor/Import.cs").stat().st_ino == before.st_ino  # engines import only what has changed
    publish(target, {"only.txt": "x"})
    assert content(target) == {"only.txt": "x"} | USERS
    assert sorted(path.name for path in target.iterdir()) == sorted(
        ["only.txt", "manifest.json", "maps", "SM_Cube.fbx.meta", "thesis.txt"]
    )
    assert [path.name for path in target.parent.iterdir()] == ["unity"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("SM_Cube.fbx", "changed.*: SM_Cube.fbx"),
        ("SM_New.fbx", "your files: .*SM_New.fbx"),
        ("deep", "your files: .*deep"),
    ],
)
def test_a_file_of_the_users_in_the_way_is_an_error_or_kept(target: Path, name: str, why: str) -> None:
    (target / name).write_text("the user's")
    before = content(target)
    with pytest.raises(InputError, match=why):
        publish(target, SECOND)
    assert content(target) == before
    assert publish(target, SECOND, force=True) == {name: f"{name}.bak"}
    assert content(target) == SECOND | USERS | {f"{name}.bak": "the user's"}
    (target / name / "x" if name == "deep" else target / name).parent.mkdir(exist_ok=True)
    if name != "deep":
        (target / name).write_text("again")
        assert publish(target, SECOND | {"c": "c"}, force=True) == {name: f"{name}.bak2"}


def test_a_changed_file_that_is_no_longer_exported_stays(target: Path) -> None:
    (target / "SM_Old.fbx").write_text("retouched")
    publish(target, SECOND)
    assert content(target) == SECOND | USERS | {"SM_Old.fbx": "retouched"}


def test_a_folder_without_a_manifest_of_ours_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"avatar.json": "{}", "thesis.txt": "years"})
    for manifest in (None, "{", "[]", '{"generator": "other"}', '{"generator": ["avatar-atelier"]}', "[" * 10**5):
        if manifest is not None:
            (tmp_path / "manifest.json").write_text(manifest)
        with pytest.raises(InputError, match="not an Atelier export"):
            publish(tmp_path, FIRST)
    kept = publish(tmp_path, FIRST | {"avatar.json": "new"}, force=True)
    assert kept == {"avatar.json": "avatar.json.bak", "manifest.json": "manifest.json.bak"}
    assert (tmp_path / "thesis.txt").read_text() == "years"
    assert (tmp_path / "avatar.json.bak").read_text() == "{}"


def test_an_empty_folder_and_one_with_hidden_files_are_taken(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    publish(tmp_path, FIRST)
    assert content(tmp_path) == FIRST | {".DS_Store": ""}


@pytest.mark.parametrize(
    "path", ["../thesis.txt", "/etc/passwd", "a/../../x", "a//b", "C:\\x", "a\\b", "", "a\0", 7, None]
)
def test_paths_that_lead_out_are_none(path: Any) -> None:
    assert not is_plain(path)


def test_a_manifest_never_leads_out_and_never_raises(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "in"
    write(outside, {"a.txt": "a", "b.txt": "b"})
    publish(folder, {"x": "x"})
    (folder / "link").symlink_to(outside)
    (folder / "b.txt").symlink_to(outside / "b.txt")
    a, b = sha256(outside / "a.txt"), sha256(outside / "b.txt")
    files = [
        {"path": "../outside/a.txt", "sha256": a}, {"path": str(outside / "a.txt"), "sha256": a},
        {"path": "link/a.txt", "sha256": a}, {"path": "b.txt", "sha256": b}, {"path": ["x"], "sha256": a},
        {"path": "x", "sha256": 5}, 3, None, {"path": "q/" * 400 + "q", "sha256": a}, {"path": "e" * 9000, "sha256": a},
    ]  # fmt: skip
    manifest = {"generator": "avatar-atelier", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    publish(folder, {"y": "y"})
    assert content(outside) == {"a.txt": "a", "b.txt": "b"}
    assert (folder / "link").is_symlink()
    assert (folder / "b.txt").is_symlink()
    (folder / "manifest.json").write_text(json.dumps(manifest | {"files": {"a": 1}}))
    publish(folder, {"z": "z"})
    with pytest.raises(InputError, match="link"):  # a new file would go through a link of the user's
        publish(folder, {"link/a.txt": "new"})
    assert content(outside) == {"a.txt": "a", "b.txt": "b"}


def test_a_linked_target_stays_a_link(tmp_path: Path, target: Path) -> None:
    (tmp_path / "link").symlink_to(target)
    publish(tmp_path / "link", SECOND)
    assert (tmp_path / "link").is_symlink()
    assert content(target) == SECOND | USERS
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="loop"):
        publish(tmp_path / "loop", FIRST)


def test_an_export_inside_a_result_may_be_made_again_on_its_own(tmp_path: Path) -> None:
    def avatar(text: str, engine: bool) -> None:
        with published_folder(tmp_path, "avatar") as draft:
            write(draft.folder, {"avatar.json": text})
            if engine:
                publish(draft.folder / "web", {"scene.glb": text, f"{text}.png": text})

    avatar("1", engine=True)
    publish(tmp_path / "web", {"scene.glb": "by hand", "1.png": "1", "hand.png": "x"})
    avatar("2", engine=False)  # the export is another one now, and stays
    assert content(tmp_path / "web") == {"scene.glb": "by hand", "1.png": "1", "hand.png": "x"}
    avatar("3", engine=True)
    assert content(tmp_path) == {"avatar.json": "3", "web/scene.glb": "3", "web/3.png": "3"}
    avatar("4", engine=False)
    assert content(tmp_path) == {"avatar.json": "4"}
    with pytest.raises(InputError) as caught, published_folder(tmp_path, "avatar") as draft:
        raise InputError(f"{draft.folder / 'web'}: is full")
    assert str(caught.value) == f"{tmp_path / 'web'}: is full"


def in_child(work: Callable[[], None]) -> int:
    """The exit code of a process of its own that does ``work`` and is killed as by kill -9 where it calls _exit."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1 if sys.exc_info()[0] else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(number: int, target: Path, files: Mapping[str, str], force: bool = False) -> bool:
    """Whether a process that publishes was killed before its ``number``-th change on the disk."""

    def work() -> None:
        left = [number]

        def counted(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return function(*arguments, **options)

            return call

        for name in ("rename", "replace", "mkdir", "unlink", "rmdir", "open", "fsync"):
            setattr(os, name, counted(getattr(os, name)))
        publish(target, files, force)

    return in_child(work) == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_step_leaves_the_old_or_the_new(target: Path) -> None:
    (target / "SM_New.fbx").write_text("the user's")
    old = content(target)
    new = SECOND | USERS | {"SM_New.fbx.bak": "the user's"}
    steps, seen = 0, set()
    while killed_at(steps, target, SECOND, force=True):
        assert all(text in content(target).values() for text in [*USERS.values(), "the user's"]), steps
        with staged_folder(target):
            pass  # the next run takes back what is half done
        now = content(target)
        assert now in (old, new), steps
        assert is_whole(target), steps
        assert not list(target.glob(".atelier-*")), steps
        seen.add(now == new)
        if now == new:
            break
        steps += 1
    assert steps > 20
    assert seen == {False, True}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_while_taking_back_is_taken_back(target: Path) -> None:
    old = content(target)
    half = next(n for n in range(15, 60) if killed_at(n, target, SECOND) and not (target / "maps/a.png").exists())
    assert half

    def recover(number: int) -> None:
        moves = [number]
        real = os.rename

        def rename(*arguments: Any) -> None:
            if moves[0] == 0:
                os._exit(9)
            moves[0] -= 1
            real(*arguments)

        os.rename = rename  # type: ignore[assignment]
        with staged_folder(target):
            pass

    count = 0
    while in_child(lambda count=count: recover(1 if count else 0)) == 9:  # one move more each time
        count += 1
        assert count < 20
    assert count > 1
    assert content(target) == old


@pytest.mark.parametrize("step", range(9))
def test_a_failure_at_any_step_leaves_the_old(target: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    old = content(target)
    left, real = [step], journal._do

    def fail(*arguments: Any) -> None:
        if left[0] == 0:
            left[0] = -1
            raise OSError(28, "No space left on device")
        left[0] -= 1
        real(*arguments)

    monkeypatch.setattr(journal, "_do", fail)
    with pytest.raises(InputError, match=r"unity: cannot be written \(No space left on device\)"):
        publish(target, SECOND)
    assert content(target) == old
    assert is_whole(target)


def test_somebody_who_puts_a_file_there_meanwhile_keeps_it(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = content(target)
    real = journal._do

    def meddle(place: Path, draft: Path, step: journal.Step) -> None:
        real(place, draft, step)
        if step.kind == "aside" and step.path == "SM_Cube.fbx":
            (place / "SM_Cube.fbx").write_text("a sync client's")

    monkeypatch.setattr(journal, "_do", meddle)
    with pytest.raises(InputError, match="appeared meanwhile"):
        publish(target, SECOND)
    assert content(target) == old | {"SM_Cube.fbx": "a sync client's", "SM_Cube.fbx.bak": "cube 1"}


def test_a_journal_of_a_stranger_moves_nothing_outside(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "in"
    write(outside, {"a.txt": "a"})
    publish(folder, {"x": "x"})
    draft = folder / ".atelier-0123456789ab"
    write(draft, {"owner": "", "old/evil": "evil"})
    (draft / "new").symlink_to(outside)
    (folder / "link").symlink_to(outside)
    digest, own = sha256(outside / "a.txt"), sha256(folder / "x")
    steps: list[Any] = [
        {"kind": "aside", "path": "../outside/b.txt", "other": ""}, {"kind": "aside", "path": "link/evil", "other": ""},
        {"kind": "place", "path": "link/a.txt", "other": digest}, {"kind": "keep", "path": "y", "other": "link/a.txt"},
        {"kind": "keep", "path": "y", "other": "../outside/a.txt"}, {"kind": "place", "path": "x", "other": own},
        {"kind": "folder", "path": "link", "other": ""}, 3, {"kind": "run", "path": "x", "other": ""}, {"kind": []},
    ]  # fmt: skip
    (draft / "journal.json").write_text(json.dumps({"steps": steps}))
    publish(folder, {"y": "y"})
    assert content(outside) == {"a.txt": "a"}
    assert content(folder)["y"] == "y"


def test_a_damaged_journal_loses_nothing(target: Path) -> None:
    draft = target / ".atelier-0123456789ab"
    write(draft, {"owner": "", "old/thing": "precious", "journal.json": "{"})
    publish(target, SECOND)
    assert (draft / "old/thing").read_text() == "precious"
    assert is_whole(target)


def test_drafts_of_the_dead_go_and_those_of_the_living_stay(target: Path) -> None:
    dead, living, other = (target / f".atelier-{digit * 12}" for digit in "abc")
    write(dead, {"owner": "4711", "new/big": "big"})
    (dead / "new/big").chmod(stat.S_IREAD)
    write(living, {"owner": "", "new/x": "x"})
    write(other, {"mine": "not a draft"})
    (target / f".atelier-{'d' * 12}").mkdir()
    lock = lock_file(living / "owner")
    assert lock is not None
    publish(target, SECOND)
    lock.release()
    assert sorted(path.name for path in target.glob(".atelier-*")) == [living.name, other.name]
    publish(target, FIRST)
    assert [path.name for path in target.glob(".atelier-*")] == [other.name]


def test_two_at_once_are_both_done_one_after_the_other(target: Path) -> None:
    with published_folder(target, "a") as first:
        write(first.folder, FIRST | {"who": "first"})
        publish(target, SECOND | {"who": "second"})
    assert content(target) == FIRST | {"who": "first"} | USERS
    assert is_whole(target)


def test_a_lock_never_blocks_for_ever(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.05)
    (target / LOCK).write_text("4711")  # of a process that was killed: the system has let go of it
    publish(target, SECOND)
    assert not (target / LOCK).exists()
    lock = lock_file(target / LOCK)
    assert lock is not None
    with pytest.raises(InputError, match="another process is writing"):
        publish(target, FIRST)
    lock.release()
    assert content(target).items() >= (SECOND | USERS).items()


def test_a_file_system_without_locks_keeps_young_drafts(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(locks, "_lock", refuse)
    young, old = (target / f".atelier-{digit * 12}" for digit in "ab")
    for draft in (young, old):
        write(draft, {"owner": ""})
    os.utime(old, (0, 0))
    publish(target, SECOND)
    assert [path.name for path in target.glob(".atelier-*")] == [young.name]
    assert is_whole(target)


@pytest.mark.parametrize("what", ["error", "file", "parent", "gone", "full"])
def test_what_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    target = tmp_path / "a" / "b" / "out"
    why = {
        "file": "is a file",
        "parent": "cannot be written",
        "gone": "removed in the meantime",
        "full": "No space left",
    }
    if what in ("file", "parent"):
        write(tmp_path, {"a/b/out" if what == "file" else "a": "x"})
    before = content(tmp_path)

    def run() -> None:
        with staged_folder(target) as draft:
            write(draft.folder, FIRST)
            if what == "error":
                raise ZeroDivisionError("a fault keeps its type")
            if what == "gone":
                shutil.rmtree(tmp_path / "a")
                raise RuntimeError("Error: could not open file for writing")
            raise OSError(28, "No space left on device")

    with pytest.raises(ZeroDivisionError if what == "error" else InputError, match=why.get(what, "a fault")):
        run()
    assert content(tmp_path) == before
    assert (tmp_path / "a").exists() == bool(before)


def test_what_holds_a_result_is_known_by_its_manifest(target: Path) -> None:
    assert holds_result(target)
    assert owned_files(target, {}).stale == set(FIRST)
    (target / "manifest.json").unlink()
    assert not holds_result(target)
