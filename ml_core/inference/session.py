"""ONNX Runtime sessions: weights checked against their card, the same numbers in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_core.errors import AtelierError, InputError
from ml_core.files import read_json
from ml_core.records import check_entries
from ml_core.threads import allowed_threads

_PREFERRED = ("CUDAExecutionProvider", "DmlExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider")
_DEVICES = {"auto": _PREFERRED, "cpu": ("CPUExecutionProvider",), "cuda": ("CUDAExecutionProvider",)}


def runtime_device() -> str:
    """The device that ``device="auto"`` selects on this machine: CUDA, Dml, CoreML or CPU."""
    import onnxruntime  # heavy

    available = onnxruntime.get_available_providers()
    return next(name for name in _PREFERRED if name in available).removesuffix("ExecutionProvider")


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
        raise InputError("device: {device!r} is not one of {devices}", device=device, devices=", ".join(_DEVICES))
    _check(path)
    try:
        import onnxruntime  # a second, when the first model is loaded
    except ImportError as error:
        raise AtelierError("onnxruntime is not installed; run pip install avatar-atelier") from error
    available = onnxruntime.get_available_providers()
    providers = [name for name in _DEVICES[device] if name in available]
    if not providers:
        raise InputError("device: {device!r} is not available here; use 'auto' or 'cpu'", device=device)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Threads that spin while they wait for the next run would take the cores from whatever prepares it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Processes that share the cores of a machine would only wait for one another's threads.
    options.intra_op_num_threads = allowed_threads(0)
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:
        raise AtelierError(
            "{path}: ONNX Runtime cannot read these weights ({reason})", path=path, reason=error
        ) from error


def open_with_card(path: Path | str, needed: Mapping[str, Any], device: str = "auto") -> tuple[Any, dict[str, Any]]:
    """As :func:`open_session`, with the card beside the weights.

    Args:
        needed: the types of the entries that the card must have, by their names.

    Raises:
        InputError: as there, or the card lacks one of the ``needed`` entries, or one is of another type.
    """
    session = open_session(path, device)
    card_path = Path(path).with_suffix(".json")
    card = read_card(card_path)
    try:
        check_entries(card, needed, str(card_path))
    except InputError as error:
        raise InputError("{reason}; the card of the weights is damaged, reinstall them", reason=error) from error
    return session, card


def read_card(path: Path) -> dict[str, Any]:
    """Return the card of some weights; raises :class:`InputError` when it cannot be read."""
    try:
        return read_json(path, str(path))
    except InputError as error:
        raise InputError("{reason}; the card of the weights is damaged, reinstall them", reason=error) from error


def _check(path: Path) -> None:
    card = path.with_suffix(".json")
    if not path.is_file():
        raise InputError("{path}: weights not found", path=path)
    if not card.is_file():
        raise InputError("{card}: the card of the weights is missing; reinstall them", card=card)
    expected = read_card(card).get("sha256")
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        raise InputError(
            "{path}: the weights are damaged (their checksum is not the card's); reinstall them", path=path
        )
