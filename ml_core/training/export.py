"""Trained networks as ONNX files, each with a card beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ml_core.errors import InputError
from ml_core.files import read_json

OPSET = 17


def write_onnx(
    network: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    trainable: bool = False,
) -> None:
    """Write ``network`` to ``path``, with the first dimension of every input and output free.

    ``trainable``: parameters keep their names, so that training can go on from the file; ONNX Runtime folds the batch
    norms when it loads it.
    """
    torch.onnx.export(
        network.eval(),
        example,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={name: {0: "batch"} for name in (*inputs, *outputs)},
        opset_version=OPSET,
        dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE if trainable else torch.onnx.TrainingMode.EVAL,
        do_constant_folding=not trainable,
    )


def partial_file(path: Path) -> Path:
    """The name under which the file at ``path`` is written before it takes its place; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_suffix(".onnx.part")


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


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a card cannot hold {type(value).__name__}")
