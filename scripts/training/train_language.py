"""Train the language model: a bidirectional LSTM that tags descriptions and commands in English and Chinese.

The sentences are drawn from the grammars in ml_core/datasets/language; the data folder holds clinc150_small.json and
snips/, whose sentences are out of scope and must be refused. --snips trains the same network on the intents and slots
of SNIPS instead, for comparison with published figures. export_weights.py turns a run into weights with a card, and
evaluate_language.py measures them.

Examples:
  python scripts/training/train_language.py --data ../shared/data/language --dry-run
  python scripts/training/train_language.py --data ../shared/data/language --out runs/language
  python scripts/training/train_language.py --data ../shared/data/language --out runs/language --resume
  python scripts/training/train_language.py --data ../shared/data/language --out runs/snips --snips --minutes 4
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.files import read_json
from ml_core.outputs import check_folder
from ml_core.training.language.runs import WORDS, language_sets, snips_sets
from ml_core.training.language.trainer import LanguageTrainer, LanguageTrainingConfig
from ml_core.training.loop import open_fabric
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import add_fields, fields_of, run_training, training_parser

_FIELDS = ("minutes", "steps", "sentences", "vocabulary", "batch", "hidden", "seed", "threads")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser, folders, plan = training_parser(
        __doc__, "runs/language", dry_run="print some of the sentences, train nothing"
    )
    folders.add_argument("--data", type=Path, default=Path("../shared/data/language"), help="default %(default)s")
    plan.add_argument("--snips", action="store_true", help="train on SNIPS alone, for comparison")
    add_fields(
        plan,
        LanguageTrainingConfig(),
        minutes="time for training",
        steps="most steps",
        sentences="drawn from the grammars",
        vocabulary="most words that are known by themselves",
        batch="",
        hidden="states of the LSTM in each direction",
        seed="",
        threads="of the CPU",
    )
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    check_folder(options.out)
    config = LanguageTrainingConfig(**fields_of(options, *_FIELDS), data="snips" if options.snips else "language")
    stored = options.out / WORDS
    known = read_json(stored, str(stored), dict, 16 * 2**20) if options.resume and stored.is_file() else None
    sets = (
        snips_sets(options.data, config)
        if options.snips
        else language_sets(options.data, config, options.dry_run, known)
    )
    print(
        f"{sets.count} sentences, {len(sets.vocabulary)} words, {len(sets.tags)} tags, domains "
        f"{', '.join(sets.domains)}"
    )
    if options.dry_run:
        for example in sets.shown:
            marked = " ".join(f"{piece.text}/{tag}" for piece, tag in zip(example.pieces, example.tags, strict=True))
            print(f"{example.domain}: {marked}")
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    words = {"words": sets.vocabulary, "tags": sets.tags, "domains": sets.domains}
    (options.out / WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    trainer = LanguageTrainer(
        config, sets.groups, sets.score_groups, sets.sizes, options.out, open_fabric(options.device, options.devices)
    )
    parameters = sum(parameter.numel() for parameter in trainer.average.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {config.minutes:g} minutes on {trainer.fabric.device}", flush=True)
    if options.resume:
        trainer.resume()
    return run_training(trainer, options.stop)


if __name__ == "__main__":
    sys.exit(main())
