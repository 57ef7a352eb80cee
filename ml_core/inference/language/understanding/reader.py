"""Sentences read with the trained tagger: what it marks is looked up, and what remains unexplained is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ml_core.errors import InputError, Message
from ml_core.inference.language.clauses import MisreadError
from ml_core.inference.language.describing.descriptions import MOST_CHARACTERS as MOST_OF_DESCRIPTION
from ml_core.inference.language.describing.descriptions import Description
from ml_core.inference.language.lexicon import Entry
from ml_core.inference.language.tokens import Token, is_written_as_name
from ml_core.inference.language.understanding.commands.objects import Vocabulary
from ml_core.inference.language.understanding.commands.steps import steps_of, unaccounted
from ml_core.inference.language.understanding.people.person import description_of_spans
from ml_core.inference.language.understanding.tagging.gazetteer import CLASSES, matches_of
from ml_core.inference.language.understanding.tagging.pieces import Piece, plain, split
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.tagging.spelling import Correction, corrected
from ml_core.inference.language.understanding.tagging.tagger import SHIPPED, Tagger
from ml_core.inference.language.understanding.words import color_of
from ml_core.vocabulary.commands import SceneCommand
from ml_core.vocabulary.words import constructions_en

MOST_CHARACTERS = 1000
LEAST_SURE = 0.12
"""Least chance of a mark of the network that is used."""
MOST_OTHER = 0.6
"""A sentence with a higher chance than this of the domain ``other`` is refused."""

Unread = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Reading:
    """A command that was understood.

    Args:
        steps: what it requests, in order. spans: the interpretation of each part. corrections: words read in another
            spelling.
    """

    steps: list[SceneCommand]
    spans: tuple[Span, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Reader:
    """Reads with one tagger."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self.describe = lru_cache(maxsize=64)(self._describe)  # a panel asks for the same one each time it is drawn

    @classmethod
    def load(cls, path: Path | str = SHIPPED) -> Reader:
        return cls(Tagger.load(path))

    def _describe(self, text: str) -> Description:
        """The traits of a person.

        Raises:
            InputError: the text is too long.
        """
        if len(text) > MOST_OF_DESCRIPTION:
            raise InputError(
                "the description is longer than {most} characters; say it in fewer words", most=MOST_OF_DESCRIPTION
            )
        pieces, _ = corrected(split(plain(text)), self._tagger.words)
        if not pieces:
            return Description.nothing()
        pieces = [_respelled(piece) for piece in pieces]
        tagged = self._tagger.tag(pieces)
        spans = [span for span in tagged.spans if span.kind.startswith("d:")]
        requested = [
            span for span in tagged.spans if span.action in ("generate", "adjust", "dress") or span.kind == "OBJ"
        ]
        strange = unaccounted(pieces, [*spans, *requested], _covered(pieces, ("harmless", "silent")))
        strange = [piece for piece in strange if piece.kind != "mark"]
        return description_of_spans(spans, strange)

    def command(
        self, text: str, unread: Unread, labels: Collection[str] = (), names: Collection[str] = (),
        collections: Collection[str] = (),
    ) -> Reading:  # fmt: skip
        """The steps of a sentence.

        Args:
            unread: reads the description of an avatar to generate.
            labels: what objects may be labeled beside the learned labels. names: of the objects in the scene.
                collections: names of the collections.

        Raises:
            InputError: it is not understood as a whole; the message lists the words.
        """
        if len(text) > MOST_CHARACTERS:
            raise InputError(
                "the command is longer than {most} characters; write one step at a time", most=MOST_CHARACTERS
            )
        text = plain(text)
        own = (*labels, *names, *collections, *constructions_en.FINISHES)
        pieces, corrections = corrected(
            split(text, bare_names(text, names)), self._tagger.words, own, self._tagger.plain_verbs
        )
        if not pieces:
            raise InputError("the command is empty; write what to do, such as: hide every chair")
        extra = {label.casefold().replace("_", " "): "label" for label in labels}
        extra |= {name.casefold(): "collection" for name in collections}
        tagged = self._tagger.tag(pieces, extra)
        said = repr(text if len(text) <= 80 else f"{text[:79]}…")
        if tagged.domains.get("other", 0.0) > MOST_OTHER:
            raise InputError("{sentence}: not understood as a command; nothing was done", sentence=said)
        spans = [span for span in tagged.spans if span.kind != "SEP" or not _is_within(span, tagged.spans)]
        spans = _whole_names(pieces, _with_new_name(spans, names))
        strange = unaccounted(pieces, spans, _covered(pieces, ("harmless",)))
        strange += [
            piece for place, piece in enumerate(pieces) if place and piece.key == "first" and _is_outside(place, spans)
        ]
        strange = [
            piece for piece in strange if not (piece.kind == "mark" and piece.key in ",.!?;:，。！？；：、…()（）'\"-")
        ]
        unsure = [span for span in spans if span.confidence < (LEAST_SURE if span.kind != "NAME" else 0.0)]
        vocabulary = Vocabulary(tuple(sorted(labels)), tuple(sorted(collections)))
        try:
            if strange:
                words = ", ".join(dict.fromkeys(item.text for item in strange))
                raise InputError("{sentence}: not understood: {words}; nothing was done", sentence=said, words=words)
            if _is_question(text, spans):
                raise InputError(
                    "{sentence}: {reason}; nothing was done", sentence=said, reason="a question, not a command"
                )
            if unsure:
                words = ", ".join(item.text for item in unsure)
                raise InputError(
                    "{sentence}: not sure what is meant by: {words}; nothing was done", sentence=said, words=words
                )
            steps = steps_of(text, [self._checked(span) for span in spans], vocabulary, unread)
        except MisreadError as error:
            listed = ", ".join(dict.fromkeys(token.text for token in error.words))
            raise _refusal(said, listed, error) from None
        if not steps:
            raise InputError("{sentence}: not understood as a command; nothing was done", sentence=said)
        if (denial := _DENIAL.search(text)) is not None and not any(map(_leaves_out, steps)):
            raise InputError(
                "{sentence}: {reason} ({words}); nothing was done",
                sentence=said, reason=Message("unclear what is to happen"), words=denial.group().strip(),
            )  # fmt: skip
        return Reading(steps, tuple(spans), tuple(corrections))

    def respelled(self, text: str, own: Collection[str]) -> tuple[str, tuple[Correction, ...]]:
        """The text with its misspelled words as they were meant, and what was changed.

        Args:
            own: words of the scene: labels, names and collections.
        """
        pieces = split(plain(text))
        own = (*own, *constructions_en.FINISHES, *constructions_en.SHADES)
        fixed, corrections = corrected(pieces, self._tagger.words, own, self._tagger.plain_verbs)
        text = plain(text)
        for piece, meant in zip(reversed(pieces), reversed(fixed), strict=True):
            if piece.key != meant.key:
                text = text[: piece.start] + meant.key + text[piece.end :]
        return text, tuple(corrections)

    def _checked(self, span: Span) -> Span:
        """The span, where every word of it is one of its kind; a verb as the action that its words mean.

        Raises:
            MisreadError: a word in it is not of its kind, or the words are a verb of several other actions.
        """
        phrases = self._tagger.phrases("verb" if span.action else span.kind)
        if phrases is None:
            return span
        keys = [piece.key for piece in span.pieces]
        covered = _covered(span.pieces, ("harmless",))
        found: list[set[str]] = []
        strange: list[Piece] = []
        others: list[Piece] = []
        place = 0
        while place < len(keys):
            ends = list(phrases.at(keys, place))
            fitting = [(end, word) for end, word in ends if not span.action or span.action in self._tagger.verbs[word]]
            end, word = max(fitting or ends, default=(place, ""))
            if end == place:
                if not covered[place] and span.pieces[place].kind != "mark":
                    strange.append(span.pieces[place])
                place += 1
                continue
            found.append(set(self._tagger.verbs[word]) if span.action else {span.kind})
            if span.action and span.action not in found[-1]:
                others += span.pieces[place:end]
            place = end
        # "out of my way" where the table has "out of the way": each word of it is one of the action's.
        own = self._tagger.verb_words.get(span.action, set())
        foreign = [piece for piece in others if piece.key not in own]
        is_own = bool(span.action) and not strange and any(span.action in item for item in found)
        strange = [piece for piece in strange if piece.key not in own]
        if strange:
            raise MisreadError([Token(piece.text, 0, 0, Entry("unknown")) for piece in strange])
        if not span.action or is_own or any(span.action in item for item in found):
            if foreign:  # "double the number of chairs"
                raise MisreadError([Token(foreign[0].text, 0, 0, Entry("unknown"))], "unclear what is to happen")
            return span
        meant = set.intersection(*found) if found else set()
        if len(meant) == 1:
            return replace(span, kind=f"act:{meant.pop()}")
        if not meant and all(key in own or here for key, here in zip(keys, covered, strict=True)):
            return span
        raise MisreadError([Token(span.text, 0, 0, Entry("unknown"))], "unclear what is to happen")


