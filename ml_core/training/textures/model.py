"""Painter, code bank and encoder as the one module that training runs."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml_core.errors import InputError
from ml_core.networks.code_bank import HEAD_SIZE, CodeBank
from ml_core.networks.generator import (
    BORDER,
    CELLS_A_CODE,
    FACE,
    LATENT_SIZE,
    TEXELS_A_CODE,
    TextureEncoder,
    TexturePainter,
    around_face,
)
from ml_core.training.textures.batches import TextureBatches
from ml_core.training.textures.config import TextureTrainingConfig
from ml_core.training.textures.export import TextureNetwork
from ml_core.training.textures.losses import MAP_WEIGHTS
from ml_core.vocabulary.traits import OUTFITS

_COLLAR_LOGIT = 4.0
_BARELY = 0.1
"""Initial weights of the further channels, as a fraction of an untrained painter's."""
_AVERAGED = 4
"""Textures whose remainders are averaged for one code."""
_MASK_WEIGHT = 0.3


class TextureModel(nn.Module):
    """Paints crops, either from layers through the encoder or from shares of the bank's codes."""

    def __init__(self, painter: TexturePainter, bank: CodeBank, encoder: TextureEncoder) -> None:
        super().__init__()
        self.painter, self.bank, self.encoder = painter, bank, encoder

    def forward(
        self,
        colors: Tensor,
        layers: Tensor | None = None,
        shares: tuple[Tensor, Tensor] | None = None,
        corners: Tensor | None = None,
        side: int = LATENT_SIZE,
        noise: float = 0.0,
        levels: int | None = None,
    ) -> dict[str, Any]:
        """``maps`` and ``masks``, each a list of the largest ``levels`` sizes or of all, and ``codes``.

        Args:
            colors: (N, 4, 3) sRGB. layers: (N, 12, S, S) to encode; or else shares: of faces (N, 2, K) and outfits
                (N, J), painted in windows of ``side`` codes at ``corners`` (N, 2). noise: standard deviation on the
                codes.
        """
        details = None
        if layers is not None:
            codes = self.encoder(layers)
        else:
            assert shares is not None
            codes = self.bank(*shares)
            if self.painter.config.details:
                details = self.bank.face_details(shares[0])
            if corners is not None:
                places = (corners + BORDER).tolist()
                codes = _windows(functional.pad(codes, (BORDER,) * 4, mode="replicate"), places, side)
                if details is not None:
                    details = _windows(around_face(details), places, side, CELLS_A_CODE)
        noisy = codes + noise * torch.randn_like(codes) if noise else codes
        is_whole = layers is None and corners is None
        paint = self.painter.paint_atlas if is_whole else self.painter.paint
        raw = paint(noisy, details=details)
        finished = [self.painter.finish(level, colors) for level in raw[-levels if levels else 0 :]]
        return {"maps": [maps for maps, _ in finished], "masks": [masks for _, masks in finished], "codes": codes}


def _windows(maps: Tensor, places: list[list[int]], side: int, scale: int = 1) -> Tensor:
    """(N, C, S, S) of maps (N, C, H, W): squares of ``side`` codes at ``places``, which are as long as ``scale``."""
    crops = [
        item[:, scale * row : scale * (row + side), scale * column : scale * (column + side)]
        for item, (row, column) in zip(maps, places, strict=True)
    ]
    return torch.stack(crops)


def build_model(batches: TextureBatches, config: TextureTrainingConfig, bank: CodeBank | None = None) -> TextureModel:
    """A new model with these codes, or with one code map for each head and each garment of the data."""
    bank = bank or _new_bank(batches, config)
    return TextureModel(TexturePainter(config.generator), bank, TextureEncoder(config.generator.latent))


def _new_bank(batches: TextureBatches, config: TextureTrainingConfig) -> CodeBank:
    labels = batches.textures.labels
    first_face = [int(np.flatnonzero(batches.faces == k)[0]) for k in range(batches.faces.max() + 1)]
    first_outfit = [int(np.flatnonzero(batches.outfits == k)[0]) for k in range(batches.outfits.max() + 1)]
    return CodeBank(
        np.array([labels[i].presentation for i in first_face]),
        np.array([labels[i].presentation for i in first_outfit]),
        np.array([[labels[i].outfit == name for name in OUTFITS] for i in first_outfit], dtype=np.float32),
        config.generator.latent,
        config.sharpness,
        config.generator.details,
    )


