"""Spans of a command as typed steps: every value is looked up, every piece accounted for, or it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ml_core.inference.language.clauses import MisreadError
from ml_core.inference.language.lexicon import Entry
from ml_core.inference.language.tokens import Token
from ml_core.inference.language.understanding.commands.objects import ObjectSpan, Vocabulary, read_object_span
from ml_core.inference.language.understanding.commands.slots import Slots, slots_of
from ml_core.inference.language.understanding.commands.step_values import BUILDERS
from ml_core.inference.language.understanding.commands.values import QUALITIES, is_lit, is_switched
from ml_core.inference.language.understanding.tagging.pieces import Piece
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.vocabulary.commands import Action, SceneCommand, Term
from ml_core.vocabulary.words import commands_en, commands_zh

_SAY_WHICH = "say which: all of them, or an object's name"
_NEEDS_OBJECTS = (
    "select", "hide", "isolate", "delete", "keep", "duplicate", "move", "rotate", "scale", "place", "align",
    "distribute", "recolor", "swap", "rename", "collect", "count", "measure", "deselect",
)  # fmt: skip
_OF_SELECTION = ("move", "rotate", "scale", "recolor", "align", "distribute", "duplicate")
"""Steps that apply to the objects of the step before, or to the selection, where no object is named."""
_WITH_ANCHORS = (
    "move", "rotate", "scale", "place", "align", "recolor", "duplicate", "add", "generate", "act", "measure", "render",
)  # fmt: skip
"""Steps that refer to a second object."""
_WHOLE = (
    "everything",
    "all",
    "scene",
    "it all",
    "全部",
    "所有",
    "场景",
    "清空",
    "都",
    "selection",
    "none",
    "nothing",
    "什么",
)
"""Words for all objects, which may be part of the verb: "clear the scene"."""

Unread = Callable[[str], Sequence[str]]


@dataclass
class Clause:
    """One step: spans of its verb and of its slots, and the pieces between its first and last one."""

    spans: list[Span] = field(default_factory=list)

    @property
    def action(self) -> str:
        return next((span.action for span in self.spans if span.action), "")

    @property
    def verb(self) -> str:
        """The words of the verb."""
        return " ".join(span.key for span in self.spans if span.action)

    def of(self, *kinds: str) -> list[Span]:
        return [span for span in self.spans if span.kind in kinds]


def steps_of(text: str, spans: Sequence[Span], vocabulary: Vocabulary, unread: Unread) -> list[SceneCommand]:
    """The steps of a tagged sentence.

    Args:
        text: what the pieces of the spans were split from.
        unread: reads the description of an avatar; returns the words that are not understood.

    Raises:
        MisreadError: a value that no registry has, or something that is missing.
    """
    _check_denials(spans)
    clauses = _with_exclusions(list(_clauses(_merged(spans))))
    if not clauses:
        raise MisreadError
    _share_objects(clauses)
    steps: list[SceneCommand] = []
    for clause in clauses:
        steps += _steps(clause, text, vocabulary, unread)
    return settled(steps)


def _check_denials(spans: Sequence[Span]) -> None:
    """A bare "don't" or 不要 that was taken for a verb denies the verb after it.

    Raises:
        MisreadError: 不要把灯涂成红色.
    """
    denial: Span | None = None
    for span in spans:
        if span.kind == "SEP":
            denial = None
        elif span.action and denial is not None:
            raise MisreadError(_tokens([denial, span]), "unclear what is to happen")
        elif span.action and not _DENIES.sub("", span.key).strip(" 我们请也都再"):
            denial = span


_MERGED = ("OBJ", "EXC", "REF", "DST", "DIR", "REL", "WHERE", "COL", "NEW", "PRESET")


def _merged(spans: Sequence[Span]) -> list[Span]:
    """One phrase that was marked as two of a kind, right behind each other."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last is not None and span.kind == last.kind and span.kind in _MERGED and span.start == last.end:
            pieces = (*last.pieces, *span.pieces)
            merged[-1] = Span(span.kind, last.start, span.end, pieces, min(last.confidence, span.confidence))
        else:
            merged.append(span)
    return merged


