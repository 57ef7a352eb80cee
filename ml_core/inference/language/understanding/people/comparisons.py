"""Comparatives in spans of a description: "a bit taller", 皮肤再黑一点."""

from __future__ import annotations

import re

from ml_core.inference.language.understanding.people.changes import Change
from ml_core.inference.language.understanding.people.trait_values import AVERAGE_BUILD
from ml_core.inference.language.understanding.people.trait_words import Finder, inverse, rows
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.words import number_of
from ml_core.vocabulary.avatar.face_shapes import SHAPES
from ml_core.vocabulary.words import people_en, people_zh


def comparison_of(span: Span) -> list[Change]:
    """The changes that a comparative in a span requests; empty without one."""
    finder = Finder(span)
    tails = [word for word in people_zh.TAILS if word in span.key]
    more = any(re.search(rf"(?:^|\W){word}(?:\W|$)", span.key) if word.isascii() else word in span.key
               for word in (*people_en.MORE, *people_zh.MORE))  # fmt: skip
    less = any(word in span.key for word in (*people_en.LESS, *people_zh.LESS))
    degree = finder.take(people_en.DEGREES if not finder.is_chinese else {word: people_zh.DEGREES.get(word,
        1.0) for word in
                                                                        ("稍微", *people_zh.TAILS)}) or 1.0  # fmt: skip
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
    if trait and (step := finder.take(people_en.COLOR_COMPARATIVES)) is not None:
        return [Change(trait, degree * step)]
    if span.kind == "d:hair" and finder.has(("longer", "shorter")):
        return [Change("hair_length", 1 if finder.has(("longer",)) else -1)]
    if span.kind == "d:hair" and finder.has(("curlier", "wavier")):
        return [Change("hair_curl", 1)]
    if span.kind in ("d:face", "d:eyes"):
        part = finder.take(inverse("PARTS")) or ("eye" if span.kind == "d:eyes" else "")
        found = finder.take(people_en.SIZE_COMPARATIVES)
        return [] if found is None else _of_part(part, found[0], found[1], degree)
    if span.kind == "d:presentation" and (step := finder.take(people_en.PRESENTATION_STEPS)) is not None and has_more:
        return [Change("presentation", degree * sign * step)]
    if (found := finder.take(people_en.COMPARATIVES)) is not None and span.kind in ("d:height", "d:age", "d:build"):
        return [Change(found[0], degree * found[1] * sign)]
    if has_more and span.kind == "d:build" and (build := finder.take(rows("BUILD"))) is not None:
        strong = finder.span.key.endswith(("muscular", "athletic", "toned", "fit"))
        step = 1 if build > AVERAGE_BUILD else -1
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
    if trait and span.kind != "d:eyes" and (step := finder.take(people_zh.COLOR_COMPARATIVES)) is not None:
        return [Change(trait, degree * step * sign)]
    if span.kind in ("d:face", "d:eyes"):
        part = finder.take(inverse("PARTS")) or ("eye" if span.kind == "d:eyes" else "")
        found = finder.take(people_zh.SIZE_COMPARATIVES)
        return [] if found is None else _of_part(part, found[0], found[1] * sign, degree)
    if span.kind == "d:presentation":
        step = finder.take(people_zh.PRESENTATION_STEPS)
        return [] if step is None else [Change("presentation", degree * sign * step)]
    found = finder.take(people_zh.COMPARATIVES)
    return [] if found is None else [Change(found[0], degree * found[1] * sign)]


_SIZE_FALLBACK = {
    "long": ("big",),
    "thick": ("big", "wide"),
    "high": ("prominent", "big"),
    "wide": ("big",),
    "big": ("wide", "thick", "long"),
}


def _of_part(part: str, size: str, sign: int, degree: float) -> list[Change]:
    for item in (size, *_SIZE_FALLBACK.get(size, ())):
        if (part, item) in SHAPES:
            return [Change("face", degree * sign, part, item)]
    return []
