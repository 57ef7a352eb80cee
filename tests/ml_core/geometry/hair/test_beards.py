"""Beards as meshes on several heads."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core import InputError
from ml_core.geometry.hair.beards import KINDS, build_beard
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from tests.ml_core.geometry.hair.test_growing import body


def test_every_beard_has_a_mesh() -> None:
    assert set(KINDS) == set(BEARDS) - {"none"}
    with pytest.raises(InputError, match="handlebar"):
        build_beard(body(0)[0], "handlebar")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [0, 1])
def test_a_beard_grows_on_lip_cheeks_and_chin(kind: str, number: int) -> None:
    head, _ = body(number)
    beard = build_beard(head, kind, 3)
    assert len(beard.roots) == len(beard.vertices)
    assert 2 * len(beard.faces) < 16000
    height, _ = head.distance(beard.roots)
    assert np.abs(height).max() < 0.004 * head.scale, "each strand is rooted in the skin"
    assert beard.vertices[:, 2].max() < head.height_of("eyes")
    mouth = (head.height_of("mouth") - 0.004 * head.scale, head.height_of("mouth") + 0.002 * head.scale)
    x, z = np.abs(head.local(beard.roots)[:, 0]), beard.roots[:, 2]
    on_lips = (x < 0.012) & (z > mouth[0]) & (z < mouth[1])
    assert on_lips.mean() < 0.02
    left, right = (beard.roots[:, 0] > head.center[0]).mean(), (beard.roots[:, 0] < head.center[0]).mean()
    assert abs(left - right) < 0.2
