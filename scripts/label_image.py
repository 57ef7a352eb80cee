"""Says what the object in each picture is: one object a picture, a render or a photo before a plain background.

    python scripts/label_image.py chair.png lamp.jpg --out labels.json

Prints a line a picture. The JSON is a list of {"file", "label" (or null), "confidence", "known", "ranking"}. How well
it does is in ml_core/weights/image_recognizer.json: about half of all pictures get the right first guess, and eight of
ten have it among the first three.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ml_core.files import atomic_path
from ml_core.outputs import check_outputs
from scripts._cli import run


def main(arguments: list[str]) -> int:
    from ml_core import ImageRecognizer

    parser = argparse.ArgumentParser(
        prog="label_image.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", nargs="+", type=Path, help="PNG, JPEG or WebP files")
    parser.add_argument("--out", type=Path, help="labels.json")
    given = parser.parse_args(arguments)
    if given.out is not None:
        check_outputs([given.out], given.pictures)
    recognizer = ImageRecognizer.load()
    found = []
    for picture in given.pictures:
        result = recognizer.recognize_image(picture)
        found.append(
            {
                "file": str(picture),
                "label": result.label,
                "confidence": round(result.confidence, 4),
                "known": round(result.known, 4),
                "ranking": [[label, round(share, 4)] for label, share in result.ranking],
            }
        )
        print(f"{picture}: {result.label or 'unknown'} ({result.ranking[0][0]} {result.confidence:.0%})")
    if given.out is not None:
        with atomic_path(given.out) as partial:
            partial.write_text(
                json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", errors="backslashreplace"
            )
    return 0


if __name__ == "__main__":
    run(main)
