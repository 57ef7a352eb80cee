"""The density over learned codes: Gaussian seed vectors to face and outfit codes.

GLO (Bojanowski et al. 2018) learns one code per image and fits a density to the codes afterwards. With a few dozen
codes in 32 dimensions a Gaussian has most of its mass where no code is, and the generator paints blur there. This
density is a mixture instead: a seed vector scores every learned code along a fixed random direction, traits add their
log prior, and the softmax of the scores mixes the codes. The sharpness sets how many codes share a sample.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

HALF = 32
SEED_SIZE = 2 * HALF
"""Length of the seed vector: the first half chooses the face, the second the outfit."""


def _directions(count: int, seed: int) -> Tensor:
    vectors = np.random.default_rng(seed).normal(size=(count, HALF))
    return torch.from_numpy(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).float()


class CodeSampler(nn.Module):
    """Holds the learned codes and mixes them.

    Args:
        face_presentation: (K,) presentation 0..1 of each learned face.
        outfit_presentation: (J,) of each learned outfit.
        outfit_kind: (J, 5) one-hot outfit of each learned outfit.
        code_sizes: lengths of a face code and an outfit code.
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
        code_sizes: tuple[int, int],
        sharpness: tuple[float, float] = (2.5, 6.0),
    ) -> None:
        super().__init__()
        self.register_buffer("face_presentation", torch.as_tensor(face_presentation, dtype=torch.float32))
        self.register_buffer("outfit_presentation", torch.as_tensor(outfit_presentation, dtype=torch.float32))
        self.register_buffer("outfit_kind", torch.as_tensor(outfit_kind, dtype=torch.float32))
        self.register_buffer("face_directions", _directions(len(face_presentation), 0))
        self.register_buffer("outfit_directions", _directions(len(outfit_presentation), 1))
        self.register_buffer("sharpness", torch.tensor(sharpness))
        self.face_codes = nn.Parameter(torch.randn(len(face_presentation), code_sizes[0]) * 0.5)
        self.outfit_codes = nn.Parameter(torch.randn(len(outfit_presentation), code_sizes[1]) * 0.5)

    def forward(self, z: Tensor, outfit: Tensor, presentation: Tensor) -> tuple[Tensor, Tensor]:
        """Face codes (N, F) and outfit codes (N, O) of seeds (N, 64), outfit one-hot (N, 5), presentation (N, 1)."""
        face_scores = self.sharpness[0] * torch.matmul(z[:, :HALF], self.face_directions.T)
        face_scores = face_scores + _log_agreement(self.face_presentation, presentation)
        outfit_scores = self.sharpness[1] * torch.matmul(z[:, HALF:], self.outfit_directions.T)
        outfit_scores = outfit_scores + _log_agreement(self.outfit_presentation, presentation)
        outfit_scores = outfit_scores + torch.log(torch.matmul(outfit, self.outfit_kind.T) + 1e-20)
        face = torch.matmul(torch.softmax(face_scores, dim=1), self.face_codes)
        return face, torch.matmul(torch.softmax(outfit_scores, dim=1), self.outfit_codes)


def _log_agreement(learned: Tensor, asked: Tensor) -> Tensor:
    return 4 * torch.log(learned * asked + (1 - learned) * (1 - asked) + 1e-3)
