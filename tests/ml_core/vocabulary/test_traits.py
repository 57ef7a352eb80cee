from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core import AvatarTraits, InputError
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.scene.labels import GROUP_OF, GROUPS, LABELS
from ml_core.vocabulary.traits import COLOR_TRAITS, OUTFITS, RANGES

COLOR = re.compile(r"#[0-9a-fA-F]{6}")

colors = st.none() | st.from_regex(r"\A#[0-9a-f]{6}\Z")
traits = st.builds(
    AvatarTraits,
    **{name: colors for name in COLOR_TRAITS},
    outfit=st.none() | st.sampled_from(OUTFITS),
    hair_style=st.none() | st.sampled_from(list(HAIR_STYLES)),
    outfit_seed=st.none() | st.integers(0, 2**31 - 1),
    **{name: st.none() | st.floats(low, high) for name, (low, high) in RANGES.items()},
)


@given(traits)
def test_json_round_trip(requested: AvatarTraits) -> None:
    assert AvatarTraits.from_json(requested.to_json()) == requested


@given(st.text().filter(lambda text: not COLOR.fullmatch(text)))
def test_any_other_text_is_not_a_color(text: str) -> None:
    with pytest.raises(InputError, match=r"^skin: "):
        AvatarTraits(skin=text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("outfit", "pirate"),
        ("presentation", 1.5),
        ("height", 3),
        ("build", True),
        ("truncation", 2.5),
        ("outfit_seed", -1),
        ("outfit_seed", 1.0),
        ("top", "red"),
        ("height", float("nan")),
    ],
)
def test_bad_value_names_its_trait(name: str, value: object) -> None:
    with pytest.raises(InputError, match=f"^{name}: "):
        AvatarTraits(**{name: value})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"hat": 1}', '{"skin": 3}'])
def test_bad_json_is_a_plain_error(text: str) -> None:
    with pytest.raises(InputError):
        AvatarTraits.from_json(text)


def test_every_label_is_in_one_group() -> None:
    assert len(LABELS) == len(set(LABELS)) == sum(map(len, GROUPS.values())) == len(GROUP_OF)


def test_hair_styles_are_checked_and_older_traits_have_none():
    assert AvatarTraits.from_json('{"hair": "#203040"}').hair_style is None
    assert AvatarTraits.from_json('{"hair_style": "bun"}').to_dict() == {"hair_style": "bun"}
    with pytest.raises(InputError, match="quaff"):
        AvatarTraits(hair_style="quaff")
