"""Which objects stand together and where, for suggestions: label bags and relations from a prior and real scenes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ml_core.inference.layout.suggesting import LayoutModel, bag_of, counted, places_of, relation_in
from ml_core.inference.recognition.scenes import SceneObject
from ml_core.vocabulary.scene.labels import FIRST_LABELS

from .rooms import AGAINST_WALL, HUNG, ON_TOP, PRIORS, SUPPORTS

_REAL_CHANCE = 0.9
"""Chance that a place like a real one has what that one had."""
_PRIOR_WEIGHT = 4.0
"""As many observations as our own prior counts for, beside those of real scenes."""
FACES = {
    "chair": ("table", "desk"), "armchair": ("table", "tv_monitor", "sofa"), "stool": ("table", "desk"),
    "sofa": ("tv_monitor", "table"), "person": ("table", "tv_monitor"),
}  # fmt: skip
"""Our own prior of what is turned to what it stands beside."""
_BESIDE = {
    "chair": ("table", "desk"), "stool": ("table",), "nightstand": ("bed",), "armchair": ("sofa", "table"),
    "trash_bin": ("desk", "cabinet"), "bench": ("table", "tree"), "rug": ("bed", "sofa"), "street_light": ("car",),
    "potted_plant": ("sofa", "shelf", "window"), "bush": ("tree",), "rock": ("tree",), "barrel": ("box",),
    "chest": ("bed", "barrel"),
}  # fmt: skip
_CARRIED_BY = {
    "pillow": ("bed", "sofa"), "book": ("shelf", "table", "desk"), "lamp": ("nightstand", "desk", "table", "cabinet"),
    "tv_monitor": ("cabinet", "desk", "table"), "cooking_pot": ("stove", "cabinet"),
    "vase": ("table", "cabinet", "shelf"), "bottle": ("table", "cabinet", "shelf"), "hand_tool": ("table", "box"),
    "gun": ("table", "chest"), "melee_weapon": ("table", "chest"),
}  # fmt: skip
LEAST = 3
"""Fewest labeled objects of a place that is learned from."""


def facts(scenes: Mapping[str, Sequence[SceneObject]]) -> dict[str, Any]:
    """Bags and relations, as :class:`~ml_core.inference.layout.suggesting.LayoutModel` takes them."""
    bags = [
        {"kind": kind, "labels": {label: [chance, (low + high) / 2] for label, (chance, low, high) in
                                  prior.objects.items()}}
        for kind, prior in PRIORS.items()
    ]  # fmt: skip
    relations: dict[str, Counter[str]] = defaultdict(Counter)
    for name, objects in scenes.items():
        for place in places_of(_known(objects)):
            if len(place) < LEAST:
                continue
            counts = counted([item.label for item in place])
            bags.append({"kind": name, "labels": {label: [_REAL_CHANCE, n] for label, n in sorted(counts.items())}})
            for item in place:
                relations[str(item.label)].update([relation_in(item, place)])
    shares = {label: _shares(_prior_relations(label), relations[label]) for label in sorted(FIRST_LABELS)}
    return {"bags": bags, "relations": shares, "faces": {label: list(to) for label, to in FACES.items()}}


def _known(objects: Sequence[SceneObject]) -> list[SceneObject]:
    return [obj for obj in objects if obj.label in FIRST_LABELS]


def _prior_relations(label: str) -> dict[str, float]:
    if label in ON_TOP:
        supports = [item for item in _CARRIED_BY.get(label, ("table", "desk")) if item in SUPPORTS]
        return {f"on {support}": _PRIOR_WEIGHT / (2 + place) for place, support in enumerate(supports)}
    if label in AGAINST_WALL or label in HUNG:
        return {"wall": _PRIOR_WEIGHT, "floor": 0.5}
    if label in _BESIDE:
        return {f"next_to {other}": _PRIOR_WEIGHT / len(_BESIDE[label]) for other in _BESIDE[label]}
    return {"floor": 1.0}


def _shares(prior: Mapping[str, float], seen: Mapping[str, int]) -> dict[str, float]:
    both = {name: prior.get(name, 0.0) + seen.get(name, 0) for name in (*prior, *seen)}
    total = sum(both.values())
    return {name: round(count / total, 3) for name, count in sorted(both.items(), key=lambda item: -item[1])}


def scores(scenes: Mapping[str, Sequence[SceneObject]]) -> dict[str, Any]:
    """Leave-one-out accuracy on held-out scenes: how often the label of the removed object is among the first five,
    compared with the five most frequent labels of all scenes and of its place; and the same for labels that occur in
    the place only once."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for name, objects in scenes.items():
        others = {other: one for other, one in scenes.items() if other != name}
        model = LayoutModel(facts(others))
        popular = _popularity(others)
        for place in places_of(_known(objects)):
            labels = [str(item.label) for item in place]
            for number, label in enumerate(labels if len(labels) >= LEAST else []):
                left = labels[:number] + labels[number + 1 :]
                proposed = [one for one, _ in model.ranked(left)]
                hits["suggestions"].append(label in proposed)
                hits["popularity"].append(label in popular[:5])
                often = [one for one, _ in Counter(left).most_common(5)]
                hits["most frequent in the place"].append(label in often)
                if label not in left:
                    new = [item for item in popular if item not in left]
                    hits["new labels: suggestions"].append(label in proposed)
                    places = len([item for item in proposed if item not in left])
                    hits["new labels: popularity"].append(label in new[:places])
    rows: dict[str, Any] = {key: round(float(np.mean(values)), 3) for key, values in hits.items()}
    return {"objects": len(hits["suggestions"]), "objects of new labels": len(hits["new labels: suggestions"]), **rows}


def _popularity(scenes: Mapping[str, Sequence[SceneObject]]) -> list[str]:
    """Labels from most to least frequent, our prior and real scenes weighted equally."""
    prior = np.zeros(len(FIRST_LABELS))
    for one in PRIORS.values():
        for label, (chance, low, high) in one.objects.items():
            prior[FIRST_LABELS.index(label)] += chance * (low + high) / 2
    bags = [bag_of([str(item.label) for item in _known(objects)]) for objects in scenes.values()]
    real = sum(bags, np.zeros(len(FIRST_LABELS)))
    both = prior / prior.sum() + real / max(float(real.sum()), 1.0)
    return [FIRST_LABELS[index] for index in np.argsort(-both, kind="stable")]
