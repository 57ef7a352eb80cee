"""Noun phrases with places, orders and exceptions: "the two chairs nearest to the door", 离门最近的两把椅子."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from ml_core.inference.language.understanding.commands.amounts import Amount, count_of, length_of
from ml_core.inference.language.understanding.commands.objects import Vocabulary, read_object_span
from ml_core.inference.language.understanding.commands.values import QUALITIES
from ml_core.inference.language.understanding.tagging.pieces import Piece, split
from ml_core.inference.language.understanding.words import color_of, meaning, table
from ml_core.vocabulary.commands import Term, name_stem
from ml_core.vocabulary.scene.substances import ADJECTIVES, CHINESE, NOUNS
from ml_core.vocabulary.words import constructions_en, constructions_zh

_EXCEPT = re.compile(
    r"(?P<all>.+?),?\s+(?:except(?: for)?|but not|other than|apart from|but|besides)\s+(?P<left>.+)"
    r"|除了?(?P<left_zh>[^，,]+?)(?:以外|之外|外)?(?:[，,]|(?<=外)的?)(?P<all_zh>.+)"
)
_NEAREST = re.compile(
    r"(?P<head>.+?)\s+(?:that (?:is|are) |which (?:is|are) )?(?P<end>nearest|closest|farthest|furthest)"
    r"(?: to| from| away from)?\s+(?P<anchor>.+)"
    r"|(?P<early>.*?)(?P<end2>nearest|closest) (?P<head2>\w+) to (?P<anchor2>.+)"
    r"|(?:离|距离?)(?P<anchor_zh>.+?)最(?P<end_zh>近|远)的(?P<head_zh>.+)"
)
_WITHIN = re.compile(
    r"(?P<head>.+?)\s+(?:that (?:is|are) )?within\s+(?P<length>.+?)\s+(?:of|from|around)\s+(?P<anchor>.+)"
    r"|(?:离|距离?)?(?P<anchor_zh>.+?)(?:周围|附近|旁边|四周|方圆)?(?P<length_zh>[\d.零一二两三四五六七八九十半]+"
    r"(?:个)?(?:米|厘米|公分|毫米|公尺|m|cm))(?:以内|之内|内|范围内|范围之内)的?(?P<head_zh>.+)"
)
_UNSELECTED = re.compile(
    r"(?:(?:what|whatever|everything|anything|all objects|all|the objects|objects)\s+(?:that\s+)?"
    r"(?:isn't|is not|aren't|are not|i did not|i didn't|not)\s+(?:been\s+)?(?:selected|select)"
    r"|(?:everything|all|all the|the|all objects)?\s*(?:un|non-?)selected(?:\s+(?:objects|ones|things|stuff))?"
    r"|(?:所有|全部)?(?:没有?|未)(?:被)?选(?:中|择|取)?的?(?:所有)?(?:物体|东西|对象|那些)?)"
)
_OTHER = re.compile(r"the other (?!one\b|ones\b)(?P<en>.+)|(?:另|另外)一?[个把张盏件只台辆棵位座](?P<zh>.+)")
_UNSELECTED_NOUN = re.compile(r"(?:the |all |all the )?(?:un|non-?)selected (?P<en>\w+)|(?:没有?|未)选中的(?P<zh>.+)")
_FROM_SIDE = re.compile(r"(?P<head>.+?)\s+(?:counting\s+)?from the (?P<side>left|right|front|back)"
                        r"|从?(?P<side_zh>[左右前后])(?:边|侧)?(?:数|往[左右]数)(?:起)?(?P<head_zh>.+)")  # fmt: skip
_SIDES = {"left": "leftmost", "right": "rightmost", "front": "frontmost", "back": "rearmost",
          "左": "leftmost", "右": "rightmost", "前": "frontmost", "后": "rearmost"}  # fmt: skip
_SIDED = re.compile(r"(?:the )?(?P<side>left|right)(?:[- ]hand)?(?:[- ]side)? (?P<head>\w+)")
_ONE = re.compile(r"(?:the |that |all the )?(?:one|ones)|那[个盏把张只件台辆棵]|那些")
_THAT_ONE = re.compile(r"那[盏把张只件台辆棵]")
_NOT = re.compile(
    r"(?P<head>.+?)\s+(?:that|which|who)\s+(?:(?:is|are)(?:n't| not)|(?:do|does)(?:n't| not)(?: stand| sit|"
    r" lie)?)\s+(?P<what>.+)"
    r"|(?P<all>the |all |all the |every )?non[- ](?P<adjective>\w+) (?P<noun>.+)"
    r"|(?P<all_zh>所有|全部)?(?:不是|非|不)(?P<what_zh>.+?)的(?:所有)?(?P<head_zh>.+)"
)
_EVERY_NTH = re.compile(
    r"every (?P<nth>other|second|third|fourth|fifth|\d+(?:nd|rd|th)) (?P<head>.+)"
    r"|每隔(?P<gap>[一两二三四五]|\d+)[把个张盏件只本台辆棵](?P<head_zh>.+)"
)
_HALF = re.compile(
    r"(?:one )?half (?:of )?(?P<head>(?:the |all |all the |my )?.+)"
    r"|一半的?(?P<head_zh>.+)|(?P<head_zh2>.+?)的?(?:其中)?一半"
)
_NTH = {"other": 2, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_SIZED = re.compile(
    r"(?P<head>.+?) (?:(?:that|which) (?:is|are) )?(?P<more>\w+) than (?P<length>.+)"
    r"|比(?P<length_zh>.+?)(?:还|更)?(?P<more_zh>[高矮宽窄长短深大小])的(?P<head_zh>.+)"
    r"|(?P<more_zh2>[高矮宽窄长短深大小])(?:于|过)(?P<length_zh2>.+?)的(?P<head_zh2>.+)"
)
_MADE_OF = re.compile(
    rf"(?P<before>(?:[\w-]+ ){{0,4}}?)(?P<adjective>{'|'.join(ADJECTIVES)}) (?P<rest>.+)"
    rf"|(?P<head>.+?) (?:that (?:is|are) |which (?:is|are) )?made (?:out )?(?:of|from) (?P<noun>{'|'.join(NOUNS)})"
    rf"|(?P<before_zh>[^的]*?)(?P<chinese>{'|'.join(sorted(CHINESE, key=len, reverse=True))})(?:做|制成|制)?的?"
    r"(?P<rest_zh>.+)"
)
_RELATED = re.compile(r"\b(?:to|of|on|in|by|at|near|under|behind|from|and|above|beside|between|around|with|next)\b")
_COLORED = re.compile(r"(?:everything|anything|all objects|all things|all) (?:that(?: is|'s| are) )?(?P<color>[\w ]+)")
_EVERY = re.compile(r"^(?:all the|all of the|all|every|each|the|any) |^(?:所有的?|全部的?|那些)")
_MOST_NAMES = 500
_ONLY = re.compile(r"(?:just|only)\b|只|仅|.*(?:\bor\b|或)")
_QUALITY = re.compile(rf"的(?:{QUALITIES})$")
_GOALS = {"onto", "into"}
"""Relations for where an object goes, and never for where it stands."""
_ONLY_PLACES = ("facing", "row", "grid", "center", "floor")
"""Relations that need no second object, or are about how an object is turned."""


@dataclass(frozen=True)
class NounPhrase:
    """``terms`` without ``excluded``."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()


