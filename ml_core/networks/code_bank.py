"""The learned code maps of faces and outfits, and the density over them: Gaussian seed vectors to code maps.

GLO (Bojanowski et al. 2018) learns one code per image and fits a density to the codes afterwards. With a few dozen
codes, a Gaussian has most of its mass away from all codes, where the generator paints blur. This density is a mixture
instead: a seed vector scores every learned code along a fixed random direction, traits add their log prior, and the
softmax of the scores mixes the codes. The sharpness sets how much they share a sample: faces blend, so that a short
seed vector gives the mean face, while a blend of two garments would be no garment, so that there the best one takes
nearly all, and a few are mixed at most. The upper and the lower half of
a face are chosen each on their own, which makes many more people than were learned.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.networks.generator import CELLS_A_CODE, FACE, LATENT_SIZE
from ml_core.vocabulary.avatar.seed_vector import FACE_ZONES, HALF, face_directions, outfit_directions

HEAD_SIZE = CHARTS["head"].pixels(LATENT_SIZE)[0].stop
"""The head chart lies in the atlas's upper left corner; codes a side."""

MIXED = 3
"""Number of garments mixed in a sample."""

_NOSE, _SOFT = 0.47, 0.03
"""Where down the head chart (0 crown, 1 neck) the upper half of a face passes into the lower, and how softly."""

_FADING = 3
"""Cells at the rim of the face over which its details begin."""

_PRIOR = {"face": 4.0, "outfit": 20.0, "kind": 100.0}
"""Weights of the log priors beside the scores, whose spread the sharpness sets."""