def _clauses(spans: Sequence[Span]) -> Iterator[Clause]:
    """Split at each separator, and where a second verb of another kind begins after what belongs to the first."""
    clause = Clause()
    for span in spans:
        starts_anew = (
            span.action
            and clause.action
            and span.action != clause.action
            and any(not item.action for item in clause.spans)
        )
        if span.kind == "SEP" or starts_anew:
            if clause.spans:
                yield clause
            clause = Clause()
        if span.kind != "SEP":
            clause.spans.append(span)
    if clause.spans:
        yield clause


def _with_exclusions(clauses: list[Clause]) -> list[Clause]:
    """An exclusion put first belongs to the step after it: "except for the doors, paint everything"."""
    kept: list[Clause] = []
    waiting: list[Span] = []
    for clause in clauses:
        if not clause.action and all(span.kind in ("EXCEPT", "EXC", "WHERE", "REF") for span in clause.spans):
            waiting += clause.spans
            continue
        clause.spans = waiting + clause.spans
        waiting = []
        kept.append(clause)
    if waiting and kept:  # 家具都隐藏，床除外
        kept[-1].spans += waiting
    return kept


def _share_objects(clauses: list[Clause]) -> None:
    """ "Select and hide the chairs": a bare verb takes the objects of the verb after it."""
    for clause, following in reversed(list(pairwise(clauses))):
        if len(clause.spans) == 1 and clause.action in ("select", "hide", "show", "duplicate", "delete"):
            clause.spans += following.of("OBJ", "EXC", "EXCEPT", "WHERE", "REF")


def _steps(clause: Clause, text: str, vocabulary: Vocabulary, unread: Unread) -> Iterator[SceneCommand]:
    slots = slots_of(clause.spans)
    action = clause.action or _implied(slots)
    _check_exceptions(clause)
    if action == "delete":
        _check_deleted(clause)
    if action == "delete" and not slots.objects and _CLEARED_SELECTION.search(clause.verb):
        action = "deselect"
    if not action:
        raise MisreadError(_tokens(clause.spans), "no verb says what to do with it")
    if action not in ("add", "swap") and slots.of("NEW") and not slots.objects:
        slots.objects = [(slots.use("NEW"), "", [])]  # "arrange six chairs": things that are there
    _check_one_phrase(slots, vocabulary)
    excluded = tuple(_terms(slots.excluded, vocabulary))
    if excluded and not slots.objects and action in ("hide", "delete", "select", "show", "recolor", "keep"):
        slots.objects = [([], "", [])]  # 除了灯都隐藏
    if action == "isolate" and excluded and not slots.objects:
        slots.objects, slots.excluded, excluded = slots.excluded, [], ()
    terms = tuple(_terms(slots.objects, vocabulary))
    said = clause.of("OBJ")
    if terms == (Term("everything"),) and said and all(_EACH.fullmatch(span.key.strip()) for span in said):
        terms = (Term("them"),)  # 每张相隔两米: of those that were spoken of
    anchors = tuple(_terms(slots.anchors, vocabulary))
    if action == "isolate" and excluded and all(term.kind == "everything" for term in terms):
        terms, excluded = excluded, ()
    if not terms and action in (*_NEEDS_OBJECTS, "show", "export"):
        terms = _whole_terms(action, clause)
    if action == "align" and not terms and anchors and not slots.of("REL"):
        terms, anchors = anchors, ()
    if not terms and action in _OF_SELECTION and not excluded:
        terms = (Term("them"),)
    is_negated = bool(slots.negated)
    if _has_hidden_negation(clause):
        raise MisreadError(_tokens(clause.spans[:1]), "unclear what is to happen")
    if action == "select" and clause.verb.strip() in ("add", "put", "make"):
        raise MisreadError(_tokens(clause.spans[:1]), "unclear what is to happen")
    if is_negated or action == "keep":
        protects = (action,) if is_negated and action in ("delete", "hide") else ("delete", "hide")
        if is_negated and action not in ("delete", "hide"):
            raise MisreadError(_tokens(slots.negated), "unclear what is to happen")
        yield SceneCommand("keep", terms, excluded, protects=protects)  # type: ignore[arg-type]
        return
    if anchors and action not in _WITH_ANCHORS:
        raise MisreadError(_tokens(slots.anchors[0][0]), "unclear what is to happen")
    if action in ("show", "hide") and _OPENS.search(clause.verb) and not is_switched(terms):
        raise MisreadError(_tokens(clause.spans[:1]), "unclear what is to happen")
    if action in _NEEDS_OBJECTS and not terms:
        raise MisreadError(_tokens(clause.spans[:1]), _SAY_WHICH)
    switches = action in ("show", "hide") and bool(_SWITCHES.search(clause.verb)) and is_lit(terms)
    base = SceneCommand(action, terms, excluded, anchors=anchors, switches=switches)  # type: ignore[arg-type]
    for step in BUILDERS.get(action, _plain)(base, slots, clause.verb, text, unread):
        yield _checked(step, slots)


