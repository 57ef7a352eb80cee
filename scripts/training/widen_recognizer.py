"""Give the recognizer an embedding that tells apart kinds of things that it never learned; its weights stay.

Labels taught by examples and the search for like things read it. What the last stage saw of each thing and coarse maps
of its views are put beside the classifier's own embedding, so that the meshes of --data that it learned from differ
less within one kind; an earlier such embedding is replaced. The limit from which on things count as alike is set so
that on the split ``val``, with what has no label, as few pairs of different labels pass as do by the classifier's own.
scripts/training/study_recognizer.py teaching measures what it is good for.

Example:
  python scripts/training/widen_recognizer.py --data ../shared/data/objects --keep
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.objects import UNKNOWN, read_objects
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.inference.recognition.taught_labels import SIMILAR
from ml_core.training.cards import plain_card, rounded, write_card
from ml_core.training.export import partial_file
from ml_core.training.objects.export import labels_of, load_shipped
from ml_core.training.objects.likeness import MAPS, SEEN, Likeness, as_seldom, maps_of, seen, widen_embedding
from ml_core.training.objects.trainer import predict
from ml_core.training.objects.views import render_clean
from scripts.lib.cli import errors_on_one_line


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--cache", type=Path, default=Path("runs/object_meshes.npz"), help="default %(default)s")
    parser.add_argument("--keep", action="store_true", help="write it into the weights and their card")
    given = parser.parse_args(arguments)
    network = load_shipped(given.weights).eval()
    meshes = read_objects(given.data, given.cache, labels=labels_of(given.weights))
    learned = render_clean([mesh for mesh in meshes if mesh.subset == "train" and mesh.label != UNKNOWN])
    held_out = render_clean([mesh for mesh in meshes if mesh.subset in ("val", "score")])

    likeness = Likeness.of(network, learned, 1.0)
    own = predict(network, held_out, 1.0).embedding
    wide = likeness.beside(own, seen(network, held_out, 1.0), maps_of(held_out.views))
    similar, share = as_seldom(own, wide, held_out.labels, SIMILAR)
    facts = {"command": "python scripts/training/widen_recognizer.py", "share of what was seen": SEEN,
             "share of maps": MAPS, "pairs of different labels that count as alike": share}  # fmt: skip
    print(json.dumps(rounded({**facts, "similar": similar}), indent=1))
    if given.keep:
        card = plain_card(given.weights)
        partial = partial_file(given.weights)
        shutil.copyfile(given.weights, partial)
        widen_embedding(partial, likeness)
        partial.replace(given.weights)
        steps = [step for step in card["training"] if step.get("command") != facts["command"]]
        card["training"] = [*steps, rounded(facts)]
        write_card(given.weights, card | {"similar": round(similar, 3)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
