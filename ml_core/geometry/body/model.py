"""The built-in body evaluated: traits of one person to a mesh, its joints and its eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import STEP, BodyData, read_body
from ml_core.geometry.body.people import prior
from ml_core.geometry.body.people.growth import FACE_SPARED, childlike, dimorphism, head_growth
from ml_core.geometry.body.people.macros import HEIGHT, Macros, macro_age
from ml_core.geometry.body.rig import BONE_NAMES, SIDES, dense_weights
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.easing import smoothstep
from ml_core.vocabulary.avatar.body_sliders import (
    AGED_MASCULINE,
    ASYMMETRY,
    BY_NAME,
    CHILDLIKE,
    CHILDLIKE_AFRICAN,
    FEMININE,
    HEAVY,
    MASCULINE,
    MUSCULAR,
    RELAXED,
)

Array = NDArray[np.floating]
DENSE_ROWS = 2500
"""Targets that move more rows than this are kept as whole arrays: adding one is 30 times as fast."""
WEIGHTS = ((0.0, 0.0), (0.5, 0.8), (0.7, 1.0), (1.0, 1.0))
"""Our weight -> MakeHuman's, whose middle is slimmer than people are: a woman there has a body mass index of 18.5."""
HEAVY_FROM, STRONG_FROM = 0.58, 0.65
"""Weight and muscle from which on the local targets of heaviness and of strength come in."""
EYEBALL = 0.985
"""Radius of an eyeball beside half the width of MakeHuman's eye mesh: just inside the lids."""
_HEIGHT_TURNS = 4
_FACE_TOP = 0.055
"""Meters above the eyes of the base mesh where the cranium begins; the face ends at the eyes."""


@dataclass(frozen=True)
class Eye:
    """An eyeball that looks along -Y: its center (3,) and radius in meters."""

    center: Array
    radius: float


@dataclass(frozen=True)
class Person:
    """One evaluated person; feet on z = 0, facing -Y, meters.

    Attributes:
        rows: (R, 3) float32: the vertices, then the joints.
        traits: with nothing left open.
    """

    data: BodyData
    rows: NDArray[np.float32]
    traits: BodyTraits

    @property
    def vertices(self) -> NDArray[np.float32]:
        return self.rows[: self.data.vertex_count]

    def joint(self, name: str) -> NDArray[np.float32]:
        """A joint (3,) by MakeHuman's name, such as ``l-knee``."""
        return self.rows[self.data.vertex_count + self.data.joints.index(name)]

    def eye(self, side: str) -> Eye:
        """The eyeball of ``"l"`` or ``"r"``."""
        points = self.vertices[self.data.used(f"eye_{side}")]
        width = float(points[:, 0].max() - points[:, 0].min())
        return Eye(self.joint(f"{side}-eye"), EYEBALL * width / 2)

    @property
    def height(self) -> float:
        """Meters from sole to crown of the person standing upright."""
        return Stature.of(self.data).meters(self.rows)


@dataclass(frozen=True)
class Stature:
    """Where the height of a person sculpted with legs apart is measured: from the crown, and along the longer leg.

    Attributes:
        skin: (S,) vertices of the skin. soles: of each foot. legs: (2, 3) rows of hip, knee and ankle.
    """

    skin: NDArray[np.int64]
    soles: tuple[NDArray[np.int64], NDArray[np.int64]]
    legs: NDArray[np.int64]

    @classmethod
    def of(cls, data: BodyData) -> Stature:
        weights = dense_weights(data)
        skin = data.used("skin")
        feet = []
        for side, _ in SIDES:
            columns = [BONE_NAMES.index(f"{side}{part}") for part in ("Foot", "Toes")]
            feet.append(skin[weights[skin][:, columns].sum(axis=1) > 0.9])
        legs = [[data.vertex_count + data.joints.index(f"{s}-{name}") for name in ("upper-leg", "knee", "ankle")]
                for _, s in SIDES]  # fmt: skip
        return cls(skin, (feet[0], feet[1]), np.array(legs))

    def meters(self, rows: Array) -> float:
        """Height standing upright of rows (R, 3) in the sculpted stance: as the T-pose has it, legs straight down."""
        lengths = []
        for (hip, knee, ankle), sole in zip(rows[self.legs].astype(np.float64), self.soles, strict=True):
            leg = np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle)
            lengths.append(leg + ankle[2] - float(rows[sole, 2].min()) - hip[2])
        return float(rows[self.skin, 2].max()) + max(lengths)


