"""Lips of the page: what visemes a text has, in both languages, by the page's own module in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from blender_addon.export.delivery.page_files import PAGE
from ml_core.vocabulary.avatar.expressions import VISEMES
from scripts.export_checks.programs.khronos import find_node

NODE = find_node()
TEXTS = ("mama", "the name", "ship", "你好，妈妈", "", "1, 2!", "Übung", "مرحبا", "<img src=x>", "a\u0000b😀")
READINGS = {"你": "ni", "好": "hao", "妈": "ma", "张": "zhang", "绿": "lv", "左": "zuo", "鸡": "ji", "x": ""}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if NODE is None:
        pytest.skip("no Node.js in this environment")
    folder: Path = tmp_path_factory.mktemp("visemes")
    shutil.copyfile(PAGE / "js" / "visemes.js", folder / "visemes.mjs")
    code = f"""import {{ pinyin, visemesOf }} from './visemes.mjs';
    const texts = {json.dumps(TEXTS)}, characters = {json.dumps(list(READINGS))};
    console.log(JSON.stringify({{ visemes: texts.map(visemesOf), readings: characters.map(pinyin) }}));"""
    (folder / "say.mjs").write_text(code, encoding="utf-8")
    done = subprocess.run([NODE, str(folder / "say.mjs")], capture_output=True, text=True, check=True, encoding="utf-8")
    return json.loads(done.stdout)


def names(said: Any, text: str) -> list[str]:
    return [item["viseme"].removeprefix("viseme_") for item in said["visemes"][TEXTS.index(text)]]


def test_english_by_its_letters(said: Any) -> None:
    assert names(said, "mama") == ["PP", "aa", "PP", "aa"]
    assert names(said, "the name") == ["TH", "E", "nn", "aa", "PP"]
    assert names(said, "ship") == ["CH", "I", "PP"]


def test_chinese_by_its_syllables(said: Any) -> None:
    assert dict(zip(READINGS, said["readings"], strict=True)) == READINGS
    assert names(said, "你好，妈妈") == ["nn", "I", "kk", "aa", "O", "PP", "aa", "PP", "aa"]


def test_any_text_has_visemes_that_follow_one_another(said: Any) -> None:
    for text, visemes in zip(TEXTS, said["visemes"], strict=True):
        assert {item["viseme"] for item in visemes} <= VISEMES.keys(), text
        ends = [0.0, *(item["end"] for item in visemes)]
        assert all(item["start"] >= end - 1e-9 for item, end in zip(visemes, ends, strict=False)), text
    assert not said["visemes"][TEXTS.index("")]
