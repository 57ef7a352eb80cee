"""How each kind of layer is painted into the body atlas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.space import Placement, atlas_space, local_coordinates, noise, spots
from ml_core.geometry.easing import smoothstep
from ml_core.inference.textures.designs import design_alpha
from ml_core.inference.textures.skin.mouth import lip_share

Map = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One layer. ``kind`` is one of :data:`LAYER_KINDS`; ``amount`` 0..1 says how much; ``color`` is sRGB hex, empty
    for the kind's own; ``seed`` draws what is drawn; ``on`` shows it.

    Those of :data:`PLACED_KINDS` have a place: ``chart`` of the atlas, ``x`` across it and ``y`` down it (0..1, the
    front of head, trunk and limbs at x = 0.5), ``size`` in meters, ``rotation`` in degrees. ``image`` names a
    picture; its transparent parts, or its white ones when it has none, stay as they are. Without one they show
    ``design``, one of :data:`~ml_core.vocabulary.avatar.designs.DESIGNS`.
    """

    kind: str
    amount: float = 0.5
    color: str = ""
    seed: int = 0
    image: str = ""
    design: str = "disc"
    chart: str = "head"
    x: float = 0.5
    y: float = 0.5
    size: float = 0.05
    rotation: float = 0.0
    on: bool = True


@dataclass(frozen=True)
class Paint:
    """What a layer paints: ``alpha`` (S, S) and ``color`` (3,) or (S, S, 3) sRGB, blended by ``blend``; ``gloss``
    (S, S) how much ``roughness`` replaces what is there; ``height`` (S, S) relief in meters."""

    alpha: Map
    color: Map
    blend: str = "over"
    on_skin: bool = True
    gloss: Map | None = None
    roughness: float = 0.5
    height: Map | None = None


@dataclass(frozen=True)
class _Head:
    """The head chart's own coordinates over the whole atlas: ``x`` -0.5..0.5 from the middle of the face to the
    wearer's left, ``y`` down 0..1, ``inside`` 1 in the chart, 0 elsewhere."""

    x: Map
    y: Map
    inside: Map

    @classmethod
    def of(cls, size: int) -> _Head:
        rows, columns = CHARTS["head"].pixels(size)
        height, width = rows.stop - rows.start, columns.stop - columns.start
        x = np.full((size, size), 9.0, np.float32)
        y = np.full((size, size), 9.0, np.float32)
        inside = np.zeros((size, size), np.float32)
        x[rows, columns] = (np.arange(width, dtype=np.float32) + 0.5) / width - 0.5
        y[rows, columns] = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        inside[rows, columns] = 1
        return cls(x, y, inside)

    def dab(self, x: float, y: float, wide: float, high: float) -> Map:
        """A soft round dab on both sides of the face."""
        return np.exp(-(((np.abs(self.x) - x) / wide) ** 2) - ((self.y - y) / high) ** 2).astype(np.float32)


def _color(layer: Layer) -> Map:
    return np.asarray(hex_to_srgb(layer.color or COLORS[layer.kind]), np.float32)


def _part_mask(size: int, *parts: str) -> Map:
    mask = np.zeros((size, size), np.float32)
    for chart in CHARTS.values():
        if any(part in chart.name for part in parts):
            mask[chart.pixels(size)] = 1
    return mask


