"""Object phrases: "all chairs and the selected lamps, except Lamp.003"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ml_core.vocabulary.commands import Among, Term

from .clauses import MisreadError
from .tokens import Token

SAY_WHICH = "say which: all of them, or an object's name"

_STATES: dict[str, Among] = {"selected": "selected", "visible": "visible", "hidden": "hidden", "rest": "rest"}
_QUALIFIERS = {"article", "all", "every", "only", *_STATES}
_HEADS = {"noun", "things", "thing", "ones", "everything", "anything", "scene", "selection", "them"}


@dataclass
class ObjectPhrase:
    """What a phrase names.

    Args:
        is_only: "only the chairs", and nothing else.
        narrow: nouns that are narrower than their label.
        scenes: words that mean the scene as a whole.
    """

    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    is_only: bool = False
    narrow: list[Token] = field(default_factory=list)
    scenes: list[Token] = field(default_factory=list)


def read_objects(
    phrase: ObjectPhrase, tokens: Sequence[Token], is_negated: bool = False, takes_all: bool = False
) -> None:
    """Adds to ``phrase`` what a sequence of tokens names.

    Args:
        is_negated: of a verb that is negated or keeps, where "or" and "any" mean what "and" and "all" do.
        takes_all: "objects" alone stands for all of them.

    Raises:
        MisreadError: a word cannot be part of an object phrase, or two nouns stand side by side ("car door").
    """
    _Reader(phrase, tokens, is_negated, takes_all).read()


class _Reader:
    """Reads from left to right: a list, what is left out of it, and in Chinese what is left out before the list."""

    def __init__(self, phrase: ObjectPhrase, tokens: Sequence[Token], is_negated: bool, takes_all: bool) -> None:
        self._phrase = phrase
        self._tokens = [token for token in tokens if token.role != "object_mark"]
        while self._tokens and self._tokens[-1].role == "comma":
            self._tokens.pop()
        self._place = 0
        self._is_negated = is_negated
        self._takes_all = takes_all
        self._qualifiers: list[str] = []

    def read(self) -> None:
        if self._accept("except"):
            self._phrase.excluded += self._list(is_excluded=True, ends_at_comma=True)
            self._takes_all |= self._accept("outside")
            self._accept("comma")
            if self._role():
                self._phrase.terms += self._list()
        elif self._role():
            terms = self._list()
            if self._accept("outside"):  # 椅子以外的物体: everything but the chairs
                self._phrase.excluded += terms
                self._takes_all = True
                terms = self._list()
            self._phrase.terms += terms
        while self._role():
            is_apart = self._accept("comma")
            if not (self._accept("except") or self._accept("but") or (is_apart and self._accept("not"))):
                before = self._tokens[max(self._place - 1, 0)]
                is_compound = before.role == "noun" and self._role() == "noun"
                raise MisreadError(self._tokens[self._place - is_compound : self._place + 1])
            self._phrase.excluded += self._list(is_excluded=True)
            self._accept("outside")

    def _is_name(self) -> bool:
        term = self._tokens[self._place].entry.term
        return term is not None and term.kind == "name"

    def _role(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].role if place < len(self._tokens) else ""

    def _accept(self, role: str) -> bool:
        if self._role() != role:
            return False
        self._place += 1
        return True

    def _list(self, is_excluded: bool = False, ends_at_comma: bool = False) -> list[Term]:
        terms = [self._item(is_excluded, [])]
        while self._role() in ("and", "comma", "or"):
            if self._role() == "or" and not self._is_negated:
                break
            if self._role() == "comma" and (ends_at_comma or self._role(1) in ("except", "but", "not", "")):
                break
            self._place += 1
            terms.append(self._item(is_excluded, self._qualifiers))
        return terms

    def _item(self, is_excluded: bool, inherited: list[str]) -> Term:
        """A noun with its qualifiers, or with those of the noun before: "the selected chairs and lamps"."""
        first = self._place
        roles = []
        while (role := self._role()) in _QUALIFIERS or (role == "any" and self._is_negated):
            roles.append(role)
            self._place += 1
        self._phrase.is_only |= "only" in roles
        if not roles and self._role() == "noun" and not self._is_name():
            roles = list(inherited)
        is_inherited = self._place == first and any(role in _STATES for role in roles)
        if is_inherited and (is_excluded or self._is_negated):
            raise MisreadError([self._tokens[self._place]], SAY_WHICH)  # leaving out less would do more
        term = self._head(roles)
        if term.kind == "name" and not {"all", "every"}.isdisjoint(roles):  # "all the walls", of which one is "Wall"
            raise MisreadError(self._tokens[first : self._place])
        while self._role() in ("selected", "visible", "hidden") and term.kind == "everything":
            roles.append(self._role())
            self._place += 1
        if self._role() == "all" and not is_excluded and self._tokens[self._place].is_chinese:
            self._place += 1  # 椅子全部
        self._qualifiers = [role for role in roles if role != "only"]
        states = [role for role in roles if role in _STATES]
        if len(states) > 1 or (states and (term.among or term.kind in ("name", "them"))):
            raise MisreadError(self._tokens[first : self._place])
        return replace(term, among=_STATES[states[0]]) if states else term

    def _head(self, roles: list[str]) -> Term:
        """The noun of an item, after words of ``roles``; they stand for themselves where there is none."""
        is_counted = not {"all", "every", "any"}.isdisjoint(roles)
        has_state = any(role in _STATES for role in roles)
        is_quantified = is_counted or has_state
        role = self._role()
        token = self._tokens[self._place] if role else None
        if token is None or role not in _HEADS:
            goes_on = role in ("and", "comma", "or") and self._role(1) in _STATES  # "the hidden and selected chairs"
            if ("all" in roles or has_state) and not (has_state and goes_on):
                return Term("everything")
            raise MisreadError([token] if token else self._tokens[-1:], "" if token else SAY_WHICH)
        self._place += 1
        if role == "noun":
            assert token.entry.term is not None
            if token.entry.is_narrow:
                self._phrase.narrow.append(token)
            return replace(token.entry.term, is_single=token.entry.number == "one" and not is_counted)
        if role in ("selection", "them"):
            return Term("them") if role == "them" else Term("everything", among="selected")
        if role == "scene":
            self._phrase.scenes.append(token)
        named_enough = is_quantified or role in ("everything", "scene") or (role == "things" and self._takes_all)
        if not (named_enough or (role == "anything" and self._is_negated)):
            raise MisreadError([token], SAY_WHICH)
        is_single = role in ("thing", "ones") and not token.text.lower().endswith("s") and not is_counted
        return Term("everything", is_single=is_single)
