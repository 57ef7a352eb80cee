"""Scenes assembled from the shared meshes: what the model of scene kinds learns from and is scored on.

Which objects a kind of scene holds, how many and how large are our own prior, written down below; nothing here was
measured in real scenes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.files import read_json
from ml_core.inference.recognition.objects import SHIPPED, ObjectRecognizer
from ml_core.inference.recognition.scenes import SceneObject
from ml_core.inference.recognition.views import dimensions
from ml_core.inference.session import read_card
from ml_core.vocabulary.scene.labels import FIRST_LABELS
from ml_core.vocabulary.scene.scene_kinds import SCENE_KINDS
from ml_core.vocabulary.scene.sizes import TYPICAL_SIZE

CLUTTER = "clutter"
TEST_AUTHORS = frozenset({"kaykit", "sh3d"})
NEW_AUTHOR = "sh3d"  # the only one whose meshes the recognizer was not trained on
_BATCH = 64
_PLACE_TRIES = 10

Span = tuple[float, float]
Triple = tuple[float, float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Prior:
    """What we expect of a kind of scene.

    ``side``: least and greatest side of the floor in meters; ``objects``: for each label the chance that the scene has
    it at all, and the least and greatest number when it has.
    """

    side: Span
    objects: dict[str, tuple[float, int, int]]


PRIORS: dict[str, Prior] = {
    "kitchen": Prior((2.5, 6), {
        "refrigerator": (0.85, 1, 1), "stove": (0.9, 1, 1), "sink": (0.85, 1, 1), "cabinet": (0.9, 2, 6),
        "table": (0.5, 1, 1), "chair": (0.5, 2, 4), "stool": (0.3, 1, 3), "cooking_pot": (0.6, 1, 3),
        "kitchen_utensil": (0.6, 1, 4), "plate": (0.5, 1, 4), "bowl": (0.4, 1, 3), "cup": (0.5, 1, 4),
        "bottle": (0.4, 1, 3), "food": (0.5, 1, 4), "trash_bin": (0.35, 1, 1), "ceiling_light": (0.4, 1, 2),
        "window": (0.4, 1, 2), "door": (0.3, 1, 1), "potted_plant": (0.2, 1, 1), "shelf": (0.3, 1, 2),
    }),
    "bedroom": Prior((2.8, 6), {
        "bed": (0.97, 1, 2), "nightstand": (0.75, 1, 2), "lamp": (0.7, 1, 2), "pillow": (0.5, 1, 4),
        "rug": (0.5, 1, 1), "cabinet": (0.6, 1, 2), "shelf": (0.3, 1, 1), "desk": (0.25, 1, 1), "chair": (0.3, 1, 1),
        "armchair": (0.15, 1, 1), "picture_frame": (0.4, 1, 3), "book": (0.3, 1, 4), "window": (0.4, 1, 2),
        "door": (0.3, 1, 1), "tv_monitor": (0.2, 1, 1), "potted_plant": (0.3, 1, 2), "ceiling_light": (0.3, 1, 1),
        "chest": (0.1, 1, 1),
    }),
    "living_room": Prior((3.2, 8), {
        "sofa": (0.9, 1, 2), "armchair": (0.5, 1, 2), "table": (0.7, 1, 2), "tv_monitor": (0.65, 1, 1),
        "rug": (0.6, 1, 1), "shelf": (0.5, 1, 2), "cabinet": (0.5, 1, 2), "lamp": (0.6, 1, 2), "book": (0.4, 1, 6),
        "picture_frame": (0.5, 1, 4), "potted_plant": (0.5, 1, 3), "pillow": (0.4, 1, 4), "vase": (0.3, 1, 2),
        "window": (0.4, 1, 3), "door": (0.25, 1, 1), "ceiling_light": (0.25, 1, 1), "animal": (0.1, 1, 1),
        "person": (0.1, 1, 2),
    }),
    "dining_room": Prior((3, 7), {
        "table": (0.97, 1, 1), "chair": (0.95, 4, 8), "plate": (0.6, 2, 8), "cup": (0.5, 2, 6), "bowl": (0.35, 1, 4),
        "bottle": (0.35, 1, 2), "food": (0.35, 1, 4), "kitchen_utensil": (0.4, 2, 8), "cabinet": (0.5, 1, 2),
        "ceiling_light": (0.5, 1, 2), "rug": (0.35, 1, 1), "picture_frame": (0.35, 1, 3), "vase": (0.4, 1, 2),
        "potted_plant": (0.3, 1, 2), "window": (0.4, 1, 3), "door": (0.25, 1, 1), "shelf": (0.2, 1, 1),
    }),
    "bathroom": Prior((1.8, 4), {
        "toilet": (0.93, 1, 1), "sink": (0.92, 1, 2), "cabinet": (0.5, 1, 2), "rug": (0.35, 1, 1),
        "shelf": (0.3, 1, 1), "trash_bin": (0.3, 1, 1), "bottle": (0.35, 1, 4), "potted_plant": (0.2, 1, 1),
        "window": (0.3, 1, 1), "door": (0.4, 1, 1), "ceiling_light": (0.3, 1, 1), "stool": (0.15, 1, 1),
        "picture_frame": (0.15, 1, 1),
    }),
    "office": Prior((2.8, 10), {
        "desk": (0.95, 1, 4), "chair": (0.95, 1, 5), "tv_monitor": (0.8, 1, 4), "shelf": (0.6, 1, 3),
        "cabinet": (0.5, 1, 3), "book": (0.5, 1, 8), "lamp": (0.45, 1, 3), "trash_bin": (0.45, 1, 2),
        "potted_plant": (0.4, 1, 2), "picture_frame": (0.3, 1, 2), "cup": (0.3, 1, 3), "window": (0.35, 1, 3),
        "door": (0.3, 1, 1), "ceiling_light": (0.35, 1, 4), "person": (0.2, 1, 3), "box": (0.25, 1, 4),
        "table": (0.2, 1, 1),
    }),
    "restaurant": Prior((6, 16), {
        "table": (0.97, 3, 10), "chair": (0.95, 6, 24), "stool": (0.35, 2, 6), "plate": (0.5, 3, 12),
        "cup": (0.45, 2, 10), "bottle": (0.5, 1, 8), "food": (0.5, 2, 10), "bowl": (0.3, 1, 6),
        "kitchen_utensil": (0.35, 2, 10), "cabinet": (0.4, 1, 3), "ceiling_light": (0.5, 2, 8), "lamp": (0.25, 1, 4),
        "potted_plant": (0.4, 1, 5), "person": (0.4, 1, 8), "picture_frame": (0.3, 1, 5), "sign": (0.25, 1, 2),
        "door": (0.3, 1, 2), "window": (0.4, 1, 6), "stove": (0.2, 1, 2), "refrigerator": (0.2, 1, 2),
    }),
    "warehouse": Prior((8, 30), {
        "box": (0.97, 6, 30), "shelf": (0.75, 2, 10), "barrel": (0.5, 1, 10), "trash_bin": (0.25, 1, 2),
        "door": (0.35, 1, 3), "ceiling_light": (0.35, 2, 8), "sign": (0.2, 1, 3), "car": (0.15, 1, 2),
        "hand_tool": (0.2, 1, 4), "person": (0.25, 1, 3), "desk": (0.1, 1, 1), "chest": (0.1, 1, 2),
        "fence": (0.15, 1, 4), "cabinet": (0.15, 1, 2),
    }),
    "dungeon": Prior((4, 18), {
        "barrel": (0.6, 1, 5), "chest": (0.65, 1, 3), "box": (0.45, 1, 5), "melee_weapon": (0.5, 1, 5),
        "shield": (0.4, 1, 3), "door": (0.4, 1, 3), "table": (0.3, 1, 2), "stool": (0.2, 1, 3), "bed": (0.15, 1, 3),
        "bottle": (0.3, 1, 4), "rock": (0.3, 1, 5), "lamp": (0.3, 1, 4), "person": (0.3, 1, 4), "fence": (0.2, 1, 3),
        "book": (0.2, 1, 4), "shelf": (0.2, 1, 2), "bench": (0.2, 1, 2), "animal": (0.1, 1, 3),
    }),
    "armory": Prior((3, 10), {
        "melee_weapon": (0.85, 3, 12), "shield": (0.65, 2, 8), "gun": (0.5, 2, 10), "chest": (0.4, 1, 3),
        "shelf": (0.4, 1, 4), "table": (0.4, 1, 2), "box": (0.4, 1, 6), "barrel": (0.25, 1, 2), "door": (0.3, 1, 1),
        "lamp": (0.2, 1, 2), "person": (0.2, 1, 2), "stool": (0.15, 1, 2), "cabinet": (0.2, 1, 2),
    }),
    "street": Prior((20, 80), {
        "building": (0.9, 2, 10), "street_light": (0.8, 1, 8), "car": (0.8, 1, 6), "sign": (0.5, 1, 4),
        "trash_bin": (0.4, 1, 3), "bench": (0.35, 1, 3), "tree": (0.4, 1, 6), "bush": (0.2, 1, 4),
        "person": (0.35, 1, 6), "fence": (0.25, 1, 4), "box": (0.15, 1, 3),
    }),
    "garden": Prior((6, 25), {
        "tree": (0.6, 1, 4), "bush": (0.8, 2, 8), "potted_plant": (0.6, 1, 6), "fence": (0.7, 2, 10),
        "bench": (0.5, 1, 2), "rock": (0.4, 1, 5), "table": (0.3, 1, 1), "chair": (0.3, 2, 4), "animal": (0.25, 1, 2),
        "hand_tool": (0.25, 1, 3), "barrel": (0.15, 1, 2), "vase": (0.2, 1, 3), "building": (0.1, 1, 1),
        "street_light": (0.1, 1, 2), "trash_bin": (0.1, 1, 1),
    }),
    "forest": Prior((15, 60), {
        "tree": (0.98, 4, 25), "rock": (0.75, 1, 10), "bush": (0.75, 1, 10), "animal": (0.35, 1, 4),
        "person": (0.12, 1, 2), "sign": (0.1, 1, 1), "fence": (0.08, 1, 2), "barrel": (0.05, 1, 1),
        "chest": (0.05, 1, 1), "boat": (0.04, 1, 1),
    }),
    "farm": Prior((15, 60), {
        "animal": (0.9, 2, 10), "fence": (0.85, 3, 12), "building": (0.7, 1, 3), "barrel": (0.4, 1, 4),
        "tree": (0.5, 1, 5), "bush": (0.3, 1, 4), "box": (0.3, 1, 6), "hand_tool": (0.3, 1, 4),
        "person": (0.25, 1, 2), "food": (0.25, 2, 8), "car": (0.15, 1, 1), "rock": (0.2, 1, 3), "sign": (0.1, 1, 1),
    }),
}  # fmt: skip

_CLUTTER_SIZE = (0.1, 3.0)
_CEILING = 2.6

AGAINST_WALL = frozenset({
    "bed", "sofa", "cabinet", "shelf", "refrigerator", "stove", "toilet", "sink", "nightstand", "desk", "door",
    "building", "fence", "street_light", "bench",
})  # fmt: skip
ON_TOP = frozenset({
    "cup", "bowl", "plate", "bottle", "cooking_pot", "kitchen_utensil", "food", "book", "vase", "tv_monitor", "lamp",
    "hand_tool", "gun", "melee_weapon", "pillow",
})  # fmt: skip
SUPPORTS = frozenset({"table", "desk", "nightstand", "cabinet", "shelf", "bed", "sofa", "stove", "box", "chest"})
HUNG = frozenset({"picture_frame", "window", "shield"})


@dataclass(frozen=True)
class SeenMesh:
    """The recognizer's output for a mesh: its ``label`` or ``None``, its five best guesses, their chances."""

    label: str | None
    guesses: tuple[str, ...]
    chances: tuple[float, ...]


