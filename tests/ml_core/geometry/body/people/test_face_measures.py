"""Faces of drawn people beside published anthropometry.

Widths and heights are those of the head-and-face survey of NIOSH (Zhuang and Bradtmiller, Journal of Occupational and
Environmental Hygiene 2, 2005: 3997 workers of 18 to 66 years, weighted to the United States). Openings of eyes are from
10 mm (Farkas, Anthropometry of the Head and Face, 1994) to 11.9 mm high (Chinese women, BioMed Research International
2013, 821428; Malaysian Indians lie between them: Vasanthakumar and others, North American Journal of Medical Sciences
4, 2012), and less in the old.
"""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.face.expressions import LIDS
from ml_core.geometry.body.face.eyeball import IRIS_ANGLE
from ml_core.geometry.body.model import BodyModel, Person
from ml_core.geometry.body.traits import BodyTraits
from ml_core.inference.photo.points import face_points

PEOPLE = 40
MEN, WOMEN = 0.04, 0.96
NIOSH = {
    MEN: {"height": (122.7, 7.0), "width": (143.5, 6.9), "mouth": (51.1, 4.2), "nose": (36.6, 4.1)},
    WOMEN: {"height": (113.4, 6.1), "width": (135.1, 6.5), "mouth": (48.0, 4.0), "nose": (33.2, 3.9)},
}
"""Millimeters, mean and standard deviation: menton to sellion, between the zygomatic arches, lips, nose."""
PAIRS = {"height": (168, 152), "width": (234, 454), "mouth": (61, 291), "nose": (48, 278)}
"""Landmarks of the face that each runs between."""


def drawn_people(model: BodyModel, presentation: float, first: int, last: int) -> list[Person]:
    ages = np.linspace(first, last, PEOPLE)
    return [model.person(BodyTraits(age=float(age), presentation=presentation), n) for n, age in enumerate(ages)]


def lids(person: Person) -> tuple[float, float, float]:
    """Millimeters: height of the opening, iris that the upper lid covers, white between iris and lower lid."""
    eye = person.eye("l")
    upper, lower = (float(np.mean([person.vertices[pair[n], 2] for pair in LIDS])) - eye.center[2] for n in (0, 1))
    iris = eye.radius * np.sin(IRIS_ANGLE)
    return 1000 * (upper - lower), 1000 * (iris - upper), 1000 * (-lower - iris)


@pytest.mark.parametrize("presentation", [MEN, WOMEN])
def test_faces_are_as_long_and_as_wide_as_those_of_the_survey(model: BodyModel, presentation: float) -> None:
    points = np.array([face_points().of(person.rows) for person in drawn_people(model, presentation, 18, 66)])
    for name, (mean, deviation) in NIOSH[presentation].items():
        first, second = PAIRS[name]
        ours = 1000 * np.linalg.norm(points[:, first] - points[:, second], axis=1)
        print(f"{name}: {ours.mean():.1f} ± {ours.std():.1f} mm, people {mean} ± {deviation}")
        assert abs(ours.mean() - mean) < 0.6 * deviation, name
        assert 0.4 * deviation < ours.std() < 1.2 * deviation, name


@pytest.mark.parametrize(("first", "last", "covered"), [(18, 39, 1.4), (40, 64, 1.9), (65, 85, 2.5)])
@pytest.mark.parametrize("presentation", [MEN, WOMEN])
def test_lids_frame_the_iris(model: BodyModel, presentation: float, first: int, last: int, covered: float) -> None:
    """The upper one covers 1 to 2 mm, a little more in the old; the lower one touches the rim."""
    opening, cover, white = np.array([lids(one) for one in drawn_people(model, presentation, first, last)]).T
    print(f"opening {opening.mean():.1f}, covered {cover.mean():.1f}, white below {white.mean():.1f} mm")
    assert 9.2 < opening.mean() < 11.9
    assert cover.mean() == pytest.approx(covered, abs=0.5)
    assert -0.3 < white.mean() < 0.8
    assert np.quantile(white, 0.9) < 1.4


def test_irises_are_as_large_as_those_of_people(model: BodyModel) -> None:
    """11.7 ± 0.4 mm, Rufer and others, Cornea 24, 2005."""
    for presentation in (MEN, WOMEN):
        wide = [2000 * one.eye("l").radius * np.sin(IRIS_ANGLE) for one in drawn_people(model, presentation, 18, 66)]
        assert np.mean(wide) == pytest.approx(11.7, abs=0.6)
