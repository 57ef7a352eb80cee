"""Textures put together into a training set."""

import numpy as np

from ml_core.datasets.textures.assembly import _close_hair, _Texture
from ml_core.geometry.atlas.charts import CHARTS

SIZE = 256
HAIR, SKIN = 40, 200


def test_gaps_in_the_hair_are_closed_and_ears_stay():
    """A head with hair behind the ears, a line of bare scalp down the back, and a ribbon; the face is skin."""
    rows, columns = CHARTS["head"].pixels(SIZE)
    _, theta = CHARTS["head"].texel_grid(SIZE)
    is_hair = np.abs(theta) > 1.8
    is_hair[:, [0, -1]] = False
    color = np.full((SIZE, SIZE, 3), SKIN, np.uint8)
    color[rows, columns][is_hair] = HAIR
    color[rows, columns][20:24, 4:9] = 250  # the ribbon
    masks = np.zeros((SIZE, SIZE, 5), np.uint8)
    masks[..., 0] = 255
    masks[rows, columns][is_hair] = [0, 255, 0, 0, 0]
    normal = np.zeros((SIZE, SIZE, 2), np.int8)
    texture = _Texture(None, color.copy(), normal, masks)
    _close_hair(texture)
    behind = np.abs(theta) > 2.2
    assert (texture.base_color[rows, columns][behind] == HAIR).all()
    assert (texture.masks[rows, columns][behind] == [0, 255, 0, 0, 0]).all()
    before = np.abs(theta) < 1.8
    assert (texture.base_color[rows, columns][before] == SKIN).all()
    assert (texture.base_color[rows.stop :] == color[rows.stop :]).all()


def test_a_head_without_hair_stays_bald():
    color = np.full((SIZE, SIZE, 3), SKIN, np.uint8)
    masks = np.zeros((SIZE, SIZE, 5), np.uint8)
    masks[..., 0] = 255
    texture = _Texture(None, color.copy(), np.zeros((SIZE, SIZE, 2), np.int8), masks)
    _close_hair(texture)
    assert (texture.base_color == color).all()
