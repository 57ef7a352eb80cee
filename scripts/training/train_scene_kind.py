"""Train the model of scene kinds on scenes assembled from the shared meshes, score it and write it with its card.

The data folder is the one of train_recognizer.py. The shipped recognizer processes every mesh once; its results are
kept in the run folder. All of it takes about three minutes of one CPU thread.

Examples:
  python scripts/training/train_scene_kind.py --data ../shared/data/objects --dry-run
  python scripts/training/train_scene_kind.py --data ../shared/data/objects
  python scripts/training/train_scene_kind.py --data ../shared/data/objects --seed 1 --out runs/scene_kind/seed1.onnx
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

import numpy as np

from ml_core.datasets.furniture.rooms import pools, seen_meshes
from ml_core.datasets.meshes.objects import read_objects
from ml_core.inference.recognition.scenes import SHIPPED
from ml_core.outputs import check_outputs
from ml_core.training.loop import open_fabric
from ml_core.training.scenes.results import export_run, score_sets
from ml_core.training.scenes.trainer import SceneKindTrainer, SceneKindTrainingConfig, scene_set
from ml_core.vocabulary.scene.scene_kinds import SCENE_KINDS
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import run_training, shipped_parser


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = SceneKindTrainingConfig()
    parser, plan = shipped_parser(
        __doc__, Path("../shared/data/objects"), SHIPPED, default, epochs="", seed="", threads="of the CPU"
    )
    plan.add_argument("--scenes", type=int, default=default.scenes_per_kind, help="a kind (default %(default)s)")
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    check_outputs([options.out])
    config = SceneKindTrainingConfig(
        scenes_per_kind=options.scenes, epochs=options.epochs, seed=options.seed, threads=options.threads
    )
    meshes = read_objects(options.data, options.runs / "object_meshes.npz")
    parts = pools(meshes)
    jumbles = round(config.jumble_share * config.scenes_per_kind * len(SCENE_KINDS))
    print(
        f"{len(SCENE_KINDS)} kinds, {config.scenes_per_kind} scenes each and {jumbles} jumbles, "
        f"each seen {config.views_per_scene} times; meshes: "
        + ", ".join(f"{name} {sum(map(len, pool.by_label.values()))}" for name, pool in parts.items())
    )
    if options.dry_run:
        return 0
    seen = seen_meshes(meshes, options.runs / "scene_kind" / "recognized.json")
    rng = np.random.default_rng(config.seed)
    noise = (config.mistakes, config.unknown, config.dropped)
    views, few = config.views_per_scene, 2 * config.calibrate_per_kind
    data = scene_set(parts["train"], seen, rng, config.scenes_per_kind, jumbles=jumbles, views=views, noise=noise)
    calibration = scene_set(parts["calibrate"], seen, rng, config.calibrate_per_kind, jumbles=few, noise=noise)
    trainer = SceneKindTrainer(data, config, options.runs / "scene_kind" / "run", open_fabric(options.device))
    if options.resume:
        trainer.resume()
    code = run_training(trainer)
    if code:
        return code
    command = f"python scripts/training/train_scene_kind.py --data DATA --scenes {options.scenes} --seed {options.seed}"
    facts = export_run(trainer, calibration, data, score_sets(parts, seen, config), options.out, command)
    print(json.dumps(facts, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
