"""Trains the ridge regression from features of the landmark network to face shapes, on rendered people.

Each person is shown to the network once as drawn, and once with other exposure, sharpness and framing. A fifth of the
people are held out to choose the regularization and for the figures; the final fit uses them too.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ml_core.datasets.faces.pictures import KnownFace, known_face
from ml_core.files import atomic_path
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.faces.warp import laid_over
from ml_core.inference.photo.faces import Face, FaceFinder
from ml_core.inference.photo.likeness import MOST, SLIDER_NAMES
from ml_core.inference.photo.points import face_points
from ml_core.vocabulary.avatar.body_sliders import BY_NAME

logger = logging.getLogger(__name__)

FIRST_SEED = 10_000
"""Seeds from here up are for this; evaluation uses others."""
TOGETHER = 5
"""People whose skin is painted alike, which draws them faster."""
SIZE = 288
MEASURES = 12
"""Directions in which heads differ that are read."""
RIDGES = (0.03, 0.1, 0.2, 0.4, 0.8, 1.6)
DRAWN_SPREAD = 0.6
"""Of the sliders' spreads, as a seed draws people."""
_BOTH = (("mouthSmile", 0.9), ("mouthFrown", 0.7), ("browDown", 0.8), ("cheekSquint", 0.7), ("eyeSquint", 0.7),
         ("eyeWide", 0.6), ("browOuterUp", 0.7), ("mouthUpperUp", 0.5), ("mouthLowerDown", 0.5), ("mouthStretch", 0.5),
         ("mouthPress", 0.5), ("mouthDimple", 0.5), ("noseSneer", 0.5), ("eyeBlink", 0.4))  # fmt: skip
_SINGLE = (("jawOpen", 0.6), ("browInnerUp", 0.8), ("mouthPucker", 0.8), ("mouthFunnel", 0.5), ("mouthRollLower", 0.4),
           ("mouthRollUpper", 0.4), ("cheekPuff", 0.5), ("jawForward", 0.3), ("mouthShrugLower", 0.4),
           ("mouthShrugUpper", 0.4))  # fmt: skip
"""Shapes that expressions are put together of, and how far each goes."""


@dataclass(frozen=True)
class Examples:
    """Of people ``number`` (N,): ``features`` (N, 2, F) as rendered and as changed, ``shape`` (N, D) the relaxed head
    less the average one, ``traits`` (N, T) sliders and macros, ``yaw`` (N,) degrees."""

    number: NDArray[np.int64]
    features: NDArray[np.floating]
    shape: NDArray[np.floating]
    traits: NDArray[np.floating]
    yaw: NDArray[np.floating]


def seen_people(count: int, run: Path) -> Examples:
    """The network's features of ``count`` people; rendered once and cached in ``run``."""
    finder = FaceFinder.load()
    parts = []
    for start in range(0, count, 4 * TOGETHER):
        path = run / f"people_{start:05d}.npz"
        if not path.exists():
            numbers = range(start, min(start + 4 * TOGETHER, count))
            found = [(number, known, finder.find(known.picture)) for number in numbers for known in [drawn(number)]]
            keep(path, [(number, known.person, shown(finder, known.picture, faces[0], number), yaw_of(number))
                        for number, known, faces in found if faces])  # fmt: skip
            logger.info("%d of %d people", numbers.stop, count)
        with np.load(path, allow_pickle=False) as arrays:
            parts.append(Examples(**{name: arrays[name] for name in Examples.__dataclass_fields__}))
    return Examples(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in Examples.__dataclass_fields__}
    )


