"""Plans a crowd as jobs: people sampled from a distribution, no two of them alike.

A distribution is a JSON object of traits (:class:`ml_core.vocabulary.traits.AvatarTraits`). A number is sampled from a
normal or a uniform distribution, anything else by weights; traits that are not named are sampled as usual, from
measured people:

    {"age": {"mean": 42, "deviation": 18}, "height": {"low": 1.55, "high": 1.9},
     "outfit": {"casual": 3, "business": 1}, "skin": {"#8d5524": 1, "#f1c27d": 2}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_lab
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.geometry.body.people.described import described_body
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.records import is_number
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.traits import COLOR_TRAITS, MAX_SEED, OUTFITS, RANGES, AvatarTraits
from scripts.batches.jobs import GenerateJob
from scripts.lib.crowd import Each

ALIKE = 3.0
"""Least distance of two people, in steps that an eye just sees (:func:`features`)."""
_STEPS = {"presentation": 0.1, "age": 2.0, "height": 0.01, "weight": 0.04, "muscle": 0.06}
"""What of a trait makes one step: a difference that is just seen side by side."""
_SLIDER_STEP, _COLOR_STEP, _CHOICE = 0.15, 2.3, 6.0
"""Of a slider; CIE76 of a color (Mahy et al. 1994); what another outfit or hair style counts for, in steps."""
_NUMBERS = (("mean", "deviation"), ("low", "high"))
_CHOICES = (*COLOR_TRAITS, "outfit", "hair_style", "beard")


@dataclass(frozen=True)
class Crowd:
    """The jobs of a crowd, and the similarity of its two most similar people.

    ``nearest`` is their distance in just noticeable differences, infinite for one person; ``pair`` their ids;
    ``passed_over`` the number of seeds left out as too similar to another person.
    """

    jobs: list[GenerateJob]
    nearest: float
    pair: tuple[str, str]
    passed_over: int


def read_distribution(path: Path) -> dict[str, dict[str, float]]:
    """The distribution of a file.

    Raises:
        InputError: it is not a JSON object of traits, or a value is not a distribution; the message names the trait.
    """
    values = read_json(path, str(path))
    for name, entry in values.items():
        what = f"{path}: {name}"
        if not isinstance(entry, Mapping) or not entry or not all(is_number(value) for value in entry.values()):
            raise InputError('{what}: expected numbers, such as {{"mean": 40, "deviation": 15}}', what=what)
        if name in RANGES:
            if not any(set(entry) == set(kind) for kind in _NUMBERS):
                raise InputError('{what}: give "mean" and "deviation", or "low" and "high"', what=what)
            low, high = RANGES[name]
            if "low" in entry and not low <= entry["low"] <= entry["high"] <= high:
                raise InputError("{what}: give a range within {low:g} to {high:g}", what=what, low=low, high=high)
        elif name in _CHOICES:
            for choice in entry:
                AvatarTraits.from_dict({name: choice})
            if min(entry.values()) < 0 or sum(entry.values()) <= 0:
                raise InputError("{what}: weights are numbers from 0 up, not all of them 0", what=what)
        else:
            raise InputError(
                "{path}: {name} is not a trait to draw; those are {known}",
                path=path,
                name=name,
                known=", ".join([*RANGES, *_CHOICES]),
            )
    return values


def drawn(distribution: Mapping[str, Mapping[str, float]], seed: int) -> AvatarTraits:
    """The traits that a distribution gives to the person of a seed."""
    rng = np.random.default_rng([seed, 79])
    values: dict[str, Any] = {}
    for name, entry in sorted(distribution.items()):
        if name in RANGES:
            low, high = RANGES[name]
            number = rng.normal(entry["mean"], entry["deviation"]) if "mean" in entry else rng.uniform(*_ends(entry))
            values[name] = round(float(np.clip(number, low, high)), 4)
        else:
            weights = np.array(list(entry.values()), float)
            values[name] = str(rng.choice(list(entry), p=weights / weights.sum()))
    return AvatarTraits.from_dict(values)


def _ends(entry: Mapping[str, float]) -> tuple[float, float]:
    return entry["low"], entry["high"]


def features(requested: AvatarTraits, painted: AvatarTraits, seed: int) -> NDArray[np.float32]:
    """A person as a vector (F,), in which 1 is a just noticeable difference side by side.

    Numbers of the body, sliders, colors in CIELAB, and choices as one-hot codes.
    """
    body = described_body(requested, painted, seed)
    numbers = [body.known(name) / step for name, step in _STEPS.items()]
    sliders = [value / _SLIDER_STEP for _, value in sorted(body.sliders.items())]
    colors = [srgb_to_lab(hex_to_srgb(getattr(painted, name))) / _COLOR_STEP for name in COLOR_TRAITS]
    worn, hair = _code(painted.outfit, OUTFITS), _code(painted.hair_style, HAIR_STYLES)
    return np.concatenate([numbers, sliders, *colors, worn, hair]).astype(np.float32)


def _code(choice: str | None, choices: Iterable[str]) -> NDArray[np.float64]:
    """A one-hot code, scaled so that two different choices are :data:`_CHOICE` apart."""
    return np.array([choice == item for item in choices], float) * _CHOICE / np.sqrt(2)


def draw_crowd(count: int, seed: int, size: int, each: Each, distribution: Mapping[str, Mapping[str, float]]) -> Crowd:
    """``count`` people with seeds from ``seed`` up, without those too similar to an earlier one.

    Raises:
        InputError: ``count`` is out of range, or the distribution leaves too little room for so many.
    """
    if not 1 <= count <= 1_000_000 or not 0 <= seed <= MAX_SEED - 2 * count:
        raise InputError("--count {count}: give 1 to 1000000, and a seed that leaves room for them", count=count)
    generator = TextureGenerator.load()
    known = np.empty((0, 0), np.float32)
    jobs: list[GenerateJob] = []
    nearest, pair, passed = float("inf"), ("", ""), 0
    for requested, number, vector in _candidates(generator, seed, distribution):
        if not jobs:
            known = np.empty((count, len(vector)), np.float32)
        there = known[: len(jobs)]
        distances = np.sqrt(((there - vector) ** 2).sum(axis=1))
        least = int(distances.argmin()) if jobs else -1
        if jobs and distances[least] < ALIKE:
            passed += 1
            if passed > 9 * count:
                raise InputError("the distribution leaves no room for {count} people who differ; widen it", count=count)
            continue
        name = f"p{len(jobs) + 1:0{max(5, len(str(count)))}d}"
        if jobs and distances[least] < nearest:
            nearest, pair = float(distances[least]), (jobs[least].id, name)
        known[len(jobs)] = vector
        jobs.append(GenerateJob(name, traits=requested.to_dict(), seed=number, size=size, each=each))
        if len(jobs) == count:
            break
    return Crowd(jobs, nearest, pair, passed)


def _candidates(
    generator: TextureGenerator, seed: int, distribution: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[AvatarTraits, int, NDArray[np.float32]]]:
    while True:
        requested = drawn(distribution, seed)
        painted = generator.resolve(requested, seed)
        yield requested, seed, features(requested, painted, seed)
        seed += 1
