"""Weights that the artist has trained: kept in Blender's user folder, and used in place of the shipped ones."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.vocabulary.training_runs import write_whole

from .. import session
from ..files.user_folder import user_folder

IN_USE = "in_use.json"
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass
class Changes:
    """How often the artist's choice has changed in this session."""

    count: int = 0


def changes() -> int:
    return session.part(Changes).count


def home() -> Path:
    """The folder of all that the artist has trained."""
    return user_folder()


def folder() -> Path:
    return home() / "models"


def weights(what: str) -> Path | None:
    """The artist's own weights for ``textures`` or ``objects``; ``None`` while the shipped ones are used."""
    name = _in_use().get(what)
    return folder() / name if name else None


def use(what: str, result: Path) -> Path:
    """Copies trained weights and their card, and uses them from now on.

    Raises:
        InputError: they cannot be copied.
    """
    card = result.with_suffix(".json")
    try:
        sha = str(read_json(card, str(card)).get("sha256", ""))
        if not _SHA256.fullmatch(sha):
            raise InputError("its card lacks the checksum")
        target = folder() / f"{result.stem}-{sha[:12]}{result.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(card, target.with_suffix(".json"))
        shutil.copyfile(result, target)
    except (OSError, ValueError, InputError) as error:
        raise InputError(
            "{result}: cannot be put to use ({reason}); train it again", result=result, reason=error
        ) from error
    _store(_in_use() | {what: target.name})
    return target


def use_shipped(what: str) -> None:
    """Returns to the shipped weights; the artist's own files stay where they are."""
    _store({name: file for name, file in _in_use().items() if name != what})


def _in_use() -> dict[str, str]:
    try:
        values = read_json(folder() / IN_USE, IN_USE)
    except InputError:
        return {}
    return {what: Path(name).name for what, name in values.items() if isinstance(name, str) and Path(name).name}


def _store(values: dict[str, str]) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    write_whole(folder() / IN_USE, json.dumps(values, indent=1))
    session.part(Changes).count += 1
