"""Compares the texture network with torch, and measures the memory of a generation; for bench.py."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
SIZES = (256, 512, 1024)

# Linux hands a child the peak of the process that started it in getrusage, and not in this file.
_ONE = """
import sys
from pathlib import Path
from ml_core import TextureGenerator
TextureGenerator.load(device="cpu").generate(seed=1, size=int(sys.argv[1]))
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def network_seconds(runs: int) -> dict[int, tuple[float, float | None]]:
    """Median seconds of the bare network in ONNX Runtime and in torch (``None`` if torch is missing), run alternately,
    by output size."""
    from ml_core import AvatarTraits, TextureGenerator

    generator = TextureGenerator.load(device="cpu")
    traits = generator.resolve(AvatarTraits(outfit="casual"), 1)
    latent = np.random.default_rng(1).standard_normal(64).astype(np.float32)
    in_torch = _in_torch()
    result = {}
    for level, size in enumerate(SIZES):
        ours, theirs = [], []
        for _ in range(runs + 1):
            ours.append(_seconds(lambda size=size: generator.paint(traits, latent, size)))
            if in_torch is not None:
                theirs.append(_seconds(lambda level=level: in_torch(level)))
        result[size] = float(np.median(ours[1:])), float(np.median(theirs[1:])) if theirs else None
    return result


def _seconds(function) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def _in_torch():
    """A function that paints one level of the shipped network in torch."""
    try:
        import torch
    except ImportError:
        return None
    from ml_core.inference.textures.generator import WEIGHTS
    from ml_core.training.textures.export import read_network

    network = read_network(WEIGHTS)[0]
    painter = network.painter
    codes = torch.randn(1, painter.config.latent, 64, 64)
    details = network.bank.details[:1] if painter.config.details else None
    colors = torch.full((1, 4, 3), 0.5)

    def paint(level: int) -> None:
        with torch.inference_mode():
            painter.finish_quarters(next(islice(painter.atlas_quarters(codes, details), level, None)), colors)

    return paint


def peak_memory(size: int) -> float:
    """Peak MB of a process that loads the generator and paints one avatar, Python and libraries included."""
    done = subprocess.run([sys.executable, "-c", _ONE, str(size)], cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout) / 1000
