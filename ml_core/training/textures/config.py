"""Hyperparameters of a texture-GAN run; written into its folder and into the card of the weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_core.files import read_json
from ml_core.networks.generator import GeneratorConfig
from ml_core.records import read_record


@dataclass(frozen=True)
class TextureTrainingConfig:
    """Steps, losses and rates of ``scripts/training/train_texture_gan.py``.

    Stage A trains an encoder and the painter as an autoencoder; the codes that it finds start the code bank. Stage B
    drops the encoder and trains adversarially (R3GAN, Huang et al. 2024) on learned and on mixed codes, while the codes
    of the training textures keep being fitted (GLO, Bojanowski et al. 2018). All of it on crops of ``crop_codes``
    codes, of which the discriminator sees a square of ``discriminator_resolution`` texels. ``hold_out`` names face
    groups that training leaves out. Without ``encoder_steps`` the run continues from exported weights and their codes,
    widened to ``generator.latent`` channels; ``parent_run`` is the training recorded in their card. ``fitting_steps``
    fit painter and codes to the textures before the adversarial stage. Where the ``generator`` has a finest level, that
    alone is trained, and all else left as it is. The gradient penalties R1 and R2 are taken every ``penalty_every``
    steps, with ``penalty_weight`` times their mean.
    """

    generator: GeneratorConfig = field(default_factory=GeneratorConfig)
    encoder_steps: int = 3000
    fitting_steps: int = 0
    adversarial_steps: int = 5000
    batch: int = 8
    adversarial_batch: int = 4
    mixed_batch: int = 4
    crop_codes: int = 24
    discriminator_resolution: int = 96
    learning_rate: float = 2e-3
    adversarial_rate: float = 5e-4
    code_rate: float = 5e-3
    fitting_code_rate: float = 2e-2
    discriminator_rate: float = 5e-4
    discriminator_width: int = 24
    adversarial_weight: float = 0.08
    penalty_weight: float = 0.02
    penalty_every: int = 8
    ema: float = 0.998
    code_noise: float = 0.1
    true_color_share: float = 0.3
    sharpness: tuple[float, float] = (12.0, 40.0)
    hold_out: tuple[str, ...] = ()
    saves: int = 40
    seed: int = 0
    parent_run: dict[str, Any] = field(default_factory=dict)

    @property
    def finest_only(self) -> bool:
        """Whether the finest level alone is trained."""
        return bool(self.generator.fine)

    @property
    def total_steps(self) -> int:
        return self.encoder_steps + self.fitting_steps + self.adversarial_steps


def read_config(path: Path) -> TextureTrainingConfig:
    """The configuration that a run saved; raises :class:`InputError` where it is damaged."""
    return read_record(read_json(path, str(path)), TextureTrainingConfig, str(path))
