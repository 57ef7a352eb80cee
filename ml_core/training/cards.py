"""The cards beside network files: training data and metrics of a network; without torch."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.files import read_json


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write the card of the ONNX file at ``path`` beside it, with the file's SHA-256."""
    card = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), **card}
    temporary = path.with_suffix(".json.part")
    temporary.write_text(json.dumps(card, indent=1, default=_plain) + "\n")
    temporary.replace(path.with_suffix(".json"))


def add_metrics(path: Path, metrics: dict[str, Any]) -> None:
    """Write ``metrics`` into the card of the ONNX file at ``path``, in place of those that are there."""
    write_card(path, plain_card(path) | {"metrics": metrics})


def plain_card(path: Path) -> dict[str, Any]:
    """The card of the ONNX file at ``path`` without what :func:`write_card` adds.

    Raises:
        InputError: there is no such file, or no card beside it.
    """
    card = path.with_suffix(".json")
    if not path.is_file() or not card.is_file():
        raise InputError("{path}: no weights with a card are here to measure", path=path)
    return {name: value for name, value in read_json(card, str(card)).items() if name not in ("file", "sha256")}


def rounded(value: Any) -> Any:
    """Figures of a card rounded to four places, at any depth."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return round(float(value), 4) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a card cannot hold {type(value).__name__}")
