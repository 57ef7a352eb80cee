"""The two-stage training of the texture GAN: an autoencoder first, then codes and the adversarial game, on crops."""

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

from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import AtelierError
from ml_core.files import read_json
from ml_core.networks.code_bank import CodeBank
from ml_core.networks.discriminator import PatchDiscriminator
from ml_core.networks.generator import BORDER
from ml_core.training.loop import average_into, curves_writer, write_state
from ml_core.training.textures.augment import augment, crop_corners
from ml_core.training.textures.batches import Crops, TextureBatches, texel_weights
from ml_core.training.textures.config import TextureTrainingConfig
from ml_core.training.textures.export import TextureNetwork
from ml_core.training.textures.losses import discriminator_loss, generator_loss, r1_penalty, reconstruction_loss
from ml_core.training.textures.model import build_model, fill_bank, fill_details, matched, take_network
from ml_core.vocabulary.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS

_CODE_WEIGHT = 1e-3


class TextureTrainer:
    """Trains the model and its discriminator; saves ``checkpoint.pt``, ``config.json``, curves and grids to ``folder``.

    Args:
        bank: codes in place of those of the data, where the finest level alone is trained: no code may be lost then.

    Raises:
        AtelierError: a loss is not finite; the last good checkpoint stays as it is.
    """

    def __init__(
        self,
        config: TextureTrainingConfig,
        textures: AtlasTextures,
        folder: Path,
        fabric: Fabric,
        bank: CodeBank | None = None,
    ) -> None:
        keep = [i for i, label in enumerate(textures.labels) if label.face_group not in config.hold_out]
        self.config, self.folder, self.fabric = config, folder, fabric
        torch.manual_seed(config.seed)
        # Each process of a distributed run draws crops of its own.
        self.rng = np.random.default_rng([config.seed, fabric.global_rank])
        self.batches = TextureBatches(textures.subset(np.array(keep)), self.rng, config.true_color_share)
        model = build_model(self.batches, config, bank)
        if config.finest_only:
            model.requires_grad_(False)
            model.painter.finest_layers().requires_grad_(True)
            model.bank.details.requires_grad_(True)
        self.average: nn.Module = copy.deepcopy(model).eval().requires_grad_(False)
        trunk = [*model.painter.parameters(), *model.encoder.parameters()]
        optimizer = torch.optim.Adam([{"params": trunk}, {"params": list(model.bank.parameters())}], betas=(0.8, 0.99))
        discriminator = PatchDiscriminator(config.discriminator_width, atlas_size=textures.size)
        self.model: Any
        self.model, self.optimizer = fabric.setup(model, optimizer)
        # Not through Fabric: its wrapper forbids the second derivative that the gradient penalty needs.
        self.discriminator = discriminator.to(fabric.device)
        self.rival = torch.optim.Adam(discriminator.parameters(), lr=config.discriminator_rate, betas=(0.0, 0.99))
        self.average = self.average.to(fabric.device)
        self.weight = texel_weights(textures.valid).to(fabric.device)
        self.step = 0
        self.seconds = 0.0

    def start_from(self, state: dict[str, Tensor]) -> None:
        """Take over what fits of another model's weights: the painter and the encoder; codes are those of this data."""
        own = _bare(self.model).state_dict()
        shared = {name: value for name, value in state.items() if name in own and own[name].shape == value.shape}
        shared = {name: value for name, value in shared.items() if not name.startswith("bank.")}
        if not shared:
            raise AtelierError("nothing in these weights fits this network")
        for network in (_bare(self.model), self.average):
            network.load_state_dict(shared, strict=False)

    def go_on_from(self, network: TextureNetwork) -> None:
        """Take over the painter of an exported network and, where they paint what this data shows, its codes; codes
        of more channels start with what the painter leaves out."""
        model = _bare(self.model)
        if self.config.finest_only:
            model.painter.load_state_dict(model.painter.state_dict() | network.painter.state_dict())
            self._know_codes()
            if not model.bank.details.any():
                fill_details(model, self.batches)
        else:
            take_network(model, network, self.batches)
        self.average.load_state_dict(model.state_dict())

    def _know_codes(self) -> None:
        """Number the textures by the codes that paint them best, not by what the data alone would say."""
        model, batches = _bare(self.model), self.batches
        painter, bank = (copy.deepcopy(one).cpu() for one in (model.painter, model.bank))
        faces, outfits = matched(painter, bank, batches)
        batches.faces, batches.outfits = faces[batches.faces], outfits[batches.outfits]

    def fit(
        self,
        stop: int | None = None,
        report: Callable[[str], None] = print,
        every: int = 100,
        stop_now: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train from the current step to the last (or to ``stop``, or until ``stop_now``, asked after every step, says
        so); a checkpoint and a grid, ``saves`` times a run and at the end."""
        end = min(stop or self.config.total_steps, self.config.total_steps)
        keep_every = max(1, self.config.total_steps // self.config.saves)
        if self.fabric.is_global_zero:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "config.json").write_text(json.dumps(asdict(self.config), indent=2))
        curves = curves_writer(self.folder / "curves") if self.fabric.is_global_zero else None
        began, first = time.perf_counter(), self.step
        sums: dict[str, float] = {}
        while self.step < end:
            values = self._step()
            for name, value in values.items():
                sums[name] = sums.get(name, value) * 0.95 + value * 0.05
            self._stop_if_broken(values)
            self.step += 1
            if stop_now():
                end = self.step
            if self.step % every == 0 or self.step == end:
                rate = (time.perf_counter() - began) / (self.step - first)
                facts = "  ".join(f"{name} {value:.4f}" for name, value in sums.items())
                images = self.config.batch * self.fabric.world_size / rate
                if curves:
                    for name, value in sums.items():
                        curves.add_scalar(name, value, self.step)
                left = (end - self.step) * rate / 60
                report(f"step {self.step}/{end}  {facts}  {images:.1f} crops/s  {left:.0f} min left")
            if self.step % keep_every == 0 or self.step == end:
                self.seconds += time.perf_counter() - began
                began, first = time.perf_counter(), self.step
                self.save()
                if self.fabric.is_global_zero:
                    self.grid(self.folder / f"grid_{self.step:06d}.png")

    def _step(self) -> dict[str, float]:
        config = self.config
        if self.step == config.encoder_steps > 0:
            bank = fill_bank(_bare(self.model), self.batches)
            self.average.bank.load_state_dict(bank.state_dict())  # type: ignore[union-attr]
        self._set_rates()
        if self.step < config.encoder_steps:
            crops = self.batches.draw(config.batch, config.side)
            layers = crops.layers.to(self.fabric.device)
            painted = self.model(
                crops.colors.to(self.fabric.device), layers=layers, noise=config.code_noise, levels=self._levels
            )
            loss = self._reconstruction(crops, painted)
            self._update(loss)
            return {"reconstruction": float(loss.detach())}
        if self.step < config.encoder_steps + config.fitting_steps:
            return self._fitting(self.batches.draw(config.batch, config.side))
        return self._adversarial(self.batches.draw(config.adversarial_batch, config.side))

    @property
    def _levels(self) -> int:
        """Of the painter's levels, the largest ones, which learn."""
        return 1 if self.config.finest_only else self.config.generator.levels

    def _reconstruction(self, crops: Crops, painted: dict[str, Any]) -> Tensor:
        """The Laplacian-pyramid loss of all sizes; the full one counts once, each coarser one half as much."""
        device, texels = self.fabric.device, self.batches.texels
        rows, columns = (
            torch.clamp(
                crops.corners[:, [axis]] * texels + torch.arange(self.config.side * texels),
                0,
                self.weight.shape[-1] - 1,
            )
            for axis in (0, 1)
        )
        weight = self.weight[0, 0].to(device)[rows[:, :, None], columns[:, None, :]][:, None]
        wanted = [self._inner(one) for one in (crops.target.to(device), crops.masks.to(device), weight)]
        loss = _CODE_WEIGHT * painted["codes"].square().mean()
        count = len(crops.faces)
        for coarser in range(self._levels):
            factor = 1 << coarser
            if coarser:
                wanted = [functional.avg_pool2d(one, 2) for one in wanted]
            maps, masks = (self._inner(painted[name][-1 - coarser][:count], factor) for name in ("maps", "masks"))
            target, target_masks, share = wanted
            # Shoes, ties and lips take no asked colour; they are small, and what they are like lies in their details.
            share = share * (1 + target_masks[:, -1:])
            loss = loss + reconstruction_loss(maps, masks, target, target_masks, share) / factor
        return loss

    def _inner(self, crops: Tensor, factor: int = 1) -> Tensor:
        """Crops without the border that saw too little of its surroundings."""
        cut = BORDER * self.batches.texels // factor
        return crops[..., cut : crops.shape[-2] - cut, cut : crops.shape[-1] - cut]

    def _fitting(self, crops: Crops) -> dict[str, float]:
        """One step of painter and codes towards the textures."""
        painted = self.model(
            crops.colors.to(self.fabric.device),
            shares=_bare(self.model).bank.own_shares(crops.faces, crops.outfits),
            corners=crops.corners,
            side=self.config.side,
            noise=0.5 * self.config.code_noise,
            levels=self._levels,
        )
        loss = self._reconstruction(crops, painted)
        self._update(loss)
        return {"reconstruction": float(loss.detach())}

    def _adversarial(self, crops: Crops) -> dict[str, float]:
        """One discriminator step, then one generator step, on learned and on mixed codes."""
        config, device = self.config, self.fabric.device
        painted = self._painted(crops)
        corners = painted["corners"]
        reconstruction = self._reconstruction(crops, painted)
        fake = self._inner(painted["maps"][-1])
        corners = (corners + BORDER) * self.batches.texels
        real = self._inner(torch.cat([crops.target, self._beside(crops, painted)]).to(device))
        # The discriminator looks at patches; a part of the crop says as much as all of it in half the time.
        row, column = (self.rng.integers(0, (fake.shape[-1] - config.looks) // 4 + 1, size=2) * 4).tolist()
        fake, real = (x[..., row : row + config.looks, column : column + config.looks] for x in (fake, real))
        corners = corners + torch.tensor([row, column])

        self.discriminator.requires_grad_(True)
        penalize = self.step % config.r1_every == 0
        seen = augment(torch.cat([real, fake.detach()]), self.rng).requires_grad_(penalize)
        logits = self._judge(seen, torch.cat([corners, corners]), exact=penalize)
        real_logits, fake_logits = logits.chunk(2)
        rival_loss = discriminator_loss(real_logits, fake_logits)
        told_apart = (real_logits > fake_logits).float().mean()
        penalty = torch.zeros(())
        if penalize:
            penalty = r1_penalty(logits.mean(dim=(1, 2)), seen)
            rival_loss = rival_loss + config.r1_weight * config.r1_every * penalty
        self.rival.zero_grad(set_to_none=True)
        rival_loss.backward()
        self._share_gradients()
        self.rival.step()

        self.discriminator.requires_grad_(False)
        pairs = augment(torch.cat([real, fake]), self.rng)
        with torch.no_grad():
            real_logits = self._judge(pairs[: len(real)], corners)
        game = generator_loss(real_logits, self._judge(pairs[len(real) :], corners))
        self._update(reconstruction + config.adversarial_weight * game)
        values = {"reconstruction": reconstruction, "generator": game, "discriminator": rival_loss}
        values["told_apart"] = told_apart
        if penalize:
            values["r1"] = penalty
        return {name: float(value.detach()) for name, value in values.items()}

    def _beside(self, crops: Crops, painted: dict[str, Any]) -> Tensor:
        """Real crops at the places of the mixed ones: the pairing loss compares what should look alike."""
        config = self.config
        corners = painted["corners"][len(crops.faces) :].numpy()
        index = self.rng.integers(len(self.batches.faces), size=config.mixed_batch)
        colors = painted["colors"][len(crops.faces) :].cpu().numpy()
        return self.batches.crops(index, corners, config.side, colors).target

    def _judge(self, crops: Tensor, corners: Tensor, exact: bool = False) -> Tensor:
        """Logits; in full precision when ``exact``."""
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
        bank = _bare(self.model).bank
        z = torch.from_numpy(self.rng.standard_normal((config.mixed_batch, SEED_SIZE)).astype(np.float32))
        kind = np.eye(len(OUTFITS), dtype=np.float32)[self.rng.integers(len(OUTFITS), size=config.mixed_batch)]
        colors, presentation = self.batches.conditions(config.mixed_batch)
        mixed = bank.weights(z.to(device), torch.from_numpy(kind).to(device), presentation.to(device))
        known = bank.own_shares(crops.faces, crops.outfits)
        corners = torch.cat([crops.corners, torch.from_numpy(crop_corners(config.mixed_batch, config.side, self.rng))])
        colors = torch.cat([crops.colors, colors]).to(device)
        painted = self.model(
            colors,
            shares=(torch.cat([known[0], mixed[0]]), torch.cat([known[1], mixed[1]])),
            corners=corners,
            side=config.side,
            noise=0.5 * config.code_noise,
            levels=self._levels,
        )
        return painted | {"corners": corners, "colors": colors}

    def _update(self, loss: Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        self.fabric.clip_gradients(self.model, self.optimizer, max_norm=1.0, error_if_nonfinite=False)
        self.optimizer.step()
        average_into(self.average, _bare(self.model), self.step, self.config.ema)

    def _set_rates(self) -> None:
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
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = factor * rate

    def _stop_if_broken(self, values: dict[str, float]) -> None:
        broken = [name for name, value in values.items() if not np.isfinite(value)]
        if broken:
            raise AtelierError(
                f"training stopped at step {self.step}: {', '.join(broken)} is not a finite number; the last good "
                f"checkpoint is {self.folder / 'checkpoint.pt'}, resume from it with a lower learning rate"
            )

    def save(self) -> None:
        """Write the checkpoint atomically; tensors and JSON text only, so that it loads without pickle."""
        states = {
            "model": _bare(self.model).state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "rival": self.rival.state_dict(),
            "torch_rng": torch.get_rng_state(),
            "numpy_rng": json.dumps(self.rng.bit_generator.state),
            "step": self.step,
            "seconds": self.seconds,
        }
        if self.fabric.is_global_zero:
            write_state(self.folder / "checkpoint.pt", states)

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint; the data order continues where it stopped.

        Raises:
            AtelierError: the file is no checkpoint of this configuration.
        """
        state = read_checkpoint(path, self.fabric.device)
        try:
            _bare(self.model).load_state_dict(state["model"])
            self.discriminator.load_state_dict(state["discriminator"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.rival.load_state_dict(state["rival"])
        except Exception as error:
            raise AtelierError(f"{path}: cannot resume from this file ({error})") from error
        if self.config.finest_only:
            self._know_codes()
        torch.set_rng_state(state["torch_rng"].cpu())
        if self.fabric.world_size == 1:
            self.rng.bit_generator.state = read_json(state["numpy_rng"], f"{path}: numpy_rng")
        self.step, self.seconds = state["step"], state["seconds"]

    @torch.no_grad()
    def grid(self, path: Path) -> None:
        """A picture: references, the same codes painted, mixed people; base colour and normals."""
        from ml_core.training.textures.pictures import write_grid

        write_grid(path, self.average, self.batches, self.step < self.config.encoder_steps)


def read_checkpoint(path: Path, device: torch.device | str) -> dict[str, Any]:
    """What :meth:`TextureTrainer.save` wrote.

    Raises:
        AtelierError: the file is no checkpoint.
    """
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except Exception as error:
        raise AtelierError(f"{path}: cannot resume from this file ({error})") from error


def _bare(module: Any) -> Any:
    """The module inside Fabric's wrapper."""
    return getattr(module, "module", module)
