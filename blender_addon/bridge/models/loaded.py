"""The trained models, loaded on first use and then kept for as long as Blender runs.

If the artist has trained weights and activated them, those are loaded in place of the shipped ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, TypeVar

import bpy

from ml_core.errors import AtelierError
from ml_core.inference.language.model import LanguageModel
from ml_core.inference.photo.faces import FaceFinder
from ml_core.inference.photo.reading import PhotoReader
from ml_core.inference.recognition.objects import ObjectRecognizer
from ml_core.inference.recognition.scenes import SceneKindModel
from ml_core.inference.textures.generator import TextureGenerator

from .. import session
from ..jobs.modal import redraw_panels
from ..jobs.quick_fixes import FixableError, QuickFix
from . import own as own_models

Model = TypeVar("Model")

_SHIPPED = {"textures": QuickFix.SHIPPED_TEXTURES, "objects": QuickFix.SHIPPED_OBJECTS}


@dataclass
class LoadedModels:
    """Models by name, with the count of the artist's changes when they were loaded; and those currently loading."""

    models: dict[tuple[str, int], Any] = field(default_factory=dict)
    locks: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))
    loading: Thread | None = None


def _kept(name: str, load: Callable[[], Model]) -> Model:
    """The model of a name, loaded once for each choice of the artist."""
    part, key = session.part(LoadedModels), (name, own_models.changes())
    models = part.models
    if key not in models:
        with part.locks[name]:  # another thread may be loading it just now
            if key not in models:
                for older in [known for known in models if known[0] == name]:
                    del models[older]
                models[key] = load()
    return models[key]


def texture_generator() -> TextureGenerator:
    """Raises :class:`ml_core.errors.AtelierError` when its weights are missing or damaged; so do the other loaders."""

    def load() -> TextureGenerator:
        own = own_models.weights("textures")
        return TextureGenerator.load() if own is None else _own("textures", lambda: TextureGenerator.load(own))

    return _kept("textures", load)


def object_recognizer() -> ObjectRecognizer:
    def load() -> ObjectRecognizer:
        own = own_models.weights("objects")
        return ObjectRecognizer.load() if own is None else _own("objects", lambda: ObjectRecognizer.load(own))

    return _kept("objects", load)


def scene_kind_model() -> SceneKindModel:
    return _kept("scene kinds", SceneKindModel.load)


def language_model() -> LanguageModel:
    return _kept("language", LanguageModel.load)


def reads_sentences() -> bool:
    """Whether :func:`language_model` returns immediately. If not, a thread loads it for callers that must not wait,
    such as a panel, and the panels are redrawn when it is loaded."""
    part = session.part(LoadedModels)
    if bpy.app.background or ("language", own_models.changes()) in part.models:
        return True
    if part.loading is None:
        part.loading = Thread(target=_load_language, name="atelier-language", daemon=True)
        part.loading.start()
        bpy.app.timers.register(_draw_again, first_interval=0.1)
        return False
    return not part.loading.is_alive()  # it failed: whoever asks for it is told why


def _load_language() -> None:
    with suppress(AtelierError):
        language_model()


def _draw_again() -> float | None:
    loading = session.part(LoadedModels).loading
    if loading is not None and loading.is_alive():
        return 0.1
    redraw_panels(bpy.context.window_manager)
    return None


def face_finder() -> FaceFinder:
    return _kept("faces", FaceFinder.load)


def photo_reader() -> PhotoReader:
    generator = texture_generator()
    return _kept("photos", lambda: PhotoReader.load(generator))


def _own(what: str, load: Callable[[], Model]) -> Model:
    """The artist's own weights; if they are damaged, the error offers a return to the shipped ones."""
    try:
        return load()
    except AtelierError as error:
        raise FixableError(error.message, _SHIPPED[what]) from error


def forget() -> None:
    """Reload all models the next time that they are requested."""
    session.drop(LoadedModels)
