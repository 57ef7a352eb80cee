"""The ground that everything stands on: style, types, the direction of imports, and what may lie in the repository."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 2**20


def tool(*command: str) -> str:
    """Runs a tool of this environment in the repository; its output when it complains, else an empty string."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def tracked_files() -> list[Path]:
    """The files under version control; without git, all that are not in folders that .gitignore names."""
    if shutil.which("git") is None:
        ignored = {".git", ".venv", ".cache", "out", "runs", "dist", "build", "__pycache__"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not ignored & set(path.parts)]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), pytest.param(("mypy",), marks=pytest.mark.slow)],
    ids=" ".join,
)
def test_tool_is_content(command: tuple[str, ...]) -> None:
    assert tool(*command) == ""


def test_layers_point_one_way() -> None:
    runner = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", runner], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_is_dead() -> None:
    """No function, class, method, property or import that nothing uses, tests included; attributes are Blender's."""
    lines = tool("vulture").splitlines()
    dead = [line for line in lines if re.search("unused (function|method|class|property|import)", line)]
    assert dead == []
    assert lines, "vulture did not run: it always has Blender's attributes to list"


def test_workflows_and_hooks_are_yaml() -> None:
    import yaml

    for path in (*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / ".pre-commit-config.yaml"):
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict), path.name


def test_repository_stays_small() -> None:
    too_big = [
        path
        for path in tracked_files()
        if path.stat().st_size > (15 if path.parent.name == "weights" else 20) * MEGABYTE
    ]
    assert too_big == []


def test_every_weights_file_has_a_card_that_matches() -> None:
    import hashlib

    weights = [*(ROOT / "ml_core" / "weights").glob("*.onnx"), *(ROOT / "ml_core" / "weights").glob("*.npz")]
    assert weights, "no weights are shipped"
    for path in weights:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), path.name
        assert card["licence"], path.name
        assert card["data"], path.name


def test_readme_stays_short() -> None:
    assert (ROOT / "README.md").stat().st_size <= 15_000


def test_readme_links_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)]+)\)", text)
    assert targets
    missing = [target for target in targets if not (ROOT / target.split("#")[0]).exists()]
    assert missing == []


def test_no_property_is_annotated_with_a_lambda() -> None:
    """Its body would look for the module's names in vain, as Blender evaluates annotations."""
    found = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in sorted((ROOT / "blender_addon").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
        for inner in ast.walk(statement.annotation)
        if isinstance(inner, ast.Lambda)
    ]
    assert found == []
