"""From a run of the texture training to exported weights with a card, and quick measurements of them."""

from __future__ import annotations

import dataclasses
import platform
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.color import hex_to_srgb, srgb_to_hex
from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import InputError
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.training.cards import write_card
from ml_core.training.loop import CHECKPOINT, CONFIG, read_checkpoint
from ml_core.training.textures.batches import TextureBatches
from ml_core.training.textures.config import TextureTrainingConfig, read_config
from ml_core.training.textures.distillation import PainterDistillation
from ml_core.training.textures.export import TextureNetwork, bank_facts, export_network, trait_statistics
from ml_core.training.textures.measuring.metrics import trait_errors
from ml_core.training.textures.model import build_model, fill_bank, stored_bank
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import COLOR_REGIONS, OUTFITS, AvatarTraits

VALID = {
    "what": "Generator of avatar maps (base colour, normal, roughness, occlusion) in the body atlas",
    "data": "VALID, the Validated Avatar Library for Inclusion and Diversity: 183 textures of 33 identities "
    "(c-frame/valid-avatars-glb, commit c4719df7a2b6), warped into the body atlas",
    "data_licence": "MIT, Tiffany D. Do and others, University of Central Florida and Google",
    "licence": "GPL-3.0-or-later",
    "limits": "33 people with 24 distinct faces, all with dark hair; roughness and occlusion follow rules, and so does "
    "the relief of cloth that came with flat normals (ml_core/datasets/textures/regions.py): the source has none",
}
"""Description in the card of the shipped weights."""
OWN = {
    "what": "Generator of avatar maps (base colour, normal, roughness, occlusion) in the body atlas",
    "limits": "trained from Blender's panel on a folder of one's own; only the colours were measured",
}
MEASURED = 512
"""Resolution at which figures are taken: what is painted by default."""


def load_run(
    run: Path, data: Path | AtlasTextures
) -> tuple[TextureNetwork, TextureBatches, TextureTrainingConfig, dict[str, Any]]:
    """The averaged network of a run's checkpoint, its training data (a dataset or its folder) and configuration."""
    if not (run / CHECKPOINT).is_file():
        raise InputError(
            "{run}: no run here (checkpoint.pt is missing); train one with scripts/training/train_texture_gan.py",
            run=run,
        )
    config = read_config(run / CONFIG)
    textures = data if isinstance(data, AtlasTextures) else AtlasTextures.load(data, config.generator.size)
    keep = [i for i, label in enumerate(textures.labels) if label.face_group not in config.hold_out]
    batches = TextureBatches(textures.subset(np.array(keep)), np.random.default_rng(0), config.true_color_share)
    state = read_checkpoint(run / CHECKPOINT)
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
    parent_run = configuration.pop("parent_run")
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
            **({"parent_run": parent_run} if parent_run else {}),
        },
        "codes": bank_facts(network.bank),
        "statistics": trait_statistics(batches.textures.labels),
    }


def command_of(config: TextureTrainingConfig) -> str:
    """The command that trains with ``config``, with placeholders for the paths of data and weights."""
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
    """CIEDE2000 between requested and painted colors of ``count`` random people (median and 95th percentile)."""
    rng = np.random.default_rng(2026)
    requested, painted = [], []
    for _ in range(count):
        row = batches.distribution.draw(rng).astype(np.float32)
        colors: dict[str, Any] = dict(zip(COLOR_REGIONS, map(srgb_to_hex, row), strict=True))
        request = AvatarTraits(
            **colors, outfit=OUTFITS[rng.integers(len(OUTFITS))], presentation=float(rng.integers(0, 2))
        )
        requested.append(request_colors(request))
        painted.append(generator.paint(request, rng.standard_normal(SEED_SIZE).astype(np.float32), MEASURED)[0])
    factor = batches.textures.size // MEASURED
    return trait_errors(np.stack(painted), np.stack(requested), batches.textures.boxes[:, ::factor, ::factor])


def request_colors(request: AvatarTraits) -> np.ndarray:
    """(4, 3) sRGB as requested, after rounding to hex."""
    return np.stack([hex_to_srgb(getattr(request, name)) for name in COLOR_REGIONS])


def export_run(run: Path, path: Path, data: Path | AtlasTextures, description: dict[str, Any]) -> dict[str, Any]:
    """Write the averaged network of a run as ONNX to ``path`` with its card, which holds no figures yet; the card."""
    network, batches, config, state = load_run(run, data)
    export_network(network, path)
    card = card_of(description, network, batches, config, state)
    write_card(path, card)
    return card


def export_distilled(run: PainterDistillation, card: dict[str, Any], path: Path) -> None:
    """Write the narrow painter with the codes of its teacher, whose ``card`` states its origin; no figures yet."""
    network = TextureNetwork(run.average, run.teacher.bank)
    export_network(network, path)
    known = {name: value for name, value in card.items() if name not in ("file", "sha256", "metrics")}
    training = dict(known["training"])
    training["configuration"] = training["configuration"] | {"generator": dataclasses.asdict(run.average.config)}
    training["distilled"] = {
        "command": "python scripts/training/distil_texture_gan.py --channels "
        + " ".join(map(str, run.config.channels)),
        "from_channels": list(run.teacher.painter.config.channels),
        "from_sha256": card["sha256"],
        "hours": round(run.seconds / 3600, 2),
        "device": f"a {platform.machine()} CPU",
        "configuration": dataclasses.asdict(run.config),
        "steps": run.step,
    }
    parameters = sum(parameter.numel() for parameter in network.parameters())
    write_card(path, known | {"parameters": parameters, "training": training})
