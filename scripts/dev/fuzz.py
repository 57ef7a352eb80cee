"""Runs the headless scripts on damaged and hostile files, names, JSON and arguments, and reports which broke a promise.

    python scripts/dev/fuzz.py --inputs 500 --seed 1
    python scripts/dev/fuzz.py --seed 1 --only 137            # one input again, with its output

The promises, for every input: the exit code is 0 or 2; with 2 there is an ``error:`` line on stderr and nothing is
written; there is never a traceback; nothing outside of the output folder changes; it ends within --limit seconds.

Each input runs in a child of a process that has Blender loaded, in a folder of its own. Exit code 1 when a promise was
broken; the inputs of the failures are kept in --keep.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from scripts.dev.fuzz_inputs import Input, make_input, make_seeds

MEMORY = 8 * 2**30
"""Bytes of data that one input may claim."""


@dataclass(frozen=True)
class Outcome:
    """How one input ended. ``broken`` names the promises that were not kept; empty when all were."""

    code: int
    text: str
    seconds: float
    broken: tuple[str, ...]


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="fuzz.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--inputs", type=int, default=500, help="how many (%(default)s)")
    options.add_argument("--seed", type=int, default=1, help="draws all inputs (%(default)s)")
    options.add_argument("--only", type=int, metavar="N", help="run input N alone and print what it printed")
    options.add_argument("--kind", help="inputs of one kind alone, such as blend")
    options.add_argument("--limit", type=int, default=60, metavar="SECONDS", help="for each input (%(default)s)")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="where inputs that failed are copied to")
    return options


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    # Loaded before the first fork, which copies them; nothing here starts a thread.
    import bpy  # noqa: F401

    with tempfile.TemporaryDirectory(prefix="atelier-fuzz-") as name:
        jail = Path(name)
        seeds = make_seeds(jail / "seeds")
        numbers = [given.only] if given.only is not None else range(given.inputs)
        print(f"seed {given.seed}, {len(numbers)} inputs", flush=True)
        tally: Counter[str] = Counter()
        failures = 0
        for number in numbers:
            folder = jail / f"input{number}"
            made = make_input(random.Random(f"{given.seed}/{number}"), seeds, folder / "in", given.kind)
            outcome = run_input(made, folder, given.limit)
            tally[f"{made.kind}: exit {outcome.code}"] += 1
            if given.only is not None:
                print(made.command(), outcome.text, sep="\n")
            if outcome.broken:
                failures += 1
                print(f"input {number} ({made.kind}, {made.change}): {'; '.join(outcome.broken)}")
                print(f"  {made.command()}\n  {outcome.text.strip()[-1500:]}", flush=True)
                if given.keep is not None:
                    shutil.copytree(folder / "in", given.keep / f"input{number}", dirs_exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
    for line, count in sorted(tally.items()):
        print(f"{count:5} {line}")
    print(f"seed {given.seed}: {failures} of {len(numbers)} inputs broke a promise")
    return 1 if failures else 0


def run_input(made: Input, folder: Path, limit: int) -> Outcome:
    """Runs one input in a child, in ``folder``: ``in`` holds its files, ``out`` is where it may write."""
    for name in ("out", "home", "tmp"):
        (folder / name).mkdir(parents=True)
    before = contents(folder)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _run_in_child(made, folder)
    status = _wait(child, limit)
    from scripts.lib.cli import outcome

    seconds = time.monotonic() - began
    code, message = (-1, "error: stopped") if status is None else outcome(status)
    text = (folder / "printed.txt").read_text(encoding="utf-8", errors="replace") + message
    return Outcome(code, text, seconds, tuple(broken_promises(made, status, code, text, folder, before)))


def _run_in_child(made: Input, folder: Path) -> None:
    """Never returns: ends as the script would."""
    os.setsid()
    os.environ.update(HOME=str(folder / "home"), TMPDIR=str(folder / "tmp"), OMP_NUM_THREADS="1")
    os.chdir(folder / "in")
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    printed = os.open(folder / "printed.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    code = 1
    with contextlib.suppress(BaseException):
        from scripts.lib.cli import ended

        module = __import__(f"scripts.{made.script}", fromlist=["main"])
        sys.argv = [f"{made.script}.py", *made.arguments]
        code = ended(module.main, list(made.arguments))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _wait(child: int, limit: int) -> int | None:
    """The wait status of a child; ``None`` when it had to be ended."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def broken_promises(
    made: Input, status: int | None, code: int, text: str, folder: Path, before: dict[str, object]
) -> list[str]:
    found = []
    if status is None:
        found.append("it did not end in time")
    elif code not in (0, 2):
        found.append(f"exit code {code}")
    if "Traceback (most recent call last)" in text:
        found.append("a traceback")
    if code == 2 and not re.search(r"^\S*.*error: .+", text, re.MULTILINE):
        found.append("no line that says why")
    changed = [path for path, content in contents(folder).items() if before.get(path) != content]
    lost = [path for path in before if not (folder / path).exists() and not (folder / path).is_symlink()]
    outside = [path for path in (*changed, *lost) if not path.startswith("out")]
    if outside and not (made.is_elsewhere and code == 0):
        found.append(f"changed outside of the output folder: {outside[:4]}")
    if code == 2 and (left := [path for path in changed if path.startswith("out")]):
        found.append(f"exit code 2, and left {left[:4]}")
    return found


def contents(folder: Path) -> dict[str, object]:
    """Every file below ``folder`` but caches and what the child printed, with a value that changes on writing."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.startswith(("home/", "tmp/")) or name == "printed.txt":
            continue
        about = path.lstat()
        found[name] = (about.st_ino, about.st_size, about.st_mtime_ns) if path.is_file() else path.is_dir()
    return found


if __name__ == "__main__":
    from scripts.lib.cli import leave

    leave(main(sys.argv[1:]))
