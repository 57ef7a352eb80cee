"""A run of the object recognizer on the user's own classes, as started from Blender's panel."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml_core.datasets.meshes.folders import read_labelled
from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.training.cards import write_card
from ml_core.training.loop import CHECKPOINT, open_fabric
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.export import labels_of, load_shipped
from ml_core.training.objects.results import export, measure
from ml_core.training.objects.trainer import RecognizerTrainer, predict
from ml_core.training.objects.views import ViewSet, render_clean, render_varied
from ml_core.training.runs.report import RunReport
from ml_core.vocabulary.training_runs import TrainingJob

MINUTES = {"trial": 2.0, "short": 10.0, "full": 32.0}
_SHOWN, _COLUMNS, _TILE = 12, 4, 96
_TRIAL_COPIES, _TRIAL_BATCH = 40, 16


def train_objects(job: TrainingJob, folder: Path, result: Path, report: RunReport) -> bool:
    """True when it was stopped before its end.

    Raises:
        InputError: the folder holds no meshes to learn from, or the checkpoint is damaged.
    """
    meshes, labels = read_labelled(Path(job.data), folder / "object_meshes.npz")
    train = [mesh for mesh in meshes if mesh.subset == "train"]
    score = [mesh for mesh in meshes if mesh.subset != "train"]
    start = load_shipped(SHIPPED) if job.from_shipped else None
    config = RecognizerTrainingConfig(
        labels=labels,
        minutes=MINUTES[job.length] if not job.steps else 600.0,
        wall_clock=True,
        steps=job.steps or RecognizerTrainingConfig.steps,
        batch=_TRIAL_BATCH if job.length == "trial" else RecognizerTrainingConfig.batch,
        copies_per_class=_TRIAL_COPIES if job.length == "trial" or job.steps else 160,
        evaluate_every=max(5, min(50, job.steps // 4 if job.steps else 50)),
        threads=job.threads,
    )
    network = start.config if start is not None else config.network
    config = dataclasses.replace(config, network=dataclasses.replace(network, classes=len(labels)))
    print(f"{len(train)} meshes of {len(labels)} classes to train on, {len(score)} to score", flush=True)
    report.update(state="preparing", figures={"meshes": len(train), "classes": len(set(mesh.label for mesh in train))})
    data = render_varied(train, folder / "views", config.copies_per_class)
    held_out = render_clean(score)
    trainer = RecognizerTrainer(config, train, data, held_out, folder, open_fabric(job.device))
    if job.resume and (folder / CHECKPOINT).is_file():
        trainer.resume()
    elif start is not None:
        trainer.start_from(start, labels_of(SHIPPED))

    def show() -> None:
        report.update(figures=_figures(trainer))
        report.show(picture(trainer.average, held_out, labels))

    was_stopped = report.follow(trainer, show)
    report.update(state="exporting")
    card = export([folder], result, held_out, own=True)
    write_card(result, card | {"metrics": measure(result, held_out, labels)})
    return was_stopped


def _figures(trainer: RecognizerTrainer) -> dict[str, float]:
    last = trainer.history[-1] if trainer.history else {}
    known = int((trainer.held_out.labels != UNKNOWN).sum())
    return {"top1": round(last.get("size/top1", 0.0), 4), "scored": known} if last else {}


@torch.no_grad()
def picture(network: Any, held_out: ViewSet, labels: tuple[str, ...]) -> Image.Image:
    """A dozen of the meshes kept for the score, each with its best guess, framed in green where that is right."""
    known = np.flatnonzero(held_out.labels != UNKNOWN)
    chosen = known[np.linspace(0, len(known) - 1, min(_SHOWN, len(known))).astype(int)]
    guesses = predict(network, held_out.rows(chosen), 1.0).logits.argmax(axis=1)
    columns = min(_COLUMNS, len(chosen))
    sheet = Image.new("RGB", (columns * _TILE, -(-len(chosen) // columns) * _TILE), (40, 40, 40))
    for place, (index, guess) in enumerate(zip(chosen, guesses, strict=True)):
        tile = Image.fromarray(_shaded(held_out.views[index, 1])).resize((_TILE, _TILE))
        pen = ImageDraw.Draw(tile)
        color = (90, 200, 110) if guess == held_out.labels[index] else (230, 90, 70)
        pen.rectangle((0, 0, _TILE - 1, _TILE - 1), outline=color, width=2)
        pen.rectangle((2, _TILE - 16, _TILE - 3, _TILE - 3), fill=(20, 20, 20))
        pen.text((5, _TILE - 15), str(labels[guess])[:14], fill=color)
        sheet.paste(tile, (place % columns * _TILE, place // columns * _TILE))
    return sheet


def _shaded(view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(S, S, 3) uint8 of one view (3, S, S): its normals lit from the upper left, where there is depth."""
    x, y = (view[1:].astype(np.float32) - 128) / 127
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    light = np.clip(0.25 + 0.55 * (-0.4 * x + 0.5 * y + 0.77 * z), 0, 1)
    gray = np.where(view[0] > 0, 40 + 215 * light, 40).astype(np.uint8)
    return np.repeat(gray[..., None], 3, axis=2)
