"""PointNet (Qi et al. 2017, "PointNet: Deep Learning on Point Sets for 3D Classification and Segmentation"): the point
baseline that the multi-view recognizer is compared with."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.networks.view_cnn import Output


def _shared(*widths: int) -> nn.Sequential:
    """The same small network for every point: 1×1 convolutions with batch norm."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(widths):
        layers += [nn.Conv1d(inputs, outputs, 1), nn.BatchNorm1d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class AlignmentNet(nn.Module):
    """T-Net: a (size × size) matrix from the points, which starts as the identity."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.points = _shared(size, 64, 128, 1024)
        self.head = nn.Sequential(nn.Linear(1024, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, 256),
                                  nn.BatchNorm1d(256), nn.ReLU())  # fmt: skip
        self.matrix = nn.Linear(256, size * size)
        nn.init.zeros_(self.matrix.weight)
        nn.init.zeros_(self.matrix.bias)

    def forward(self, x: Tensor) -> Tensor:
        matrix = self.matrix(self.head(self.points(x).amax(2))).reshape(-1, self.size, self.size)
        return matrix + torch.eye(self.size, device=x.device)


class PointNet(nn.Module):
    """points (B, N, 3) in a box of largest dimension 1 -> Output. ``penalty`` is the regularizer of the last batch."""

    reads = "points"
    # A quarter of the points costs little accuracy (figure 7 of the paper) and makes a step four times as fast.
    points_seen = 256

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.align, self.first = AlignmentNet(3), _shared(3, 64, 64)
        self.align_features, self.second = AlignmentNet(64), _shared(64, 64, 128, 1024)
        self.embed = nn.Sequential(nn.Linear(1024, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, 256),
                                   nn.Dropout(0.3), nn.BatchNorm1d(256))  # fmt: skip
        self.classify = nn.Sequential(nn.ReLU(), nn.Linear(256, classes + 1))
        self.penalty: Tensor | float = 0.0

    def forward(self, points: Tensor) -> Output:
        x = torch.bmm(points, self.align(points.transpose(1, 2))).transpose(1, 2)
        x = self.first(x)
        matrix = self.align_features(x)
        x = torch.bmm(x.transpose(1, 2), matrix).transpose(1, 2)
        off = torch.bmm(matrix, matrix.transpose(1, 2)) - torch.eye(64, device=x.device)
        self.penalty = 0.001 * off.square().sum((1, 2)).mean()
        embedding = self.embed(self.second(x).amax(2))
        scores = self.classify(embedding)
        return Output(scores[:, :-1], scores[:, -1], F.normalize(embedding, dim=1))