def _freckles(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Small brown spots, thickest over the nose and the cheeks, fewer on shoulders and arms."""
    grid = 256
    head = _Head.of(grid)
    face = 1.0 * head.dab(0.09, 0.49, 0.075, 0.065) + 0.8 * head.dab(0.0, 0.47, 0.05, 0.06)
    face = face + 0.25 * head.dab(0.06, 0.30, 0.12, 0.06) + 0.12 * head.dab(0.1, 0.62, 0.12, 0.1)
    patchy = np.clip(2.2 * noise(grid, 0.03, 2, layer.seed + 5) - 0.5, 0.1, 1.5)
    body = _part_mask(grid, "upper_arm", "lower_arm") + 0.5 * _part_mask(grid, "torso", "hand_back")
    alpha = np.zeros((size, size), np.float32)
    for number, (density, most, faint) in enumerate(((face * patchy, 850, 1.0), (body * patchy, 1500, 0.7))):
        count = int(most * (0.1 + 0.9 * layer.amount))
        rng = np.random.default_rng([layer.seed, 1, number])
        radii = 0.0006 + 0.0009 * rng.beta(1.5, 3.5, count)
        strengths = faint * (0.3 + 0.65 * rng.beta(2, 2.2, count))
        alpha = np.maximum(alpha, spots(size, density, radii, strengths, layer.seed + number, softness=0.9))
    return Paint(alpha * min(1.0, 0.6 + 0.6 * layer.amount), _color(layer), "multiply")


def _moles(layer: Layer, size: int, picture: Map | None) -> Paint:
    """A few dark, slightly raised spots."""
    grid = 256
    head = _Head.of(grid)
    face = (
        head.dab(0.14, 0.55, 0.09, 0.14) + 0.5 * head.dab(0.05, 0.28, 0.1, 0.06) + 0.3 * head.dab(0.1, 0.86, 0.14, 0.05)
    )
    face *= 1 - _lips(grid) - np.clip(1.3 * head.dab(0.1015, 0.40, 0.07, 0.04), 0, 1)
    body = 0.06 * _part_mask(grid, "torso", "arm")
    count = 2 + int(16 * layer.amount)
    rng = np.random.default_rng([layer.seed, 2])
    radii = 0.0011 + 0.0013 * rng.beta(1.5, 3, count)
    alpha = spots(size, np.clip(face, 0, 1) + body, radii, rng.uniform(0.65, 0.95, count), layer.seed, softness=0.6)
    return Paint(alpha, _color(layer), height=0.0004 * alpha)


def _scar(layer: Layer, size: int, picture: Map | None) -> Paint:
    """An uneven line of shiny, paler skin with a red rim, sunken in its middle."""
    xy, near = local_coordinates(size, _placement(layer))
    x, y = xy[..., 0], xy[..., 1]
    rng = np.random.default_rng([layer.seed, 3])
    phase, bend = rng.uniform(0, 6.28, 3), rng.uniform(-0.12, 0.12)
    middle = bend * (1 - 4 * x**2) + 0.018 * np.sin(9 * x + phase[0]) + 0.010 * np.sin(23 * x + phase[1])
    ends = np.clip(1 - (2 * np.abs(x)) ** 4, 0, 1)
    texel = float(np.sqrt(np.median(atlas_space(size).area))) / layer.size
    half = np.maximum((0.0020 / layer.size) * (0.65 + 0.5 * np.sin(14 * x + phase[2]) ** 2), 0.75 * texel) * ends
    away = np.abs(y - middle) / np.maximum(half, 1e-4)
    core = smoothstep(away, 1.25, 0.5) * (ends > 0) * near
    rim = smoothstep(away, 3.0, 1.0) * (ends > 0) * near
    pale = _color(layer)
    red = np.array([0.62, 0.27, 0.24], np.float32)
    mix = (core / np.maximum(core + 0.6 * (rim - core), 1e-4))[..., None]
    color = (pale * mix + red * (1 - mix)).astype(np.float32)
    strength = 0.35 + 0.65 * layer.amount
    alpha = strength * np.maximum(0.85 * core, 0.45 * rim)
    relief = 0.0007 * layer.amount * (0.6 * rim - 1.3 * core)
    return Paint(
        alpha.astype(np.float32), color, gloss=(0.8 * core * strength).astype(np.float32), roughness=0.32, height=relief
    )


def _placement(layer: Layer) -> Placement:
    return Placement(layer.chart, layer.x, layer.y, layer.size, layer.rotation)


def _decal(layer: Layer, size: int, picture: Map | None) -> tuple[Map, Map]:
    """Alpha (S, S) and color (S, S, 3) of a picture laid on the skin; without one its design in the layer's color."""
    xy, near = local_coordinates(size, _placement(layer))
    if picture is None and layer.design == "disc":
        disc = smoothstep(np.linalg.norm(xy, axis=-1), 0.5, 0.46) * near
        return disc, np.broadcast_to(_color(layer), (size, size, 3)).astype(np.float32)
    if picture is None:
        motif = design_alpha(layer.design)[..., None]
        picture = np.concatenate([np.broadcast_to(_color(layer), (*motif.shape[:2], 3)), motif], axis=-1)
    high, wide = picture.shape[:2]
    aspect = high / wide
    u, v = xy[..., 0] + 0.5, 0.5 - xy[..., 1] / aspect
    inside = ((u > 0) & (u < 1) & (v > 0) & (v < 1)).astype(np.float32)
    texel = float(np.sqrt(np.median(atlas_space(size).area[CHARTS[layer.chart].pixels(size)]))) / layer.size
    source = _shrunk(picture, max(1, int(texel * wide)))
    sample = _bilinear(source, np.clip(v, 0, 1), np.clip(u, 0, 1))
    alpha = sample[..., 3]
    if picture[..., 3].min() > 0.99:  # drawn on white paper
        alpha = 1 - sample[..., :3].min(axis=-1)
    color = np.asarray(hex_to_srgb(layer.color), np.float32) if layer.color else sample[..., :3]
    return alpha * inside * near, np.broadcast_to(color, (size, size, 3)).astype(np.float32)


def _shrunk(picture: Map, factor: int) -> Map:
    """A picture reduced by block means, so that fine lines do not break up on coarse texels."""
    if factor <= 1:
        return picture
    high, wide = (length // factor * factor for length in picture.shape[:2])
    if not high or not wide:
        return picture.mean(axis=(0, 1), keepdims=True)
    return picture[:high, :wide].reshape(high // factor, factor, wide // factor, factor, -1).mean(axis=(1, 3))


def _bilinear(picture: Map, v: Map, u: Map) -> Map:
    high, wide = picture.shape[:2]
    y, x = np.clip(v * high - 0.5, 0, high - 1), np.clip(u * wide - 0.5, 0, wide - 1)
    y0, x0 = y.astype(int), x.astype(int)
    y1, x1 = np.minimum(y0 + 1, high - 1), np.minimum(x0 + 1, wide - 1)
    fy, fx = (y - y0)[..., None], (x - x0)[..., None]
    upper = picture[y0, x0] * (1 - fx) + picture[y0, x1] * fx
    return np.asarray(upper * (1 - fy) + (picture[y1, x0] * (1 - fx) + picture[y1, x1] * fx) * fy, np.float32)


def _tattoo(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Ink under the skin: what is beneath shows through, and colors fade toward it."""
    alpha, color = _decal(layer, size, picture)
    return Paint(alpha * (0.30 + 0.62 * layer.amount), (0.9 * color + 0.04).astype(np.float32))


def _print(layer: Layer, size: int, picture: Map | None) -> Paint:
    """A picture as it is printed on a shirt: on the cloth, and on what skin it reaches."""
    alpha, color = _decal(layer, size, picture)
    blend = "contrast" if picture is None and not layer.color else "over"
    return Paint(alpha * layer.amount, color, blend, on_skin=False, gloss=0.5 * alpha * layer.amount, roughness=0.6)


def _face_paint(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Color on the skin, matt, a little worn."""
    alpha, color = _decal(layer, size, picture)
    worn = np.clip(1.6 - 1.1 * noise(size, 0.012, 3, layer.seed + 9), 0.55, 1)
    alpha = (alpha * worn * (0.4 + 0.6 * layer.amount)).astype(np.float32)
    return Paint(alpha, color, gloss=alpha, roughness=0.68)


def _lips(size: int) -> Map:
    """1 on the lips of the mesh."""
    result = np.zeros((size, size), np.float32)
    chart = CHARTS["head"]
    result[chart.pixels(size)] = np.add(*lip_share(*chart.texel_grid(size)))
    return result


def _lipstick(layer: Layer, size: int, picture: Map | None) -> Paint:
    alpha = _lips(size) * layer.amount
    return Paint(0.92 * alpha, _color(layer), "tint", gloss=0.8 * alpha, roughness=0.28)


_EYE_X, _EYE_Y, _EYE_WIDE = 0.1015, 0.403, 0.060


def _eye_makeup(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Shadow on the upper lid that fades toward the brow, and a dark line along the lashes."""
    head = _Head.of(size)
    along = (np.abs(head.x) - _EYE_X) / _EYE_WIDE
    lid = _EYE_Y - 0.017 * np.sqrt(np.clip(1 - along**2, 0, 1)) - 0.008 * smoothstep(along, 0.7, 1.3)
    over = lid - head.y
    wide = smoothstep(np.abs(along + 0.02), 1.25, 0.75)
    shadow = smoothstep(over, -0.012, 0.002) * smoothstep(over, 0.050, 0.006) * wide
    line = smoothstep(np.abs(over), 0.0075, 0.003) * smoothstep(along, 1.35, 1.1) * smoothstep(along, -1.1, -0.9)
    below = 0.5 * smoothstep(np.abs(head.y - _EYE_Y - 0.017 * np.sqrt(np.clip(1 - along**2, 0, 1))), 0.007, 0.002)
    line = np.maximum(line, below * smoothstep(along, -0.4, 0.2) * smoothstep(along, 1.1, 0.9)) * head.inside
    shadow = shadow * head.inside
    alpha = layer.amount * np.maximum(0.75 * shadow, 0.9 * line)
    dark = np.array([0.06, 0.05, 0.05], np.float32)
    share = (line / np.maximum(line + shadow, 1e-4))[..., None]
    color = (_color(layer) * (1 - share) + dark * share).astype(np.float32)
    return Paint(alpha.astype(np.float32), color, gloss=(0.5 * alpha).astype(np.float32), roughness=0.45)


def _blush(layer: Layer, size: int, picture: Map | None) -> Paint:
    head = _Head.of(size)
    cheek = np.maximum(head.dab(0.165, 0.535, 0.060, 0.055), 0.85 * head.dab(0.205, 0.50, 0.05, 0.045))
    return Paint(0.85 * layer.amount * cheek, _color(layer), "multiply")


def _stubble(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Short hair on lip, chin and jaw: a shade, and dots in it."""
    head = _Head.of(size)
    side = np.abs(head.x)
    upper = np.interp(side, [0.0, 0.085, 0.11, 0.16, 0.22, 0.27], [0.700, 0.690, 0.625, 0.585, 0.52, 0.42])
    lower = np.interp(side, [0.0, 0.15, 0.25, 0.32], [0.835, 0.81, 0.74, 0.66])
    beard = (
        smoothstep(head.y - upper, -0.012, 0.045)
        * smoothstep(lower - head.y, -0.035, 0.045)
        * smoothstep(side, 0.285, 0.245)
    )
    lip = smoothstep(head.y, 0.568, 0.590) * smoothstep(head.y, 0.628, 0.612) * smoothstep(side, 0.105, 0.075)
    patch = smoothstep(head.y, 0.688, 0.700) * smoothstep(side, 0.035, 0.012) * smoothstep(head.y, 0.76, 0.72)
    corner = (
        0.7
        * smoothstep(np.abs(side - 0.105), 0.025, 0.005)
        * smoothstep(head.y, 0.60, 0.63)
        * smoothstep(head.y, 0.74, 0.70)
    )
    density = np.maximum.reduce([beard, 0.95 * lip, patch, corner]) * (1 - _lips(size)) * head.inside
    density *= np.clip(0.75 + 0.5 * (noise(size, 0.02, 2, layer.seed + 3) - 0.5) * 2, 0.4, 1.1)
    grain = np.random.default_rng([layer.seed, 4, size]).random((size, size), dtype=np.float32)
    # A texel of a coarse atlas holds many hairs, one of a fine atlas few: grain grows with the size.
    hair = np.clip(1 + (grain - 0.5) * (0.6 + 0.3 * np.log2(max(size, 256) / 256)) * 1.3, 0, 1.7)
    alpha = np.clip(layer.amount * 0.55 * density * hair, 0, 0.93).astype(np.float32)
    relief = 0.00018 * layer.amount * density * grain
    return Paint(
        alpha, _color(layer), gloss=(0.6 * density * layer.amount).astype(np.float32), roughness=0.7, height=relief
    )


def _dirt(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Patches of dust and mud, more on hands, knees and feet than on the head."""
    position = atlas_space(size).position
    low = np.clip(1.1 - position[..., 2] / 1.5, 0.0, 1.0)
    bias = 0.16 * low + 0.13 * _part_mask(size, "hand", "foot") + 0.05 * _part_mask(size, "lower_arm", "lower_leg")
    cloud = noise(size, 0.22, 4, layer.seed + 1) + bias
    fine = noise(size, 0.024, 2, layer.seed + 2)
    threshold = 0.86 - 0.42 * layer.amount
    alpha = smoothstep(cloud + 0.28 * (fine - 0.5), threshold - 0.06, threshold + 0.14)
    alpha = (alpha * (0.35 + 0.5 * fine) * (0.6 + 0.4 * layer.amount)).astype(np.float32)
    color = (_color(layer) * (0.75 + 0.5 * fine[..., None])).astype(np.float32)
    return Paint(alpha, color, on_skin=False, gloss=np.clip(1.3 * alpha, 0, 1), roughness=0.93, height=0.0006 * alpha)


def _wet(layer: Layer, size: int, picture: Map | None) -> Paint:
    """Water: glossy everywhere, darker cloth, drops on the skin."""
    rng = np.random.default_rng([layer.seed, 5])
    count = int(900 * layer.amount)
    density = 0.3 + _part_mask(256, "head", "arm", "hand") + np.zeros((256, 256), np.float32)
    radii = 0.0008 + 0.0022 * rng.beta(1.3, 4, count)
    drops = spots(size, density, radii, np.ones(count), layer.seed, softness=1.6)
    film = np.clip(0.72 + 0.6 * (noise(size, 0.05, 3, layer.seed + 7) - 0.5), 0.3, 1)
    gloss = np.clip(layer.amount * np.maximum(film, drops), 0, 1).astype(np.float32)
    alpha = (0.75 * layer.amount * film).astype(np.float32)
    return Paint(
        alpha, _color(layer), "multiply", False, gloss=gloss, roughness=0.12, height=0.0006 * drops * layer.amount
    )


def _photo(layer: Layer, size: int, picture: Map | None) -> Paint:
    """The skin of a head as it was read from a photo: a picture of the whole head chart; without one a plain face."""
    if picture is None:
        return Paint(_Head.of(size).dab(0.0, 0.5, 0.2, 0.25) * layer.amount, _color(layer), on_skin=False)
    alpha, color = np.zeros((size, size), np.float32), np.zeros((size, size, 3), np.float32)
    chart = CHARTS["head"].pixels(size)
    high, wide = (part.stop - part.start for part in chart)
    source = _shrunk(picture, max(1, picture.shape[0] // high))
    v, u = ((np.arange(count, dtype=np.float32) + 0.5) / count for count in (high, wide))
    sample = _bilinear(source, *np.broadcast_arrays(v[:, None], u[None]))
    alpha[chart], color[chart] = sample[..., 3] * layer.amount, sample[..., :3]
    return Paint(alpha, color, on_skin=False)


_PAINTERS: dict[str, Callable[[Layer, int, Map | None], Paint]] = {
    "photo": _photo,
    "freckles": _freckles,
    "moles": _moles,
    "scar": _scar,
    "tattoo": _tattoo,
    "face_paint": _face_paint,
    "print": _print,
    "lipstick": _lipstick,
    "eye_makeup": _eye_makeup,
    "blush": _blush,
    "stubble": _stubble,
    "dirt": _dirt,
    "wet": _wet,
}

LAYER_KINDS = tuple(_PAINTERS)

PLACED_KINDS = ("scar", "tattoo", "face_paint", "print")
"""The kinds that have a place, a size and a rotation."""

COLORS = {
    "photo": "#c08a70",
    "freckles": "#a8744f",
    "moles": "#4a2c20",
    "scar": "#e0b5a4",
    "tattoo": "#1d2733",
    "face_paint": "#b3261e",
    "print": "#f2f2f0",
    "lipstick": "#a3162b",
    "eye_makeup": "#5b4368",
    "blush": "#e58f8a",
    "stubble": "#2b211c",
    "dirt": "#4d3f2e",
    "wet": "#b8bcc2",
}

_DEFAULTS: dict[str, dict[str, Any]] = {
    "photo": {"amount": 1.0},
    "scar": {"x": 0.37, "y": 0.52, "size": 0.055, "rotation": 65.0},
    "tattoo": {"x": 0.68, "y": 0.83, "size": 0.05, "amount": 0.8},
    "face_paint": {"x": 0.64, "y": 0.52, "size": 0.04, "amount": 0.8},
    "print": {"chart": "torso", "x": 0.5, "y": 0.3, "size": 0.16, "amount": 0.95},
}


def default_layer(kind: str, **values: Any) -> Layer:
    """A new layer of a kind, with the kind's defaults for fields that are not in ``values``."""
    return replace(Layer(kind), **{**_DEFAULTS.get(kind, {}), **values})


def paint(layer: Layer, size: int, picture: Map | None) -> Paint:
    """What ``layer`` paints into an atlas of resolution ``size``; ``picture`` (H, W, 4) sRGB with alpha."""
    return _PAINTERS[layer.kind](layer, size, picture)
