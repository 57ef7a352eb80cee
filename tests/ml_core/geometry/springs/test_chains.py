"""Chains of springs lie in what hangs free, and what they move is theirs in full."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.springs.chains import cloth_chains, cloth_freedom, hair_chains, hair_freedom
from ml_core.geometry.springs.colliders import body_colliders

RNG = np.random.default_rng(5)


def ball(count: int, radius: float, middle: tuple[float, float, float]) -> np.ndarray:
    points = RNG.normal(size=(count, 3))
    return radius * points / np.linalg.norm(points, axis=1, keepdims=True) + middle


SKULL = ball(900, 0.09, (0, 0, 1.6))
CAP = ball(400, 0.10, (0, 0, 1.6))


def tail(x: float) -> np.ndarray:
    """A tail 30 cm long behind the head."""
    return (
        np.array([x, 0.15, 1.6]) - np.linspace(0, 0.3, 200)[:, None] * [0, 0, 1] + RNG.normal(scale=0.01, size=(200, 3))
    )


@pytest.mark.parametrize(("sides", "expected"), [((0.0,), 1), ((-0.12, 0.12), 2)])
def test_each_tail_is_a_chain_from_its_tie_to_its_tip(sides: tuple[float, ...], expected: int) -> None:
    points = np.concatenate([CAP, *(tail(x) for x in sides)])
    freedom = hair_freedom(points, SKULL)
    assert freedom[: len(CAP)].max() < 0.01
    chains = hair_chains(points, freedom, SKULL, tails=True)
    assert chains is not None
    assert len(chains.chains) == expected
    for chain, x in zip(chains.chains, sides, strict=True):
        assert chain.parent == "head"
        np.testing.assert_allclose(chain.joints[[0, -1]], [[x, 0.15, 1.6], [x, 0.15, 1.3]], atol=0.03)
    weights = chains.weights(points[len(CAP) :])
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)
    tip = weights[[200 * number + 199 for number in range(expected)]]
    assert (tip.argmax(axis=1) == [len(chains.chains[0].bones) * (n + 1) - 1 for n in range(expected)]).all()


def test_hair_that_lies_on_the_head_has_none() -> None:
    assert hair_chains(CAP, hair_freedom(CAP, SKULL), SKULL, tails=False) is None


def test_a_skirt_hangs_on_both_thighs_and_its_hem_swings_wholly() -> None:
    angle = np.linspace(-np.pi, np.pi, 64, endpoint=False)
    height = np.linspace(0.4, 1.0, 25)
    ring = np.stack([0.18 * np.sin(angle), 0.14 * np.cos(angle)], axis=1)
    points = np.concatenate([np.column_stack([ring, np.full(64, z)]) for z in height])
    chains = cloth_chains(points, 0.9)
    assert chains is not None
    for chain in chains.chains:
        assert chain.parent == ("leftUpperLeg" if chain.joints[0, 0] > 0 else "rightUpperLeg")
        assert 0.05 < np.linalg.norm(chain.joints[0, :2]) < 0.19
    freedom = cloth_freedom(points, 0.9)
    assert freedom[points[:, 2] > 0.9].max() == 0
    assert freedom[points[:, 2] < 0.8].min() == 1
    weights = chains.weights(points)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)
    moved = np.abs(np.diff(weights.reshape(25, 64, -1), axis=1)).max()
    assert moved < 0.35, "neighbors around a skirt go together"
    assert cloth_chains(points[points[:, 2] > 0.85], 0.9) is None


def test_colliders_are_as_thick_as_the_limb() -> None:
    turn = RNG.uniform(0, 2 * np.pi, 500)
    leg = np.stack([0.08 * np.cos(turn) + 0.1, 0.08 * np.sin(turn), RNG.uniform(0.5, 0.9, 500)], axis=1)
    joints = {"leftUpperLeg": np.array([0.1, 0, 0.9]), "leftLowerLeg": np.array([0.1, 0, 0.5])}
    points = np.concatenate([leg, SKULL])
    owner = np.array(["leftUpperLeg"] * 500 + ["head"] * len(SKULL))
    found = {item.bone: item for item in body_colliders(points, lambda bone: (owner == bone).astype(float), joints)}
    assert set(found) == {"leftUpperLeg", "head"}
    assert found["leftUpperLeg"].radius == pytest.approx(0.08, abs=0.003)
    assert found["head"].radius == pytest.approx(0.09, abs=0.01)
