"""The texture generator: spatial codes and requested colors in, all maps of a body atlas out.

Color truth is by construction: the network paints *region masks* and a color-free *detail*, and
:func:`compose_color` adds the requested colors. The maps are painted from a coarse map of codes, 8 texels of the atlas
to a code (:class:`~ml_core.networks.code_bank.CodeBank`), through convolutions that are the same everywhere: what
cloth, skin and hair look like is learned once and for all places, and training can look at crops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml_core.geometry.atlas.charts import CELLS
from ml_core.vocabulary.traits import REGIONS

LOG_OFFSET = 0.08
"""Keeps the logarithm of black finite; a black suit recolored white keeps folds of a believable depth."""

FREE_COLOR = 0.4
"""sRGB gray that the detail of the free region is relative to."""

CONTRAST = ((-0.57, -0.26), (-0.7, -1.09), (0.1, 0.12), (0.4, 0.55), (0.0, 0.0))
"""Slope and start, in logarithms, of how strongly detail shows on a lighter color, one pair a region. Skin, top and
bottom are lines through the spread of log lightness over the 183 textures. For hair these say -0.17, but all of it is
dark; -0.7 lies near the -1 of a shine that adds equally to every color."""

RAW_CHANNELS = 3 + len(REGIONS) + 2 + 2
MAP_CHANNELS = 7
LATENT_SIZE = 2 * CELLS
TEXELS_A_CODE = 8

BORDER = 2
"""Codes that are repeated around the atlas before it is painted, in training and ever after: a convolution's own zeros
would darken the outermost texels, which no crop of training shows with such a surrounding."""

CELLS_A_CODE = 2
FACE = (slice(16, 46), slice(13, 39))
"""Rows and columns of the face, brows to chin, in cells of half a code: there the finest level has details of its
own."""

LEVELS = 2
"""The painter paints in half and in full size; a quick look stops at the first. With a ``fine`` width it has one level
more, of twice the size."""


@dataclass(frozen=True)
class GeneratorConfig:
    """Sizes of the generator; saved with each run and in the card. ``fine`` is the width of the finest level, 0 without
    one, and ``details`` how many channels a face has for that level alone; ``edge`` sharpens the borders of the
    regions."""

    latent: int = 56
    channels: tuple[int, int, int] = (64, 48, 32)
    edge: float = 4.0
    fine: int = 0
    details: int = 0

    @property
    def levels(self) -> int:
        """Sizes that are painted, each twice the one before."""
        return LEVELS + bool(self.fine)

    @property
    def size(self) -> int:
        """Resolution of the largest output in texels."""
        return LATENT_SIZE * TEXELS_A_CODE << self.levels - LEVELS


def log_color(srgb: Tensor) -> Tensor:
    """The space in which regions blend: logarithm of sRGB, offset against black."""
    return torch.log(srgb + LOG_OFFSET)


def _canvas(masks: Tensor, colors: Tensor) -> tuple[Tensor, Tensor]:
    """The requested colors laid out by the masks (N, 3, H, W), and how strongly detail shows on them (N, 1, H, W)."""
    free = torch.full_like(colors[:, :1], FREE_COLOR)
    requested = torch.cat([colors, free], dim=1)
    flat = masks.flatten(2)
    shape = (masks.shape[0], -1, *masks.shape[2:])
    base = torch.exp(torch.matmul(log_color(requested).transpose(1, 2), flat)).reshape(shape) - LOG_OFFSET
    slope, start = torch.tensor(CONTRAST, device=masks.device, dtype=masks.dtype).unbind(dim=1)
    contrast = torch.exp(start + slope * torch.log(requested.mean(dim=2) + LOG_OFFSET))
    return base, torch.matmul(contrast[:, None], flat).reshape(shape)


def compose_color(detail: Tensor, masks: Tensor, colors: Tensor) -> Tensor:
    """sRGB base color (N, 3, H, W) of detail (N, 3, H, W), masks (N, 5, H, W) that sum to 1 and requested sRGB colors
    (N, 4, 3) of skin, hair, top and bottom.

    Detail multiplies, as light and shade do; toward white it runs out softly, so that the shine of black hair does
    not become white spots on blond hair.
    """
    base, contrast = _canvas(masks, colors)
    change = (base + LOG_OFFSET) * (torch.exp(torch.clamp(detail * contrast, max=4.0)) - 1)
    room = torch.clamp(1.02 - base, min=0.02)
    lighter = room * (1 - torch.exp(-torch.relu(change) / room))
    return torch.clamp(base + torch.minimum(change, lighter), 0.0, 1.0)


def detail_of(image: Tensor, masks: Tensor, colors: Tensor) -> Tensor:
    """The detail with which :func:`compose_color` gives the sRGB ``image`` (N, 3, H, W) in its own ``colors``."""
    base, contrast = _canvas(masks, colors)
    change = image - base
    room = torch.clamp(1.02 - base, min=0.02)
    lighter = -room * torch.log1p(-torch.clamp(torch.relu(change) / room, max=0.97))
    change = torch.where(change > 0, lighter, change)
    return torch.log(torch.clamp(1 + change / (base + LOG_OFFSET), min=1e-2)) / contrast


class TexturePainter(nn.Module):
    """Code maps to raw layers and composed maps; convolutions only, so that a crop of codes gives a crop of maps."""

    doubling: Tensor
    fine_passing: nn.Conv2d
    fine_details: nn.Conv2d
    fine: nn.Sequential
    fine_head: nn.Conv2d

    def __init__(self, config: GeneratorConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or GeneratorConfig()
        low, middle, high = config.channels
        self.low = _convolutions(config.latent, low, low)
        self.middle = _convolutions(low, middle, middle)
        self.half_head = nn.Conv2d(middle, RAW_CHANNELS * 4, 3, padding=1)
        self.passing = nn.Conv2d(middle, high, 1)
        self.high = _convolutions(high, high)
        self.head = nn.Conv2d(high, RAW_CHANNELS * 4, 3, padding=1)
        if config.fine:
            self.fine_passing = nn.Conv2d(high, config.fine, 1)
            if config.details:
                self.fine_details = nn.Conv2d(config.details, config.fine * CELLS_A_CODE**4, 1, bias=False)
            self.fine = _convolutions(config.fine, config.fine)
            self.fine_head = nn.Conv2d(config.fine, RAW_CHANNELS * 4, 3, padding=1)
        self.register_buffer("doubling", _doubling(RAW_CHANNELS), persistent=False)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=0.2)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        for head in (self.half_head, self.head):
            nn.init.normal_(head.weight, std=0.02)
        if config.fine:
            nn.init.normal_(self.fine_head.weight, std=0.002)

    def finest_layers(self) -> nn.ModuleList:
        """The layers that paint only the finest level, where there is one."""
        return nn.ModuleList(layer for name, layer in self.named_children() if name.startswith("fine"))

    def detail_features(self, details: Tensor) -> Tensor:
        """The contribution of details (N, D, 2 L, 2 L) to the features of the finest level (N, F, 8 L, 8 L)."""
        return functional.pixel_shuffle(self.fine_details(details), CELLS_A_CODE**2)

    def quarters(self, codes: Tensor, features: Tensor | None = None) -> Iterator[Tensor]:
        """Raw layers (N, 48, 2 L, 2 L), (N, 48, 4 L, 4 L) and so on, of codes (N, C, L, L), each painted lazily, as
        four images a layer: channel 4 c + 2 i + j has the texels (2 y + i, 2 x + j) of layer c. The finer adds to the
        coarser. ``features`` are :meth:`detail_features`."""
        x = self.low(codes)
        x = self.middle(functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        raw = self.half_head(x)
        yield raw
        x = functional.leaky_relu(functional.interpolate(self.passing(x), scale_factor=2.0, mode="nearest"), 0.2)
        x = self.high(x)
        raw = self._refined(raw, x, self.head)
        yield raw
        if self.config.fine:
            x = functional.interpolate(self.fine_passing(x), scale_factor=2.0, mode="nearest")
            x = functional.leaky_relu(x if features is None else x + features, 0.2)
            yield self._refined(raw, self.fine(x), self.fine_head)

    def _refined(self, raw: Tensor, x: Tensor, head: nn.Conv2d) -> Tensor:
        """Quarters of twice the size of ``raw``: ``raw`` upsampled, plus the output of ``head`` for features ``x``.

        Twice the size by bilinear interpolation is a convolution before the pixels are shuffled, and is done in one
        with the head's: ONNX Runtime's own resizing is a pass of its own. (Edges differ; BORDER is cut off.)
        """
        weight = torch.cat([head.weight, self.doubling], dim=1)
        return functional.conv2d(torch.cat([x, functional.pixel_shuffle(raw, 2)], dim=1), weight, head.bias, padding=1)

    def paint(self, codes: Tensor, levels: int | None = None, details: Tensor | None = None) -> tuple[Tensor, ...]:
        """Raw layers (N, 12, 4 L, 4 L), (N, 12, 8 L, 8 L) and so on, of codes (N, C, L, L) and details
        (N, D, 2 L, 2 L); the first ``levels`` or all."""
        features = None if details is None else self.detail_features(details)
        return tuple(functional.pixel_shuffle(raw, 2) for raw in islice(self.quarters(codes, features), levels))

    def atlas_quarters(self, codes: Tensor, details: Tensor | None = None) -> Iterator[Tensor]:
        """As :meth:`quarters`, of a whole atlas; ``details`` are those of the face, (N, D, *) of the cells
        :data:`FACE`."""
        features = None
        if details is not None:
            features = around_face(self.detail_features(details), CELLS_A_CODE**2)
        padded = functional.pad(codes, (BORDER,) * 4, mode="replicate")
        for level, raw in enumerate(self.quarters(padded, features)):
            cut = 2 * BORDER << level
            yield functional.pad(raw, (-cut,) * 4)

    def paint_atlas(
        self, codes: Tensor, levels: int | None = None, details: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """As :meth:`paint`, of a whole atlas."""
        return tuple(functional.pixel_shuffle(raw, 2) for raw in islice(self.atlas_quarters(codes, details), levels))

    def finish_quarters(self, quarters: Tensor, colors: Tensor) -> tuple[Tensor, Tensor]:
        """As :meth:`finish`, of :meth:`quarters`: (N, 7, 2, 2, H, W) and (N, 5, 2, 2, H, W), where [n, c, i, j, y, x]
        is the texel (2 y + i, 2 x + j)."""
        height, width = quarters.shape[2:]
        maps, masks = self.finish(quarters.reshape(-1, RAW_CHANNELS, 4 * height, width), colors)
        return maps.reshape(-1, MAP_CHANNELS, 2, 2, height, width), masks.reshape(-1, len(REGIONS), 2, 2, height, width)

    def finish(self, raw: Tensor, colors: Tensor) -> tuple[Tensor, Tensor]:
        """Composed maps (N, 7, S, S): sRGB base color, normal xy, roughness, occlusion; and region masks (N, 5, S, S),
        which sum to 1, of raw layers (N, 12, S, S) and sRGB colors (N, 4, 3)."""
        detail, regions, normal, surface = raw.float().split([3, len(REGIONS), 2, 2], dim=1)
        # A softmax by its formula: ONNX Runtime's own over channels moves the whole image about.
        weights = torch.exp(torch.clamp(self.config.edge * regions, -30.0, 30.0))
        masks = weights / weights.sum(dim=1, keepdim=True)
        color = compose_color(detail, masks, colors)
        return torch.cat([color, torch.tanh(normal), torch.sigmoid(surface)], dim=1), masks


def around_face(maps: Tensor, cell: int = 1) -> Tensor:
    """Maps of the cells :data:`FACE`, each of ``cell`` texels, laid out in the atlas with its border; 0 elsewhere."""
    cells = CELLS_A_CODE * LATENT_SIZE
    (top, bottom), (left, right) = ((part.start, cells - part.stop) for part in FACE)
    return functional.pad(maps, [cell * (CELLS_A_CODE * BORDER + item) for item in (left, right, top, bottom)])


def _doubling(channels: int) -> Tensor:
    """(4 channels, channels, 3, 3) bilinear interpolation to twice the size, as a convolution before the shuffling."""
    near, far = 0.75, 0.25
    steps = torch.tensor([[far, near, 0.0], [0.0, near, far]])
    stencils = torch.einsum("ai,bj->abij", steps, steps).reshape(4, 3, 3)
    weight = torch.zeros(channels, 4, channels, 3, 3)
    for channel in range(channels):
        weight[channel, :, channel] = stencils
    return weight.reshape(4 * channels, channels, 3, 3)


def _convolutions(*widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers)


class TextureEncoder(nn.Module):
    """Raw layers to codes; used in training alone, where it finds the first codes of every texture."""

    def __init__(self, latent: int, width: int = 32) -> None:
        super().__init__()
        widths = (width, width * 3 // 2, 2 * width, 3 * width)
        layers: list[nn.Module] = [nn.Conv2d(RAW_CHANNELS, width, 3, padding=1), nn.LeakyReLU(0.2)]
        for inputs, outputs in pairwise(widths):
            layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], latent, 3, padding=1))

    def forward(self, layers: Tensor) -> Tensor:
        """Codes (N, C, S / 8, S / 8) of detail, masks, normal xy, roughness and occlusion (N, 12, S, S)."""
        return self.layers(layers)
