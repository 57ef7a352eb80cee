"""Spans of a description as traits, layers and changes; every word of a span that nothing takes is listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ml_core.geometry.garments.pieces import PIECES
from ml_core.inference.textures.layer_kinds import Layer
from ml_core.vocabulary.color_names import chinese_colors, english_colors
from ml_core.vocabulary.face_shapes import SHAPES
from ml_core.vocabulary.hair_styles import HAIR_STYLES
from ml_core.vocabulary.outfits import OUTFIT_KINDS
from ml_core.vocabulary.stature import SPOKEN_MEAN_HEIGHT
from ml_core.vocabulary.traits import ANCESTRIES, RANGES, AvatarTraits
from ml_core.vocabulary.words import looks_en, looks_zh

from ..descriptions import Description, described_by_rules
from ..measures import measures_in
from .changes import Change
from .look_words import Finder, fabrics, garments, inverse, outfits, rows
from .pieces import Piece
from .spans import Span
from .words import color_of, number_of, shaded

_BY_RULES = ("d:hair", "d:eyes", "d:face", "d:garment", "d:height", "d:age", "d:build", "d:skin", "d:person", "d:job")
_PIECES = {piece.name: piece for piece in PIECES}
_AVERAGE_BUILD = 0.4


def description_of_spans(spans: Sequence[Span], strange: Sequence[Piece]) -> Description:
    """What the spans of a tagged description add up to.

    Args:
        strange: pieces outside of all spans that carry something.
    """
    reader = _Looks()
    for span in spans:
        reader.take(span)
    reader.end()
    ignored: list[tuple[float, str]] = [(piece.start, piece.text) for piece in strange]
    ignored += reader.ignored
    words = tuple(dict.fromkeys(word for _, word in sorted(ignored, key=lambda one: one[0])))
    return Description(reader.traits(), words, reader.has_person, tuple(reader.layers), tuple(reader.changes),
                       tuple(dict.fromkeys(reader.without)))  # fmt: skip


class _Looks:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.face: dict[str, float] = {}
        self.garments: list[str] = []
        self.layers: list[Layer] = []
        self.changes: list[Change] = []
        self.without: list[str] = []
        self.ignored: list[tuple[float, str]] = []
        self.has_person = False
        self._height_change: float | None = None
        self._default_age: float | None = None
        self._ancestry_skin: str | None = None
        self._default_build: float | None = None
        self._negation: Span | None = None
        self._outfits: list[str] = []

    def take(self, span: Span) -> None:
        if span.kind == "d:neg":
            self._drop_negation()
            self._negation = span
            return
        is_negated, negation = self._negation is not None, self._negation
        self._negation = None
        if span.kind == "d:person" and is_negated:
            self._list(negation)
            is_negated = False
        finder = Finder(span)
        reads = {
            "d:hair": self._hair, "d:layer": self._layer, "d:beard": self._beard, "d:ancestry": self._ancestry,
            "d:garment": self._garment, "d:height": self._height, "d:age": self._age, "d:build": self._build,
            "d:skin": self._skin, "d:eyes": self._eyes, "d:face": self._face, "d:person": self._person,
            "d:job": self._job, "d:presentation": self._presentation, "d:same": self._same,
        }  # fmt: skip
        read = reads.get(span.kind)
        if read is None:
            self._list(span)
        elif is_negated:
            if not self._negated(span, finder):
                self._list(negation)
                self._list(span)
        elif self._denies_itself(span):
            if not self._negated(span, finder):
                self._list(span)
        elif not (self._compared(span) or (span.kind in _BY_RULES and self._by_rules(span))):
            read(finder)
            self._anything(finder)
            self._list_words(span, finder.left())

    def end(self) -> None:
        self._drop_negation()

    def traits(self) -> AvatarTraits:
        values = dict(self.values)
        if self._outfits:
            values.setdefault("outfit", max(self._outfits, key=lambda outfit: OUTFIT_KINDS[outfit].precedence))
        if self._height_change is not None and "height" not in values:
            mean = SPOKEN_MEAN_HEIGHT[values.get("presentation", 0.5)]
            low, high = RANGES["height"]
            values["height"] = round(min(max(mean + self._height_change, low), high), 2)
        if self._default_age is not None and "age" not in values and "age" not in self.face:
            values["age"] = self._default_age
        if self._default_build is not None:
            values.setdefault("build", self._default_build)
        if self._ancestry_skin is not None:
            values.setdefault("skin", self._ancestry_skin)
        face = {name: value for name, value in self.face.items() if name != "age" or "age" not in values}
        if face:
            values["face"] = face
        if self.garments:
            values["garments"] = tuple(dict.fromkeys(self.garments))
        return AvatarTraits(**values)

    def _list(self, span: Span | None) -> None:
        if span is not None:
            self.ignored.append((span.pieces[0].start, span.text))

    def _list_words(self, span: Span, words: Sequence[str]) -> None:
        """Words of a span that mean nothing, in their order."""
        self.ignored += [(span.pieces[0].start + number / 1000, word) for number, word in enumerate(words)]

    def _anything(self, finder: Finder) -> None:
        """What a span holds beside what it was marked as: a build in a job, an age before a person."""
        if finder.span.kind not in ("d:person", "d:job", "d:age", "d:height") or not finder.left():
            return
        for trait, table in (("build", rows("BUILD")), ("age", rows("AGE_WORDS"))):
            value = finder.take(table)
            if value is not None and trait == "build":
                self.values.setdefault("build", value)
            elif value is not None:
                self._default_age = value

    def _drop_negation(self) -> None:
        self._list(self._negation)
        self._negation = None

    def _set(self, trait: str, value: Any, span: Span) -> None:
        """The first word on a trait counts; a second one is listed."""
        if (trait in RANGES and not RANGES[trait][0] <= value <= RANGES[trait][1]) or self.values.setdefault(
            trait, value
        ) != value:
            self._list(span)

    def _by_rules(self, span: Span) -> bool:
        """What the rules understand of a span as a whole."""
        read = described_by_rules(span.text)
        values = read.traits.to_dict()
        if read.ignored or not (values or read.has_person):
            return False
        if span.kind == "d:garment" and not read.traits.garments and not read.traits.outfit:
            return False
        if span.kind in ("d:person", "d:job"):
            self.has_person = True
            self._default_age = self._default_age or _age_of(span)
        if span.kind == "d:height" and measures_in(span.text.casefold()) == [] and "height" in values:
            return False  # its own table knows the degree
        face = values.pop("face", {})
        for name, value in face.items():
            self.face.setdefault(name, value)
        self.garments += values.pop("garments", [])
        if (outfit := values.pop("outfit", None)) is not None:
            self._outfits.append(outfit)
        for trait, value in values.items():
            if trait in ("top", "bottom") and trait in self.values:
                continue
            self._set(trait, tuple(value) if isinstance(value, list) else value, span)
        return True

    def _denies_itself(self, span: Span) -> bool:
        """A negation inside a span, such as 个子不高, that is no word of its table."""
        if span.kind not in ("d:height", "d:build", "d:age", "d:skin", "d:hair", "d:eyes", "d:face", "d:garment"):
            return False
        own = {"d:height": "HEIGHT", "d:build": "BUILD", "d:age": "AGE_WORDS", "d:hair": "STYLE_ADJECTIVES"}.get(
            span.kind
        )
        is_word = own is not None and any("不" in word and word in span.key for word in rows(own))
        return bool(re.search(r"不|没|\bnot\b|n't|\bno\b", span.key)) and not is_word and not comparison_of(span)

    def _negated(self, span: Span, finder: Finder) -> bool:
        if span.kind == "d:beard":
            return finder.take(rows("BEARDS")) is not None and not finder.left()
        if span.kind == "d:hair":
            while finder.take_word(dict.fromkeys(("hair", "头发", "发", "any hair"), 1)) is not None:
                pass
            if finder.left() or finder.has(tuple(rows("HAIR"))) or not span.key.endswith(("hair", "发")):
                return False
            self._set("hair_style", "none", span)
            return True
        if span.kind == "d:layer":
            kinds = [finder.take(inverse("LAYERS"))] if finder.has(tuple(inverse("LAYERS"))) else []
            kinds += ["lipstick", "eye_makeup", "blush"] if finder.take(rows("MAKEUP")) else []
            self.without += kinds
            return bool(kinds) and not finder.left()
        if span.kind == "d:garment":
            piece = finder.take(garments())
            self.without += [piece] if piece is not None else []
            return piece is not None and not finder.left()
        if span.kind == "d:build":
            build = finder.take(rows("BUILD"))
            if build is not None:
                self._default_build = 0.35 if build > _AVERAGE_BUILD else 0.5
            return build is not None
        if span.kind == "d:height":
            height = finder.take(rows("HEIGHT"))
            if height is not None:
                self._height_change = -0.03 if height > 0 else 0.03
            return height is not None
        return False

    def _compared(self, span: Span) -> bool:
        """A comparative in the span: a change of the avatar that is there."""
        found = comparison_of(span)
        self.changes += found
        return bool(found)

    def _person(self, finder: Finder) -> None:
        self.has_person = True
        self._default_age = self._default_age or _age_of(finder.span)
        word = finder.take_word({**rows("AGES"), **inverse("PRESENTATION"), **rows("PEOPLE")})
        gender = _presentation_of(finder.span)
        if gender is not None:
            self._set("presentation", gender, finder.span)
        if word is None:
            return
        while finder.take_word({**inverse("PRESENTATION"), **rows("PEOPLE"), **rows("AGE_WORDS")}) is not None:
            pass

    def _job(self, finder: Finder) -> None:
        outfit = finder.take(outfits())
        gender = _presentation_of(finder.span)
        if gender is not None:
            self._set("presentation", gender, finder.span)
        if outfit is not None:
            self.has_person = True
            self._outfits.append(outfit)
        elif finder.has(tuple(rows("JOB_NOUNS"))):
            self.has_person = True  # somebody, in clothes that nobody has made: the word stays listed

    def _skin(self, finder: Finder) -> None:
        color = finder.take({**rows("SKIN")})
        if color is not None:
            self._set("skin", color, finder.span)
        while finder.take(rows("DEGREES")) is not None or finder.take_word(dict.fromkeys(("skinned", "complexion"), 1)):
            pass

    def _ancestry(self, finder: Finder) -> None:
        ancestry = finder.take(inverse("ANCESTRY"))
        if ancestry is None:
            return
        self._set("ancestry", tuple(float(name == ancestry) for name in ANCESTRIES), finder.span)
        self._ancestry_skin = looks_en.ANCESTRY_SKIN[ancestry]

    def _hair(self, finder: Finder) -> None:
        color = finder.take(rows("HAIR")) if not finder.has(tuple(rows("PERSON_HAIR"))) else None
        if color is None and (word := finder.take_word(rows("PERSON_HAIR"))) is not None:
            color = rows("HAIR").get(rows("PERSON_HAIR")[word])
        if color is None:
            color = _any_color(finder)
        if color is not None:
            self._set("hair", color, finder.span)
        styles = {word: style.id for style in HAIR_STYLES.values() for word in (*style.words_en, *style.words_zh)}
        style = finder.take(styles) or finder.take(_STYLE_WORDS)
        if style is not None:
            self._set("hair_style", style, finder.span)
        for table in (_STYLE_WORDS, rows("DEGREES"), _HAIR_NOUNS):
            while finder.take_word(table) is not None:
                pass

    def _eyes(self, finder: Finder) -> None:
        color = finder.take(rows("EYES"))
        if color is not None:
            self._set("eye", color, finder.span)
        size = finder.take(inverse("SIZES"))
        if size is not None and ("eye", size) in SHAPES:
            self.face |= SHAPES["eye", size]
        finder.take_word(dict.fromkeys(("eye color", "eyes", "eye", "eyed", "眼睛", "眼", "瞳孔", "一双", "颜色"), 1))
        finder.take_word(rows("DEGREES"))

    def _face(self, finder: Finder) -> None:
        part = finder.take(inverse("PARTS"))
        size = finder.take(inverse("SIZES"))
        degree = finder.take(rows("DEGREES")) or 1.0
        sliders = SHAPES.get((part or "", size or ""))
        if sliders is None:
            self._list_words(finder.span, Finder(finder.span).left())
            return
        self.face |= {name: max(-1.0, min(1.0, round(value * degree, 2))) for name, value in sliders.items()}

    def _garment(self, finder: Finder) -> None:
        piece = finder.take(garments())
        known = piece is not None or finder.has((*outfits(), *_clothes()))
        before = finder.left()
        color = _any_color(finder) if known or finder.has(_ANY_CLOTHES) or len(before) <= 1 else None
        after = finder.left()
        self._color_word = " ".join(word for word in before if word not in after)
        if piece is not None and self._is_compound(finder):
            self._list_words(finder.span, Finder(finder.span).left())
            for one in finder.span.pieces:
                finder.take_word({one.key: 1})
            return
        outfit = finder.take(outfits()) if piece is None else None
        if piece is not None:  # what it is made of anyway
            finder.take_word({word: name for word, name in fabrics().items() if name == _PIECES[piece].fabric})
        noun = finder.take(_clothes()) if piece is None else None
        if noun in ("top", "bottom"):
            if color is not None:
                self.values.setdefault(noun, color)
            return
        if piece is None and outfit is None:
            if color is not None:
                self._cloth_color(finder.span, color)
                finder.take_word(dict.fromkeys(("clothes", "outfit", "clothing", "衣服", "attire"), 1))
            return
        if piece is not None:
            self.garments.append(piece)
        if outfit is not None:
            self._outfits.append(outfit)
        if color is not None:
            self._piece_color(piece, color, finder.span)

    _color_word = ""

    @staticmethod
    def _is_compound(finder: Finder) -> bool:
        """Whether unknown Chinese characters stand right before a garment: 高跟鞋 are no shoes that we have."""
        if not finder.is_chinese:
            return False
        end = finder.span.key
        return any(
            word + name in end and word not in rows("PATTERNS") and word not in fabrics()
            for word in finder.left()
            for name in garments()
        )

    def _piece_color(self, piece: str | None, color: str, span: Span) -> None:
        worn = (
            described_by_rules(f"a red {next((w for w in _PIECES[piece].words if w.isascii()), '')}") if piece else None
        )
        traits = worn.traits if worn is not None else None
        placed = False
        for trait in ("top", "bottom"):
            if traits is None or getattr(traits, trait) is not None:
                self.values.setdefault(trait, color)
                placed = True
        if not placed:  # the color of shoes and hats is drawn with them
            self._list_words(span, [self._color_word])

    def _cloth_color(self, span: Span, color: str) -> None:
        for trait in ("top", "bottom"):
            self.values.setdefault(trait, color)

    def _beard(self, finder: Finder) -> None:
        if finder.take_word(rows("SHAVEN")) is not None:
            self.without.append("stubble")
            return
        if finder.take({word: kind for word, kind in inverse("LAYERS").items() if kind == "stubble"}) is not None:
            degree = finder.take(rows("DEGREES")) or 1.0
            self.layers.append(Layer("stubble", amount=_amount(degree)))
            finder.take_word(rows("HAIR"))
            return
        # A beard of hair is not made yet, so that all of the span is listed.

    def _layer(self, finder: Finder) -> None:
        kind = finder.take(inverse("LAYERS"))
        if kind is None and not finder.has(tuple(rows("MAKEUP"))):
            return
        makeup = kind is None and finder.take(rows("MAKEUP")) is not None
        place_word = finder.take_word(inverse("PLACES"))
        side = finder.take(inverse("SIDES"))
        color = _any_color(finder)
        degree = 1.0
        while (found := finder.take(rows("DEGREES"))) is not None:
            degree *= found
        if makeup:
            self.layers += [Layer(one, amount=_amount(degree)) for one in ("lipstick", "eye_makeup", "blush")]
        elif kind is not None:
            self.layers.append(_placed(kind, place_word, side, color, degree))

    def _height(self, finder: Finder) -> None:
        measures = measures_in(finder.span.text.casefold())
        meters = next((one.meters for one in measures if one.meters is not None), None)
        if meters is None and (bare := re.search(r"(?<!\d)(1[1-9]\d|2[0-3]\d|9\d)(?!\d)", finder.span.key)):
            meters = int(bare.group()) / 100
        if meters is not None:
            self._measured("height", round(meters, 2), finder)
            return
        change = finder.take(rows("HEIGHT"))
        degree = finder.take(rows("DEGREES"))
        if change is not None:
            self._height_change = change * (degree or 1.0)
        build = finder.take(rows("BUILD"))
        if build is not None:
            self._set("build", build, finder.span)

    def _age(self, finder: Finder) -> None:
        years = years_of(finder.span.text.casefold())
        if years is not None:
            self._measured("age", years, finder)
            return
        word = finder.take_word({**rows("AGE_WORDS"), **rows("AGE")})
        finder.take(rows("DEGREES"))
        if word is None:
            self._list(finder.span)
            for piece in finder.span.pieces:
                finder.take_word({piece.key: 1})
            return
        if word in rows("AGE"):
            self.face.setdefault("age", rows("AGE")[word])
        else:
            self._default_age = rows("AGE_WORDS")[word]

    def _measured(self, trait: str, value: float, finder: Finder) -> None:
        """A number with its unit, where nothing else stands in the span: a sword of 150 cm is nobody's height."""
        strange = [word for word in finder.left() if not _OF_MEASURES.search(word.casefold())]
        if strange:
            self._list(finder.span)
        else:
            self._set(trait, value, finder.span)
        for piece in finder.span.pieces:
            finder.take_word({piece.key: 1})

    def _build(self, finder: Finder) -> None:
        build = finder.take(rows("BUILD"))
        degree = finder.take(rows("DEGREES"))
        if build is not None:
            far = build if degree is None else _AVERAGE_BUILD + (build - _AVERAGE_BUILD) * degree
            self._set("build", round(max(0.0, min(1.0, far)), 2), finder.span)
        finder.take_word(dict.fromkeys(("build", "figure", "body", "physique", "身材", "体格", "体型"), 1))

    def _presentation(self, finder: Finder) -> None:
        """Only comparatives stand in such a span."""

    def _same(self, finder: Finder) -> None:
        finder.take_word(rows("SAME"))


