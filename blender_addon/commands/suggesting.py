"""Suggestions of the command field: words of the scene and the registries, earlier commands, examples, and chips."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import bpy

from ml_core.errors import AtelierError, InputError, Message
from ml_core.files import stored_json
from ml_core.geometry.garments.pieces import PIECES
from ml_core.inference.language.lexicon import is_chinese, plural
from ml_core.inference.language.understanding.commands.objects import Vocabulary
from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrases
from ml_core.vocabulary.commands import SceneCommand, Term
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.words import (
    commands_en,
    commands_zh,
    constructions_en,
    constructions_zh,
    descriptions_en,
    descriptions_zh,
    scene_en,
    scene_zh,
)

from ..avatar.stored import has_traits
from ..bridge.models import loaded as models
from ..bridge.object_labels import label_of
from ..scene.editing.choosing import ambiguity
from .running import read_command

_MOST_KEPT = 20
_MOST_SHOWN = 40
_LONGEST = 12
"""Words of a phrase that a name may stand for."""
_OF_ROOMS = ("floor", "wall", "ceiling", "window", "door")
"""What an example need not be about while there is something else."""
_ALIKE = ("select", "hide", "show", "delete")
"""Actions that take the same words: one of them can stand for another in a sentence."""
_LEAST = 2
"""Letters of a word before its ends are offered."""


@dataclass(frozen=True)
class Chip:
    """A part of the command, from ``start`` to ``end``, and its interpretation."""

    text: str
    kind: str
    start: int
    end: int


def remember(scene: bpy.types.Scene, command: str) -> None:
    """Store a command that was carried out, the latest first."""
    kept = [command, *(item for item in history(scene) if item != command)][:_MOST_KEPT]
    scene.atelier.command_history = json.dumps(kept, ensure_ascii=False)


def history(scene: bpy.types.Scene) -> list[str]:
    """Earlier commands of this scene; entries of a file that are not strings are left out."""
    stored = stored_json(scene.atelier.command_history, list, [])
    return [item for item in stored if isinstance(item, str) and 0 < len(item) <= 1000][:_MOST_KEPT]


def suggestions(scene: bpy.types.Scene, text: str) -> list[str]:
    """Completions of a text: earlier commands that contain it, and the text with its last word completed."""
    folded = text.casefold()
    found = [item for item in history(scene) if folded in item.casefold() and item != text]
    head, _, last = text.rpartition(" ")
    if is_chinese(text):
        head, last = text[:-1], text[-1:]
    if len(last) >= (1 if is_chinese(text) else _LEAST):
        joint = "" if is_chinese(text) or not head else " "
        begun = last.casefold()
        words = [word for word in _words(scene, is_chinese(text)) if word.casefold().startswith(begun) and word != last]
        found += [f"{head}{joint}{word}" for word in dict.fromkeys(words)]
    elif not text:
        found += examples(scene)
    return list(dict.fromkeys(found))[:_MOST_SHOWN]


def alternatives(scene: bpy.types.Scene, chip: Chip) -> list[str]:
    """Alternatives for a part of a command."""
    chinese = is_chinese(chip.text)
    constructions = constructions_zh if chinese else constructions_en
    if chip.kind == "COL":
        return [*(descriptions_zh if chinese else descriptions_en).COLORS, *constructions.FINISHES]
    if chip.kind in ("SHADE", "DEGREE"):
        return list(constructions.SHADES if chip.kind == "SHADE" else constructions.DEGREES)
    if chip.kind in ("OBJ", "EXC", "REF", "DST", "NEW"):
        return list(dict.fromkeys(_nouns(scene, chinese)))
    if chip.kind == "garment":
        return [word for piece in PIECES for word in piece.words if is_chinese(word) == chinese]
    if chip.kind == "TARGET":
        return [target.words_en[0] for target in TARGETS.values()]
    scene_words = scene_zh if chinese else scene_en
    tables = {
        "REL": scene_words.RELATIONS,
        "WHERE": scene_words.RELATIONS,
        "DIR": scene_words.DIRECTIONS,
        "PRESET": scene_words.PRESETS,
    }
    if chip.kind in tables:
        return [names[0] for names in tables[chip.kind].values()]
    actions = (commands_zh if chinese else commands_en).ACTIONS
    return [actions[action][0] for action in _ALIKE] if chip.kind in _ALIKE else []


def _nouns(scene: bpy.types.Scene, chinese: bool) -> Iterator[str]:
    for label in dict.fromkeys(filter(None, map(label_of, scene.objects))):
        if chinese:
            yield commands_zh.LABELS.get(label, (label,))[0]
        else:
            yield f"all {plural(label.replace('_', ' '))}"
            yield f"the {label.replace('_', ' ')}"
    yield from (obj.name for obj in scene.objects)


def _words(scene: bpy.types.Scene, chinese: bool) -> Iterator[str]:
    yield from (obj.name for obj in scene.objects)
    yield from (item.name for item in scene.collection.children_recursive)
    commands, people = (commands_zh, descriptions_zh) if chinese else (commands_en, descriptions_en)
    for label in dict.fromkeys(filter(None, map(label_of, scene.objects))):
        word = commands.LABELS.get(label, (label,))[0] if chinese else label.replace("_", " ")
        yield from (word,) if chinese else (word, plural(word))
    for names in commands.ACTIONS.values():
        yield names[0]
    yield from people.COLORS
    yield from (word for piece in PIECES for word in piece.words if is_chinese(word) == chinese)
    yield from (names[0] for names in scene_en.RELATIONS.values())
    yield from (target.words_en[0] for target in TARGETS.values())


def examples(scene: bpy.types.Scene) -> list[str]:
    """Commands that work in the current scene."""
    found = Counter(filter(None, map(label_of, scene.objects)))
    labels = [label for label, _ in found.most_common() if label not in ("person", *_OF_ROOMS)]
    chinese = bpy.app.translations.locale.startswith("zh")
    avatar = next((obj.name for obj in scene.objects if has_traits(obj)), "")
    people = [f"让{avatar}挥手" if chinese else f"make {avatar} wave"] if avatar else []
    if not labels:
        return people + (
            ["识别场景里所有东西", "创建一个高个子女人"] if chinese else ["label everything", "create a tall woman"]
        )
    first, last = labels[0], labels[-1]
    if chinese:
        first, last = (commands_zh.LABELS.get(label, (label,))[0] for label in (first, last))
        return [f"选中最大的{first}", f"把所有{first}换成木头的", f"只显示{last}", *people]
    first, last = first.replace("_", " "), last.replace("_", " ")
    return [f"select the largest {first}", f"make all {plural(first)} wooden", f"isolate the {plural(last)}", *people]


def chips(context: bpy.types.Context, command: str) -> tuple[Chip, ...]:
    """The interpretation of each part of a command; empty if it is not understood. Panels call this at every redraw."""
    scene = context.scene
    return _chips(command, scene.session_uid, len(scene.objects)) if _is_readable(command) else ()


def _is_readable(command: str) -> bool:
    """Whether there is a text to read, and the model for it is loaded."""
    return bool(command.strip()) and models.reads_sentences()


@lru_cache(maxsize=32)
def _chips(command: str, _scene: int, _objects: int) -> tuple[Chip, ...]:
    try:
        reading = read_command(bpy.context, command, marks=True)
    except AtelierError:
        return ()
    shown = [span for span in reading.spans if span.kind not in ("SEP", "EXCEPT")]
    found = (
        Chip(span.text, span.action or span.kind.removeprefix("d:"), span.pieces[0].start, span.pieces[-1].end)
        for span in shown
    )
    return tuple(chip for item in found if (chip := _placed(item, command)) is not None)


def _placed(chip: Chip, command: str) -> Chip | None:
    """A chip where its words stand in the command as it is written; it was read in plainer words. ``None`` where they
    stand nowhere, or twice."""
    if command[chip.start : chip.end].casefold() == chip.text.casefold():
        return chip
    folded = command.casefold()
    if len(folded) != len(command) or folded.count(chip.text.casefold()) != 1:
        return None
    start = folded.index(chip.text.casefold())
    return replace(chip, start=start, end=start + len(chip.text))


@lru_cache(maxsize=32)
def _plan(command: str, _scene: int, _objects: int) -> tuple[tuple[str, ...], Message | None]:
    try:
        return tuple(map(str, read_command(bpy.context, command).steps)), None
    except AtelierError as error:
        return (), error.message


def question(context: bpy.types.Context, command: str) -> tuple[str, ...]:
    """Names of the objects among which a command is ambiguous; empty if it is clear."""
    scene = context.scene
    return _question(command, scene.session_uid, len(scene.objects)) if _is_readable(command) else ()


@lru_cache(maxsize=32)
def _question(command: str, _scene: int, _objects: int) -> tuple[str, ...]:
    try:
        found = ambiguity(bpy.context, read_command(bpy.context, command).steps)
    except AtelierError:
        return ()
    return found.names if found is not None else ()


def answered(context: bpy.types.Context, command: str, name: str) -> str:
    """The command with the name of an object in place of the ambiguous phrase: the longest noun phrase whose
    replacement is read as that object and leaves the rest unchanged.

    Raises:
        InputError: no part of it can be replaced so.
    """
    steps = read_command(context, command).steps
    found = ambiguity(context, steps)
    if found is not None:
        wanted = [_with_term(step, found.term, Term("name", name)) for step in steps]
        quoted = f"“{name}”" if is_chinese(command) else f'"{name}"'
        phrases = NounPhrases(Vocabulary(), ())
        for start, end in _parts(command):
            if not phrases.terms(command[start:end].lower()):
                continue
            changed = f"{command[:start]}{quoted}{command[end:]}"
            try:
                if read_command(context, changed).steps == wanted:
                    return changed
            except AtelierError:
                continue
    raise InputError("say the name in the sentence: {name}", name=name)


def _parts(command: str) -> Iterator[tuple[int, int]]:
    """Parts of a sentence from word to word, or from character to character in Chinese, the longest first."""
    pattern = r"[\u3400-\u9fff]|[^\s\u3400-\u9fff,.;，。；]+"
    words = [(item.start(), item.end()) for item in re.finditer(pattern, command)]
    for length in range(min(len(words), _LONGEST), 0, -1):
        for first in range(len(words) - length + 1):
            yield words[first][0], words[first + length - 1][1]


def _with_term(step: SceneCommand, term: Term, other: Term) -> SceneCommand:
    def changed(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(other if item == term else replace(item, anchors=changed(item.anchors)) for item in terms)

    return replace(step, terms=changed(step.terms), excluded=changed(step.excluded), anchors=changed(step.anchors))


def plan(context: bpy.types.Context, command: str) -> tuple[tuple[str, ...], Message | None]:
    """A short list of a command's steps, or the reason for refusing it."""
    scene = context.scene
    return _plan(command, scene.session_uid, len(scene.objects)) if _is_readable(command) else ((), None)
