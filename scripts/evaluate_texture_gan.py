"""Export a run of scripts/train_texture_gan.py to ONNX, measure it, and write its card.

All figures are measured on the exported file in ONNX Runtime, which is what is shipped: CIEDE2000 between asked and
painted colours over random requests, sliced Wasserstein distances against people kept out of training beside the
distances between real halves, how far drawn faces are from training faces, and seconds an image.

Examples:
  python scripts/evaluate_texture_gan.py --run runs/textures --data runs/texture_data
  python scripts/evaluate_texture_gan.py --run runs/textures --out /tmp/trial/texture_generator.onnx --requests 50
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import torch

from ml_core.datasets.avatar_textures import AtlasTextures
from ml_core.errors import AtelierError, InputError
from ml_core.inference.session import open_session
from ml_core.inference.texture_generator import WEIGHTS
from ml_core.networks.generator import TexturePainter
from ml_core.networks.style_sampler import SEED_SIZE
from ml_core.training.texture_batches import TextureBatches
from ml_core.training.texture_config import TextureTrainingConfig
from ml_core.training.texture_export import TextureNetwork, export_network, trait_statistics, write_card
from ml_core.training.texture_metrics import novelty, sliced_wasserstein, trait_errors
from ml_core.training.texture_trainer import build_sampler
from ml_core.vocabulary.traits import OUTFITS
from scripts.train_texture_gan import SIZE, read_config

DESCRIPTION = {
    "what": "Generator of avatar maps (base colour, normal, roughness, occlusion) in the body atlas",
    "data": "VALID, the Validated Avatar Library for Inclusion and Diversity: 183 textures of 33 identities "
    "(c-frame/valid-avatars-glb, commit c4719df7a2b6), warped into the body atlas",
    "data_licence": "MIT, Tiffany D. Do and others, University of Central Florida and Google",
    "licence": "GPL-3.0-or-later",
    "limits": "33 people with 24 distinct faces; roughness and occlusion follow a rule "
    "(ml_core/datasets/texture_regions.py), the source has none",
}


def load_run(
    run: Path, textures: AtlasTextures
) -> tuple[TextureNetwork, TextureBatches, TextureTrainingConfig, dict[str, Any]]:
    """The averaged network of a run's checkpoint, its training data and its configuration."""
    if not (run / "checkpoint.pt").is_file():
        raise InputError(f"{run}: no run here (checkpoint.pt is missing); train one with scripts/train_texture_gan.py")
    config = read_config(run / "config.json")
    keep = [i for i, label in enumerate(textures.labels) if label.face_group not in config.hold_out]
    batches = TextureBatches(textures.subset(np.array(keep)), np.random.default_rng(0), config.true_color_share)
    network = TextureNetwork(TexturePainter(config.generator), build_sampler(batches, config))
    state = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)
    network.load_state_dict(state["average"])
    return network, batches, config, state


