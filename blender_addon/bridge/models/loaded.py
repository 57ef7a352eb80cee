"""The trained models, loaded on first use and then kept for as long as Blender runs.

Where the artist has trained weights and put them to use, those are loaded in place of the shipped ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from ml_core.errors import AtelierError

from ..jobs.remedies import FixableError, Remedy
from . import own as own_models

if TYPE_CHECKING:
    from ml_core.inference.language.model import LanguageModel
    from ml_core.inference.recognition.objects import ObjectRecognizer
    from ml_core.inference.recognition.scenes import SceneKindModel
    from ml_core.inference.textures.generator import TextureGenerator


Model = TypeVar("Model")

_SHIPPED = {"textures": Remedy.SHIPPED_TEXTURES, "objects": Remedy.SHIPPED_OBJECTS}


@cache
def texture_generator() -> TextureGenerator:
    """Raises :class:`ml_core.errors.AtelierError` when its weights are missing or damaged; so do the others."""
    from ml_core.inference.textures.generator import TextureGenerator

    own = own_models.weights("textures")
    return TextureGenerator.load() if own is None else _own("textures", lambda: TextureGenerator.load(own))


@cache
def object_recognizer() -> ObjectRecognizer:
    from ml_core.inference.recognition.objects import ObjectRecognizer

    own = own_models.weights("objects")
    return ObjectRecognizer.load() if own is None else _own("objects", lambda: ObjectRecognizer.load(own))


@cache
def scene_kind_model() -> SceneKindModel:
    from ml_core.inference.recognition.scenes import SceneKindModel

    return SceneKindModel.load()


@cache
def language_model() -> LanguageModel:
    from ml_core.inference.language.model import LanguageModel

    return LanguageModel.load()


def _own(what: str, load: Callable[[], Model]) -> Model:
    """The artist's own weights; where they are damaged, the way back to the shipped ones comes with the error."""
    try:
        return load()
    except AtelierError as error:
        raise FixableError(str(error), _SHIPPED[what]) from error


def forget() -> None:
    """Loads what the artist can replace anew, the next time that it is asked for."""
    texture_generator.cache_clear()
    object_recognizer.cache_clear()
