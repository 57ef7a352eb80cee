"""Names that every engine accepts: letters, digits and underscores, unique, with the usual prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .transliteration import latin

_HINTS = (
    r"_(noimp|col|colonly|convcol|convcolonly|navmesh|occ|occonly|rigid|rigidonly|vehicle|wheel|alpha|vcol)[0-9_]*$"
)
"""Endings at which Godot makes another kind of node or material of a thing (its resource importer for scenes)."""


MAX_NAME = 48
"""Characters of an asset's name, with room for what is called after it: ``UCX_<name>_LOD0_01``, ``<name>_prototype``,
``T_<name>_MaskMap.png``. Blender 4.5 cuts names at 63, Blender 5 and file systems at 255."""

MAX_INNER_NAME = 60
"""Characters of a name that nothing is added to: bones, shape keys, clips, sockets; all Blenders cut them at 63."""


class Namer:
    """Hands out unique engine names within one export, of at most ``limit`` characters."""

    def __init__(self, limit: int = MAX_NAME) -> None:
        self._taken: set[str] = set()
        self._limit = limit

    def name(self, wanted: str, prefix: str) -> str:
        """``prefix`` + a plain form of ``wanted``; shortened if too long, numbered if taken."""
        stem = prefix + plain(re.sub(r"^(SM|SK|M|T|AS)_", "", wanted))
        if re.search(_HINTS, stem[: self._limit], re.IGNORECASE):
            stem = stem[: self._limit - len("_asset")] + "_asset"
        return self.unique(stem)

    def exactly(self, name: str) -> str:
        """Reserves ``name`` exactly."""
        self._taken.add(name.lower())
        return name

    def unique(self, stem: str) -> str:
        """``stem``, shortened if too long and numbered if taken."""
        candidate, number = stem[: self._limit], 2
        while candidate.lower() in self._taken:
            suffix = f"_{number}"
            candidate, number = stem[: self._limit - len(suffix)] + suffix, number + 1
        self._taken.add(candidate.lower())
        return candidate


def plain(name: str) -> str:
    """``[A-Za-z0-9_]`` only; Blender's ``.001`` becomes ``_001``, accents are dropped, other scripts are
    transliterated.
    """
    kept = re.sub(r"[^A-Za-z0-9_]+", "_", latin(name))
    return re.sub(r"_+", "_", kept).strip("_") or "Asset"


def identifiers(names: Iterable[str]) -> list[str]:
    """Names as USD writes them: letters of any script, digits and underscores; those that become equal are numbered."""
    made: dict[str, None] = {}
    for name in names:
        stem = "".join(character if f"_{character}".isidentifier() else "_" for character in name)
        stem = stem if stem.isidentifier() else f"_{stem}"
        candidate, number = stem, 2
        while candidate in made:
            candidate, number = f"{stem}_{number}", number + 1
        made[candidate] = None
    return list(made)
