"""UVs and picture of the lashes."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.body.face.lashes import BOX, lash_alpha, lash_uv
from ml_core.geometry.body.model import body_model
from ml_core.geometry.mesh.rasterize import rasterize_triangles


def test_lashes_have_a_place_of_their_own() -> None:
    data = body_model().data
    uv = lash_uv(data)
    assert uv.shape == (len(data.faces["lashes"]), 4, 2)
    low, high = uv.reshape(-1, 2).min(axis=0), uv.reshape(-1, 2).max(axis=0)
    assert (low >= np.array(BOX[:2]) - 1e-6).all()
    assert (high <= np.array(BOX[2:]) + 1e-6).all()
    others = np.concatenate([data.uv[data.corners[part]] for part in ("skin", "teeth_upper", "teeth_lower", "tongue")])
    texel, _, _ = rasterize_triangles(np.concatenate([others[:, [0, 1, 2]], others[:, [0, 2, 3]]]), 256)
    u, v = (texel % 256 + 0.5) / 256, 1 - (texel // 256 + 0.5) / 256
    assert not ((u > BOX[0]) & (u < BOX[2]) & (v > BOX[1]) & (v < BOX[3])).any()


def test_hairs_are_single_and_thin_out() -> None:
    alpha = lash_alpha()
    height, width = alpha.shape
    row = (BOX[3] - BOX[1]) / 4
    columns = slice(round(BOX[0] * width) + 4, round(BOX[2] * width) - 4)
    shares = []
    for out in (0.1, 0.45, 0.75):
        line = alpha[round((1 - BOX[1] - row * out) * height), columns]
        shares.append(float((line > 0.4).mean()))
    assert 0.7 > shares[0] > shares[1] > shares[2]
    assert alpha[:, : round(BOX[0] * width) - 2].max() == 0


def test_hairs_of_upper_lids_are_thicker() -> None:
    alpha = lash_alpha()
    height, width = alpha.shape
    row = (BOX[3] - BOX[1]) / 4
    columns = slice(round(BOX[0] * width) + 4, round(BOX[2] * width) - 4)
    shares = [
        float((alpha[round((1 - BOX[1] - row * (lid + 0.2)) * height), columns] > 0.4).mean()) for lid in range(4)
    ]
    assert min(shares[0], shares[2]) > 1.2 * max(shares[1], shares[3])