@dataclass(frozen=True)
class Pool:
    """Meshes that scenes are assembled from: indices by true label (or CLUTTER), dimensions (N, 3) of all meshes."""

    by_label: dict[str, NDArray[np.intp]]
    sizes: NDArray[np.float32]


@dataclass(frozen=True)
class PlacedObject:
    """``mesh``: index of the mesh; ``size``: width, depth, height; ``position``: center of its box; meters, Z up."""

    mesh: int
    size: Triple
    position: Triple


@dataclass(frozen=True)
class AssembledScene:
    """``kind`` is ``None`` for a jumble of anything; ``floor``: width and depth in meters, centered at 0, Z = 0."""

    kind: str | None
    objects: tuple[PlacedObject, ...]
    floor: Span


def author(mesh: ObjectMesh) -> str:
    """The part of the source that names its maker: ``kaykit`` of ``kaykit_dun``."""
    return mesh.source.partition("_")[0]


def seen_meshes(meshes: Sequence[ObjectMesh], cache: Path | None = None) -> list[SeenMesh]:
    """The shipped recognizer's output for each mesh; ``cache`` (.json) keeps it until the weights change."""
    weights = read_card(SHIPPED.with_suffix(".json"))["sha256"]
    stored: dict[str, Any] = {}
    if cache is not None and cache.is_file():
        stored = read_json(cache, str(cache))
    if stored.get("weights") != weights or any(mesh.path not in stored["meshes"] for mesh in meshes):
        stored = {"weights": weights, "meshes": _recognized(meshes)}
        if cache is not None:
            cache.parent.mkdir(parents=True, exist_ok=True)
            partial = cache.with_suffix(".part")
            partial.write_text(json.dumps(stored), encoding="utf-8")
            partial.replace(cache)
    return [
        SeenMesh(label, tuple(guesses), tuple(chances))
        for label, guesses, chances in (stored["meshes"][mesh.path] for mesh in meshes)
    ]


