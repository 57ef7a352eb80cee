"""The slots of one step: its objects with the places that narrow them down, and everything else by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.words import meaning

Phrase = tuple[list[Span], str, list[Span]]
"""Spans of one object phrase, the relation that narrows it down, and the spans of what it relates to."""


@dataclass
class Slots:
    """The spans of a clause other than its verb, and which of them were used."""

    objects: list[Phrase] = field(default_factory=list)
    excluded: list[Phrase] = field(default_factory=list)
    anchors: list[Phrase] = field(default_factory=list)
    negated: list[Span] = field(default_factory=list)
    others: dict[str, list[Span]] = field(default_factory=dict)
    looks: list[Span] = field(default_factory=list)
    unclear: list[Span] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)

    @property
    def only(self) -> bool:
        return bool(self.others.get("ONLY"))

    def of(self, kind: str) -> list[Span]:
        """Spans of a kind, without marking them as used."""
        return self.others.get(kind, [])

    def use(self, kind: str) -> list[Span]:
        """Spans of a kind, marked as used by the step."""
        self._used.add(kind)
        return self.others.get(kind, [])

    def phrase(self, kind: str) -> str:
        """The words of all spans of a kind, marked as used."""
        return " ".join(span.key for span in self.use(kind))

    def unused(self, action: str) -> list[Span]:
        """Spans that no part of a step has used."""
        left = [span for kind, spans in self.others.items() if kind not in self._used for span in spans]
        if action not in ("generate", "adjust", "dress", "undress"):
            left += self.looks
        return left + self.unclear


def slots_of(spans: Sequence[Span]) -> Slots:
    """The slots of a clause. A place belongs to the phrase before it in English, to the one after it in Chinese."""
    slots = Slots()
    holder: Phrase | None = None
    waiting: tuple[str, list[Span]] | None = None
    relation: str = ""
    references: list[Span] = []
    for span in spans:
        is_chinese = any(piece.is_chinese for piece in span.pieces)
        if span.action or span.kind in ("EXCEPT", "SEP"):
            continue
        if span.kind in ("OBJ", "EXC", "DST"):
            phrases = {"OBJ": slots.objects, "EXC": slots.excluded, "DST": slots.anchors}[span.kind]
            holder = ([span], *waiting) if waiting is not None else ([span], "", [])
            waiting = None
            phrases.append(holder)
        elif span.kind == "WHERE":
            found = _filter(span)
            if not found:
                slots.unclear.append(span)
            elif references:  # 桌子旁边的椅子
                waiting, references = (found, references), []
            elif is_chinese:
                waiting = (str(meaning("SIDES", span.key) or found), [])
            elif holder is not None and not holder[1]:
                relation = found
                _attach(slots, holder, relation, [])
                holder = _last(slots, holder)
            else:
                slots.unclear.append(span)
        elif span.kind == "REF":
            if is_chinese or holder is None or not holder[1]:
                references.append(span)
            else:
                holder[2].append(span)
        elif span.kind == "NOT":
            slots.negated.append(span)
        elif span.kind.startswith("d:"):
            slots.looks.append(span)
        else:
            slots.others.setdefault(span.kind, []).append(span)
    if waiting is not None and holder is not None and not holder[1]:
        _attach(slots, holder, *waiting)
    elif waiting is not None and holder is None:
        slots.unclear += waiting[1]
    slots.unclear += references
    return slots


def _filter(span: Span) -> str:
    side = meaning("SIDES", span.key)
    found = meaning("RELATIONS", span.key)
    if side and (found is None or not span.pieces[-1].is_chinese):
        return str(side)
    return str(found or side or "")


def _attach(slots: Slots, holder: Phrase, relation: str, references: list[Span]) -> None:
    for phrases in (slots.objects, slots.excluded, slots.anchors):
        for number, phrase in enumerate(phrases):
            if phrase is holder:
                phrases[number] = (phrase[0], relation, references)


def _last(slots: Slots, holder: Phrase) -> Phrase:
    for phrases in (slots.objects, slots.excluded, slots.anchors):
        for phrase in phrases:
            if phrase[0] is holder[0]:
                return phrase
    return holder
