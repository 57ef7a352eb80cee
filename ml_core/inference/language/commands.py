"""A sentence as the steps that it requests. One word that is not understood causes the whole sentence to be refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from ml_core.errors import InputError, Message
from ml_core.vocabulary.commands import Action, SceneCommand, Term
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.words import commands_en as command_words_en
from ml_core.vocabulary.words import commands_zh as command_words_zh

from .clauses import Clause, MisreadError, clauses_of
from .lexicon import Lexicon, is_chinese
from .phrases import SAY_WHICH, ObjectPhrase, read_objects
from .tokens import UNKNOWN, Token, normalized, tokens_of

MOST_CHARACTERS = 1000
_BREAKS = {"and", "or", "comma", "then", "stop", "but", "except"}
_POLITE = {"polite", "here"}
"""Polite words, and words for the scene itself, wherever they stand."""

Unread = Callable[[str], Sequence[str]]
"""Returns the words of a description that are not understood; raises :class:`InputError` if it is of no person."""


def commands_of(text: str, unread: Unread, labels: Collection[str], names: Collection[str]) -> list[SceneCommand]:
    """The steps of a sentence, in order.

    Args:
        unread: returns the words that are not understood in the description of an avatar to generate.
        labels: what objects may be labeled beside the learned labels.
        names: of the objects in the scene.

    Raises:
        InputError: any word of it is not understood, or the request is unclear; the message lists those words.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError("the command is longer than {most} characters; write one step at a time", most=MOST_CHARACTERS)
    text = normalized(text)
    tokens = [token for token in tokens_of(text, Lexicon(labels), names) if token.role not in _POLITE]
    try:
        clauses = clauses_of(_answered(tokens))
    except MisreadError as error:
        raise _refusal(error, text, tokens, _unknown(tokens, [], text)) from None
    unknown = _unknown(tokens, clauses, text)
    try:
        if unknown:
            raise MisreadError(unknown)
        steps = [step for clause in clauses for step in _steps(clause, text, unread)]
        steps = list(_with_references(steps))
    except MisreadError as error:
        raise _refusal(error, text, tokens, unknown) from None
    return steps


def _with_references(steps: Sequence[SceneCommand]) -> Iterator[SceneCommand]:
    """The steps, checked: "the rest" and "them" must follow something, and there must be something to do."""
    is_named = False
    for step in steps:
        if not is_named and step.excluded:  # "except the chairs, delete the rest"
            step = replace(step, terms=tuple(_all_of_rest(term) for term in step.terms))
        terms = (*step.terms, *step.excluded)
        if not is_named and any(term.kind == "them" or term.among == "rest" for term in terms):
            raise MisreadError(why="the rest of what? name something first")
        is_named |= step.action not in ("label", "apply_labels", "rename", "sort")
        yield step
    if all(step.action == "keep" for step in steps):
        raise MisreadError(why="it only says what not to do")


def _all_of_rest(term: Term) -> Term:
    return replace(term, among="") if term.among == "rest" else term


def _answered(tokens: Sequence[Token]) -> list[Token]:
    """Without the question mark of a request such as "can you hide the chairs?"; any other question is refused."""
    marks = [token for token in tokens if token.role in ("question mark", "question")]
    if marks and not any(token.role == "request" for token in tokens):
        raise MisreadError(marks, "a question, not a command")
    return [token for token in tokens if token not in marks]


def _refusal(error: MisreadError, text: str, tokens: Sequence[Token], unknown: Sequence[Token]) -> InputError:
    """The error for a sentence: unknown words come first."""
    said = repr(text if len(text) <= 80 else f"{text[:79]}…")
    listed = ", ".join(dict.fromkeys(token.text for token in unknown or error.words))
    if not any(token.role == "verb" for token in tokens):
        table = command_words_zh if is_chinese(text) else command_words_en
        verbs = ", ".join(names[0] for names in table.ACTIONS.values())
        if unknown:
            return InputError(
                "{sentence}: no known verb in it, not understood: {words}; say what to do, such as {verbs}",
                sentence=said,
                words=listed,
                verbs=verbs,
            )
        return InputError(
            "{sentence}: no known verb in it; say what to do, such as {verbs}", sentence=said, verbs=verbs
        )
    if unknown or not error.why:
        return InputError("{sentence}: not understood: {words}; nothing was done", sentence=said, words=listed)
    if listed:
        return InputError(
            "{sentence}: {reason} ({words}); nothing was done", sentence=said, reason=error.why, words=listed
        )
    return InputError("{sentence}: {reason}; nothing was done", sentence=said, reason=error.why)


def _unknown(tokens: Sequence[Token], clauses: Sequence[Clause], text: str) -> list[Token]:
    """Words in no table, and phrases of place, each as a whole; descriptions of avatars are read elsewhere."""
    described = {id(token) for clause in clauses if clause.verb.entry.value == "generate" for token in clause.after}
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if id(token) in described:
            continue
        if token.role == UNKNOWN or (token.role == "place" and token.is_chinese):
            noun = tokens[place - 2] if token.role == "place" and place > 1 else token
            start = noun.start if noun.role == "noun" else token.start  # 桌子上的
            found.append(Token(text[start : token.end], start, token.end, token.entry))
        elif token.role == "indefinite" and (place == len(tokens) or tokens[place].role != "target"):
            found.append(token)
        elif token.role == "place":
            while place < len(tokens) and tokens[place].role not in _BREAKS:
                place += 1
            last = tokens[place - 1]
            found.append(Token(text[token.start : last.end], token.start, last.end, token.entry))
    return found


