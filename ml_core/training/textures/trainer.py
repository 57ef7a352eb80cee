"""The two-stage training of the texture GAN on crops: an autoencoder first, then adversarial training of the codes."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.fabric import Fabric
from torch import Tensor
from torch.nn import functional

from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import AtelierError
from ml_core.networks.code_bank import CodeBank
from ml_core.networks.discriminator import PatchDiscriminator
from ml_core.networks.generator import BORDER
from ml_core.training.loop import LoopOptions, Trainer
from ml_core.training.textures.augment import augment, crop_corners
from ml_core.training.textures.batches import Crops, TextureBatches, texel_weights
from ml_core.training.textures.config import TextureTrainingConfig
from ml_core.training.textures.export import TextureNetwork
from ml_core.training.textures.losses import (
    discriminator_loss,
    generator_loss,
    gradient_penalties,
    reconstruction_loss,
)
from ml_core.training.textures.measuring.pictures import write_grid
from ml_core.training.textures.model import build_model, fill_bank, fill_details, matched, take_network
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS

_CODE_WEIGHT = 1e-3


class TextureTrainer(Trainer):
    """Trains the model and its discriminator; a grid of samples goes beside each checkpoint.

    Args:
        bank: codes in place of those of the data, where the finest level alone is trained: no code may be lost then.
    """

    def __init__(
        self,
        config: TextureTrainingConfig,
        textures: AtlasTextures,
        folder: Path,
        fabric: Fabric,
        bank: CodeBank | None = None,
    ) -> None:
        total = config.total_steps
        every = max(1, min(100, total // 20))
        options = LoopOptions(total, max(1, total // config.saves), every, config.ema, 1.0, config.seed)
        super().__init__(options, config, folder, fabric)
        keep = [i for i, label in enumerate(textures.labels) if label.face_group not in config.hold_out]
        self.batches = TextureBatches(textures.subset(np.array(keep)), self.rng, config.true_color_share)
        model = build_model(self.batches, config, bank)
        if config.finest_only:
            model.requires_grad_(False)
            model.painter.finest_layers().requires_grad_(True)
            model.bank.details.requires_grad_(True)
        trunk = [*model.painter.parameters(), *model.encoder.parameters()]
        # The rates are set whole by rate_factors: they differ between the stages.
        optimizer = torch.optim.Adam(
            [{"params": trunk}, {"params": list(model.bank.parameters())}], lr=1.0, betas=(0.8, 0.99)
        )
        discriminator = PatchDiscriminator(config.discriminator_width, atlas_size=textures.size)
        self.set_up(model, optimizer)
        # Not through Fabric: its wrapper forbids the second derivative that the gradient penalties need.
        self.discriminator = discriminator.to(fabric.device)
        self.optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=config.discriminator_rate, betas=(0.0, 0.99))
        self.stateful |= {"discriminator": self.discriminator, "optimizer_d": self.optimizer_d}
        self.weight = texel_weights(textures.valid).to(fabric.device)

    def start_from(self, state: dict[str, Tensor]) -> None:
        """Take over matching weights of another model: painter and encoder; codes are those of this data."""
        own = self.bare.state_dict()
        shared = {name: value for name, value in state.items() if name in own and own[name].shape == value.shape}
        shared = {name: value for name, value in shared.items() if not name.startswith("bank.")}
        if not shared:
            raise AtelierError("nothing in these weights fits this network")
        for network in (self.bare, self.average):
            network.load_state_dict(shared, strict=False)

    def go_on_from(self, network: TextureNetwork) -> None:
        """Take over the painter of an exported network and, where they paint what this data shows, its codes; codes
        of more channels start with what the painter leaves out."""
        model = self.bare
        if self.config.finest_only:
            model.painter.load_state_dict(model.painter.state_dict() | network.painter.state_dict())
            self._number_textures_by_codes()
            if not model.bank.details.any():
                fill_details(model, self.batches)
        else:
            take_network(model, network, self.batches)
        self.average.load_state_dict(model.state_dict())

    def _number_textures_by_codes(self) -> None:
        """Number the textures by the codes that paint them best, not by the groups of the data alone."""
        model, batches = self.bare, self.batches
        painter, bank = (copy.deepcopy(item).cpu() for item in (model.painter, model.bank))
        faces, outfits = matched(painter, bank, batches)
        batches.faces, batches.outfits = faces[batches.faces], outfits[batches.outfits]

    def training_step(self) -> dict[str, float]:
        config = self.config
        if self.step == config.encoder_steps > 0:
            self.average.bank.load_state_dict(fill_bank(self.bare, self.batches).state_dict())
        if self.step < config.encoder_steps:
            crops = self.batches.draw(config.batch, config.crop_codes)
            layers = crops.layers.to(self.fabric.device)
            painted = self.network(
                crops.colors.to(self.fabric.device), layers=layers, noise=config.code_noise, levels=self._levels
            )
            loss = self.reconstruction_loss(crops, painted)
            self.update(loss)
            return {"reconstruction": float(loss.detach())}
        if self.step < config.encoder_steps + config.fitting_steps:
            return self._fitting(self.batches.draw(config.batch, config.crop_codes))
        return self._adversarial(self.batches.draw(config.adversarial_batch, config.crop_codes))

    @property
    def _levels(self) -> int:
        """The levels of the painter that are trained: the largest ones."""
        return 1 if self.config.finest_only else self.config.generator.levels

    def reconstruction_loss(self, crops: Crops, painted: dict[str, Any]) -> Tensor:
        """The Laplacian-pyramid loss of all sizes; the full size counts once, each coarser one half as much."""
        device, texels = self.fabric.device, self.batches.texels
        rows, columns = (
            torch.clamp(
                crops.corners[:, [axis]] * texels + torch.arange(self.config.crop_codes * texels),
                0,
                self.weight.shape[-1] - 1,
            )
            for axis in (0, 1)
        )
        weight = self.weight[0, 0].to(device)[rows[:, :, None], columns[:, None, :]][:, None]
        wanted = [self._inner(item) for item in (crops.target.to(device), crops.masks.to(device), weight)]
        loss = _CODE_WEIGHT * painted["codes"].square().mean()
        count = len(crops.faces)
        for coarser in range(self._levels):
            factor = 1 << coarser
            if coarser:
                wanted = [functional.avg_pool2d(item, 2) for item in wanted]
            maps, masks = (self._inner(painted[name][-1 - coarser][:count], factor) for name in ("maps", "masks"))
            target, target_masks, share = wanted
            # Shoes, ties and lips take no requested color; they are small, and their looks lie in the details.
            share = share * (1 + target_masks[:, -1:])
            loss = loss + reconstruction_loss(maps, masks, target, target_masks, share) / factor
        return loss

    def _inner(self, crops: Tensor, factor: int = 1) -> Tensor:
        """Crops without the border that saw too little of its surroundings."""
        cut = BORDER * self.batches.texels // factor
        return crops[..., cut : crops.shape[-2] - cut, cut : crops.shape[-1] - cut]

    def _fitting(self, crops: Crops) -> dict[str, float]:
        """One step of painter and codes toward the textures."""
        painted = self.network(
            crops.colors.to(self.fabric.device),
            shares=self.bare.bank.own_shares(crops.faces, crops.outfits),
            corners=crops.corners,
            side=self.config.crop_codes,
            noise=0.5 * self.config.code_noise,
            levels=self._levels,
        )
        loss = self.reconstruction_loss(crops, painted)
        self.update(loss)
        return {"reconstruction": float(loss.detach())}

    def _adversarial(self, crops: Crops) -> dict[str, float]:
        """One discriminator step, then one generator step, on learned and on mixed codes."""
        config, device = self.config, self.fabric.device
        painted = self._painted(crops)
        corners = painted["corners"]
        reconstruction = self.reconstruction_loss(crops, painted)
        fake = self._inner(painted["maps"][-1])
        corners = (corners + BORDER) * self.batches.texels
        real = self._inner(torch.cat([crops.target, self._beside(crops, painted)]).to(device))
        # The discriminator looks at patches; a part of the crop says as much as all of it in half the time.
        row, column = (
            self.rng.integers(0, (fake.shape[-1] - config.discriminator_resolution) // 4 + 1, size=2) * 4
        ).tolist()
        fake, real = (
            x[..., row : row + config.discriminator_resolution, column : column + config.discriminator_resolution]
            for x in (fake, real)
        )
        corners = corners + torch.tensor([row, column])

        self.discriminator.requires_grad_(True)
        is_penalized = self.step % config.penalty_every == 0
        seen = augment(torch.cat([real, fake.detach()]), self.rng).requires_grad_(is_penalized)
        logits = self._discriminated(seen, torch.cat([corners, corners]), exact=is_penalized)
        real_logits, fake_logits = logits.chunk(2)
        loss_d = discriminator_loss(real_logits, fake_logits)
        values = {"discriminator": loss_d, "discriminator_accuracy": (real_logits > fake_logits).float().mean()}
        if is_penalized:
            r1, r2 = gradient_penalties(logits.mean(dim=(1, 2)), seen)
            loss_d = loss_d + config.penalty_weight * config.penalty_every * (r1 + r2) / 2
            values |= {"discriminator": loss_d, "r1": r1, "r2": r2}
        self.optimizer_d.zero_grad(set_to_none=True)
        loss_d.backward()
        self._share_gradients()
        self.optimizer_d.step()

        self.discriminator.requires_grad_(False)
        pairs = augment(torch.cat([real, fake]), self.rng)
        with torch.no_grad():
            real_logits = self._discriminated(pairs[: len(real)], corners)
        adversarial_loss = generator_loss(real_logits, self._discriminated(pairs[len(real) :], corners))
        self.update(reconstruction + config.adversarial_weight * adversarial_loss)
        values = {"reconstruction": reconstruction, "generator": adversarial_loss, **values}
        return {name: float(value.detach()) for name, value in values.items()}

    def _beside(self, crops: Crops, painted: dict[str, Any]) -> Tensor:
        """Real crops at the positions of the mixed ones: the pairing loss compares what should look alike."""
        config = self.config
        corners = painted["corners"][len(crops.faces) :].numpy()
        index = self.rng.integers(len(self.batches.faces), size=config.mixed_batch)
        colors = painted["colors"][len(crops.faces) :].cpu().numpy()
        return self.batches.crops(index, corners, config.crop_codes, colors).target

    def _discriminated(self, crops: Tensor, corners: Tensor, exact: bool = False) -> Tensor:
        """The discriminator's logits; in full precision when ``exact``."""
        if exact:
            return self.discriminator(crops, corners)
        with self.fabric.autocast():
            return self.discriminator(crops, corners).float()

    def _share_gradients(self) -> None:
        """The mean of the discriminator's gradients over the processes."""
        if self.fabric.world_size > 1:
            for parameter in self.discriminator.parameters():
                if parameter.grad is not None:
                    parameter.grad.copy_(self.fabric.all_reduce(parameter.grad))  # type: ignore[arg-type]

    def _painted(self, crops: Crops) -> dict[str, Any]:
        """The crops as their own codes paint them, then crops of mixed codes; with ``corners`` and ``colors``."""
        config, device = self.config, self.fabric.device
        bank = self.bare.bank
        z = torch.from_numpy(self.rng.standard_normal((config.mixed_batch, SEED_SIZE)).astype(np.float32))
        kind = np.eye(len(OUTFITS), dtype=np.float32)[self.rng.integers(len(OUTFITS), size=config.mixed_batch)]
        colors, presentation = self.batches.conditions(config.mixed_batch)
        mixed = bank.weights(z.to(device), torch.from_numpy(kind).to(device), presentation.to(device))
        known = bank.own_shares(crops.faces, crops.outfits)
        corners = torch.cat(
            [crops.corners, torch.from_numpy(crop_corners(config.mixed_batch, config.crop_codes, self.rng))]
        )
        colors = torch.cat([crops.colors, colors]).to(device)
        painted = self.network(
            colors,
            shares=(torch.cat([known[0], mixed[0]]), torch.cat([known[1], mixed[1]])),
            corners=corners,
            side=config.crop_codes,
            noise=0.5 * config.code_noise,
            levels=self._levels,
        )
        return painted | {"corners": corners, "colors": colors}

    def rate_factors(self) -> tuple[float, float]:
        """Each stage warms up over 50 steps and falls by a cosine to a tenth."""
        config = self.config
        done, length, rates = self.step, config.encoder_steps, (config.learning_rate, 0.0)
        if done >= length:
            done -= length
            length, rates = config.fitting_steps, (config.learning_rate, config.fitting_code_rate)
        if done >= length:
            done -= length
            length, rates = config.adversarial_steps, (config.adversarial_rate, config.code_rate)
        course = 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done / max(length, 1)))
        factor = min(1.0, (done + 1) / 50) * course
        return factor * rates[0], factor * rates[1]

    def resume(self) -> None:
        super().resume()
        if self.config.finest_only:
            self._number_textures_by_codes()

    def evaluate(self) -> dict[str, float]:
        if self.folder is not None and self.fabric.is_global_zero:
            self.grid(self.folder / f"grid_{self.step:06d}.png")
        return {}

    @torch.no_grad()
    def grid(self, path: Path) -> None:
        """A picture: references, the same codes painted, mixed people; base color and normals."""
        write_grid(path, self.average, self.batches, self.step < self.config.encoder_steps)