_OF_MEASURES = re.compile(
    r"\d|cm|met(?:er|re)|f(?:ee|oo)?t|inch|tall|high|height|year|old|age|ties|米|厘|公|分|高|岁|多|来|出头|左右|[一二三四五六七八九十两百半]|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|early|mid|late|about|around|^'$|^\"$|^m$|^in$"
)

_STYLE_WORDS = {
    "shoulder-length": "lob", "chin-length": "bob", "medium length": "lob", "frizzy": "afro", "kinky": "coily_short",
    "curly": "curly_short", "wavy": "long_wavy", "straight": "long_straight", "long": "long_straight",
    "short": "short_crop",
    "very long": "long_straight", "very short": "buzz", "cropped": "buzz", "buzzed": "buzz", "shaved": "buzz",
    "spiky": "spiky", "long curly": "long_curly", "long wavy": "long_wavy", "short curly": "curly_short",
    "slicked-back": "combed_back", "slicked back": "combed_back", "side-parted": "side_part", "completely bald": "none",
    "balding": "receding", "bald-headed": "none", "长卷": "long_curly", "短卷": "curly_short", "长直": "long_straight",
    "卷": "curly_short", "直": "long_straight", "长": "long_straight", "短": "short_crop", "齐肩": "lob", "中长": "lob",
    "波浪": "long_wavy", "很短": "buzz", "很长": "long_straight", "齐耳": "bob", "自然卷": "curly_short",
    "披肩": "long_straight",
    "大波浪": "long_wavy", "高马尾": "high_ponytail", "长卷发": "long_curly", "秃头": "none", "afro": "afro",
}  # fmt: skip
_HAIR_NOUNS = dict.fromkeys(
    (
        "hair",
        "haired",
        "hairs",
        "cut",
        "hairstyle",
        "tied",
        "curls",
        "头发",
        "发",
        "一头",
        "发型",
        "扎成",
        "梳成",
        "头发是",
    ),
    1,
)


