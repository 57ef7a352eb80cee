"""Object recognition from six small views: one residual CNN for all views, pooled over them (multi-view CNN,
Su et al. 2015; SimpleView, Goyal et al. 2021; residual blocks of He et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CLASSIFIER = "classify.2."
"""Prefix of the parameters of the last layer: a row for each class, and one for whether an object is known."""


@dataclass(frozen=True)
class ViewCNNConfig:
    """width: channels of the first stage, doubled at every further one; stages: residual blocks of each stage; shared:
    how many of them, and the stem before, are those of another network, and are not trained."""

    classes: int = 52
    width: int = 32
    stages: tuple[int, ...] = (1, 1, 1, 1)
    embedding: int = 128
    dropout: float = 0.4
    shared: int = 0

    @property
    def blocks_shared(self) -> int:
        return sum(self.stages[: self.shared])


class Output(NamedTuple):
    """logits: (B, classes); known: (B,) logit that the object is of any learned class; embedding: (B, E), unit."""

    logits: Tensor
    known: Tensor
    embedding: Tensor


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with batch norm and a shortcut, which a 1×1 convolution fits when the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
        )
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(self.first(x)) + self.shortcut(x))


def residual_stages(width: int, stages: Sequence[int]) -> tuple[nn.Sequential, int]:
    """Stages of so many residual blocks, each after the first at half the size and twice the channels; and their
    last number of channels."""
    blocks: list[nn.Module] = []
    inputs = width
    for stage, count in enumerate(stages):
        outputs = width * 2**stage
        for block in range(count):
            blocks.append(ResidualBlock(inputs, outputs, 2 if stage and not block else 1))
            inputs = outputs
    return nn.Sequential(*blocks), inputs


class ViewCNN(nn.Module):
    """views (B, V, 3, S, S) in 0..255, the last view from the top, and sizes (B, 4) -> Output.

    ``sizes``: width, depth and height in meters, and 1 where they can be trusted or 0 where not (then the others are
    ignored). The order of all views but the last does not matter, and there may be any number of them.
    """

    reads = "views"

    def __init__(self, config: ViewCNNConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ViewCNNConfig()
        width = config.width
        self.stem = nn.Sequential(
            nn.Conv2d(4, width, 5, 2, 2, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True), nn.MaxPool2d(2)
        )
        self.blocks, inputs = residual_stages(width, config.stages)
        self.size = nn.Sequential(nn.Linear(5, 32), nn.ReLU(inplace=True), nn.Linear(32, 32))
        self.embed = nn.Sequential(
            nn.Dropout(config.dropout),
            nn.Linear(3 * inputs + 32, config.embedding, bias=False),
            nn.BatchNorm1d(config.embedding),
        )
        self.classify = nn.Sequential(
            nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.embedding, config.classes + 1)
        )

        for part in self.lower:
            part.requires_grad_(False)

    @property
    def lower(self) -> list[nn.Module]:
        """The stem and the shared stages; none where nothing is shared."""
        count = self.config.blocks_shared
        return [self.stem, *list(self.blocks)[:count]] if count else []

    def train(self, mode: bool = True) -> ViewCNN:
        super().train(mode)
        for part in self.lower:
            part.eval()
        return self

    def forward(self, views: Tensor, sizes: Tensor) -> Output:
        return self.judged(self.described(views, sizes))

    def described(self, views: Tensor, sizes: Tensor) -> Tensor:
        """(B, E): the classifier's input; its direction is the embedding."""
        return self.pooled(self.looked(views), views.shape[1], sizes)

    def looked(self, views: Tensor) -> Tensor:
        """(B * V, C, H, W): the output of the stem and the shared stages for each view."""
        x = self.stem(prepared(views.flatten(0, 1)))
        for block in list(self.blocks)[: self.config.blocks_shared]:
            x = block(x)
        return x

    def pooled(self, looked: Tensor, number: int, sizes: Tensor) -> Tensor:
        """(B, E): :meth:`described` from :meth:`looked`, of ``number`` views for each object."""
        for block in list(self.blocks)[self.config.blocks_shared :]:
            looked = block(looked)
        return self.gathered(looked, number, sizes)

    def gathered(self, x: Tensor, number: int, sizes: Tensor) -> Tensor:
        """(B, E) from the last stage's output for each view."""
        return self.embed(self._together(x, number, sizes))

    def summed(self, views: Tensor, sizes: Tensor) -> Tensor:
        """(B, some): the linear input of :meth:`described`: the last stage's channels over the views, and the size."""
        x = self.looked(views)
        for block in list(self.blocks)[self.config.blocks_shared :]:
            x = block(x)
        return self._together(x, views.shape[1], sizes)

    def _together(self, x: Tensor, number: int, sizes: Tensor) -> Tensor:
        x = x.mean(dim=(2, 3))
        x = x.reshape(-1, number, x.shape[-1])
        around, top = x[:, :-1], x[:, -1]
        return torch.cat([around.mean(1), around.amax(1), top, self.size(size_features(sizes))], dim=1)

    def judged(self, embedding: Tensor) -> Output:
        """The output for the result of :meth:`described`."""
        scores = self.classify(embedding)
        return Output(scores[:, :-1], scores[:, -1], F.normalize(embedding, dim=1))


def prepared(views: Tensor) -> Tensor:
    """uint8-valued (N, 3, S, S) -> (N, 4, S, S): depth about -1..1 on the object, silhouette, normal x and y."""
    views = views.float()
    inside = (views[:, :1] > 0).float()
    depth = (views[:, :1] - 128) / 64 * inside
    return torch.cat([depth, inside, (views[:, 1:] - 128) / 127], dim=1)


def size_features(sizes: Tensor) -> Tensor:
    """(B, 4) -> (B, 5): log10 of the dimensions and of the largest, and the flag; zeros without the flag."""
    flag = sizes[:, 3:]
    logs = torch.log10(sizes[:, :3].clamp(1e-3, 1e3))
    return torch.cat([logs * flag, logs.amax(1, keepdim=True) * flag, flag], dim=1)
