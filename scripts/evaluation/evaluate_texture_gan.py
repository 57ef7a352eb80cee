"""Measure an exported texture generator, and write the figures into its card.

All figures are measured on the exported file in ONNX Runtime, which is what is shipped: CIEDE2000 between requested and
painted colors, how often a classifier trained on the real textures sees the requested outfit and presentation, sliced
Wasserstein distances against people kept out of training beside the distances between real halves, precision and
recall, how far drawn faces are from training faces, and how well people kept out of training are found by inversion; of
weights that paint 1024 texels also the finest band there and the faces of training painted again, each beside 512
texels resampled (the dataset must have that size).
Pictures go to --out: samples.png, inversion.png.

Examples:
  python scripts/evaluation/evaluate_texture_gan.py --data runs/texture_data
  python scripts/evaluation/evaluate_texture_gan.py --weights trial/texture_generator.onnx --requests 50
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.inference.textures.generator import WEIGHTS
from ml_core.outputs import check_folder, check_outputs
from ml_core.training.cards import add_metrics
from ml_core.training.textures.measuring.evaluation import measure
from scripts.lib.cli import errors_on_one_line


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--data", type=Path, default=Path("runs/texture_data"), help="dataset (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("runs/textures"), help="for pictures (default %(default)s)")
    parser.add_argument("--requests", type=int, default=500, help="random requests (default %(default)s)")
    options = parser.parse_args(arguments)
    check_outputs([options.weights])
    check_folder(options.out)
    metrics = measure(options.weights, options.data, options.out, options.requests)
    add_metrics(options.weights, metrics)
    print(json.dumps(metrics, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
