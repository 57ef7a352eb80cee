"""Names that every engine takes: letters, digits and underscores, unique, with the usual prefixes."""

from __future__ import annotations

import re
import unicodedata


class Namer:
    """Hands out unique engine names within one export."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, wished: str, prefix: str) -> str:
        """``prefix`` + a plain form of ``wished``; numbered when taken."""
        stem = prefix + plain(re.sub(r"^(SM|SK|M|T|AS)_", "", wished))
        candidate, number = stem, 2
        while candidate.lower() in self._taken:
            candidate, number = f"{stem}_{number}", number + 1
        self._taken.add(candidate.lower())
        return candidate


def plain(name: str) -> str:
    """``[A-Za-z0-9_]`` only; Blender's ``.001`` becomes ``_001``, accents are dropped."""
    decomposed = unicodedata.normalize("NFKD", name)
    kept = re.sub(r"[^A-Za-z0-9_]+", "_", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return re.sub(r"_+", "_", kept).strip("_") or "Asset"
