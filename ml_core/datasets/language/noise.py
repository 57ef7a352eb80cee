"""Noise for training sentences: typing errors, and the clipped style of notes."""

from __future__ import annotations

import re

import numpy as np

_NEIGHBORS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi",
    "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip


def misspelled(text: str, rng: np.random.Generator, share: float) -> str:
    """The sentence with a typing error in about ``share`` of the words of four letters and more."""

    def change(match: re.Match[str]) -> str:
        return _typo(match.group(), rng) if rng.random() < share else match.group()

    return re.sub(r"(?<![\w#])[a-zA-Z]{4,}(?![\w'])", change, text)


def _typo(word: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(1, len(word)))
    kind = int(rng.integers(4))
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2:
        other = _NEIGHBORS.get(word[place].lower(), "e")
        return word[:place] + other[int(rng.integers(len(other)))] + word[place + 1 :]
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def shortened(text: str, language: str, rng: np.random.Generator) -> str:
    """The sentence without articles, as in a note: "hide chair left of table"; in Chinese without 的."""
    if language == "zh":
        return text.replace("的", "", 1) if len(text) > 3 and rng.random() < 0.5 else text
    return re.sub(r"\b(the|my|a|an) (?=\w)", "", text)
