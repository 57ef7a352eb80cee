"""Check 33c: a web page opens in Chromium, by mouse, keys and an emulated headset, and loads nothing from elsewhere."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.files import path_inside, read_json

from ..files.page import pages
from ..problem import Check, Outcome, Problem, run_check
from ..readers.folder import TargetFolder
from .browser import find_chromium, find_packages
from .khronos import find_node

SECONDS = 900
"""A browser that draws without graphics hardware on a busy machine takes minutes."""
_SCRIPT = Path(__file__).with_name("page_check.mjs")
MEASURED = "page.json"
"""In the folder of the pictures: what was measured, such as frames a second without graphics hardware."""


def page_check(folder: TargetFolder, command: str) -> Outcome:
    """Visits the page of a folder; pictures and figures go into the folder ``check`` beside the targets.

    Raises:
        InputError: Chromium, node or the packages are missing.
    """
    found = pages(folder)
    check = Check("33c", "A web page works in a browser, by keys and with a headset", lambda _: found, _visit)
    if not found:
        return Outcome(check, 0)
    pictures = path_inside(folder.path.absolute().parent, "check")
    pictures.mkdir(exist_ok=True)
    wish = {
        "folder": str(folder.path.resolve()),
        "modules": str(find_packages()),
        "chromium": find_chromium(command),
        "pictures": str(pictures),
        "name": folder.path.name,
    }
    check = Check(check.number, check.title, check.subjects, lambda _, path: _visit(path, wish))
    return run_check(check, folder)


def _visit(path: Path, wish: dict[str, Any]) -> Iterator[Problem]:
    node = find_node()
    assert node is not None  # npm came with it
    arguments = [node, str(_SCRIPT), json.dumps(wish)]
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=SECONDS)
        answer = read_json(done.stdout.splitlines()[-1], "the browser")
    except (IndexError, InputError, subprocess.TimeoutExpired) as error:
        yield Problem(path.name, f"could not be tried in the browser: {error}")
        return
    for fault in answer["faults"]:
        yield Problem(path.name, f"{fault} in the browser")
    text = json.dumps(answer["facts"], indent=2, ensure_ascii=False) + "\n"
    (Path(wish["pictures"]) / f"{wish['name']}_{MEASURED}").write_text(text, encoding="utf-8")
