from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core import InputError
from ml_core.datasets.furniture.plain import BUILDERS
from ml_core.datasets.furniture.varied import mesh_of
from ml_core.datasets.meshes.objects import ObjectMesh
from ml_core.files import read_picture
from ml_core.inference.recognition.images import SHIPPED, SIZE, ImageRecognizer, foreground, network_input
from ml_core.inference.recognition.objects import Recognition
from ml_core.vocabulary.scene.labels import LABELS

pytest.importorskip("embreex", reason="rays need embreex (extra 'train'); it is not installed")
pytest.importorskip("torch", reason="pictures are lit by torch (extra 'train'); it is not installed")

from ml_core.training.images.pictures import THREE_QUARTER, cut_out, on_plain

Picture = np.ndarray
EASY = ("chair", "table", "sofa", "bed", "bottle", "lamp", "potted_plant")


def three_quarter(name: str) -> Picture:
    mesh = ObjectMesh(name, "test", "", LABELS.index(name), "val", *mesh_of(BUILDERS[name]()))
    return cut_out(mesh, THREE_QUARTER[0])


@pytest.fixture(scope="module")
def recognizer() -> ImageRecognizer:
    return ImageRecognizer.load(device="cpu")


@pytest.fixture(scope="module")
def chair() -> Picture:
    return three_quarter("chair")


def names(found: Recognition, count: int = 3) -> list[str]:
    return [name for name, _ in found.ranking[:count]]


@pytest.mark.parametrize("name", EASY)
def test_an_everyday_thing_is_among_the_best_three(recognizer: ImageRecognizer, name: str) -> None:
    assert name in names(recognizer.recognize_image(on_plain(three_quarter(name))))


def test_most_procedural_things_are_among_the_best_three(recognizer: ImageRecognizer) -> None:
    found = [recognizer.recognize_image(on_plain(three_quarter(name))) for name in BUILDERS]
    assert np.mean([name in names(one) for name, one in zip(BUILDERS, found, strict=True)]) >= 0.6


def test_all_that_the_dataclass_promises(recognizer: ImageRecognizer, chair: Picture) -> None:
    found = recognizer.recognize_image(on_plain(chair))
    assert found.ranking[0][1] == found.confidence
    assert len(found.ranking) == 5
    assert [share for _, share in found.ranking] == sorted((share for _, share in found.ranking), reverse=True)
    assert 0 <= found.known <= 1
    assert np.linalg.norm(found.embedding) == pytest.approx(1, abs=1e-4)
    assert recognizer.recognize_image(on_plain(chair), threshold=1.01).label is None
    assert recognizer.recognize_image(on_plain(chair), threshold=0.0).label == found.ranking[0][0]


def test_the_same_picture_gives_the_same_numbers(recognizer: ImageRecognizer, chair: Picture) -> None:
    first, second = (recognizer.recognize_image(on_plain(chair)) for _ in range(2))
    assert first.ranking == second.ranking
    assert first.known == second.known
    assert np.array_equal(first.embedding, second.embedding)


def test_a_mirror_image_is_the_same_thing(recognizer: ImageRecognizer, chair: Picture) -> None:
    usual = recognizer.recognize_image(chair)
    mirrored = recognizer.recognize_image(np.ascontiguousarray(chair[:, ::-1]))
    assert float(usual.embedding @ mirrored.embedding) > 0.98
    assert mirrored.ranking[0][0] == usual.ranking[0][0]


@pytest.mark.parametrize("color", [(1, 1, 1), (0.05, 0.05, 0.05), (0.2, 0.45, 0.9), (0.1, 0.7, 0.2)])
def test_the_color_of_the_background_hardly_matters(
    recognizer: ImageRecognizer, chair: Picture, color: tuple[float, float, float]
) -> None:
    usual, other = recognizer.recognize_image(on_plain(chair)), recognizer.recognize_image(on_plain(chair, color))
    assert other.ranking[0][0] == usual.ranking[0][0] == "chair"
    assert float(usual.embedding @ other.embedding) > 0.8


def test_a_soft_gradient_is_plain(chair: Picture) -> None:
    alpha = chair[..., 3:] / 255
    falling = np.linspace(250, 190, len(chair))[:, None, None]
    before = np.rint(chair[..., :3] * alpha + falling * (1 - alpha)).astype(np.uint8)
    assert np.abs((foreground(before) > 0.5) ^ (chair[..., 3] > 127)).mean() < 0.02


@pytest.mark.parametrize("quality", [85, 50, 20])
def test_compression_leaves_the_silhouette(chair: Picture, tmp_path: Path, quality: int) -> None:
    Image.fromarray(on_plain(chair, (0.25, 0.25, 0.25))).save(tmp_path / "chair.jpg", quality=quality)
    found, there = foreground(read_picture(tmp_path / "chair.jpg")) > 0.5, chair[..., 3] > 127
    assert (found & there).sum() / (found | there).sum() > 0.85


