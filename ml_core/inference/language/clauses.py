"""Where one step of a sentence ends and the next begins: a clause has one verb, which may be negated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Literal

from ...errors import Message
from .lexicon import Entry
from .tokens import Token

Joint = Literal["", "and", "or", "comma", "then", "stop"]

_OPENERS = {"request", "only", "first"}
"""What may stand before a verb without changing what it does."""
_BREAKS = {"comma", "stop", "then", "and", "or", "but"}


class MisreadError(Exception):
    """The sentence cannot be read; ``words`` are those that were not understood, ``why`` the reason."""

    def __init__(self, words: Sequence[Token] = (), why: str = "") -> None:
        super().__init__(why)
        self.words = list(words)
        self.why = why if isinstance(why, Message) else Message(why)


@dataclass
class Clause:
    """One step.

    Args:
        verb: the token of the verb.
        before: tokens before the verb: a Chinese object, or an exclusion put first.
        after: tokens after the verb.
        joint: how it follows the clause before it.
        is_negated: "do not hide …".
        is_only: "only hide …"; what is hidden is then in ``after``.
    """

    verb: Token
    before: list[Token] = field(default_factory=list)
    after: list[Token] = field(default_factory=list)
    joint: Joint = ""
    is_negated: bool = False
    is_only: bool = False


def clauses_of(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a sentence, in order.

    Raises:
        MisreadError: a part has no verb of its own and belongs to no other, or a negation whose reach is unclear.
    """
    chunks = _joined(list(_chunks(tokens)))
    return _with_shared_objects([_clause(chunk, joint, number) for number, (chunk, joint) in enumerate(chunks)])


def _chunks(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], Joint]]:
    """Splits before each clause; a comma or "and" inside a list of objects does not split."""
    chunk: list[Token] = []
    joint: Joint = ""
    exclusion: Token | None = None  # one that a comma sets apart from what stands before it
    place = 0
    while place < len(tokens):
        if tokens[place].role not in _BREAKS:
            chunk.append(tokens[place])
            place += 1
            continue
        end = place
        while end < len(tokens) and tokens[end].role in _BREAKS:
            end += 1
        marks, rest = tokens[place:end], tokens[end:]
        place = end
        if not rest and (dangling := [mark for mark in marks if mark.role not in ("comma", "stop")]):
            raise MisreadError(dangling, "nothing follows")
        if not chunk or not rest or _cuts(marks, rest):
            if chunk:
                yield chunk, joint
            chunk, joint = [], _joint(marks)
            if exclusion is not None and joint == "comma":
                raise MisreadError([exclusion], "unclear whether it belongs to the step before or after it")
            exclusion = None
            continue
        if rest[0].role == "except":
            exclusion = rest[0] if marks[0].role == "comma" else None
        # "but the chairs" leaves them out, and "the next chair" is one chair; else a comma is as good as an "and".
        chunk += [mark for mark in marks if mark.role in ("then", "but")] or marks[:1]
    if chunk:
        yield chunk, joint


def _cuts(marks: Sequence[Token], rest: Sequence[Token]) -> bool:
    roles = {mark.role for mark in marks}
    if "stop" in roles or _starts_clause(rest):
        return True
    is_sentence = "comma" in roles or any(mark.role == "then" and mark.is_chinese for mark in marks)
    return is_sentence and "but" not in roles and _has_object_first(rest)


def _joint(marks: Sequence[Token]) -> Joint:
    roles = [mark.role for mark in marks]
    for role, joint in (("stop", "stop"), ("then", "then"), ("but", "then"), ("or", "or"), ("and", "and")):
        if role in roles:
            return joint  # type: ignore[return-value]
    return "comma"


def _starts_clause(tokens: Sequence[Token]) -> bool:
    """Whether a verb begins here, after words that may stand before it."""
    rest = [token for token in tokens if token.role not in _OPENERS]
    if not rest or (tokens[0].role == "only" and rest[0].role not in ("verb", "not")):
        return False
    if rest[0].role == "not":
        return _starts_clause(rest[1:]) if len(rest) > 1 else False
    return rest[0].role in ("verb", "object_mark")


def _has_object_first(tokens: Sequence[Token]) -> bool:
    """Whether the next comma comes only after a Chinese verb: 椅子隐藏."""
    for token in tokens:
        if token.role in ("comma", "stop", "then"):
            return False
        if token.role == "verb":
            return token.is_chinese
    return False


def _joined(chunks: list[tuple[list[Token], Joint]]) -> list[tuple[list[Token], Joint]]:
    """Puts what stands before the first verb ("except the chairs, hide everything") into its clause.

    Raises:
        MisreadError: a later part has no verb, or none has.
    """
    result: list[tuple[list[Token], Joint]] = []
    first: list[Token] = []
    for number, (chunk, joint) in enumerate(chunks):
        words = [token for token in chunk if token.role not in _OPENERS]
        if any(token.role == "verb" for token in chunk):
            result.append((first + chunk, joint))
            first = []
        elif words and number:
            raise MisreadError(words, "no verb says what to do with it")
        elif words:
            first = [*chunk, Token(",", chunk[-1].end, chunk[-1].end, Entry("comma"))]
    if not result:
        raise MisreadError
    return result


def _clause(chunk: list[Token], joint: Joint, number: int) -> Clause:
    verbs = [place for place, token in enumerate(chunk) if token.role == "verb"]
    place = verbs[0]
    verb = chunk[place]
    if verb.entry.value != "generate" and len(verbs) > 1:
        raise MisreadError([chunk[verbs[1]]], "put a comma or a full stop between the steps")
    clause = Clause(verb, after=chunk[place + 1 :], joint=joint)
    for token in chunk[:place]:
        if token.role == "not":
            if clause.is_negated:
                raise MisreadError([token], "negated twice")
            clause.is_negated = True
        elif token.role == "only" and not clause.before:
            clause.is_only = True
        elif token.role == "first" and number:
            raise MisreadError([token], "it is not the first step")
        elif token.role not in _OPENERS:
            clause.before.append(token)
    if clause.before and not verb.is_chinese and clause.before[0].role != "except":
        raise MisreadError(clause.before, "say first what to do, then with what")
    return clause


def _with_shared_objects(clauses: list[Clause]) -> list[Clause]:
    """Verbs that share an object or a negation: "select and hide the chairs", "do not hide or delete the chairs".

    Raises:
        MisreadError: a negation whose reach is unclear, or a choice between two steps.
    """
    for clause, following in reversed(list(pairwise(clauses))):
        is_bare = not [token for token in (*clause.before, *clause.after) if token.role not in _OPENERS]
        linked = following.joint in ("and", "or")
        if clause.is_negated and linked and not is_bare:
            raise MisreadError([following.verb], 'unclear whether "not" goes on; write it as a sentence of its own')
        if following.joint == "or" and not (clause.is_negated and is_bare):
            raise MisreadError([following.verb], "say which of the two")
        if is_bare and linked and clause.verb.entry.value not in ("export", "generate"):
            clause.before = list(following.before)
            clause.after = list(takewhile(lambda token: token.role not in ("to", "target"), following.after))
            following.is_negated |= clause.is_negated
    return clauses
