"""The texture generator: codes and colours in, all maps of a body atlas out.

Style modulation follows StyleGAN2 (Karras et al. 2020) without demodulation; a style is applied per chart group, so
that the face and the clothes are painted by their own styles in one pass. Colour truth is by construction: the trunk
paints *region masks* and a colour-free *detail* layer, and :func:`compose_color` adds the asked colours to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml_core.geometry.atlas import CELLS, CHARTS

REGIONS = ("skin", "hair", "top", "bottom", "free")
COLOR_REGIONS = 4
"""The first regions take an asked colour; the last, ``free`` (shoes, ties, lips' insides), keeps its own."""

LOG_OFFSET = 0.08
"""Keeps the logarithm of black finite; a black suit recoloured white keeps folds of a believable depth."""

FREE_COLOR = 0.4
"""sRGB grey that the detail of the free region is relative to."""

RAW_CHANNELS = 3 + len(REGIONS) + 2 + 2
MAP_CHANNELS = 7

CHART_GROUPS = {
    "head": 0,
    "torso": 1,
    "upper_arm": 2,
    "lower_arm": 2,
    "hand_back": 3,
    "hand_palm": 3,
    "upper_leg": 4,
    "lower_leg": 4,
    "foot": 5,
}


@dataclass(frozen=True)
class GeneratorConfig:
    """Sizes of the generator; saved with each run and in the card."""

    face_code: int = 32
    outfit_code: int = 32
    style: int = 128
    channels: tuple[int, ...] = (96, 64, 48)
    position_channels: tuple[int, ...] = (96, 64, 80)
    passed_channels: tuple[int, ...] = (0, 48, 32)
    layers: tuple[int, ...] = (2, 2, 1)


def chart_groups() -> Tensor:
    """(groups, 32, 32) one-hot masks: which chart group each grid cell of the atlas belongs to."""
    masks = torch.zeros(max(CHART_GROUPS.values()) + 1, CELLS, CELLS)
    for chart in CHARTS.values():
        group = CHART_GROUPS[chart.name.removeprefix("left_").removeprefix("right_")]
        masks[group, chart.y : chart.y + chart.height, chart.x : chart.x + chart.width] = 1
    return masks


def log_color(srgb: Tensor) -> Tensor:
    """The space in which a colour and a detail add: logarithm of sRGB, offset against black."""
    return torch.log(srgb + LOG_OFFSET)


def compose_color(detail: Tensor, masks: Tensor, colors: Tensor) -> Tensor:
    """sRGB base colour (N, 3, H, W) of detail (N, 3, H, W), masks (N, 5, H, W) that sum to 1 and asked sRGB colours
    (N, 4, 3) of skin, hair, top and bottom."""
    free = torch.full_like(colors[:, :1], FREE_COLOR)
    logs = log_color(torch.cat([colors, free], dim=1))
    base = torch.matmul(logs.transpose(1, 2), masks.flatten(2)).reshape(detail.shape)
    return torch.clamp(torch.exp(base + detail) - LOG_OFFSET, 0.0, 1.0)


class StyledConv(nn.Module):
    """Styled features to features: scaled by a style per chart group, 3x3 convolution, shift, leaky ReLU, pixel norm.

    ``places`` channels of learned position features, scaled by the style too, join through a 1x1 convolution: textures
    of one atlas are aligned, so much of what is painted at a place is a mixture of what was learned for that place.
    ``cell`` is the number of feature texels to a cell of the atlas's grid.
    """

    def __init__(self, inputs: int, outputs: int, places: int, style: int, groups: int, cell: int) -> None:
        super().__init__()
        self.splits, self.groups, self.cell = [inputs, places, outputs], groups, cell
        self.affine = nn.Linear(style, groups * sum(self.splits))
        nn.init.normal_(self.affine.weight, std=0.5 / style**0.5)
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        nn.init.normal_(self.conv.weight, std=(2 / (9 * inputs)) ** 0.5)
        self.place = nn.Conv2d(places, outputs, 1, bias=False) if places else None

    def forward(self, x: Tensor, position: Tensor | None, style: Tensor, groups: Tensor) -> Tensor:
        affine = self.affine(style).reshape(-1, self.groups, sum(self.splits)).transpose(1, 2)
        maps = torch.matmul(affine, groups.flatten(1)).reshape(-1, sum(self.splits), *groups.shape[1:])
        maps = functional.interpolate(maps, scale_factor=float(self.cell), mode="nearest")
        scale, place_scale, shift = maps.split(self.splits, dim=1)
        y = self.conv(x * (1 + scale)) + shift
        if self.place is not None:
            y = y + self.place(position * (1 + place_scale))
        y = functional.leaky_relu(y, 0.2)
        return y * torch.rsqrt(torch.mean(y * y, dim=1, keepdim=True) + 1e-4)


class TexturePainter(nn.Module):
    """Codes and colours to raw maps and composed maps; the trunk that training fits."""

    groups: Tensor

    def __init__(self, config: GeneratorConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or GeneratorConfig()
        self.register_buffer("groups", chart_groups(), persistent=False)
        inputs = config.face_code + config.outfit_code + COLOR_REGIONS * 3 + 1
        self.mapping = nn.Sequential(
            nn.Linear(inputs, config.style),
            nn.LeakyReLU(0.2),
            nn.Linear(config.style, config.style),
            nn.LeakyReLU(0.2),
        )
        self.positions = nn.ParameterList()
        self.blocks = nn.ModuleList()
        self.heads = nn.ModuleList()
        self.passes = nn.ModuleList()
        width = 0
        count = self.groups.shape[0]
        sizes = zip(config.channels, config.position_channels, config.passed_channels, config.layers, strict=True)
        for level, (channels, extra, passed, layers) in enumerate(sizes):
            resolution = CELLS << level
            self.positions.append(nn.Parameter(torch.randn(1, extra, resolution, resolution)))
            self.passes.append(nn.Conv2d(width, passed, 1) if level else nn.Identity())
            widths = [passed if level else extra] + [channels] * layers
            places = [extra if level else 0] + [0] * (layers - 1)
            self.blocks.append(
                nn.ModuleList(
                    [
                        StyledConv(a, b, place, config.style, count, 1 << level)
                        for (a, b), place in zip(pairwise(widths), places, strict=True)
                    ]
                )
            )
            width = channels
            head = nn.Conv2d(width, RAW_CHANNELS * 4, 3, padding=1)
            nn.init.normal_(head.weight, std=0.02)
            self.heads.append(head)

    @property
    def size(self) -> int:
        """Texels a side of the full output."""
        return CELLS << len(self.heads)

    def paint(
        self, face: Tensor, outfit: Tensor, colors: Tensor, presentation: Tensor, levels: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """Raw layers of codes (N, F), (N, O), sRGB colours (N, 4, 3) and presentation (N, 1).

        Returns the detail and surface channels (N, 7, S, S): log detail 3, normal xy 2, roughness, occlusion (in 0..1),
        and the region masks (N, 5, S, S), which sum to 1. Each level adds its residual to the upsampled image of the
        level before (the skip generator of StyleGAN2), so ``levels`` stops early at S = 32 * 2**levels.
        """
        condition = torch.cat([face, outfit, log_color(colors).flatten(1), presentation], dim=1)
        style = self.mapping(condition)
        x = raw = None
        parts = list(zip(self.positions, self.passes, self.blocks, self.heads, strict=True))
        for position, passing, block, head in parts[:levels]:
            assert isinstance(block, nn.ModuleList)
            constant = position.expand(style.shape[0], -1, -1, -1)
            x = constant if x is None else functional.interpolate(passing(x), scale_factor=2.0, mode="nearest")
            for layer in block:
                x = layer(x, constant, style, self.groups)
            residual = functional.pixel_shuffle(head(x), 2)
            if raw is None:
                raw = residual
            else:
                raw = residual + functional.interpolate(raw, scale_factor=2.0, mode="bilinear", align_corners=False)
        assert raw is not None
        detail, regions, normal, surface = raw.split([3, len(REGIONS), 2, 2], dim=1)
        layers = torch.cat([detail, torch.tanh(normal), torch.sigmoid(surface)], dim=1)
        return layers, torch.softmax(2 * regions, dim=1)

    def forward(
        self, face: Tensor, outfit: Tensor, colors: Tensor, presentation: Tensor, levels: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """Composed maps (N, 7, S, S): sRGB base colour, normal xy, roughness, occlusion; and the region masks."""
        layers, masks = self.paint(face, outfit, colors, presentation, levels)
        return torch.cat([compose_color(layers[:, :3], masks, colors), layers[:, 3:]], dim=1), masks
