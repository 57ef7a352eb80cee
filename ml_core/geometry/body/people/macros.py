"""MakeHuman's macro formula: which whole-body targets make up a person, and how much of each.

The body is the base mesh plus the sum of macro targets, each weighted by the product of the weights of the words in
its name ("female", "young", "maxmuscle"). The weights of the words of one axis sum to 1 (muscle, weight, age, gender,
ancestry) or are 0 in the middle (height, proportions).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from ml_core.vocabulary.traits import ANCESTRIES

GENDERS = ("male", "female")
AGES = ("baby", "child", "young", "old")
MUSCLE = ("minmuscle", "averagemuscle", "maxmuscle")
WEIGHT = ("minweight", "averageweight", "maxweight")
CUP = ("mincup", "averagecup", "maxcup")
FIRMNESS = ("minfirmness", "averagefirmness", "maxfirmness")
HEIGHT = ("minheight", "maxheight")
PROPORTIONS = ("uncommonproportions", "idealproportions")

_AGE_KNOTS = {"baby": 0.0, "child": 0.1875, "young": 0.5, "old": 1.0}
_YEARS = ((1, 0.0), (6, 0.13), (10, 0.1875), (12, 0.25), (14, 0.32), (16, 0.40), (18, 0.45), (25, 0.5), (90, 1.0))
"""Years of life -> MakeHuman's age; its child is 10, its young adult 25. Straight from 10 to 25 a teenager would stay a
child too long, so puberty is steeper here."""

Words = tuple[str, ...]


def macro_files() -> Iterator[tuple[Words, str]]:
    """Each macro target's words and its file below MakeHuman's ``targets``; some of the files do not exist.

    The targets of cup and firmness are those of adults: a child's chest is the child's own.
    """
    for ancestry, gender, age in itertools.product(ANCESTRIES, GENDERS, AGES):
        yield (ancestry, gender, age), f"macrodetails/{ancestry}-{gender}-{age}"
    for words in itertools.product(GENDERS, AGES, MUSCLE, WEIGHT):
        stem = "-".join(words)
        yield words, f"macrodetails/universal-{stem}"
        for folder, ends in (("height", HEIGHT), ("proportions", PROPORTIONS)):
            for end in ends:
                yield (*words, end), f"macrodetails/{folder}/{stem}-{end}"
        if words[0] == "female" and words[1] in ("young", "old"):
            for cup, firmness in itertools.product(CUP, FIRMNESS):
                yield (*words, cup, firmness), f"breast/{stem}-{cup}-{firmness}"


@dataclass(frozen=True)
class Macros:
    """The axes of the formula, each from 0 to 1 with 0.5 in the middle.

    Attributes:
        male: 0 feminine, 1 masculine.
        age: MakeHuman's, see :func:`macro_age`.
        ancestry: shares of :data:`ANCESTRIES`, which sum to 1.
    """

    male: float
    age: float
    muscle: float
    weight: float
    proportions: float
    cup: float
    firmness: float
    ancestry: tuple[float, float, float]

    def words(self) -> dict[str, float]:
        """Word -> its weight; words of weight 0 are left out. Height is solved for apart."""
        values = {"male": self.male, "female": 1 - self.male}
        values |= dict(zip(ANCESTRIES, self.ancestry, strict=True))
        values |= _between(self.age, _AGE_KNOTS)
        for names, value in ((MUSCLE, self.muscle), (WEIGHT, self.weight), (CUP, self.cup), (FIRMNESS, self.firmness)):
            values |= dict(zip(names, thirds(value), strict=True))
        low, _, high = thirds(self.proportions)
        values |= dict(zip(PROPORTIONS, (low, high), strict=True))
        return {word: value for word, value in values.items() if value > 1e-9}


def thirds(value: float) -> tuple[float, float, float]:
    """Weights of the low end, the middle and the high end of an axis at ``value``; they sum to 1."""
    return max(0.0, 1 - 2 * value), 1 - abs(2 * value - 1), max(0.0, 2 * value - 1)


def _between(value: float, knots: dict[str, float]) -> dict[str, float]:
    """The shares of the two knots around ``value``."""
    for (low, start), (high, end) in itertools.pairwise(knots.items()):
        if value <= end:
            share = (value - start) / (end - start)
            return {low: 1 - share, high: share}
    return {high: 1.0}


def macro_age(years: float) -> float:
    """MakeHuman's age value for a person of ``years``."""
    for (low, start), (high, end) in itertools.pairwise(_YEARS):
        if years <= high:
            return start + (end - start) * (years - low) / (high - low)
    return 1.0
