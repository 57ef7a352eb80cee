"""A recognizer of one's own classes, from a folder of meshes to labels, as README says."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import trimesh

from ml_core import ObjectRecognizer
from ml_core.datasets.furniture.varied import GENERATORS, mesh_of
from ml_core.datasets.meshes.folders import read_mesh
from scripts.evaluation import evaluate_recognizer
from scripts.training import export_weights, train_recognizer

CLASSES = {"gizmo": "lamp", "throne": "chair", "urn": "vase"}


@pytest.mark.slow
def test_from_a_folder_of_meshes_to_labels(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """The scripts in this process: each would load PyTorch anew, which takes longer than what it then does."""
    data, run, weights = tmp_path / "meshes", tmp_path / "run", tmp_path / "mine.onnx"
    for name, generator in CLASSES.items():
        for number in range(6):
            vertices, triangles = mesh_of(GENERATORS[generator](np.random.default_rng(number)))
            path = data / name / f"{number}.ply"
            path.parent.mkdir(parents=True, exist_ok=True)
            trimesh.Trimesh(vertices, triangles, process=False).export(path)
    (data / "urn" / "broken.obj").write_text("garbage")
    small = ["--steps", "30", "--copies", "40", "--batch", "16", "--out", str(run), "--device", "cpu"]
    meshes_in = ["--data", str(data)]
    with caplog.at_level(logging.WARNING):
        assert train_recognizer.main([*meshes_in, "--dry-run", *small]) == 0
    assert "broken.obj: skipped" in caplog.text
    assert not run.exists()
    assert train_recognizer.main([*meshes_in, "--from", "shipped", *small]) == 0
    assert export_weights.main([*meshes_in, "--run", str(run), "--out", str(weights)]) == 0
    assert evaluate_recognizer.main([*meshes_in, "--weights", str(weights), "--keep"]) == 0
    assert json.loads(weights.with_suffix(".json").read_text())["metrics"]["val"]["meshes"] > 0
    recognizer = ObjectRecognizer.load(weights)
    assert recognizer.labels == tuple(sorted(CLASSES))
    meshes = [read_mesh(data / name / "0.ply") for name in CLASSES]
    assert [found.ranking[0][0] for found in recognizer.recognize(meshes)] == list(CLASSES)
    capsys.readouterr()
    assert export_weights.main([*meshes_in, "--run", str(run)]) == 2
    assert "shipped weights stay" in capsys.readouterr().err
