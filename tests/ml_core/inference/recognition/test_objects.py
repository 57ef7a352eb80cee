from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml_core import InputError, ObjectRecognizer
from ml_core.datasets.furniture.plain import BUILDERS
from ml_core.datasets.furniture.solids import Part
from ml_core.datasets.meshes.objects import read_objects
from ml_core.inference.recognition.objects import SHIPPED
from ml_core.vocabulary.scene.labels import OBJECT_LABELS

Mesh = tuple[np.ndarray, np.ndarray]


def joined(parts: list[Part]) -> Mesh:
    vertices, triangles, start = [], [], 0
    for part in parts:
        vertices.append(part.vertices)
        for face in part.faces:
            triangles += [(start + face[0], start + a, start + b) for a, b in itertools.pairwise(face[1:])]
        start += len(part.vertices)
    return np.concatenate(vertices).astype(np.float32), np.array(triangles, np.int32)


@pytest.fixture(scope="module")
def recognizer() -> ObjectRecognizer:
    return ObjectRecognizer.load(device="cpu")


@pytest.fixture(scope="module")
def chair() -> Mesh:
    return joined(BUILDERS["chair"]())


def test_a_chair_is_a_chair_with_everything_that_the_dataclass_promises(
    recognizer: ObjectRecognizer, chair: Mesh
) -> None:
    found = recognizer.recognize([chair])[0]
    assert found.label == "chair"
    assert found.ranking[0] == ("chair", found.confidence)
    assert len(found.ranking) == 5
    assert [share for _, share in found.ranking] == sorted((share for _, share in found.ranking), reverse=True)
    assert 0 <= found.known <= 1
    assert np.linalg.norm(found.embedding) == pytest.approx(1, abs=1e-4)


def test_results_do_not_depend_on_the_company(recognizer: ObjectRecognizer, chair: Mesh) -> None:
    others = [joined(BUILDERS[name]()) for name in ("table", "bottle", "lamp")]
    alone, together = recognizer.recognize([chair])[0], recognizer.recognize([*others, chair])[-1]
    assert together.label == alone.label
    assert together.confidence == pytest.approx(alone.confidence, abs=1e-3)


def test_what_an_object_is_does_not_hang_on_where_it_stands(recognizer: ObjectRecognizer, chair: Mesh) -> None:
    moved = (chair[0] + np.float32([40, -7, 3]), chair[1])
    assert recognizer.recognize([moved])[0].label == "chair"


def test_nothing_known_is_named_above_the_highest_threshold(recognizer: ObjectRecognizer, chair: Mesh) -> None:
    found = recognizer.recognize([chair], threshold=1.01)[0]
    assert found.label is None
    assert found.ranking[0][0] == "chair"


def test_most_procedural_things_are_recognised(recognizer: ObjectRecognizer) -> None:
    found = recognizer.recognize([joined(build()) for build in BUILDERS.values()])
    right = [result.ranking[0][0] == name for result, name in zip(found, BUILDERS, strict=True)]
    assert np.mean(right) >= 0.75


@pytest.mark.data
def test_most_of_the_validation_set_is_right(recognizer: ObjectRecognizer, data_dir: Path, tmp_path: Path) -> None:
    """The card's figures are evaluate_recognizer.py's; this only sees that the shipped weights are those weights."""
    meshes = [mesh for mesh in read_objects(data_dir / "objects", None, "val", OBJECT_LABELS) if mesh.label >= 0]
    found = recognizer.recognize([(mesh.vertices, mesh.triangles) for mesh in meshes])
    top = [OBJECT_LABELS.index(one.ranking[0][0]) == mesh.label for one, mesh in zip(found, meshes, strict=True)]
    card = json.loads(SHIPPED.with_suffix(".json").read_text())
    assert np.mean(top) == pytest.approx(card["metrics"]["val"]["with_size"]["top1"], abs=0.03)
    assert np.mean(top) > 0.7


@pytest.mark.parametrize(
    ("vertices", "triangles", "why"),
    [
        (np.zeros((3, 3)), np.zeros((0, 3), int), "no faces"),
        (np.array([[0, 0, 0], [1, 0, 0], [0, np.nan, 0]]), np.array([[0, 1, 2]]), "finite"),
        (np.zeros((3, 3)), np.array([[0, 1, 3]]), "do not exist"),
        (np.zeros((3, 2)), np.array([[0, 1, 2]]), "must be"),
    ],
)
def test_a_mesh_that_cannot_be_looked_at_is_named(
    recognizer: ObjectRecognizer, chair: Mesh, vertices: np.ndarray, triangles: np.ndarray, why: str
) -> None:
    with pytest.raises(InputError, match=f"mesh 1.*{why}"):
        recognizer.recognize([chair, (vertices, triangles)])


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "object_recognizer.onnx"
    weights.write_bytes(SHIPPED.read_bytes()[:-100] + bytes(100))
    shutil.copy(SHIPPED.with_suffix(".json"), tmp_path)
    with pytest.raises(InputError, match=r"object_recognizer\.onnx.*damaged"):
        ObjectRecognizer.load(weights)


def test_a_card_without_classes_is_refused(tmp_path: Path) -> None:
    shutil.copy(SHIPPED, tmp_path)
    card = json.loads(SHIPPED.with_suffix(".json").read_text())
    del card["labels"]
    (tmp_path / "object_recognizer.json").write_text(json.dumps(card))
    with pytest.raises(InputError, match="lacks labels"):
        ObjectRecognizer.load(tmp_path / SHIPPED.name)