def _clothes() -> dict[str, str]:
    """Words for clothes that are no piece of the wardrobe, with the color trait that they carry."""
    return {word: kind for word, kind in inverse("NOUNS").items() if kind in ("top", "bottom", "suit")}


_ANY_CLOTHES = ("clothes", "outfit", "clothing", "衣服", "attire", "everything")


def comparison_of(span: Span) -> list[Change]:
    """The changes that a comparative in a span asks for; empty without one."""
    finder = Finder(span)
    tails = [word for word in looks_zh.TAILS if word in span.key]
    more = any(re.search(rf"(?:^|\W){word}(?:\W|$)", span.key) if word.isascii() else word in span.key
               for word in (*looks_en.MORE, *looks_zh.MORE))  # fmt: skip
    less = any(word in span.key for word in (*looks_en.LESS, *looks_zh.LESS))
    degree = finder.take(looks_en.DEGREES if not finder.is_chinese else {word: looks_zh.DEGREES.get(word,
        1.0) for word in
                                                                        ("稍微", *looks_zh.TAILS)}) or 1.0  # fmt: skip
    sign = -1 if less else 1
    if finder.is_chinese:
        if not (
            tails
            or more
            or less
            or re.search(r"[老大高矮轻小](?:\d+|[一二两三四五六七八九十几]+)(?:岁|厘米|公分|cm)", span.key)
        ):
            return []
        return _chinese_comparison(span, finder, degree, sign)
    number = re.search(r"(\d+|\w+) (?:years?|cm) (older|younger|taller|shorter)", span.key)
    if number is not None and (value := number_of(number[1])) is not None:
        up = 1 if number[2] in ("older", "taller") else -1
        is_age = number[2] in ("older", "younger")
        return [Change("age" if is_age else "height", absolute=up * (value if is_age else value / 100))]
    return _english_comparison(span, finder, degree, sign, more or less)


