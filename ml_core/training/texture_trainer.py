"""The two-stage training of the texture GAN: codes first (GLO), then the adversarial game on crops."""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.fabric import Fabric
from torch import Tensor, nn
from torch.nn import functional

from ml_core.datasets.avatar_textures import AtlasTextures
from ml_core.errors import AtelierError
from ml_core.networks.discriminator import PatchDiscriminator
from ml_core.networks.generator import TexturePainter
from ml_core.networks.style_sampler import SEED_SIZE, CodeSampler
from ml_core.training.texture_augment import augment, crop_corners, take_crops
from ml_core.training.texture_batches import Batch, TextureBatches, texel_weights
from ml_core.training.texture_config import TextureTrainingConfig
from ml_core.training.texture_losses import discriminator_loss, generator_loss, r1_penalty, reconstruction_loss
from ml_core.vocabulary.traits import OUTFITS


def build_sampler(batches: TextureBatches, config: TextureTrainingConfig) -> CodeSampler:
    """The sampler with one face code an identity and one outfit code a group of equal garments."""
    labels = batches.textures.labels
    first_face = [int(np.flatnonzero(batches.faces == k)[0]) for k in range(batches.faces.max() + 1)]
    first_outfit = [int(np.flatnonzero(batches.outfits == k)[0]) for k in range(batches.outfits.max() + 1)]
    kind = np.array([[labels[i].outfit == name for name in OUTFITS] for i in first_outfit], dtype=np.float32)
    return CodeSampler(
        np.array([labels[i].presentation for i in first_face]),
        np.array([labels[i].presentation for i in first_outfit]),
        kind,
        (config.generator.face_code, config.generator.outfit_code),
        config.sharpness,
    )