class NounPhrases:
    """Reads noun phrases about one scene.

    Args:
        names: of objects in the sentence that are not plain words. whole: the sentence as it was written; phrases of it
            are passed in lower case, and text in quotation marks keeps its spelling. all_names: of all objects in the
            scene.
    """

    def __init__(
        self, vocabulary: Vocabulary, names: Collection[str], whole: str = "", all_names: Collection[str] = ()
    ) -> None:
        self._vocabulary, self._names, self._whole = vocabulary, tuple(names), whole
        self._all_names = all_names
        self._known: dict[str, NounPhrase | None] = {}

    def read(self, text: str) -> NounPhrase | None:
        """What a phrase means; ``None`` where any word of it means nothing."""
        if text not in self._known:
            self._known[text] = self._read(text.strip(" ,，"))
        return self._known[text]

    def _read(self, text: str) -> NounPhrase | None:
        terms = self.terms(text)
        if terms:
            return NounPhrase(terms)
        found = _EXCEPT.fullmatch(text)
        if found is None:
            return self._denied(text)
        whole, left = found["all"] or found["all_zh"], found["left"] or found["left_zh"]
        kept, out = self.terms(re.sub(r"^(?:其他|其它|其余)的?", "所有", whole)), self.terms(left)
        if not kept or not out:
            return None
        if _ONE.match(left) or re.search(r"的?那[个盏把张只件台辆棵]$", left):
            out = tuple(replace(term, kind=kept[0].kind, value=kept[0].value) if term.kind == "everything" else term
                        for term in out)  # fmt: skip
        return NounPhrase(kept, out)

    def _denied(self, text: str) -> NounPhrase | None:
        """Those of a kind that lack a color or a place: "the chairs that are not red", 不在桌子旁边的椅子."""
        found = _NOT.fullmatch(text)
        if found is None:
            return None
        head = found["head"] or f"{found['all'] or ''}{found['noun'] or ''}" or found["head_zh"]
        what = found["what"] or found["adjective"] or found["what_zh"]
        kind = _EVERY.sub("", head)
        ways = (f"{what}的{kind}",) if found["what_zh"] else (f"{what} {kind}", f"{kind} {what}")
        whole = self.terms(head)
        for way in ways:
            out = self.terms(way) if len(whole) == 1 else ()
            if len(out) == 1 and (out[0].color or out[0].relation) and out[0].value == whole[0].value:
                return NounPhrase((replace(whole[0], is_single=False),), (replace(out[0], is_single=False),))
        return None

    def terms(self, text: str) -> tuple[Term, ...]:
        """The terms of a phrase without exceptions; empty where it is not understood."""
        if other := self._other(text):
            return other
        plain = self._plain(text)
        if plain and plain[0].kind == "name" and _EVERY.match(text):  # "all the walls" are more than the one called so
            plain = self._named_alike(text) or plain
        if plain:
            return plain
        readers = (
            self._unselected, self._made_of, self._nearest, self._within, self._from_side, self._on_side,
            self._every_nth, self._half, self._sized, self._colored, self._placed, self._listed, self._named_alike,
        )  # fmt: skip
        for read in readers:
            if terms := read(text):
                return terms
        return ()

    def _plain(self, text: str) -> tuple[Term, ...]:
        if _QUALITY.search(text):
            return ()
        text = "东西" if _THAT_ONE.fullmatch(text) else text
        pieces = [self._spelled(piece) for piece in split(text, self._names)]
        found = read_object_span(pieces, self._vocabulary)
        is_plain = bool(pieces) and not found.unknown and not _ONLY.match(text)
        counts_them = any(term.kind == "them" and term.count for term in found.terms)  # "these two": which two?
        return tuple(found.terms) if is_plain and not counts_them else ()

    def _spelled(self, piece: Piece) -> Piece:
        place = self._whole.lower().find(piece.text) if piece.kind == "quoted" else -1
        return piece if place < 0 else replace(piece, text=self._whole[place : place + len(piece.text)])

    def _other(self, text: str) -> tuple[Term, ...]:
        """ "The other nightstand": the one that is not selected; of several the artist is asked."""
        found = _OTHER.fullmatch(text)
        heads = self._plain(f"the {found['en']}" if found["en"] else found["zh"]) if found else ()
        if len(heads) != 1 or heads[0].kind not in ("label", "type", "avatar") or heads[0].among:
            return ()
        is_one = heads[0].is_single or not text.isascii()
        return (replace(heads[0], among="unselected", is_single=True),) if is_one else ()

    def _unselected(self, text: str) -> tuple[Term, ...]:
        if _UNSELECTED.fullmatch(text):
            return (Term("everything", among="unselected"),)
        noun = _UNSELECTED_NOUN.fullmatch(text)
        terms = self._plain(noun["en"] or noun["zh"]) if noun else ()
        return tuple(replace(term, among="unselected", is_single=False) for term in terms)

    def _made_of(self, text: str) -> tuple[Term, ...]:
        """ "The wooden chairs", "chairs made of wood", 木头椅子; it must be clear which of two kinds is meant."""
        found = _MADE_OF.fullmatch(text)
        if found is None or _RELATED.search(found["before"] or found["head"] or ""):
            return ()
        adjective, noun, chinese = found["adjective"], found["noun"], found["chinese"]
        substance = ADJECTIVES[adjective] if adjective else NOUNS[noun] if noun else CHINESE[chinese]
        bare = found["head"] or f"{found['before'] or found['before_zh'] or ''}{found['rest'] or found['rest_zh']}"
        heads = self.terms(bare)
        if len(heads) != 1 or heads[0].kind == "them":
            return ()
        return (replace(heads[0], substance=substance),)

    def _nearest(self, text: str) -> tuple[Term, ...]:
        for found in _all_ways(_NEAREST, text):
            head = found["head"] or (f"{found['early']}{found['head2']}" if found["head2"] else "") or found["head_zh"]
            anchor = found["anchor"] or found["anchor2"] or found["anchor_zh"]
            end = found["end"] or found["end2"] or found["end_zh"]
            heads, anchors = self._plain(head), self.terms(anchor)
            if len(heads) == 1 and anchors:
                order = "nearest" if end in ("nearest", "closest", "近") else "farthest"
                return (replace(heads[0], superlative=order, relation="near", anchors=anchors, is_single=False),)
        return ()

    def _within(self, text: str) -> tuple[Term, ...]:
        found = _WITHIN.fullmatch(text)
        if found is None:
            return ()
        length = length_of(found["length"] or found["length_zh"])
        heads = self._plain(found["head"] or found["head_zh"])
        anchors = self.terms(found["anchor"] or found["anchor_zh"])
        if length is None or length.value <= 0 or not heads or not anchors:
            return ()
        return tuple(replace(head, relation="within", distance=length.value, anchors=anchors, is_single=False)
                     for head in heads)  # fmt: skip

    def _from_side(self, text: str) -> tuple[Term, ...]:
        found = _FROM_SIDE.fullmatch(text)
        heads = self._plain(found["head"] or found["head_zh"]) if found else ()
        if found is None or len(heads) != 1 or not heads[0].ordinal or heads[0].superlative:
            return ()
        return (replace(heads[0], superlative=_SIDES[found["side"] or found["side_zh"]]),)

    def _on_side(self, text: str) -> tuple[Term, ...]:
        """ "The left wall" is the leftmost one; of several only where one is spoken of."""
        found = _SIDED.fullmatch(text)
        heads = self._plain(found["head"]) if found else ()
        if found is None or len(heads) != 1 or heads[0].is_narrowed or heads[0].kind not in ("label", "type", "group"):
            return ()
        return (replace(heads[0], superlative=_SIDES[found["side"]], is_single=False),)

    def _every_nth(self, text: str) -> tuple[Term, ...]:
        found = _EVERY_NTH.fullmatch(text)
        heads = self._plain(found["head"] or found["head_zh"]) if found else ()
        if found is None or len(heads) != 1 or heads[0].is_narrowed:
            return ()
        nth = found["nth"]
        number = (_NTH.get(nth) or int(nth[:-2])) if nth else (count_of(found["gap"]) or 0) + 1
        return (replace(heads[0], every=number, is_single=False),) if number > 1 else ()

    def _half(self, text: str) -> tuple[Term, ...]:
        """Every second one of them: "half the cars", 一半的车."""
        found = _HALF.fullmatch(text)
        heads = self._plain(found["head"] or found["head_zh"] or found["head_zh2"]) if found else ()
        if len(heads) != 1 or replace(heads[0], color="").is_narrowed or heads[0].kind == "them":
            return ()
        return (replace(heads[0], every=2, is_single=False),)

    def _sized(self, text: str) -> tuple[Term, ...]:
        """A head by its size: "objects taller than 1 m", 高于一米的柜子."""
        found = _SIZED.fullmatch(text)
        if found is None:
            return ()
        more = found["more"] or found["more_zh"] or found["more_zh2"]
        words = constructions_en if found["more"] else constructions_zh
        heads = self.terms(found["head"] or found["head_zh"] or found["head_zh2"])
        length = length_of(found["length"] or found["length_zh"] or found["length_zh2"])
        return sized(heads, words.COMPARATIVES.get(more), length)

    def _colored(self, text: str) -> tuple[Term, ...]:
        """ "Everything red"; with a noun the words are its own: "all red chairs"."""
        found = _COLORED.fullmatch(text)
        color = color_of(found["color"]) if found else None
        return (Term("everything", color=color),) if color else ()

    def _placed(self, text: str) -> tuple[Term, ...]:
        """A head with a place: "the lamp by the window", 窗户旁边的灯."""
        for head, relation, anchor in _places(text):
            side = meaning("SIDES", relation) if not anchor else None
            kind = side or meaning("RELATIONS", relation)
            if kind is None or (not anchor and not side and kind != "floor") or (anchor and kind in _ONLY_PLACES):
                continue
            head = re.sub(r"\s+(?:that|which)(?: is| are| stands?| sits?| lies?)?$", "", head)
            heads = self._plain(head) if not head.endswith(" back") else ()
            if not heads or any(term.relation or term.kind == "them" for term in heads):
                continue
            if side:
                return tuple(replace(item, superlative=str(side), is_single=False) for item in heads)
            anchors = self.terms(anchor) if anchor else ()
            if anchor and (not anchors or (len(anchors) > 1 and kind not in ("between", "around"))):
                continue
            return tuple(replace(item, relation=str(kind), anchors=anchors) for item in heads)
        return ()

    def _listed(self, text: str) -> tuple[Term, ...]:
        """Phrases joined by "and"; "the one on the desk" is of the kind that was named before."""
        for joint in re.finditer(r"\s+and\s+|,\s*and\s+|\s*,\s*|和|以及|、", text):
            left, right = self.terms(text[: joint.start()]), self.terms(text[joint.end() :])
            if left and right:
                is_one = _ONE.match(text[joint.end() :]) is not None
                of_both = (left[-1].anchors or left[-1].substance) and not is_one
                if of_both or _is_bare_state(left[-1], text[: joint.start()]):
                    return ()  # "the chairs near the window and the lamps": near both, or the lamps too?
                if _ONE.match(text[joint.end() :]):
                    right = tuple(replace(term, kind=left[-1].kind, value=left[-1].value) for term in right)
                return (*left, *right)
        return ()

    def _named_alike(self, text: str) -> tuple[Term, ...]:
        """Objects by what their names have in common: "the walls" are Wall and Wall.001; "the wall" is one alone."""
        bare = re.sub(r"^那[面堵个把张盏件只台辆棵些]?", "", _EVERY.sub("", text))
        is_all = _EVERY.match(text) is not None and not re.match(r"(?:the|any) ", text)
        singles = {form for form in _singular(bare) if form in self._stems}
        if singles:
            names = [name for form in singles for name in self._stems[form]]
            return tuple(Term("name", name) for name in names[:_MOST_NAMES])
        bare = constructions_zh.ROOM_PARTS.get(bare, bare) if bare not in self._stems else bare
        names = self._stems.get(bare, [])
        is_many = is_all or not text.isascii()
        return tuple(Term("name", name) for name in names[:_MOST_NAMES]) if len(names) == 1 or is_many else ()

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        """Names of the scene's objects by what is before their numbers, in lower case."""
        stems: dict[str, list[str]] = {}
        for name in self._all_names:
            stem = name_stem(name)
            if len(stem) > 1 or (stem and not stem.isascii()):
                stems.setdefault(stem, []).append(name)
        return stems