def _english_comparison(span: Span, finder: Finder, degree: float, sign: int, has_more: bool) -> list[Change]:
    trait = {"d:skin": "skin", "d:hair": "hair", "d:eyes": "eye", "d:garment": "top"}.get(span.kind, "")
    if trait and (step := finder.take(looks_en.COLOR_COMPARATIVES)) is not None:
        return [Change(trait, degree * step)]
    if span.kind == "d:hair" and finder.has(("longer", "shorter")):
        return [Change("hair_length", 1 if finder.has(("longer",)) else -1)]
    if span.kind == "d:hair" and finder.has(("curlier", "wavier")):
        return [Change("hair_curl", 1)]
    if span.kind in ("d:face", "d:eyes"):
        part = finder.take(inverse("PARTS")) or ("eye" if span.kind == "d:eyes" else "")
        found = finder.take(looks_en.SIZE_COMPARATIVES)
        return [] if found is None else _of_part(part, found[0], found[1], degree)
    if span.kind == "d:presentation" and (step := finder.take(looks_en.PRESENTATION_STEPS)) is not None and has_more:
        return [Change("presentation", degree * sign * step)]
    if (found := finder.take(looks_en.COMPARATIVES)) is not None and span.kind in ("d:height", "d:age", "d:build"):
        return [Change(found[0], degree * found[1] * sign)]
    if has_more and span.kind == "d:build" and (build := finder.take(rows("BUILD"))) is not None:
        strong = finder.span.key.endswith(("muscular", "athletic", "toned", "fit"))
        step = 1 if build > _AVERAGE_BUILD else -1
        return [Change("muscle" if strong else "build", degree * sign * step)]
    return []


