"""A result that is interrupted at any step, by a kill, a failure, another process or a file of somebody's."""

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
from ml_core.publishing.locks import LOCK, lock_file
from ml_core.publishing.paths import sha256

from .results import FIRST, SECOND, USERS, content, is_whole, publish, write


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
    left, real = [step], journal.carry_out

    def fail(*arguments: Any) -> None:
        if left[0] == 0:
            left[0] = -1
            raise OSError(28, "No space left on device")
        left[0] -= 1
        real(*arguments)

    monkeypatch.setattr(journal, "carry_out", fail)
    with pytest.raises(InputError, match=r"unity: cannot be written \(No space left on device\)"):
        publish(target, SECOND)
    assert content(target) == old
    assert is_whole(target)


def test_somebody_who_puts_a_file_there_meanwhile_keeps_it(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = content(target)
    real = journal.carry_out

    def meddle(place: Path, draft: Path, step: journal.Step) -> None:
        real(place, draft, step)
        if step.kind == "aside" and step.path == "SM_Cube.fbx":
            (place / "SM_Cube.fbx").write_text("a sync client's")

    monkeypatch.setattr(journal, "carry_out", meddle)
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
