"""The values of each kind of step: amounts, directions, colors, places, names. An invalid value is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ml_core.errors import Message
from ml_core.inference.language.clauses import MisreadError
from ml_core.inference.language.understanding.commands.objects import Vocabulary, read_object_span
from ml_core.inference.language.understanding.words import color_of, meaning, table
from ml_core.vocabulary.commands import SceneCommand, Term
from ml_core.vocabulary.scene.labels import LABELS
from ml_core.vocabulary.targets import TARGETS

if TYPE_CHECKING:
    from ml_core.inference.language.understanding.commands.slots import Slots

from ml_core.inference.language.understanding.commands.arranging import align, distribute, move, place, rotate, scale
from ml_core.inference.language.understanding.commands.values import (
    ALONE,
    Builder,
    Unread,
    has_any,
    needed,
    needed_count,
    relation_of,
    said,
    token_of,
    tokens_of,
)


def recolor(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    colors = slots.use("COL")
    if len(colors) != 1:
        raise MisreadError(why="say one color, such as: paint the chairs red")
    color = color_of(colors[0].key)
    if color is None:
        raise MisreadError(tokens_of(colors))
    yield replace(base, color=color)


def swap(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    term, count, color = _asset(slots)
    if term is None:
        yield replace(base, text="")
    elif count > 1:
        raise MisreadError(tokens_of(slots.of("NEW")), "say one thing to swap for")
    else:
        yield replace(base, text=term.value, color=color)


def add(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    term, count, color = _asset(slots)
    if base.terms:  # 给每张桌子放一个杯子: at what, but not where
        raise MisreadError(why="say where, such as: add a lamp on the table")
    if term is None:
        raise MisreadError(tokens_of(slots.of("NEW")), "say what to add, such as: add a lamp on the table")
    relations = [relation_of(span) for span in slots.use("REL")]
    relations = [relation for relation in relations if relation != "toward"]
    if (
        len(relations) > 1
        or (base.anchors and not relations)
        or (relations and not base.anchors and relations[0] not in ALONE)
    ):
        raise MisreadError(tokens_of(slots.of("REL")), "say where, such as: add a lamp on the table")
    yield replace(base, text=term.value, color=color, count=count, relation=relations[0] if relations else "")


_OTHER = ("another", "another one", "a different one", "something else", "a similar one", "a new one", "a different",
    "别的",
          "另一个", "其他款式", "另外一个", "另一款", "一个别的", "一个新的", "新的", "another kind")  # fmt: skip


def _asset(slots: Slots) -> tuple[Term | None, int, str]:
    """The label of what comes from the library, how many, and in what color; ``None`` for "another one"."""
    spans = slots.use("NEW")
    if not spans:
        return None, 0, ""
    phrase = " ".join(span.key for span in spans)
    if phrase in _OTHER:
        return None, 0, ""
    pieces = [piece for span in spans for piece in span.pieces]
    skipped = {
        "another",
        "new",
        "more",
        "different",
        "nicer",
        "other",
        "few",
        "couple",
        "新",
        "另",
        "别",
        "几",
        "some",
        "点",
        "些",
        "再",
    }
    count = 3 if {"few", "several", "几"} & {piece.key for piece in pieces} else 2 if "couple" in phrase else 1
    kept = [piece for piece in pieces if piece.key not in skipped]
    found = read_object_span(kept, Vocabulary())
    if found.unknown or len(found.terms) != 1 or found.terms[0].kind not in ("label", "name"):
        raise MisreadError([token_of(word) for word in found.unknown] or tokens_of(spans))
    term = found.terms[0]
    if term.superlative not in ("", "big", "small") or term.ordinal or term.among not in ("", "rest"):
        raise MisreadError(tokens_of(spans))
    return term, term.count or count, term.color


def duplicate(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    times = slots.use("TIMES")
    counts = [needed_count(span) for span in times]
    relations = [relation_of(span) for span in slots.use("REL")]
    if (
        len(counts) > 1
        or len(relations) > 1
        or (relations and relations[0] not in ("row", "grid") and not base.anchors)
    ):
        raise MisreadError(tokens_of(times), "unclear what is to happen")
    yield replace(base, count=counts[0] if counts else 1, relation=relations[0] if relations else "")


def named(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    """Rename, collect and save as: the name as it was written."""
    names = slots.use("NAME")
    if names:
        names = [replace(names[0], pieces=tuple(piece for span in names for piece in span.pieces))]
    name = " ".join(span.text for span in names).strip().strip("\"'")
    if base.action in ("rename", "collect") and re.search(r"[,，、]", name):
        raise MisreadError(tokens_of(names), "say one name; several objects are numbered")
    if base.action == "collect" and not name and len(base.terms) == 1 and base.terms[0].kind == "collection":
        base, name = replace(base, terms=(Term("everything"),)), base.terms[0].value  # 把所有东西放进道具集合
    if base.action == "rename":
        is_by_label = has_any(verb, ("by label", "by their labels", "by kind", "by type", "标签"))
        if is_by_label and names:
            raise MisreadError(tokens_of(names), "unclear what is to happen")
        if is_by_label and all(term == Term("everything") for term in base.terms):
            yield SceneCommand("rename", (Term("everything"),))
            return
        if not name:
            raise MisreadError(why="say the new name, such as: rename the chair to throne")
    if base.action == "save":
        base = SceneCommand("save")
    yield replace(base, text=name)


_OF_PRESETS = {"like", "photo", "time", "very", "more", "really", "some", "nice", "at", "in", "it", "my", "this", "and",
               "of", "s", "with", "bit", "warm", "soft", "bright", "dark", "day", "style", "summer", "late", "early",
               "rather"}  # fmt: skip
"""Words that add nothing to the word of a preset."""


def light(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    words = re.sub(
        r"\b(?:lighting|light|setup|lights|scene|sky|a|an|the|effect|look|mood|natural)\b", " ", slots.phrase("PRESET")
    )
    words = re.sub(r"灯光|布光|的灯|的光|光照|一点|的$|效果|感觉|场景|式", "", words).strip()
    phrase = " ".join(words.split())
    preset = (
        meaning("PRESETS", slots.phrase("PRESET")) or meaning("PRESETS", phrase) or meaning("PRESETS", f"{phrase}光")
    )
    if preset is None and phrase:
        known = [
            (word, value)
            for word, value in table("PRESETS").items()
            if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", phrase)
        ]
        word, preset = max(known, key=lambda item: len(item[0]), default=("", None))
        left = set(phrase.replace(word, " ").split()) if word.isascii() else set()
        if left - _OF_PRESETS:  # "a rainy night" is more than a night
            raise MisreadError([token_of(entry) for entry in sorted(left - _OF_PRESETS)])
    if any(term.kind not in ("everything", "type") or term.color or term.relation for term in base.terms):
        raise MisreadError(why="a preset lights the whole scene")
    if preset is None:
        presets = ", ".join(dict.fromkeys(table("PRESETS").values()))
        raise MisreadError(tokens_of(slots.of("PRESET")), Message("say which light: {presets}", presets=presets))
    yield SceneCommand("light", text=preset)


def frame(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    phrase = re.sub(r"\b(?:view|from|the|side)\b|视图|视角|面$", " ", slots.phrase("PRESET")).strip()
    if slots.of("PRESET"):
        view = meaning("VIEWS", slots.phrase("PRESET")) or meaning("VIEWS", " ".join(phrase.split()))
        if view is None:
            raise MisreadError(tokens_of(slots.of("PRESET")))
        yield replace(base, text=view)
    elif base.terms:
        yield base
    else:
        raise MisreadError(why="say what to look at")


def measure(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("REL")
    yield replace(base, relation="between" if base.anchors or (len(base.terms) == 2 and "far" in verb) else "")


def render(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    yield SceneCommand("render", anchors=tuple(term for term in base.anchors if term.kind != "everything"))


def plain_word(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    if any(term.kind != "them" and term != Term("everything") for term in base.terms):
        raise MisreadError(why="unclear what is to happen")
    yield SceneCommand(base.action)


_FILES = ("gltf", "glb")


def export(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("ONLY")  # nothing else is exported anyway
    spans = slots.use("TARGET")
    words = {word: target.id for target in TARGETS.values() for word in (*target.words_en, *target.words_zh, target.id)}
    targets = [needed(words.get(span.key) or words.get(span.key.replace(" ", "")), span) for span in spans]
    if not targets:
        raise MisreadError(why=Message("say for which engine: {targets}", targets=", ".join(TARGETS)))
    if any(span.key in _FILES for span in spans):  # "as glb for a web page" asks for the file
        targets = [target for target in targets if TARGETS[target].page_of not in targets]
    yield replace(base, targets=tuple(dict.fromkeys(targets)))


_LABELED = ("", "selected", "visible")


def label(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    terms = tuple(Term("everything", among="selected") if term.kind == "them" else term for term in base.terms)
    wholes = [replace(term, among="", is_single=False) == Term("everything") for term in terms]
    if not all(wholes) or any(term.among not in _LABELED for term in terms):
        raise MisreadError(why="labels are given to everything, or to what is selected or visible")
    yield SceneCommand(base.action, terms[:1] or (Term("everything"),))


def generate(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    count = [needed_count(span) for span in slots.use("TIMES")]
    relations = [relation_of(span) for span in slots.use("REL")]
    if base.terms or len(relations) > 1:
        raise MisreadError(why="say whom to make, such as: create a tall woman in a navy suit")
    described = said(slots, text)
    ignored = unread(described)
    if ignored:
        raise MisreadError([token_of(word) for word in ignored])
    yield replace(base, text=described, count=count[0] if count else 0, relation=relations[0] if relations else "")


def wear(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    """Dress, undress and adjust: what is said of looks, as it was written."""
    for kind in ("REL", "COL"):
        slots.use(kind)
    if not slots.looks:
        raise MisreadError(why="say what to change, such as: put a red coat on her")
    if base.excluded and re.search(r"\bthan\b|比", text.casefold()):  # "taller than the woman" leaves nobody out
        raise MisreadError(why="unclear what is to happen")
    for span in slots.use("COL"):
        slots.looks.append(span)
    if any(span.kind != "d:person" for span in slots.looks):  # "she should wear": who, and not what
        slots.looks = [span for span in slots.looks if span.kind != "d:person"]
    yield replace(base, text=said(slots, text))


_CLEARS = re.compile(
    r"(?:please |now |and |then |so |ok |okay )*(?:clear(?: off| out| up)?|empty(?: out)?) (?!all|every)"
    r"|(?:请|帮我)?(?:清空|腾空|清理|收拾)"
)
_GOES = re.compile(r"\b(?:away|from|of the way)\b|掉")


def cleared(text: str, steps: Sequence[SceneCommand]) -> list[SceneCommand]:
    """ "Clear the workbench" removes what is on it and leaves the workbench, although it has no learned label."""
    if (
        len(steps) != 1
        or steps[0].action != "delete"
        or not _CLEARS.match(text.strip().casefold())
        or _GOES.search(text)
    ):
        return list(steps)
    (step,) = steps
    is_thing = [term.kind == "name" or (term.kind == "label" and term.value not in LABELS) for term in step.terms]
    if not step.terms or not all(is_thing) or any(term.relation for term in step.terms):
        return [step]
    terms = tuple(Term("everything", relation="on", anchors=(term,)) for term in step.terms)
    return [replace(step, terms=terms)]


_EMPTYING = ("empty", "empty out", "清空", "腾空", "清干净")
_CLEARING = ("clear", "clear out", "clear off", "clear up", "清理", "收拾")
_CARRIERS = ("table", "desk", "shelf", "cabinet", "bed", "nightstand", "bench", "sofa", "sink", "stove", "refrigerator")
_HOLDERS = ("box", "chest", "barrel", "trash_bin", "bowl", "cup", "cooking_pot")


def delete(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    """ "Clear the table" and "empty the box" remove what is on or in them, and leave the table and the box."""
    verb = verb.strip()
    labels = [term.value for term in base.terms if term.kind == "label"]
    is_all_labels = len(labels) == len(base.terms) > 0
    if verb in _EMPTYING and any(term.kind in ("name", "them") or term.among == "selected" for term in base.terms):
        raise MisreadError(why="say what to delete, such as: delete everything on the table")
    clears = verb in _CLEARING and all(item in _CARRIERS for item in labels)
    if not is_all_labels or not (clears or verb in _EMPTYING):
        yield base
        return
    relation = "in" if all(item in _HOLDERS for item in labels) else "on"
    yield replace(base, terms=tuple(Term("everything", relation=relation, anchors=(term,)) for term in base.terms))


BUILDERS: dict[str, Builder] = {
    "delete": delete,
    "move": move, "rotate": rotate, "scale": scale, "place": place, "align": align, "distribute": distribute,
    "recolor": recolor, "swap": swap, "add": add, "duplicate": duplicate, "rename": named, "collect": named,
    "save": named, "light": light, "frame": frame, "measure": measure, "render": render, "undo": plain_word,
    "redo": plain_word, "export": export, "label": label, "apply_labels": label, "sort": label, "generate": generate,
    "dress": wear, "undress": wear, "adjust": wear,
}  # fmt: skip