def _recognized(meshes: Sequence[ObjectMesh]) -> dict[str, Any]:
    recognizer, found = ObjectRecognizer.load(device="cpu"), {}
    for first in range(0, len(meshes), _BATCH):
        batch = meshes[first : first + _BATCH]
        results = recognizer.recognize([(mesh.vertices, mesh.triangles) for mesh in batch])
        for mesh, result in zip(batch, results, strict=True):
            guesses, chances = zip(*result.ranking, strict=True)
            found[mesh.path] = [result.label, list(guesses), [round(chance, 5) for chance in chances]]
    return found


def pools(meshes: Sequence[ObjectMesh], seed: int = 0, calibration: float = 0.2) -> dict[str, Pool]:
    """The meshes divided into ``train``, ``calibrate``, ``test`` and ``test_new``; no mesh is in train and in a test.

    ``train`` and ``calibrate`` are different meshes of the same authors, but a label with fewer than five meshes there
    has all of them in both. ``test`` is of TEST_AUTHORS, ``test_new`` of NEW_AUTHOR alone; the clutter of both is of
    packs that the recognizer never saw (NEW_AUTHOR's and the subset ``score``).
    """
    rng = np.random.default_rng(seed)
    sizes = np.stack([dimensions(mesh.vertices, mesh.triangles) for mesh in meshes])
    members: dict[str, dict[str, list[int]]] = {name: {} for name in ("rest", "test", "test_new")}
    for index, mesh in enumerate(meshes):
        label = CLUTTER if mesh.label == UNKNOWN else FIRST_LABELS[mesh.label]
        unseen = author(mesh) == NEW_AUTHOR or mesh.subset == "score"
        if unseen:
            members["test_new"].setdefault(label, []).append(index)
        if unseen or (author(mesh) in TEST_AUTHORS and label != CLUTTER):
            members["test"].setdefault(label, []).append(index)
        elif author(mesh) not in TEST_AUTHORS:
            members["rest"].setdefault(label, []).append(index)
    train, calibrate = {}, {}
    for label, indices in members["rest"].items():
        mixed = rng.permutation(indices)
        cut = round(calibration * len(mixed)) if len(mixed) >= 5 else 0
        train[label], calibrate[label] = (mixed[cut:], mixed[:cut]) if cut else (mixed, mixed)
    tests = {
        name: {label: np.array(indices, np.intp) for label, indices in members[name].items()}
        for name in ("test", "test_new")
    }
    parts = {"train": train, "calibrate": calibrate, **tests}
    return {name: Pool(by_label, sizes) for name, by_label in parts.items()}


