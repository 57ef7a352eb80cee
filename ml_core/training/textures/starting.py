"""The configuration and the codes of runs that continue from exported weights."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.networks.code_bank import CodeBank
from ml_core.networks.generator import LATENT_SIZE, TEXELS_A_CODE
from ml_core.training.loop import CHECKPOINT, read_checkpoint
from ml_core.training.textures.config import TextureTrainingConfig
from ml_core.training.textures.export import TextureNetwork, read_network
from ml_core.training.textures.model import detailed, stored_bank

SIZE = LATENT_SIZE * TEXELS_A_CODE
"""Resolution in texels (square) of a painter without a finest level."""
FINE_SIZE = 2 * SIZE
FINE_WIDTH, FINE_DETAILS = 16, 24
"""Channels of the finest level of a painter that has none, and of the faces' details for it."""
_FINE: dict[str, Any] = {"discriminator_resolution": 128, "crop_codes": 16, "saves": 10, "adversarial_weight": 0.04}
"""A crop of as many texels as at half the size; a larger weight, or more than a thousand steps, weaves a pattern into
skin."""


def continued(
    config: TextureTrainingConfig, source: Path | None, latent: int | None, size: int
) -> TextureTrainingConfig:
    """The configuration of a run that continues from exported weights and their codes, widened to ``latent`` channels;
    at :data:`FINE_SIZE`, of their finest level alone, which is left out at :data:`SIZE`.

    Raises:
        InputError: there are no such weights, or codes would be widened under a finest level.
    """
    if source is None:
        raise InputError("--encoder-steps 0 needs weights to go on from; name them with --from")
    network, card = read_network(source)
    sharpness = tuple(card["codes"]["sharpness"])
    generator = network.painter.config
    if size != SIZE and latent not in (None, generator.latent):
        raise InputError(
            "--latent {latent}: codes are widened at {size} texels; leave it out at {given}",
            latent=latent,
            size=SIZE,
            given=size,
        )
    fine, details = (generator.fine or FINE_WIDTH, generator.details or FINE_DETAILS) if size != SIZE else (0, 0)
    generator = dataclasses.replace(generator, latent=latent or generator.latent, fine=fine, details=details)
    config = dataclasses.replace(config, generator=generator, sharpness=sharpness, parent_run=card["training"])
    return dataclasses.replace(config, **_FINE) if fine else config


def kept_codes(config: TextureTrainingConfig, network: TextureNetwork | None, run: Path | None) -> CodeBank | None:
    """Of a run that trains the finest level alone, the codes of ``network`` or, to be resumed, of the checkpoint in
    ``run``; other runs learn theirs."""
    if not config.finest_only:
        return None
    if run is not None:
        return stored_bank(read_checkpoint(run / CHECKPOINT)["network"])
    assert network is not None
    return detailed(network.bank, config.generator.details)
