"""One line of English or Chinese: a person described, or commands for a scene.

This is a grammar over word tables (:mod:`ml_core.vocabulary.words_en`, ``words_zh``), not a trained model: it knows the
words in the tables and the order in which people use them, and ignores the rest. A trained tagger takes its place
behind the same calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import ModuleType

from ml_core.errors import InputError
from ml_core.vocabulary import words_en, words_zh
from ml_core.vocabulary.commands import EVERYTHING, REST, SceneCommand
from ml_core.vocabulary.labels import LABELS
from ml_core.vocabulary.traits import RANGES, AvatarTraits

MEAN_HEIGHT = {0.0: 1.76, 0.5: 1.70, 1.0: 1.64}
"""Metres, by presentation: about the means of adults in Europe and North America (NCD-RisC 2020)."""

PERSON_COLORS = {"skin": "SKIN", "hair": "HAIR", "eye": "EYES"}


class LanguageModel:
    """Reads descriptions and commands.

    Example:
        >>> LanguageModel.load().describe("a tall woman in a navy suit, dark skin, blond hair").outfit
        'business'
    """

    @classmethod
    def load(cls) -> LanguageModel:
        return cls()

    def describe(self, text: str) -> AvatarTraits:
        """The traits that a description names; what it leaves open stays ``None``."""
        return _describe_zh(text) if _is_chinese(text) else _describe_en(text)

    def command(self, text: str) -> list[SceneCommand]:
        """The steps that a sentence asks for, in order.

        Raises:
            InputError: no verb that is known is in the sentence; the message lists those that are.
        """
        words = words_zh if _is_chinese(text) else words_en
        commands = list(_commands(text.lower(), words))
        if not commands:
            verbs = ", ".join(names[0] for names in words.ACTIONS.values())
            raise InputError(f"{text!r}: no known verb in it; say what to do, such as {verbs}")
        return commands


def _is_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def _describe_en(text: str) -> AvatarTraits:
    text = re.sub(r"-(hair|eye|skin)n?(ed)?", r" \1", text.lower())
    words = re.findall(r"[a-z][a-z\-]*|#[0-9a-f]{6}|[,.;]", text)
    noun_of = {noun: kind for kind, nouns in words_en.NOUNS.items() for noun in nouns}
    found: dict[str, str] = {}
    pending: list[str] = []
    for word in words:
        if word in ",.;" or word in ("with", "and", "in", "wearing", "a", "an", "the", "has"):
            if word not in ("and", "a", "an", "the"):
                pending = []
            continue
        kind = noun_of.get(word)
        if kind is None:
            pending.append(word)
            continue
        color = _nearest_color(kind, pending, words_en)
        if color is not None:
            _assign(found, kind, color)
            pending = []
        elif word == "jeans":
            _assign(found, "bottom", words_en.COLORS["denim"])
    style, rest = _hair_style_en(text)
    plain = set(re.findall(r"[a-z][a-z\-]*", rest))
    return _traits(found, words_en, lambda names: any(name in plain for name in names), style)


def _describe_zh(text: str) -> AvatarTraits:
    found: dict[str, str] = {}
    for clause in re.split(r"[,，。;；、]|和|穿着?", text):
        for kind, nouns in words_zh.NOUNS.items():
            noun = next((one for one in nouns if one in clause), None)
            if noun is None:
                continue
            before = clause[: clause.index(noun)]
            after = clause[clause.index(noun) + len(noun) :] if kind in PERSON_COLORS else ""
            table = _table(kind, words_zh)
            longest = sorted(table, key=len, reverse=True)
            color = next((name for name in longest if name in before), None)
            color = color or next((name for name in longest if name in after), None)
            if color is not None:
                _assign(found, kind, table[color])
    ways = [(way, style) for style, names in words_zh.HAIR_STYLES.items() for way in names]
    style = next((style for way, style in sorted(ways, key=lambda one: -len(one[0])) if way in text), None)
    if style is None and (told := re.search(r"([长短卷直])[^,，。;；、]{0,3}发", text)):
        style = {"长": "long_straight", "短": "short_crop", "卷": "long_wavy", "直": "long_straight"}[told.group(1)]
    return _traits(found, words_zh, lambda names: any(name in text for name in names), style)


def _hair_style_en(text: str) -> tuple[str | None, str]:
    """The hair style that a text names, and the text without the words for it: short hair makes nobody short."""
    ways = [(way, style) for style, names in words_en.HAIR_STYLES.items() for way in names]
    # Curly or wavy says more than long or short.
    for way, style in sorted(ways, key=lambda one: (-len(one[0].split()), one[1] in ("long_straight", "short_crop"))):
        head, _, last = way.rpartition(" ")
        spelled = rf"{re.escape(head)}(?:,? [a-z]+){{0,2}} {last}" if last == "hair" else re.escape(way)
        if told := re.search(rf"(?<![a-z\-]){spelled}(?:ed)?(?![a-z])", text):
            return style, text[: told.start()] + text[told.end() :]
    return None, text


def _table(kind: str, words: ModuleType) -> Mapping[str, str]:
    return getattr(words, PERSON_COLORS.get(kind, "COLORS"))


def _nearest_color(kind: str, pending: list[str], words: ModuleType) -> str | None:
    """The last colour word before a noun, darkened or lightened by the word before it."""
    table = _table(kind, words)
    for index in range(len(pending) - 1, -1, -1):
        word = pending[index]
        if word.startswith("#"):
            return word
        if word in table:
            shade = pending[index - 1] if index and kind not in PERSON_COLORS else ""
            return _shaded(table[word], {"dark": 0.55, "deep": 0.6, "light": 1.5, "pale": 1.6}.get(shade, 1.0))
    return None


def _shaded(color: str, factor: float) -> str:
    values = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{min(round(value * factor), 255):02x}" for value in values)


def _assign(found: dict[str, str], kind: str, color: str) -> None:
    if kind == "suit":
        found.setdefault("top", color)
        found.setdefault("bottom", color)
    else:
        found[kind] = color


def _traits(found: dict[str, str], words: ModuleType, contains, hair_style: str | None) -> AvatarTraits:
    values: dict[str, object] = dict(found)
    if hair_style is not None:
        values["hair_style"] = hair_style
    outfits = [name for name, names in words.OUTFITS.items() if contains(names)]
    if outfits:
        # A uniform is a nurse's or a mechanic's where one is named; "suit" alone is business wear.
        values["outfit"] = next((o for o in ("medical", "utility", "military", "business") if o in outfits), outfits[0])
    presentation = next((value for value in (1.0, 0.0, 0.5) if contains(words.PRESENTATION[value])), None)
    if presentation is not None:
        values["presentation"] = presentation
    builds = [value for name, value in words.BUILD.items() if contains((name,))]
    if builds:
        values["build"] = builds[0]
    heights = [more for name, (more, _) in words.HEIGHT.items() if contains((name,))]
    if heights:
        low, high = RANGES["height"]
        mean = MEAN_HEIGHT[0.5 if presentation is None else presentation]
        values["height"] = round(min(max(mean + heights[0], low), high), 2)
    return AvatarTraits(**values)  # type: ignore[arg-type]


def _commands(text: str, words: ModuleType) -> Iterable[SceneCommand]:
    """Cuts a sentence at its verbs; each piece is a step."""
    verbs = {name: action for action, names in words.ACTIONS.items() for name in names}
    names = sorted(verbs, key=len, reverse=True)
    pattern = "|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in names)
    marks = list(re.finditer(pattern, text))
    for index, mark in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        piece = text[mark.end() : end]
        action = verbs[mark.group()]
        if action == "export":
            # In Chinese the object may stand before the verb: 把其余的导出到虚幻.
            before = text[marks[index - 1].end() if index else 0 : mark.start()]
            whole = piece + (before if words is words_zh else "")
            for target in [t for t, ways in words.TARGETS.items() if _has(whole, ways)] or ["web"]:
                yield SceneCommand("export", _what(whole, words), target=target)
        elif action == "generate":
            yield SceneCommand("generate", "person", text=piece.strip(" ,.;，。"))
        else:
            for what in _whats(piece, words):
                yield SceneCommand(action, what)


def _whats(piece: str, words: ModuleType) -> list[str]:
    """All labels that a piece names, longest words first so that an 吊灯 is no 灯; else everything or the rest."""
    ways = [(way, label) for label in LABELS for way in _ways(label, words)]
    found = []
    for way, label in sorted(ways, key=lambda one: -len(one[0])):
        if _has(piece, (way,)):
            piece = piece.replace(way, " ")
            found.append(label)
    ordered = [label for label in LABELS if label in found]
    return ordered or [_what(piece, words)]


def _ways(label: str, words: ModuleType) -> list[str]:
    """The words for a label, plurals included."""
    ways = list(words.LABELS.get(label, ()))
    if words is words_en:
        ways.append(label.replace("_", " "))
        ways += [_plural(way) for way in ways]
    return ways


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("f"):
        return word[:-1] + "ves"
    return word + "s"


def _what(piece: str, words: ModuleType) -> str:
    if _has(piece, words.REST):
        return REST
    if _has(piece, words.EVERYTHING):
        return EVERYTHING
    return next((label for label in LABELS if _has(piece, _ways(label, words))), EVERYTHING)


def _has(text: str, ways: Iterable[str]) -> bool:
    """Whether one of the words stands in the text, as a whole word where the script has spaces."""
    return any(
        re.search(rf"(?<![a-z]){re.escape(way)}(?![a-z])", text) if way.isascii() else way in text for way in ways
    )
