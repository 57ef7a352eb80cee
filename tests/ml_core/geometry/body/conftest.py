"""People of the built-in body that several tests look at."""

from __future__ import annotations

import pytest

from ml_core.geometry.body.model import BodyModel, Person, body_model
from ml_core.geometry.body.traits import BodyTraits


@pytest.fixture(scope="session")
def model() -> BodyModel:
    return body_model()


@pytest.fixture(scope="session")
def people(model: BodyModel) -> dict[str, Person]:
    """A girl of 8, a heavy man, an old woman and a tall muscular man, all of them drawn by a seed otherwise."""
    traits = {
        "girl": BodyTraits(presentation=1, age=8),
        "heavy": BodyTraits(presentation=0, age=45, weight=1, height=1.66),
        "old": BodyTraits(presentation=1, age=88, weight=0.2),
        "tall": BodyTraits(presentation=0.1, age=25, muscle=1, height=2.1),
    }
    return {name: model.person(person, seed) for seed, (name, person) in enumerate(traits.items())}