class TextureTrainer:
    """Trains painter, sampler and discriminator; saves ``checkpoint.pt``, ``config.json`` and grids to ``folder``.

    Raises:
        AtelierError: a loss is not finite; the last good checkpoint stays as it is.
    """

    def __init__(self, config: TextureTrainingConfig, textures: AtlasTextures, folder: Path, fabric: Fabric) -> None:
        keep = [i for i, label in enumerate(textures.labels) if label.face_group not in config.hold_out]
        self.config, self.folder, self.fabric = config, folder, fabric
        torch.manual_seed(config.seed)
        self.rng = np.random.default_rng(config.seed)
        self.batches = TextureBatches(textures.subset(np.array(keep)), self.rng, config.true_color_share)
        self.painter: nn.Module = TexturePainter(config.generator)
        self.sampler: Any = build_sampler(self.batches, config)
        self.discriminator: nn.Module = PatchDiscriminator(config.discriminator_width, atlas_size=textures.size)
        self.average: Any = copy.deepcopy(nn.ModuleDict({"painter": self.painter, "sampler": self.sampler})).eval()
        self.average.requires_grad_(False)
        trunk = [value for name, value in self.painter.named_parameters() if not name.startswith("positions")]
        optimizer = torch.optim.Adam(
            [
                {"params": trunk, "lr": config.learning_rate},
                {"params": self.sampler.parameters(), "lr": config.code_rate},
                {"params": list(self.painter.positions), "lr": config.position_rate},
            ],
            betas=(0.8, 0.99),
        )
        rival = torch.optim.Adam(self.discriminator.parameters(), lr=config.discriminator_rate, betas=(0.0, 0.99))
        self.painter, self.optimizer = fabric.setup(self.painter, optimizer)
        self.sampler = fabric.setup_module(self.sampler)
        self.discriminator, self.rival = fabric.setup(self.discriminator, rival)
        self.average = self.average.to(fabric.device)
        self.weight = texel_weights(textures.valid).to(fabric.device)
        self.step = 0
        self.seconds = 0.0

    def fit(self, stop: int | None = None, report: Callable[[str], None] = print, every: int = 100) -> None:
        """Train from the current step to the last (or to ``stop``); a checkpoint and a grid, ``saves`` times a run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.json").write_text(json.dumps(asdict(self.config), indent=2))
        end = min(stop or self.config.total_steps, self.config.total_steps)
        keep_every = max(1, self.config.total_steps // self.config.saves)
        began, first, images = time.perf_counter(), self.step, 0
        sums: dict[str, float] = {}
        while self.step < end:
            values = self._step()
            images += self.config.batch
            for name, value in values.items():
                sums[name] = sums.get(name, 0.0) * 0.95 + value * 0.05 if name in sums else value
            self._stop_if_broken(values)
            self.step += 1
            elapsed = time.perf_counter() - began
            if self.step % every == 0 or self.step == end:
                rate = elapsed / (self.step - first)
                facts = "  ".join(f"{name} {value:.4f}" for name, value in sums.items())
                report(
                    f"step {self.step}/{end}  {facts}  {images / elapsed:.1f} images/s  "
                    f"{(end - self.step) * rate / 60:.0f} min left"
                )
            if self.step % keep_every == 0 or self.step == end:
                self.seconds += time.perf_counter() - began
                began, first, images = time.perf_counter(), self.step, 0
                self.save()
                self.grid(self.folder / f"grid_{self.step:06d}.png")

    def _step(self) -> dict[str, float]:
        self._set_rates()
        if self.step < self.config.reconstruction_steps:
            batch = self.batches.draw(self.config.batch)
            loss = self._reconstruct(batch)[0]
            self._update(loss)
            return {"reconstruction": float(loss.detach())}
        return self._adversarial(self.batches.draw(self.config.adversarial_batch))

    def _reconstruct(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """The GLO loss of a batch, the painted maps and their targets."""
        device = self.fabric.device
        levels = self.config.levels(self.step)
        face, outfit = self.sampler.face_codes[batch.faces], self.sampler.outfit_codes[batch.outfits]
        face = face + self.config.code_noise * torch.randn_like(face)
        outfit = outfit + self.config.code_noise * torch.randn_like(outfit)
        maps, masks = self.painter(face, outfit, batch.colors.to(device), batch.presentation.to(device), levels)
        target, target_masks, weight = batch.target.to(device), batch.masks.to(device), self.weight
        factor = target.shape[-1] // maps.shape[-1]
        if factor > 1:
            target, target_masks, weight = (functional.avg_pool2d(x, factor) for x in (target, target_masks, weight))
        codes = face.square().mean() + outfit.square().mean()
        return reconstruction_loss(maps, masks, target, target_masks, weight) + 1e-4 * codes, maps, target

    def _adversarial(self, batch: Batch) -> dict[str, float]:
        """One discriminator step, then one generator step, on crops of the same paintings."""
        config, device = self.config, self.fabric.device
        reconstruction, painted, target = self._reconstruct(batch)
        mixed = self._paint_mixed(config.mixed_batch)
        fake_maps = torch.cat([painted, mixed])
        size, side = fake_maps.shape[-1], config.crop_size
        fake_at = crop_corners(len(fake_maps) * config.crops, size, side, self.rng)
        fake = take_crops(fake_maps, fake_at, side)
        real_at = crop_corners(len(fake_at), size, side, self.rng)
        reals = torch.cat([target, self.batches.draw(config.mixed_batch).target.to(device)])
        real = take_crops(reals, real_at, side)

        self.discriminator.requires_grad_(True)
        penalize = self.step % config.r1_every == 0
        real_input = augment(real, self.rng).requires_grad_(penalize)
        real_logits = self.discriminator(real_input, real_at)
        fake_logits = self.discriminator(augment(fake.detach(), self.rng), fake_at)
        rival_loss = discriminator_loss(real_logits, fake_logits)
        penalty = torch.zeros(())
        if penalize:
            penalty = r1_penalty(real_logits.mean(dim=(1, 2)), real_input)
            rival_loss = rival_loss + config.r1_weight * config.r1_every * penalty
        self.rival.zero_grad(set_to_none=True)
        self.fabric.backward(rival_loss)
        self.rival.step()

        self.discriminator.requires_grad_(False)
        game = generator_loss(self.discriminator(augment(fake, self.rng), fake_at))
        self._update(reconstruction + config.adversarial_weight * game)
        values = {"reconstruction": reconstruction, "generator": game, "discriminator": rival_loss}
        values |= {"real": real_logits.mean(), "fake": fake_logits.mean()}
        if penalize:
            values["r1"] = penalty
        return {name: float(value.detach()) for name, value in values.items()}

    def _paint_mixed(self, count: int) -> Tensor:
        device = self.fabric.device
        z = torch.from_numpy(self.rng.standard_normal((count, SEED_SIZE)).astype(np.float32)).to(device)
        outfit = torch.from_numpy(np.eye(len(OUTFITS), dtype=np.float32)[self.rng.integers(len(OUTFITS), size=count)])
        colors, presentation = self.batches.conditions(count)
        presentation = presentation.to(device)
        face, clothes = self.sampler(z, outfit.to(device), presentation)
        return self.painter(face, clothes, colors.to(device), presentation)[0]

    def _update(self, loss: Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        self.fabric.clip_gradients(self.painter, self.optimizer, max_norm=1.0, error_if_nonfinite=False)
        self.optimizer.step()
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        live = nn.ModuleDict({"painter": _bare(self.painter), "sampler": _bare(self.sampler)})
        with torch.no_grad():
            for average, current in zip(self.average.parameters(), live.parameters(), strict=True):
                average.lerp_(current, 1 - decay)

    def _set_rates(self) -> None:
        """Warm up over 50 steps; cosine decay over the reconstruction stage; a lower, constant rate for the game."""
        config = self.config
        if self.step < config.reconstruction_steps:
            progress = self.step / config.reconstruction_steps
            factor = min(1.0, (self.step + 1) / 50) * (0.15 + 0.85 * 0.5 * (1 + math.cos(math.pi * progress)))
            rates = [factor * rate for rate in (config.learning_rate, config.code_rate, config.position_rate)]
        else:
            rates = [config.adversarial_rate] * 3
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def _stop_if_broken(self, values: dict[str, float]) -> None:
        broken = [name for name, value in values.items() if not np.isfinite(value)]
        if broken:
            raise AtelierError(
                f"training stopped at step {self.step}: {', '.join(broken)} is not a finite number; the last good "
                f"checkpoint is {self.folder / 'checkpoint.pt'}, resume from it with a lower learning rate"
            )

    def save(self) -> None:
        """Write the checkpoint atomically; tensors and JSON text only, so that it loads without pickle."""
        state = {
            "painter": _bare(self.painter).state_dict(),
            "sampler": _bare(self.sampler).state_dict(),
            "discriminator": _bare(self.discriminator).state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "rival": self.rival.state_dict(),
            "torch_rng": torch.get_rng_state(),
            "numpy_rng": json.dumps(self.rng.bit_generator.state),
            "step": self.step,
            "seconds": self.seconds,
        }
        temporary = self.folder / "checkpoint.pt.part"
        torch.save(state, temporary)
        temporary.replace(self.folder / "checkpoint.pt")

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint; the data order continues where it stopped.

        Raises:
            AtelierError: the file is no checkpoint of this configuration.
        """
        try:
            state = torch.load(path, map_location=self.fabric.device, weights_only=True)
            _bare(self.painter).load_state_dict(state["painter"])
            _bare(self.sampler).load_state_dict(state["sampler"])
            _bare(self.discriminator).load_state_dict(state["discriminator"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.rival.load_state_dict(state["rival"])
        except Exception as error:
            raise AtelierError(f"{path}: cannot resume from this file ({error})") from error
        torch.set_rng_state(state["torch_rng"].cpu())
        self.rng.bit_generator.state = json.loads(state["numpy_rng"])
        self.step, self.seconds = state["step"], state["seconds"]

    @torch.no_grad()
    def grid(self, path: Path) -> None:
        """A picture: learned people above, mixed people below; base colour and normals side by side."""
        from ml_core.training.texture_pictures import write_grid

        write_grid(path, self.average["painter"], self.average["sampler"], self.batches, self.config.levels(self.step))


def _bare(module: nn.Module) -> nn.Module:
    """The module inside Fabric's wrapper."""
    return getattr(module, "module", module)
