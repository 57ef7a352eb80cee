"""The artist's own node trees on copies, for Blender's glTF exporter: only names, culling and pictures are changed."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ...bridge.image_arrays import image_size
from ...bridge.jobs.steps import InThread
from ...bridge.state.preserved_scene import claim_name
from ..formats.privacy import forget_properties
from ..names.assets import Namer, plain
from .nodes.simplifying import put, without_picture
from .nodes.sockets import image_nodes, stop
from .reading import MaterialFacts, is_readable, power_of_two
from .textures import channel_pixels, save_picture

COLOR_CHANNELS = ("base_color", "emission")


class PictureShelf:
    """Pictures of one target in the form that it needs: within budget, powers of two, eight bits, colors as sRGB.

    A picture that already complies is used as it is, so that JPEG stays JPEG.
    """

    def __init__(self, folder: Path, budget: int, note: dict[str, str], is_webp: bool) -> None:
        self._folder = folder
        self._budget = budget
        self._note = note
        self._is_webp = is_webp
        self._namer = Namer()
        self._made: dict[tuple[int, bool], bpy.types.Image] = {}

    def fitting(self, image: bpy.types.Image, is_color: bool) -> Generator[InThread, Any, bpy.types.Image]:
        """The picture to export in place of ``image``."""
        if image.source == "TILED":
            return image
        key = image.session_uid, is_color
        if key not in self._made:
            self._made[key] = image if self._fits(image, is_color) else (yield from self._written(image, is_color))
        return self._made[key]

    def _fits(self, image: bpy.types.Image, is_color: bool) -> bool:
        width, height = image_size(image)
        return (
            image.source == "FILE"
            and not image.is_dirty
            and not image.is_float
            and not self._note
            and not self._is_webp
            and image.file_format in ("PNG", "JPEG")
            and (not is_color or image.colorspace_settings.name == "sRGB")
            and max(width, height) <= self._budget
            and (power_of_two(width), power_of_two(height)) == (width, height)
        )

    def _written(self, image: bpy.types.Image, is_color: bool) -> Generator[InThread, Any, bpy.types.Image]:
        width, height = (min(power_of_two(side), self._budget) for side in image_size(image))
        pixels = channel_pixels(image, is_color, width, height)
        if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
            pixels = np.ascontiguousarray(pixels[..., :3])
        name = self._namer.unique("T_" + plain(Path(image.name).stem).removeprefix("T_"))
        path = self._folder / f"{name}{'.webp' if self._is_webp else '.png'}"
        yield InThread(lambda: save_picture(pixels, path, self._note, lossless=not is_color))
        made = bpy.data.images.load(str(path))
        claim_name(made, "images", name)
        made.colorspace_settings.name = "sRGB" if is_color else "Non-Color"  # type: ignore[assignment]
        return made


def kept_material(
    material: bpy.types.Material, name: str, facts: MaterialFacts, shelf: PictureShelf, is_double_sided: bool
) -> Generator[InThread, Any, bpy.types.Material]:
    """A copy that Blender's glTF exporter reads as far as it can; missing pictures are removed from it."""
    made = material.copy()
    claim_name(made, "materials", name)
    forget_properties(made)
    stop(made)
    made.use_backface_culling = not is_double_sided
    colors = {facts.chains[channel].image for channel in COLOR_CHANNELS if channel in facts.chains}
    if made.node_tree is not None:
        _own_groups(made.node_tree)
        for node in list(image_nodes(made.node_tree)):
            if is_readable(node.image):
                node.image = yield from shelf.fitting(node.image, node.image in colors)
            else:
                _take_out(node)
    return made


def _take_out(node: bpy.types.Node) -> None:
    """Removes a lost picture; what it was linked to takes what stands in for it."""
    tree: Any = node.id_data
    for socket in [link.to_socket for outlet in node.outputs for link in outlet.links]:
        if socket.type == "RGBA":
            put(tree, without_picture(socket), socket)
    tree.nodes.remove(node)


def _own_groups(tree: bpy.types.NodeTree, depth: int = 0) -> None:
    """Gives groups with pictures trees of their own, so that the artist's stay as they are."""
    for node in tree.nodes:
        if node.type == "GROUP" and node.node_tree is not None and depth < 8 and any(image_nodes(node.node_tree)):
            node.node_tree = node.node_tree.copy()
            _own_groups(node.node_tree, depth + 1)
