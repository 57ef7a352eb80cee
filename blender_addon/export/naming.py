"""Names that every engine takes: letters, digits and underscores, unique, with the usual prefixes."""

from __future__ import annotations

import re
import unicodedata

_HINTS = (
    r"_(noimp|col|colonly|convcol|convcolonly|navmesh|occ|occonly|rigid|rigidonly|vehicle|wheel|alpha|vcol)[0-9_]*$"
)
"""Endings at which Godot makes another kind of node or material of a thing (its resource importer for scenes)."""


class Namer:
    """Hands out unique engine names within one export."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, wished: str, prefix: str) -> str:
        """``prefix`` + a plain form of ``wished``; numbered when taken."""
        stem = prefix + plain(re.sub(r"^(SM|SK|M|T|AS)_", "", wished))
        if re.search(_HINTS, stem, re.IGNORECASE):
            stem += "_asset"
        return self.unique(stem)

    def exactly(self, name: str) -> str:
        """``name``, which nobody else gets from now on."""
        self._taken.add(name.lower())
        return name

    def unique(self, stem: str) -> str:
        """``stem``, numbered when taken."""
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
