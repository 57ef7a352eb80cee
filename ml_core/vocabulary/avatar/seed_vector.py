"""The seed vector: how it is drawn, and what its halves choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HALF = 32
SEED_SIZE = 2 * HALF
"""Length of the seed vector: the first half chooses the face, the second the outfit."""

FACE_ZONES = {"upper": slice(0, HALF // 2), "lower": slice(HALF // 2, HALF)}
"""A face is put together of two: hair, brows and eyes of one, nose, mouth and chin of another."""


def seed_vector(seed: int, outfit_seed: int | None = None, truncation: float = 1.0) -> NDArray[np.float32]:
    """(64,) the seed vector of ``seed``; its outfit half may come from a seed of its own.

    ``truncation`` scales the face's half by its square, so that the step from one value to the next looks alike
    everywhere: 0 is the mean face, below 1 faces are more ordinary (a mixture of many), above 1 more unusual.
    """
    face = np.random.default_rng(seed).standard_normal(SEED_SIZE, dtype=np.float32)
    outfit = face if outfit_seed is None else np.random.default_rng(outfit_seed).standard_normal(SEED_SIZE, np.float32)
    return np.concatenate([face[:HALF] * np.float32(truncation**2), outfit[HALF:]])


def seed_directions(count: int, size: int, number: int) -> NDArray[np.float32]:
    """(count, size) unit vectors along which a part of the seed vector scores ``count`` codes; ``number`` distinguishes
    parts of equal size."""
    vectors = np.random.default_rng(number).normal(size=(count, size))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def face_directions(count: int) -> dict[str, NDArray[np.float32]]:
    """(count, 16) unit vectors of each of :data:`FACE_ZONES`."""
    return {name: seed_directions(count, HALF // 2, 2 + k) for k, name in enumerate(FACE_ZONES)}


def outfit_directions(count: int) -> NDArray[np.float32]:
    """(count, 32) unit vectors."""
    return seed_directions(count, HALF, 1)
