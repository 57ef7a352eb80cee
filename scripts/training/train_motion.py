"""Train the network that continues and varies motions on recorded clips, score it and write it with its card.

The data folder is the one of compile_motions.py. Of five clips, by name, one is held out for the scores and one for
early stopping; the others are learned from, with their mirror images.

Examples:
  python scripts/training/train_motion.py --data ../shared/data/motion --dry-run
  python scripts/training/train_motion.py --data ../shared/data/motion
  python scripts/training/train_motion.py --data ../shared/data/motion --minutes 5 --out runs/motion/short.onnx
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np

from ml_core.datasets.motions.compiling import sliding
from ml_core.datasets.motions.made import mirrored
from ml_core.datasets.motions.recorded import Recording
from ml_core.errors import InputError
from ml_core.geometry.motion.clip import MotionClip
from ml_core.inference.motion.features import features
from ml_core.inference.motion.model import SHIPPED
from ml_core.outputs import check_outputs
from ml_core.training.loop import open_fabric
from ml_core.training.motion.results import export_run
from ml_core.training.motion.trainer import MotionTrainer, MotionTrainingConfig
from scripts.data.compile_motions import average, clip_names, recording
from scripts.lib.cli import errors_on_one_line
from scripts.lib.training import fields_of, run_training, shipped_parser

_HELD_OUT = 5
_LEAST_FRAMES = 20
_SKIPPED = ("pose", "tpose", "experimental")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser, _ = shipped_parser(
        __doc__,
        Path("../shared/data/motion"),
        SHIPPED,
        MotionTrainingConfig(),
        steps="",
        minutes="at most",
        seed="",
        threads="of the CPU",
    )
    return parser.parse_args(arguments)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    check_outputs([options.out])
    config = MotionTrainingConfig(**fields_of(options, "steps", "minutes", "seed", "threads"))
    clips = every_clip(options.data)
    held_out = {name: clip for name, clip in clips.items() if zlib.crc32(name.encode()) % _HELD_OUT == 0}
    checked = {name: clip for name, clip in clips.items() if zlib.crc32(name.encode()) % _HELD_OUT == 1}
    known = [clip for name, clip in clips.items() if name not in held_out and name not in checked]
    frames = sum(map(len, known))
    print(
        f"{len(known)} clips of {frames} frames and their mirror images; "
        f"to stop by: {len(checked)}; held out: {len(held_out)}"
    )
    if options.dry_run:
        return 0
    data = [features(item) for clip in known for item in (clip, mirrored(clip))]
    validation = [features(clip) for clip in checked.values()]
    trainer = MotionTrainer(data, config, options.runs / "motion" / "run", open_fabric(options.device), validation)
    if options.resume:
        trainer.resume()
    code = run_training(trainer)
    if code:
        return code
    skeleton = average()
    metrics = export_run(
        trainer,
        [features(clip) for clip in held_out.values()],
        list(held_out),
        skeleton,
        lambda clip: sliding(clip, skeleton, 100 * skeleton.leg, True),
        options.out,
        f"python scripts/training/train_motion.py --data DATA/motion --steps {options.steps} --seed {options.seed}",
    )
    print(json.dumps(metrics, indent=1))
    return 0


def every_clip(data: Path) -> dict[str, MotionClip]:
    """All recordings of the folder that move, by file and name.

    Raises:
        InputError: there is none, or a file is damaged.
    """
    clips = {}
    for path in sorted(data.glob("*/*.glb")):
        file = path.relative_to(data).as_posix()
        for name in clip_names(path):
            if any(word in name.lower().replace("-", "") for word in _SKIPPED):
                continue
            made = recording(path, name, file)
            # Of what appears out of nothing, bones have no size and no direction.
            if len(made.hips) >= _LEAST_FRAMES and np.allclose(np.linalg.det(made.turned), 1, atol=0.01):
                clips[f"{path.stem}/{name.split('|')[-1]}"] = _plain(made)
    if len(clips) < 10:
        raise InputError("{folder}: has no clips to learn from; give the folder of the clips with --data", folder=data)
    return clips


def _plain(made: Recording) -> MotionClip:
    count = len(made.hips)
    return MotionClip.of_turned(made.turned, made.hips, np.zeros((count, 3)), np.zeros((count, 2), bool))


if __name__ == "__main__":
    sys.exit(main())
