from __future__ import annotations

import numpy as np
import pytest

from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.inference.recognition.objects import Recognition, softmax
from ml_core.training.objects.calibrating import as_shipped, by_calibration
from ml_core.training.objects.metrics import by_temperature, calibration_error, cross_fitted
from ml_core.training.objects.views import ViewSet

CLASSES = 8


def overconfident(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose best guess is wrong one time in six however sure they are, as of authors that are unlike others."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=count)
    guesses = np.where(rng.random(count) < 5 / 6, labels, (labels + 1) % CLASSES)
    logits = rng.normal(0, 0.3, (count, CLASSES))
    logits[np.arange(count), guesses] += rng.uniform(4, 9, count)
    return logits, labels


def test_a_calibration_says_how_often_sure_guesses_are_right_where_a_temperature_cannot() -> None:
    logits, labels = overconfident(600)
    others, true = overconfident(400, seed=1)
    right = others.argmax(axis=1) == true

    def error(fitted: object) -> float:
        shares = fitted(logits, labels)(others)  # type: ignore[operator]
        return calibration_error(shares.max(axis=1), right)

    assert error(by_calibration) < 0.04
    assert calibration_error(softmax(others).max(axis=1), right) > 0.1


def test_each_half_is_judged_by_what_fits_the_other() -> None:
    logits, labels = overconfident(400)
    known = np.where(np.arange(400) % 5 == 0, 0.1, 0.9)
    by_both = [cross_fitted(logits, known, labels, fitted) for fitted in (by_calibration, by_temperature)]
    assert by_both[0]["calibration_error"] < by_both[1]["calibration_error"] + 0.02
    assert by_both[0]["calibration_error"] < 0.08


class Said:
    """Stands for a recognizer: of four chairs, a table and a thing of no label."""

    labels = ("chair", "stool", "table")

    def recognize_views(self, views: np.ndarray, sizes: np.ndarray) -> list[Recognition]:
        said = [
            ("chair", [("chair", 0.9), ("stool", 0.1)]),
            ("stool", [("stool", 0.6), ("chair", 0.4)]),
            (None, [("chair", 0.7), ("table", 0.3)]),
            (None, [("table", 0.8), ("stool", 0.1), ("chair", 0.1)]),
            ("table", [("table", 0.9), ("chair", 0.1)]),
            ("table", [("table", 0.9), ("chair", 0.1)]),
        ]
        return [Recognition(label, guesses[0][1], guesses, 0.5, np.zeros(2, np.float32)) for label, guesses in said]


def test_what_is_named_at_the_default_caution_is_counted() -> None:
    count = 6
    views, sizes = np.zeros((count, 6, 3, 4, 4), np.uint8), np.ones((count, 3), np.float32)
    points = np.zeros((count, 1, 3), np.float16)
    labels = np.array([0, 0, 0, 0, 2, UNKNOWN])
    found = as_shipped(Said(), ViewSet(views, sizes, labels, np.arange(count), points), draws=2)  # type: ignore[arg-type]
    assert (found["meshes"], found["unknown"]) == (5, 1)
    assert found["top1"] == pytest.approx(3 / 5)
    assert found["top3"] == 1
    assert found["named_of_right"] == pytest.approx(2 / 3)
    assert found["named_wrong"] == pytest.approx(1 / 5)
    assert found["unknown_named"] == 1
    assert found["kinds"] == {"said": 1, "right": 1, "label_right": 0}
