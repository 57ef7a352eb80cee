"""Reports on a batch: a JSON report, and a page with pictures, failures and the curve of memory."""

from __future__ import annotations

import html
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml_core.outputs import written_together
from scripts.batches.ledger import RESULTS
from scripts.batches.running import Outcome, Tally
from scripts.batches.working import PICTURE

MOST_PICTURES = 2000
_MEGABYTE = 2**20
_FEW = 200
"""Jobs of a process, below which its memory says nothing of growth. Of 1000 people it rose to 812 MB in the first 150,
and to 825 MB with all others."""
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#26292e;
background:#f6f4f0}
h1,figcaption,td:first-child,td:last-child{overflow-wrap:anywhere}td:first-child{min-width:10rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;
vertical-align:top}figure{display:inline-block;vertical-align:top;margin:.4rem;width:11rem}figure img{width:100%;
border-radius:.5rem;display:block}figcaption{font-size:.85rem;color:#666}.bad{color:#a02020}svg{background:#fff;border-radius:.5rem;
max-width:100%;height:auto}
@media(max-width:40rem){body{margin:1rem auto}figure{width:calc(50% - .8rem)}table,tbody,tr,td{display:block}
tr{border-bottom:1px solid #ddd;padding:.4rem 0}th{display:none}td{border:0;padding:.1rem 0}
td:empty{display:none}td[data-name]::before{content:attr(data-name) ": "}}
"""


def facts(tally: Tally, workers: int, about: dict[str, Any]) -> dict[str, Any]:
    """The report as JSON values.

    ``jobs_per_second`` counts only the jobs of this run, by wall-clock time; ``cpu_seconds`` is the median processor
    time of a job by kind; ``same_files`` is the number of people with exactly the same files as another; ``memory`` has
    for each process its bytes after each of its jobs, ``memory_growth`` the result of :func:`growth`.
    """
    memory: dict[str, list[int]] = defaultdict(list)
    for outcome in tally.outcomes:
        if outcome.state == "done" and outcome.done is not None and outcome.done.memory:
            memory[str(outcome.done.process)].append(outcome.done.memory)
    return {
        **about,
        "workers": workers,
        "total": tally.total,
        "counts": dict(Counter(outcome.state for outcome in tally.outcomes)),
        "problems": sum(len(outcome.problems) for outcome in tally.outcomes),
        "seconds": round(tally.seconds, 1),
        "jobs_per_second": round(tally.rate, 3),
        "cpu_seconds": _medians(tally.outcomes),
        "memory": dict(memory),
        "memory_growth": {process: growth(values) for process, values in memory.items() if len(values) >= _FEW},
        "same_files": _same_files(tally.outcomes),
        "jobs": [_line(outcome) for outcome in tally.outcomes],
    }


def growth(values: Sequence[int]) -> float:
    """The growth of memory in bytes per job, from the middle third of the jobs to the last, by their medians.

    The first third is left out: what is loaded once is loaded there.
    """
    third = len(values) // 3
    middle, last = sorted(values[third : 2 * third]), sorted(values[-third:])
    return (last[third // 2] - middle[third // 2]) / max(len(values) - 2 * third, 1)


def memory_line(report: dict[str, Any]) -> str:
    """A sentence on the memory of the workers, and whether it grew; empty if the system does not report it."""
    most = max((max(values) for values in report["memory"].values()), default=0)
    if not most:
        return ""
    text = f"A worker took {most / _MEGABYTE:.0f} MB at most"
    if report["memory_growth"]:
        text += f"; at the end it grew by {max(report['memory_growth'].values()) / _MEGABYTE:.2f} MB a job"
    return text


def _memory(report: dict[str, Any]) -> str:
    if not report["memory"]:
        return ""
    return f"<h2>Memory of each worker after its jobs</h2><p>{memory_line(report)}.</p>{_curve(report['memory'])}"


def _medians(outcomes: Sequence[Outcome]) -> dict[str, float]:
    times: dict[str, list[float]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.done is not None:
            times[outcome.kind].append(outcome.done.cpu)
    return {kind: sorted(values)[len(values) // 2] for kind, values in sorted(times.items())}


def _same_files(outcomes: Sequence[Outcome]) -> int:
    """How many generated people have exactly the files of another one, as far as these can be compared."""
    digests = Counter(
        outcome.done.digest
        for outcome in outcomes
        if outcome.kind == "generate" and outcome.done is not None and outcome.done.digest
    )
    return sum(count - 1 for count in digests.values())


def _line(outcome: Outcome) -> dict[str, Any]:
    line: dict[str, Any] = {"id": outcome.id, "job": outcome.kind, "state": outcome.state, "attempts": outcome.attempts}
    if outcome.error:
        line["error"] = outcome.error
    if outcome.done is not None:
        line |= {"seconds": outcome.done.seconds, "digest": outcome.done.digest, "facts": outcome.done.facts}
    return line


def write_report(out: Path, report: dict[str, Any]) -> None:
    """Write ``report.json`` and ``report.html`` into ``out``, both or none.

    Raises:
        InputError: they cannot be written.
    """
    with written_together(out / "report.json", out / "report.html") as (data, page):
        data.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")
        page.write_text(page_of(out, report), "utf-8", "backslashreplace")


def page_of(out: Path, report: dict[str, Any]) -> str:
    """The HTML page: it loads nothing but the pictures of ``out``."""
    counts = ", ".join(f"{number} {state}" for state, number in sorted(report["counts"].items())) or "nothing yet"
    body = [
        f"<h1>{report['total']} jobs</h1><p>{html.escape(counts)}; {report['seconds']:.0f} s with {report['workers']} "
        f"workers, {report['jobs_per_second']:.2f} jobs a second.</p>",
        _failures(report["jobs"]),
        _pictures(out, report["jobs"]),
        _memory(report),
        _times(report["cpu_seconds"]),
    ]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Batch report</title><style>{_STYLE}</style>"
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _failures(jobs: Sequence[dict[str, Any]]) -> str:
    rows = []
    for job in jobs:
        problems = job.get("facts", {}).get("problems", ())
        said = [job["error"]] if "error" in job else list(problems)
        if said:
            text = "<br>".join(html.escape(str(item)) for item in said[:20])
            rows.append(
                f"<tr><td>{html.escape(job['id'])}</td><td>{html.escape(job['job'])}</td>"
                f'<td class="bad">{html.escape(job["state"] if "error" in job else "problems")}</td>'
                f'<td data-name="Attempts">{job["attempts"]}</td><td>{text}</td></tr>'
            )
    if not rows:
        return "<h2>Failures</h2><p>None.</p>"
    head = "<tr><th>Job</th><th>Kind</th><th>State</th><th>Attempts</th><th>What went wrong</th></tr>"
    return f"<h2>Failures</h2><table>{head}{''.join(rows)}</table>"


def _pictures(out: Path, jobs: Sequence[dict[str, Any]]) -> str:
    shown = []
    for job in jobs:
        if job["state"] in ("done", "before") and (out / RESULTS / job["id"] / PICTURE).is_file():
            name = html.escape(job["id"], quote=True)
            shown.append(
                f'<figure><img loading="lazy" src="{RESULTS}/{name}/{PICTURE}" alt="{name}"><figcaption>{name}'
                "</figcaption></figure>"
            )
    if not shown:
        return ""
    more = f"<p>{len(shown) - MOST_PICTURES} more are not shown.</p>" if len(shown) > MOST_PICTURES else ""
    return "<h2>Pictures</h2>" + "".join(shown[:MOST_PICTURES]) + more


def _curve(memory: dict[str, list[int]], width: int = 900, height: int = 220) -> str:
    """Lines of MB over jobs, from 0 up, one for each process."""
    most = max(max(values) for values in memory.values())
    longest = max(len(values) for values in memory.values())
    lines = []
    for number, values in enumerate(memory.values()):
        step = max(1, len(values) // width)
        points = " ".join(
            f"{40 + (width - 60) * index / max(longest - 1, 1):.1f},{height - 25 - (height - 50) * value / most:.1f}"
            for index, value in list(enumerate(values))[::step]
        )
        color = f"hsl({(200 + 97 * number) % 360} 60% 40%)"
        lines.append(f'<polyline fill="none" stroke="{color}" stroke-width="1.5" points="{points}"/>')
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="Memory">'
        f'<text x="4" y="20" font-size="12">{most / _MEGABYTE:.0f} MB</text>'
        f'<text x="4" y="{height - 22}" font-size="12">0</text>'
        f'<text x="{width - 60}" y="{height - 6}" font-size="12">{longest} jobs</text>{"".join(lines)}</svg>'
    )


def _times(medians: dict[str, float]) -> str:
    rows = "".join(f"<tr><td>{html.escape(kind)}</td><td>{value:.2f} s</td></tr>" for kind, value in medians.items())
    return f"<h2>Processor time of a job, median</h2><table>{rows}</table>" if rows else ""
