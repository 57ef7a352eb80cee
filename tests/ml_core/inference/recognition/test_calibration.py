from __future__ import annotations

import numpy as np
import pytest

from ml_core import InputError
from ml_core.inference.recognition.calibration import Calibration, calibration_of, evidence
from ml_core.inference.recognition.objects import SHIPPED, ObjectRecognizer, softmax


@pytest.fixture
def shares() -> np.ndarray:
    return softmax(np.random.default_rng(3).normal(0, 3, (200, 12)))


def test_the_best_guess_gets_the_chance_that_the_line_says(shares: np.ndarray) -> None:
    found = Calibration(odds=0.5, lead=0.3, bias=0.4).chances(shares)
    odds, lead = evidence(shares).T
    assert found.max(axis=1) == pytest.approx(1 / (1 + np.exp(-(0.5 * odds + 0.3 * lead + 0.4))), abs=1e-3)
    assert not np.allclose(found.max(axis=1), shares.max(axis=1), atol=0.02)


def test_the_order_of_the_guesses_stays_and_the_chances_add_up(shares: np.ndarray) -> None:
    found = Calibration(odds=0.4, lead=0.1, bias=-0.8).chances(shares)
    assert (np.argsort(-found, axis=1) == np.argsort(-shares, axis=1)).all()
    assert found.sum(axis=1) == pytest.approx(1)


def test_no_chance_is_lost_where_one_guess_is_all_but_certain() -> None:
    certain = softmax(np.array([[60.0, 0.0, -60.0], [0.0, 0.0, 0.0]]))
    found = Calibration(odds=0.5, lead=0.2, bias=0.2).chances(certain)
    assert np.isfinite(found).all()
    assert found[0, 0] > 0.95
    assert found[1] == pytest.approx(1 / 3)


def test_evidence_is_the_log_odds_and_the_lead_in_nats() -> None:
    assert evidence(np.array([[0.2, 0.5, 0.3]]))[0] == pytest.approx([0.0, np.log(0.5 / 0.3)])


def test_a_card_without_a_calibration_changes_nothing_and_a_damaged_one_is_named() -> None:
    assert calibration_of({}, "card") == Calibration()
    with pytest.raises(InputError, match="card: lead"):
        calibration_of({"calibration": {"odds": 1.0, "lead": "far", "bias": 0.0}}, "card")


def test_the_recognizer_says_calibrated_chances() -> None:
    recognizer = ObjectRecognizer.load(SHIPPED, "cpu")
    views, sizes = np.full((1, 6, 3, 64, 64), 128, np.uint8), np.ones((1, 4), np.float32)
    calibrated = recognizer.recognize_views(views, sizes)[0]
    recognizer.calibration = Calibration()
    plain = recognizer.recognize_views(views, sizes)[0]
    assert [label for label, _ in calibrated.ranking] == [label for label, _ in plain.ranking]
    assert calibrated.confidence != pytest.approx(plain.confidence, abs=1e-3)
