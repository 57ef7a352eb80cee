"""Plans of motions in sentences: "make her wave, then walk to the chair and sit", 让她挥手，然后走到椅子那里坐下."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ml_core.inference.language.lexicon import is_chinese
from ml_core.inference.language.understanding.commands.amounts import count_of
from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrases
from ml_core.vocabulary.commands import SceneCommand, Term
from ml_core.vocabulary.motion.motions import MOTIONS, WALKING
from ml_core.vocabulary.motion.steps import MAX_TIMES, SEATED
from ml_core.vocabulary.words import constructions_en, constructions_zh

_PERSONS = ("avatar", "name", "them")
_IT = ("it", "this", "that", "these", "those", "它", "它们", "这个", "那个", "这些", "那些")
_TO_EN = re.compile(
    r"(?: (?:over|up|back|out|down|straight))?(?: (?:to|towards?|up to|onto|on|in|at|into)) (?P<target>.+)"
)
_IN_PLACE = re.compile(r" (?:in place|on the spot)$")
"""Motions without a target stay where they are."""
_TO_ZH = re.compile(
    r"(?:到|去|向|往|在|回)(?P<target>.+?)"
    r"(?:那里|那边|那儿|旁边|跟前|面前|前面|边上|前|上面|上|这里|口)?(?:去|来)?"
)
_TIMES = re.compile(
    r"(?P<en>.*?) (?P<times>twice|once|thrice|\w+ times)|(?P<zh>.*?)(?P<times_zh>[一二两三四五六七八九十\d]+)[次下遍]"
)
_SEPARATED_ZH = ("个", "了", "一", "一下", "了个", "一个")
"""Characters that may separate a verb of two characters: 鞠个躬, 挥一挥手."""


@cache
def _motions(chinese: bool) -> dict[str, str]:
    """Id by each name of a motion, the longest first."""
    found: dict[str, str] = {}
    for entry in MOTIONS.values():
        for word in (entry.title_zh, *entry.words_zh) if chinese else (entry.title.lower(), *entry.words):
            for form in _forms_zh(word) if chinese else _forms_en(word):
                found.setdefault(form, entry.id)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _forms_en(word: str) -> Iterator[str]:
    first, *rest = word.split(" ")
    yield word
    ending = "es" if first.endswith(("s", "sh", "ch", "x")) else "s"
    yield " ".join([first + ending, *rest])


def _forms_zh(word: str) -> Iterator[str]:
    yield word
    if len(word) == 2:
        verb, noun = word[0], word[1]
        yield f"{verb}{verb}{noun}"
        yield f"{verb}一{verb}{noun}"
        yield from (f"{verb}{between}{noun}" for between in _SEPARATED_ZH)
    yield f"{word}一下"


def acting(text: str, phrases: NounPhrases) -> SceneCommand | None:
    """The command of a sentence about who moves and how; ``None`` for any other sentence."""
    chinese = is_chinese(text)
    words = constructions_zh if chinese else constructions_en
    found = _acting_pattern(chinese).fullmatch(text)
    if found is None:
        return None
    values = found.groupdict()
    number = next(end for end in ("", "2", "3") if values.get(f"who{end}"))
    said, does = values[f"who{number}"], values[f"plan{number}"]
    if number == ("2" if chinese else "3") and not _is_told(text, said, does, chinese):
        return None
    who = _persons(said, phrases, chinese)
    plan = _plan(re.sub(words.TOGETHER, "", _IN_PLACE.sub("", does)), phrases, chinese)
    if not who or plan is None:
        return None
    steps, anchors = plan
    return SceneCommand("act", who, anchors=anchors, text="; ".join(steps))


@cache
def _acting_pattern(chinese: bool) -> re.Pattern[str]:
    begin = "|".join(map(re.escape, _motions(chinese)))
    words = constructions_zh if chinese else constructions_en
    return re.compile(words.MOTION_BEFORE.format(plan=rf"(?:{begin}).*"))


def _is_told(text: str, who: str, plan: str, chinese: bool) -> bool:
    """Whether a sentence without "make" says what somebody does: "Ben walks to the door", "Anna, sit down"."""
    if chinese:
        return True
    does = re.match(r"\w+", plan)
    return text[len(who) :].lstrip().startswith(",") or (does is not None and does[0].endswith("s"))


def _persons(text: str, phrases: NounPhrases, chinese: bool) -> tuple[Term, ...]:
    words = constructions_zh if chinese else constructions_en
    if text in words.EVERYBODY:
        return (Term("avatar"),)
    if text in _IT:
        return ()
    found = phrases.terms(text)
    fits = all(term.kind in _PERSONS or term.among == "selected" or term.value == "person" for term in found)
    return found if fits else ()


def _plan(text: str, phrases: NounPhrases, chinese: bool) -> tuple[list[str], tuple[Term, ...]] | None:
    """Steps as text, and the terms of their targets in order."""
    steps: list[str] = []
    anchors: list[Term] = []
    joint = re.compile((constructions_zh if chinese else constructions_en).AND)
    between = re.compile((constructions_zh if chinese else constructions_en).BETWEEN_STEPS)
    for part in filter(None, (item.strip() for chunk in between.split(text) for item in joint.split(chunk))):
        read = _part(part, phrases, chinese)
        if read is None:
            return None
        for motion, target, times in read:
            motion = "SIT" if motion == "SIT_DOWN" else motion  # a plan sits down by itself
            steps.append(motion.lower() + (f":{target}" if target else "") + (f"*{times}" if times > 1 else ""))
            anchors += [target] if target else []
    return (steps, tuple(anchors)) if steps else None


def _part(text: str, phrases: NounPhrases, chinese: bool) -> list[tuple[str, Term | None, int]] | None:
    """One motion with its target and how often; in Chinese with a second one right behind its target."""
    times = 1
    if (often := _TIMES.fullmatch(text)) is not None:
        count = count_of(often["times"] or often["times_zh"])
        if count is not None and count <= MAX_TIMES:
            text, times = (often["en"] or often["zh"]).strip(), count
    for word, motion in _motions(chinese).items():
        if text == word:
            return [(motion, None, times)]
        if not text.startswith(word) or motion not in (*WALKING, *SEATED):
            continue
        found = _target(text[len(word) :], phrases, chinese)
        if found is not None:
            return [(motion, found, times)]
        for later in _motions(True) if chinese else ():
            if text.endswith(later) and (found := _target(text[len(word) : -len(later)], phrases, chinese)) is not None:
                return [(motion, found, 1), (_motions(True)[later], None, times)]
    return None


def _target(text: str, phrases: NounPhrases, chinese: bool) -> Term | None:
    found = (_TO_ZH if chinese else _TO_EN).fullmatch(text)
    if found is None:
        return None
    terms = phrases.terms(found["target"])
    return terms[0] if len(terms) == 1 and terms[0].kind != "them" else None
