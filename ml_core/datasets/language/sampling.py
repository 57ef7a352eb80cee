"""Training sentences: drafts of the grammar joined, framed politely, misspelled, and labeled piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ml_core.inference.language.understanding.tagging.pieces import Piece, plain, split

from .grammar import Draft, Grammar, Segment, grammar_of
from .noise import misspelled, shortened

DOMAINS = ("command", "describe", "other")
OUTSIDE = "O"
_WEIGHTS = {
    "select": 1.6, "hide": 1.8, "show": 1.3, "isolate": 1.2, "delete": 2.0, "move": 2.0, "rotate": 1.5, "scale": 1.7,
    "place": 2.8, "recolor": 1.8, "add": 1.6, "export": 1.5, "generate": 1.6, "adjust": 1.4, "keep": 0.6, "redo": 0.2,
    "undo": 0.4, "save": 0.4, "render": 0.5, "apply_labels": 0.4, "label": 0.5, "deselect": 0.6, "dress": 1.3,
}  # fmt: skip
_FEW = ("undo", "redo", "save", "render", "apply_labels")


@dataclass
class Example:
    """A sentence with the tag of each piece (``O``, ``B-…``, ``I-…``) and its domain."""

    text: str
    pieces: list[Piece]
    tags: list[str]
    domain: str
    names: list[str] = field(default_factory=list)
    taught: dict[str, str] = field(default_factory=dict)


def sentences(
    count: int, rng: np.random.Generator, shares: tuple[float, float, float] = (0.6, 0.3, 0.1)
) -> Iterator[Example]:
    """``count`` sentences, half of them in each language; ``shares`` are of :data:`DOMAINS`."""
    for _ in range(count):
        language = "zh" if rng.random() < 0.5 else "en"
        yield sentence(language, str(rng.choice(DOMAINS, p=shares)), rng)


def sentence(language: str, domain: str, rng: np.random.Generator) -> Example:
    """One sentence of a language and a domain."""
    grammar = grammar_of(language)
    if domain == "command":
        draft = _joined(grammar, rng)
    elif domain == "describe":
        draft = grammar.draw("describe", rng)
    else:
        draft = grammar.draw("other", rng)
        for segment in draft.segments:
            segment.tag = ""
    draft.segments = [segment for segment in draft.segments if segment.text]
    _frame(grammar, draft, domain, rng)
    _disturb(language, draft, rng)
    return labeled(draft, domain)


def labeled(draft: Draft, domain: str) -> Example:
    """The draft as text with a tag a piece."""
    text, marks = "", []
    for number, segment in enumerate(draft.segments):
        said = plain(segment.text)
        text += said
        marks += [(segment.tag, number)] * len(said)
    if len(text) != len(text.casefold()):
        text = text.casefold()[: len(marks)]
    pieces = split(text, draft.names)
    tags, last = [], (-1, "")
    for piece in pieces:
        tag, number = marks[min(piece.start, len(marks) - 1)]
        if not tag:
            tags.append(OUTSIDE)
        else:
            tags.append(f"{'I' if (number, tag) == last else 'B'}-{tag}")
        last = (number, tag)
    return Example(text, pieces, tags, domain, draft.names, draft.taught)


def _joined(grammar: Grammar, rng: np.random.Generator) -> Draft:
    """A command of one to three steps."""
    weights = np.array([_WEIGHTS.get(name, 1.0) for name in grammar.command_actions])
    count = int(rng.choice([1, 2, 3], p=[0.66, 0.27, 0.07]))
    whole = Draft()
    for step in range(count):
        action = str(rng.choice(grammar.command_actions, p=weights / weights.sum()))
        if step and rng.random() < 0.5:
            whole.segments.append(Segment(_pick(grammar.frames["joiners"], rng), "SEP"))
        elif step:
            whole.segments.append(Segment(_pick(grammar.frames["joiners"][:8], rng), "SEP"))
        draft = grammar.draw(action, rng)
        if rng.random() < 0.04 and action in ("hide", "delete", "duplicate", "export", "select"):
            bare = "select" if action != "select" else "show"
            space = "" if grammar.language == "zh" else " "
            joint = "并" if grammar.language == "zh" else " and "
            draft.segments[:0] = [
                Segment(grammar.verbs[bare][0] + space * 0, f"act:{bare}"),
                Segment(joint, "SEP"),
            ]
        whole.segments += draft.segments
        whole.names += draft.names
        whole.taught |= draft.taught
    return whole


def _frame(grammar: Grammar, draft: Draft, domain: str, rng: np.random.Generator) -> None:
    """Put polite phrases before and after a sentence, at random."""
    frames = grammar.frames
    share = {"command": 0.3, "describe": 0.12, "other": 0.1}[domain]
    starts_plainly = bool(draft.segments) and not draft.segments[0].text.startswith(
        ("把", "将", "i ", "请", "能", "我")
    )
    if rng.random() < share and starts_plainly:
        draft.segments.insert(0, Segment(_pick(frames["polite_before"], rng)))
    if rng.random() < share:
        draft.segments.append(Segment(_pick(frames["polite_after"], rng)))


def _disturb(language: str, draft: Draft, rng: np.random.Generator) -> None:
    change: list[Callable[[str], str]] = []
    if rng.random() < 0.12:
        change.append(lambda text: shortened(text, language, rng))
    if language == "en" and rng.random() < 0.12:
        share = rng.uniform(0.1, 0.3)
        change.append(lambda text: misspelled(text, rng, share))
    for segment in draft.segments:
        if segment.tag == "NAME" or any(name.casefold() in segment.text.casefold() for name in draft.names):
            continue
        for item in change:
            segment.text = item(segment.text)


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
