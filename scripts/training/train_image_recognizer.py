"""Train the image recognizer: one picture with a plain background, the classes of the mesh recognizer.

The data folder holds labels.csv (columns path, source, pack, label, split, ambiguous) and the meshes it names. Views
of the training meshes are traced once into --views and relit at every step; the network with the best score on
pictures of the split ``val`` is kept. scripts/training/export_weights.py turns it into weights with a card.

Examples:
  python scripts/training/train_image_recognizer.py --data ../shared/data/objects --dry-run
  python scripts/training/train_image_recognizer.py --data ../shared/data/objects --out runs/images
  python scripts/training/train_image_recognizer.py --data ../shared/data/objects --out runs/images --resume
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.made import made_objects
from ml_core.datasets.meshes.objects import UNKNOWN, read_objects
from ml_core.errors import InputError
from ml_core.outputs import check_folder
from ml_core.training.images.pictures import clean_pictures
from ml_core.training.images.trainer import ImageTrainer, ImageTrainingConfig
from ml_core.training.images.views import copies_of, render_varied
from ml_core.training.loop import open_fabric
from ml_core.vocabulary.scene.labels import FIRST_LABELS
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import add_fields, fields_of, run_training, training_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser, folders, plan = training_parser(
        __doc__, "runs/images", dry_run="print what would be trained on, trace and train nothing"
    )
    folders.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    folders.add_argument(
        "--views", type=Path, default=Path("runs/image_views"), help="traced views, shared (%(default)s)"
    )
    add_fields(
        plan,
        ImageTrainingConfig(),
        minutes="time for training",
        steps="most steps",
        batch="",
        per_class="traced views a class",
        seed="",
        threads="of the CPU",
    )
    parser.add_argument("--workers", type=int, default=2, help="processes that trace views (default %(default)s)")
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    check_folder(options.out)
    config = ImageTrainingConfig(**fields_of(options, "minutes", "steps", "batch", "per_class", "seed", "threads"))
    meshes = read_objects(options.data, options.out.parent / "object_meshes.npz")
    train = [mesh for mesh in meshes if mesh.subset == "train"]
    if not any(mesh.label != UNKNOWN for mesh in train):
        raise InputError("no labeled mesh is left to train on")
    score = [mesh for mesh in meshes if mesh.subset in ("val", "score")]
    train += made_objects(config.made_per_class, config.bodies, 0, FIRST_LABELS)
    labelled = sum(mesh.label != UNKNOWN for mesh in train)
    print(
        f"{labelled} labeled and {len(train) - labelled} other meshes to train on, {len(score)} to score; "
        f"{sum(copies_of(train, config.per_class))} views"
    )
    if options.dry_run:
        return 0
    data = render_varied(train, options.views, config.per_class, workers=options.workers)
    fabric = open_fabric(options.device, options.devices)
    trainer = ImageTrainer(config, train, data, clean_pictures(score), options.out, fabric)
    parameters = sum(p.numel() for p in trainer.average.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {config.minutes:g} minutes on {fabric.device}", flush=True)
    if options.resume:
        trainer.resume()
    return run_training(trainer, options.stop)


if __name__ == "__main__":
    sys.exit(main())
