"""How shares rise: level at both ends, half in the middle, falling where the ends are swapped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.geometry.easing import smoothstep


def test_it_is_level_at_both_ends() -> None:
    share = np.linspace(-1, 2, 301)
    eased = smoothstep(share)
    assert eased[:101].max() == 0
    assert eased[200:].min() == pytest.approx(1)
    assert np.abs(np.diff(eased)).max() < 0.0151  # nowhere steeper than 3/2
    assert smoothstep(np.array([0.25], np.float32)).dtype == np.float32


@given(st.floats(-10, 10), st.floats(-3, 3), st.floats(0.1, 3))
def test_between_swapped_ends_it_falls(value: float, low: float, wide: float) -> None:
    assert smoothstep(value, low + wide, low) == pytest.approx(1 - smoothstep(value, low, low + wide), abs=1e-9)
    assert 0 <= smoothstep(value, low, low + wide) <= 1
