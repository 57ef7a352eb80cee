"""Garments of a description, with their colors and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml_core.geometry.garments.pieces import PIECES
from ml_core.inference.language.describing.descriptions import described_by_rules
from ml_core.inference.language.understanding.people.trait_values import ANY_CLOTHES, any_color, clothes_words
from ml_core.inference.language.understanding.people.trait_words import (
    Finder,
    fabrics,
    garments,
    outfits,
    rows,
)
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS

_PIECES = {piece.name: piece for piece in PIECES}


class ClothesReader:
    """A person as known so far: ``values`` of the traits, clothes, and the words that were not understood."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.garments: list[str] = []
        self.cloths: dict[str, dict[str, str]] = {}
        self.colors: dict[str, str] = {}
        self.outfits: list[str] = []
        self.ignored: list[tuple[float, str]] = []

    def list_words(self, span: Span, words: Sequence[str]) -> None:
        """List the words of a span that are not understood, in their order."""
        self.ignored += [(span.pieces[0].start + number / 1000, word) for number, word in enumerate(words)]

    def read_garment(self, finder: Finder) -> None:
        """Takes the words of a garment, a suit or clothes at large, with their color and fabric."""
        piece = finder.take(garments())
        known = piece is not None or finder.has((*outfits(), *clothes_words()))
        before = finder.left()
        color = any_color(finder) if known or finder.has(ANY_CLOTHES) or len(before) <= 1 else None
        if piece is not None and self._is_compound(finder):
            self.list_words(finder.span, Finder(finder.span).left())
            for item in finder.span.pieces:
                finder.take_word({item.key: 1})
            return
        fabric = finder.take(fabrics())
        outfit = finder.take(outfits()) if piece is None else None
        if piece is None and outfit is None and fabric is not None and finder.take_word(rows("JACKETS")) is not None:
            piece = "blazer" if FABRIC_KINDS[fabric].outfit == "business" else "field_jacket"
        if piece is None and outfit is None and fabric is None and finder.take_word(rows("JACKETS")) is not None:
            piece = "blazer" if "business" in self.outfits else "field_jacket"
        word = finder.take_word(clothes_words()) if piece is None else None
        noun = clothes_words()[word] if word is not None else None
        if word is not None and word in rows("UNMADE"):
            self.list_words(finder.span, [word])
            return
        if fabric is not None and noun == "bottom":
            piece, noun = "trousers", None
        if fabric is not None and not self._made_of(fabric, piece, outfit, noun):
            self.list_words(finder.span, [word for word in before if word in fabrics()] or before)
        if noun in ("top", "bottom"):
            if color is not None:
                self.values.setdefault(noun, color)
            return
        if piece is None and outfit is None:
            if color is not None:
                self._color_all(color)
                finder.take_word(dict.fromkeys(("clothes", "outfit", "clothing", "衣服", "attire"), 1))
            return
        if piece is not None:
            self.garments.append(piece)
        if outfit is not None:
            self.outfits.append(outfit)
        if color is not None:
            self._color_piece(piece, color)
            if piece is not None:
                self.colors.setdefault(piece, color)

    def _made_of(self, fabric: str, piece: str | None, outfit: str | None, noun: str | None) -> bool:
        """Takes what a garment or a suit is made of; a fabric that is named alone stands for its outfit."""
        if piece is None and outfit is None and noun is None:
            outfit = FABRIC_KINDS[fabric].outfit
            self.outfits += [outfit] if outfit else []
        pieces: tuple[str, ...] = ("blazer", "trousers") if outfit == "business" else ()
        if piece is not None:
            pieces = (piece,)
        elif outfit == "military" and fabric == "camouflage":
            return True  # as it is anyway
        for name in pieces:
            if fabric != _PIECES[name].fabric:
                self.cloths.setdefault(name, {})["fabric"] = fabric
        return bool(pieces)

    @staticmethod
    def _is_compound(finder: Finder) -> bool:
        """Whether unknown Chinese characters stand right before a garment: 高跟鞋 are not shoes that we have."""
        if not finder.is_chinese:
            return False
        end = finder.span.key
        return any(
            word + name in end and word not in rows("PATTERNS") and word not in fabrics()
            for word in finder.left()
            for name in garments()
        )

    def _color_piece(self, piece: str | None, color: str) -> None:
        """Gives a garment a color; one that is neither a top nor a bottom, such as shoes, has a color of its own."""
        if piece is None:
            self._color_all(color)
            return
        worn = described_by_rules(f"a red {next((w for w in _PIECES[piece].words if w.isascii()), '')}").traits
        traits = [trait for trait in ("top", "bottom") if getattr(worn, trait) is not None]
        for trait in traits:
            self.values.setdefault(trait, color)
        if not traits:
            self.cloths.setdefault(piece, {})["color"] = color

    def _color_all(self, color: str) -> None:
        for trait in ("top", "bottom"):
            self.values.setdefault(trait, color)