def _chinese_comparison(span: Span, finder: Finder, degree: float, sign: int) -> list[Change]:
    trait = {"d:skin": "skin", "d:hair": "hair", "d:eyes": "eye"}.get(span.kind, "")
    number = re.search(r"(\d+|[一二两三四五六七八九十]+)(岁|厘米|公分|cm)", span.key)
    if number is not None and (value := number_of(number[1])) is not None:
        up = -1 if any(word in span.key for word in ("年轻", "矮", "小")) else 1
        return [
            Change(
                "age" if number[2] == "岁" else "height", absolute=up * (value if number[2] == "岁" else value / 100)
            )
        ]
    if span.kind == "d:hair" and (word := finder.take_word({"长": 1, "短": -1, "卷": 0})) is not None:
        return [Change("hair_curl", 1) if word == "卷" else Change("hair_length", 1 if word == "长" else -1)]
    if trait and span.kind != "d:eyes" and (step := finder.take(looks_zh.COLOR_COMPARATIVES)) is not None:
        return [Change(trait, degree * step * sign)]
    if span.kind in ("d:face", "d:eyes"):
        part = finder.take(inverse("PARTS")) or ("eye" if span.kind == "d:eyes" else "")
        found = finder.take(looks_zh.SIZE_COMPARATIVES)
        return [] if found is None else _of_part(part, found[0], found[1] * sign, degree)
    if span.kind == "d:presentation":
        step = finder.take(looks_zh.PRESENTATION_STEPS)
        return [] if step is None else [Change("presentation", degree * sign * step)]
    found = finder.take(looks_zh.COMPARATIVES)
    return [] if found is None else [Change(found[0], degree * found[1] * sign)]


