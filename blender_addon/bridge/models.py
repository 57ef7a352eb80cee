"""The trained models, loaded on first use and then kept for as long as Blender runs.

Where the artist has trained weights and put them to use, those are loaded in place of the shipped ones.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from . import own_models

if TYPE_CHECKING:
    from ml_core.inference.language_model import LanguageModel
    from ml_core.inference.object_recognizer import ObjectRecognizer
    from ml_core.inference.scene_kind import SceneKindModel
    from ml_core.inference.texture_generator import TextureGenerator


@cache
def texture_generator() -> TextureGenerator:
    """Raises :class:`ml_core.errors.AtelierError` when its weights are missing or damaged; so do the others."""
    from ml_core.inference.texture_generator import TextureGenerator

    return TextureGenerator.load(own_models.weights("textures"))


@cache
def object_recognizer() -> ObjectRecognizer:
    from ml_core.inference.object_recognizer import SHIPPED, ObjectRecognizer

    return ObjectRecognizer.load(own_models.weights("objects") or SHIPPED)


@cache
def scene_kind_model() -> SceneKindModel:
    from ml_core.inference.scene_kind import SceneKindModel

    return SceneKindModel.load()


@cache
def language_model() -> LanguageModel:
    from ml_core.inference.language_model import LanguageModel

    return LanguageModel.load()


def forget() -> None:
    """Loads what the artist can replace anew, the next time that it is asked for."""
    texture_generator.cache_clear()
    object_recognizer.cache_clear()
