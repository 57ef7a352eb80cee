"""The learned code maps of faces and outfits, and the density over them: Gaussian seed vectors to code maps.

GLO (Bojanowski et al. 2018) learns one code per image and fits a density to the codes afterwards. With a few dozen
codes a Gaussian has most of its mass where no code is, and the generator paints blur there. This density is a mixture
instead: a seed vector scores every learned code along a fixed random direction, traits add their log prior, and the
softmax of the scores mixes the codes. The sharpness sets how many codes share a sample.
"""

from __future__ import annotations

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml_core.geometry.atlas import CHARTS
from ml_core.networks.generator import LATENT_SIZE
from ml_core.vocabulary.seed_vector import HALF, seed_directions

HEAD_SIZE = CHARTS["head"].pixels(LATENT_SIZE)[0].stop
"""The head chart lies in the atlas's upper left corner; codes a side."""


class CodeBank(nn.Module):
    """Holds the learned code maps and mixes them.

    Args:
        face_presentation: (K,) presentation 0..1 of each learned face.
        outfit_presentation: (J,) of each learned outfit.
        outfit_kind: (J, 5) one-hot outfit of each learned outfit.
        latent: channels of a code.
        sharpness: of the face and of the outfit mixture.
    """

    face_presentation: Tensor
    outfit_presentation: Tensor
    outfit_kind: Tensor
    face_directions: Tensor
    outfit_directions: Tensor
    sharpness: Tensor

    def __init__(
        self,
        face_presentation: NDArray,
        outfit_presentation: NDArray,
        outfit_kind: NDArray,
        latent: int,
        sharpness: tuple[float, float],
    ) -> None:
        super().__init__()
        faces, outfits = len(face_presentation), len(outfit_presentation)
        self.register_buffer("face_presentation", torch.as_tensor(face_presentation, dtype=torch.float32))
        self.register_buffer("outfit_presentation", torch.as_tensor(outfit_presentation, dtype=torch.float32))
        self.register_buffer("outfit_kind", torch.as_tensor(outfit_kind, dtype=torch.float32))
        self.register_buffer("face_directions", torch.from_numpy(seed_directions(faces, 0)))
        self.register_buffer("outfit_directions", torch.from_numpy(seed_directions(outfits, 1)))
        self.register_buffer("sharpness", torch.tensor(sharpness))
        self.faces = nn.Parameter(torch.randn(faces, latent, HEAD_SIZE, HEAD_SIZE) * 0.1)
        self.outfits = nn.Parameter(torch.randn(outfits, latent, LATENT_SIZE, LATENT_SIZE) * 0.1)
        self.collars = nn.Parameter(torch.zeros(outfits, 1, HEAD_SIZE, HEAD_SIZE))

    def weights(self, z: Tensor, outfit: Tensor, presentation: Tensor) -> tuple[Tensor, Tensor]:
        """Shares of the learned faces (N, K) and outfits (N, J) in the samples of seeds (N, 64), outfit one-hot (N, 5)
        and presentation (N, 1)."""
        face = self.sharpness[0] * torch.matmul(z[:, :HALF], self.face_directions.T)
        face = face + _log_agreement(self.face_presentation, presentation)
        clothes = self.sharpness[1] * torch.matmul(z[:, HALF:], self.outfit_directions.T)
        clothes = clothes + _log_agreement(self.outfit_presentation, presentation)
        clothes = clothes + torch.log(torch.matmul(outfit, self.outfit_kind.T) + 1e-20)
        return torch.softmax(face, dim=1), torch.softmax(clothes, dim=1)

    def forward(self, face: Tensor, outfit: Tensor) -> Tensor:
        """Code maps (N, C, 64, 64) of shares of the faces (N, K) and of the outfits (N, J).

        The head is the face's but for what the outfit's collar covers of it; all else is the outfit's.
        """
        heads = torch.matmul(face, self.faces.flatten(1)).reshape(-1, *self.faces.shape[1:])
        codes = torch.matmul(outfit, self.outfits.flatten(1)).reshape(-1, *self.outfits.shape[1:])
        collar = torch.sigmoid(torch.matmul(outfit, self.collars.flatten(1)))
        collar = collar.reshape(-1, *self.collars.shape[1:])
        head = codes[..., :HEAD_SIZE, :HEAD_SIZE] * collar + heads * (1 - collar)
        upper = torch.cat([head, codes[..., :HEAD_SIZE, HEAD_SIZE:]], dim=3)
        return torch.cat([upper, codes[..., HEAD_SIZE:, :]], dim=2)


def _log_agreement(learned: Tensor, asked: Tensor) -> Tensor:
    return 4 * torch.log(learned * asked + (1 - learned) * (1 - asked) + 1e-3)
