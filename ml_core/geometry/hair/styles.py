"""The hair styles by name: where locks grow from, in which direction they grow, and where they end.

All lengths are meters on a head of the model's size (:data:`ml_core.geometry.hair.surface.MODEL_SIZE`); local points
are relative to the middle of the skull, x to the person's left, -y to the front, z up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_core.geometry.hair import falling, short, tied
from ml_core.geometry.hair.shell import afro, tufts
from ml_core.geometry.hair.strands import Piece
from ml_core.geometry.hair.surface import HeadSpace

Builder = Callable[[HeadSpace, np.random.Generator], list[Piece]]


def _afro(depth: float, rim: float, tuft: float, count: int) -> Builder:
    def grown(head: HeadSpace, rng: np.random.Generator) -> list[Piece]:
        ball = afro(head, rng, depth, rim)
        return [ball, tufts(head, rng, ball, tuft, count)]

    return grown


BUILDERS: dict[str, Builder] = {
    **short.STYLES,
    "coily_short": _afro(0.020, 0.16, 0.010, 1500),
    "afro": _afro(0.056, 0.42, 0.021, 1300),
    **falling.STYLES,
    **tied.STYLES,
}
"""The builder of each style that has a mesh."""
COILED = {"afro", "coily_short"}
"""Styles that are painted with tight coils."""
FUZZY = {"buzz"}
"""Styles of a few millimeters, painted hair by hair around the crown."""
MATTED = {"dreadlocks"}
"""Styles of ropes that are painted as felted hair."""
ROUND = {"curly_short": 0.45, "afro": 0.6, "coily_short": 0.6, "dreadlocks": 0.15}
"""Styles of round bodies, with the share (0..1) of the mass of all hair in their shading."""
HANGING = {*falling.STYLES, "ponytail", "high_ponytail", "low_ponytail", "pigtails", "braid", "twin_braids"}
"""Styles whose hair reaches the neck and what is worn there."""
TAILED = {"ponytail", "high_ponytail", "pigtails", "braid", "twin_braids", "low_ponytail"}
"""Hanging styles that follow the head nearly alone."""
