"""SimpleView (Goyal et al. 2021, "Revisiting Point Cloud Shape Classification with a Simple and Effective Baseline"):
six depth images of a point set through a narrow ResNet-18, their features side by side; a baseline to compare with."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.networks.view_cnn import Output, residual_stages

SIZE = 64


class SimpleView(nn.Module):
    """points (B, N, 3) in a box of largest dimension 1 -> Output.

    The stem is the usual one of a ResNet (He et al. 2016): a stride of 2 and a pooling, or a training step would take
    a CPU five seconds.
    """

    reads = "points"
    points_seen = 1024

    def __init__(self, classes: int, width: int = 16) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, width, 5, 2, 2, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.blocks, inputs = residual_stages(width, (2, 2, 2, 2))
        self.embed = nn.Sequential(nn.Linear(6 * inputs, 256), nn.BatchNorm1d(256))
        self.classify = nn.Sequential(nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, classes + 1))

    def forward(self, points: Tensor) -> Output:
        images = depth_images(points)
        x = self.blocks(self.stem(images.flatten(0, 1)[:, None])).mean((2, 3))
        embedding = self.embed(x.reshape(len(points), -1))
        scores = self.classify(embedding)
        return Output(scores[:, :-1], scores[:, -1], F.normalize(embedding, dim=1))


def depth_images(points: Tensor) -> Tensor:
    """(B, N, 3) -> (B, 6, SIZE, SIZE): the nearest point of each pixel along ±x, ±y, ±z, 0 where there is none."""
    batch = len(points)
    images = []
    for axis in range(3):
        across, up = [index for index in range(3) if index != axis]
        pixel = ((points[..., [across, up]] / 1.4 + 0.5) * SIZE).long().clamp(0, SIZE - 1)
        cell = pixel[..., 1] * SIZE + pixel[..., 0]
        for sign in (1.0, -1.0):
            near = (points[..., axis] * sign / 1.4 + 0.5).clamp(0.02, 1)
            image = torch.zeros(batch, SIZE * SIZE, dtype=points.dtype, device=points.device)
            images.append(image.scatter_reduce(1, cell, near, "amax").reshape(batch, 1, SIZE, SIZE))
    return F.max_pool2d(torch.cat(images, 1), 3, 1, 1)