def _steps(clause: Clause, text: str, unread: Unread) -> Iterator[SceneCommand]:
    action: Action = clause.verb.entry.value  # type: ignore[assignment]
    if action == "generate":
        yield _generate(clause, text, unread)
    elif action in ("apply_labels", "rename", "sort"):
        yield _apply_labels(action, clause)
    elif clause.is_negated:
        phrase, targets = _objects(clause)
        if targets or clause.is_only or phrase.is_only or action in ("keep", "label"):
            raise MisreadError([clause.verb], "unclear what is to happen")
        yield SceneCommand("keep", tuple(phrase.terms), tuple(phrase.excluded), protects=(action,))
    else:
        yield from _change(action, clause)


def _change(action: Action, clause: Clause) -> Iterator[SceneCommand]:
    phrase, targets = _objects(clause)
    terms, excluded = tuple(phrase.terms), tuple(phrase.excluded)
    is_only = clause.is_only or phrase.is_only
    if action == "delete" and phrase.narrow:
        raise MisreadError(phrase.narrow, "it would delete more than you said; name the label, or the objects")
    if phrase.scenes and action not in ("export", "label"):
        raise MisreadError(phrase.scenes, SAY_WHICH)
    if action == "keep":
        if is_only:
            raise MisreadError([clause.verb], "say what to delete, such as: delete everything except the chairs")
        yield SceneCommand("keep", terms, excluded, protects=("delete", "hide"))
    elif action == "label":
        if excluded or any(
            term.kind != "everything" or term.among not in ("", "selected", "visible") for term in terms
        ):
            raise MisreadError([clause.verb], "labels are given to everything, or to what is selected or visible")
        yield SceneCommand("label", terms)
    elif action == "export":
        if not targets:
            raise MisreadError([clause.verb], Message("say for which engine: {targets}", targets=", ".join(TARGETS)))
        yield SceneCommand("export", terms or (Term("everything", among="visible"),), excluded, targets)
    else:
        yield SceneCommand(action, terms, excluded)
        if action == "show" and is_only:
            if excluded:
                raise MisreadError([clause.verb], "unclear what is to happen")
            yield SceneCommand("hide", (Term("everything"),), terms)


def _objects(clause: Clause) -> tuple[ObjectPhrase, tuple[str, ...]]:
    """What a clause names, and the targets of an export."""
    action = clause.verb.entry.value
    phrase = ObjectPhrase()
    targets: list[str] = []
    before, after = ([token for token in part if token.role != "request"] for part in (clause.before, clause.after))
    if action == "export":
        before, after = _without_targets(before, targets), _without_targets(after, targets)
    leaves_out = clause.is_negated or action == "keep"
    read_objects(phrase, before, leaves_out, action == "label")
    if phrase.terms and after and after[0].role not in ("except", "comma"):
        raise MisreadError(after)  # an object on both sides of the verb
    read_objects(phrase, after, leaves_out, action == "label")
    if not phrase.terms and (phrase.excluded or action != "export" or clause.is_negated):
        raise MisreadError([clause.verb], SAY_WHICH)
    return phrase, tuple(dict.fromkeys(targets))


def _without_targets(tokens: list[Token], targets: list[str]) -> list[Token]:
    """Moves "to Unity and Godot" from ``tokens`` into ``targets``.

    Raises:
        MisreadError: "to" something that is not a target.
    """
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        is_apart = tokens[place].role == "comma" and place + 1 < len(tokens)
        if targets and tokens[place + is_apart].role == "except":
            return kept + tokens[place + is_apart :]
        end = place
        while end < len(tokens) and tokens[end].role in ("to", "article", "indefinite", "and", "comma"):
            end += 1
        if end < len(tokens) and tokens[end].role == "target" and (targets or tokens[place].role in ("to", "target")):
            targets.append(tokens[end].entry.value)
            place = end + 1
            while place < len(tokens) and tokens[place].role == "format":
                place += 1
        elif targets or tokens[place].role in ("to", "target"):
            raise MisreadError(tokens[place : end + 1])
        else:
            kept.append(tokens[place])
            place += 1
    return kept


def _apply_labels(action: Action, clause: Clause) -> SceneCommand:
    tokens = [*clause.before, *clause.after]
    silent = {"request", "tail", "to"} | ({"collections"} if action != "rename" else set())
    phrase = ObjectPhrase()
    nouns = [token for token in tokens if token.role == "noun"]
    if not nouns:
        read_objects(phrase, [token for token in tokens if token.role not in silent], takes_all=True)
    is_whole = all(term == Term("everything") for term in phrase.terms) and not phrase.excluded
    if clause.is_negated or nouns or not is_whole or (action != "apply_labels" and not phrase.terms):
        raise MisreadError(
            nouns or [clause.verb], "names and collections are made for everything at once, from the labels"
        )
    return SceneCommand(action, (Term("everything"),))


def _generate(clause: Clause, text: str, unread: Unread) -> SceneCommand:
    if clause.is_negated or clause.before or not clause.after:
        raise MisreadError([clause.verb], "say whom to make, such as: create a tall woman in a navy suit")
    described = text[clause.after[0].start : clause.after[-1].end]
    ignored = unread(described)
    if ignored:
        start = clause.after[0].start
        raise MisreadError([Token(word, start, start, clause.verb.entry) for word in ignored])
    if clause.after[0].role == "article":  # "make the doctor taller"
        raise MisreadError(clause.after[:1], "only a new avatar can be made")
    return SceneCommand("generate", text=described)
