"""Crowds: many different people, each of whom can be restored from one line of text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.records import is_whole
from ml_core.tables import cell
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

if TYPE_CHECKING:
    from ml_core.inference.textures.generator import TextureGenerator

# Given names that are common on several continents, and family names; any of them goes with any skin.
_FEMININE = (
    "Ada Aiko Alma Amina Anya Asha Carla Dalia Elif Emma Fatima Freya Grace Hana Ines Iris Jia Kira Lea Leila Lin "
    "Lucia Maya Mei Mira Nadia Naomi Nina Noor Olga Priya Rosa Sara Sofia Tala Uma Vera Yara Yuki Zoe"
)
_MASCULINE = (
    "Abel Adam Ali Amir Andre Anton Arjun Ben Boris Carlos Chen Dario David Elias Emil Felix Hiro Hugo Ivan Jamal Jin "
    "Joao Karim Kofi Leo Luca Malik Marco Mateo Milan Noah Omar Oscar Pablo Rafael Rohan Samuel Tariq Victor Yusuf"
)
_FAMILY = (
    "Abara Ahmed Andersen Bakker Baptiste Bauer Costa Cruz Diallo Dubois Eriksen Evans Fischer Garcia Haddad Hansen "
    "Ito Ivanova Jensen Kaplan Khan Kim Kovacs Kumar Larsen Lopez Mbeki Meyer Moreau Nakamura Novak Nowak Okafor "
    "Olsen Park Patel Petrov Reyes Rossi Sato Schmidt Silva Singh Tanaka Torres Tran Walker Wang Weber Zhang"
)


@dataclass(frozen=True)
class Person:
    """One of a crowd: the name, and what :meth:`TextureGenerator.generate` needs to make the same person again."""

    name: str
    seed: int
    traits: AvatarTraits

    @property
    def stem(self) -> str:
        """The name in the form of a file name."""
        return self.name.replace(" ", "_")

    def to_json(self) -> str:
        """The person as one line of JSON."""
        return json.dumps({"name": self.name, "seed": self.seed, "traits": self.traits.to_dict()})

    @classmethod
    def from_json(cls, line: str) -> Person:
        """The inverse of :meth:`to_json`; raises :class:`InputError` for a line that Atelier did not write."""
        try:
            values = read_json(line, "the line")
            name, seed, traits = values.get("name"), values.get("seed"), values.get("traits")
            if not isinstance(name, str) or not is_whole(seed, 0, MAX_SEED):
                raise InputError("a name and a seed are needed")
            return cls(name, seed, AvatarTraits.from_dict(traits))
        except InputError as error:
            raise InputError(
                "this is not a line of people.jsonl ({reason}): {line!r}", reason=error, line=line[:60]
            ) from error


def crowd(
    generator: TextureGenerator, count: int, seed: int = 0, requested: AvatarTraits | None = None
) -> Iterator[Person]:
    """``count`` people with seeds from ``seed`` up; what is not requested is drawn by each one's seed.

    Names are drawn by ``seed`` too and none comes twice.

    Raises:
        InputError: there are not that many names.
    """
    most = len(_FAMILY.split()) * min(len(_FEMININE.split()), len(_MASCULINE.split())) // 2
    if not 1 <= count <= most:
        raise InputError("count: {count} is not a whole number from 1 to {most}", count=count, most=most)
    taken: set[str] = set()
    for number in range(count):
        traits = generator.resolve(requested or AvatarTraits(), seed + number)
        rng = np.random.default_rng([seed + number, 77])
        given = (_FEMININE if (traits.presentation or 0.0) >= 0.5 else _MASCULINE).split()
        family = _FAMILY.split()
        name = ""
        while not name or name in taken:
            name = f"{given[rng.integers(len(given))]} {family[rng.integers(len(family))]}"
        taken.add(name)
        yield Person(name, seed + number, traits)


def people_csv(people: Iterable[Person]) -> str:
    """A table with a header: name, seed, and a column for each trait."""
    out = io.StringIO()
    columns = ["name", "seed", *AvatarTraits.__dataclass_fields__]
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for person in people:
        values = {"name": person.name, "seed": person.seed, **person.traits.to_dict()}
        writer.writerow({column: cell(value) for column, value in values.items()})
    return out.getvalue()
