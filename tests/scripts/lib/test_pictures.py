"""Labels in pictures: none over another, and none over the point that another one means."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.lib.rendering.pictures import Box, _near_place, _place_at_side

SIZE = (900, 600)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_labels_of_a_crowd_never_pile_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in rng.normal([450, 300], [60, 40], (30, 2))]
    placed: list[Box] = []
    near = 0
    for point in sorted(points, key=lambda one: one[1]):
        box = _near_place(point, 90, 27, placed, points, SIZE)
        if box is not None:
            near += 1
            assert not any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in points if (x, y) != point)
        placed.append(box or _place_at_side(point, 90, 27, placed, SIZE))
    assert 3 <= near < 30, "some stand over their object, others at the side"
    for number, (left, top, right, bottom) in enumerate(placed):
        assert left >= 0
        assert top >= 0
        assert right <= SIZE[0]
        assert bottom <= SIZE[1]
        for other in placed[:number]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
