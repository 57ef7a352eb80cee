"""Tastes are learned from few choices."""

from __future__ import annotations

import numpy as np

from ml_core.inference.taste import Choice, Taste, look
from ml_core.vocabulary.traits import AvatarTraits


def person(number: int) -> AvatarTraits:
    rng = np.random.default_rng(number)
    red = rng.random() < 0.3
    return AvatarTraits(
        hair="#a03010" if red else "#20160f",
        age=float(rng.uniform(20, 80)),
        top=f"#{rng.integers(1 << 24):06x}",
    )


def test_who_keeps_red_hair_is_shown_more_of_it_and_told_why() -> None:
    people = [person(number) for number in range(300)]
    red = np.array([one.hair == "#a03010" for one in people])
    taste = Taste.of([Choice(people[n], n, bool(red[n])) for n in range(12)])
    looks = np.stack([look(one, n) for n, one in enumerate(people)])[50:]
    grid = taste.proposals(looks, 9, np.random.default_rng(1), 0.1)
    assert red[50:][grid].mean() >= 2 * red.mean()
    assert len(set(grid)) == 9
    first = 50 + grid[0]
    assert taste.reason(people[first], first) == "hair"
    assert taste.likes(looks)[red[50:]].mean() > taste.likes(looks)[~red[50:]].mean() + 0.2


def test_without_choices_nothing_is_known() -> None:
    taste = Taste.of([])
    looks = np.stack([look(person(n), n) for n in range(20)])
    assert np.allclose(taste.likes(looks), 0.5)
    assert taste.reason(person(1), 1) is None
    assert sorted(taste.proposals(looks, 99, np.random.default_rng(0))) == list(range(20))


def test_what_was_passed_over_says_less_than_a_reject() -> None:
    one = person(3)
    features = look(one, 3)[None]
    rejected = Taste.of([Choice(one, 3, False)]).likes(features)[0]
    passed = Taste.of([Choice(one, 3, False, 0.25)]).likes(features)[0]
    assert rejected < passed < 0.5


def test_open_traits_are_in_the_middle() -> None:
    assert np.isfinite(look(AvatarTraits(), 5)).all()
    assert np.array_equal(look(AvatarTraits(), 5), look(AvatarTraits(), 5))
    assert not np.array_equal(look(AvatarTraits(), 5), look(AvatarTraits(), 6))
