"""Learns the shape of a face from the features of the landmark network, and writes it into
ml_core/weights/face_likeness.npz with a card.

    python scripts/training/train_likeness.py
    python scripts/training/train_likeness.py --people 400 --run runs/likeness --out face_likeness.npz

People are drawn by seeds that no evaluation uses, with other lenses, lights, poses and expressions. A ridge regression
goes from the network's features to the directions in which heads differ most. Rendered people are kept in --run, and
not rendered again. Takes about half an hour on two cores.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.inference.photo.likeness import LIKENESS_FILE
from ml_core.outputs import check_outputs
from ml_core.training.faces.likeness import seen_people, taught
from scripts.lib.cli import errors_on_one_line
from scripts.lib.compiled import write_compiled

MAX_BYTES = 100_000


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1200, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--run", type=Path, default=Path("runs/likeness"), metavar="FOLDER", help="default: %(default)s"
    )
    parser.add_argument("--out", type=Path, default=LIKENESS_FILE, metavar="FILE", help="default: %(default)s")
    given = parser.parse_args(arguments)
    check_outputs([given.out, given.out.with_suffix(".json")], [])
    examples = seen_people(given.people, given.run)
    arrays, figures = taught(examples)
    card = {
        "name": "face_likeness",
        "what": "the shape of a head from features of the landmark network, by ridge regression",
        "data": f"{len(examples.number)} drawn pictures of people of the built-in body, with painted skin; no photos",
        "licence": "CC0-1.0",
        "command": "python scripts/training/train_likeness.py",
        "limits": "measured on drawn people alone; how near it comes on photos of real people is not known",
    }
    write_compiled(given.out, arrays, MAX_BYTES, card, lambda _: figures)
    print(f"{given.out}: {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