def assemble(kind: str | None, pool: Pool, rng: np.random.Generator, least: int = 2) -> AssembledScene:
    """One scene.

    It has between two fifths and all of what PRIORS lists, unlabeled clutter, and now and then an object that does not
    belong. One random scale for the whole scene takes it away from true meters, and the floor is drawn far wider than
    the prior: the model must not tell the kind by how generously a scene is laid out.

    Args:
        kind: one of SCENE_KINDS, or ``None`` for objects drawn evenly from all labels.
        pool: labels without a mesh in it are left out.
        least: fewest labeled objects that belong; with fewer it is drawn again.

    Raises:
        ValueError: the pool lacks the meshes for ``least`` objects of this kind.
    """
    prior = PRIORS[kind if kind is not None else SCENE_KINDS[rng.integers(len(SCENE_KINDS))]]
    for _ in range(50):
        labels = _drawn(prior, pool, rng) if kind is not None else _any_labels(pool, rng, int(rng.integers(3, 21)))
        if len(labels) >= least:
            break
    else:
        raise ValueError(f"the meshes given do not make a {kind}: expected {least} objects, got {len(labels)}")
    if kind is not None and rng.random() < 0.3:
        labels += _any_labels(pool, rng, int(rng.integers(1, 3)))
    if CLUTTER in pool.by_label:
        labels += [CLUTTER] * int(rng.poisson(0.5 + 0.08 * len(labels)))
    width, depth = (float(side) for side in rng.uniform(*prior.side, 2) * np.exp(rng.normal(0, 0.4)))
    scale = float(np.exp(rng.normal(0, 0.25)))
    objects = _placed(labels, (width, depth), scale, pool, rng)
    return AssembledScene(kind, tuple(objects), (width * scale, depth * scale))