class BodyModel:
    """Turns traits into a :class:`Person`. One model may be used by several threads: nothing in it changes."""

    def __init__(self, data: BodyData) -> None:
        self.data = data
        self._macros = {name: tuple(name.split("-")) for name in data.targets if "/" not in name}
        sizes = np.diff(data.start)
        self._dense = {int(number): self._whole(int(number)) for number in np.flatnonzero(sizes > DENSE_ROWS)}
        self._stature = Stature.of(data)
        self._face_widening = self.sum_of({"head/head-scale-horiz-incr": FACE_SPARED}) * _face(data)[:, None]

    def person(self, traits: BodyTraits, seed: int | None = None) -> Person:
        """The person of ``traits``; what is left open is drawn by ``seed``, or average without one."""
        whole = prior.neutral(traits) if seed is None else prior.drawn(traits, seed)
        words = _macros(whole).words()
        weights: dict[str, float] = self._macro_weights(words)
        for name, share in _local_weights(whole).items():
            weights[name] = weights.get(name, 0.0) + share
        rows = self.sum_of(weights)
        rows += self.data.base
        head = head_growth(whole.known("age"), whole.known("presentation"))
        if head:
            rows -= np.float32(head) * self._face_widening
        self._grow(rows, words, whole.known("height"))
        rows[:, 2] -= rows[self._stature.skin, 2].min()
        return Person(self.data, rows, whole)

    def sum_of(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """(R, 3) the sum of some targets by name, each times its weight, meters.

        Raises:
            KeyError: there is no such target.
        """
        shares: dict[int, float] = {}
        for name, weight in weights.items():
            number = self.data.targets[name]
            shares[number] = shares.get(number, 0.0) + weight
        total = np.zeros_like(self.data.base)
        scratch = np.empty_like(total)
        sparse: list[tuple[slice, float]] = []
        for number, weight in shares.items():
            if number in self._dense:
                np.multiply(self._dense[number], np.float32(weight * STEP), out=scratch)
                total += scratch
            else:
                sparse.append((slice(self.data.start[number], self.data.start[number + 1]), weight * STEP))
        if sparse:
            total += self._sum_of_sparse(sparse)
        return total

    def _sum_of_sparse(self, parts: list[tuple[slice, float]]) -> NDArray[np.float32]:
        """(R, 3) the sum of targets that move few rows: parts of ``data.steps`` and their factors."""
        rows = np.concatenate([self.data.rows[part] for part, _ in parts])
        steps = np.concatenate([self.data.steps[part] for part, _ in parts])
        factors = np.repeat([factor for _, factor in parts], [part.stop - part.start for part, _ in parts])
        count = len(self.data.base)
        columns = [np.bincount(rows, steps[:, axis] * factors, count) for axis in range(3)]
        return np.stack(columns, axis=1).astype(np.float32)

    def _whole(self, number: int) -> NDArray[np.int16]:
        part = slice(self.data.start[number], self.data.start[number + 1])
        whole = np.zeros(self.data.base.shape, np.int16)
        whole[self.data.rows[part]] = self.data.steps[part]
        return whole

    def _macro_weights(self, words: Mapping[str, float], height: str | None = None) -> dict[str, float]:
        """Macro target -> product of its words' weights; those of an end of the height, or those without one."""
        weights = {}
        for name, parts in self._macros.items():
            if (height in parts) if height else parts[-1] not in HEIGHT:
                weight = 1.0
                for word in parts:
                    weight *= 1.0 if word == height else words.get(word, 0.0)
                    if not weight:
                        break
                else:
                    weights[name] = weight
        return weights

    def _grow(self, rows: NDArray[np.float32], words: Mapping[str, float], wanted: float) -> None:
        """Bring a person to ``wanted`` meters, in place: by MakeHuman's height as far as it goes, then by scaling."""
        now = self._stature.meters(rows)
        growth = self.sum_of(self._macro_weights(words, HEIGHT[int(wanted > now)]))
        grown = self._stature.meters(rows + growth)
        low, high, share = (0.0, now), (1.0, grown), 1.0
        if (grown - wanted) * (wanted - now) > 0:  # within what the targets reach: false position, nearly linear
            for _ in range(_HEIGHT_TURNS):
                share = low[0] + (high[0] - low[0]) * (wanted - low[1]) / (high[1] - low[1])
                height = self._stature.meters(rows + np.float32(share) * growth)
                if abs(height - wanted) < 1e-5:
                    break
                if (height - wanted) * (low[1] - wanted) > 0:
                    low = share, height
                else:
                    high = share, height
        growth *= np.float32(share)
        rows += growth
        rows *= np.float32(wanted / self._stature.meters(rows))


@cache
def body_model() -> BodyModel:
    """The model of the shipped figures, read once; raises :class:`ml_core.errors.InputError` where they are damaged."""
    return BodyModel(read_body())


def _macros(traits: BodyTraits) -> Macros:
    """The axes of MakeHuman's formula for traits with nothing left open."""
    if traits.ancestry is None:
        raise ValueError("ancestry is left open")
    weight, makehuman = np.array(WEIGHTS).T
    return Macros(
        male=1 - traits.known("presentation"),
        age=macro_age(traits.known("age")),
        muscle=traits.known("muscle"),
        weight=float(np.interp(traits.known("weight"), weight, makehuman)),
        proportions=traits.known("proportions"),
        cup=traits.known("bust") if traits.is_adult else 0.5,
        firmness=traits.known("firmness") if traits.is_adult else 0.5,
        ancestry=traits.ancestry,
    )


def _local_weights(traits: BodyTraits) -> dict[str, float]:
    """Local target -> weight: sliders, heaviness and asymmetry."""
    weights: dict[str, float] = {}

    def add(name: str, share: float) -> None:
        if share:
            weights[name] = weights.get(name, 0.0) + share

    for name, value in traits.sliders.items():
        slider = BY_NAME[name]
        if traits.is_adult or not slider.adult:
            for target, share in slider.targets(value).items():
                add(target, share)
    african = traits.ancestry[0] if traits.ancestry is not None else 0.0
    for target, share in _features(traits.known("age"), traits.known("presentation"), african):
        add(target, share)
    head = head_growth(traits.known("age"), traits.known("presentation"))
    for way in ("horiz", "vert", "depth"):
        add(f"head/head-scale-{way}-incr", head)
    grown = min(1.0, 0.4 + 0.6 * macro_age(traits.known("age")) / 0.5)
    for target, share in HEAVY:
        add(target, share * grown * float(smoothstep(traits.known("weight"), HEAVY_FROM)))
    if traits.is_adult:
        for target, share in MUSCULAR:
            add(target, share * float(smoothstep(traits.known("muscle"), STRONG_FROM)))
    if traits.asymmetry:
        random = np.random.default_rng(traits.asymmetry_seed)
        for pair, value in zip(ASYMMETRY, random.standard_normal(len(ASYMMETRY)), strict=True):
            add(pair[int(value > 0)], float(min(abs(value), 2)) * 0.5 * traits.asymmetry)
    return weights


def _features(age: float, presentation: float, african: float) -> Iterator[tuple[str, float]]:
    """Targets of the face by age, presentation and the share of African ancestors, and their weights."""
    apart, child = dimorphism(age) * (2 * presentation - 1), childlike(age)
    for table, share in (
        (RELAXED, 1.0),
        (CHILDLIKE, child),
        (CHILDLIKE_AFRICAN, child * african),
        (FEMININE, apart),
        (MASCULINE, -apart),
        (AGED_MASCULINE, -apart * max(0.0, (age - 30) / 45)),
    ):
        if share > 0:
            for target, most in table:
                yield target, most * share


def _face(data: BodyData) -> NDArray[np.float32]:
    """(R,) 1 up to the eyes of the base mesh, 0 on the cranium."""
    eyes = np.mean([data.base[data.vertex_count + data.joints.index(f"{side}-eye"), 2] for side in "lr"])
    return np.asarray(smoothstep(1 - (data.base[:, 2] - eyes) / _FACE_TOP), np.float32)
