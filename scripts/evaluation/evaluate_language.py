"""Measure the language model on the hand-written sentences of the tests, on public ones out of scope, and for speed.

Prints the figures beside those of the rules alone, and with --keep writes them into the card. --snips scores a run of
train_language.py --snips on the validation set of SNIPS: intent accuracy and slot F1 (spans, as conlleval counts them).

Examples:
  python scripts/evaluation/evaluate_language.py --data ../shared/data/language --keep
  python scripts/evaluation/evaluate_language.py --data ../shared/data/language --snips runs/snips
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np

from ml_core.datasets.language.public import clinc_sentences, snips_examples
from ml_core.errors import InputError
from ml_core.inference.language.model import LanguageModel
from ml_core.inference.language.understanding.tagging.tagger import SHIPPED
from ml_core.training.cards import add_metrics, plain_card
from ml_core.training.language.public_scores import snips_scores
from ml_core.training.language.written import refusal_share, scores_of, sentences
from scripts.lib.cli import errors_on_one_line


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/language"), help="default %(default)s")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="default: the shipped ones")
    parser.add_argument("--snips", type=Path, help="run folder of a training on SNIPS, scored in place of the weights")
    parser.add_argument("--keep", action="store_true", help="write the figures into the card")
    options = parser.parse_args(arguments)
    if options.snips is not None:
        facts = {"snips": snips_scores(options.snips, options.data)}
        kept = plain_card(options.weights).get("metrics", {}) | facts if options.keep else facts
    else:
        facts = figures(options.weights, options.data)
        kept = plain_card(options.weights).get("metrics", {}) | facts if options.keep else facts
    print(json.dumps(facts, indent=1, ensure_ascii=False))
    if options.keep:
        add_metrics(options.weights, kept)
    return 0


def figures(weights: Path, data: Path) -> dict[str, Any]:
    """All figures of the shipped model, and of the rules alone."""
    model, rules = LanguageModel.load(weights), LanguageModel()
    clinc = clinc_sentences(data, "test")
    snips = [example.text for example in snips_examples(data, "validate")]
    written = {name: scores_of(reader) for name, reader in (("model", model), ("rules_alone", rules))}
    return {
        "hand_written": written["model"],
        "hand_written_rules_alone": written["rules_alone"],
        "clinc150_test_refused": round(refusal_share(model, clinc), 4),
        "snips_validation_refused": round(refusal_share(model, snips), 4),
        "milliseconds_a_sentence": milliseconds(model),
    }


def milliseconds(model: LanguageModel) -> dict[str, float]:
    """Milliseconds for a whole command, rules, tagger and lookups together; with the session's number of threads."""
    texts = [text for language in ("en", "zh") for text, _ in sentences(f"test_{language}")]
    took = []
    for text in texts:
        began = time.perf_counter()
        with contextlib.suppress(InputError):  # a refusal takes its time too
            model.read_command(text)
        took.append(1000 * (time.perf_counter() - began))
    return {"median": round(float(np.median(took)), 2), "p95": round(float(np.percentile(took, 95)), 2)}


if __name__ == "__main__":
    sys.exit(main())
