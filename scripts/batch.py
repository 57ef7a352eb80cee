"""Runs many jobs, on all cores of this machine or on the machines of a Ray cluster, and resumes where it was stopped.

    python scripts/batch.py jobs.jsonl --out FOLDER
    python scripts/batch.py --count 10000 --out people/ --distribution ages.json --size 512 --pictures 24
    ray start --head; python scripts/batch.py jobs.jsonl --out /shared/FOLDER --address auto

A job is one JSON object per line: generate, dress, texture, label, export, check, render (scripts/batches/jobs.py has
the format). Each gets a folder in FOLDER/results, which appears complete or not at all. A job that fails, or crashes
Blender, only stops those that use its result. Run the same command again to resume: finished jobs are not repeated
unless the job, its scene or the program has changed. FOLDER/report.html has pictures and failures, report.json all
facts.

--count generates people, no two alike: ages, bodies, outfits and skin from measured people, or by --distribution, such
as {"age": {"mean": 42, "deviation": 18}, "outfit": {"casual": 3, "business": 1}}; people.jsonl has their jobs.

Exit codes: 0 all jobs succeeded; 1 a check has found problems; 2 a job has failed, or the input is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.errors import InputError
from ml_core.files import atomic_path
from ml_core.vocabulary.texture_sizes import SIZES_OF_SCRIPTS
from scripts.batches.driving import add_options, check_options, done, locked, tell_errors
from scripts.batches.jobs import RenderJob, plan, program_digest, read_lines, values_of
from scripts.batches.people import draw_crowd, read_distribution
from scripts.batches.report import facts, memory_line, write_report
from scripts.lib.cli import exit_code, leave
from scripts.lib.crowd import Each


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="batch.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("jobs", nargs="?", type=Path, help="a JSON object a line")
    add_options(options)
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
    check_options(given)
    with locked(given.out):
        return _run(given)


def _run(given: argparse.Namespace) -> int:
    about: dict[str, Any] = {"jobs_file": given.jobs.name if given.jobs else "people.jsonl"}
    if given.count is not None:
        jobs: list[Any] = _people(given, about)
        base = given.out
    else:
        jobs, base = read_lines(given.jobs), given.jobs.absolute().parent
    tally, workers = done(given, plan(jobs, base, program_digest()), about)
    report = facts(tally, workers, about)
    write_report(given.out, report)
    tell_errors(tally)
    print(
        f"{given.out}: {tally.count('done')} done, {tally.count('before')} done before, "
        f"{tally.count('failed')} failed, {tally.count('skipped')} skipped; {tally.rate:.2f} jobs a second"
    )
    if line := memory_line(report):
        print(line)
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


if __name__ == "__main__":
    leave(exit_code(lambda: main(sys.argv[1:]), "stopped; the same command goes on where it was"))
