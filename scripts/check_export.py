"""Proves exported folders: what engines accept, what each file contains, and that the manifest is true.

    python scripts/check_export.py export/
    python scripts/check_export.py export/unreal --json report.json
    python scripts/check_export.py export/ --source room.blend
    python scripts/check_export.py export/ --godot --browser
    python scripts/check_export.py --list

FOLDER is what export_scene.py or demo.py wrote, or one target's folder in it. The files are read as they are on disk:
FBX records, GLB chunks, pictures; then Blender reads every model back. Where node and the package gltf-validator are
found (ATELIER_GLTF_VALIDATOR: its folder in node_modules), GLB and VRM files go through the Khronos validator. Checks 1
to 25 have the numbers of the design's list of what engine-ready means, a letter marks a part of one; 26 and 27 are
about privacy and provenance.
--source opens the scene itself and compares its surfaces with the files (check 28), and what Cycles shows on both at
the same points: color, light, roughness, shine (check 29), where skins are while armatures move (check 30), and that
objects keep UV maps, colors, keys, bones, properties and motion, or a finding reported that they are left out (check
31); avatars from VRM files keep the data of their file, or the manifest lists the losses (check 32).
--godot imports everything into a clean Godot 4 project, --browser moves a bone and an expression of each GLB and VRM
in Chromium, and opens a web page there as visitors do, with an emulated headset; both save pictures in the folder check
beside the targets, Godot where there is a display. Exit code 0: nothing wrong; 1: problems, each with file and node;
2: no export there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.files import atomic_path, read_json
from ml_core.outputs import check_outputs
from scripts.export_checks.problem import Outcome
from scripts.export_checks.programs.khronos import find_validator, khronos_issues
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.registry import CHECKS, run_checks
from scripts.lib.cli import run

__all__ = ["check_target", "find_validator", "khronos_issues"]


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="check_export.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--source", type=Path, metavar="SCENE", help="also compare with the scene it was made of")
    options.add_argument("--list", action="store_true", help="print the checks and end")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the whole report there")
    options.add_argument("--godot", nargs="?", const="godot", metavar="COMMAND", help="also import into Godot 4")
    options.add_argument("--browser", nargs="?", const="", metavar="CHROMIUM", help="also load GLB and VRM in Chromium")
    return options


def main(arguments: list[str]) -> int:
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    if given.list:
        for check in CHECKS:
            print(f"{check.number:>4}  {check.title}")
        print(
            " 6g   --godot: a clean Godot 4 project loads every file\n24b   --browser: a bone and an expression move\n"
            "33c   --browser: a web page shows, names, asks, speaks, and works by keys and with a headset"
        )
        return 0
    if given.folder is None:
        raise InputError("name the folder to check, or --list")
    if given.json is not None:
        if not given.json.absolute().parent.is_dir():
            raise InputError(
                "{json}: there is no folder {folder}; make it first", json=given.json, folder=given.json.parent
            )
        check_outputs([given.json])
    targets = find_targets(given.folder)
    validator = find_validator()
    source = None
    if given.source is not None:
        from scripts.export_checks.scene.source import read_source

        source = read_source(given.source)
    report, wrong = {}, 0
    for target in targets:
        folder = TargetFolder(target, validator)
        outcomes = [*run_checks(folder), *_in_programs(folder, given.godot, given.browser)]
        if source is not None:
            from scripts.export_checks.scene.source import source_checks

            outcomes += source_checks(folder, source)
        _print(target, folder, outcomes)
        wrong += sum(len(outcome.problems) for outcome in outcomes)
        report[str(target)] = [
            {
                "check": outcome.check.number,
                "title": outcome.check.title,
                "state": outcome.state,
                "looked_at": outcome.looked_at,
                "problems": [problem.as_dict() for problem in outcome.problems],
            }
            for outcome in outcomes
        ]
    if validator is None:
        print("the Khronos validator was not found, so that check 19 did not run")
    if given.json is not None:
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        with atomic_path(given.json) as partial:
            partial.write_text(text, encoding="utf-8", errors="backslashreplace")
    return 1 if wrong else 0


def find_targets(folder: Path) -> list[Path]:
    """``folder`` itself or the folders in it, if they contain a manifest.

    Raises:
        InputError: none of them does, or a manifest is not a JSON object.
    """
    from ml_core.errors import InputError

    found = [folder, *sorted(path for path in folder.glob("*") if path.is_dir())]
    targets = []
    for path in found:
        if not (path / "manifest.json").is_file():
            continue
        content = read_json(path / "manifest.json", str(path / "manifest.json"))
        if not isinstance(content.get("files"), list):
            raise InputError("{path}: lists no files; export again", path=path / "manifest.json")
        if "contents" not in content:  # else it is an avatar, a crowd or a demo, with exports in it
            targets.append(path)
    if not targets:
        raise InputError("{folder}: no export in it (no manifest.json of one)", folder=folder)
    return targets


def _in_programs(folder: TargetFolder, godot: str | None, browser: str | None) -> list[Outcome]:
    """Problems found by engines and browsers, if requested."""
    outcomes = []
    if godot is not None:
        from scripts.export_checks.programs.godot import godot_check

        outcomes.append(godot_check(folder, godot))
    if browser is not None:
        from scripts.export_checks.programs.browser import browser_check
        from scripts.export_checks.programs.page import page_check

        outcomes += [browser_check(folder, browser), page_check(folder, browser)]
    return outcomes


def _print(target: Path, folder: TargetFolder, outcomes: list[Outcome]) -> None:
    states = [outcome.state for outcome in outcomes]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    counts = f"{states.count('passed')} checks passed, {states.count('failed')} failed, {len(problems)} problems"
    print(f"{target}: {len(folder.files)} files, {counts}")
    for problem in problems:
        print(f"  {problem}")
    skipped = [outcome.check.number for outcome in outcomes if outcome.state == "not applicable"]
    if skipped:
        print(f"  not applicable: {', '.join(skipped)}")


def check_target(folder: Path, validator: tuple[str, Path] | None = None) -> Iterator[str]:
    """Problems of one target's folder, as sentences."""
    for outcome in run_checks(TargetFolder(folder, validator)):
        yield from map(str, outcome.problems)


if __name__ == "__main__":
    run(main)