def _drawn(prior: Prior, pool: Pool, rng: np.random.Generator) -> list[str]:
    complete = rng.uniform(0.4, 1)
    labels: list[str] = []
    for label, (chance, low, high) in prior.objects.items():
        if label in pool.by_label and rng.random() < chance * complete:
            labels += [label] * int(rng.integers(low, round(low + complete * (high - low)) + 1))
    return labels


def _any_labels(pool: Pool, rng: np.random.Generator, count: int) -> list[str]:
    known = [label for label in FIRST_LABELS if label in pool.by_label]
    return [known[index] for index in rng.integers(len(known), size=count)]


def _placed(labels: list[str], floor: Span, scale: float, pool: Pool, rng: np.random.Generator) -> list[PlacedObject]:
    """Objects placed in the scene: those on the floor first, so that there is something to put the small ones on."""
    taken: list[Box] = []
    supports: list[tuple[Triple, Triple]] = []
    objects = []
    for label in sorted(labels, key=lambda label: label in ON_TOP):
        mesh = int(rng.choice(pool.by_label[label]))
        size = _sized(label, pool.sizes[mesh], rng)
        if label in ON_TOP and supports and rng.random() < 0.85:
            below, at = supports[rng.integers(len(supports))]
            x, y = (at[axis] + rng.uniform(-0.4, 0.4) * below[axis] for axis in (0, 1))
            position = (x, y, at[2] + below[2] / 2 + size[2] / 2)
        elif label in HUNG or label == "ceiling_light":
            x, y = _at_wall(size, floor, rng) if label in HUNG else _anywhere(size, floor, rng)
            hangs = rng.uniform(1.2, 1.8) if label in HUNG else _CEILING - size[2] / 2
            position = (x, y, hangs)
        else:
            x, y = _free_place(label in AGAINST_WALL, size, floor, taken, rng)
            position = (x, y, size[2] / 2)
            if label != "rug":
                taken.append((x, y, size[0], size[1]))
        if label in SUPPORTS:
            supports.append((size, position))
        objects.append(PlacedObject(mesh, _scaled(size, scale), _scaled(position, scale)))
    return objects


