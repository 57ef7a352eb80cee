"""Crowds and the small pictures of people."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ml_core import AvatarTraits, InputError, TextureGenerator
from ml_core.color import hex_to_srgb
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.inference.textures.people import Person, crowd, people_csv
from ml_core.inference.textures.portrait import BACKDROP, Sitter, portrait


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
    person = list(crowd(generator, 3, seed=7, requested=AvatarTraits(outfit="medical")))[2]
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


def test_a_portrait_shows_the_person() -> None:
    """Skin from the atlas, eyes, hair and the top, and another face for another person."""
    color = np.tile(np.asarray(hex_to_srgb("#c08060"), np.float32), (256, 256, 1))

    def sitter(traits: BodyTraits, style: str) -> Sitter:
        return Sitter(body_model().person(traits), "#2040ff", "#105010", style, 1, ("t_shirt",), "#c01010")

    woman = portrait(color, sitter(BodyTraits(presentation=1, age=30), "bob"), 96)
    assert woman.shape == (96, 96, 3)
    assert np.allclose(woman[2, 2], BACKDROP, atol=1e-3)
    red, green, blue = woman.transpose(2, 0, 1)
    skin = (red > 1.2 * green) & (green > 1.1 * blue)
    assert skin[40:60, 44:52].mean() > 0.8
    assert (green > 1.2 * np.maximum(red, blue))[20:40].sum() > 100, "hair"
    assert (red > 3 * green)[85:].sum() > 120, "the top"
    columns = np.argwhere(blue > 1.25 * red)[:, 1]
    assert (columns < 47).any()
    assert (columns > 49).any()
    bald = portrait(color, sitter(BodyTraits(presentation=1, age=30), "none"), 96)
    assert not (bald[20:40, 30:66, 1] > 1.2 * bald[20:40, 30:66, 0]).any()
    child = portrait(color, sitter(BodyTraits(presentation=1, age=7), "none"), 96)
    assert np.abs(child - bald).mean() > 0.01
