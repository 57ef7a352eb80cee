"""Errors are templates with values, and every template has its Chinese, with the same fields."""

from __future__ import annotations

import ast
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from blender_addon.translations.zh.errors import ERRORS
from blender_addon.translations.zh.table import CHINESE
from ml_core.errors import fields_of

ROOT = Path(__file__).resolve().parents[2]
ERROR_CLASSES = {"InputError", "AtelierError", "FixableError", "NothingToExportError", "Message"}
"""Called with a template first; :class:`MisreadError` has its reason second."""


def trees() -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for package in ("ml_core", "blender_addon", "scripts")
        for path in (ROOT / package).rglob("*.py")
        if "import_scripts" not in path.parts
    }


TREES = trees()


def constants() -> dict[str, str]:
    """Texts that modules keep under a name, by it."""
    found = {}
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                names = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {name.id: node.value.value for name in names if isinstance(name, ast.Name)}
    return {name: value for name, value in found.items() if isinstance(value, str)}


CONSTANTS = constants()


def calls() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Every call that makes a message: where, the call, and its template."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if name in ERROR_CLASSES and node.args:
                yield where, node, node.args[0]
            elif name == "MisreadError":
                reasons = [*node.args[1:], *(one.value for one in node.keywords if one.arg == "why")]
                yield from ((where, node, reason) for reason in reasons)


def texts(template: ast.expr) -> list[str]:
    """The templates that an expression can be; none for one that comes from elsewhere, such as an error's message."""
    if isinstance(template, ast.Constant):
        return [template.value]
    if isinstance(template, ast.IfExp):
        return [*texts(template.body), *texts(template.orelse)]
    name = (
        template.id if isinstance(template, ast.Name) else template.attr if isinstance(template, ast.Attribute) else ""
    )
    return [CONSTANTS[name]] if name in CONSTANTS else []


def templates() -> set[str]:
    """Those that artists meet; what only a script says stays in English, as its log does."""
    return {
        text
        for where, _, template in calls()
        if not where.startswith("scripts")
        for text in texts(template)
        if any(map(str.isalpha, text))
    }


def test_no_error_is_a_text_that_was_put_together_where_it_is_raised() -> None:
    built = [
        where
        for where, _, template in calls()
        if isinstance(template, ast.JoinedStr | ast.BinOp)
        or (isinstance(template, ast.Call) and getattr(template.func, "attr", "") in {"format", "join"})
    ]
    assert built == []


def test_errors_give_the_values_of_their_templates() -> None:
    for where, call, template in calls():
        given = {one.arg for one in call.keywords} - {"why"}
        if None not in given and isinstance(template, ast.Constant) and given:
            assert given == set(fields_of(template.value)), where


def test_every_template_has_its_chinese() -> None:
    assert sorted(templates() - ERRORS.keys() - CHINESE.keys()) == []


def test_no_translated_error_is_left_over() -> None:
    said = {
        node.value
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if "translations" not in path.parts and isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    of_the_system = {os.strerror(number) for number in errno.errorcode}
    assert sorted(ERRORS.keys() - said - of_the_system) == []


@pytest.mark.parametrize("table", [ERRORS, CHINESE], ids=["errors", "interface"])
def test_translations_fill_in_what_the_english_does(table: dict[str, str]) -> None:
    for english, chinese in table.items():
        # Braces of a text without values are its own: {"skin": "#8d5524"}.
        fields = set(filter(str.isidentifier, fields_of(english)))
        assert fields == set(filter(str.isidentifier, fields_of(chinese))), english
        assert fields or "{{" not in chinese, english
