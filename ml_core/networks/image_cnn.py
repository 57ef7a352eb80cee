"""Object recognition from one picture: the residual blocks of the multi-view network on luma and silhouette."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.networks.view_cnn import Output, ViewCNNConfig, residual_stages


class ImageCNN(nn.Module):
    """images (B, 2, S, S) in 0..255, luma and silhouette of the object -> Output."""

    def __init__(self, config: ViewCNNConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ViewCNNConfig()
        width = config.width
        self.stem = nn.Sequential(
            nn.Conv2d(2, width, 5, 2, 2, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True), nn.MaxPool2d(2)
        )
        self.blocks, inputs = residual_stages(width, config.stages)
        self.embed = nn.Sequential(
            nn.Dropout(config.dropout),
            nn.Linear(2 * inputs, config.embedding, bias=False),
            nn.BatchNorm1d(config.embedding),
        )
        self.classify = nn.Sequential(
            nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.embedding, config.classes + 1)
        )

    def forward(self, images: Tensor) -> Output:
        x = self.blocks(self.stem(prepared(images)))
        embedding = self.embed(torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1))
        scores = self.classify(embedding)
        return Output(scores[:, :-1], scores[:, -1], F.normalize(embedding, dim=1))


class Mirrored(nn.Module):
    """The output of ``network`` for a picture and its mirror image, averaged: few objects have a handedness."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Output:
        first, second = self.network(images), self.network(images.flip(3))
        logits = (first.logits.log_softmax(1) + second.logits.log_softmax(1)) / 2
        embedding = F.normalize(first.embedding + second.embedding, dim=1)
        return Output(logits, (first.known + second.known) / 2, embedding)


def prepared(images: Tensor) -> Tensor:
    """(N, 2, S, S) of 0..255 -> (N, 2, S, S): luma with mean 0 and deviation about 1 on the object, silhouette 0..1.

    Exposure and material carry no information about the class; the floor under the deviation keeps the noise of a flat
    gray from being blown up.
    """
    luma, inside = images[:, :1].float() / 255, images[:, 1:].float() / 255
    weight = inside.sum(dim=(2, 3), keepdim=True) + 1e-3
    mean = (luma * inside).sum(dim=(2, 3), keepdim=True) / weight
    apart = (luma - mean) * inside
    deviation = ((apart * apart).sum(dim=(2, 3), keepdim=True) / weight + 1e-8).sqrt()
    return torch.cat([(apart / (deviation + 0.03)).clamp(-4, 4), inside], dim=1)
