"""Studies of the recognizer: leave one author out, other networks on the same data, labels from a few examples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.meshes.made import MADE
from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.inference.recognition.taught_labels import nearest_labels
from ml_core.training.loop import open_fabric
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.likeness import Likeness, maps_of, seen
from ml_core.training.objects.metrics import accuracy, calibration_noise, cross_fitted
from ml_core.training.objects.trainer import RecognizerTrainer, predict
from ml_core.training.objects.views import ViewSet, render_clean
from ml_core.vocabulary.scene.labels import FIRST_LABELS

TAUGHT = ("armchair", "barrel", "bed", "bench", "book", "bottle", "car", "chest", "cup", "door", "fence", "gun",
          "lamp", "potted_plant", "refrigerator", "shield", "sofa", "stove", "street_light", "tree")  # fmt: skip
"""The twenty classes that the study of teaching leaves out: furniture, tableware, nature and props, large and small."""


def author(mesh: ObjectMesh) -> str:
    """The author of a mesh: the packs of Kay Lousberg and of Kenney come from several sources each."""
    return mesh.source.partition("_")[0]


def trained(
    config: RecognizerTrainingConfig,
    meshes: list[ObjectMesh],
    data: ViewSet,
    keep: NDArray[np.bool_],
    held_out: ViewSet,
    folder: Path,
) -> RecognizerTrainer:
    """A network trained on the views of the meshes in ``keep``; scored only at its end, so nothing is selected."""
    config = replace(config, evaluate_every=config.steps + 1)
    trainer = RecognizerTrainer(config, meshes, data.rows(keep[data.mesh]), held_out, folder, open_fabric())
    trainer.fit()
    return trainer


def fold(
    config: RecognizerTrainingConfig, meshes: list[ObjectMesh], data: ViewSet, left_out: str, folder: Path
) -> dict[str, float]:
    """Scores on the meshes of one author of a network that saw none of them, over the classes that both sides have."""
    keep = np.array([author(mesh) != left_out for mesh in meshes])
    seen = {mesh.label for mesh, kept in zip(meshes, keep, strict=True) if kept and mesh.source != MADE}
    scored = [m for m, kept in zip(meshes, keep, strict=True) if not kept and m.label != UNKNOWN and m.label in seen]
    held_out = render_clean(scored)
    trainer = trained(config, meshes, data, keep, held_out, folder)
    found = predict(trainer.average, held_out, 0.0)
    scores = accuracy(found.logits, held_out.labels) | cross_fitted(found.logits, found.known, held_out.labels)
    scores["calibration_noise"] = calibration_noise(found.logits, held_out.labels)
    return {"meshes": len(scored), "classes": len(set(held_out.labels.tolist())), **scores}


def compared(
    config: RecognizerTrainingConfig, meshes: list[ObjectMesh], data: ViewSet, held_out: ViewSet, folder: Path
) -> dict[str, float]:
    """Scores on ``held_out`` of the architecture that ``config`` names, without sizes, which only ours can use."""
    trainer = trained(config, meshes, data, np.ones(len(meshes), bool), held_out, folder)
    found = accuracy(predict(trainer.average, held_out, 0.0).logits, held_out.labels)
    count = sum(parameter.numel() for parameter in trainer.average.parameters())
    return {**found, "parameters": count, "steps": trainer.step}


def teaching(
    config: RecognizerTrainingConfig, meshes: list[ObjectMesh], data: ViewSet, folder: Path, trials: int = 200
) -> dict[str, float]:
    """1-shot and 5-shot accuracy over TAUGHT of an embedding that was trained without them, and of the classifier's own
    part of it alone.

    Examples and questions come from different packs, as an artist's next file would.
    """
    left_out = {FIRST_LABELS.index(name) for name in TAUGHT}
    keep = np.array([mesh.label not in left_out for mesh in meshes])
    queries = [mesh for mesh in meshes if mesh.label in left_out and mesh.source != MADE]
    clean = render_clean(queries)
    trainer = trained(config, meshes, data, keep, clean, folder)
    own = predict(trainer.average, clean, 0.0).embedding
    learned = [mesh for mesh, kept in zip(meshes, keep, strict=True) if kept and mesh.label != UNKNOWN]
    likeness = Likeness.of(trainer.average, render_clean(learned), 0.0)
    wide = likeness.beside(own, seen(trainer.average, clean, 0.0), maps_of(clean.views))
    packs = np.array([f"{mesh.source}/{mesh.pack}" for mesh in queries])
    return {
        f"{shots}-shot{part}": few_shot(embedding, clean.labels, packs, shots, trials)
        for part, embedding in (("", wide), (", the classifier's part alone", own))
        for shots in (1, 5)
    }


def few_shot(embedding: NDArray, labels: NDArray, packs: NDArray, shots: int, trials: int) -> float:
    """Share of right answers by the nearest of ``shots`` examples a class, over ``trials`` draws of examples."""
    rng = np.random.default_rng(0)
    classes = np.unique(labels)
    right, rounds = 0.0, 0
    for _ in range(trials):
        examples, used = [], set()
        for label in classes:
            of_class = np.flatnonzero(labels == label)
            first_pack = rng.choice(np.unique(packs[of_class]))
            near = of_class[packs[of_class] == first_pack]
            rest = of_class[packs[of_class] != first_pack]
            # All examples from one pack while it has enough; half of the others stay to be asked about.
            chosen = list(rng.permutation(near)[:shots])
            chosen += list(rng.permutation(rest)[: min(shots - len(chosen), len(rest) // 2)])
            examples.append(embedding[chosen])
            used |= {(label, packs[index]) for index in chosen}
        asking = [i for i in range(len(labels)) if (labels[i], packs[i]) not in used]
        answer = classes[nearest_labels(embedding[asking], examples)[0]]
        # Every class counts the same, however many meshes of it are left.
        by_class = [(answer[labels[asking] == c] == c).mean() for c in np.unique(labels[asking])]
        right, rounds = right + float(np.sum(by_class)), rounds + len(by_class)
    return right / rounds
