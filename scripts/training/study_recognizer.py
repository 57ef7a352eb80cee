"""Studies how well the recognizer's recipe generalizes, by retraining it several times; each study prints a table.

  folds      leave one author out: trained without one author's meshes, scored on them
  networks   our views against PointNet and SimpleView, on the same meshes and for the same time, scored on ``val``
  teaching   labels from 1 and 5 examples, over twenty classes that training never saw

Examples:
  python scripts/training/study_recognizer.py folds networks teaching --minutes 8
  python scripts/training/study_recognizer.py networks --minutes 8 --out runs/study
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.meshes.made import MADE, made_objects
from ml_core.datasets.meshes.objects import UNKNOWN, read_objects
from ml_core.files import read_json
from ml_core.outputs import check_folder
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.studies import author, compared, fold, teaching
from ml_core.training.objects.views import render_clean, render_varied
from ml_core.vocabulary.scene.labels import FIRST_LABELS
from scripts.lib.cli import errors_on_one_line

STUDIES = ("folds", "networks", "teaching")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", nargs="*", default=STUDIES, help=f"any of {', '.join(STUDIES)} (default: all)")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument("--out", type=Path, default=Path("runs/study"), help="run folder (default %(default)s)")
    parser.add_argument("--views", type=Path, default=Path("runs/views"), help="rendered views (default %(default)s)")
    parser.add_argument("--minutes", type=float, default=8.0, help="for each training (default %(default)s)")
    parser.add_argument("--steps", type=int, default=100_000, help="most steps of each training")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default %(default)s)")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.studies) - set(STUDIES)):
        parser.error(f"no study {', '.join(unknown)}; there are {', '.join(STUDIES)}")
    return options


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parse(arguments)
    check_folder(options.out)
    default = RecognizerTrainingConfig(minutes=options.minutes, steps=options.steps, threads=options.threads)
    results = options.out / "results.json"
    every = read_objects(options.data, options.out.parent / "object_meshes.npz")
    meshes = [mesh for mesh in every if mesh.subset == "train"]
    meshes += made_objects(default.made_per_class, default.bodies, 0, FIRST_LABELS)
    data = render_varied(meshes, options.views, default.copies_per_class)
    val = render_clean([mesh for mesh in every if mesh.subset == "val" and mesh.label != UNKNOWN])
    found: dict[str, Any] = read_json(results, str(results)) if results.is_file() else {}
    for study in options.studies:
        found.setdefault(study, {})
        if study == "folds":
            authors = sorted({author(mesh) for mesh in meshes if mesh.source != MADE})
            for name in authors:
                found[study][name] = fold(default, meshes, data, name, options.out / f"without_{name}")
                show(study, name, found[study][name])
        elif study == "networks":
            for name in ("views", "simpleview", "pointnet"):
                config = replace(default, architecture=name)
                found[study][name] = compared(config, meshes, data, val, options.out / name)
                show(study, name, found[study][name])
        else:
            found[study] = teaching(default, meshes, data, options.out / "teaching")
            show(study, "20 classes", found[study])
        options.out.mkdir(parents=True, exist_ok=True)
        results.write_text(json.dumps({"minutes": options.minutes, **found}, indent=1))
    return 0


def show(study: str, name: str, figures: dict[str, float]) -> None:
    cells = [f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()]
    print(f"| {study} | {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
