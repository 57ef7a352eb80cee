from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from ml_core.datasets.furniture import rooms as assembled_scenes
from ml_core.datasets.furniture.rooms import (
    CLUTTER,
    PRIORS,
    TEST_AUTHORS,
    Pool,
    SeenMesh,
    as_seen,
    assemble,
    author,
    pools,
    seen_meshes,
)
from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh, read_objects
from ml_core.vocabulary.scene.labels import FIRST_LABELS, LABELS
from ml_core.vocabulary.scene.scene_kinds import SCENE_KINDS
from ml_core.vocabulary.scene.sizes import TYPICAL_SIZE

CUBE = np.array(list(itertools.product((0, 1), repeat=3)), np.float32)
FACES = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1]], np.int32)


def mesh(source: str, label: int, subset: str = "train", number: int = 0) -> ObjectMesh:
    shape = CUBE * np.float32([1, 0.5, 0.8])
    return ObjectMesh(f"{source}/{label}_{number}.glb", source, "pack", label, subset, shape, FACES)


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Three meshes a label and two of clutter, all of them boxes of 1 x 0.5 x 0.8 m."""
    by_label = {label: np.arange(3) + 3 * index for index, label in enumerate(FIRST_LABELS)}
    by_label[CLUTTER] = np.arange(2) + 3 * len(FIRST_LABELS)
    return Pool(by_label, np.tile(np.float32([1, 0.5, 0.8]), (3 * len(FIRST_LABELS) + 2, 1)))


@pytest.fixture(scope="module")
def seen(pool: Pool) -> list[SeenMesh]:
    """A recognizer that is right about everything and takes all clutter for unknown."""
    named = [label for label in FIRST_LABELS for _ in range(3)]
    known = [SeenMesh(label, (label, "sofa", "car"), (0.9, 0.06, 0.04)) for label in named]
    return known + [SeenMesh(None, ("rock", "tree"), (0.3, 0.2))] * 2


def label_of(index: int) -> str:
    return FIRST_LABELS[index // 3] if index < 3 * len(FIRST_LABELS) else CLUTTER


def test_every_kind_has_a_prior_of_labels_that_exist_with_sizes() -> None:
    assert tuple(sorted(PRIORS)) == tuple(sorted(SCENE_KINDS))
    assert set(TYPICAL_SIZE) == set(LABELS)
    for prior in PRIORS.values():
        assert set(prior.objects) <= set(FIRST_LABELS)
        assert 0 < prior.side[0] < prior.side[1]
        assert all(0 < chance < 1 and 1 <= low <= high for chance, low, high in prior.objects.values())


@pytest.mark.parametrize("kind", SCENE_KINDS)
def test_a_scene_holds_what_its_prior_lists_and_little_else(pool: Pool, kind: str) -> None:
    rng = np.random.default_rng(3)
    labels = [label_of(one.mesh) for _ in range(40) for one in assemble(kind, pool, rng).objects]
    listed = np.mean([label in PRIORS[kind].objects for label in labels])
    assert 0.7 < listed < 1
    likeliest = max(PRIORS[kind].objects, key=lambda label: PRIORS[kind].objects[label][0])
    assert labels.count(likeliest) >= 15


def test_the_same_seed_gives_the_same_scene_and_another_a_different_one(pool: Pool) -> None:
    first, again, other = (assemble("office", pool, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("kind", [*SCENE_KINDS, None])
def test_objects_stand_within_the_walls_and_above_the_floor(pool: Pool, kind: str | None) -> None:
    rng = np.random.default_rng(5)
    for scene in (assemble(kind, pool, rng) for _ in range(10)):
        for one in scene.objects:
            assert one.position[2] - one.size[2] / 2 >= -1e-6
            assert 0.02 < max(one.size) < 40
            for axis in (0, 1):
                # Small things may overhang what they lie on.
                assert abs(one.position[axis]) <= max(scene.floor[axis], one.size[axis]) / 2 + 1.2


def test_things_on_the_floor_of_a_large_hall_do_not_overlap(pool: Pool) -> None:
    rng, overlaps, pairs = np.random.default_rng(8), 0, 0
    for scene in (assemble("warehouse", pool, rng) for _ in range(10)):
        standing = [one for one in scene.objects if one.position[2] <= one.size[2] / 2 + 1e-6]
        for a, b in itertools.combinations(standing, 2):
            pairs += 1
            overlaps += all(
                abs(a.position[axis] - b.position[axis]) * 2 < a.size[axis] + b.size[axis] - 1e-6 for axis in (0, 1)
            )
    assert pairs > 500
    assert overlaps / pairs < 0.01


def test_small_things_lie_on_furniture(pool: Pool) -> None:
    rng = np.random.default_rng(4)
    plates = [
        one.position[2] - one.size[2] / 2
        for _ in range(40)
        for one in assemble("dining_room", pool, rng).objects
        if label_of(one.mesh) == "plate"
    ]
    assert len(plates) > 20
    assert np.mean(np.array(plates) > 0.2) > 0.6


def test_meshes_of_any_unit_come_to_their_typical_size() -> None:
    sizes = np.float32([[100, 50, 80], [0.01, 0.005, 0.008]])
    small = Pool({"bed": np.array([0]), "nightstand": np.array([1])}, sizes)
    largest: dict[int, list[float]] = {0: [], 1: []}
    rng = np.random.default_rng(0)
    for _ in range(60):
        for one in assemble("bedroom", small, rng).objects:
            largest[one.mesh].append(max(one.size))
            assert sorted(one.size) == pytest.approx(np.array([0.5, 0.8, 1]) * max(one.size), rel=1e-4)
    assert np.median(largest[0]) == pytest.approx(TYPICAL_SIZE["bed"], rel=0.2)
    assert np.median(largest[1]) == pytest.approx(TYPICAL_SIZE["nightstand"], rel=0.2)


def test_a_pool_without_the_meshes_is_an_error() -> None:
    with pytest.raises(ValueError, match="do not make a forest"):
        assemble("forest", Pool({"toilet": np.array([0])}, np.ones((1, 3), np.float32)), np.random.default_rng(0))


def test_without_noise_the_recogniser_is_taken_at_its_word(pool: Pool, seen: list[SeenMesh]) -> None:
    scene = assemble("restaurant", pool, np.random.default_rng(1))
    objects = as_seen(scene, seen)
    assert [one.label for one in objects] == [seen[placed.mesh].label for placed in scene.objects]
    assert [(one.size, one.position) for one in objects] == [(one.size, one.position) for one in scene.objects]


def test_noise_makes_the_shares_that_were_asked_for(pool: Pool, seen: list[SeenMesh]) -> None:
    rng, wrong, nameless, kept, total = np.random.default_rng(2), 0, 0, 0, 0
    for _ in range(60):
        scene = assemble("forest", pool, rng)
        objects = as_seen(scene, seen, rng, mistakes=0.25, unknown=0.2, dropped=0.4)
        assert objects
        total, kept = total + len(scene.objects), kept + len(objects)
        for one in objects:
            true = next(placed for placed in scene.objects if placed.position == one.position)
            nameless += one.label is None and seen[true.mesh].label is not None
            wrong += one.label not in (None, seen[true.mesh].label)
    assert kept / total == pytest.approx(0.6, abs=0.06)
    assert nameless / kept == pytest.approx(0.2, abs=0.06)
    assert wrong / kept == pytest.approx(0.25 * 0.8, abs=0.06)


def test_dropping_everything_leaves_one_object(pool: Pool, seen: list[SeenMesh]) -> None:
    rng = np.random.default_rng(0)
    assert len(as_seen(assemble("farm", pool, rng), seen, rng, dropped=1.0)) == 1


def test_no_mesh_is_trained_and_scored_on() -> None:
    chair, bed = FIRST_LABELS.index("chair"), FIRST_LABELS.index("bed")
    meshes = [mesh("quaternius", chair, number=number) for number in range(10)]
    meshes += [mesh("thebasemesh", bed, number=number) for number in range(2)]
    meshes += [mesh("kaykit_furn", chair), mesh("sh3d_x", bed, "val"), mesh("sh3d_x", UNKNOWN, "val")]
    meshes += [mesh("kaykit_dun", UNKNOWN), mesh("quaternius", UNKNOWN), mesh("quaternius", UNKNOWN, "score")]
    parts = pools(meshes)
    used = {name: {label: set(rows.tolist()) for label, rows in part.by_label.items()} for name, part in parts.items()}
    assert used["train"]["chair"] | used["calibrate"]["chair"] == set(range(10))
    assert not used["train"]["chair"] & used["calibrate"]["chair"]
    assert used["train"]["bed"] == used["calibrate"]["bed"] == {10, 11}
    assert used["train"][CLUTTER] == {16}
    assert used["test"] == {"chair": {12}, "bed": {13}, CLUTTER: {14, 17}}
    assert used["test_new"] == {"bed": {13}, CLUTTER: {14, 17}}


def test_meshes_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meshes = [mesh("quaternius", 0, number=number) for number in range(2)]
    cache = tmp_path / "deep" / "recognized.json"
    first = seen_meshes(meshes, cache)
    assert len(first[0].guesses) == len(first[0].chances) == 5

    def never(*_: object) -> None:
        raise AssertionError("the cache was not used")

    monkeypatch.setattr(assembled_scenes, "_recognized", never)
    assert seen_meshes(meshes, cache) == first
    with pytest.raises(AssertionError, match="not used"):
        seen_meshes([*meshes, mesh("quaternius", 1)], cache)


@pytest.mark.data
def test_the_scoring_authors_can_furnish_every_kind(data_dir: Path) -> None:
    meshes = read_objects(data_dir / "objects", None, only="val")
    assert {author(one) for one in meshes} <= TEST_AUTHORS
    part = pools(meshes)["test_new"]
    rng = np.random.default_rng(0)
    for kind in ("kitchen", "bedroom", "living_room", "dining_room", "bathroom", "office"):
        assert len(assemble(kind, part, rng).objects) >= 2
