"""Sentences drawn from the grammar files of this folder, each with the slot of every character.

A grammar is a TOML file of ``[verbs]``, ``[parts]`` and ``[sentences]``; commands_en.toml explains the syntax. Parts
that it does not define come from the registries (:mod:`ml_core.datasets.language.registries`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .registries import Fillers

FOLDER = Path(__file__).resolve().parent
Language = str
"""``en`` or ``zh``."""

_TOKEN = re.compile(
    r"\[(?P<verb>\w+)(?:=(?P<verb_words>[^\]]*))?\]"
    r"|\{(?P<slot>[\w:]+)[=\s](?P<slot_words>[^{}]*)\}"
    r"|<(?P<part>\w+)>"
    r"|\((?P<options>[^()]*)\)"
)


@dataclass
class Segment:
    """``text`` of one slot; an empty ``tag`` is plain text."""

    text: str
    tag: str = ""


@dataclass
class Draft:
    """A sentence in segments, with what it refers to in a scene: object names, and taught words with their class."""

    segments: list[Segment] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    taught: dict[str, str] = field(default_factory=dict)


class Grammar:
    """The grammar files of one language, expanded at random."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.verbs: dict[str, list[str]] = {}
        self.parts: dict[str, list[str]] = {}
        self.sentences: dict[str, list[str]] = {}
        self.frames: dict[str, list[str]] = {}
        self.other_frames: dict[str, list[str]] = {}
        for kind in ("descriptions", "commands", "other"):
            content = read_grammar(f"{kind}_{language}.toml")
            self.verbs |= content.get("verbs", {})
            self.parts |= content.get("parts", {})
            self.sentences |= content.get("sentences", {})
            if kind == "commands":
                self.frames = content["frames"]
        self.command_actions = [name for name in self.sentences if name not in ("describe", "other")]

    def draw(self, kind: str, rng: np.random.Generator) -> Draft:
        """One sentence of an action, ``describe`` or ``other``, without polite frames and noise."""
        draft = Draft()
        fillers = Fillers(self.language, rng, draft)
        template = self.sentences[kind][rng.integers(len(self.sentences[kind]))]
        self._expand(template, "", rng, fillers, draft)
        return draft

    def _expand(self, template: str, tag: str, rng: np.random.Generator, fillers: Fillers, draft: Draft) -> None:
        place = 0
        for match in _TOKEN.finditer(template):
            self._plain(template[place : match.start()], tag, draft)
            place = match.end()
            parts = match.groupdict()
            if parts["verb"] is not None:
                words = parts["verb_words"].split("|") if parts["verb_words"] is not None else self.verbs[parts["verb"]]
                self._expand(words[rng.integers(len(words))], f"act:{parts['verb']}", rng, fillers, draft)
            elif parts["slot"] is not None:
                words = parts["slot_words"].split("|")
                draft.segments.append(Segment("", parts["slot"]))  # a slot of its own, also beside one of its kind
                self._expand(words[rng.integers(len(words))], parts["slot"], rng, fillers, draft)
            elif parts["options"] is not None:
                words = _alternatives(parts["options"])
                self._expand(words[rng.integers(len(words))], tag, rng, fillers, draft)
            else:
                self._part(parts["part"], tag, rng, fillers, draft)
        self._plain(template[place:], tag, draft)

    def _part(self, name: str, tag: str, rng: np.random.Generator, fillers: Fillers, draft: Draft) -> None:
        filler = getattr(fillers, name, None)
        if filler is not None:
            self._plain(filler(), tag, draft)
            return
        options = self.parts[name]
        self._expand(options[rng.integers(len(options))], tag, rng, fillers, draft)

    def _plain(self, text: str, tag: str, draft: Draft) -> None:
        if not text:
            return
        last = draft.segments[-1] if draft.segments else None
        if last is not None and last.tag == tag:
            last.text += text
        else:
            draft.segments.append(Segment(text, tag))


def _alternatives(options: str) -> list[str]:
    """The alternatives of a template: split at each bar outside verbs and slots."""
    found, depth = [""], 0
    for character in options:
        depth += (character in "[{") - (character in "]}")
        if character == "|" and not depth:
            found.append("")
        else:
            found[-1] += character
    return found


@cache
def read_grammar(name: str) -> dict[str, Any]:
    """Read a grammar file of this folder."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def verb_phrases() -> dict[str, list[str]]:
    """All verb phrases of the grammars, each with the actions that it may stand for."""
    found: dict[str, set[str]] = {}
    for language in ("en", "zh"):
        grammar = grammar_of(language)
        rows = [(action, words) for action, words in grammar.verbs.items()]
        rows += [(match["verb"], match["verb_words"].split("|")) for match in _tokens(grammar) if match["verb_words"]]
        for action, words in rows:
            for word in words:
                found.setdefault(word, set()).add(action)
    return {word: sorted(actions) for word, actions in sorted(found.items()) if word}


def slot_phrases(*slots: str) -> dict[str, list[str]]:
    """All phrases of some closed-class slots, such as ``EXCEPT``, by slot."""
    found: dict[str, set[str]] = {slot: set() for slot in slots}
    for language in ("en", "zh"):
        grammar = grammar_of(language)
        for match in _tokens(grammar):
            if match["slot"] in found:
                options = match["slot_words"].split("|")
                named = [option[1:-1] for option in options if option.startswith("<")]
                words = [word for item in named for word in grammar.parts.get(item, ())]
                found[match["slot"]] |= {word for word in (*options, *words) if word and "<" not in word}
        if "SEP" in found:
            found["SEP"] |= set(grammar.frames["joiners"])
    return {slot: sorted(words) for slot, words in found.items()}


def _tokens(grammar: Grammar) -> Iterator[re.Match[str]]:
    """The markup of all templates of a grammar, nested ones too."""
    templates = [row for rows in (*grammar.sentences.values(), *grammar.parts.values()) for row in rows]
    while templates:
        template = templates.pop()
        for match in _TOKEN.finditer(template):
            if match["options"] is not None:
                templates += _alternatives(match["options"])
            yield match


@cache
def grammar_of(language: Language) -> Grammar:
    return Grammar(language)
