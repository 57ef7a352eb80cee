"""The sentence beside the sliders: it takes precedence for the traits that it names."""

from __future__ import annotations

from functools import lru_cache

from ml_core.errors import AtelierError
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.models import loaded as models


@lru_cache(maxsize=16)
def named_traits(sentence: str) -> tuple[str, ...]:
    """The traits that ``sentence`` names, in the order of :class:`AvatarTraits`; takes well under a millisecond."""
    if not sentence.strip():
        return ()
    try:
        return tuple(models.language_model().describe(sentence).to_dict())
    except AtelierError:  # said when the avatar is made
        return ()


def without_named(sliders: AvatarTraits, sentence: str) -> AvatarTraits:
    """``sliders`` without the traits that ``sentence`` names."""
    return sliders.replace(**dict.fromkeys(named_traits(sentence)))
