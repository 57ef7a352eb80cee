"""Train the object recognizer on labeled meshes, or train the shipped one further on meshes of your own.

--data is one of
  a folder with one sub-folder a class       meshes/chair/*.glb, meshes/lamp/*.obj, ...
  a table                                    meshes.csv with columns path, label and perhaps split, source, pack
  the shared data                            a folder with labels.csv (path, source, pack, label, split, ambiguous)
--more is another folder of shared data. It is learned from, too, but for the sources or authors that --leave-out names,
which stay for the score of another script, and --select, by which the network is chosen so that ``val`` stays, too. A
mesh that cannot be read is listed and skipped. Varied views of the training meshes are rendered once into the run
folder, with generated variants of everyday objects beside them if the labels are the shipped ones; the network with the
best score on the split ``val`` (or --select) is kept. scripts/training/export_weights.py turns it into weights with a
card.

Examples:
  python scripts/training/train_recognizer.py --data ../shared/data/objects --dry-run
  python scripts/training/train_recognizer.py --data ../shared/data/objects --out runs/recognizer
  python scripts/training/train_recognizer.py --data ../shared/data/objects --out runs/recognizer --resume
  python scripts/training/train_recognizer.py --more ../shared/data/objects_more --select gazebo blueprint3d \
      --leave-out rmf "El Bolillo Duro" --from shipped --learning-rate 0.001 --out runs/recognizer
  python scripts/training/train_recognizer.py --data my_meshes --from shipped --minutes 10 --out runs/mine
  python scripts/training/train_recognizer.py --data my_meshes --device cuda --devices 2 --out runs/mine
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.folders import read_labelled
from ml_core.datasets.meshes.made import made_objects
from ml_core.datasets.meshes.objects import UNKNOWN, read_split
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.outputs import check_folder
from ml_core.training.loop import open_fabric
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.export import labels_of, load_shipped
from ml_core.training.objects.trainer import RecognizerTrainer
from ml_core.training.objects.views import copies_of, render_clean, render_varied
from ml_core.vocabulary.scene.labels import OBJECT_LABELS
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import add_fields, fields_of, run_training, training_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = RecognizerTrainingConfig()
    parser, folders, plan = training_parser(
        __doc__, "runs/recognizer", dry_run="print what would be trained on, render and train nothing"
    )
    folders.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    folders.add_argument("--more", type=Path, help="further shared data")
    folders.add_argument("--select", nargs="*", default=[], metavar="NAME", help="sources or authors to choose by")
    folders.add_argument("--leave-out", nargs="*", default=[], metavar="NAME", help="sources or authors not to touch")
    folders.add_argument("--views", type=Path, help="rendered views, shared between runs (default: in --out)")
    add_fields(plan, default, minutes="time for training", steps="most steps", batch="", seed="", threads="of the CPU")
    add_fields(plan, default, learning_rate="its peak")
    plan.add_argument("--shared", type=int, default=0, metavar="STAGES", help="leave the first stages of --from as is")
    plan.add_argument("--above", type=Path, metavar="RUN", help="start what is not shared from that run's checkpoint")
    plan.add_argument("--wall-clock", action="store_true", help="count minutes of the clock, not of the processor")
    plan.add_argument("--copies", type=int, default=default.copies_per_class, help="view sets a class (%(default)s)")
    plan.add_argument(
        "--from",
        dest="start",
        metavar="WEIGHTS",
        help="start from these .onnx weights; 'shipped' for those that came along",
    )
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    check_folder(options.out)
    fields = fields_of(options, "minutes", "steps", "batch", "seed", "threads", "learning_rate", "wall_clock")
    config = RecognizerTrainingConfig(copies_per_class=options.copies, **fields)
    meshes, labels = read_labelled(options.data, options.out.parent / "object_meshes.npz")
    train = [mesh for mesh in meshes if mesh.subset == "train"]
    score = [mesh for mesh in meshes if mesh.subset != "train"]
    if options.more is not None:
        more = read_split(
            options.more, options.out.parent / "more_meshes.npz", options.select, options.leave_out, labels
        )
        train += more.learned
        score = more.selection or score
    weights = SHIPPED if options.start in (None, "shipped") else Path(options.start)
    start = load_shipped(weights) if options.start else None
    network = start.config if start is not None else config.network
    config = dataclasses.replace(
        config, labels=labels, network=dataclasses.replace(network, classes=len(labels), shared=options.shared)
    )
    if set(labels) >= set(OBJECT_LABELS):
        train += made_objects(config.made_per_class, config.bodies, seed=0)
    labelled = sum(mesh.label != UNKNOWN for mesh in train)
    print(
        f"{labelled} labeled and {len(train) - labelled} other meshes to train on, {len(score)} to score; "
        f"{sum(copies_of(train, config.copies_per_class))} view sets"
    )
    if options.dry_run:
        return 0
    data = render_varied(train, options.views or options.out / "views", config.copies_per_class)
    fabric = open_fabric(options.device, options.devices)
    trainer = RecognizerTrainer(config, train, data, render_clean(score), options.out, fabric)
    if start is not None:
        trainer.start_from(start, labels_of(weights))
    if options.above is not None:
        trainer.start_above(options.above)
    parameters = sum(p.numel() for p in trainer.average.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {config.minutes:g} minutes on {fabric.device}", flush=True)
    if options.resume:
        trainer.resume()
    return run_training(trainer, options.stop)


if __name__ == "__main__":
    sys.exit(main())
