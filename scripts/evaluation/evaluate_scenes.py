"""Measure how scenes are labeled, on scenes with a list of what each object is.

The data folder holds scenes and truth.csv: scene, object, label (empty for things of no class), ambiguous (1 for what
is not scored). Prints how many things of each scene got the right label, none, or a wrong one, how often the best guess
is right, how many things of no class got a name, and the kind of the scene. By default the names of the objects are not
read, as those of many scenes are meaningless; --names reads them, and --keep writes the figures beside the others.

Examples:
  python scripts/evaluation/evaluate_scenes.py --data ../shared/data/scenes_more
  python scripts/evaluation/evaluate_scenes.py --tuned-on rmf_office.glb rmf_airport.glb --keep
  python scripts/evaluation/evaluate_scenes.py --tuned-on rmf_office.glb rmf_airport.glb --names --keep
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.errors import InputError
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.outputs import check_outputs
from ml_core.training.cards import add_metrics, plain_card
from ml_core.vocabulary.scene.labels import FIRST_LABELS, kinds_of
from scripts.lib.cli import errors_on_one_line

_COUNTED = ("things", "right", "unknown", "wrong", "best_guess_right", "kind_right", "of_no_class", "of_no_class_named",
            "of_no_class_further")  # fmt: skip


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/scenes_more"), help="default %(default)s")
    parser.add_argument("--scenes", nargs="*", help="only these scenes of the list")
    parser.add_argument("--tuned-on", nargs="*", default=[], help="scenes that somebody looked at: summed up apart")
    parser.add_argument("--names", action="store_true", help="the names of the objects are read, too")
    parser.add_argument("--keep", action="store_true", help="write the figures into the card of the recognizer")
    parser.add_argument("--out", type=Path, metavar="JSON", help="also write them there")
    given = parser.parse_args(arguments)
    if given.out:
        check_outputs([given.out])
    # What this user has taught is no merit of the network; Blender reads the variable when it is loaded.
    before = os.environ.get("BLENDER_USER_RESOURCES")
    with tempfile.TemporaryDirectory() as user:
        os.environ["BLENDER_USER_RESOURCES"] = user
        try:
            return _measure(given)
        finally:
            if before is None:
                del os.environ["BLENDER_USER_RESOURCES"]
            else:
                os.environ["BLENDER_USER_RESOURCES"] = before


def _measure(given: argparse.Namespace) -> int:
    from scripts.lib.placed_scenes import labeled_scenes  # Blender is loaded only when the options are right

    tuned = set(given.tuned_on)
    figures: dict[str, Any] = {"scenes": {}}
    sums = {"tuned_on": Counter[str](), "others": Counter[str]()}
    mistakes: Counter[tuple[str, str]] = Counter()
    for name, scene in labeled_scenes(given.data, given.scenes, given.names):
        counts = count(scene.things, mistakes)
        sums["tuned_on" if name in tuned else "others"] += counts
        figures["scenes"][name] = {**shares(counts), "scene": scene.kind}
        print(f"{name}: {json.dumps(figures['scenes'][name])}", flush=True)
    figures |= {part: shares(counts) for part, counts in sums.items() if counts["things"]}
    figures["mistakes"] = [[right, said, number] for (right, said), number in mistakes.most_common(20)]
    if given.keep:
        part = "in_scenes_with_names" if given.names else "in_scenes"
        add_metrics(SHIPPED, {**plain_card(SHIPPED).get("metrics", {}), part: figures})
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: value for name, value in figures.items() if name != "scenes"}, indent=1))
    return 0


def count(things: list[tuple[str, str | None, str]], mistakes: Counter[tuple[str, str]]) -> Counter[str]:
    """Counts right, unknown and wrong labels of (true label, its label, best guess); wrong ones go to ``mistakes``."""
    counts: Counter[str] = Counter()
    for true, label, guess in things:
        if not true:
            counts["of_no_class"] += 1
            # The lists know FIRST_LABELS alone: what has a further one, or is a floor or wall by rule, is not judged.
            counts["of_no_class_named"] += label in FIRST_LABELS
            counts["of_no_class_further"] += label is not None and label not in FIRST_LABELS
            continue
        counts["things"] += 1
        counts["right" if label == true else "unknown" if label is None else "wrong"] += 1
        counts["best_guess_right"] += guess == true
        counts["kind_right"] += label is not None and bool(kinds_of(label) & kinds_of(true))
        if label not in (None, true):
            mistakes[true, str(label)] += 1
    return counts


def shares(counts: Counter[str]) -> dict[str, Any]:
    """The counts, with their fractions of the things."""
    if not counts["things"]:
        raise InputError("no thing of the list is in the scene")
    named = ("right", "unknown", "wrong", "best_guess_right", "kind_right")
    return {**{name: counts[name] for name in _COUNTED}} | {
        f"{name}_share": round(counts[name] / counts["things"], 4) for name in named
    }


if __name__ == "__main__":
    sys.exit(main())