class CodeBank(nn.Module):
    """Holds the learned code maps and mixes them.

    Args:
        face_presentation: (K,) presentation 0..1 of each learned face.
        outfit_presentation: (J,) of each learned outfit.
        outfit_kind: (J, 5) one-hot outfit of each learned outfit.
        latent: channels of a code.
        sharpness: of the face and of the outfit mixture.
        details: channels that faces have for the finest level alone.
    """

    face_presentation: Tensor
    outfit_presentation: Tensor
    outfit_kind: Tensor
    face_directions: Tensor
    outfit_directions: Tensor
    sharpness: Tensor
    upper: Tensor
    details: nn.Parameter
    detail_shares: Tensor

    def __init__(
        self,
        face_presentation: NDArray,
        outfit_presentation: NDArray,
        outfit_kind: NDArray,
        latent: int,
        sharpness: tuple[float, float],
        details: int = 0,
    ) -> None:
        super().__init__()
        faces, outfits = len(face_presentation), len(outfit_presentation)
        self.register_buffer("face_presentation", torch.as_tensor(face_presentation, dtype=torch.float32))
        self.register_buffer("outfit_presentation", torch.as_tensor(outfit_presentation, dtype=torch.float32))
        self.register_buffer("outfit_kind", torch.as_tensor(outfit_kind, dtype=torch.float32))
        zones = face_directions(faces)
        self.register_buffer("face_directions", torch.from_numpy(np.stack([zones[name] for name in FACE_ZONES])))
        self.register_buffer("outfit_directions", torch.from_numpy(outfit_directions(outfits)))
        self.register_buffer("upper", _upper_half(HEAD_SIZE))
        self.register_buffer("sharpness", torch.tensor(sharpness))
        self.faces = nn.Parameter(torch.randn(faces, latent, HEAD_SIZE, HEAD_SIZE) * 0.1)
        self.outfits = nn.Parameter(torch.randn(outfits, latent, LATENT_SIZE, LATENT_SIZE) * 0.1)
        self.collars = nn.Parameter(torch.zeros(outfits, 1, HEAD_SIZE, HEAD_SIZE))
        if details:
            rows, columns = (part.stop - part.start for part in FACE)
            self.details = nn.Parameter(torch.zeros(faces, details, rows, columns))
            upper = _upper_half(CELLS_A_CODE * HEAD_SIZE)[:, :, FACE[0]]
            fade = _fading(rows)[:, None] * _fading(columns)
            self.register_buffer("detail_shares", torch.cat([upper * fade, (1 - upper) * fade]), persistent=False)

    def weights(self, z: Tensor, outfit: Tensor, presentation: Tensor) -> tuple[Tensor, Tensor]:
        """Shares of the learned faces in the two zones (N, 2, K) and of the learned outfits (N, J) in the samples of
        seeds (N, 64), outfit one-hot (N, 5) and presentation (N, 1)."""
        agreement = _PRIOR["face"] * _log_agreement(self.face_presentation, presentation)
        scores = [torch.matmul(z[:, part], self.face_directions[k].T) for k, part in enumerate(FACE_ZONES.values())]
        faces = torch.stack([self.sharpness[0] * score + agreement for score in scores], dim=1)
        clothes = self.sharpness[1] * torch.matmul(z[:, HALF:], self.outfit_directions.T)
        clothes = clothes + _PRIOR["outfit"] * _log_agreement(self.outfit_presentation, presentation)
        clothes = clothes + _PRIOR["kind"] * torch.log(torch.matmul(outfit, self.outfit_kind.T) + 1e-20)
        return torch.softmax(faces, dim=2), torch.softmax(clothes, dim=1)

    def own_shares(self, faces: Tensor, outfits: Tensor) -> tuple[Tensor, Tensor]:
        """As :meth:`weights`, of learned codes as they are: the faces and outfits (N,) by their numbers."""
        face = functional.one_hot(faces.to(self.faces.device), len(self.faces)).float()
        outfit = functional.one_hot(outfits.to(self.outfits.device), len(self.outfits)).float()
        return face[:, None].expand(-1, len(FACE_ZONES), -1), outfit

    def face_details(self, face: Tensor) -> Tensor:
        """Finest-level details (N, D, *) of faces mixed by shares (N, 2, K), in the cells :data:`FACE`."""
        parts = torch.matmul(face, self.details.flatten(1)).reshape(-1, len(FACE_ZONES), *self.details.shape[1:])
        upper, lower = parts.unbind(dim=1)
        return upper * self.detail_shares[:1] + lower * self.detail_shares[1:]

    def forward(self, face: Tensor, outfit: Tensor) -> Tensor:
        """Code maps (N, C, 64, 64) of shares of the faces in the two zones (N, 2, K) and of the outfits (N, J).

        The head comes from the faces, except where the outfit's collar covers it; all else comes from the outfit.
        """
        parts = torch.matmul(face, self.faces.flatten(1)).reshape(-1, len(FACE_ZONES), *self.faces.shape[1:])
        upper, lower = parts.unbind(dim=1)
        heads = upper * self.upper + lower * (1 - self.upper)
        codes = _mixed(self.outfits, outfit)
        collar = torch.sigmoid(torch.matmul(outfit, self.collars.flatten(1)))
        collar = collar.reshape(-1, *self.collars.shape[1:])
        head = codes[..., :HEAD_SIZE, :HEAD_SIZE] * collar + heads * (1 - collar)
        above = torch.cat([head, codes[..., :HEAD_SIZE, HEAD_SIZE:]], dim=3)
        return torch.cat([above, codes[..., HEAD_SIZE:, :]], dim=2)


def _upper_half(size: int) -> Tensor:
    """(1, 1, size, 1) how much of a row of the head chart is the upper half of a face."""
    down = (torch.arange(size) + 0.5) / size
    return torch.sigmoid((_NOSE - down) / (_SOFT / 2)).reshape(1, 1, size, 1)


def _fading(size: int) -> Tensor:
    """(size,) 1 that falls to 0 over the outermost cells."""
    place = torch.arange(size) + 0.5
    return torch.clamp(torch.minimum(place, size - place) / _FADING, max=1.0)


def _mixed(codes: Tensor, shares: Tensor) -> Tensor:
    """(N, C, H, W) the mixtures of the best few of the codes (K, C, H, W) by their shares (N, K)."""
    best, index = torch.topk(shares, min(MIXED, len(codes)), dim=1)
    best = best / best.sum(dim=1, keepdim=True)
    return (codes[index] * best[..., None, None, None]).sum(dim=1)


def _log_agreement(learned: Tensor, requested: Tensor) -> Tensor:
    return torch.log(learned * requested + (1 - learned) * (1 - requested) + 1e-3)
