"""A studio's own images in the atlas become a training set; the images are painted by the shipped generator."""

import csv

import numpy as np
import pytest
from PIL import Image

from ml_core.color import ciede2000, hex_to_srgb, linear_to_srgb, srgb_to_hex, srgb_to_lab
from ml_core.datasets.textures.atlas_images import LEAST, assemble_atlas, atlas_boxes, read_atlas_rows
from ml_core.datasets.textures.avatar_textures import measure_colors
from ml_core.errors import InputError
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.vocabulary.traits import AvatarTraits

SIZE = 256


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("studio")
    generator = TextureGenerator.load(device="cpu")
    with (place / "textures.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["base_color", "normal", "outfit", "presentation", "identity"])
        for seed in range(LEAST):
            requested = AvatarTraits(
                outfit=["casual", "business"][seed % 2], presentation=float(seed % 4 > 1), top="#8a1c1c"
            )
            maps = generator.generate(requested, seed, SIZE)
            color = np.round(255 * linear_to_srgb(maps.base_color)).astype(np.uint8)
            Image.fromarray(color).save(place / f"{seed}.png")
            Image.fromarray(np.round(255 * (0.5 + 0.5 * maps.normal)).astype(np.uint8)).save(place / f"{seed}_n.png")
            rows.writerow(
                [f"{seed}.png", f"{seed}_n.png", requested.outfit, requested.presentation, f"person{seed // 2}"]
            )
    return place


def test_images_in_the_atlas_become_a_training_set(folder):
    textures = assemble_atlas(read_atlas_rows(folder), SIZE)
    assert textures.size == SIZE
    assert len(textures.labels) == LEAST
    assert {label.outfit for label in textures.labels} == {"casual", "business"}
    assert textures.labels[0].identity == textures.labels[1].identity != textures.labels[2].identity
    red = srgb_to_lab(hex_to_srgb("#8a1c1c"))
    for label in textures.labels:
        assert ciede2000(srgb_to_lab(hex_to_srgb(label.top)), red) < 8
    given = np.asarray(Image.open(folder / "3_n.png"), np.float32)[..., :2] / 255 * 2 - 1
    kept = textures.normal[3].astype(np.float32) / 127
    assert np.corrcoef(given.ravel(), kept.ravel())[0, 1] > 0.5


def test_boxes_measure_what_a_figure_wears():
    image = np.zeros((SIZE, SIZE, 3), np.float32)
    boxes = atlas_boxes(SIZE)
    wanted = {"skin": "#c28567", "hair": "#1d120e", "top": "#203050", "bottom": "#808080"}
    for box, color in zip(boxes, wanted.values(), strict=True):
        assert box.any()
        image[box] = hex_to_srgb(color)
    assert {name: srgb_to_hex(color) for name, color in measure_colors(image, boxes).items()} == wanted


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[:5], "too few"),
        (lambda rows: [rows[0] | {"outfit": "pirate"}, *rows[1:]], "line 2.*pirate"),
        (lambda rows: [*rows[:3], rows[3] | {"base_color": "none.png"}, *rows[4:]], "line 5.*none.png"),
        (lambda rows: [rows[0] | {"presentation": "x"}, *rows[1:]], "presentation"),
    ],
)
def test_a_bad_list_is_named(folder, tmp_path, change, message):
    with (folder / "textures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for path in folder.glob("*.png"):
        (tmp_path / path.name).symlink_to(path)
    with (tmp_path / "textures.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(change(rows))
    with pytest.raises(InputError, match=message):
        read_atlas_rows(tmp_path)


def test_a_folder_without_a_list_says_so(tmp_path):
    with pytest.raises(InputError, match=r"textures\.csv"):
        read_atlas_rows(tmp_path)
