from __future__ import annotations

import numpy as np

from ml_core.inference.recognition.objects import softmax
from ml_core.training.objects.calibrating import by_calibration
from ml_core.training.objects.metrics import by_temperature, calibration_error, cross_fitted

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
