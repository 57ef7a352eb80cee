"""Atelier's models and geometry: numpy in, numpy out, without Blender; torch only under networks/ and training/."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ml_core.errors import AtelierError, InputError
from ml_core.vocabulary.traits import AvatarTraits

if TYPE_CHECKING:
    from ml_core.inference.image_recognizer import ImageRecognizer
    from ml_core.inference.language_model import LanguageModel
    from ml_core.inference.object_recognizer import ObjectRecognizer, Recognition
    from ml_core.inference.scene_kind import SceneKindModel
    from ml_core.inference.texture_generator import TextureGenerator, TextureMaps

__version__ = "0.1.0"

__all__ = [
    "AtelierError",
    "AvatarTraits",
    "ImageRecognizer",
    "InputError",
    "LanguageModel",
    "ObjectRecognizer",
    "Recognition",
    "SceneKindModel",
    "TextureGenerator",
    "TextureMaps",
]

# Imported on first use (PEP 562): switching the extension on in Blender reads the vocabulary, and must not wait for
# ONNX Runtime.
_LAZY = {
    "ImageRecognizer": "ml_core.inference.image_recognizer",
    "LanguageModel": "ml_core.inference.language_model",
    "ObjectRecognizer": "ml_core.inference.object_recognizer",
    "Recognition": "ml_core.inference.object_recognizer",
    "SceneKindModel": "ml_core.inference.scene_kind",
    "TextureGenerator": "ml_core.inference.texture_generator",
    "TextureMaps": "ml_core.inference.texture_generator",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
