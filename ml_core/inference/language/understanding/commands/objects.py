"""Object phrases in the spans of a command: "the two largest red chairs", 最左边的那盏灯, Chair_01 and the selection.

Every piece must have a meaning here; those without one are returned, and the sentence is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ml_core.inference.language.understanding.tagging.gazetteer import Phrases, noun_terms
from ml_core.inference.language.understanding.tagging.pieces import Piece
from ml_core.inference.language.understanding.tagging.spans import joined
from ml_core.inference.language.understanding.words import color_of, number_of, table
from ml_core.vocabulary.color_names import chinese_colors, english_colors
from ml_core.vocabulary.commands import Among, Term
from ml_core.vocabulary.words import scene_en, scene_zh

_LISTS = {"en": scene_en.PHRASES, "zh": scene_zh.PHRASES}
_PRIORITY = (
    "name", "collection_name", "noun", "type", "selection", "them", "everything", "rest", "selected", "hidden",
    "visible",
    "superlative", "ordinal", "all", "things", "color", "number", "here", "and", "article", "that", "colored",
    "collection", "classifier", "first", "last",
)  # fmt: skip
_STATES: dict[str, Among] = {"selected": "selected", "hidden": "hidden", "visible": "visible", "rest": "rest"}


@dataclass
class ObjectSpan:
    """The objects that a phrase names, and its pieces without a meaning."""

    terms: list[Term] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_only: bool = False


@dataclass
class _Draft:
    """Qualifiers since the last noun."""

    all: bool = False
    definite: bool = False
    indefinite: bool = False
    among: Among = ""
    color: str = ""
    superlative: str = ""
    ordinal: int = 0
    count: int = 0
    pieces: int = 0
    classifier: bool = False
    demonstrative: bool = False

    @property
    def says_something(self) -> bool:
        return bool(
            self.all or self.among or self.color or self.superlative or self.ordinal or self.count or self.classifier
        )


@dataclass(frozen=True)
class Vocabulary:
    """Words of one scene: labels beside those that were learned, and names of collections."""

    labels: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


_OUT_OF = re.compile(
    r"^(?:the )?(?!one\b|two\b|three\b|four\b|five\b|\d)(?:\S*st) (?:one )?(?:of|among)\b"
    r"|[里中面内]的?最[^的]+的?$"
)
"""One out of so many: "the smallest of the three tables", 三张桌子里最小的."""


def read_object_span(pieces: Sequence[Piece], vocabulary: Vocabulary = Vocabulary()) -> ObjectSpan:
    """The terms of a span."""
    found = ObjectSpan()
    reader = _Reader(found, vocabulary)
    place = 0
    while place < len(pieces):
        place = reader.take(pieces, place)
    reader.end()
    if _OUT_OF.search(joined(pieces, lambda item: item.key)):
        found.terms = [replace(term, count=0) if term.superlative else term for term in found.terms]
    return found


class _Reader:
    def __init__(self, found: ObjectSpan, vocabulary: Vocabulary) -> None:
        self._found = found
        self._phrases = phrases_of(vocabulary)
        self._nouns = nouns_of(vocabulary)
        self._draft = _Draft()
        self._inherited: _Draft | None = None
        self._has_head = False
        self._is_collection_next = ""
        self._collections = vocabulary.collections
        self._shade = ""
        self._word = ""
        self._says_that = False

    def take(self, pieces: Sequence[Piece], place: int) -> int:
        """Reads the longest phrase at index ``place``, and returns the index after it."""
        piece = pieces[place]
        if piece.kind in ("name", "quoted"):
            return self._name(pieces, place)
        if piece.kind == "mark" and piece.key in ",，、&":
            self.end()
            return place + 1
        keys = [item.key for item in pieces]
        readings: dict[str, int] = {}
        for end, kind in self._phrases.at(keys, place):
            readings.setdefault(kind, end)
        if piece.kind == "number":
            readings.setdefault("color" if piece.key.startswith("#") else "number", place + 1)
        kind, end = self._chosen(readings, keys)
        is_each_nth = place > 0 and keys[place - 1] in ("every", "each") and (kind == "ordinal" or piece.key == "other")
        if not kind or is_each_nth:  # "every second chair" is not the second one
            self._found.unknown.append(piece.text)
            return place + 1
        self._apply(kind, joined(pieces[place:end], lambda item: item.key), pieces, end)
        return end

    def _chosen(self, readings: dict[str, int], keys: Sequence[str]) -> tuple[str, int]:
        """The longest reading; of those that are as long, what is most likely at this place."""
        if not readings:
            return "", 0
        longest = max(readings.values())
        kinds = [kind for kind, end in readings.items() if end == longest]
        goes_on = longest < len(keys) and any(
            kind in ("noun", "type", "color", "things", "superlative", "ordinal", "selected", "hidden")
            for _, kind in self._phrases.at(keys, longest)
        )
        if goes_on and "color" in kinds and ("type" in kinds or "noun" in kinds):
            return "color", longest
        if goes_on and "superlative" in kinds and {"noun", "type"}.isdisjoint(kinds):
            return "superlative", longest
        at_end = longest >= len(keys) or keys[longest] in (",", "，", "、", "and", "和")
        if {"all", "everything"} <= set(kinds):
            return ("everything" if at_end and not self._has_head else "all"), longest
        if "collection_name" in kinds and {"type", "noun"} & set(kinds):
            following = {kind for _, kind in self._phrases.at(keys, longest)} if longest < len(keys) else set()
            return ("collection_name" if "collection" in following else "type" if "type" in kinds else "noun"), longest
        if "all" in kinds and goes_on:
            return "all", longest
        if "article" in kinds and goes_on:
            return "article", longest
        if self._draft.pieces and "things" in kinds and {"them", "everything"} & set(kinds):
            return "things", longest
        return min(kinds, key=_PRIORITY.index), longest

    def _apply(self, kind: str, word: str, pieces: Sequence[Piece], end: int) -> None:
        draft = self._draft
        draft.pieces += 1
        if kind in ("noun", "type", "everything", "things", "them", "selection", "collection_name"):
            self._head(kind, word, pieces, end)
        elif kind == "all":
            if self._has_head and self._found.terms:  # 椅子全部
                self._found.terms[-1] = replace(self._found.terms[-1], is_single=False)
            draft.all = not self._has_head or draft.all
        elif kind in _STATES:
            self._state(_STATES[kind])
        elif kind == "superlative":
            draft.superlative = table("SUPERLATIVES")[word]
        elif kind == "ordinal":
            draft.ordinal = table("ORDINALS")[word]
        elif kind == "color" and self._has_head and word.isascii() and not self._says_that:
            self._found.unknown.append(word)  # "the table white": another step's color
        elif kind == "color":
            self._color(word)
        elif kind == "number":
            number = number_of(word)
            if number is None or number != int(number) or number < 1:
                self._found.unknown.append(word)
            else:
                draft.count = int(number)
        elif kind in ("first", "last"):
            draft.ordinal = 1 if kind == "first" else -1
        elif kind == "article":
            draft.definite |= word not in ("a", "an", "some", "one", "的", "一个", "of")
            draft.demonstrative |= word in (
                "these",
                "those",
                "this",
                "that",
                "这些",
                "那些",
                "这个",
                "那个",
                "这",
                "那",
            )
            draft.indefinite |= word in ("a", "an", "一个")
            draft.classifier |= word[:1] in "那这" and word[1:2] in scene_zh.CLASSIFIERS and len(word) == 2
        elif kind == "and":
            if (
                not self._has_head and (draft.among or draft.all) and end < len(pieces)
            ):  # "the hidden and selected chairs"
                self._found.unknown.append(word)
            self.end()
        elif kind == "that":
            self._says_that = True
        elif kind == "classifier":
            draft.classifier = True
        elif kind == "collection":
            self._collection(word)

    def _state(self, state: Among) -> None:
        if self._has_head and self._found.terms and not self._draft.says_something:
            self._found.terms[-1] = replace(self._found.terms[-1], among=state, is_single=False)
        else:
            self._draft.among = state

    def _color(self, word: str) -> None:
        color = color_of(f"{self._shade} {word}" if self._shade else word)
        shade_only = word in ("dark", "light", "bright", "深", "浅", "淡", "亮", "暗")
        self._shade = word if shade_only else ""
        self._draft.color = color or self._draft.color

    def _head(self, kind: str, word: str, pieces: Sequence[Piece], end: int) -> None:
        self._word = word
        draft = self._draft
        if kind == "noun":
            term, number, is_narrow = self._nouns[word]
            term = replace(term, word=word if is_narrow else "")
            is_single = number == "one" and not draft.all and not draft.count
            if number == "":
                is_single = (draft.definite and draft.classifier) or bool(draft.ordinal or draft.superlative)
        elif kind == "type":
            term = Term("type", table("TYPES")[word])
            is_single = not draft.all and not draft.count and not word.endswith("s") and word.isascii()
        elif kind == "selection":
            term, is_single = Term("everything", among="selected"), False
        elif kind == "them":
            term, is_single = Term("them", said=word if word in _THEY else ""), False
        elif kind == "collection_name":
            term, is_single = Term("collection", self._collection_of(word)), False
        elif kind == "things" and draft.demonstrative:
            term, is_single = Term("them"), False  # "these objects"
        else:
            term = Term("everything")
            is_single = kind == "things" and word in (
                "object",
                "thing",
                "item",
                "one",
                "piece",
                "model",
                "那个",
                "prop",
            )
            is_single = is_single and not draft.all and not draft.count
            if self._has_head and kind == "things":  # 椅子 那些, "chair objects"
                return
        self._emit(term, is_single)

    def _emit(self, term: Term, is_single: bool) -> None:
        draft = self._draft
        if (term.kind == "everything" and draft.among and not term.among) or draft.among:
            term = replace(term, among=draft.among)
        chooses = bool(draft.ordinal or (draft.superlative and draft.superlative not in ("big", "small")))
        term = replace(
            term, color=draft.color, superlative=draft.superlative, ordinal=draft.ordinal, count=draft.count,
            is_single=is_single and not chooses and not draft.among and term.kind != "them",
        )  # fmt: skip
        if self._has_head and self._found.terms and self._is_apposition(term):
            self._found.terms.pop()
        self._found.terms.append(term)
        self._inherited, self._draft, self._has_head = draft, _Draft(), True

    def _is_apposition(self, term: Term) -> bool:
        """Whether a noun is the name or the collection of the noun before it; other pairs are not read."""
        if term.kind in ("name", "collection"):
            return True
        self._found.unknown.append(self._word)
        return False

    def _name(self, pieces: Sequence[Piece], place: int) -> int:
        name = pieces[place].text
        following = [piece.key for piece in pieces[place + 1 :]]
        is_collection = (
            any(end for end, kind in self._phrases.at(following, 0) if kind == "collection") if following else False
        )
        self._draft.pieces += 1
        self._emit(Term("collection" if is_collection or self._is_collection_next else "name", name), False)
        self._is_collection_next = ""
        return place + 1

    def _collection(self, word: str) -> None:
        last = self._found.terms[-1] if self._found.terms else None
        if last is None or last.kind != "collection":
            self._is_collection_next = word

    def _collection_of(self, word: str) -> str:
        return next((name for name in self._collections if name.casefold() == word), word)

    def end(self) -> None:
        """End a phrase: qualifiers without a noun become a term of their own."""
        draft = self._draft
        if draft.says_something and not self._has_head:
            is_one = not draft.all and not draft.count and not draft.among
            self._emit(Term("everything"), is_one and not (draft.ordinal or draft.superlative) and bool(draft.color))
        elif draft.says_something and self._has_head and self._found.terms:
            last = self._found.terms[-1]
            if draft.ordinal or draft.superlative or draft.count or draft.color:
                self._found.terms[-1] = replace(
                    last, color=draft.color or last.color, superlative=draft.superlative or last.superlative,
                    ordinal=draft.ordinal or last.ordinal, count=draft.count or last.count, is_single=False,
                )  # fmt: skip
        self._draft, self._has_head, self._shade, self._says_that = _Draft(), False, "", False


_SHORT = {
    "桌": "table", "椅": "chair", "柜": "cabinet", "架": "shelf", "箱": "box", "盒": "box", "瓶": "bottle", "杯": "cup",
    "盘": "plate", "凳": "stool", "楼": "building", "毯": "rug",
}  # fmt: skip
"""Nouns of one character, which stand before a place: 桌上."""
_PEOPLE = {
    "woman": "woman", "man": "man", "girl": "woman", "boy": "man", "guy": "man", "lady": "woman", "character": "",
    "女人": "woman", "男人": "man", "女孩": "woman", "男孩": "man", "男的": "man", "女的": "woman", "角色": "",
    "模特": "",
    "虚拟人": "", "人物": "", "这个人": "", "这个女的": "woman", "那个男的": "man",
}  # fmt: skip
"""Words for existing avatars, with the presentation that they imply."""
_THEY = ("them", "they", "他们", "她们")
"""Words for more than one."""
_SEVERAL = {
    "women": "woman", "men": "man", "girls": "woman", "boys": "man", "guys": "man", "ladies": "woman",
    "女人们": "woman", "男人们": "man", "女士们": "woman", "男士们": "man", "她们": "woman",
}  # fmt: skip
_EVERYBODY = ("everybody", "everyone", "大家", "每个人", "大伙")


@lru_cache(maxsize=32)
def nouns_of(vocabulary: Vocabulary) -> dict[str, tuple[Term, str, bool]]:
    short = {word: (Term("label", label), "", False) for word, label in _SHORT.items()}
    short |= {word: (Term("avatar"), "many", False) for word in _EVERYBODY}
    short |= {word: (Term("avatar", who), "many", False) for word, who in _SEVERAL.items()}
    people = short | {word: (Term("avatar", who), "one", False) for word, who in _PEOPLE.items()}
    return people | noun_terms(vocabulary.labels)


@lru_cache(maxsize=32)
def phrases_of(vocabulary: Vocabulary) -> Phrases:
    """Everything that may stand in an object phrase, by its role."""
    entries: list[tuple[str, str]] = []
    for lists in _LISTS.values():
        for kind in ("all", "article", "them", "selected", "selection", "visible", "hidden", "rest", "everything",
                     "things", "here", "colored", "that", "and", "collection"):  # fmt: skip
            entries += [(word, kind) for word in lists[kind]]
    entries += [(word, "noun") for word in nouns_of(vocabulary)]
    for name, kind in (
        ("TYPES", "type"),
        ("SUPERLATIVES", "superlative"),
        ("ORDINALS", "ordinal"),
        ("NUMBERS", "number"),
    ):
        entries += [(word, kind) for word in table(name)]
    entries += [(word, "color") for word in (*english_colors(), *chinese_colors())]
    entries += [(word, "classifier") for word in scene_zh.CLASSIFIERS]
    entries += [(word, "number") for word in ("两", "三", "四", "五", "六", "七", "八", "九", "十", "二")]
    entries += [("前", "first"), ("后", "last"), ("both", "all"), ("called", "that"), ("named", "that"), ("名叫",
        "that"),
                ("叫", "that"), ("名为", "that"), ("in", "that"), ("里的", "that"), ("里", "that"), ("中的", "that"),
                ("只", "that"), ("只有", "that"), ("only", "that"), ("just", "that"), ("my", "article"), ("一",
                    "article"),
                ("at", "that"), ("for", "that"), ("场景", "everything"), ("那里", "here"), ("every one of",
                    "all")]  # fmt: skip
    entries += [(word, "noun") for word in (*_PEOPLE, *_SEVERAL, *_SHORT, *_EVERYBODY)]
    entries += [(name.casefold(), "collection_name") for name in vocabulary.collections]
    return Phrases(entries)
