"""Atelier's models and geometry: numpy in, numpy out, without Blender; torch only under networks/ and training/."""

from ml_core.errors import AtelierError, InputError
from ml_core.inference.language_model import LanguageModel
from ml_core.inference.object_recognizer import ObjectRecognizer, Recognition
from ml_core.inference.texture_generator import TextureGenerator, TextureMaps
from ml_core.vocabulary.traits import AvatarTraits

__version__ = "0.1.0"

__all__ = [
    "AtelierError",
    "AvatarTraits",
    "InputError",
    "LanguageModel",
    "ObjectRecognizer",
    "Recognition",
    "TextureGenerator",
    "TextureMaps",
]