_EACH = re.compile(r"each(?: one| of them)?|every one|各自?|每一?[个张把盏件只本台辆棵座块]")
_NO_EXCEPTION = re.compile(r"(?:from|off|of|out|on|onto|in|into|at|to|under|near|by|with|behind|the|上|里|从)+")
_ISOLATED_BY_PLACE = re.compile(r"\b(?:everything|all|anything) (?:from|off|on|in|at|under|near|by|behind|inside)$")


def _check_exceptions(clause: Clause) -> None:
    """ "Everything from the table" is what is on it, and not everything but the table.

    Raises:
        MisreadError: a place was taken for an exception.
    """
    wrong = [span for span in clause.of("EXCEPT") if _NO_EXCEPTION.fullmatch(re.sub(r"\W", "", span.key))]
    wrong += [span for span in clause.spans if span.action == "isolate" and _ISOLATED_BY_PLACE.search(span.key)]
    if wrong:
        raise MisreadError(_tokens(wrong), "unclear what is to happen")


_QUALITY = re.compile(rf"\b(?:colou?rs?|materials?|textures?)$|(?:{QUALITIES})$")


def _check_deleted(clause: Clause) -> None:
    """ "Remove the color from the sofa", 去掉沙发的颜色, leaves the sofa.

    Raises:
        MisreadError: a quality of the objects is to go, or another verb stands beside the first.
    """
    wrong = [span for span in clause.spans if span.action and span.action != "delete"]
    wrong += [span for span in clause.of("OBJ") if _QUALITY.search(span.key.strip())]
    if wrong:
        raise MisreadError(_tokens(wrong), "unclear what is to happen")


def _check_one_phrase(slots: Slots, vocabulary: Vocabulary) -> None:
    """Objects that stand apart belong to one step only where the later ones are "it", the first; else one is too many.

    Raises:
        MisreadError: 把椅子删除桌子.
    """
    if len(slots.objects) < 2:
        return
    later = [read_object_span(span.pieces, vocabulary) for spans, _, _ in slots.objects[1:] for span in spans]
    if all(found.terms and not found.unknown and all(term.kind == "them" for term in found.terms) for found in later):
        slots.objects = slots.objects[:1]
    elif not all(phrase[1] for phrase in slots.objects):
        raise MisreadError(_tokens(slots.objects[1][0]), "unclear what is to happen")