def test_alpha_decides_whatever_lies_behind_it(recognizer: ImageRecognizer, chair: Picture) -> None:
    noise = np.random.default_rng(0).integers(0, 256, chair.shape, np.uint8)
    hidden = np.where(chair[..., 3:] > 0, chair, np.concatenate([noise[..., :3], chair[..., 3:]], axis=2))
    assert np.array_equal(foreground(chair), chair[..., 3].astype(np.float32) / 255)
    assert recognizer.recognize_image(hidden).ranking == recognizer.recognize_image(chair).ranking
    assert recognizer.recognize_image(hidden).ranking[0][0] == "chair"


def test_an_opaque_alpha_channel_says_nothing(chair: Picture) -> None:
    plain = on_plain(chair)
    opaque = np.concatenate([plain, np.full_like(plain[..., :1], 255)], axis=2)
    assert np.array_equal(network_input(opaque), network_input(plain))


def test_where_the_object_lies_and_how_large_it_is_does_not_matter(chair: Picture) -> None:
    plain = on_plain(chair)
    wide = np.full((500, 700, 3), plain[0, 0], np.uint8)
    wide[40 : 40 + len(plain), 500 : 500 + len(plain)] = plain
    here, there = network_input(plain)[1] > 127, network_input(wide)[1] > 127
    assert here.shape == (SIZE, SIZE)
    assert (here & there).sum() / (here | there).sum() > 0.85


def test_the_crop_is_square_with_the_object_in_its_middle() -> None:
    picture = np.full((200, 300, 3), 230, np.uint8)
    picture[150:170, 20:120] = 40
    silhouette = network_input(picture)[1] > 127
    rows, columns = (np.flatnonzero(silhouette.any(axis=axis)) for axis in (1, 0))
    assert len(columns) / len(rows) == pytest.approx(5, rel=0.15)
    assert len(columns) / SIZE == pytest.approx(1 / 1.16, abs=0.03)
    for found in (rows, columns):
        assert (found[0] + found[-1]) / 2 == pytest.approx(SIZE / 2, abs=1.5)


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8), "plain background"),
        (np.full((100, 100, 3), 200, np.uint8), "plain background"),
        (np.zeros((100, 100, 4), np.uint8), "plain background"),
        (np.full((8, 8, 3), 200, np.uint8), "16 × 16"),
        (np.zeros((0, 0, 3), np.uint8), "16 × 16"),
        (np.zeros((100, 100), np.uint8), "expected a picture"),
        (np.zeros((100, 100, 3), np.float32), "expected a picture"),
    ],
    ids=["noise", "one color", "all transparent", "tiny", "empty", "no channels", "floats"],
)
def test_bad_pictures_are_refused(recognizer: ImageRecognizer, picture: Picture, said: str) -> None:
    with pytest.raises(InputError, match=said):
        recognizer.recognize_image(picture)


def test_files(recognizer: ImageRecognizer, chair: Picture, tmp_path: Path) -> None:
    path = tmp_path / "chair.png"
    Image.fromarray(on_plain(chair)).save(path)
    assert recognizer.recognize_image(path).ranking == recognizer.recognize_image(on_plain(chair)).ranking
    with pytest.raises(InputError, match=r"missing\.png.*give a PNG"):
        recognizer.recognize_image(tmp_path / "missing.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(InputError, match=r"text\.png.*give a PNG"):
        recognizer.recognize_image(str(tmp_path / "text.png"))
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InputError, match=r"chair\.png.*give a PNG"):
        recognizer.recognize_image(path)


def without_labels(weights: Path) -> None:
    card = weights.with_suffix(".json")
    facts = json.loads(card.read_text())
    del facts["labels"]
    card.write_text(json.dumps(facts))


def damaged(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize(("change", "said"), [(without_labels, "labels"), (damaged, "damaged"), (Path.unlink, "found")])
def test_bad_weights_are_refused(tmp_path: Path, change: Callable[[Path], None], said: str) -> None:
    weights = tmp_path / SHIPPED.name
    for path in (SHIPPED, SHIPPED.with_suffix(".json")):
        shutil.copy(path, tmp_path)
    change(weights)
    with pytest.raises(InputError, match=said):
        ImageRecognizer.load(weights, device="cpu")


def test_the_card_says_what_was_measured_and_what_was_not() -> None:
    card = json.loads(SHIPPED.with_suffix(".json").read_text())
    assert SHIPPED.stat().st_size < 6_000_000
    assert card["metrics"]["val"]["cycles"]["pictures"] == 176
    assert "photos" in card["limits"]
