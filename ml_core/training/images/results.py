"""Figures of the image recognizer on pictures of meshes, and its export from a training run with a card."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.inference.recognition.images import SIZE, network_input
from ml_core.inference.recognition.objects import softmax
from ml_core.inference.session import open_session
from ml_core.networks.image_cnn import ImageCNN, Mirrored
from ml_core.training.cards import write_card
from ml_core.training.export import partial_file, write_onnx
from ml_core.training.images.pictures import THREE_QUARTER, cut_out, on_plain
from ml_core.training.objects.metrics import (
    accuracy,
    auroc,
    best_temperature,
    calibration_noise,
    confusions,
    cross_fitted,
    keeping_threshold,
    per_class,
)
from ml_core.training.recognition import BEST, read_best
from ml_core.vocabulary.scene.labels import FIRST_LABELS

INPUTS, OUTPUTS = ("images",), ("logits", "known", "embedding")
DESCRIPTION = {
    "what": "Image recogniser: one object in a picture with a plain background, 52 classes, known/unknown, embedding",
    "data": "pictures traced of 1289 labelled meshes of Quaternius, TheBaseMesh (M3), Kay Lousberg (KayKit) and "
    "Kenney, of unlabelled ones of the same packs as unknown objects, and of generated meshes; scored on pictures of "
    "Blend Swap models cleaned by Emmanuel Puybaret / eTeks (SweetHome3D furniture library BlendSwap-CC-0)",
    "data_licence": "CC0-1.0",
    "licence": "GPL-3.0-or-later",
    "limits": "learned from untextured renders and measured on renders only, never on photos; colour and texture are "
    "not looked at; one upright object before a plain background, seen from -5 to 60 degrees above; shadows on a floor "
    "count as part of the object; size is unknown, so that what differs by size (box and building) is confused",
}
VIEWS = 2
BACKGROUNDS = (0.05, 1.0)
"""Linear gray behind a render in the first and in the second view: Blender's own, and white."""
_SURE = 0.9  # confidence
_QUALITY = 50
_WRONG = -30.0  # logit of the right class, and of being known, where no object was found in the picture


@dataclass(frozen=True)
class Outputs:
    """logits: (N, classes); known: (N,) in 0..1; labels, view: (N,); missed: pictures in which nothing was found."""

    logits: NDArray[np.float64]
    known: NDArray[np.float64]
    labels: NDArray[np.int64]
    view: NDArray[np.int64]
    missed: int


def outputs(path: Path, meshes: list[ObjectMesh], picture: Callable[[ObjectMesh, int], NDArray[np.uint8]]) -> Outputs:
    """Outputs of the ONNX file at ``path`` for both pictures of each known mesh, and one of each unknown mesh."""
    session = open_session(path, "cpu")
    inputs, labels, view, missed = [], [], [], []
    for number, mesh in enumerate(meshes):
        for view_number in views_of(mesh, number):
            try:
                inputs.append(network_input(picture(mesh, view_number)))
            except InputError:
                missed.append(len(inputs))
                inputs.append(np.zeros((2, SIZE, SIZE), np.uint8))
            labels.append(mesh.label)
            view.append(view_number)
    parts = [
        session.run(["logits", "known"], {"images": np.stack(inputs[first : first + 32])})
        for first in range(0, len(inputs), 32)
    ]
    logits, known = (np.concatenate(column).astype(np.float64) for column in zip(*parts, strict=True))
    logits[missed, np.array(labels)[missed]] = _WRONG
    known[missed] = _WRONG
    return Outputs(logits, 1 / (1 + np.exp(-known)), np.array(labels), np.array(view), len(missed))


def figures_of(found: Outputs) -> dict[str, Any]:
    """Figures, cross-fitted one view at a time: the two pictures of a mesh must not be on both sides."""
    learned = found.labels != UNKNOWN
    halves = []
    for number in range(VIEWS):
        rows = ~learned | (found.view == number)
        halves.append(cross_fitted(found.logits[rows], found.known[rows], found.labels[rows]))
    fitted = {name: float(np.mean([half[name] for half in halves])) for name in halves[0]}
    first_view = found.view == 0  # the calibration error above is of as many pictures
    scores = {
        **accuracy(found.logits, found.labels),
        "auroc_known": auroc(found.known[learned], found.known[~learned]),
        **fitted,
        "calibration_noise": calibration_noise(found.logits[first_view], found.labels[first_view]),
    }
    counts = {"pictures": int(learned.sum()), "unknown": int((~learned).sum()), "nothing_found": found.missed}
    return counts | {name: round(value, 4) for name, value in scores.items()}


def accuracy_of(found: Outputs) -> dict[str, float]:
    return {name: round(value, 4) for name, value in accuracy(found.logits, found.labels).items()}


