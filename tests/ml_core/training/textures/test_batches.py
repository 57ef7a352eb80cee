import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")

from ml_core.networks.code_bank import HEAD_SIZE  # noqa: E402
from ml_core.networks.generator import BORDER, LATENT_SIZE, compose_color, detail_of  # noqa: E402
from ml_core.training.textures.augment import crop_corners  # noqa: E402
from ml_core.training.textures.batches import TextureBatches  # noqa: E402


def test_crops_see_the_feet_at_the_edge():
    """Away from the head no code is seen less than a ninth as often as another; within the atlas alone it is a
    hundredth."""
    corners = crop_corners(4000, 24, np.random.default_rng(0))
    seen = np.zeros((LATENT_SIZE, LATENT_SIZE))
    for row, column in corners + BORDER:  # what counts of a crop
        seen[max(row, 0) : row + 20, max(column, 0) : column + 20] += 1
    body = seen[44:, HEAD_SIZE:]
    assert body.min() > body.max() / 9


def test_rare_garments_are_drawn_as_often_as_common_ones(textures):
    labels = [dataclasses.replace(label, outfit_group=int(k == 0)) for k, label in enumerate(textures.labels)]
    batches = TextureBatches(dataclasses.replace(textures, labels=labels), np.random.default_rng(0), 0.3)
    drawn = torch.cat([batches.draw(4, 2).outfits for _ in range(50)])
    assert 0.2 < float((drawn == 1).float().mean()) < 0.45  # one of eight textures


def test_recolouring_changes_the_regions_and_nothing_else(textures):
    batches = TextureBatches(textures, np.random.default_rng(0), 0.3)
    index = np.array([1])
    colors = batches.colors[index].copy()
    same = batches.whole(index, colors).target[0, :3].numpy()
    original = textures.base_color[1].transpose(2, 0, 1) / 255
    assert np.abs(same - original).max() < 4e-3  # detail is kept in half precision
    colors[0, 2] = [0.8, 0.1, 0.1]
    new = batches.whole(index, colors).target[0, :3].numpy()
    top = textures.regions[1, :, :, 2] > 0
    assert np.abs(new - same)[:, ~top].max() < 1e-6
    assert (new - same)[0, top].mean() > 0.1


def test_detail_gives_the_image_back_in_its_own_colors():
    torch.manual_seed(0)
    image = 0.05 + 0.9 * torch.rand(1, 3, 8, 8)
    masks = torch.softmax(torch.randn(1, 5, 8, 8), dim=1)
    colors = 0.1 + 0.7 * torch.rand(1, 4, 3)
    again = compose_color(detail_of(image, masks, colors), masks, colors)
    assert (again - image).abs().max() < 0.02


def test_the_shine_of_dark_hair_does_not_make_light_hair_white():
    masks = torch.zeros(1, 5, 1, 2)
    masks[:, 1] = 1
    dark = torch.full((1, 4, 3), 0.08)
    shine = torch.tensor([0.08, 0.45]).expand(1, 3, 1, 2)
    detail = detail_of(shine, masks, dark)
    light = compose_color(detail, masks, torch.full((1, 4, 3), 0.6))[0, 0, 0]
    assert light[0] == pytest.approx(0.6, abs=0.01)
    assert 0.65 < light[1] < 0.97
