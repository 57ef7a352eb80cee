"""Layers over a generated skin: freckles, moles, scars, tattoos, make-up, stubble, dirt, wetness.

A layer is painted into the body atlas and therefore fits every mesh. What it paints depends on nothing but itself and
the size, so it is painted once; putting it on an avatar is a blend. The same layer gives the same picture everywhere.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.color import is_hex, linear_to_srgb, srgb_to_linear
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.space import height_to_slope
from ml_core.inference.textures import layer_kinds
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.layer_kinds import LAYER_KINDS, Layer, Paint
from ml_core.records import is_number, is_whole, read_record
from ml_core.vocabulary.avatar.designs import DESIGNS
from ml_core.vocabulary.traits import MAX_SEED

_RANGES = {"amount": (0.0, 1.0), "x": (0.0, 1.0), "y": (0.0, 1.0), "size": (0.005, 1.0), "rotation": (-360.0, 360.0)}
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LIGHT_CLOTH, _DARK_PRINT = 0.62, np.array([0.13, 0.14, 0.17], np.float32)
"""Above this luminance of sRGB values a print without a color of its own is dark."""

Images = Mapping[str, NDArray[np.float32]]
"""Pictures of layers by their name or path: (H, W, 4) sRGB with alpha, 0..1, row 0 at the top."""


def layers_from_json(text: str) -> tuple[Layer, ...]:
    """Layers from a JSON list of objects such as ``{"kind": "freckles", "amount": 0.6}``.

    Raises:
        InputError: it is not such a list, or a value is outside what its field allows; the message names both.
    """
    values = read_json(text, "layers", object) if text.strip() else []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise InputError('layers: expected a JSON list such as [{"kind": "freckles", "amount": 0.6}]')
    return tuple(layer_from_dict(value, f"layer {number}") for number, value in enumerate(values, start=1))


def layer_from_dict(values: Mapping[str, Any], what: str = "layer") -> Layer:
    """Raises :class:`InputError` as :func:`layers_from_json`."""
    if not isinstance(values, Mapping):
        raise InputError('{what}: expected an object such as {{"kind": "freckles", "amount": 0.6}}', what=what)
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in LAYER_KINDS:
        raise InputError(
            "{what}: kind {kind!r} is not known; choose one of {layer_kinds}",
            what=what,
            kind=kind,
            layer_kinds=", ".join(LAYER_KINDS),
        )
    known = {field.name for field in dataclasses.fields(Layer)}
    if unknown := sorted(set(values) - known):
        raise InputError(
            "{what}: {unknown} not known; known are {known}",
            what=what,
            unknown=", ".join(unknown),
            known=", ".join(sorted(known)),
        )
    for name, (low, high) in _RANGES.items():
        value = values.get(name, low)
        if not is_number(value, low, high):
            raise InputError(
                "{what}: {name}: {value!r} is not a number from {low:g} to {high:g}",
                what=what,
                name=name,
                value=value,
                low=low,
                high=high,
            )
    read_record(values, Layer, what)
    if values.get("color") and not is_hex(values["color"]):
        raise InputError(
            "{what}: color: {color!r} is not a color; write it as '#rrggbb'", what=what, color=values["color"]
        )
    if not is_whole(values.get("seed", 0), 0, MAX_SEED):
        raise InputError(
            "{what}: seed: {seed!r} is not a whole number from 0 to {most}",
            what=what,
            seed=values["seed"],
            most=MAX_SEED,
        )
    if values.get("chart", "head") not in CHARTS:
        raise InputError(
            "{what}: chart: {chart!r} is not known; choose one of {charts}",
            what=what,
            chart=values["chart"],
            charts=", ".join(CHARTS),
        )
    if values.get("design", "disc") not in DESIGNS:
        raise InputError(
            "{what}: design: {design!r} is not known; choose one of {designs}",
            what=what,
            design=values["design"],
            designs=", ".join(DESIGNS),
        )
    return layer_kinds.default_layer(kind, **{name: value for name, value in values.items() if name != "kind"})


def with_own_pictures(layers: Sequence[Layer], folder: Path) -> tuple[Layer, ...]:
    """The layers of a file in ``folder``, the paths of their pictures made absolute.

    A file of layers is passed on with its pictures. One that names a picture elsewhere could bring a private file of
    the user's into an avatar.

    Raises:
        InputError: a picture is missing, or not in ``folder``.
    """
    home = folder.resolve()
    placed = []
    for layer in layers:
        path = (home / layer.image).resolve() if "\0" not in layer.image else home.parent
        if layer.image and not path.is_relative_to(home):
            raise InputError("its picture {image} is in another folder; put it next to the file", image=layer.image)
        if layer.image and not path.is_file():
            raise InputError("its picture {image} is not there", image=layer.image)
        placed.append(dataclasses.replace(layer, image=str(path) if layer.image else ""))
    return tuple(placed)


def layers_to_json(layers: Sequence[Layer]) -> str:
    """The inverse of :func:`layers_from_json`."""
    return json.dumps([dataclasses.asdict(layer) for layer in layers])


def apply_layers(maps: TextureMaps, layers: Sequence[Layer], images: Images | None = None) -> TextureMaps:
    """The maps with the layers on them, the first one lowest; the very same maps when there is nothing to paint."""
    shown = [layer for layer in layers if layer.on and layer.amount > 0]
    if not shown:
        return maps
    color, roughness = linear_to_srgb(maps.base_color), maps.roughness.copy()
    normal = maps.normal
    skin = np.ones_like(roughness) if maps.skin is None else maps.skin
    for layer in shown:
        paint = painted_layer(layer, maps.size, images)
        reach = skin if paint.on_skin else np.ones_like(skin)
        color = _over(color, paint, reach)
        if paint.gloss is not None:
            share = np.clip(paint.gloss * reach, 0, 1)
            roughness = roughness * (1 - share) + paint.roughness * share
        if paint.height is not None:
            normal = _bent(normal, height_to_slope(maps.size, paint.height * reach))
    return dataclasses.replace(
        maps,
        base_color=srgb_to_linear(np.clip(color, 0, 1)),
        roughness=np.clip(roughness, 0.02, 1).astype(np.float32),
        normal=normal,
    )


def layered_color(
    color: NDArray[np.float32], skin: NDArray[np.float32], layers: Sequence[Layer], images: Images | None = None
) -> NDArray[np.float32]:
    """sRGB base color (S, S, 3) with the layers on it: the quick look of :func:`apply_layers`."""
    for layer in layers:
        if layer.on and layer.amount > 0:
            paint = painted_layer(layer, color.shape[0], images)
            color = _over(color, paint, skin if paint.on_skin else np.ones_like(skin))
    return np.clip(color, 0, 1).astype(np.float32)


def painted_layer(layer: Layer, size: int, images: Images | None = None) -> Paint:
    """What a layer paints into an atlas of resolution ``size``; cached.

    Raises:
        InputError: it shows a picture that is not among ``images``.
    """
    if not layer.image:
        return _painted(layer, size)
    if images is None or layer.image not in images:
        raise InputError("{name}: the picture of a layer is missing; choose it again", name=layer.image)
    return layer_kinds.paint(layer, size, images[layer.image])


@functools.lru_cache(maxsize=16)
def _painted(layer: Layer, size: int) -> Paint:
    return layer_kinds.paint(layer, size, None)


def _over(color: NDArray[np.float32], paint: Paint, reach: NDArray[np.float32]) -> NDArray[np.float32]:
    share = np.clip(paint.alpha * reach, 0, 1)[..., None]
    if paint.blend == "multiply":
        target = color * paint.color
    elif paint.blend == "tint":  # the color of the paint, the light and shade of what is under it
        shade = np.clip(color @ _LUMINANCE / max(_light_under(color, paint), 0.02), 0.3, 1.8)[..., None] ** 0.8
        target = paint.color * shade
    elif paint.blend == "contrast":
        target = _DARK_PRINT if _light_under(color, paint) > _LIGHT_CLOTH else paint.color
    else:
        target = paint.color
    return (color * (1 - share) + target * share).astype(np.float32)


def _light_under(color: NDArray[np.float32], paint: Paint) -> float:
    """The mean luminance of sRGB ``color`` (S, S, 3) where ``paint`` goes."""
    return float((color @ _LUMINANCE * paint.alpha).sum() / max(float(paint.alpha.sum()), 1e-6))


def _bent(normal: NDArray[np.float32], slope: NDArray[np.float32]) -> NDArray[np.float32]:
    xy = normal[..., :2] / np.maximum(normal[..., 2:], 0.1) + np.clip(slope, -1.5, 1.5)
    bent = np.concatenate([xy, np.ones_like(normal[..., 2:])], axis=-1)
    return (bent / np.linalg.norm(bent, axis=-1, keepdims=True)).astype(np.float32)
