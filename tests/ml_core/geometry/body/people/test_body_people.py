"""People that the built-in body's model makes of traits."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.geometry.body.face.expressions import LIDS
from ml_core.geometry.body.face.eyeball import IRIS_ANGLE
from ml_core.geometry.body.measures import body_mass, torso_girths
from ml_core.geometry.body.model import BodyModel, Person
from ml_core.geometry.body.people.growth import usual_height
from ml_core.geometry.body.people.prior import drawn, neutral
from ml_core.geometry.body.poses import stance
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.body.zones import clothed_texels, underwear
from ml_core.inference.photo.points import face_points
from ml_core.vocabulary.avatar.body_sliders import ASYMMETRY, BY_NAME, FACE_SLIDERS, GROUPS, SLIDERS, local_targets
from ml_core.vocabulary.traits import FACE_SLIDERS as FORMER_SLIDERS


def crown_to_sole(model: BodyModel, rows: np.ndarray) -> float:
    z = rows[model.data.used("skin"), 2]
    return float(z.max() - z.min())


def test_every_trait_gives_a_finite_body(people: dict[str, Person]) -> None:
    for name, person in people.items():
        assert np.isfinite(person.rows).all(), name
        assert 0.5 < np.ptp(person.vertices[:, 0]) < 2.5, name


@pytest.mark.parametrize(
    ("age", "presentation", "height"),
    [(6, 0, 0.9), (8, 1, 1.27), (14, 0.5, 1.7), (30, 1, 1.45), (30, 1, 2.4), (90, 1, 1.5)],
)
def test_the_height_is_met_by_whoever_stands_upright(
    model: BodyModel, age: float, presentation: float, height: float
) -> None:
    person = model.person(BodyTraits(age=age, presentation=presentation, height=height, asymmetry=0))
    assert person.height == pytest.approx(height, abs=2e-4)
    assert crown_to_sole(model, stance(model.data, person.rows, "t").rows) == pytest.approx(height, abs=1e-3)


def test_usual_heights_follow_the_growth_reference_and_age() -> None:
    assert usual_height(8, 1) == pytest.approx(1.2656, abs=1e-3)
    assert usual_height(12, 1) > usual_height(12, 0)
    assert usual_height(18, 1) < usual_height(18, 0)
    assert usual_height(80, 1) == pytest.approx(usual_height(30, 1) - 0.08)
    assert usual_height(10, 0, 1) - usual_height(10, 0) == pytest.approx(0.064, abs=1e-3)


def test_a_mean_person_is_as_symmetric_as_the_targets_and_asymmetry_is_drawn_at_will(model: BodyModel) -> None:
    even = model.person(BodyTraits(age=30, presentation=1, asymmetry=0))
    odd = model.person(BodyTraits(age=30, presentation=1, asymmetry=1, asymmetry_seed=4))
    joints = [name for name in model.data.joints if name.startswith("l-")]
    apart = [even.joint(name) * [-1, 1, 1] - even.joint(f"r-{name[2:]}") for name in joints]
    assert np.abs(apart).max() < 2e-3
    moved = np.linalg.norm(odd.rows - even.rows, axis=1)
    assert 1e-3 < moved.max() < 0.03
    again = model.person(BodyTraits(age=30, presentation=1, asymmetry=1, asymmetry_seed=5))
    assert np.abs(again.rows - odd.rows).max() > 1e-3


def test_weight_and_muscle_are_apart_and_a_heavy_man_is_heavy(model: BodyModel) -> None:
    def measured(**traits: float) -> tuple[float, float]:
        person = model.person(BodyTraits(presentation=0, age=40, **traits))
        return torso_girths(person)["waist"], body_mass(person) / person.height**2

    slim, average, heavy = (measured(weight=weight) for weight in (0.0, 0.5, 1.0))
    assert slim[0] < 0.75 < average[0] < 0.95
    assert heavy[0] > 1.25
    assert slim[1] < 20 < average[1] < 25
    assert heavy[1] > 38
    strong = model.person(BodyTraits(presentation=0, age=40, muscle=1.0))
    girths = torso_girths(strong)
    assert girths["chest"] - girths["waist"] > 0.25
    assert girths["waist"] < 0.95


def test_a_seed_draws_the_same_person_and_choosing_a_trait_leaves_the_others() -> None:
    one = drawn(BodyTraits(), 11)
    assert drawn(BodyTraits(), 11) == one
    assert drawn(BodyTraits(sliders={"nose_width": 0.5}), 11).sliders == {**one.sliders, "nose_width": 0.5}
    chosen = drawn(BodyTraits(presentation=one.presentation, age=one.age, muscle=0.9), 11)
    assert chosen == one.replace(muscle=0.9)
    assert BodyTraits.from_dict(one.to_dict()) == one


def test_faces_of_seeds_differ_from_each_other_and_from_the_mean(model: BodyModel) -> None:
    traits = BodyTraits(presentation=1, age=30, ancestry=(0, 0, 1), height=1.65, weight=0.5)
    head = model.data.base[: model.data.vertex_count, 2] > 0.68
    faces = [model.person(traits, seed).vertices[head] for seed in range(4)] + [model.person(traits).vertices[head]]
    faces = [face - face.mean(axis=0) for face in faces]
    for first in range(5):
        for second in range(first):
            assert np.linalg.norm(faces[first] - faces[second], axis=1).mean() > 1e-3


def test_heights_of_seeds_are_spread_as_people_are() -> None:
    women = [drawn(BodyTraits(presentation=1, age=30), seed).height for seed in range(150)]
    assert np.mean(women) == pytest.approx(1.632, abs=0.02)
    assert np.std(women) == pytest.approx(0.065, abs=0.01)


def distance(person: Person, *pairs: tuple[int, int]) -> float:
    """Mean distance between landmarks of the face, meters."""
    points = face_points().of(person.rows)
    return float(np.mean([np.linalg.norm(points[first] - points[second]) for first, second in pairs]))


EARS, EYES, LIPS, HEIGHT = ((234, 454),), ((33, 133), (263, 362)), ((0, 17),), ((168, 152),)
"""Landmarks before the ears, at the corners of both eyes, above and below the lips, at nasion and chin."""


@pytest.mark.parametrize(("presentation", "low", "high"), [(0, 1.09, 1.20), (1, 1.07, 1.18)])
def test_faces_grow_from_6_years_on_as_much_as_measured_ones(
    model: BodyModel, presentation: float, low: float, high: float
) -> None:
    """Ferrario 1998: the upper and the middle third by 16 and 18 % (boys), 9 and 13 % (girls); eyes hardly."""
    child, adult = (
        model.person(BodyTraits(age=age, presentation=presentation, ancestry=(0.1, 0.1, 0.8))) for age in (6, 25)
    )
    assert low < distance(adult, *EARS) / distance(child, *EARS) < high
    assert low < distance(adult, *HEIGHT) / distance(child, *HEIGHT) < high + 0.06, "the lower third grows most"
    assert 0.98 < distance(adult, *EYES) / distance(child, *EYES) < 1.12
    crowns = [np.ptp(one.vertices[model.data.used("skin")], axis=0) for one in (child, adult)]
    assert crowns[0][2] < crowns[1][2]


def test_women_have_higher_brows_and_fuller_lips_whatever_the_seed(model: BodyModel) -> None:
    """By more than faces of the same presentation differ."""

    def features(presentation: float, seed: int) -> list[float]:
        person = model.person(BodyTraits(age=30, presentation=presentation), seed)
        points, wide = face_points().of(person.rows), distance(person, *EARS)
        brows = float(points[[105, 334], 2].mean() - points[[159, 386], 2].mean())
        return [brows / wide, distance(person, *LIPS) / wide]

    men, women = (np.array([features(at, seed) for seed in range(20)]) for at in (0.04, 0.96))
    apart = (women.mean(axis=0) - men.mean(axis=0)) / men.std(axis=0)
    assert (apart > 1).all(), apart


def test_mouths_rest_without_a_frown_and_children_differ_less_than_men(model: BodyModel) -> None:
    heights = []
    for seed in range(30):
        points = face_points().of(model.person(BodyTraits(), seed).rows)
        heights.append(points[[61, 291], 2].mean() - points[[13, 14], 2].mean())
    assert np.mean(np.array(heights) < 0) < 0.1, "corners below the line of the lips"
    assert max(heights) < 0.005, "nobody grins"
    faces = {age: [drawn(BodyTraits(age=age, presentation=0.0), seed).sliders for seed in range(8)] for age in (8, 30)}
    spreads = {age: np.std([[one[name] for name in FACE_SLIDERS] for one in some]) for age, some in faces.items()}
    assert spreads[8] < 0.7 * spreads[30]


MOUTH = ((61, 291),)
"""Landmarks at the corners of the mouth."""


@pytest.mark.parametrize("presentation", [0, 1])
@pytest.mark.parametrize("ancestry", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_a_child_does_not_stare_and_has_a_mouth_of_its_own(
    model: BodyModel, presentation: float, ancestry: tuple[float, float, float]
) -> None:
    """No white above the iris, a mouth not too narrow for the eyes, lips that have yet to grow."""
    child, adult = (model.person(BodyTraits(age=age, presentation=presentation, ancestry=ancestry)) for age in (8, 30))
    eye = child.eye("l")
    upper = float(np.mean([child.vertices[lid, 2] for lid, _ in LIDS]) - eye.center[2])
    assert 3e-3 < upper < eye.radius * np.sin(IRIS_ANGLE) - 1e-4
    assert distance(child, *MOUTH) > 0.8 * float(np.linalg.norm(eye.center - child.eye("r").center))
    assert distance(child, *LIPS) < 0.98 * distance(adult, *LIPS)
    if ancestry[0] == 1:
        thick = [distance(one, *LIPS) / distance(one, *MOUTH) for one in (child, adult)]
        assert thick[0] < 0.92 * thick[1]


def test_mouths_of_heavy_people_are_wider(model: BodyModel) -> None:
    slim, heavy = (model.person(BodyTraits(age=40, presentation=0, weight=weight)) for weight in (0.5, 1.0))
    assert 1.04 < distance(heavy, *MOUTH) / distance(slim, *MOUTH) < 1.15


def test_every_slider_moves_the_body_both_ways_unless_it_has_one_end(model: BodyModel) -> None:
    assert len(FACE_SLIDERS) >= 30
    assert set(FORMER_SLIDERS) <= set(BY_NAME)
    assert {slider.group for slider in SLIDERS} == set(GROUPS)
    for slider in SLIDERS:
        assert not slider.label_zh.isascii(), slider.name
        high, low = (model.sum_of(slider.targets(value)) for value in (1, -1))
        assert np.abs(high).max() > 1e-3, slider.name
        assert not slider.low or np.abs(high - low).max() > 1e-3, slider.name
    assert set(local_targets()) <= set(model.data.targets)
    assert all(name in model.data.targets for pair in ASYMMETRY for name in pair)


def test_a_child_has_no_adult_build(model: BodyModel) -> None:
    child = BodyTraits(presentation=1, age=10)
    adult_only = {slider.name: 1.0 for slider in SLIDERS if slider.adult}
    shaped = model.person(child.replace(sliders=adult_only, bust=1.0, firmness=0.0))
    np.testing.assert_array_equal(shaped.rows, model.person(child).rows)
    assert np.abs(model.person(child.replace(age=25, sliders=adult_only)).rows
                  - model.person(child.replace(age=25)).rows).max() > 0.01  # fmt: skip


@pytest.mark.parametrize(("age", "presentation", "least"), [(6, 0, 0.2), (17.9, 0, 0.2), (30, 1, 0.08), (30, 0, 0.04)])
def test_everybody_wears_something(model: BodyModel, age: float, presentation: float, least: float) -> None:
    person = model.person(BodyTraits(age=age, presentation=presentation))
    field = underwear(model.data, person.traits)
    assert (clothed_texels(model.data, field, 64) > 0.5).mean() > least
    chest, hips = (
        np.abs(person.vertices[:13000] - person.joint(name)).sum(axis=1).argmin() for name in ("spine-1", "pelvis")
    )
    assert field[hips] < 0
    assert (field[chest] < 0) == (age < 18 or presentation > 0.5)
    head = np.abs(person.vertices - person.joint("head-2")).sum(axis=1).argmin()
    assert field[head] > 0
    assert (underwear(model.data, BodyTraits()) <= underwear(model.data, person.traits) + 1e-9).all() or age >= 18


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"age": 5}, "age: 5 is not a number from 6 to 100"),
        ({"height": float("nan")}, "height"),
        ({"ancestry": (0, 0, 0)}, "all 0"),
        ({"ancestry": (1, 2)}, "three shares"),
        ({"sliders": {"nose": 1}}, "sliders: nose not known"),
        ({"sliders": {"nose_width": 2}}, "nose_width: 2"),
        ({"asymmetry_seed": -1}, "asymmetry_seed"),
        ({"hat": 1}, "hat not known"),
    ],
)
def test_what_is_no_trait_is_refused(values: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        BodyTraits.from_dict(values)


def test_neutral_people_have_no_slider_set() -> None:
    assert not any(neutral(BodyTraits()).sliders.values())
