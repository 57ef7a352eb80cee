"""Spans of a description as traits, layers and changes; every word of a span that is not understood is listed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.inference.language.describing.description_traits import coats_of
from ml_core.inference.language.describing.descriptions import Description, described_by_rules
from ml_core.inference.language.describing.measures import measures_in, spoken_height
from ml_core.inference.language.understanding.people.changes import Change
from ml_core.inference.language.understanding.people.comparisons import comparison_of
from ml_core.inference.language.understanding.people.garment_colors import settle_colors
from ml_core.inference.language.understanding.people.heads import LESS_THAN_BEARDS, HeadReader
from ml_core.inference.language.understanding.people.trait_values import (
    AVERAGE_BUILD,
    OF_MEASURES,
    age_of,
    presentation_of,
    years_of,
)
from ml_core.inference.language.understanding.people.trait_words import (
    Finder,
    garments,
    inverse,
    outfits,
    rows,
)
from ml_core.inference.language.understanding.tagging.pieces import Piece
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.words import color_of
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.avatar.roles import ACCESSORIES, Role, roles_by_word
from ml_core.vocabulary.traits import ANCESTRIES, AvatarTraits
from ml_core.vocabulary.words import people_en

_DENIES = re.compile(
    r"[不没无非未别勿免去]|\b(?:no|not|non|never|without|none|hardly|isn't|free|minus|lacks?)\b|n't|-less"
)
"""Parts that every negation contains: 留小胡子 has none, whatever the tagger marks."""
_BALD = dict.fromkeys(("bald", "秃", "秃头", "光头"), 1)
_BY_RULES = ("d:hair", "d:eyes", "d:face", "d:garment", "d:height", "d:age", "d:build", "d:skin", "d:person", "d:job")


def description_of_spans(spans: Sequence[Span], strange: Sequence[Piece]) -> Description:
    """Combine the spans of a tagged description.

    Args:
        strange: pieces outside of all spans that carry a meaning.
    """
    reader = _PersonReader()
    reader.strange = {piece.start for piece in strange}
    for span in spans:
        reader.take(span)
    reader.end()
    ignored: list[tuple[float, str]] = [(piece.start, piece.text) for piece in strange]
    ignored += reader.ignored
    words = tuple(dict.fromkeys(word for _, word in sorted(ignored, key=lambda item: item[0])))
    return Description(reader.traits(), words, reader.has_person, tuple(reader.layers), tuple(reader.changes),
                       tuple(dict.fromkeys(reader.without)))  # fmt: skip


class _PersonReader(HeadReader):
    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []
        self.without: list[str] = []
        self.has_person = False
        self.strange: set[int] = set()
        self._height_change: float | None = None
        self._default_age: float | None = None
        self._ancestry_skin: str | None = None
        self._default_build: float | None = None
        self._negation: Span | None = None
        self._role: Role | None = None
        self._uniform: Span | None = None

    def take(self, span: Span) -> None:
        if span.kind == "d:neg" and not _DENIES.search(span.key):
            self.list_words(span, Finder(span).left())
            return
        if span.kind == "d:neg":
            self._drop_negation()
            self._negation = span
            return
        is_negated, negation = self._negation is not None, self._negation
        self._negation = None
        if span.kind == "d:person" and is_negated:
            self.list_span(negation)
            is_negated = False
        end = span.pieces[-1].end
        if span.kind in ("d:height", "d:age") and not self.strange.isdisjoint({end, end + 1}):
            self.list_span(span)  # "a 150 cm sword"
            return
        if span.kind == "d:hair" and color_of(span.key) is not None and not self.strange.isdisjoint({end, end + 1}):
            self.list_span(span)  # "a red sari" is not red hair
            return
        finder = Finder(span)
        if finder.has(tuple(rows("UNIFORMS"))):
            self._uniform = span
        reads = {
            "d:hair": self.read_hair, "d:layer": self.read_layer, "d:beard": self.read_beard,
            "d:garment": self.read_garment, "d:height": self._height, "d:age": self._age, "d:build": self._build,
            "d:skin": self._skin, "d:eyes": self.read_eyes, "d:face": self.read_face, "d:person": self._person,
            "d:job": self._job, "d:presentation": self._presentation, "d:same": self._same,
            "d:ancestry": self._ancestry,
        }  # fmt: skip
        read = reads.get(span.kind)
        if read is None:
            self.list_span(span)
        elif is_negated:
            if not self._negated(span, finder):
                self.list_span(negation)
                self.list_span(span)
        elif self._denies_itself(span):
            if not self._negated(span, finder):
                self.list_span(span)
        elif not (self._compared(span) or (span.kind in _BY_RULES and self._by_rules(span))):
            read(finder)
            self._anything(finder)
            self.list_words(span, finder.left())

    def end(self) -> None:
        self._drop_negation()
        if self._uniform is not None and not self.outfits and self._role is None:  # whose uniform?
            self.list_words(self._uniform, [word for word in rows("UNIFORMS") if word in self._uniform.key])

    def traits(self) -> AvatarTraits:
        self._dress_by_role()
        values = dict(self.values)
        if self.outfits:
            values.setdefault("outfit", max(self.outfits, key=lambda outfit: OUTFIT_KINDS[outfit].precedence))
        if self._default_age is not None and "age" not in values and "age" not in self.face:
            values["age"] = self._default_age
        if self._height_change is not None and "height" not in values:
            presentation = values.get("presentation", 0.5)
            values["height"] = spoken_height(self._height_change, presentation, values.get("age"))
        if self._default_build is not None:
            values.setdefault("build", self._default_build)
        if self._ancestry_skin is not None:
            values.setdefault("skin", self._ancestry_skin)
        face = {name: value for name, value in self.face.items() if name != "age" or "age" not in values}
        if face:
            values["face"] = face
        if self.cloths:
            values["cloths"] = self.cloths
        if self.garments:
            values["garments"] = coats_of(self.garments, values.get("outfit"))
            settle_colors(values["garments"], self.colors, values)
        return AvatarTraits(**values)

    def _dress_by_role(self) -> None:
        """The clothes of a role, where only accessories are named; the first cap or tie that is named stays."""
        role = self._role
        if role is None or self.outfits or set(self.garments) - ACCESSORIES:
            return
        self.garments += [item for item in role.garments if item not in self.garments]
        for garment, color in role.colors.items():
            self._color_piece(garment, color)

    def _anything(self, finder: Finder) -> None:
        """Other meanings in a span than the one that it was marked as: a build in a job, an age before a person."""
        if finder.span.kind not in ("d:person", "d:job", "d:age", "d:height") or not finder.left():
            return
        for trait, table in (("build", rows("BUILD")), ("age", rows("AGE_WORDS"))):
            value = finder.take(table)
            if value is not None and trait == "build":
                self.values.setdefault("build", value)
            elif value is not None:
                self._default_age = value

    def _drop_negation(self) -> None:
        self.list_span(self._negation)
        self._negation = None

    def _by_rules(self, span: Span) -> bool:
        """The traits that the rules read from a whole span."""
        read = described_by_rules(span.text)
        values = read.traits.to_dict()
        if read.ignored or not (values or read.has_person):
            return False
        if span.kind == "d:garment" and set(values) - {"top", "bottom", "outfit", "garments"}:
            return False  # 高跟鞋 are not tall
        if span.kind == "d:garment" and not read.traits.garments and not read.traits.outfit:
            return False
        if span.kind in ("d:person", "d:job"):
            self.has_person = True
            self._default_age = self._default_age or age_of(span)
            if age_of(span) is not None:
                values.pop("age", None)  # a girl is a child unless another word says how old she is
        if span.kind == "d:height" and measures_in(span.text.casefold()) == [] and "height" in values:
            return False  # its own table knows the degree
        face = values.pop("face", {})
        for name, value in face.items():
            self.face.setdefault(name, value)
        named = values.pop("garments", [])
        self.garments += named
        for name in named:
            trait = {"top": "top", "outer": "top", "bottom": "bottom"}.get(BY_NAME[name].kind, "")
            if trait in values:
                self.colors.setdefault(name, values[trait])
        for name, cloth in values.pop("cloths", {}).items():
            self.cloths.setdefault(name, {}).update(cloth)
        if (outfit := values.pop("outfit", None)) is not None:
            self.outfits.append(outfit)
        for trait, value in values.items():
            if trait in ("top", "bottom") and trait in self.values:
                continue
            self.set_trait(trait, tuple(value) if isinstance(value, list) else value, span)
        return True

    def _denies_itself(self, span: Span) -> bool:
        """A negation inside a span, such as 个子不高, that is not a word of its table."""
        if span.kind not in ("d:height", "d:build", "d:age", "d:skin", "d:hair", "d:eyes", "d:face", "d:garment"):
            return False
        own = {"d:height": "HEIGHT", "d:build": "BUILD", "d:age": "AGE_WORDS", "d:hair": "STYLE_ADJECTIVES"}.get(
            span.kind
        )
        is_word = own is not None and any("不" in word and word in span.key for word in rows(own))
        return bool(re.search(r"不|没|\bnot\b|n't|\bno\b", span.key)) and not is_word and not comparison_of(span)

    def _negated(self, span: Span, finder: Finder) -> bool:
        if span.kind == "d:beard":
            is_beard = finder.take(rows("BEARDS")) is not None and not finder.left()
            if is_beard and self.values.get("beard") not in LESS_THAN_BEARDS:  # "a mustache and no beard"
                self.set_trait("beard", "none", span)
            return is_beard
        if span.kind == "d:hair":
            while finder.take_word(dict.fromkeys(("hair", "头发", "发", "any hair"), 1)) is not None:
                pass
            if finder.take_word(_BALD) is not None and not finder.left():
                self.set_trait("hair_style", "short_crop", span)
                return True
            if finder.left() or finder.has(tuple(rows("HAIR"))) or not span.key.endswith(("hair", "发")):
                return False
            self.set_trait("hair_style", "none", span)
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
                self._default_build = 0.35 if build > AVERAGE_BUILD else 0.5
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
        self._default_age = self._default_age or age_of(finder.span)
        word = finder.take_word({**rows("AGES"), **inverse("PRESENTATION"), **rows("PEOPLE")})
        gender = presentation_of(finder.span)
        if gender is not None:
            self.set_trait("presentation", gender, finder.span)
        if word is None:
            return
        while finder.take_word({**inverse("PRESENTATION"), **rows("PEOPLE"), **rows("AGE_WORDS")}) is not None:
            pass

    def _job(self, finder: Finder) -> None:
        role = finder.take(roles_by_word())
        outfit = finder.take(outfits()) if role is None else None
        gender = presentation_of(finder.span)
        if gender is not None:
            self.set_trait("presentation", gender, finder.span)
        if role is not None:
            self.has_person, self._role = True, role
        elif outfit is not None:
            self.has_person = True
            self.outfits.append(outfit)
        elif finder.has(tuple(rows("JOB_NOUNS"))):
            self.has_person = True  # a person, in clothes that Atelier does not have: the word stays listed

    def _skin(self, finder: Finder) -> None:
        color = finder.take({**rows("SKIN")})
        if color is not None:
            self.set_trait("skin", color, finder.span)
        while finder.take(rows("DEGREES")) is not None or finder.take_word(dict.fromkeys(("skinned", "complexion"), 1)):
            pass

    def _ancestry(self, finder: Finder) -> None:
        ancestry = finder.take(inverse("ANCESTRY"))
        if ancestry is None:
            return
        self.set_trait("ancestry", tuple(float(name == ancestry) for name in ANCESTRIES), finder.span)
        self._ancestry_skin = people_en.ANCESTRY_SKIN[ancestry]

    def _height(self, finder: Finder) -> None:
        measures = measures_in(finder.span.text.casefold())
        meters = next((measure.meters for measure in measures if measure.meters is not None), None)
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
            self.set_trait("build", build, finder.span)

    def _age(self, finder: Finder) -> None:
        years = years_of(finder.span.text.casefold())
        if years is not None:
            self._measured("age", years, finder)
            return
        word = finder.take_word({**rows("AGE_WORDS"), **rows("AGE")})
        finder.take(rows("DEGREES"))
        if word is None:
            self.list_span(finder.span)
            for piece in finder.span.pieces:
                finder.take_word({piece.key: 1})
            return
        if word in rows("AGE"):
            self.face.setdefault("age", rows("AGE")[word])
        else:
            self._default_age = rows("AGE_WORDS")[word]

    def _measured(self, trait: str, value: float, finder: Finder) -> None:
        """A number with its unit, if it is alone in the span: the 150 cm of a sword are not a person's height."""
        strange = [word for word in finder.left() if not OF_MEASURES.search(word.casefold())]
        if strange:
            self.list_span(finder.span)
        else:
            self.set_trait(trait, value, finder.span)
        for piece in finder.span.pieces:
            finder.take_word({piece.key: 1})

    def _build(self, finder: Finder) -> None:
        build = finder.take(rows("BUILD"))
        degree = finder.take(rows("DEGREES"))
        if build is not None:
            far = build if degree is None else AVERAGE_BUILD + (build - AVERAGE_BUILD) * degree
            self.set_trait("build", round(max(0.0, min(1.0, far)), 2), finder.span)
        finder.take_word(dict.fromkeys(("build", "figure", "body", "physique", "身材", "体格", "体型"), 1))

    def _presentation(self, finder: Finder) -> None:
        """Only comparatives stand in such a span."""

    def _same(self, finder: Finder) -> None:
        finder.take_word(rows("SAME"))