def _sized(label: str, dimension: NDArray[np.float32], rng: np.random.Generator) -> Triple:
    """The mesh's proportions at a plausible size, turned by a quarter in half of the cases."""
    largest = float(dimension.max())
    # The authors keep to different units, so every mesh is brought to this size first.
    typical = TYPICAL_SIZE[label] if label in TYPICAL_SIZE else float(np.clip(largest, *_CLUTTER_SIZE))
    width, depth, height = (float(value) for value in dimension * (typical * np.exp(rng.normal(0, 0.15)) / largest))
    return (width, depth, height) if rng.random() < 0.5 else (depth, width, height)


def _free_place(at_wall: bool, size: Triple, floor: Span, taken: list[Box], rng: np.random.Generator) -> Span:
    """A free position on the floor; an occupied one where the floor is full."""
    for _ in range(_PLACE_TRIES):
        x, y = _at_wall(size, floor, rng) if at_wall and rng.random() < 0.8 else _anywhere(size, floor, rng)
        if all(abs(x - a) * 2 >= size[0] + w or abs(y - b) * 2 >= size[1] + d for a, b, w, d in taken):
            break
    return x, y


def _anywhere(size: Triple, floor: Span, rng: np.random.Generator) -> Span:
    x, y = (float(rng.uniform(-0.5, 0.5) * max(side - extent, 0)) for side, extent in zip(floor, size, strict=False))
    return x, y


def _at_wall(size: Triple, floor: Span, rng: np.random.Generator) -> Span:
    place, axis = list(_anywhere(size, floor, rng)), int(rng.integers(2))
    place[axis] = float(rng.choice([-0.5, 0.5])) * max(floor[axis] - size[axis], 0)
    return place[0], place[1]


def _scaled(values: Triple, scale: float) -> Triple:
    return values[0] * scale, values[1] * scale, values[2] * scale


def as_seen(
    scene: AssembledScene,
    seen: Sequence[SeenMesh],
    rng: np.random.Generator | None = None,
    mistakes: float = 0.0,
    unknown: float = 0.0,
    dropped: float = 0.0,
) -> list[SceneObject]:
    """The scene as the recognizer sees it.

    The recognizer was itself trained on most of these meshes. ``mistakes`` is the share of objects that get one of its
    lower guesses instead, ``unknown`` the share that is left unnamed, ``dropped`` the share left out (never all); the
    shares need an ``rng``.
    """
    objects: list[SceneObject] = []
    for placed in scene.objects:
        mesh = seen[placed.mesh]
        label = mesh.label
        if rng is not None:
            if rng.random() < dropped and (objects or placed is not scene.objects[-1]):
                continue
            if label is not None and rng.random() < mistakes:
                lesser = np.sqrt(mesh.chances[1:])
                label = str(rng.choice(mesh.guesses[1:], p=lesser / lesser.sum())) if lesser.sum() > 0 else label
            if rng.random() < unknown:
                label = None
        objects.append(SceneObject(label, placed.size, placed.position))
    return objects