def _refusal(said: str, words: str, error: MisreadError) -> InputError:
    if not error.why:
        return InputError("{sentence}: not understood: {words}; nothing was done", sentence=said, words=words)
    if words:
        return InputError(
            "{sentence}: {reason} ({words}); nothing was done", sentence=said, reason=error.why, words=words
        )
    return InputError("{sentence}: {reason}; nothing was done", sentence=said, reason=error.why)


def _respelled(piece: Piece) -> Piece:
    return replace(piece, text=piece.key) if piece.kind == "word" and piece.text.casefold() != piece.key else piece


def bare_names(text: str, names: Collection[str]) -> list[str]:
    """Names in the text that stand for themselves without quotation marks: they are not made of words that a sentence
    may have, such as an object that somebody named "everything"."""
    folded = text.casefold()
    there = [
        name
        for name in names
        if plain(name).casefold() in folded and not _is_part_of_noun(text, plain(name).casefold())
    ]
    return [
        name
        for name in there
        if re.fullmatch(r"[^\s\d_.\-]+[_.\-]?\S*\d\S*|\w+[_.]\w+", name)
        or not all(_covered(split(plain(name)), CLASSES))
        or is_written_as_name(text, name)
        or _is_thing(folded, plain(name).casefold())
    ]


def _is_part_of_noun(text: str, name: str) -> bool:
    """Whether the text has a name of one word within longer nouns alone: Trash, in "the trash cans"."""
    if not name.isalpha() or not name.isascii():
        return False
    pieces = split(text)
    places = [place for place, piece in enumerate(pieces) if piece.key == name]
    nouns = [match for match in matches_of(pieces) if match.kind == "label" and match.end - match.start > 1]
    return bool(places) and all(any(noun.start <= place < noun.end for noun in nouns) for place in places)


