"""A grid of small pictures of how an avatar could look with other seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy
import bpy.utils.previews
import numpy as np
from numpy.typing import NDArray

from ml_core.inference.textures.portrait import portrait
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.models import loaded as models
from ..stored import stored_traits
from ..surface.layers import LayeredLook, LayerStack
from ..surface.looks import PAINTED

PICTURE = 96
KEPT_BY_OTHERS = ("outfit", "presentation", "height", "build")
"""What another person in the same body keeps: the mesh, and the kind of clothes."""


@dataclass(frozen=True)
class Variation:
    """One picture of the grid and what is behind it."""

    seed: int
    traits: AvatarTraits
    icon: int


@dataclass
class _State:
    previews: Any = None
    shown: dict[int, list[Variation]] = field(default_factory=dict)


_state = _State()


def variations_of(avatar: bpy.types.Object) -> list[Variation]:
    """The grid of an avatar; empty until :func:`variations_job` has made one."""
    return _state.shown.get(avatar.session_uid, [])


def variations_job(avatar: bpy.types.Object, count: int, first_seed: int, same_traits: bool) -> Job:
    """Paint ``count`` variations of an avatar with seeds from ``first_seed`` up, and show them as small pictures.

    With ``same_traits`` only what the seed draws beyond all traits changes; without, colours are drawn anew too.
    """
    traits, _ = stored_traits(avatar)  # type: ignore[misc]
    uid, name, stack = avatar.session_uid, avatar.name, LayerStack.of(avatar)
    yield Progress(0, count, "Loading the texture generator")
    generator = yield InThread(models.texture_generator)
    kept = traits if same_traits else AvatarTraits(**{one: getattr(traits, one) for one in KEPT_BY_OTHERS})
    made: list[tuple[int, AvatarTraits, NDArray[np.float32]]] = []
    for number in range(count):
        yield Progress(number, count, "Painting variations")
        seed = first_seed + number
        resolved = generator.resolve(kept, seed)

        def picture(resolved: AvatarTraits = resolved, seed: int = seed) -> NDArray[np.float32]:
            color = LayeredLook(generator.quick_look(resolved, seed), stack).of(PAINTED)
            return portrait(color, PICTURE, resolved.eye, resolved.presentation or 0.5)

        made.append((seed, resolved, (yield InThread(picture))))
    _show(uid, made)
    return {
        "object": name,
        "variations": [{"seed": seed, "traits": one.to_dict()} for seed, one, _ in made],
    }


def _show(uid: int, made: list[tuple[int, AvatarTraits, NDArray[np.float32]]]) -> None:
    if _state.previews is None:
        _state.previews = bpy.utils.previews.new()
    shown = []
    for number, (seed, traits, pixels) in enumerate(made):
        key = f"{uid}/{number}"
        preview = _state.previews[key] if key in _state.previews else _state.previews.new(key)
        preview.image_size = preview.icon_size = (PICTURE, PICTURE)
        rgba = np.ones((PICTURE, PICTURE, 4), np.float32)
        rgba[..., :3] = pixels
        flat = np.ascontiguousarray(rgba[::-1]).ravel().tolist()
        preview.image_pixels_float = preview.icon_pixels_float = flat
        shown.append(Variation(seed, traits, preview.icon_id))
    _state.shown[uid] = shown


def register() -> None:
    """Pictures are made when they are asked for."""


def unregister() -> None:
    if _state.previews is not None:
        bpy.utils.previews.remove(_state.previews)
    _state.previews = None
    _state.shown.clear()
