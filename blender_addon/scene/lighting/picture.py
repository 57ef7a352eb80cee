"""Lights a scene like a picture: a panorama becomes the world, a photo gives the colors and a coarse direction."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import srgb_to_linear
from ml_core.errors import InputError, reason_of
from ml_core.files import MAX_PIXELS, read_picture, too_many_pixels
from ml_core.inference.lighting.pictures import LUMINANCE, PictureLight, light_of_panorama, light_of_photo
from ml_core.picture_size import check_picture

from .lamps import add_sun
from .lighting import relight
from .recipes import Lamp, Sky
from .surroundings import Surroundings
from .world import build_world, cleared

PICTURE = "picture"
"""The mark of a light that comes from a picture."""
_IRRADIANCE = 2.9
"""Of all light on flat ground, W/m²; pictures are exposed as they like, scenes as they can be seen."""
_FLOAT = (".hdr", ".exr")


def light_by_picture(context: bpy.types.Context, path: Path) -> dict[str, Any]:
    """Light the scene by a panorama (.hdr, .exr, or any picture twice as wide as high) or by a photo.

    Returns:
        The result of :func:`blender_addon.scene.lighting.lighting.light_scene`, with ``sun`` (a unit vector, or
        ``None``), ``ambient`` (linear RGB, mean 1), and ``is_coarse``: the direction is a guess.

    Raises:
        InputError: the picture cannot be read, or is black.
    """
    width, height = check_picture(path)
    is_panorama = path.suffix.lower() in _FLOAT or width == 2 * height
    light = _of_panorama(path) if is_panorama else light_of_photo(read_picture(path, "RGB", longest=512))
    scale = _scale(light)

    def build(world: bpy.types.World, scene: Surroundings) -> list[bpy.types.Object]:
        made: list[bpy.types.Object] = []
        if is_panorama:
            _surround(world, path, light, scale)
        # A photo is seen from where the viewer is: its +Y is away from them.
        turned = 0.0 if is_panorama else scene.front + 90.0
        turn, elevation = _angles(light.direction, turned)
        if light.direction is not None:
            strength = float(light.sun @ LUMINANCE) * scale
            lamp = Lamp(0, elevation, strength, _hue(light.sun), 0, angle=min(light.angle, 20.0))
            made.append(add_sun(scene, "Picture Sun", lamp, turn, elevation))
        if not is_panorama:
            hue = _hue(light.ambient)
            build_world(world, Sky(float(light.ambient @ LUMINANCE) * scale, zenith=hue, horizon=hue), turn)
        return made

    report = relight(context, PICTURE, path.stem[:40] or "Picture", 0.0, "AgX - Medium High Contrast", build)
    ambient = light.ambient / max(float(light.ambient.mean()), 1e-9)
    return report | {
        "sun": list(light.direction) if light.direction is not None else None,
        "ambient": [round(float(value), 4) for value in ambient],
        "is_coarse": light.is_coarse,
    }


def _of_panorama(path: Path) -> PictureLight:
    try:
        return light_of_panorama(_pixels(path))
    except ValueError as error:
        raise InputError("{path}: the picture holds no light", path=path) from error


def _pixels(path: Path) -> NDArray[np.float32]:
    """(H, W, 3) linear, first row on top."""
    if path.suffix.lower() not in _FLOAT:
        return srgb_to_linear(read_picture(path, "RGB", longest=2048).astype(np.float32) / 255).astype(np.float32)
    image = _loaded(path)
    try:
        width, height = image.size
        if not width or not height:
            raise InputError("{path}: cannot be read as a picture; give a Radiance HDR or OpenEXR file", path=path)
        if width * height > MAX_PIXELS // 4:  # at 16 bytes each
            raise too_many_pixels(str(path), width, height)
        values = np.empty(width * height * image.channels, np.float32)
        image.pixels.foreach_get(values)
        return values.reshape(height, width, image.channels)[::-1, :, :3]
    finally:
        bpy.data.images.remove(image)


def _loaded(path: Path) -> bpy.types.Image:
    try:
        return bpy.data.images.load(str(path))
    except RuntimeError as error:
        raise InputError("{path}: cannot be read ({reason})", path=path, reason=reason_of(error)) from error


def _scale(light: PictureLight) -> float:
    """The factor for the units of the picture."""
    elevation = max(light.direction[2], 0.25) if light.direction is not None else 0.0
    level = float((light.ambient + light.sun * elevation) @ LUMINANCE)
    return _IRRADIANCE / max(level, 1e-9)


def _angles(way: tuple[float, float, float] | None, turned: float) -> tuple[float, float]:
    """Degrees around +Z, from +X, and above the horizon."""
    if way is None:
        return 0.0, 0.0
    return math.degrees(math.atan2(way[1], way[0])) + turned, math.degrees(math.asin(min(max(way[2], -1), 1)))


def _hue(color: Any) -> tuple[float, float, float]:
    """``color`` normalized to a brightest channel of 1."""
    top = max(float(np.max(color)), 1e-9)
    return tuple(float(channel) / top for channel in color)  # type: ignore[return-value]


def _surround(world: bpy.types.World, path: Path, light: PictureLight, scale: float) -> None:
    """Make the panorama the world; its sun is already a separate light, so it is clamped here."""
    nodes, links, background, _ = cleared(world)
    place, seen = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeTexEnvironment")
    seen.image = bpy.data.images.load(str(path), check_existing=True)
    links.new(place.outputs["Generated"], seen.inputs["Vector"])
    color = seen.outputs["Color"]
    if light.direction is not None:
        cap = nodes.new("ShaderNodeVectorMath")
        cap.operation = "MINIMUM"
        # A sky of one color has π times less radiance than it gives irradiance.
        cap.inputs[1].default_value = (max(float(light.ambient.max()) / math.pi * 6, 1e-6),) * 3
        links.new(color, cap.inputs[0])
        color = cap.outputs[0]
    links.new(color, background.inputs["Color"])
    background.inputs["Strength"].default_value = scale
