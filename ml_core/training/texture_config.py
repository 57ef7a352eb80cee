"""What a texture training run is told; written into its folder and into the card of the weights."""

from __future__ import annotations

from dataclasses import dataclass, field

from ml_core.networks.generator import GeneratorConfig


@dataclass(frozen=True)
class TextureTrainingConfig:
    """Steps, losses and rates of ``scripts/train_texture_gan.py``.

    Stage A (GLO, Bojanowski et al. 2018) learns a code for every face and outfit under a Laplacian-pyramid loss: first
    at 64 and 128 texels, then at 256. Stage B (Goodfellow et al. 2014) adds the adversarial game on crops, on learned
    and on mixed codes. ``hold_out`` names face groups that training never sees.
    """

    generator: GeneratorConfig = field(default_factory=GeneratorConfig)
    steps_64: int = 250
    steps_128: int = 1250
    steps_256: int = 5500
    adversarial_steps: int = 1800
    batch: int = 4
    adversarial_batch: int = 2
    mixed_batch: int = 2
    learning_rate: float = 2e-3
    position_rate: float = 1e-2
    code_rate: float = 1e-2
    adversarial_rate: float = 5e-4
    discriminator_rate: float = 2e-4
    discriminator_width: int = 24
    crops: int = 4
    crop_size: int = 64
    adversarial_weight: float = 0.05
    r1_weight: float = 0.01
    r1_every: int = 8
    ema: float = 0.995
    code_noise: float = 0.05
    true_color_share: float = 0.3
    sharpness: tuple[float, float] = (2.5, 6.0)
    hold_out: tuple[str, ...] = ()
    saves: int = 40
    seed: int = 0

    @property
    def reconstruction_steps(self) -> int:
        return self.steps_64 + self.steps_128 + self.steps_256

    @property
    def total_steps(self) -> int:
        return self.reconstruction_steps + self.adversarial_steps

    def levels(self, step: int) -> int:
        """Generator levels trained at ``step``: 1 paints 64 texels, 2 paints 128, 3 paints 256."""
        if step < self.steps_64:
            return 1
        return 2 if step < self.steps_64 + self.steps_128 else 3
