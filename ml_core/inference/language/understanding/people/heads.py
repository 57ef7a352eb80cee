"""Hair, beard, eyes, features and layers of a description's face."""

from __future__ import annotations

from functools import cache
from typing import Any

from ml_core.inference.language.understanding.people.clothes import ClothesReader
from ml_core.inference.language.understanding.people.trait_values import (
    HAIR_NOUNS,
    STYLE_WORDS,
    any_color,
    layer_amount,
    placed_layer,
)
from ml_core.inference.language.understanding.people.trait_words import Finder, designs, inverse, rows
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.textures.layer_kinds import Layer
from ml_core.vocabulary.avatar.designs import DEFAULT_DESIGNS
from ml_core.vocabulary.avatar.face_shapes import SHAPES
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.traits import RANGES

LESS_THAN_BEARDS = ("moustache", "sideburns")
_FULL = dict.fromkeys(("long", "full", "thick", "bushy", "big", "长", "浓密", "大", "浓"), 1)


@cache
def _styles() -> dict[str, str]:
    return {word: style.id for style in HAIR_STYLES.values() for word in (*style.words_en, *style.words_zh)}


def _is_of_something_else(finder: Finder) -> bool:
    """Whether a color stands beside an unknown noun and no hair: "in a red sari"."""
    if any(finder.has(tuple(words)) for words in (HAIR_NOUNS, STYLE_WORDS, _styles(), rows("PERSON_HAIR"))):
        return False
    trial = finder.copy()
    if trial.take(rows("HAIR")) is None:
        any_color(trial)
    return bool(trial.left())


class HeadReader(ClothesReader):
    """Adds the description of a head: ``face`` has values of sliders, ``layers`` what is painted on the skin."""

    def __init__(self) -> None:
        super().__init__()
        self.face: dict[str, float] = {}
        self.layers: list[Layer] = []

    def read_hair(self, finder: Finder) -> None:
        if _is_of_something_else(finder):
            return
        color = finder.take(rows("HAIR")) if not finder.has(tuple(rows("PERSON_HAIR"))) else None
        if color is None and (word := finder.take_word(rows("PERSON_HAIR"))) is not None:
            color = rows("HAIR").get(rows("PERSON_HAIR")[word])
        if color is None:
            color = any_color(finder)
        if color is not None:
            self.set_trait("hair", color, finder.span)
        style = finder.take(_styles()) or finder.take(STYLE_WORDS)
        if style is not None:
            self.set_trait("hair_style", style, finder.span)
        for table in (STYLE_WORDS, rows("DEGREES"), HAIR_NOUNS):
            while finder.take_word(table) is not None:
                pass

    def read_eyes(self, finder: Finder) -> None:
        color = finder.take(rows("EYES"))
        if color is not None:
            self.set_trait("eye", color, finder.span)
        size = finder.take(inverse("SIZES"))
        if size is not None and ("eye", size) in SHAPES:
            self.face |= SHAPES["eye", size]
        finder.take_word(dict.fromkeys(("eye color", "eyes", "eye", "eyed", "眼睛", "眼", "瞳孔", "一双", "颜色"), 1))
        finder.take_word(rows("DEGREES"))

    def read_face(self, finder: Finder) -> None:
        part = finder.take(inverse("PARTS"))
        size = finder.take(inverse("SIZES"))
        degree = finder.take(rows("DEGREES")) or 1.0
        sliders = SHAPES.get((part or "", size or ""))
        if sliders is None:
            self.list_words(finder.span, Finder(finder.span).left())
            return
        self.face |= {name: max(-1.0, min(1.0, round(value * degree, 2))) for name, value in sliders.items()}

    def read_beard(self, finder: Finder) -> None:
        if finder.take({word: kind for word, kind in inverse("LAYERS").items() if kind == "stubble"}) is not None:
            degree = finder.take(rows("DEGREES")) or 1.0
            self.layers.append(Layer("stubble", amount=layer_amount(degree)))
            finder.take_word(rows("HAIR"))
            return
        kinds = {word.casefold(): beard.id for beard in BEARDS.values() for word in (*beard.words_en, *beard.words_zh)}
        beard = finder.take(kinds | dict.fromkeys(rows("SHAVEN"), "none"))
        if beard == "short_beard" and finder.take_word(_FULL) is not None:  # "a long white beard"
            beard = "full_beard"
        if beard in LESS_THAN_BEARDS and self.values.get("beard") == "none":
            del self.values["beard"]  # "no beard but a mustache"
        if beard is not None:
            self.set_trait("beard", beard, finder.span)
        color = finder.take(rows("HAIR")) if beard not in (None, "none") else None
        if color is not None:  # strands of a beard have the color of the hair
            self.set_trait("hair", color, finder.span)

    def read_layer(self, finder: Finder) -> None:
        kind = finder.take(inverse("LAYERS"))
        if kind is None and not finder.has(tuple(rows("MAKEUP"))):
            return
        makeup = kind is None and finder.take(rows("MAKEUP")) is not None
        place_word = finder.take_word(inverse("PLACES"))
        side = finder.take(inverse("SIDES"))
        design = finder.take(designs()) if kind in DEFAULT_DESIGNS else None  # before colors: a rose is one of these
        color = any_color(finder)
        degree = 1.0
        while (found := finder.take(rows("DEGREES"))) is not None:
            degree *= found
        if makeup:
            self.layers += [Layer(name, amount=layer_amount(degree)) for name in ("lipstick", "eye_makeup", "blush")]
        elif kind is not None:
            self.layers.append(placed_layer(kind, place_word, side, color, degree, design))

    def set_trait(self, trait: str, value: Any, span: Span) -> None:
        """The first word for a trait counts; a second one is listed as not understood."""
        if (trait in RANGES and not RANGES[trait][0] <= value <= RANGES[trait][1]) or self.values.setdefault(
            trait, value
        ) != value:
            self.list_span(span)

    def list_span(self, span: Span | None) -> None:
        if span is not None:
            self.ignored.append((span.pieces[0].start, span.text))
