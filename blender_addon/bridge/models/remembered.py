"""The artist's kept and rejected results: one small JSON file in Blender's user folder. It stays on the machine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.taste import Choice
from ml_core.records import is_number, is_whole
from ml_core.vocabulary.training_runs import write_whole
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

from .own import home

_FILE = "choices.json"
_MAX_CHOICES = 1000
"""The oldest make room for new ones."""
_MAX_BYTES = 4 * 2**20
PASSED_OVER = 0.25
"""Weight of a look that was shown and not worn."""


@dataclass(frozen=True)
class _Remembered:
    """The file's values, and the valid ones of its choices."""

    values: dict[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


def path() -> Path:
    """Where the choices are."""
    return home() / _FILE


def remembers() -> bool:
    """Whether choices are stored: true until the artist turns it off."""
    return bool(_stored().values.get("remembers", True))


def switch(on: bool) -> None:
    """Turn the storing of choices on or off; existing ones stay.

    Raises:
        InputError: the file cannot be written.
    """
    _write(_stored().values | {"remembers": on})


def choices() -> list[Choice]:
    """The stored choices, the oldest first; invalid entries are left out."""
    return list(_stored().choices)


def remember(*new: Choice) -> None:
    """Add choices, unless storing is turned off.

    Raises:
        InputError: the file cannot be written.
    """
    if not new or not remembers():
        return
    entries = [_entry(choice) for choice in (*choices(), *new)]
    _write({"remembers": True, "choices": entries[-_MAX_CHOICES:]})


def forget() -> int:
    """Erase all choices; returns how many there were."""
    count = len(choices())
    on = remembers()
    try:
        path().unlink(missing_ok=True)
    except OSError as error:
        raise InputError("{file}: cannot be erased ({reason})", file=path().name, reason=error.strerror) from error
    if not on:
        switch(False)
    return count


def text() -> str:
    """The choices as a JSON text, to inspect or to export."""
    return json.dumps({"version": 1, "choices": [_entry(choice) for choice in choices()]}, indent=1, ensure_ascii=False)


def _stored() -> _Remembered:
    """The content of the file; empty if it is damaged."""
    try:
        stamp = path().stat()
    except OSError:
        return _Remembered()
    return _read(path(), stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=1)
def _read(file: Path, changed: int, size: int) -> _Remembered:
    """The content of the file, cached until it changes; panels call this at each redraw."""
    try:
        values = dict(read_json(file, str(file), max_bytes=_MAX_BYTES))
    except InputError:
        return _Remembered()
    found = values.get("choices", [])
    read = (_choice(entry) for entry in (found if isinstance(found, list) else []))
    return _Remembered(values, tuple(choice for choice in read if choice is not None))


def _write(values: dict[str, Any]) -> None:
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        write_whole(path(), json.dumps({"version": 1, **values}, ensure_ascii=False))
    except OSError as error:
        raise InputError("{file}: cannot be written ({reason})", file=path().name, reason=error.strerror) from error


def _entry(choice: Choice) -> dict[str, Any]:
    entry = {"traits": choice.traits.to_dict(), "seed": choice.seed, "liked": choice.liked}
    return entry if choice.weight == 1 else entry | {"weight": choice.weight}


def _choice(entry: object) -> Choice | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("liked"), bool):
        return None
    seed, weight = entry.get("seed"), entry.get("weight", 1.0)
    if not is_whole(seed, 0, MAX_SEED) or not is_number(weight, 0, 1) or not isinstance(entry.get("traits"), dict):
        return None
    try:
        return Choice(AvatarTraits.from_dict(entry["traits"]), seed, entry["liked"], float(weight))
    except InputError:
        return None
