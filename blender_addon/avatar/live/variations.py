"""A grid of small pictures of how an avatar could look with other seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy
import bpy.utils.previews
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.people.described import described_body
from ml_core.inference.taste import Taste, look
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.inference.textures.portrait import Sitter, portrait
from ml_core.vocabulary.avatar.irises import DEFAULT_EYE
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge import session
from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.models import loaded as models
from ...bridge.models import remembered
from ..body.hair import DEFAULT_HAIR
from ..people import named_garments
from ..stored import stored_traits
from ..surface.layers import LayeredPreview, LayerStack
from ..surface.paint_sources import UNDERWEAR, Skin
from ..wardrobe.fitting import decent

PICTURE = 96
CANDIDATES = 240
"""Variations that suggestions are chosen from."""
_CURIOSITY = 0.15
KEPT_BY_OTHERS = ("outfit", "presentation", "age", "height", "weight")
"""What another person keeps: roughly the body, and the kind of clothes."""


@dataclass(frozen=True)
class Variation:
    """One picture of the grid with its seed and traits."""

    seed: int
    traits: AvatarTraits
    icon: int
    reason: str | None = None
    """The trait for which it was suggested."""


@dataclass
class ShownVariations:
    """The displayed variations, by the ``session_uid`` of their avatars, and their pictures."""

    previews: Any = None
    shown: dict[int, list[Variation]] = field(default_factory=dict)

    def end(self) -> None:
        if self.previews is not None:
            bpy.utils.previews.remove(self.previews)


def _state() -> ShownVariations:
    return session.part(ShownVariations)


def variations_of(avatar: bpy.types.Object) -> list[Variation]:
    """The grid of an avatar; empty until :func:`variations_job` has made one."""
    return _state().shown.get(avatar.session_uid, [])


def variations_job(
    avatar: bpy.types.Object, count: int, first_seed: int, same_traits: bool, suggested: bool = False
) -> Job:
    """Paint ``count`` variations of an avatar with seeds from ``first_seed`` up, and show them as small pictures.

    With ``same_traits`` only what the seed determines beyond the traits changes; without, colors are resampled too.
    ``suggested`` samples many more and shows those that best match the artist's choices so far.
    """
    traits, _ = stored_traits(avatar)
    uid, name, stack = avatar.session_uid, avatar.name, LayerStack.of(avatar)
    yield Progress(0, count, "Loading the texture generator")
    generator = yield InThread(models.texture_generator)
    kept = traits if same_traits else AvatarTraits(**{other: getattr(traits, other) for other in KEPT_BY_OTHERS})
    seeds, taste = list(range(first_seed, first_seed + count)), Taste.of([])
    if suggested:
        seeds, taste = yield InThread(lambda: _suggested(generator, kept, count, first_seed))
    made: list[tuple[int, AvatarTraits, NDArray[np.float32]]] = []
    for number, seed in enumerate(seeds):
        yield Progress(number, count, "Painting variations")
        resolved = generator.resolve(kept, seed)

        def picture(resolved: AvatarTraits = resolved, seed: int = seed) -> NDArray[np.float32]:
            body = body_model().person(described_body(resolved, resolved, seed))
            color = LayeredPreview(generator.quick_look(resolved, seed), stack).of(Skin(body.traits))
            return portrait(color, _sitter(resolved, body, seed), PICTURE)

        made.append((seed, resolved, (yield InThread(picture))))
    _show(uid, made, taste)
    return {
        "object": name,
        "variations": [{"seed": seed, "traits": item.to_dict()} for seed, item, _ in made],
    }


def _suggested(generator: TextureGenerator, kept: AvatarTraits, count: int, first_seed: int) -> tuple[list[int], Taste]:
    """Seeds of the variations that best match the stored choices, and the taste that ranked them."""
    known = remembered.choices()
    taste = Taste.of(known)
    seeds = range(first_seed, first_seed + CANDIDATES)
    looks = np.stack([look(generator.resolve(kept, seed), seed) for seed in seeds])
    rng = np.random.default_rng([first_seed, len(known)])
    return [seeds[index] for index in taste.proposals(looks, count, rng, _CURIOSITY)], taste


def _sitter(traits: AvatarTraits, person: Person, seed: int) -> Sitter:
    """The person in a picture: who the avatar would become by wearing the variation."""
    return Sitter(
        person,
        traits.eye or DEFAULT_EYE,
        traits.hair or DEFAULT_HAIR,
        traits.hair_style or "none",
        seed,
        decent(named_garments(traits, traits, seed), person.traits),
        traits.top or UNDERWEAR,
    )


def _show(uid: int, made: list[tuple[int, AvatarTraits, NDArray[np.float32]]], taste: Taste) -> None:
    state = _state()
    if state.previews is None:
        state.previews = bpy.utils.previews.new()
    shown = []
    for number, (seed, traits, pixels) in enumerate(made):
        key = f"{uid}/{number}"
        preview = state.previews[key] if key in state.previews else state.previews.new(key)
        preview.image_size = preview.icon_size = (PICTURE, PICTURE)
        rgba = np.ones((PICTURE, PICTURE, 4), np.float32)
        rgba[..., :3] = pixels
        flat = np.ascontiguousarray(rgba[::-1]).ravel().tolist()
        preview.image_pixels_float = preview.icon_pixels_float = flat
        shown.append(Variation(seed, traits, preview.icon_id, taste.reason(traits, seed)))
    state.shown[uid] = shown
