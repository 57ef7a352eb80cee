"""Heights and heads by age and sex: the WHO growth reference of 2007 up to 19 years, and the height that adults lose.

Medians and coefficients of variation at whole years are those of the WHO Reference 2007 (de Onis and others, Bulletin
of the WHO 85, 2007; height-for-age, L = 1). Adults lose height as Sorkin, Muller and Andres measured (American Journal
of Epidemiology 150, 1999): 3 cm (men) and 5 cm (women) from 30 to 70, 5 and 8 cm by 80.
"""

from __future__ import annotations

import numpy as np

from ml_core.geometry.easing import smoothstep

_YEARS = (5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
_MEDIAN = {
    "male": (109.7265, 115.9509, 121.7338, 127.2651, 132.5652, 137.7795, 143.1126, 149.0807, 156.0426, 163.1816,
             168.9580, 172.8967, 175.1609, 176.1449, 176.5432),
    "female": (109.0725, 115.1244, 120.8105, 126.5558, 132.4944, 138.6363, 144.9929, 151.2327, 156.3748, 159.7890,
               161.6692, 162.5156, 162.8545, 163.0595, 163.1548),
}  # fmt: skip
"""Centimeters."""
_VARIATION = {
    "male": (0.04156, 0.04249, 0.04342, 0.04438, 0.04535, 0.04626, 0.04703, 0.04753, 0.04760, 0.04714, 0.04619,
             0.04495, 0.04364, 0.04241, 0.04134),
    "female": (0.04346, 0.04447, 0.04525, 0.04581, 0.04612, 0.04614, 0.04584, 0.04523, 0.04439, 0.04345, 0.04255,
               0.04176, 0.04109, 0.04053, 0.04009),
}  # fmt: skip
_LOSS_YEARS = (30, 70, 80, 100)
_LOSS = {"male": (0.0, 3.0, 5.0, 9.0), "female": (0.0, 5.0, 8.0, 14.0)}
"""Centimeters; the last ones carry the slope of the decade before on."""


def usual_height(years: float, presentation: float, deviations: float = 0.0) -> float:
    """Height in meters at this age, ``deviations`` standard deviations above the median.

    ``presentation`` runs from 0 (boys and men) to 1 (girls and women); between them the two are mixed.
    """
    heights = []
    for sex in ("male", "female"):
        median = float(np.interp(years, _YEARS, _MEDIAN[sex])) - float(np.interp(years, _LOSS_YEARS, _LOSS[sex]))
        heights.append(median * (1 + deviations * float(np.interp(years, _YEARS, _VARIATION[sex]))) / 100)
    return (1 - presentation) * heights[0] + presentation * heights[1]


_HEAD_YEARS = (6, 8, 10, 12, 14, 16, 18)
HEAD_GIRTH = {
    "male": (51.9, 52.7, 53.5, 54.4, 55.6, 56.7, 57.1),
    "female": (51.0, 51.9, 52.7, 53.6, 54.4, 54.9, 55.1),
}
"""Centimeters around the head: from the CDC's medians at three years (2000: 50.5 for boys, 49.3 for girls) to those of
adults, on the course that Baughan and Demirjian found (American Journal of Physical Anthropology 49, 1978): by puberty
95 % of the cranium has grown."""
_SCULPTED_GIRTH = {
    "male": (47.4, 49.5, 51.5, 53.4, 55.8, 57.2, 57.4),
    "female": (45.7, 47.6, 49.7, 51.9, 53.1, 53.1, 52.7),
}
"""The same of MakeHuman's average people, in whom heads grow with the rest."""
_GIRTH_A_SHARE = 8.1
"""Centimeters that all three targets of a larger head add at 1."""


def head_growth(years: float, presentation: float) -> float:
    """Weight of the targets of a larger head that brings MakeHuman's heads to the girth of the age."""
    shares = []
    for sex in ("male", "female"):
        wanted, made = (float(np.interp(years, _HEAD_YEARS, item[sex])) for item in (HEAD_GIRTH, _SCULPTED_GIRTH))
        shares.append(max(wanted - made, 0.0) / _GIRTH_A_SHARE)
    return (1 - presentation) * shares[0] + presentation * shares[1]


FACE_SPARED = 0.75
"""Share of the widening of a head by :func:`head_growth` that its face is spared. From 6 years on the upper third of a
face grows by 16 % (boys) and 9 % (girls), the middle one by 18 and 13 %, the lower one by 23 and 17 % (Ferrario and
others, Journal of Craniofacial Genetics and Developmental Biology 18, 1998), and the cranium hardly."""


def childlike(years: float) -> float:
    """Weight of a child's face: 1 up to 8 years, 0 from 17 on."""
    return float(smoothstep(years, 17, 8))


def dimorphism(years: float) -> float:
    """How far apart the faces of the sexes are: 0.2 up to 9 years, 1 from 17 on."""
    return 0.2 + 0.8 * float(smoothstep(years, 9, 17))
