"""A motion of one body, as it is keyed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Motion:
    """F frames; of a loop the last is the first one, moved on by ``root[-1]``.

    ``poses``: by joint (F, 3, 3), as in :mod:`ml_core.geometry.motion.posing`. ``hips``: (F, 3) meters by which the
    hips leave their rest place. ``root``: (F, 3) meters by which the whole body has moved on. ``contact``: by side
    (F,) whether the foot stands on the ground. ``heading``: (F,) radians by which the whole body has turned,
    counterclockwise from above; empty for a motion that does not turn.
    """

    poses: dict[str, Array]
    hips: Array
    root: Array
    contact: dict[str, NDArray[np.bool_]]
    heading: Array = field(default_factory=lambda: np.zeros(0))

    def in_place(self) -> Motion:
        """The same motion on the spot."""
        return replace(self, root=np.zeros_like(self.root), heading=np.zeros(0))

    def part(self, start: int, end: int) -> Motion:
        """Frames ``start`` to ``end`` (exclusive)."""
        span = slice(start, end)
        return Motion(
            {joint: rotations[span] for joint, rotations in self.poses.items()},
            self.hips[span],
            self.root[span],
            {side: stands[span] for side, stands in self.contact.items()},
            self.heading[span],
        )
