"""A recognizer of one's own classes, from a folder of meshes to labels, as README says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh

from ml_core import ObjectRecognizer
from ml_core.datasets.furniture.varied import GENERATORS, mesh_of
from ml_core.datasets.meshes.folders import read_mesh

ROOT = Path(__file__).resolve().parents[3]
CLASSES = {"gizmo": "lamp", "throne": "chair", "urn": "vase"}


def script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=ROOT)


@pytest.mark.slow
def test_from_a_folder_of_meshes_to_labels(tmp_path: Path) -> None:
    data, run, weights = tmp_path / "meshes", tmp_path / "run", tmp_path / "mine.onnx"
    for name, generator in CLASSES.items():
        for number in range(6):
            vertices, triangles = mesh_of(GENERATORS[generator](np.random.default_rng(number)))
            path = data / name / f"{number}.ply"
            path.parent.mkdir(parents=True, exist_ok=True)
            trimesh.Trimesh(vertices, triangles, process=False).export(path)
    (data / "urn" / "broken.obj").write_text("garbage")
    small = ["--steps", 30, "--copies", 40, "--batch", 16, "--out", run, "--device", "cpu"]
    planned = script("training/train_recognizer.py", "--data", data, "--dry-run", *small)
    assert planned.returncode == 0, planned.stderr
    assert "broken.obj: skipped" in planned.stderr
    assert not run.exists()
    done = script("training/train_recognizer.py", "--data", data, "--from", "shipped", *small)
    assert done.returncode == 0, done.stderr
    exported = script("training/export_weights.py", "--data", data, "--run", run, "--out", weights)
    assert exported.returncode == 0, exported.stderr
    measured = script("training/evaluate_recognizer.py", "--data", data, "--weights", weights, "--keep")
    assert measured.returncode == 0, measured.stderr
    assert json.loads(weights.with_suffix(".json").read_text())["metrics"]["val"]["meshes"] > 0
    recognizer = ObjectRecognizer.load(weights)
    assert recognizer.labels == tuple(sorted(CLASSES))
    meshes = [read_mesh(data / name / "0.ply") for name in CLASSES]
    assert [found.ranking[0][0] for found in recognizer.recognize(meshes)] == list(CLASSES)
    refused = script("training/export_weights.py", "--data", data, "--run", run)
    assert refused.returncode == 2
    assert "shipped weights stay" in refused.stderr
