"""Which outfit single garments belong to."""

from __future__ import annotations

import pytest

from ml_core import AvatarTraits, TextureGenerator
from ml_core.inference.textures.edits import dressed_as
from ml_core.vocabulary.avatar.outfits import fitting_outfit


@pytest.mark.parametrize(
    ("garments", "outfit"),
    [
        (["blazer", "glasses"], "business"),
        (["field_jacket", "jeans"], "casual"),
        (["lab_coat"], "medical"),
        (["cargo_trousers", "field_jacket"], "military"),
        (["jeans"], "casual"),
        (["hat"], None),
        ([], None),
    ],
)
def test_garments_tell_the_outfit(garments: list[str], outfit: str | None) -> None:
    assert fitting_outfit(garments) == outfit


def test_a_jacket_of_a_suit_does_not_come_with_combat_trousers() -> None:
    generator = TextureGenerator.load()
    traits = AvatarTraits(garments=("blazer",))
    assert {generator.resolve(traits, seed).outfit for seed in range(12)} == {"business"}
    assert generator.resolve(traits.replace(outfit="military"), 0).outfit == "military", "as it was said"


def test_the_clothes_of_another_are_of_their_fabric() -> None:
    worn = AvatarTraits(garments=("blazer",), cloths={"blazer": {"fabric": "tweed"}}, outfit="business")
    own = AvatarTraits(cloths={"boots": {"color": "#112233"}})
    assert dressed_as(own, worn, 3).cloths == worn.cloths