_GOES_ON = (
    r"(?=$|\s*[,.;!?，。]"
    r"|\s+(?:on|in|to|onto|into|from|off|next|behind|under|above|and|by|up|down|is|should|at|near)\b)"
)


def _is_thing(text: str, name: str) -> bool:
    """Whether the text has a name as a noun, though it names a color as well: "the apple", not "the apple chair"."""
    is_color = color_of(name) is not None and not all(
        _covered(split(name), [kind for kind in CLASSES if kind != "color"])
    )
    return is_color and re.search(rf"\b(?:the|that|this|my) {re.escape(name)}{_GOES_ON}", text) is not None


def _covered(pieces: Sequence[Piece], kinds: Collection[str]) -> list[bool]:
    """Whether a phrase of one of the kinds covers each piece."""
    covered = [False] * len(pieces)
    for match in matches_of(pieces):
        if match.kind in kinds:
            covered[match.start : match.end] = [True] * (match.end - match.start)
    return covered


_DENIAL = re.compile(
    r"\b(?:that|which|who) (?:is|are|do|does|stand|stands)(?: not|n't|nt)\b|不(?:在|是)", re.IGNORECASE
)
"""A relative clause that leaves things out."""


def _leaves_out(step: SceneCommand) -> bool:
    return bool(step.excluded) or step.action == "keep" or any(term.among for term in step.terms)


_ASKED = ("count", "measure", "frame", "label")
_REQUEST = re.compile(r"(?:can|could|would|will) (?:you|we|i)|能|可以|可否|行吗|好吗|好不好|ok\?|okay\?|please")
_QUESTION = re.compile(r"^(?:should|is|are|do(?! not\b)|does|did|why|was|were)\b|(?:吗|呢|么)[？?]?$|\?$")


def _is_question(text: str, spans: Sequence[Span]) -> bool:
    """Whether it is a question that no command answers."""
    folded = text.strip().casefold()
    if not _QUESTION.search(folded) or _REQUEST.search(folded):
        return False
    return not any(span.action in _ASKED for span in spans)


def _with_new_name(spans: Sequence[Span], names: Collection[str]) -> list[Span]:
    """The new name of a single object is a name, whatever it means otherwise: "rename the sofa to Couch"."""
    last = spans[-1] if spans else None
    is_one_step = [span.action for span in spans if span.action] == ["rename"]
    kinds = [span.kind for span in spans]
    if last is None or not is_one_step or last.kind not in ("DST", "NEW") or {"NAME", "SEP"} & set(kinds):
        return list(spans)
    taken = {name.casefold() for name in names}
    if len(spans) != 3 or kinds.count("OBJ") != 1 or last.text.casefold() in taken:
        return list(spans)
    return [*spans[:-1], replace(last, kind="NAME")]


def _whole_names(pieces: Sequence[Piece], spans: Sequence[Span]) -> list[Span]:
    """New names with the Chinese characters that follow them without a gap and are nothing else, and with those that
    the tagger took for the end of the verb: 放进集合|座椅."""
    whole: list[Span] = []
    for span in spans:
        before = whole[-1] if whole else None
        if span.kind == "NAME" and before is not None and before.end == span.start and before.action == "collect":
            keys = [piece.key for piece in before.pieces]
            cut = next((at + 2 for at in range(len(keys) - 2) if keys[at] + keys[at + 1] == "集合"), len(keys))
            whole[-1] = replace(before, end=before.start + cut, pieces=before.pieces[:cut])
            span = replace(span, start=before.start + cut, pieces=(*before.pieces[cut:], *span.pieces))
        end = span.end
        while span.kind == "NAME" and end < len(pieces) and pieces[end].is_chinese and _is_outside(end, spans):
            end += 1
        whole.append(replace(span, end=end, pieces=(*span.pieces, *pieces[span.end : end])))
    return whole


def _is_outside(place: int, spans: Sequence[Span]) -> bool:
    return not any(span.start <= place < span.end for span in spans)


def _is_within(separator: Span, spans: Sequence[Span]) -> bool:
    """Whether a separator stands before everything, where it separates nothing."""
    return all(span.start >= separator.start or span.kind == "SEP" for span in spans)
