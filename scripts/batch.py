"""Does many jobs, on all cores of this machine or on the machines of a Ray cluster, and goes on where it was stopped.

    python scripts/batch.py jobs.jsonl --out FOLDER
    python scripts/batch.py --count 10000 --out people/ --distribution ages.json --size 512 --pictures 24
    ray start --head; python scripts/batch.py jobs.jsonl --out /shared/FOLDER --address auto

A job is a JSON object a line: generate, dress, texture, label, export, check, render (scripts/batches/jobs.py has the
format). Each gets a folder in FOLDER/results, which appears whole or not at all. A job that fails, or crashes Blender,
stops no other but those that take its result. Run the same line again to go on: what is done is not done again unless
the job, its scene or the program has changed. FOLDER/report.html has pictures and failures, report.json all facts.

--count makes people, no two alike: ages, bodies, outfits and skin from measured people, or by --distribution, such as
{"age": {"mean": 42, "deviation": 18}, "outfit": {"casual": 3, "business": 1}}; people.jsonl has their jobs.

Exit codes: 0 all is done; 1 a check has found problems; 2 a job has failed, or the input is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.errors import AtelierError, InputError
from ml_core.files import atomic_path
from ml_core.outputs import check_folder
from ml_core.publishing.locks import lock_file
from ml_core.vocabulary.texture_sizes import SIZES_OF_SCRIPTS
from scripts.batches.jobs import RenderJob, plan, program_digest, read_lines, values_of
from scripts.batches.people import draw_crowd, read_distribution
from scripts.batches.process import Worker
from scripts.batches.report import facts, write_report
from scripts.batches.running import Hand, Run, Tally
from scripts.lib.cli import leave, one_line
from scripts.lib.crowd import Each

_TELL_EVERY, _REPORT_EVERY = 5.0, 60.0
"""Seconds between lines on stderr, and between reports."""
_LOCK = ".batch.lock"


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="batch.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("jobs", nargs="?", type=Path, help="a JSON object a line")
    options.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="gets the results and the report")
    options.add_argument("--workers", type=int, metavar="N", help="processes; default: one for each core")
    options.add_argument("--attempts", type=int, default=2, help="tries of a job that crashes (%(default)s)")
    options.add_argument("--timeout", type=float, default=900.0, metavar="S", help="seconds a job (%(default)s)")
    options.add_argument("--address", metavar="HOST:PORT", help="of a Ray cluster; auto: the one begun on this machine")
    people = options.add_argument_group("people instead of a file of jobs")
    people.add_argument("--count", type=int, metavar="N", help="N people, no two alike")
    people.add_argument("--distribution", type=Path, metavar="JSON", help="what to draw traits from")
    people.add_argument("--seed", type=int, default=0, help="of the first of them (%(default)s)")
    people.add_argument("--size", type=int, default=512, choices=SIZES_OF_SCRIPTS, help="of textures (%(default)s)")
    people.add_argument("--each", default="glb", choices=get_args(Each), help="what each person is (%(default)s)")
    people.add_argument("--pictures", type=int, default=0, metavar="N", help="render the first N (%(default)s)")
    return options


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    if (given.jobs is None) == (given.count is None):
        raise InputError("give a file of jobs, or --count for people")
    if not 1 <= given.attempts <= 100 or given.timeout <= 0 or not 1 <= (given.workers or 1) <= 10_000:
        raise InputError("give --attempts from 1 to 100, --workers from 1 to 10000 and a --timeout above 0")
    check_folder(given.out)
    given.out.mkdir(parents=True, exist_ok=True)
    lock = lock_file(given.out / _LOCK)
    if lock is None:
        raise InputError("{out}: another batch is writing there; wait for it, or choose another folder", out=given.out)
    try:
        return _run(given)
    finally:
        lock.release()


def _run(given: argparse.Namespace) -> int:
    about: dict[str, Any] = {"jobs_file": given.jobs.name if given.jobs else "people.jsonl"}
    if given.count is not None:
        jobs: list[Any] = _people(given, about)
        base = given.out
    else:
        jobs, base = read_lines(given.jobs), given.jobs.absolute().parent
    planned = plan(jobs, base, program_digest())
    hands = _hands(given, len(planned))
    tell = _Teller(given.out, len(hands), about)
    tally = Run(planned, given.out, hands, given.attempts, tell)()
    report = facts(tally, len(hands), about)
    write_report(given.out, report)
    for outcome in tally.outcomes:
        if outcome.error:
            print(f"{outcome.state}: {outcome.id}: {one_line(outcome.error)}", file=sys.stderr)
    done, before = tally.count("done"), tally.count("before")
    print(
        f"{given.out}: {done} done, {before} done before, {tally.count('failed')} failed, {tally.count('skipped')} "
        f"skipped; {tally.rate:.2f} jobs a second"
    )
    return 2 if tally.count("failed", "skipped") else int(report["problems"] > 0)


def _people(given: argparse.Namespace, about: dict[str, Any]) -> list[Any]:
    """The jobs of ``--count``, which are written to people.jsonl too."""
    distribution = read_distribution(given.distribution) if given.distribution else {}
    crowd = draw_crowd(given.count, given.seed, given.size, given.each, distribution)
    about |= {"nearest": crowd.nearest, "nearest_pair": crowd.pair, "passed_over": crowd.passed_over}
    renders = [RenderJob(f"{job.id}_picture", of=job.id) for job in crowd.jobs[: max(0, given.pictures)]]
    jobs = [*crowd.jobs, *renders]
    with atomic_path(given.out / "people.jsonl") as partial:
        partial.write_text("".join(json.dumps(values_of(job)) + "\n" for job in jobs), encoding="utf-8")
    if given.count > 1:
        print(
            f"{given.count} people; the most alike two are {crowd.pair[0]} and {crowd.pair[1]}, {crowd.nearest:.1f} "
            f"just visible steps apart; {crowd.passed_over} seeds were passed over"
        )
    return jobs


def _hands(given: argparse.Namespace, jobs: int) -> list[Hand]:
    if given.address is not None:
        from scripts.batches.cluster import ray_hands  # optional, and slow to load

        return list(ray_hands(given.address, given.workers, given.out, given.timeout))
    count = min(given.workers or os.cpu_count() or 1, max(jobs, 1))
    return [Worker(given.out / "log" / f"worker_{number}.txt", given.timeout) for number in range(count)]


class _Teller:
    """Says on stderr how far a run is, and keeps its report up to date."""

    def __init__(self, out: Path, workers: int, about: dict[str, Any]) -> None:
        self._out, self._workers, self._about = out, workers, about
        self._told = self._reported = time.monotonic()

    def __call__(self, tally: Tally) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY:
            self._told = now
            print(tally.line(), file=sys.stderr, flush=True)
        if now - self._reported >= _REPORT_EVERY:
            try:
                write_report(self._out, facts(tally, self._workers, self._about))
            except AtelierError as error:  # a full disk: the run goes on, and says so at its end
                print(f"note: {error}", file=sys.stderr)
            self._reported = time.monotonic()


def start() -> int:
    """The exit code; errors of the input are a line on stderr. Blender is not loaded in this process."""
    try:
        return main(sys.argv[1:])
    except AtelierError as error:
        print(f"error: {one_line(str(error))}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("error: stopped; the same command goes on where it was", file=sys.stderr)
        return 130


if __name__ == "__main__":
    leave(start())
