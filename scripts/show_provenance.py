"""Shows the provenance notes of files, and whether the files match their signature.

    python scripts/show_provenance.py export/web/SK_Vera.glb
    python scripts/show_provenance.py export/unity --key ada.pem.pub
    python scripts/show_provenance.py export/unity --json

Reads pictures, glTF, VRM, FBX and USD: author, license, generator and the steps of the edit history. If there is a
signature beside the file or folder (NAME.signature.json, by sign_export.py), it is verified: a file that was changed,
added or removed, an edited signature and, with --key, another key are reported, and the exit code is 2. So are invalid
Content Credentials (C2PA) of pictures, if c2pa-python is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.provenance.content_credentials import FORMATS, check_credentials
from ml_core.provenance.signing import Verdict, load_public_key, signature_path, verify
from scripts.lib.cli import one_line, quiet, run

_SHOWN = ("Author", "Copyright", "VRM license", "Software", "atelier:provenance", "Iptc4xmpExt:DigitalSourceType")


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="show_provenance.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("path", type=Path, help="a file, or a folder of files")
    options.add_argument("--key", type=Path, metavar="PUB", help="the public key that must have signed")
    options.add_argument("--json", action="store_true", help="print JSON")
    return options


def main(arguments: list[str]) -> int:
    from blender_addon.export.delivery.origin_reading import READABLE, history_in, origin_of
    from ml_core.errors import InputError

    given = parser().parse_args(arguments)
    if not given.path.exists():
        raise InputError("{path}: no such file or folder", path=given.path)
    inside = sorted(path for path in given.path.rglob("*") if path.suffix.lower() in READABLE)
    notes: dict[str, dict[str, str]] = {}
    for path in inside if given.path.is_dir() else [given.path]:
        with quiet():
            notes[str(path)] = origin_of(path)
    broken = _broken_credentials([Path(name) for name in notes])
    verdict = None
    if given.key is not None or signature_path(given.path).is_file():
        verdict = verify(given.path, load_public_key(given.key) if given.key is not None else None)
    if given.json:
        print(json.dumps({"files": notes, "signature": _facts(verdict)}, indent=1, ensure_ascii=False))
    else:
        for name, note in notes.items():
            print(name)
            for key in _SHOWN:
                if key in note:
                    print(f"  {key}: {one_line(note[key])}")
            for step in history_in(note):
                print(f"  {step.sentence}")
            if not note:
                print("  says nothing of its origin")
        _tell(given.path, verdict)
    for problem in broken:
        print(f"error: {one_line(problem)}", file=sys.stderr)
    return 0 if not broken and (verdict is None or verdict.is_good) else 2


def _broken_credentials(paths: list[Path]) -> list[str]:
    """Problems of the Content Credentials of pictures; none if c2pa-python is not installed."""
    if importlib.util.find_spec("c2pa") is None:
        return []
    pictures = [path for path in paths if path.suffix.lower() in FORMATS]
    return [problem for path in pictures for problem in check_credentials(path) or []]


def _tell(path: Path, verdict: Verdict | None) -> None:
    if verdict is None:
        print(f"not signed: there is no {signature_path(path).name}")
        return
    for problem in verdict.problems:
        print(f"error: {one_line(problem)}", file=sys.stderr)
    if verdict.is_good:
        known = "the expected key" if verdict.is_known_key else "a key to compare with one that the artist published"
        print(f"signed: all {verdict.files} files are as they were on {verdict.created}, by {known}: {verdict.signer}")


def _facts(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {
        "is_good": verdict.is_good, "signer": verdict.signer, "files": verdict.files, "created": verdict.created,
        "is_known_key": verdict.is_known_key, "problems": [str(problem) for problem in verdict.problems],
    }  # fmt: skip


if __name__ == "__main__":
    run(main)
