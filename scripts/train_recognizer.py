"""Train the object recogniser on labelled meshes.

The data folder holds labels.csv (columns path, source, pack, label, split, ambiguous) and the meshes it names. Varied
views of the training meshes are rendered once into the run folder; the network with the best score on the split
``val`` is kept. scripts/evaluate_recognizer.py turns it into weights with a card.

Examples:
  python scripts/train_recognizer.py --data ../shared/data/objects --dry-run
  python scripts/train_recognizer.py --data ../shared/data/objects --out runs/recognizer
  python scripts/train_recognizer.py --data ../shared/data/objects --out runs/recognizer --resume
  python scripts/train_recognizer.py --data ../shared/data/objects --out runs/fold --hold-out thebasemesh
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ml_core.datasets.made_objects import made_objects
from ml_core.datasets.object_meshes import UNKNOWN, ObjectMesh, read_objects
from ml_core.errors import AtelierError, InputError
from ml_core.training.recognizer_config import RecognizerTrainingConfig
from ml_core.training.recognizer_trainer import RecognizerTrainer
from ml_core.training.recognizer_views import copies_of, render_clean, render_varied


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = RecognizerTrainingConfig()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folders = parser.add_argument_group("folders")
    folders.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    folders.add_argument("--out", type=Path, default=Path("runs/recognizer"), help="run folder (default %(default)s)")
    folders.add_argument("--views", type=Path, help="rendered views, shared between runs (default: in --out)")
    folders.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    plan = parser.add_argument_group("plan")
    plan.add_argument("--minutes", type=float, default=default.minutes, help="time for training (default %(default)s)")
    plan.add_argument("--steps", type=int, default=default.steps, help="most steps (default %(default)s)")
    plan.add_argument("--batch", type=int, default=default.batch, help="default %(default)s")
    plan.add_argument("--copies", type=int, default=default.copies_per_class, help="view sets a class (%(default)s)")
    plan.add_argument("--seed", type=int, default=default.seed, help="default %(default)s")
    plan.add_argument("--hold-out", nargs="*", default=[], metavar="SOURCE", help="sources to leave out and score on")
    plan.add_argument("--dry-run", action="store_true", help="print what would be trained on, render and train nothing")
    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", default="auto", help="Lightning Fabric accelerator: auto, cpu, cuda (%(default)s)")
    machine.add_argument("--threads", type=int, default=default.threads, help="CPU threads (default %(default)s)")
    return parser.parse_args(arguments)


def divided(meshes: list[ObjectMesh], hold_out: list[str]) -> tuple[list[ObjectMesh], list[ObjectMesh]]:
    """(training, scoring) meshes: the split ``val``, or the labelled meshes of the sources that are held out.

    Raises:
        InputError: a source that does not occur, or nothing left to train on.
    """
    sources = {mesh.source for mesh in meshes}
    if unknown := sorted(set(hold_out) - sources):
        raise InputError(f"--hold-out: {', '.join(unknown)} is not a source; there are {', '.join(sorted(sources))}")
    train = [mesh for mesh in meshes if mesh.subset == "train" and mesh.source not in hold_out]
    if not any(mesh.label != UNKNOWN for mesh in train):
        raise InputError("no labelled mesh is left to train on")
    score = [mesh for mesh in meshes if mesh.subset == "score"]
    if hold_out:
        return train, [mesh for mesh in meshes if mesh.source in hold_out and mesh.label != UNKNOWN] + score
    return train, [mesh for mesh in meshes if mesh.subset == "val"] + score


def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    names = ("minutes", "steps", "batch", "seed", "threads")
    config = RecognizerTrainingConfig(
        copies_per_class=options.copies, **{name: getattr(options, name) for name in names}
    )
    try:
        meshes = read_objects(options.data, options.out.parent / "object_meshes.npz")
        train, score = divided(meshes, options.hold_out)
        train += made_objects(config.made_per_class, config.bodies, seed=0)
        labelled = sum(mesh.label != UNKNOWN for mesh in train)
        print(
            f"{labelled} labelled and {len(train) - labelled} other meshes to train on, {len(score)} to score; "
            f"{sum(copies_of(train, config.copies_per_class))} view sets"
        )
        if options.dry_run:
            return 0
        options.out.mkdir(parents=True, exist_ok=True)
        data = render_varied(train, options.views or options.out / "views", config.copies_per_class)
        trainer = RecognizerTrainer(config, train, data, render_clean(score), options.out, options.device)
        (options.out / "config.json").write_text(json.dumps(dataclasses.asdict(config), indent=1))
        parameters = sum(p.numel() for p in trainer.average.parameters())
        print(f"{parameters / 1e6:.2f} M parameters, {config.minutes:g} minutes on {trainer.fabric.device}", flush=True)
        if options.resume:
            trainer.resume()
        try:
            trainer.run()
        except KeyboardInterrupt:
            trainer.save()
            print(f"stopped at step {trainer.step}; go on with --resume")
            return 130
    except AtelierError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