def measure(path: Path, meshes: list[ObjectMesh], textured: list[ObjectMesh], renders: Path) -> dict[str, Any]:
    """All figures of the weights at ``path``."""
    own = outputs(path, meshes, lambda mesh, view: on_plain(cut_out(mesh, THREE_QUARTER[view])))
    behind = [camera._replace(yaw=camera.yaw + 180) for camera in THREE_QUARTER]
    from_behind = outputs(path, meshes, lambda mesh, view: on_plain(cut_out(mesh, behind[view])))
    cycles, colored = (
        outputs(path, some, lambda mesh, view: read_picture(render_file(renders, mesh, view)))
        for some in (meshes, textured)
    )
    packed = outputs(
        path, [mesh for mesh in meshes if mesh.label != UNKNOWN], lambda mesh, view: compressed(renders, mesh, view)
    )
    by_kind = {}
    for number, background in enumerate(BACKGROUNDS):
        rows = cycles.view == number
        by_kind[f"top1_background_{background:g}"] = round(
            accuracy(cycles.logits[rows], cycles.labels[rows])["top1"], 4
        )
    temperature = best_temperature(cycles.logits, cycles.labels)
    learned = cycles.labels != UNKNOWN
    shares = softmax(cycles.logits[learned] / temperature)
    sure = shares.max(axis=1) > _SURE
    right = shares.argmax(axis=1) == cycles.labels[learned]
    by_kind |= {"sure": int(sure.sum()), "sure_and_right": int((sure & right).sum())}
    return {
        "val": {
            "own_pictures": figures_of(own),
            "own_from_behind": accuracy_of(from_behind),
            "cycles": figures_of(cycles) | by_kind,
            f"cycles_jpeg_{_QUALITY}": accuracy_of(packed),
            "cycles_textured": {"pictures": len(colored.labels)} | accuracy_of(colored),
        },
        "per_class_cycles": per_class(cycles.logits, cycles.labels),
        "confusions_cycles": confusions(cycles.logits, cycles.labels),
    }


def calibrated(path: Path, meshes: list[ObjectMesh], renders: Path) -> dict[str, float]:
    """Temperature and threshold for the weights at ``path``, fitted on the gray Cycles pictures."""
    cycles = outputs(path, meshes, lambda mesh, view: read_picture(render_file(renders, mesh, view)))
    learned = cycles.labels != UNKNOWN
    return {
        "temperature": best_temperature(cycles.logits, cycles.labels),
        "threshold": keeping_threshold(cycles.known[learned]),
    }


def views_of(mesh: ObjectMesh, number: int) -> Sequence[int]:
    """The views that the ``number``-th mesh is shown in: both, or of an unknown object one of them in turn."""
    return range(VIEWS) if mesh.label != UNKNOWN else [number % VIEWS]


def render_file(folder: Path, mesh: ObjectMesh, view: int) -> Path:
    return folder / f"{mesh.path.replace('/', '_')}.{view}.png"


def compressed(folder: Path, mesh: ObjectMesh, view: int) -> NDArray[np.uint8]:
    """The render as it comes back from a strongly compressed JPEG file."""
    file = io.BytesIO()
    Image.fromarray(read_picture(render_file(folder, mesh, view))[..., :3]).save(file, "JPEG", quality=_QUALITY)
    return read_picture(file.getvalue(), "RGB")


def load_best(path: Path) -> tuple[ImageCNN, dict[str, Any]]:
    """The network of a best.pt that :class:`ImageTrainer` wrote, and the facts of its run.

    Raises:
        InputError: the file is missing or of another kind.
    """
    return read_best(path, ImageCNN, "train_image_recognizer.py")


def export_image_recognizer(network: nn.Module, path: Path) -> None:
    """Write ``network`` (images uint8 (N, 2, S, S) -> logits, known, embedding), atomically."""
    example: Tensor = torch.zeros(2, 2, SIZE, SIZE, dtype=torch.uint8)
    partial = partial_file(path)
    write_onnx(network, (example,), partial, INPUTS, OUTPUTS)
    partial.replace(path)


def export_run(run: Path, path: Path, meshes: list[ObjectMesh], renders: Path) -> None:
    """Write the weights of ``run`` and their card to ``path``, calibrated on the ``renders`` of ``meshes``; the card
    holds no figures yet."""
    network, facts = load_best(run / BEST)
    export_image_recognizer(Mirrored(network), path)
    card: dict[str, Any] = {
        **DESCRIPTION,
        "labels": FIRST_LABELS,
        "temperature": 1.0,
        "threshold": 0.5,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": {"command": "python scripts/training/train_image_recognizer.py --data DATA"}
        | {name: value for name, value in facts.items() if name != "history"},
    }
    write_card(path, card)  # weights are read with their card
    write_card(path, card | calibrated(path, meshes, renders))
