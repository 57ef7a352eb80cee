"""Progress before a long Blender call that cannot be interrupted: what it does, and about how long it takes."""

from __future__ import annotations

from ...bridge.jobs.steps import Progress
from ...translations.registry import formatted

NOTICED = 2.0
"""Seconds from which on the artist is warned that the window will not respond."""

# Seconds for a million triangles, one core of a small server, Blender 4.5 (a grid of 980 000 triangles to Unity).
READING, REPAIRING, REDUCING, WRITING = 2.5, 1.0, 11.0, 6.5


def before_call(done: float, total: float, text: str, triangles: int, seconds_a_million: float) -> Progress:
    """Progress with ``text``, and for a dense mesh a note that Blender runs the next step without interruption."""
    seconds = triangles / 1e6 * seconds_a_million
    if seconds < NOTICED:
        return Progress(done, total, text)
    what = formatted(
        "{step} ({number} triangles): Blender works in one piece, {time}",
        step=text,
        number=f"{triangles:,}",
        time=_about(seconds),
    )
    return Progress(done, total, what, blocks=True)


def _about(seconds: float) -> str:
    if seconds < 50:
        return formatted("about {number} seconds", number=max(5, 5 * round(seconds / 5)))
    minutes = round(seconds / 60)
    return formatted("about {number} minutes", number=minutes) if minutes > 1 else formatted("about a minute")
