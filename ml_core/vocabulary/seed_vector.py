"""The seed vector: where it comes from, and what its halves choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HALF = 32
SEED_SIZE = 2 * HALF
"""Length of the seed vector: the first half chooses the face, the second the outfit."""


def seed_vector(seed: int, outfit_seed: int | None = None, truncation: float = 1.0) -> NDArray[np.float32]:
    """(64,) the seed vector of ``seed``; its outfit half may come from a seed of its own.

    ``truncation`` scales the face's half: below 1 faces are more ordinary (a mixture of many), above 1 more unusual.
    """
    face = np.random.default_rng(seed).standard_normal(SEED_SIZE, dtype=np.float32)
    outfit = face if outfit_seed is None else np.random.default_rng(outfit_seed).standard_normal(SEED_SIZE, np.float32)
    return np.concatenate([face[:HALF] * np.float32(truncation), outfit[HALF:]])


def seed_directions(count: int, half: int) -> NDArray[np.float32]:
    """(count, 32) unit vectors along which a half of the seed vector (0 face, 1 outfit) scores ``count`` codes."""
    vectors = np.random.default_rng(half).normal(size=(count, HALF))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
