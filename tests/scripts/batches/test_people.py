"""Crowds as jobs: drawn by a distribution, each other's unlike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import InputError
from scripts.batches.people import ALIKE, draw_crowd, drawn, read_distribution


def test_a_distribution_is_followed() -> None:
    wanted = {
        "age": {"mean": 40.0, "deviation": 10.0},
        "height": {"low": 1.6, "high": 1.7},
        "outfit": {"casual": 3.0, "business": 1.0},
    }
    people = [drawn(wanted, seed) for seed in range(600)]
    ages = np.array([one.age for one in people])
    heights = np.array([one.height for one in people])
    assert abs(ages.mean() - 40) < 2
    assert abs(ages.std() - 10) < 1.5
    assert heights.min() >= 1.6
    assert heights.max() <= 1.7
    assert abs(np.mean([one.outfit == "casual" for one in people]) - 0.75) < 0.06
    assert drawn(wanted, 5) == people[5]


def test_no_two_are_alike() -> None:
    crowd = draw_crowd(60, 0, 256, "glb", {})
    assert len({job.id for job in crowd.jobs}) == 60
    assert crowd.nearest >= ALIKE
    assert crowd.jobs == draw_crowd(60, 0, 256, "glb", {}).jobs


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "object"),
        ('{"horns": {"low": 1, "high": 2}}', "horns"),
        ('{"age": {"low": 1, "high": 2}}', "range"),
        ('{"age": {"mean": 40}}', "deviation"),
        ('{"outfit": {"armor": 1}}', "armor"),
        ('{"skin": {"#8d5524": 0}}', "weights"),
        ('{"skin": ["#8d5524"]}', "numbers"),
    ],
)
def test_a_wrong_distribution_says_which_trait(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "ages.json").write_text(text)
    with pytest.raises(InputError, match=reason):
        read_distribution(tmp_path / "ages.json")
    (tmp_path / "ages.json").write_text(json.dumps({"age": {"low": 20, "high": 60}}))
    assert read_distribution(tmp_path / "ages.json")["age"]["high"] == 60