class Evaluation:
    """Draws from the exported file and measures it against the data set."""

    def __init__(
        self, session: Any, textures: AtlasTextures, batches: TextureBatches, hold_out: tuple[str, ...]
    ) -> None:
        self.session, self.textures, self.batches, self.hold_out = session, textures, batches, hold_out
        self.rng = np.random.default_rng(2026)

    def paint(self, count: int, colors: np.ndarray) -> np.ndarray:
        """Maps (count, 7, S, S) of random seeds, outfits and presentations in ``colors`` (count, 4, 3)."""
        rng = self.rng
        z = rng.standard_normal((count, SEED_SIZE)).astype(np.float32)
        outfit = np.eye(len(OUTFITS), dtype=np.float32)[rng.integers(len(OUTFITS), size=count)]
        presentation = rng.integers(0, 2, (count, 1)).astype(np.float32)
        maps = [
            self.session.run(
                ["maps"],
                {"z": z[k], "colors": colors[k], "outfit": outfit[k], "presentation": presentation[k]},
            )[0]
            for k in np.split(np.arange(count), range(8, count, 8))
        ]
        return np.concatenate(maps)

    def traits(self, count: int) -> dict[str, Any]:
        colors = np.stack([self.batches.distribution.draw(self.rng) for _ in range(count)]).astype(np.float32)
        return {"requests": count, **trait_errors(self.paint(count, colors), colors, self.textures.boxes)}

    def wasserstein(self, count: int) -> dict[str, Any]:
        """Distances (finest of four bands first) of base colour and normals."""
        labels = self.textures.labels
        groups = sorted({label.face_group for label in labels if label.face_group not in self.hold_out})
        half = set(groups[::2])
        held = [i for i, label in enumerate(labels) if label.face_group in self.hold_out]
        first = [i for i, label in enumerate(labels) if label.face_group in half]
        second = [i for i, label in enumerate(labels) if label.face_group in set(groups) - half]
        colors = self.batches.colors[self.rng.integers(len(self.batches.colors), size=count)]
        drawn = self.paint(count, colors)[:, :5]
        result = {"between_real_halves": sliced_wasserstein(self._real(first), self._real(second))}
        if held:
            result["generated_to_held_out"] = sliced_wasserstein(drawn, self._real(held))
            result["training_to_held_out"] = sliced_wasserstein(self._real(first + second), self._real(held))
        return result

    def novelty(self, count: int) -> dict[str, float]:
        """Faces in the mean colours of the data."""
        colors = self.batches.colors.mean(axis=0)
        rows = [int(np.flatnonzero(self.batches.faces == k)[0]) for k in range(len(self.batches.identities))]
        index = np.array(rows)
        known = self.batches.batch(index, np.repeat(colors[None], len(index), axis=0)).target[:, :3].numpy()
        drawn = self.paint(count, np.repeat(colors[None], count, axis=0).astype(np.float32))[:, :3]
        return novelty(drawn, known, [self.batches.textures.labels[i].face_group for i in rows])

    def seconds(self) -> float:
        """Median seconds of one image."""
        times = []
        for _ in range(20):
            began = time.perf_counter()
            self.paint(1, self.batches.colors[:1])
            times.append(time.perf_counter() - began)
        return round(float(np.median(times)), 4)

    def _real(self, index: list[int]) -> np.ndarray:
        color = self.textures.base_color[index].astype(np.float32) / 255
        normal = self.textures.normal[index].astype(np.float32) / 127
        return np.concatenate([color, normal], axis=-1).transpose(0, 3, 1, 2)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/textures"), help="run folder (default %(default)s)")
    parser.add_argument("--data", type=Path, default=Path("runs/texture_data"), help="dataset (default %(default)s)")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="ONNX file to write (default: the shipped weights)")
    parser.add_argument("--requests", type=int, default=200, help="random requests (default %(default)s)")
    options = parser.parse_args(arguments)
    try:
        textures = AtlasTextures.load(options.data, SIZE)
        network, batches, config, state = load_run(options.run, textures)
        export_network(network, options.out)
        card: dict[str, Any] = {
            **DESCRIPTION,
            "size": SIZE,
            "seed_size": SEED_SIZE,
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "training": {
                "command": "python scripts/train_texture_gan.py --hold-out " + " ".join(config.hold_out),
                "steps": state["step"],
                "hours": round(state["seconds"] / 3600, 2),
                "device": f"{torch.get_num_threads()} threads of a {platform.machine()} CPU",
                "configuration": dataclasses.asdict(config),
            },
            "statistics": trait_statistics(batches.textures.labels),
        }
        write_card(options.out, card)
        evaluation = Evaluation(open_session(options.out, "cpu"), textures, batches, config.hold_out)
        card["metrics"] = {
            "ciede2000": evaluation.traits(options.requests),
            "sliced_wasserstein_x1000": evaluation.wasserstein(min(64, options.requests)),
            "face_distance": evaluation.novelty(min(100, options.requests)),
            "seconds_an_image": evaluation.seconds(),
        }
        write_card(options.out, card)
        print(json.dumps(card["metrics"], indent=1))
    except AtelierError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
