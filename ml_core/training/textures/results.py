"""From a run of the texture training to exported weights with a card, and what is quickly measured on them."""

from __future__ import annotations

import dataclasses
import platform
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml_core.color import hex_to_srgb, srgb_to_hex
from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import InputError
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.training.textures.batches import TextureBatches
from ml_core.training.textures.config import TextureTrainingConfig, read_config
from ml_core.training.textures.export import TextureNetwork, bank_facts, trait_statistics
from ml_core.training.textures.metrics import trait_errors
from ml_core.training.textures.model import build_model, fill_bank, stored_bank
from ml_core.vocabulary.regions import COLOR_REGIONS
from ml_core.vocabulary.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS, AvatarTraits

OWN = {
    "what": "Generator of avatar maps (base colour, normal, roughness, occlusion) in the body atlas",
    "limits": "trained from Blender's panel on a folder of one's own; only the colours were measured",
}
MEASURED = 512
"""Texels a side at which figures are taken: the size that is painted unless another is asked."""


def load_run(
    run: Path, data: Path | AtlasTextures
) -> tuple[TextureNetwork, TextureBatches, TextureTrainingConfig, dict[str, Any]]:
    """The averaged network of a run's checkpoint, its training data (a dataset or its folder) and configuration."""
    if not (run / "checkpoint.pt").is_file():
        raise InputError(
            f"{run}: no run here (checkpoint.pt is missing); train one with scripts/training/train_texture_gan.py"
        )
    config = read_config(run / "config.json")
    textures = data if isinstance(data, AtlasTextures) else AtlasTextures.load(data, config.generator.size)
    keep = [i for i, label in enumerate(textures.labels) if label.face_group not in config.hold_out]
    batches = TextureBatches(textures.subset(np.array(keep)), np.random.default_rng(0), config.true_color_share)
    state = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = build_model(batches, config, stored_bank(state["average"]))
    model.load_state_dict(state["average"])
    if state["step"] <= config.encoder_steps > 0:  # stopped before the codes were learned: what the encoder finds
        fill_bank(model.eval(), batches)
    return TextureNetwork(model.painter, model.bank), batches, config, state


def card_of(
    description: dict[str, Any],
    network: TextureNetwork,
    batches: TextureBatches,
    config: TextureTrainingConfig,
    state: dict[str, Any],
) -> dict[str, Any]:
    """The card of an exported run, without figures."""
    configuration = dataclasses.asdict(config)
    before = configuration.pop("before")
    return {
        **description,
        "size": network.painter.config.size,
        "levels": network.painter.config.levels,
        "seed_size": SEED_SIZE,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": {
            "command": command_of(config),
            "steps": state["step"],
            "hours": round(state["seconds"] / 3600, 2),
            "device": f"a {platform.machine()} CPU",
            "configuration": configuration,
            **({"before": before} if before else {}),
        },
        "codes": bank_facts(network.bank),
        "statistics": trait_statistics(batches.textures.labels),
    }


def command_of(config: TextureTrainingConfig) -> str:
    """The command that trains as ``config`` says, but for where data and weights lie."""
    words = ["python scripts/training/train_texture_gan.py"]
    if not config.encoder_steps:
        words.append("--encoder-steps 0 --from WEIGHTS")
        generator = config.generator
        words.append(f"--size {generator.size}" if config.finest_only else f"--latent {generator.latent}")
    if config.fitting_steps:
        words.append(f"--fitting-steps {config.fitting_steps}")
    words.append(f"--adversarial-steps {config.adversarial_steps}")
    return " ".join([*words, "--hold-out", *config.hold_out])


def color_errors(generator: TextureGenerator, batches: TextureBatches, count: int) -> dict[str, dict[str, float]]:
    """CIEDE2000 between asked and painted colours of ``count`` random people (median and 95th percentile)."""
    rng = np.random.default_rng(2026)
    asked, painted = [], []
    for _ in range(count):
        row = batches.distribution.draw(rng).astype(np.float32)
        colors: dict[str, Any] = dict(zip(COLOR_REGIONS, map(srgb_to_hex, row), strict=True))
        request = AvatarTraits(
            **colors, outfit=OUTFITS[rng.integers(len(OUTFITS))], presentation=float(rng.integers(0, 2))
        )
        asked.append(request_colors(request))
        painted.append(generator.paint(request, rng.standard_normal(SEED_SIZE).astype(np.float32), MEASURED)[0])
    factor = batches.textures.size // MEASURED
    return trait_errors(np.stack(painted), np.stack(asked), batches.textures.boxes[:, ::factor, ::factor])


def request_colors(request: AvatarTraits) -> np.ndarray:
    """(4, 3) sRGB as asked, after rounding to hex."""
    return np.stack([hex_to_srgb(getattr(request, name)) for name in COLOR_REGIONS])
