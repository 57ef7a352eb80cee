"""Each fact stands in one registry; every consumer that lacks an entry is named here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields

import pytest

from ml_core.datasets.textures import regions as region_rules
from ml_core.geometry.hair.styles import BUILDERS
from ml_core.inference.language.lexicon import Lexicon
from ml_core.inference.textures.sampling import resolve_traits
from ml_core.networks.generator import CONTRAST
from ml_core.vocabulary.avatar.hair.hair_styles import DEFAULT_HAIR_STYLE, HAIR_STYLES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.avatar.stature import DRAWN_HEIGHT, REFERENCE_HEIGHT, SPOKEN_MEAN_HEIGHT
from ml_core.vocabulary.choices import Choice, translations
from ml_core.vocabulary.targets import DEFAULT_TARGET, TARGETS
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, GENERATED_SIZES, MAPPED_SIZES, OFFERED_SIZES
from ml_core.vocabulary.traits import COLOR_REGIONS, COLOR_TRAITS, OUTFITS, RANGES, REGIONS, SHOWN_TRAITS, AvatarTraits
from ml_core.vocabulary.words import commands_en, commands_zh, descriptions_en, descriptions_zh

WITH_STRANDS = [style.id for style in HAIR_STYLES.values() if style.has_strands]

CONSUMERS: dict[str, tuple[Collection[object], Callable[[], Collection[object]]]] = {
    "targets: English words": (TARGETS, lambda: [key for key, words in commands_en.TARGETS.items() if words]),
    "targets: Chinese words": (TARGETS, lambda: commands_zh.TARGETS),
    "targets: lexicon": (TARGETS, lambda: [one.value for one in Lexicon().english.values() if one.role == "target"]),
    "hair styles: English words": (HAIR_STYLES, lambda: [k for k, v in descriptions_en.HAIR_STYLES.items() if v]),
    "hair styles: Chinese words": (HAIR_STYLES, lambda: [k for k, v in descriptions_zh.HAIR_STYLES.items() if v]),
    "hair styles: strands": (WITH_STRANDS, lambda: BUILDERS),
    "hair styles: drawn by the seed": (WITH_STRANDS, lambda: [k for k, v in HAIR_STYLES.items() if max(v.shares) > 0]),
    "outfits: English words": (OUTFIT_KINDS, lambda: [k for k, v in descriptions_en.OUTFITS.items() if v]),
    "outfits: Chinese words": (OUTFIT_KINDS, lambda: [k for k, v in descriptions_zh.OUTFITS.items() if v]),
    "outfits: traits": (OUTFIT_KINDS, lambda: OUTFITS),
    "regions: traits": (COLOR_REGIONS, lambda: COLOR_TRAITS),
    "regions: colors of the dataset": (COLOR_REGIONS, lambda: region_rules._SPREAD),
    "regions: roughness": (REGIONS, lambda: region_rules._ROUGHNESS),
    "regions: contrast of the network": (range(len(REGIONS)), lambda: range(len(CONTRAST))),
    "trait ranges: traits": (RANGES, lambda: [field.name for field in fields(AvatarTraits)]),
    "shown traits: traits": (SHOWN_TRAITS, lambda: [field.name for field in fields(AvatarTraits)]),
    "sizes: generator": (list(map(int, OFFERED_SIZES)), lambda: GENERATED_SIZES),
    "sizes: own images": (list(map(int, OFFERED_SIZES)), lambda: MAPPED_SIZES),
    "mean heights: words": (DRAWN_HEIGHT, lambda: SPOKEN_MEAN_HEIGHT),
    "mean heights: words without a presentation": (descriptions_en.PRESENTATION, lambda: SPOKEN_MEAN_HEIGHT),
}
"""By what it is about and who uses it: the registry's entries, and those that the consumer has."""


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_every_consumer_has_every_entry(consumer: str) -> None:
    entries, found = CONSUMERS[consumer]
    assert [entry for entry in entries if entry not in found()] == []


@pytest.mark.parametrize("registry", [TARGETS, HAIR_STYLES, OUTFIT_KINDS, OFFERED_SIZES], ids=lambda r: next(iter(r)))
def test_choices_have_texts_in_both_languages(registry: dict[str, Choice]) -> None:
    for key, choice in registry.items():
        assert key == choice.id
        assert all((choice.title, choice.title_zh, choice.description))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in choice.description_zh)
    assert {choice.description for choice in registry.values()} <= translations(registry).keys()


def test_defaults_are_entries() -> None:
    assert DEFAULT_TARGET in TARGETS
    assert HAIR_STYLES[DEFAULT_HAIR_STYLE].has_strands
    assert str(DEFAULT_SIZE) in OFFERED_SIZES
    low, high = RANGES["height"]
    means = [mean for mean, _ in DRAWN_HEIGHT.values()]
    assert all(low < height < high for height in (REFERENCE_HEIGHT, *means, *SPOKEN_MEAN_HEIGHT.values()))


@pytest.mark.parametrize("presentation", [0.0, 1.0])
def test_shares_of_hair_styles_add_up(presentation: float) -> None:
    assert sum(style.shares[int(presentation)] for style in HAIR_STYLES.values()) == pytest.approx(1.0)
    statistics = {
        "people": [{"skin": "#c08c66", "hair": "#17120f", "presentation": presentation}],
        "garments": [
            {"outfit": one, "top": "#203050", "bottom": "#203050", "presentation": presentation} for one in OUTFITS
        ],
    }
    requested = AvatarTraits(presentation=presentation)
    drawn = {resolve_traits(requested, seed, statistics).hair_style for seed in range(25)}
    assert drawn <= set(WITH_STRANDS)
    assert len(drawn) > 2
