"""Runs commands in English or Chinese on a scene, one per line, as the Commands panel does.

    python scripts/run_commands.py room.blend --commands steps.txt --out room_done.blend --report report.json
    python scripts/run_commands.py room.blend --command "put the lamp on the table" --dry-run
    blender --background room.blend --python scripts/run_commands.py -- --commands steps.txt --report report.json

Empty lines and lines that begin with # are skipped. The commands run in order, each completely or not at all; the first
that is refused ends the run, or with --keep-going is reported and skipped. --confirm lets commands delete. Nothing is
written unless all of them succeeded, or with --keep-going any of them.

The report, JSON:
  commands   a list of {"command", "steps": [{"action", "said", "objects", "text", ...}], "summary", "left",
             "corrections"}, of one that was refused {"command", "error"}
  done, refused   how many
Exit codes: 0 all done; 2 a command was refused, or a file cannot be read or written; nothing is written then, but for
the report.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.outputs import check_outputs, written_together
from scripts.lib.cli import quiet, run

_MOST_COMMANDS = 10_000


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="run_commands.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", nargs="?", type=Path, help="the scene file; the open scene when left out")
    options.add_argument("--commands", type=Path, help="text file with a command a line, UTF-8")
    options.add_argument("--command", action="append", default=[], help="a command; may be given several times")
    options.add_argument("--out", type=Path, metavar="BLEND", help="where to save the scene afterwards")
    options.add_argument("--report", type=Path, metavar="JSON", help="what was done to what")
    options.add_argument("--confirm", action="store_true", help="commands may delete and replace objects")
    options.add_argument("--keep-going", action="store_true", help="pass over commands that are refused")
    options.add_argument("--dry-run", action="store_true", help="print what each command is read as; change nothing")
    return options


def commands_of(given: argparse.Namespace) -> list[str]:
    """The commands of the file and of the arguments, in that order.

    Raises:
        InputError: the file cannot be read, is not text, or there is no command.
    """
    from ml_core.errors import InputError

    lines: list[str] = []
    if given.commands is not None:
        try:
            text = given.commands.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError("{path}: is not text in UTF-8", path=given.commands) from error
        except OSError as error:
            raise InputError("{path}: cannot be read ({reason})", path=given.commands, reason=error.strerror) from error
        lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")] + given.command
    if not lines:
        raise InputError("no command: give --commands a file with one a line, or --command")
    if len(lines) > _MOST_COMMANDS:
        raise InputError("{count} commands are more than {most}", count=len(lines), most=_MOST_COMMANDS)
    return lines


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.importers import open_scene
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    if given.out is not None and given.out.suffix.lower() != ".blend":
        raise InputError("{path}: give a file that ends in .blend", path=given.out)
    commands = commands_of(given)
    inputs = [item for item in (given.scene, given.commands) if item is not None]
    inputs += [Path(bpy.data.filepath)] if bpy.data.filepath else []
    outputs = [item for item in (given.out, given.report) if item is not None]
    check_outputs(outputs, inputs)
    if given.scene is not None:
        with quiet():
            open_scene(given.scene)
    if given.dry_run:
        return dry_run(commands)
    results = carry_out(commands, given.confirm, given.keep_going)
    refused = [result for result in results if "error" in result]
    report = {"commands": results, "done": len(results) - len(refused), "refused": len(refused)}
    saves = given.out is not None and (not refused or (given.keep_going and report["done"]))
    wanted = [given.out if saves else None, given.report]
    with written_together(*filter(None, wanted)) as partials:
        left = iter(partials)
        blend, text = (next(left) if item is not None else None for item in wanted)
        if blend is not None:
            with quiet():
                save_copy(blend, given.out)
        if text is not None:
            text.write_text(
                json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", errors="backslashreplace"
            )
    for result in results:
        print(f"{result['command']}: {result.get('summary') or result.get('error')}")
    for result in refused:
        print(f"error: {result['error']}", file=sys.stderr)
    return 2 if refused else 0


def carry_out(commands: list[str], confirm: bool, keep_going: bool) -> list[dict[str, Any]]:
    """Run the commands in order, up to the first that is refused; returns what each did, or why it did nothing."""
    import bpy

    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.commands.running import run_command_job
    from ml_core.errors import AtelierError

    results: list[dict[str, Any]] = []
    for command in commands:
        try:
            with quiet():
                results.append({"command": command, **run_to_end(run_command_job(bpy.context, command, confirm))})
        except AtelierError as error:
            results.append({"command": command, "error": str(error)})
            if not keep_going:
                break
    return results


def dry_run(commands: list[str]) -> int:
    """Print the steps of each command; returns 2 if one is not understood."""
    import bpy

    from blender_addon.commands.running import read_command
    from ml_core.errors import AtelierError

    code = 0
    for command in commands:
        try:
            steps = read_command(bpy.context, command).steps
            print(f"{command}\n    " + "\n    ".join(map(str, steps)))
        except AtelierError as error:
            print(f"{command}\n    refused: {error}")
            code = 2
    return code


if __name__ == "__main__":
    run(main)