def _has_hidden_negation(clause: Clause) -> bool:
    """Whether a verb is negated by a word that was taken for another verb: 不要 … 删除."""
    verbs = [span for span in clause.spans if span.action]
    denying = [span for span in verbs if _DENIES.search(span.key)]
    own = {*commands_en.ACTIONS.get(clause.action, ()), *commands_zh.ACTIONS.get(clause.action, ())}
    for span in denying:
        others = [item.key for item in verbs if item is not span] + [_DENIES.sub("", span.key).strip()]
        if any(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", other) for other in others for word in own):
            return True
    return False


_OPENS = re.compile(r"\b(?:open|close|shut|turn|switch)\b|开|关")
_SWITCHES = re.compile(r"\b(?:turn|switch|shut|lights?|put) ?(?:on|off|out)?\b|\bkill\b|[开关熄灭亮]")
_CLEARED_SELECTION = re.compile(r"\bselection\b|选区|选择$")
""" "Clear selection" takes nothing away but the selection."""
_DENIES = re.compile(r"不要|别|勿|不许|不能|don't|do not|never|not |n't|\bno\b|\bnothing\b|\bnone\b")


def _plain(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("ONLY")
    said_only = re.search(r"\bshow (?:me )?(?:just|only)\b|\b(?:just|only) show\b", text.casefold())
    if (slots.only or said_only) and base.action == "show":
        yield replace(base, action="isolate")
    else:
        yield base


def _checked(step: SceneCommand, slots: Slots) -> SceneCommand:
    """Refuses a step that leaves out a part of the sentence."""
    left = slots.unused(step.action)
    if left:
        raise MisreadError(_tokens(left), "unclear what is to happen")
    if step.action == "delete" and any(term.word for term in step.terms):
        narrow = next(term.word for term in step.terms if term.word)
        raise MisreadError([_token(narrow)], "it would delete more than you said; name the label, or the objects")
    return step


def _terms(phrases: Sequence[tuple[list[Span], str, list[Span]]], vocabulary: Vocabulary) -> Iterator[Term]:
    """Terms of phrases, each with the place that narrows it down."""
    for spans, relation, references in phrases:
        found = ObjectSpan()
        for span in spans:
            one = read_object_span(span.pieces, vocabulary)
            found.terms += one.terms
            found.unknown += one.unknown
        if not spans:
            found.terms = [Term("everything")]
        if found.unknown or not found.terms:
            raise MisreadError([_token(word) for word in found.unknown] or _tokens(spans))
        anchors: list[Term] = []
        for span in references:
            one = read_object_span(span.pieces, vocabulary)
            if one.unknown or not one.terms:
                raise MisreadError([_token(word) for word in one.unknown] or _tokens([span]))
            anchors += one.terms
        if len(anchors) > 1 and relation not in ("between", "around"):
            raise MisreadError(_tokens(references), "unclear what belongs together; write two sentences")
        if relation in ("leftmost", "rightmost", "frontmost", "rearmost"):
            yield from (replace(term, superlative=relation, is_single=False) for term in found.terms)
        elif relation:
            yield from (replace(term, relation=relation, anchors=tuple(anchors)) for term in found.terms)
        else:
            yield from found.terms


def _whole_terms(action: str, clause: Clause) -> tuple[Term, ...]:
    verb = clause.verb
    if action == "deselect" or (action in ("show", "delete", "select") and any(word in verb for word in _WHOLE)):
        return (Term("everything"),)
    if action == "export":
        return (Term("everything", among="visible"),)
    return ()


def _implied(slots: Slots) -> Action | str:
    """The action where there is no verb: "the chairs in red", "two meters up"."""
    by_slot = (("TARGET", "export"), ("COL", "recolor"), ("NEW", "add"), ("PRESET", "light"), ("NAME", "rename"))
    for kind, action in by_slot:
        if slots.of(kind):
            return action
    who = {span.key for span in slots.looks if span.kind in ("d:person", "d:job")}
    is_bare = not who and all(span.kind in ("d:height", "d:build", "d:age") for span in slots.looks)
    if (
        slots.looks
        and not (is_bare and not slots.objects)
        and (slots.objects or who <= {"he", "she", "they", "him", "her", "他", "她", "他们"})
    ):
        return "adjust"
    if slots.of("REL") and (slots.objects or slots.anchors):
        return "place"
    if slots.of("DIR") and (slots.objects or slots.of("AMT")):
        return "move"
    if slots.of("AMT") and slots.objects:
        return "scale"
    return ""


def settled(steps: Sequence[SceneCommand]) -> list[SceneCommand]:
    """Resolve pronouns: "them" and "the rest" must follow something; a bare "it" at the beginning is the selection."""
    settled: list[SceneCommand] = []
    is_named = False
    for step in steps:
        terms = (*step.terms, *step.excluded, *step.anchors)
        if not is_named and any(term.among == "rest" for term in terms) and not step.excluded:
            raise MisreadError(why="the rest of what? name something first")
        if not is_named and any(term.kind == "them" for term in terms):
            step = replace(
                step, terms=_selected(step.terms), excluded=_selected(step.excluded), anchors=_selected(step.anchors)
            )
        is_named |= bool(step.terms) or step.action in ("add", "generate")
        settled.append(step)
    if settled and all(step.action == "keep" for step in settled):
        raise MisreadError(why="it only says what not to do")
    return settled


def _selected(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(
        Term("everything", among="selected", said=term.said) if term.kind == "them" else term for term in terms
    )


def _tokens(spans: Sequence[Span]) -> list[Token]:
    return [_token(span.text) for span in spans]


def _token(text: str) -> Token:
    return Token(text, 0, 0, Entry("unknown"))


def unaccounted(pieces: Sequence[Piece], spans: Sequence[Span], harmless: Sequence[bool]) -> list[Piece]:
    """Pieces outside of all spans that are not ``harmless``."""
    inside = {place for span in spans for place in range(span.start, span.end)}
    return [piece for place, piece in enumerate(pieces) if place not in inside and not harmless[place]]
