"""Crowds and the small pictures of people."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ml_core import AvatarTraits, InputError, TextureGenerator
from ml_core.color import hex_to_srgb
from ml_core.inference.textures.people import Person, crowd, people_csv
from ml_core.inference.textures.portrait import BACKDROP, portrait


@pytest.fixture(scope="module")
def generator() -> TextureGenerator:
    return TextureGenerator.load()


def test_fifty_different_people(generator: TextureGenerator) -> None:
    people = list(crowd(generator, 50, seed=100))
    assert len({person.name for person in people}) == 50
    assert len({person.traits.to_json() for person in people}) == 50
    assert len({person.traits.skin for person in people}) > 25
    assert [person.seed for person in people] == list(range(100, 150))
    assert {person.traits.outfit for person in people} > {"casual", "business"}


def test_a_person_comes_back_from_the_line(generator: TextureGenerator) -> None:
    person = list(crowd(generator, 3, seed=7, asked=AvatarTraits(outfit="medical")))[2]
    again = Person.from_json(person.to_json())
    assert again == person
    one = generator.generate(AvatarTraits(outfit="medical"), seed=9, size=64)
    other = generator.generate(again.traits, seed=again.seed, size=64)
    assert one.traits == other.traits == person.traits
    assert np.array_equal(one.base_color, other.base_color)


def test_the_table_has_a_row_each(generator: TextureGenerator) -> None:
    people = list(crowd(generator, 4))
    rows = list(csv.DictReader(io.StringIO(people_csv(people))))
    assert [row["name"] for row in rows] == [person.name for person in people]
    assert rows[1]["skin"] == people[1].traits.skin


@pytest.mark.parametrize("line", ["", "[]", '{"name": "A"}', '{"name": "A", "seed": -1, "traits": {}}'])
def test_a_bad_line_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="people"):
        Person.from_json(line)


@pytest.mark.parametrize("count", [0, 10**6])
def test_a_crowd_has_its_limits(generator: TextureGenerator, count: int) -> None:
    with pytest.raises(InputError, match="count"):
        list(crowd(generator, count))


def test_a_portrait_shows_the_skin_the_hair_and_two_eyes() -> None:
    color = np.tile(np.asarray(hex_to_srgb("#c08060"), np.float32), (256, 256, 1))
    color[:24, :128] = (0.1, 0.3, 0.1)
    picture = portrait(color, 96, eye="#2040ff")
    assert picture.shape == (96, 96, 3)
    assert np.allclose(picture[2, 2], BACKDROP, atol=1e-3)
    middle = picture[50, 48]
    assert middle[0] > middle[1] > middle[2]
    assert picture[8:14, 46:50, 1].mean() > picture[8:14, 46:50, 0].mean()
    blue = picture[..., 2] > 1.25 * picture[..., 0]
    columns = np.argwhere(blue)[:, 1]
    assert (columns < 46).any()
    assert (columns > 50).any()
