"""Procedural training meshes: variants of everyday objects, posed people, and objects of no class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml_core.datasets.furniture.varied import GENERATORS, UNNAMED, mesh_of
from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.datasets.meshes.posed_bodies import posed_body
from ml_core.vocabulary.scene.labels import OBJECT_LABELS

MADE = "made"
"""The ``source`` of all of them."""


# Classes whose members are built in more ways than others', against a usual count of 1.
_SHARE = {
    "cabinet": 3.0, "table": 2.0, "chair": 2.0, "potted_plant": 2.5, "food": 2.5, "shelf": 1.5, "stool": 1.5,
    "lamp": 1.5, "ceiling_light": 1.5, "window": 1.5, "door": 1.5, "refrigerator": 0.6, "nightstand": 0.7, "stove": 0.7,
    "barrel": 0.5, "street_light": 0.6, "rug": 0.5, "plate": 0.5, "bowl": 0.7, "sign": 0.5, "pillow": 0.6,
    "stairs": 0.4, "column": 0.4, "pipe": 0.4, "candle": 0.5, "tin_can": 0.5, "ladder": 0.5, "star": 0.4, "flower": 0.7,
    "traffic_light": 0.6, "arch": 0.5, "keyboard": 0.6, "pallet": 0.6, "traffic_cone": 0.5, "bridge": 0.7,
    "kitchen_appliance": 1.5, "musical_instrument": 1.5, "bag": 1.2,
}  # fmt: skip


def made_objects(per_class: int, bodies: int, seed: int, labels: Sequence[str] = OBJECT_LABELS) -> list[ObjectMesh]:
    """About ``per_class`` variants of each class of ``labels``, the first of OBJECT_LABELS, that has a generator, as
    many objects of no class, and ``bodies`` people."""
    made = []
    for name, generator in sorted(GENERATORS.items()):
        if name not in labels:
            continue
        for number in range(round(per_class * _SHARE.get(name, 1.0))):
            mesh = mesh_of(generator(_rng(seed, name, number)))
            made.append(ObjectMesh(f"made/{name}/{number}", MADE, "", OBJECT_LABELS.index(name), "train", *mesh))
    for number in range(per_class):
        generator = UNNAMED[number % len(UNNAMED)]
        mesh = mesh_of(generator(_rng(seed, generator.__name__, number)))
        made.append(ObjectMesh(f"made/{generator.__name__}/{number}", MADE, "", UNKNOWN, "train", *mesh))
    for number in range(bodies):
        mesh = posed_body(_rng(seed, "person", number))
        made.append(ObjectMesh(f"made/person/{number}", MADE, "", OBJECT_LABELS.index("person"), "train", *mesh))
    return made


def _rng(seed: int, name: str, number: int) -> np.random.Generator:
    return np.random.default_rng((seed, number, *name.encode()))
