"""Labels the object in each picture: one object per picture, a render or a photo in front of a plain background.

    python scripts/label_image.py chair.png lamp.jpg --out labels.json

Prints a line per picture. The JSON is a list of {"file", "label" (or null), "confidence", "known", "ranking"}, in the
order of the pictures. An unusable picture does not stop the others: its entry is {"file", "error"}, a line on stderr
gives the reason, and the final exit code is 2. If no picture is usable, nothing is written.

Its accuracy is in ml_core/weights/image_recognizer.json: about half of all pictures get the right first guess, and
eight of ten have it among the first three.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.files import atomic_path
from ml_core.outputs import check_outputs
from scripts.lib.cli import one_line, run

if TYPE_CHECKING:
    from ml_core import ImageRecognizer


def main(arguments: list[str]) -> int:
    from ml_core import ImageRecognizer
    from ml_core.errors import InputError

    parser = argparse.ArgumentParser(
        prog="label_image.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", nargs="+", type=Path, help="PNG, JPEG or WebP files")
    parser.add_argument("--out", type=Path, help="labels.json")
    given = parser.parse_args(arguments)
    if given.out is not None:
        check_outputs([given.out], given.pictures)
    recognizer = ImageRecognizer.load()
    if len(given.pictures) == 1:
        entries = [labeled(recognizer, given.pictures[0])]
    else:
        entries = [labeled_or_error(recognizer, picture) for picture in given.pictures]
    bad = sum("error" in entry for entry in entries)
    if bad == len(entries):
        raise InputError("none of the {bad} pictures can be used; nothing is written", bad=bad)
    if given.out is not None:
        with atomic_path(given.out) as partial:
            partial.write_text(
                json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", errors="backslashreplace"
            )
    if bad:
        raise InputError(
            "{bad} of {count} pictures cannot be used; the others are labeled", bad=bad, count=len(entries)
        )
    return 0


def labeled_or_error(recognizer: ImageRecognizer, picture: Path) -> dict[str, Any]:
    """As :func:`labeled`; for an unusable picture the reason, also on stderr."""
    from ml_core.errors import AtelierError

    try:
        return labeled(recognizer, picture)
    except AtelierError as error:
        print(f"error: {one_line(str(error))}", file=sys.stderr, flush=True)
        return {"file": str(picture), "error": one_line(str(error))}


def labeled(recognizer: ImageRecognizer, picture: Path) -> dict[str, Any]:
    """The JSON entry of a picture, and its line on the terminal."""
    result = recognizer.recognize_image(picture)
    print(f"{picture}: {result.label or 'unknown'} ({result.ranking[0][0]} {result.confidence:.0%})", flush=True)
    return {
        "file": str(picture),
        "label": result.label,
        "confidence": round(result.confidence, 4),
        "known": round(result.known, 4),
        "ranking": [[label, round(share, 4)] for label, share in result.ranking],
    }


if __name__ == "__main__":
    run(main)