_SIZE_FALLBACK = {
    "long": ("big",),
    "thick": ("big", "wide"),
    "high": ("prominent", "big"),
    "wide": ("big",),
    "big": ("wide", "thick", "long"),
}


def _of_part(part: str, size: str, sign: int, degree: float) -> list[Change]:
    for one in (size, *_SIZE_FALLBACK.get(size, ())):
        if (part, one) in SHAPES:
            return [Change("face", degree * sign, part, one)]
    return []


def years_of(text: str) -> float | None:
    """An age in years in a phrase: digits, words, decades."""
    measured = next((one.years for one in measures_in(text) if one.years is not None), None)
    if measured is not None:
        return measured
    for place, word in enumerate(("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties"), 2):
        if word in text:
            return 10.0 * place + (2 if "early" in text else 8 if "late" in text else 5)
    decade = re.search(r"(early|mid|late)?-? ?([1-9])0(?:'|’)?s", text)
    if decade is not None:
        return 10.0 * int(decade[2]) + {"early": 2, "mid": 5, "late": 8}.get(decade[1] or "", 5)
    chinese = re.search(r"(\d0|[二三四五六七八九]十)(?:多岁|几岁|来岁|出头|岁左右)", text)
    if chinese is not None:
        tens = number_of(chinese[1]) or 0.0
        return tens + (2 if "出头" in text else 0 if "左右" in text else 5)
    bare = re.fullmatch(r"(?:about |around |aged |age |of )?(\d{1,3})(?: ?(?:years?|yo|y/o|yrs?)(?:[ -]old)?)?", text)
    return float(bare[1]) if bare is not None else None


