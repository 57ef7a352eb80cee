"""Shared code of scripts that compile shipped data: equal bytes for equal arrays, a file with its card or neither."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import atomic_path


def write_compiled(
    out: Path, arrays: dict[str, NDArray], most: int, card: dict[str, Any], figures: Callable[[Path], dict[str, Any]]
) -> None:
    """Write ``arrays`` to ``out`` (.npz) and ``card``, with the checksum and the figures, beside it; both or neither.

    Args:
        most: the size limit in bytes.
        figures: function that measures; receives the path of the written arrays.

    Raises:
        InputError: the file is larger than that.
    """
    content = packed(arrays)
    if len(content) > most:
        raise InputError(
            "{file}: takes {size:.2f} MB; at most {most:g} MB may ship",
            file=out.name,
            size=len(content) / 1e6,
            most=most / 1e6,
        )
    with atomic_path(out) as partial, atomic_path(out.with_suffix(".json")) as card_partial:
        partial.write_bytes(content)
        whole = {**card, "sha256": hashlib.sha256(content).hexdigest(), "figures": figures(partial)}
        card_partial.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def packed(arrays: dict[str, NDArray]) -> bytes:
    """An ``.npz`` compressed by LZMA, without dates, so that equal arrays give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_LZMA, 3, 0o644 << 16
            archive.writestr(entry, stream.getvalue())
    return buffer.getvalue()
