"""Colors of human irises: the names that people use, and how frequent each is with which skin and hair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_to_lab

IRISES = {
    "black": "#241a16",
    "dark brown": "#33221a",
    "brown": "#5a3a22",
    "amber": "#80562a",
    "hazel": "#6e5834",
    "green": "#66784f",
    "blue": "#5d7992",
    "gray": "#7f8a92",
}
"""sRGB hex by name."""
DEFAULT_EYE = "#5a4632"
"""Color of eyes that was neither chosen nor measured."""

# Snee 1974, "Graphical display of two-way contingency tables", The American Statistician 28, doi:10.2307/2683520: hair
# and eyes of 592 students in Delaware, as in R's data set HairEyeColor. Rows: black, brown, red and blond hair;
# columns: brown, blue, hazel and green eyes.
_SNEE = np.array([[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]], dtype=float)
_SNEE_HAIR = ("#17120f", "#4a3122", "#8a3a1c", "#b8935c")

# What the four columns are made of, and what eyes are beside skin that is not light: our own estimates, measured by
# nobody. We know of no table by skin color. The nearest one is by country (Katsara and Nothnagel 2019, "True colors: A
# literature review on the spatial distribution of eye and hair pigmentation", Forensic Science International: Genetics
# 39, doi:10.1016/j.fsigen.2019.01.001); its authors find few data outside of Europe.
_BROWN = {"dark brown": 0.35, "brown": 0.60, "amber": 0.05}
_COLUMNS = (_BROWN, {"blue": 0.8, "gray": 0.2}, {"hazel": 1.0}, {"green": 1.0})
_DARKER_SKIN = {"dark brown": 0.62, "brown": 0.355, "amber": 0.01, "hazel": 0.015}

_LIGHT_SKIN = (28.0, 52.0)
"""Degrees of the individual typology angle over which the table of Snee comes in; our own choice. Skin from 28 to 41
is called intermediate, from 41 to 55 light (Del Bino and Bernerd 2013, British Journal of Dermatology 169)."""


def iris_shares(skin: str, hair: str) -> dict[str, float]:
    """Probability of each of :data:`IRISES` given a skin and a hair color (sRGB hex); the shares sum to 1."""
    light = float(np.clip((_typology_angle(skin) - _LIGHT_SKIN[0]) / (_LIGHT_SKIN[1] - _LIGHT_SKIN[0]), 0, 1))
    row = _SNEE[_nearest(hair)]
    shares = {name: (1 - light) * share for name, share in _DARKER_SKIN.items()}
    for count, column in zip(row / row.sum(), _COLUMNS, strict=True):
        for name, share in column.items():
            shares[name] = shares.get(name, 0.0) + light * count * share
    return {name: shares.get(name, 0.0) for name in IRISES}


def _typology_angle(skin: str) -> float:
    """Degrees, from below -30 (dark) to over 55 (very light skin): Chardon, Cretois and Hourseau 1991."""
    lightness, _, yellow = srgb_to_lab(hex_to_srgb(skin))
    return float(np.degrees(np.arctan2(lightness - 50, max(yellow, 1e-3))))


def _nearest(hair: str) -> int:
    """The row of :data:`_SNEE`; gray and white hair, which once had a color, counts as brown."""
    lab = srgb_to_lab(hex_to_srgb(hair))
    if lab[0] > 40 and np.hypot(lab[1], lab[2]) < 8:
        return 1
    rows: NDArray = srgb_to_lab(np.array([hex_to_srgb(color) for color in _SNEE_HAIR]))
    return int(np.argmin(((rows - lab) ** 2).sum(axis=1)))