def stored_bank(state: dict[str, Tensor]) -> CodeBank:
    """The codes in the state of a :class:`TextureModel`, however many the data at hand would have."""
    own = {name.removeprefix("bank."): value for name, value in state.items() if name.startswith("bank.")}
    return _bank_of(own, own["details"].shape[1] if "details" in own else 0)


def detailed(bank: CodeBank, channels: int) -> CodeBank:
    """A copy of the codes with room for details of the faces; those that are there stay."""
    return _bank_of(bank.state_dict(), channels)


def _bank_of(state: dict[str, Tensor], details: int) -> CodeBank:
    names = ("face_presentation", "outfit_presentation", "outfit_kind")
    faces, outfits, kinds = (state[name].cpu().numpy() for name in names)
    face, outfit = state["sharpness"].tolist()
    bank = CodeBank(faces, outfits, kinds, state["faces"].shape[1], (face, outfit), details)
    bank.load_state_dict(state, strict=False)
    return bank


@torch.no_grad()
def fill_details(model: TextureModel, batches: TextureBatches) -> None:
    """Initializes the details of the faces with the principal components of the painter's residual at its largest size,
    over the texels of a cell."""
    details = model.bank.details
    colors = batches.colors.mean(axis=0, keepdims=True)
    texels = batches.texels // CELLS_A_CODE
    rows, columns = (slice(texels * part.start, texels * part.stop) for part in FACE)
    grids = {}
    for face in np.unique(batches.faces):
        alike = np.flatnonzero(batches.faces == face)[:_AVERAGED]
        rest = torch.stack([_rest(model, batches, int(index), colors)[:, rows, columns] for index in alike]).mean(dim=0)
        grids[int(face)] = functional.pixel_unshuffle(rest[None], texels)[0]
    components = _components(torch.cat([grid.flatten(1) for grid in grids.values()], dim=1), details.shape[1])
    for face, grid in grids.items():
        details[face] = torch.einsum("pc,pyx->cyx", components, grid)


def _components(rows: Tensor, channels: int) -> Tensor:
    """(P, channels) projections of rows (P, N) on their principal components, scaled to unit variance."""
    spread, axes = torch.linalg.eigh(rows @ rows.T / rows.shape[1])
    return axes[:, -channels:].flip(1) / spread[-channels:].flip(0).sqrt()


@torch.no_grad()
def fill_bank(model: TextureModel, batches: TextureBatches) -> CodeBank:
    """Initializes the model's bank: the code of a head or a garment is the mean of the encoder's output for its
    textures."""
    bank = model.bank
    device = bank.faces.device
    sums = {"face": torch.zeros_like(bank.faces), "outfit": torch.zeros_like(bank.outfits)}
    collars = torch.zeros_like(bank.collars)
    for index in range(len(batches.faces)):
        crops = batches.whole(np.array([index]), batches.colors[[index]], BORDER)
        codes = model.encoder(crops.layers.to(device))[0, :, BORDER:-BORDER, BORDER:-BORDER]
        face, outfit = batches.faces[index], batches.outfits[index]
        sums["face"][face] += codes[:, :HEAD_SIZE, :HEAD_SIZE] / int((batches.faces == face).sum())
        sums["outfit"][outfit] += codes / int((batches.outfits == outfit).sum())
        cloth = functional.avg_pool2d(crops.masks[:, 2:].sum(dim=1, keepdim=True), TEXELS_A_CODE)[0]
        cloth = cloth[:, BORDER:-BORDER, BORDER:-BORDER]
        collars[outfit] += cloth[:, :HEAD_SIZE, :HEAD_SIZE].to(device) / int((batches.outfits == outfit).sum())
    bank.faces.copy_(sums["face"])
    bank.outfits.copy_(sums["outfit"])
    bank.collars.copy_(torch.clamp((collars - 0.2) * 16, -_COLLAR_LOGIT, _COLLAR_LOGIT))
    return bank


@torch.no_grad()
def take_codes(model: TextureModel, source: CodeBank, batches: TextureBatches) -> None:
    """Fills the model's bank from another's: each head and each garment of the data gets the code, and the garment its
    collar, that paints it best. The painter must be the one that the codes were learned with."""
    bank = model.bank
    faces, outfits = matched(model.painter, source, batches)
    bank.faces.copy_(source.faces[faces])
    bank.outfits.copy_(source.outfits[outfits])
    bank.collars.copy_(source.collars[outfits])