def _presentation_of(span: Span) -> float | None:
    known = inverse("PRESENTATION")
    if span.key in known:
        return float(known[span.key])
    if not any(piece.is_chinese for piece in span.pieces):
        return next(
            (float(known[piece.key]) for piece in span.pieces if piece.key in known), _OTHER_PEOPLE.get(span.key)
        )
    for character, value in (("女", 1.0), ("奶奶", 1.0), ("太太", 1.0), ("妈", 1.0), ("姑娘", 1.0), ("姐", 1.0),
        ("妹", 1.0),
                             ("阿姨", 1.0), ("男", 0.0), ("爷", 0.0), ("伙", 0.0), ("叔", 0.0), ("哥", 0.0), ("老头",
                                 0.0),
                             ("伯", 0.0), ("爸", 0.0), ("壮汉", 0.0), ("先生", 0.0), ("婆", 1.0)):  # fmt: skip
        if character in span.key:
            return value
    return None


_OTHER_PEOPLE = {"dude": 0.0, "granny": 1.0, "lad": 0.0, "chap": 0.0, "bloke": 0.0, "gal": 1.0, "businesswoman": 1.0,
                 "businessman": 0.0, "old lady": 1.0}  # fmt: skip
_NO_AGE = {"girl", "boy", "lad", "student", "女孩", "男孩", "姑娘", "小伙子", "小伙", "学生", "阿姨", "大叔"}


