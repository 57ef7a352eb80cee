"""Atelier's models and geometry: numpy in, numpy out, without Blender; torch only under networks/ and training/."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ml_core.errors import AtelierError, InputError
from ml_core.version import __version__
from ml_core.vocabulary.traits import AvatarTraits

if TYPE_CHECKING:
    from ml_core.inference.language.model import LanguageModel
    from ml_core.inference.recognition.images import ImageRecognizer
    from ml_core.inference.recognition.objects import ObjectRecognizer, Recognition
    from ml_core.inference.recognition.scenes import SceneKindModel
    from ml_core.inference.textures.generator import TextureGenerator, TextureMaps

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
    "__version__",
]

# Imported on first use (PEP 562): switching the extension on in Blender reads the vocabulary, and must not wait for
# ONNX Runtime.
_LAZY = {
    "ImageRecognizer": "ml_core.inference.recognition.images",
    "LanguageModel": "ml_core.inference.language.model",
    "ObjectRecognizer": "ml_core.inference.recognition.objects",
    "Recognition": "ml_core.inference.recognition.objects",
    "SceneKindModel": "ml_core.inference.recognition.scenes",
    "TextureGenerator": "ml_core.inference.textures.generator",
    "TextureMaps": "ml_core.inference.textures.generator",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
