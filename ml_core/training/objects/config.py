"""Hyperparameters of a recognizer run; written into its folder and into the card of the weights."""

from __future__ import annotations

from dataclasses import dataclass, field

from ml_core.networks.view_cnn import ViewCNNConfig
from ml_core.vocabulary.scene.labels import FIRST_LABELS


@dataclass(frozen=True)
class LearningConfig:
    """Budget, optimizer and average of a recognizer run.

    ``minutes`` of computing end the run, on a CPU minutes of CPU time a thread, or with ``wall_clock`` of wall-clock
    time (the cosine follows them or ``steps``, whichever is further on).
    """

    minutes: float = 32.0
    wall_clock: bool = False
    steps: int = 4000
    batch: int = 48
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: int = 100
    ema: float = 0.998
    evaluate_every: int = 250
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True)
class RecognizerTrainingConfig(LearningConfig):
    """``architecture``: ``views`` (ours), or ``pointnet`` or ``simpleview`` to compare with.

    ``views_around``: how many of the five views around a training batch sees, drawn anew each time; inference sees all.
    ``normals_hidden``: share of batches without normals, whose facets give a low-poly style away.
    ``bodies``, ``made_per_class``: how many posed people and generated variants of each class are added.
    ``class_power``: a class is drawn in proportion to its number of meshes to this power (0 = all classes equally).
    """

    architecture: str = "views"
    labels: tuple[str, ...] = FIRST_LABELS
    network: ViewCNNConfig = field(default_factory=ViewCNNConfig)
    label_smoothing: float = 0.1
    negatives: float = 0.2
    negative_weight: float = 0.3
    known_weight: float = 0.5
    class_power: float = 0.35
    pack_power: float = 0.5
    views_around: int = 3
    size_dropped: float = 0.5
    size_jitter: float = 0.3
    normals_hidden: float = 0.3
    bodies: int = 60
    made_per_class: int = 100
    copies_per_class: int = 320