def sized(terms: Sequence[Term], comparative: tuple[str, int] | None, amount: Amount | None) -> tuple[Term, ...]:
    """Those of ``terms`` that are longer or shorter than a length along an axis; empty where that is not said."""
    if amount is None or amount.value <= 0 or amount.is_vague or comparative is None:
        return ()
    axis, sign = comparative
    axis = "y" if axis == "length" else axis
    limit = {"over": amount.value} if sign > 0 else {"under": amount.value}
    return tuple(replace(term, side=axis, is_single=False, **limit) for term in terms)  # type: ignore[arg-type]


def _singular(word: str) -> Iterator[str]:
    """The possible singulars of an English plural."""
    if word.isascii() and word.endswith("s"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
        if word.endswith("ies"):
            yield f"{word[:-3]}y"


def _is_bare_state(term: Term, text: str) -> bool:
    """Whether a term is only a state without a noun: "the hidden and selected chairs"."""
    return (
        term.kind == "everything" and bool(term.among) and not re.search(r"selection|thing|object|选区|物体|东西", text)
    )


def _all_ways(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    found = pattern.fullmatch(text)
    if found is not None:
        yield found


def _places(text: str) -> Iterator[tuple[str, str, str]]:
    """Each way to split a phrase into its head, a relation and an anchor, the longest relation first."""
    for word, pattern in _relation_patterns():
        if word not in text:
            continue
        for found in pattern.finditer(text):
            if word.isascii():
                yield text[: found.start()], word, text[found.end() :].strip()
            else:
                head = text[found.end() :].strip() or "那个"
                anchor = text[: found.start()].strip()
                yield head, word, anchor.removeprefix("在")


@cache
def _relation_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The words for relations and the pattern that splits a phrase at each, the longest first."""
    words = sorted({*table("RELATIONS"), *table("SIDES")} - _GOALS, key=len, reverse=True)
    return tuple(
        (word, re.compile(rf"\s+{re.escape(word)}(?=\s|$)" if word.isascii() else rf"{re.escape(word)}(?:的|那)"))
        for word in words
    )


def only(terms: Sequence[Term]) -> bool:
    """Whether the terms name persons, or may."""
    return bool(terms) and all(
        term.kind in ("avatar", "them", "name") or (term.kind == "label" and term.value == "person")
        or (term.kind == "everything" and term.among == "selected") for term in terms
    )  # fmt: skip
