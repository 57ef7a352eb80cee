"""Collects the traits that the words of a description add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

from ml_core.geometry.garments.pieces import PIECES
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.avatar.face_shapes import SHAPES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.traits import ANCESTRIES, RANGES, AvatarTraits
from ml_core.vocabulary.words import descriptions_en as words_en
from ml_core.vocabulary.words import descriptions_zh as words_zh
from ml_core.vocabulary.words import people_en, people_zh

from ..understanding.people.garment_colors import settle_colors
from .description_words import Word, adjectives_of
from .measures import spoken_height

_COLOR_TABLES = {"skin": "SKIN", "hair": "HAIR", "eye": "EYES"}
_GARMENTS: dict[str, tuple[str, ...]] = {word.casefold(): (piece.name,) for piece in PIECES for word in piece.words}
_GARMENTS |= dict.fromkeys(("suit", "西服", "套装"), ("blazer",))  # the outfit brings the rest of it
_GARMENTS |= dict.fromkeys(("scrubs", "手术服", "刷手服"), ("scrubs_trousers", "scrubs_top"))
"""Word -> the garments that it names."""
_ANCESTRY = {"black": "african", "黑人": "african", "white": "caucasian", "白人": "caucasian"}
"""Words for a person that imply an ancestry, too."""
_AGES = {**people_en.AGES, **people_zh.AGES}
_YOUNG = words_en.AGE["young"]
_COLORED = ("skin", "hair", "eye", "top", "bottom", "suit")
_WORN = "worn"
"""Nouns of what is worn and has a color of its own, such as shoes."""
_WOVEN = {
    word: kind.id
    for kind in FABRIC_KINDS.values() if kind.id in ("striped", "checked") for word in (*kind.words_en, *kind.words_zh)
}  # fmt: skip
"""Patterns that leave a garment its color; other fabrics bring one, or an outfit."""
_GARMENT_NOUNS = ("top", "bottom", "suit", _WORN)


def coats_of(garments: Iterable[str], outfit: str | None) -> tuple[str, ...]:
    """Garments without duplicates; the coat of somebody who works in a hospital is a lab coat."""
    return tuple(
        dict.fromkeys("lab_coat" if garment == "coat" and outfit == "medical" else garment for garment in garments)
    )


class TraitCollector:
    """Takes words with the noun that they belong to. The first word for a trait counts; later ones are returned."""

    def __init__(self, tables: ModuleType) -> None:
        self._words = tables
        self._values: dict[str, Any] = {}
        self._of_suit: set[str] = set()
        self._said: tuple[str, ...] = ()
        self._colors: dict[str, str] = {}
        self._own_colors: dict[str, str] = {}
        self._fabrics: dict[str, str] = {}
        self._face: dict[str, float] = {}
        self._outfits: list[str] = []
        self._styles: list[str] = []
        self._garments: list[str] = []
        self._hair_words: set[str] = set()
        self._height_change: float | None = None
        self._age_of_noun: float | None = None
        self._sizes = {word: size for size, names in tables.SIZES.items() for word in names}
        self._style_of, self._style_sets = _hair_styles(tables)
        self.has_person = False

    def say(self, noun: Word) -> bool:
        """Takes the meaning of a noun by itself; False when it contradicts an earlier one ("a man and a woman"), or is
        something that the wardrobe does not have."""
        if noun.key in self._words.UNMADE:
            return False
        if noun.key in self._words.UNIFORMS and not self._outfits:
            return False
        self._outfits += self._outfits_of(noun.key)
        self._said = _GARMENTS.get(noun.key, ())
        if noun.key in self._words.JACKETS:
            self._said = ("blazer" if "business" in self._outfits else "field_jacket",)
        self._garments += self._said
        if noun.noun == "hair":
            self._take_style(noun.key)
        if noun.key in self._words.OWN_COLORS:
            color = self._words.COLORS[self._words.OWN_COLORS[noun.key]]
            self._assign(noun.noun, color, is_default=True)
            self._own_colors |= dict.fromkeys(self._said, color)
        if noun.noun == "person":
            self.has_person = True
            if self._age_of_noun is None:
                self._age_of_noun = _AGES.get(noun.key)
            values = [value for value, names in self._words.PRESENTATION.items() if noun.key in names]
            if values and self._values.setdefault("presentation", values[0]) != values[0]:
                return False
        return True

    def bind(self, noun: str, words: Sequence[Word], is_late: bool = False, is_distant: bool = False) -> list[Word]:
        """Takes the adjectives of a noun; those that do not apply to it are returned.

        Args:
            noun: the noun's kind.
            is_late: they follow it, and do not replace what is known of it.
            is_distant: the person is not named beside them, so that "black" does not mean the skin.
        """
        left = list(words)
        if noun in (*_COLORED, _WORN):
            left = self._bind_color(noun, left, is_late)
        return [word for word in left if not self._take(noun, word, is_distant)]

    def _take(self, noun: str, word: Word, is_distant: bool) -> bool:
        if noun in ("person", "stature") and self._take_of_person(word):
            return True
        if noun in _GARMENT_NOUNS and len(self._said) == 1 and word.key in _WOVEN:
            self._fabrics.setdefault(self._said[0], _WOVEN[word.key])
            return True
        if noun == "person" and not is_distant and word.key in self._words.PERSON_SKIN:
            if word.key in _ANCESTRY:
                self._set("ancestry", tuple(float(name == _ANCESTRY[word.key]) for name in ANCESTRIES))
            return self._set("skin", self._words.SKIN[self._words.PERSON_SKIN[word.key]])
        if noun == "person" and word.key in self._words.PERSON_HAIR:
            return self._set("hair", self._words.HAIR[self._words.PERSON_HAIR[word.key]])
        if noun in ("person", "hair") and word.key in self._words.STYLE_ADJECTIVES:
            return self._take_style(word.key)
        if noun in ("person", "top", "bottom", "suit") and (outfits := self._outfits_of(word.key)):
            self._outfits += outfits
            return True
        size = self._sizes.get(word.key, "")
        plain = self._words.SIZES[size][0] if size else word.key  # 长长 is 长
        if noun == "hair" and any(plain in words for words, _ in self._style_sets):
            self._hair_words.add(plain)
            return True
        sliders = SHAPES.get((noun, size))
        if sliders is None or any(slider in self._face for slider in sliders):
            return False
        self._face |= sliders
        return True

    def _take_of_person(self, word: Word) -> bool:
        if word.measure is not None:
            name, value = ("height", word.measure.meters) if word.measure.years is None else ("age", word.measure.years)
            low, high = RANGES[name]
            if name == "age" and value is not None and value < low:
                self._set(name, low)  # the youngest that there is; the words are listed as not followed
                return False
            return value is not None and low <= value <= high and self._set(name, round(value, 2))
        if word.key in self._words.HEIGHT and self._height_change is None:
            self._height_change = self._words.HEIGHT[word.key]
            return True
        if word.key in self._words.AGE and "age" not in self._face:
            self._face["age"] = self._words.AGE[word.key]
            return True
        return word.key in self._words.BUILD and self._set("build", self._words.BUILD[word.key])

    def _bind_color(self, noun: str, words: list[Word], is_late: bool) -> list[Word]:
        """Takes a single color with its shade; two of them ("black and white") are more than one trait can hold."""
        table: Mapping[str, str] = getattr(self._words, _COLOR_TABLES.get(noun, "COLORS"))
        colors: list[str] = []
        taken: list[Word] = []
        shade = 1.0
        for number, word in enumerate(words):
            following = words[number + 1] if number + 1 < len(words) else None
            is_followed = following is not None and (following.key in table or following.key.startswith("#"))
            if word.key in self._words.SHADES and is_followed:
                shade = self._words.SHADES[word.key]
            elif word.key in table or word.key.startswith("#"):
                colors.append(table.get(word.key, word.key))
            else:
                continue
            taken.append(word)
        color = _shaded(colors[0], shade**0.5 if noun in _COLOR_TABLES else shade) if colors else ""
        is_own = noun in _GARMENT_NOUNS and bool(self._said) and not any(name in self._colors for name in self._said)
        if len(colors) == 1 and is_own:
            self._colors |= dict.fromkeys(self._said, color)
        # Of people, dark and light are steps between colors that lie close together.
        traits = ("top", "bottom") if noun == "suit" else () if noun == _WORN else (noun,)
        is_known = (
            bool(traits)
            and not is_own
            and all(trait in self._values and trait not in self._of_suit for trait in traits)
        )
        if len(colors) != 1 or is_known or (is_late and any(trait in self._values for trait in traits)):
            return words
        if traits:
            self._assign(noun, color)
        elif not is_own:
            return words
        return [word for word in words if not any(word is item for item in taken)]

    def _assign(self, noun: str, color: str, is_default: bool = False) -> None:
        """A suit gives its color to garments without one of their own."""
        for trait in ("top", "bottom") if noun == "suit" else (noun,):
            if trait not in self._values or (trait in self._of_suit and noun != "suit"):
                self._values[trait] = color
                self._of_suit.discard(trait)
                if noun == "suit" or is_default:
                    self._of_suit.add(trait)

    def _set(self, trait: str, value: Any) -> bool:
        if trait in self._values:
            return bool(self._values[trait] == value)
        self._values[trait] = value
        return True

    def _outfits_of(self, word: str) -> list[str]:
        return [outfit for outfit, names in self._words.OUTFITS.items() if word in {name.casefold() for name in names}]

    def _take_style(self, word: str) -> bool:
        if word in self._style_of:
            self._styles.append(self._style_of[word])
        for words, _ in self._style_sets:
            bare = word.removesuffix("发").removesuffix("头")
            if self._words is words_zh and sorted(bare) == sorted("".join(words)):  # sets have no order: 长卷 is 卷长
                self._hair_words |= words
        return word in self._style_of

    def traits(self) -> AvatarTraits:
        """The traits collected so far."""
        # A "young girl" is a child; an "old girl" or a "teenage girl" is as old as the adjective says.
        if self._age_of_noun is not None and self._face.get("age", _YOUNG) == _YOUNG:
            self._values.setdefault("age", self._age_of_noun)
        values = dict(self._values)
        if self._outfits:
            # A uniform is a nurse's or a mechanic's where one is named; "suit" alone is business wear.
            values["outfit"] = max(self._outfits, key=lambda outfit: OUTFIT_KINDS[outfit].precedence)
        if self._height_change is not None and "height" not in values:
            values["height"] = spoken_height(self._height_change, values.get("presentation", 0.5), values.get("age"))
        # "An old man of 70": the years say it all.
        face = {name: value for name, value in self._face.items() if name != "age" or "age" not in values}
        if face:
            values["face"] = face
        if self._garments:
            values["garments"] = coats_of(self._garments, values.get("outfit"))
            if "lab_coat" in values["garments"] and "coat" in self._colors:
                self._colors["lab_coat"] = self._colors.pop("coat")
            if self._fabrics:
                values["cloths"] = {name: {"fabric": fabric} for name, fabric in self._fabrics.items()}
            settle_colors(values["garments"], self._own_colors | self._colors, values)
        fitting = [(len(words), style) for words, style in self._style_sets if words <= self._hair_words]
        # Curly or wavy says more than long or short.
        fitting.sort(key=lambda item: (-item[0], item[1] in ("long_straight", "short_crop")))
        styles = self._styles + [style for _, style in fitting]
        if styles:
            values["hair_style"] = styles[0]
        return AvatarTraits(**values)


def _hair_styles(tables: ModuleType) -> tuple[dict[str, str], list[tuple[frozenset[str], str]]]:
    """Styles by their own word, and by the adjectives that make them together."""
    named: dict[str, str] = {}
    sets: list[tuple[frozenset[str], str]] = []
    for style, ways in tables.HAIR_STYLES.items():
        for way in ways:
            adjectives = adjectives_of(tables, way)
            if adjectives:
                sets.append((frozenset(adjectives), style))
            else:
                named[way] = style
    return named, sets


def _shaded(color: str, factor: float) -> str:
    """Darker by a factor below 1; lighter, toward white, by one above."""
    values = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    if factor > 1:
        values = [round(255 - (255 - value) / factor) for value in values]
    else:
        values = [round(value * factor) for value in values]
    return "#" + "".join(f"{value:02x}" for value in values)