@torch.no_grad()
def matched(painter: TexturePainter, source: CodeBank, batches: TextureBatches) -> tuple[NDArray, NDArray]:
    """The numbers of the codes that paint each head and each garment of the data best."""
    colors = batches.colors.mean(axis=0, keepdims=True)
    requested = torch.from_numpy(colors.astype(np.float32))
    head = HEAD_SIZE * TEXELS_A_CODE // 2
    faces = [painter.finish(painter.paint(code[None], 1)[0], requested)[0] for code in source.faces]
    outfits = [painter.finish(painter.paint_atlas(code[None], 1)[0], requested)[0] for code in source.outfits]
    for outfit in outfits:
        outfit[..., :head, :head] = 0
    result = []
    for of, painted in ((batches.faces, faces), (batches.outfits, outfits)):
        best = []
        for number in range(of.max() + 1):
            target = batches.whole(np.flatnonzero(of == number)[:1], colors).target
            target = functional.avg_pool2d(target, target.shape[-1] // outfits[0].shape[-1])
            if painted is faces:
                target = target[..., :head, :head]
            else:
                target[..., :head, :head] = 0
            best.append(int(torch.stack([(item - target).abs().mean() for item in painted]).argmin()))
        result.append(np.array(best))
    return result[0], result[1]


@torch.no_grad()
def take_network(model: TextureModel, network: TextureNetwork, batches: TextureBatches) -> None:
    """Initializes the model from an exported network: its painter and, by :func:`take_codes`, its codes.

    Where the model's codes have more channels, the further ones start as the principal components of the network's
    residual on the textures, over patches of one code, with small weights in the painter: the best that an encoder of
    one linear layer could do, without training one.
    """
    known, wanted = network.painter.config.latent, model.painter.config.latent
    if known > wanted:
        raise InputError(
            "the weights have codes of {known} channels, which is more than {wanted}", known=known, wanted=wanted
        )
    narrow = TextureModel(network.painter, copy.deepcopy(model.bank), model.encoder)
    for name in ("faces", "outfits"):
        setattr(narrow.bank, name, nn.Parameter(getattr(model.bank, name)[:, :known].clone()))
    take_codes(narrow, network.bank, batches)
    own = model.painter.state_dict()
    state = {name: value for name, value in network.painter.state_dict().items() if name in own}
    first = own["low.0.weight"].clone()
    first[:, :known], first[:, known:] = state["low.0.weight"], _BARELY * first[:, known:]
    model.painter.load_state_dict(own | state | {"low.0.weight": first})
    model.bank.collars.copy_(narrow.bank.collars)
    missing = _left_out(narrow, batches, wanted - known) if wanted > known else None
    for name in ("faces", "outfits"):
        codes, old = getattr(model.bank, name), getattr(narrow.bank, name)
        codes[:, :known] = old
        if missing is not None:
            codes[:, known:] = missing[name] * old.std()


def _left_out(model: TextureModel, batches: TextureBatches, channels: int) -> dict[str, Tensor]:
    """Components (K, channels, 26, 26) of the heads and (J, channels, 64, 64) of the garments, of unit variance."""
    bank = model.bank
    colors = batches.colors.mean(axis=0, keepdims=True)
    patches: dict[str, list[Tensor]] = {"faces": [], "outfits": []}
    for of, name in ((batches.faces, "faces"), (batches.outfits, "outfits")):
        for number in range(len(getattr(bank, name))):
            alike = np.flatnonzero(of == number)[:_AVERAGED]
            rest = torch.stack([_rest(model, batches, int(index), colors) for index in alike]).mean(dim=0)
            grid = functional.pixel_unshuffle(rest[None], TEXELS_A_CODE)[0]
            patches[name].append(grid[:, :HEAD_SIZE, :HEAD_SIZE] if name == "faces" else grid)
    stacked = {name: torch.stack(grids) for name, grids in patches.items()}
    rows = torch.cat([grids.transpose(0, 1).flatten(1) for grids in stacked.values()], dim=1)
    axes = _components(rows, channels)
    return {name: torch.einsum("pc,kpyx->kcyx", axes, grids) for name, grids in stacked.items()}


def _rest(model: TextureModel, batches: TextureBatches, index: int, colors: NDArray) -> Tensor:
    """(12, S, S) residual of the maps and masks of a texture as its own codes paint it."""
    crops = batches.whole(np.array([index]), colors)
    painted = model(crops.colors, shares=model.bank.own_shares(crops.faces, crops.outfits))
    scale = torch.tensor(MAP_WEIGHTS).reshape(-1, 1, 1)
    maps = (crops.target - painted["maps"][-1])[0] * scale
    masks = (crops.masks - painted["masks"][-1])[0] * _MASK_WEIGHT
    return torch.cat([maps, masks])