def keep(path: Path, rows: list[tuple[int, Person, NDArray, float]]) -> None:
    """Write examples: number, person, features (2, F) and yaw."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as partial, partial.open("wb") as stream:
        np.savez(
            stream,
            number=np.array([number for number, *_ in rows]),
            features=np.stack([features for *_, features, _ in rows]).astype(np.float16),
            shape=np.stack([shape_of(person) for _, person, *_ in rows]).astype(np.float32),
            traits=np.stack([traits_of(person) for _, person, *_ in rows]).astype(np.float32),
            yaw=np.array([yaw for *_, yaw in rows], np.float32),
        )


def drawn(number: int) -> KnownFace:
    """The picture of a person; one in eight has hair, which takes long to draw."""
    random = np.random.default_rng([number, 21])
    expression = mood(random)
    group = number // TOGETHER
    return known_face(
        FIRST_SEED + number, SIZE, *pose(random), hair_style="none" if group % 8 else None, expression=expression,
        painting=FIRST_SEED + TOGETHER * group,
    )  # fmt: skip


def pose(random: np.random.Generator) -> tuple[float, float]:
    """Yaw and pitch: three of four are photographed nearly from the front."""
    yaw = float(random.normal() * 12) if random.random() < 0.75 else 0.0
    if not yaw:
        yaw = float(random.uniform(20, 48)) * (1 if random.random() < 0.5 else -1)
    return yaw, float(random.normal() * 6)


def yaw_of(number: int) -> float:
    random = np.random.default_rng([number, 21])
    mood(random)
    return pose(random)[0]


def mood(random: np.random.Generator) -> dict[str, float]:
    """An expression; three of ten are relaxed."""
    if random.random() < 0.3:
        return {}
    values: dict[str, float] = {}
    for _ in range(int(random.integers(1, 4))):
        if random.random() < 0.6:
            name, most = _BOTH[int(random.integers(len(_BOTH)))] if random.random() < 0.65 else _BOTH[0]
            value = random.uniform(0.1, most)
            for side in ("Left", "Right"):
                values[name + side] = float(np.clip(value * random.uniform(0.85, 1.15), 0, 1))
        else:
            name, most = _SINGLE[int(random.integers(len(_SINGLE)))]
            values[name] = float(random.uniform(0.1, most))
    return values


def shown(finder: FaceFinder, picture: NDArray[np.uint8], face: Face, number: int) -> NDArray[np.float32]:
    """(2, F) features of a face as drawn, and as another camera would have taken it, framed slightly differently."""
    random = np.random.default_rng([number, 22])
    image = Image.fromarray(picture).filter(ImageFilter.GaussianBlur(float(random.uniform(0, 1.2))))
    values = (np.asarray(image, np.float32) / 255) ** random.uniform(0.7, 1.4)
    values = (values - 0.5) * random.uniform(0.8, 1.25) + 0.5 + random.normal(size=3) * 0.04
    values = values + random.normal(size=values.shape) * random.uniform(0, 0.03)
    changed = Image.fromarray(np.round(np.clip(values, 0, 1) * 255).astype(np.uint8))
    points = face.points.copy()
    middle = points[:, :2].mean(axis=0)
    moved = random.normal(size=2) * 0.02 * face.eye_distance
    points[:, :2] = middle + (points[:, :2] - middle) * random.uniform(0.96, 1.05) + moved
    return np.stack([finder.features(Image.fromarray(picture), face.points), finder.features(changed, points)])


def shape_of(person: Person) -> NDArray[np.float64]:
    """(D,) the landmarks of a relaxed head less those of the average head, the mean of both sides, in distances between
    the eyes."""
    average = canvas().person
    base = face_points().of(average.rows)
    base = base / float(np.linalg.norm(average.joint("l-eye") - average.joint("r-eye")))
    base = base - base.mean(axis=0)
    mirror = np.array([np.argmin(((base - place) ** 2).sum(axis=1)) for place in base * [-1, 1, 1]])
    away = laid_over(face_points().of(person.rows), base) - base
    return np.asarray(((away + away[mirror] * [-1, 1, 1]) / 2).ravel())


def traits_of(person: Person) -> NDArray[np.float64]:
    """(T,) sliders and macros."""
    traits = person.traits
    assert traits.ancestry is not None
    sliders = [traits.sliders[name] for name in SLIDER_NAMES]
    return np.array([*sliders, traits.known("presentation"), traits.known("weight"), *traits.ancestry[:2]])


def taught(examples: Examples) -> tuple[dict[str, NDArray], dict[str, float]]:
    """Fits the regression: its arrays, and its figures on held-out people."""
    groups = examples.number // TOGETHER
    kept_out = np.isin(groups, np.random.default_rng(0).permutation(np.unique(groups))[: len(np.unique(groups)) // 5])
    middle = examples.shape.mean(axis=0)
    _, sizes, ways = np.linalg.svd(examples.shape - middle, full_matrices=False)
    sizes, ways = sizes[:MEASURES] / np.sqrt(len(examples.shape)), ways[:MEASURES]
    measures = (examples.shape - middle) @ ways.T / sizes
    scores = {}
    for ridge in RIDGES:
        mean, scale, weights = regression(examples.features[~kept_out], measures[~kept_out], ridge)
        read = standardized(examples.features[kept_out, 0], mean, scale) @ weights
        whole = (examples.shape - middle)[kept_out]
        scores[ridge] = 1 - float(((read * sizes @ ways - whole) ** 2).sum() / (whole**2).sum())
        logger.info("ridge %g: %.3f", ridge, scores[ridge])
        if scores[ridge] >= max(scores.values()):
            figures = figures_of(read * sizes @ ways, whole, np.abs(examples.yaw[kept_out]) < 24)
    best = max(scores, key=lambda ridge: scores[ridge])
    mean, scale, weights = regression(examples.features, measures, best)
    step = np.abs(weights).max(axis=0) / 127
    usual = examples.traits.mean(axis=0)
    flat = np.linalg.solve(measures.T @ measures + 5 * np.eye(MEASURES), measures.T @ (examples.traits - usual))
    flat[:, : len(SLIDER_NAMES)] = sliders_of(ways, sizes)
    usual[: len(SLIDER_NAMES)] = [BY_NAME[name].mean for name in SLIDER_NAMES]
    arrays = {
        "mean": mean.astype(np.float16), "scale": scale.astype(np.float16),
        "weights": np.round(weights / step).astype(np.int8), "step": step.astype(np.float32),
        "traits": flat.astype(np.float16), "usual": usual.astype(np.float32),
    }  # fmt: skip
    return arrays, figures | {"ridge": best}


def sliders_of(ways: NDArray, sizes: NDArray) -> NDArray[np.float64]:
    """(K, S) the expected change of each slider for a unit of each measure, from the slider's effect on a head: people
    differ at random in so many sliders that a thousand are too few to estimate it."""
    result = []
    for name in SLIDER_NAMES:
        spread = BY_NAME[name].spread * DRAWN_SPREAD
        ends = [shape_of(body_model().person(BodyTraits(age=30.0, sliders={name: sign * spread}))) for sign in (1, -1)]
        result.append(spread * (ends[0] - ends[1]) / 2 @ ways.T / sizes)
    return np.stack(result, axis=1)


def standardized(features: NDArray, mean: NDArray, scale: NDArray) -> NDArray[np.float32]:
    return np.asarray(np.clip((features.astype(np.float32) - mean) / scale, -MOST, MOST), np.float32)


def regression(features: NDArray, measures: NDArray, ridge: float) -> tuple[NDArray, NDArray, NDArray]:
    """Mean (F,), scale (F,) and weights (F, K) from features (N, 2, F) to measures (N, K)."""
    flat = features.reshape(-1, features.shape[-1]).astype(np.float32)
    mean, scale = flat.mean(axis=0), flat.std(axis=0) + 1e-3
    seen = standardized(flat, mean, scale)
    wanted = np.repeat(measures, features.shape[1], axis=0)
    gram = (seen @ seen.T).astype(np.float64) / seen.shape[1]
    strengths = np.linalg.solve(gram + ridge * np.eye(len(gram)), wanted)
    return mean, scale, seen.T.astype(np.float64) @ strengths / seen.shape[1]


def figures_of(read: NDArray, true: NDArray, front: NDArray) -> dict[str, float]:
    """Fractions of the variance of shapes (N, D) that are explained, and how often the right one of 20 is nearest."""
    ways = [values / np.linalg.norm(values, axis=1, keepdims=True) for values in (read, true)]
    alike = ways[0] @ ways[1].T
    nearer = (alike > np.diag(alike)[:, None]).mean(axis=1)
    rest = 1 - ((read - true) ** 2).sum(axis=1)[front].sum() / (true**2).sum(axis=1)[front].sum()
    return {
        "share of the variance of shapes that is read, people kept out": round(
            1 - float(((read - true) ** 2).sum() / (true**2).sum()), 3
        ),
        "from the front": round(float(rest), 3),
        "the right one of 20 is nearest": round(float(((1 - nearer) ** 19).mean()), 3),
    }
