"""The network that predicts the next pose: two layers of LSTM that learn what a frame adds to the one before.

Hochreiter and Schmidhuber 1997; that velocities are learned, and the network is fed its own poses in training, is
Martinez, Black and Romero, "On human motion prediction using recurrent neural networks", 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

_FRAMES = 10
"""Frames in which a pose goes about as far as poses differ."""


class MotionLSTM(nn.Module):
    """pose (N, C), state (N, 4 H + C) -> the next pose (N, C) and state. States are zero before the first frame.

    The next pose is the last one, a share of its velocity, and what the two layers add.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, mean: Tensor, scale: Tensor, hidden: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.hidden, self.width = hidden, len(mean)
        self.first = nn.LSTMCell(2 * len(mean), hidden)
        self.second = nn.LSTMCell(hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 2 * len(mean))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    @property
    def state_size(self) -> int:
        return 4 * self.hidden + self.width

    def forward(self, pose: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        h1, c1, h2, c2, before = state.split([*[self.hidden] * 4, self.width], dim=1)
        # Before the first frame there is no pose, which no pose is: the axes of a rotation are of length 1.
        known = (before.abs().sum(dim=1, keepdim=True) > 0).to(pose.dtype)
        velocity = known * (pose - before)
        seen = torch.cat([(pose - self.mean) / self.scale, _FRAMES * velocity / self.scale], dim=1)
        h1, c1 = self.first(seen, (h1, c1))
        h2, c2 = self.second(self.dropout(h1), (h2, c2))
        added, kept = self.out(h2).chunk(2, dim=1)
        # A step is a small part of how far poses differ at all.
        following = pose + torch.sigmoid(kept + 1.5) * velocity + self.scale / _FRAMES * added
        return following, torch.cat([h1, c1, h2, c2, pose], dim=1)

    def rest(self, count: int) -> Tensor:
        """The state (N, 4 H + C) before the first frame."""
        return self.mean.new_zeros(count, self.state_size)
