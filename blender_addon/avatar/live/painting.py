"""The painting of live editing: the base color at once while a slider moves, all maps at full resolution when it rests.

:func:`previewed` and :func:`painted` run in a worker thread. They return the steps that put the pixels into Blender's
images, which the main thread takes one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.transfer import AtlasMap
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, MAPPED_SIZES
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.jobs.steps import Progress, run_to_end
from ...bridge.models import loaded as models
from ..body.targets import Body, find_targets_job
from ..own_data import worn_image
from ..surface.fabrics import prepare_color, wear_fabric
from ..surface.images import pngs_of, rgba_of, show_pixels, store_png
from ..surface.layers import LayeredMaps, LayeredPreview, LayerStack
from ..surface.paint_sources import Fabric, Skin, takes_paint
from ..surface.texturing import MapSource, image_role, map_sources, painted_images, store_part
from ..wardrobe.objects import GarmentInfo, garment_info

Step = Callable[[], object]
"""Something short for the main thread."""
HairChange = Callable[[], list[Step]] | None


@dataclass
class LiveTarget:
    """The avatar that is being edited, and the data read from it at the start."""

    armature: bpy.types.Object
    sources: list[MapSource]
    bodies: list[Body]
    dyed: list[tuple[Body, GarmentInfo]]
    size: int
    eye: str | None
    layers: LayerStack
    colors: dict[int, str] = field(default_factory=dict)
    """What garments were dyed in since, by their session_uid."""

    @classmethod
    def of(cls, armature: bpy.types.Object, eye: str | None) -> LiveTarget:
        """Reads an avatar in one go."""
        return run_to_end(cls.reading(armature, eye))

    @classmethod
    def reading(cls, armature: bpy.types.Object, eye: str | None) -> Generator[Progress, Any, LiveTarget]:
        """Reads an avatar, one mesh per step."""
        # After an undo, objects have no place in the world until they are evaluated; a body that is read without one
        # wears the texture of another place.
        bpy.context.view_layer.update()
        step = Progress(0, 1, "Putting the texture on")
        found = yield from find_targets_job(armature, step)
        yield step
        sources = map_sources(armature, found)
        stack = LayerStack.of(armature)
        infos = [(body, garment_info(body.obj)) for body in found.garments if not takes_paint(body.paint, stack)]
        dyed = [(body, info) for body, info in infos if info is not None]
        return cls(armature, sources, found.bodies, dyed, _image_size(sources), eye, stack)

    def show_skin_of(self, body: BodyTraits) -> None:
        """From now on, paint the plain clothes of these traits."""
        self.sources = [
            replace(source, paint=Skin(body)) if isinstance(source.paint, Skin) else source for source in self.sources
        ]


def previewed(target: LiveTarget, traits: AvatarTraits, seed: int, hair: HairChange) -> list[Step]:
    """Off the main thread: the base color alone, at the network's resolution, and the hair."""
    preview = LayeredPreview(models.texture_generator().quick_look(traits, seed), target.layers)
    steps: list[Step] = []
    for source in target.sources:
        atlas = preview.of(source.paint)
        pixels = source.atlas_map(target.size).gather(atlas.shape[0])(atlas)
        pixels = source.paint.finished({"BC": pixels})["BC"]
        if source.tile:
            steps.append(partial(store_part, source.body, source.suffix, source.tile, "BC", pixels, False))
        else:
            steps.append(partial(_show, source, rgba_of(pixels)))
    return steps + _dyeing(target, traits) + (hair() if hair is not None else [])


def painted(target: LiveTarget, traits: AvatarTraits, seed: int, hair: HairChange) -> list[Step]:
    """Off the main thread: all maps at full resolution."""
    maps = models.texture_generator().generate(traits, seed=seed, size=target.size)
    layered = LayeredMaps(maps, target.layers)
    steps: list[Step] = []
    for source in target.sources:
        atlas_map: AtlasMap = source.atlas_map(target.size)
        pictures = source.paint.finished(painted_images(atlas_map, layered.of(source.paint)))
        if source.tile or source.folder is not None:
            steps += [partial(_store, source, kind, pixels) for kind, pixels in pictures.items()]
        else:
            steps += [partial(_store_packed, source, kind, png) for kind, png in pngs_of(pictures).items()]
    steps += _dyeing(target, traits)
    if hair is not None:
        # In one go: what is left of a full painting is dropped when the slider moves again.
        steps.append(partial(_all, hair()))
    if target.eye != traits.eye:
        target.eye = traits.eye
        steps += [paint(maps.traits) for source in target.sources[:1] for paint in source.eyes]
    return steps


def _all(steps: list[Step]) -> None:
    for step in steps:
        step()


def _dyeing(target: LiveTarget, traits: AvatarTraits) -> list[Step]:
    """Steps for the garments whose color changes: most sliders change none."""
    steps: list[Step] = []
    for body, info in target.dyed:
        assert isinstance(body.paint, Fabric)
        color = body.paint.dye(traits)
        if target.colors.get(body.obj.session_uid) != color:
            prepare_color(info, color)
            steps.append(partial(_dye, target, body.obj, color))
    return steps


def _dye(target: LiveTarget, obj: bpy.types.Object, color: str) -> None:
    wear_fabric(obj, color)
    target.colors[obj.session_uid] = color


def _show(source: MapSource, rgba: NDArray[np.float32]) -> None:
    show_pixels(image_role(source.suffix, "BC"), rgba, source.body)


def _store(source: MapSource, kind: str, pixels: NDArray[np.float32]) -> None:
    store_part(source.body, source.suffix, source.tile, kind, pixels, True, source.folder)


def _store_packed(source: MapSource, kind: str, png: bytes) -> None:
    store_png(image_role(source.suffix, kind), png, color=kind == "BC", owner=source.body)


def _image_size(sources: list[MapSource]) -> int:
    """The size of the images that the avatar wears."""
    for source in sources:
        image = worn_image(source.body, image_role(source.suffix, "BC"))
        if image is not None and image.size[0] in MAPPED_SIZES:
            return int(image.size[0])
    return DEFAULT_SIZE
