"""The folder that a sentence wants an export in: "export it for Unity to a folder called out", 导出到out文件夹."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ml_core.errors import InputError
from ml_core.vocabulary.commands import SceneCommand
from ml_core.vocabulary.targets import TARGETS

_EXPORTS = re.compile(r"\b(?:export|save|send|deliver)\b|导出|输出", re.IGNORECASE)
_PART = r"[\w\u3400-\u9fff][\w\u3400-\u9fff.-]*"
_PATH = rf"{_PART}(?:[/\\\\]{_PART})*[/\\\\]?"
_FOLDERS = tuple(
    re.compile(source, re.IGNORECASE)
    for source in (
        rf"[,，]?\s*\b(?:in|to|into|under|inside) (?:an?|the|my) (?:new )?(?:sub)?(?:folder|directory)"
        rf"(?: that is)?(?: called| named)? [\"'“‘]?(?P<name>{_PATH})[\"'”’]?",
        rf"[,，]?\s*\b(?:in|to|into|under|inside) (?:an?|the|my)? ?[\"'“‘]?(?P<name>{_PATH})[\"'”’]?"
        rf" (?:sub)?(?:folder|directory)\b",
        rf"[,，]?\s*\b(?:in|to|into|under) \./(?P<name>{_PATH})",
        rf"[,，]?\s*\b(?:in|to|into|under) (?P<name>{_PART}/{_PATH})",
        rf"[,，]?\s*(?:并|再)?(?:存|保存|放|导出|输出)?(?:到|在|进|至)(?:名为|叫做?)?\s*[\"“‘]?(?P<name>{_PATH}?)[\"”’]?的?(?:文件夹|目录)(?:里面?|中|下)?",
    )
)
_OF_AN_ENGINE = {word.casefold() for target in TARGETS.values() for word in (target.id, *target.words_en)}
_THE_FILE = re.compile(
    r"^((?:please |now |ok |can you |could you )*)save (?:it|this)(?: all)? (?=for\b|in\b|to\b|as\b)", re.I
)


def without_folder(text: str) -> tuple[str, str]:
    """A sentence that exports without its folder, and that folder, relative; empty where none is said."""
    if not _EXPORTS.search(text):
        return text, ""
    for pattern in _FOLDERS:
        found = pattern.search(text)
        if found is not None and found["name"].casefold() not in _OF_AN_ENGINE:
            rest = f"{text[: found.start()]}{text[found.end() :]}".strip(" ,，")
            return _THE_FILE.sub(r"\1export everything ", rest), found["name"].strip("/\\").removesuffix("的")
    return text, ""


def in_folder(steps: Sequence[SceneCommand], folder: str) -> list[SceneCommand]:
    """The steps with ``folder`` as that of their exports.

    Raises:
        InputError: none of them exports.
    """
    if not any(step.action == "export" for step in steps):
        raise InputError("{folder}: only exports go to a folder; say for which engine", folder=folder)
    return [replace(step, text=folder) if step.action == "export" else step for step in steps]
