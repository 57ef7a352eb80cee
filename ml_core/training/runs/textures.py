"""A run of the texture GAN on the user's own folder, as started from Blender's panel."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.inference.textures.generator import WEIGHTS, TextureGenerator
from ml_core.networks.generator import LATENT_SIZE, TEXELS_A_CODE
from ml_core.training.cards import write_card
from ml_core.training.loop import CHECKPOINT, CONFIG, open_fabric
from ml_core.training.runs.report import RunReport
from ml_core.training.textures.config import TextureTrainingConfig, read_config
from ml_core.training.textures.export import read_weights
from ml_core.training.textures.measuring.pictures import COLUMNS
from ml_core.training.textures.results import OWN, color_errors, export_run
from ml_core.training.textures.trainer import TextureTrainer
from ml_core.vocabulary.training_runs import TrainingJob
from ml_core.datasets.textures.assembly import assemble
from ml_core.datasets.textures.source_bodies import source_maps
from ml_core.datasets.textures.avatar_sources import read_rows
from ml_core.datasets.textures.atlas_images import assemble_atlas, read_atlas_rows

SIZE = LATENT_SIZE * TEXELS_A_CODE
STEPS = {"trial": (150, 150), "short": (600, 900), "full": (3000, 5000)}
"""Of the two stages; the shipped weights were trained in ``full``."""
_SAVES = {"trial": 6, "short": 15, "full": 40}
_KEPT_GRIDS = 3
_MEASURED = 16


def train_textures(job: TrainingJob, folder: Path, result: Path, report: RunReport) -> bool:
    """True when it was stopped before its end.

    Raises:
        InputError: the folder is not a dataset of textures and none can be made of it, or the checkpoint is damaged.
    """
    torch.set_num_threads(job.threads)
    textures = _textures(Path(job.data), folder, report)
    is_resumed = job.resume and (folder / CHECKPOINT).is_file()
    config = read_config(folder / CONFIG) if is_resumed else _config(job)
    report.update(state="preparing", figures={"textures": len(textures.labels)})
    trainer = TextureTrainer(config, textures, folder, open_fabric(job.device, precision="auto"))
    if is_resumed:
        trainer.resume()
    elif job.from_shipped:
        trainer.start_from(read_weights(WEIGHTS))

    def show() -> None:
        report.show(_faces(max(folder.glob("grid_*.png"))))
        _forget_old_grids(folder)

    was_stopped = report.follow(trainer, show)
    report.update(state="exporting")
    card = export_run(folder, result, textures, OWN | {"data": f"{len(textures.labels)} textures of one's own"})
    report.update(state="measuring")
    errors = color_errors(TextureGenerator.load(result, "cpu"), trainer.batches, _MEASURED)
    write_card(result, card | {"metrics": {"traits": {"requests": _MEASURED, "ciede2000": errors}}})
    report.update(figures={f"ciede2000_{name}": values["median"] for name, values in errors.items()})
    return was_stopped


def _config(job: TrainingJob) -> TextureTrainingConfig:
    encoder, adversarial = STEPS[job.length]
    if job.steps:
        encoder, adversarial = job.steps - job.steps // 2, job.steps // 2
    saves = min(_SAVES[job.length], encoder + adversarial)
    return TextureTrainingConfig(encoder_steps=encoder, adversarial_steps=adversarial, saves=saves)


def _textures(source: Path, folder: Path, report: RunReport) -> AtlasTextures:
    """The dataset in ``source``, or one made of the images or avatars there and kept in the run folder."""
    if (source / "labels.json").is_file():
        return AtlasTextures.load(source, SIZE)
    made = folder / "dataset"
    if (made / "labels.json").is_file():
        return AtlasTextures.load(made, SIZE)

    def show_progress(done: int, total: int) -> None:
        report.update(figures={"textures": done, "of": total})

    if (source / "textures.csv").is_file():
        textures = assemble_atlas(read_atlas_rows(source), SIZE, show_progress)
    elif (source / "avatars.csv").is_file():
        textures = assemble(read_rows(source), source_maps(source / "meshes", SIZE), show_progress)
    else:
        raise InputError("{source}: none of labels.json (a texture dataset), textures.csv (images in the atlas) and " "avatars.csv (avatars to make one of) is there; choose a folder with one of them", source=source)
    partial = folder / "dataset.part"
    textures.save(partial)
    os.replace(partial, made)
    return textures


def _faces(grid: Path) -> Image.Image:
    """The faces of a sample grid: of the training set, as the network paints them, and new people."""
    sheet = read_picture(grid, "RGB")
    side = sheet.shape[1] // COLUMNS  # with a border while the network is an autoencoder
    border = (side - SIZE) // 2
    rows, columns = CHARTS["head"].pixels(SIZE)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    top, left = border + rows.start + height * 12 // 100, border + columns.start + width * 22 // 100
    lines = [
        [
            sheet[first + top :, at + left :][: height * 76 // 100, : width * 56 // 100]
            for at in range(0, side * COLUMNS, side)
        ]
        for first in range(0, len(sheet), 2 * side)  # base colors lie over normals
    ]
    return Image.fromarray(np.concatenate([np.concatenate(line, axis=1) for line in lines]))


def _forget_old_grids(folder: Path) -> None:
    """Delete older sample grids, each of which takes some megabytes."""
    for path in sorted(folder.glob("grid_*.png"))[:-_KEPT_GRIDS]:
        path.unlink(missing_ok=True)
