"""The moves after which a folder holds a new result of ours beside all of the user's files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError
from .journal import Step
from .listing import Owned, owned_files
from .paths import free_name, is_file, mode_of, obstacle, sha256

_NAMED = 3
"""Files that an error names; a folder of somebody else may hold thousands."""


@dataclass
class Plan:
    """``steps`` in their order; ``kept`` the new names of the user's files that had the name of one of ours."""

    steps: list[Step] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def make_plan(target: Path, new: Mapping[str, str], force: bool) -> Plan:
    """Plan to put the files ``new`` (checksums by path) into ``target``.

    Files that are the same already are not touched. Existing files are removed if an earlier manifest of ours lists
    them and they are unchanged since; all others stay. A file of the user's with the name of a new one of ours is an
    error, or with ``force`` is kept under another name.

    Raises:
        InputError: files of the user's are in the way.
    """
    owned = owned_files(target, new)
    ours = {path for path in sorted(owned.digests) if _is_unchanged(target, path, owned)}
    going = {path for path in ours if path in owned.stale and path not in new}
    spellings = {path.casefold(): path for path in ours}
    placed: list[str] = []
    blocked: dict[str, None] = {}
    for path, digest in new.items():
        at = obstacle(target, path)
        if at is None:
            placed.append(path)
            continue
        there = at.relative_to(target).as_posix()
        earlier = there if there in ours else _same_file(target, there, spellings.get(there.casefold()))
        if earlier in (None, path) and there == path and is_file(at) and sha256(at) == digest:
            continue
        placed.append(path)
        if earlier is not None:
            going.add(earlier)
        else:
            blocked[there] = None
    if blocked and not force:
        raise _refusal(target, list(blocked), owned)
    plan = Plan(kept={path: free_name(target, path) for path in blocked})
    plan.steps += [Step("aside", path) for path in sorted(going)]
    plan.steps += [Step("keep", path, name) for path, name in plan.kept.items()]
    plan.steps += [Step("folder", path) for path in _missing_folders(target, placed, {*going, *blocked})]
    plan.steps += [Step("place", path, new[path]) for path in placed]
    return plan


def _is_unchanged(target: Path, path: str, owned: Owned) -> bool:
    at = obstacle(target, path)
    return at == target / path and is_file(at) and sha256(at) in owned.digests[path]


def _same_file(target: Path, path: str, other: str | None) -> str | None:
    """``other`` if it is the file at ``path``: where upper and lower case are the same, only the spelling changes."""
    return other if other is not None and os.path.samefile(target / other, target / path) else None


def _missing_folders(target: Path, placed: list[str], gone: set[str]) -> list[str]:
    """The folders to make, those above first."""
    wanted = {path.rsplit("/", count)[0] for path in placed for count in range(1, path.count("/") + 1)}
    return sorted(path for path in wanted if mode_of(target / path) is None or path in gone)


def _refusal(target: Path, blocked: list[str], owned: Owned) -> InputError:
    names = ", ".join(blocked[:_NAMED]) + (f" and {len(blocked) - _NAMED} more" if len(blocked) > _NAMED else "")
    if any(path in owned.digests for path in blocked):
        return InputError(
            "{target}: changed since the last export: {names}; move them away (scripts: --force keeps them as .bak)",
            target=target,
            names=names,
        )
    return InputError(
        "{target}: would overwrite your files: {names}; move them away (scripts: --force keeps them as .bak)",
        target=target,
        names=names,
    )