def _age_of(span: Span) -> float | None:
    ages = {word: years for word, years in rows("AGES").items() if word not in _NO_AGE}
    if span.key in ages:
        return float(ages[span.key])
    return None


def _any_color(finder: Finder) -> str | None:
    """The color in a span, a shade before it among it; two of them are more than one color can show."""
    names = chinese_colors() if finder.is_chinese else english_colors()
    table = {name: 1 for name in names if name not in ("dark", "light", "深", "浅")}
    if _colors_in(finder, table) > 1:
        return None
    word = finder.take_word(table)
    if word is None:
        return None
    color = color_of(word)
    shade = finder.take({"dark": 0.55, "light": 1.5, "bright": 1.15, "深": 0.55, "浅": 1.5, "亮": 1.15, "淡": 1.6,
        "deep": 0.6,
                         "pale": 1.6})  # fmt: skip
    finder.take_word({"色": 1, "colored": 1, "coloured": 1, "color": 1, "色的": 1})
    return shaded(color, shade) if color is not None and shade is not None else color


def _colors_in(finder: Finder, names: Mapping[str, Any]) -> int:
    """How many colors are left in a span, the longest names first."""
    rest, count = finder.copy(), 0
    while rest.take_word(names) is not None:
        count += 1
    return count


def _amount(degree: float) -> float:
    return round(max(0.1, min(1.0, 0.55 * degree)), 2)


def _placed(kind: str, word: str | None, side: str | None, color: str | None, degree: float) -> Layer:
    values: dict[str, Any] = {"amount": _amount(degree), "color": color or ""}
    if word is not None and kind in ("scar", "tattoo", "face_paint"):
        part = inverse("PLACES")[word]
        xy: Mapping[str, tuple[float, float]] = {**looks_en.PLACE_XY, **looks_zh.PLACE_XY}
        x, y = xy.get(word, (0.5, 0.5))
        if part in ("head", "torso"):
            values |= {"chart": part, "x": 1 - x if side == "left" and x != 0.5 else x, "y": y}
        else:
            values |= {"chart": f"{side if side in ('left', 'right') else 'left'}_{part}", "x": x, "y": y}
    return Layer(kind, **values)
