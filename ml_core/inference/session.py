"""ONNX Runtime sessions: weights checked against their card, the same numbers in every run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ml_core.errors import AtelierError, InputError

_PREFERRED = ("CUDAExecutionProvider", "DmlExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider")
_DEVICES = {"auto": _PREFERRED, "cpu": ("CPUExecutionProvider",), "cuda": ("CUDAExecutionProvider",)}


def open_session(path: Path | str, device: str = "auto") -> Any:
    """An ``onnxruntime.InferenceSession`` of the weights at ``path``.

    Args:
        path: the .onnx file; its card (same name, ``.json``) beside it holds its ``sha256``.
        device: ``auto`` (the best provider there is), ``cpu`` or ``cuda``.

    Raises:
        InputError: the weights or the card are missing, or the file is not the one that the card describes.
        AtelierError: ONNX Runtime is missing or cannot read the file.
    """
    path = Path(path)
    if device not in _DEVICES:
        raise InputError(f"device: {device!r} is not one of {', '.join(_DEVICES)}")
    _check(path)
    try:
        import onnxruntime
    except ImportError as error:
        raise AtelierError("onnxruntime is not installed; run pip install avatar-atelier") from error
    available = onnxruntime.get_available_providers()
    providers = [name for name in _DEVICES[device] if name in available]
    if not providers:
        raise InputError(f"device: {device!r} is not available here; use 'auto' or 'cpu'")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Threads that spin while they wait for the next run would take the cores from whatever prepares it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:
        raise AtelierError(f"{path}: ONNX Runtime cannot read these weights ({error})") from error


def open_with_card(path: Path | str, needed: set[str], device: str = "auto") -> tuple[Any, dict[str, Any]]:
    """As :func:`open_session`, with the card beside the weights.

    Raises:
        InputError: as there, or the card lacks one of the ``needed`` entries.
    """
    session = open_session(path, device)
    card_path = Path(path).with_suffix(".json")
    card = json.loads(card_path.read_text(encoding="utf-8"))
    if missing := needed - card.keys():
        raise InputError(f"{card_path}: the card lacks {', '.join(sorted(missing))}; reinstall the weights")
    return session, card


def _check(path: Path) -> None:
    card = path.with_suffix(".json")
    if not path.is_file():
        raise InputError(f"{path}: weights not found")
    try:
        expected = json.loads(card.read_text())["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{card}: the card of the weights is missing or damaged; reinstall them") from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        raise InputError(f"{path}: the weights are damaged (their checksum is not the card's); reinstall them")
