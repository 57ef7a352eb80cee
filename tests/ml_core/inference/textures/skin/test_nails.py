"""Fingernails on painted skin."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_lab, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.humanoid.frames import SheetFrame
from ml_core.inference.textures.skin.nails import NAILS, draw_nails, polish_nails

SIZE = 1024
SKINS = ("#f0d0bc", "#c69478", "#74472c", "#4a2c1c")


@pytest.mark.parametrize("side", ["left", "right"])
def test_nails_lie_over_the_ends_of_the_fingers(side: str) -> None:
    bones = {bone.name: bone for bone in canvas().stance.bones}
    frame = canvas().fit.frames[f"{side}_hand"]
    assert isinstance(frame, SheetFrame)
    for finger, (middle, aside, high, wide) in zip(("Index", "Middle", "Ring", "Little", "Thumb"), NAILS, strict=True):
        bone = bones[f"{side}{finger}Distal"]
        t, across, _ = frame.project(np.array([bone.tail, bone.head], float))
        assert abs(t[0] - middle) < high, finger
        assert abs(across[0] - aside) < wide, finger
        assert t[1] < middle - high, "not as far as the joint"


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("skin", SKINS)
def test_nails_are_no_darker_than_the_skin_and_end_in_a_light_rim(skin: str, linear: bool) -> None:
    tone = hex_to_srgb(skin)
    color = np.tile(srgb_to_linear(tone) if linear else tone, (SIZE, SIZE, 1)).astype(np.float32)
    draw_nails(color, linear)
    lab = srgb_to_lab(linear_to_srgb(color) if linear else color)
    wanted = srgb_to_lab(tone)
    for side in ("left", "right"):
        chart = CHARTS[f"{side}_hand_back"]
        hand, (t, across) = lab[chart.pixels(SIZE)], chart.texel_grid(SIZE)
        middle, aside, high, wide = NAILS[1]
        plate = (np.abs(t - middle) < 0.4 * high) & (np.abs(across - aside) < 0.5 * wide)
        ends = (np.abs(t - middle - 0.90 * high) < 0.12 * high) & (np.abs(across - aside) < 0.3 * wide)
        rim = (np.abs(t - middle + 1.14 * high) < 0.12 * high) & (np.abs(across - aside) < 0.3 * wide)
        nail, end, cuticle = (np.median(hand[where], axis=0) for where in (plate, ends, rim))
        assert nail[0] > wanted[0] - 6
        assert end[0] > nail[0] + 1
        assert cuticle[0] < wanted[0] - 1
        away = np.abs(hand[t < 0.4] - wanted).max()
        assert away < 0.01, "the rest of the hand stays"
        if skin in SKINS[-2:]:
            assert nail[0] > wanted[0] + 5, "nails hold no melanin"


def test_nails_shine_and_skin_does_not() -> None:
    roughness = np.full((SIZE, SIZE), 0.55, np.float32)
    polish_nails(roughness)
    chart = CHARTS["right_hand_back"]
    hand, (t, across) = roughness[chart.pixels(SIZE)], chart.texel_grid(SIZE)
    middle, aside, high, wide = NAILS[0]
    assert hand[(np.abs(t - middle) < 0.5 * high) & (np.abs(across - aside) < 0.5 * wide)].max() < 0.4
    assert hand[t < 0.4].min() == np.float32(0.55)
    assert roughness[CHARTS["head"].pixels(SIZE)].min() == np.float32(0.55)
