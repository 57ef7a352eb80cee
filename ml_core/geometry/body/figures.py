"""Figures for the card of the built-in body: sizes, and heights and girths compared with published ones."""

from __future__ import annotations

from typing import Any

from ml_core.geometry.body.body_file import PARTS
from ml_core.geometry.body.measures import body_mass, torso_girths
from ml_core.geometry.body.model import BodyModel
from ml_core.geometry.body.people.growth import usual_height
from ml_core.geometry.body.traits import BodyTraits
from ml_core.vocabulary.avatar.body_sliders import FACE_SLIDERS, SLIDERS

PUBLISHED = {
    "height of children": "WHO Reference 2007, height-for-age (de Onis and others 2007)",
    "waist of adults": "United States 2015-2016, mean: men 102.1 cm, women 98.0 cm (Fryar and others, National Health "
    "Statistics Reports 122, 2018); raised risk from 102 and 88 cm (NHLBI 1998), which is about the 95th percentile of "
    "healthy people (Flegal, International Journal of Obesity 31, 2007)",
    "body mass index": "underweight below 18.5, obesity from 30, of class III from 40 (WHO)",
}
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


def figures(model: BodyModel) -> dict[str, Any]:
    """Sizes of the file's meshes and lists, and tape measurements of average people of all weights."""
    data = model.data
    people = []
    for presentation, sex in ((0.0, "man"), (1.0, "woman")):
        for weight in WEIGHTS:
            person = model.person(BodyTraits(presentation=presentation, age=35, weight=weight))
            mass = body_mass(person)
            girths = {f"{name} cm": round(100 * value, 1) for name, value in torso_girths(person).items()}
            people.append(
                {"who": f"{sex} of 35, weight {weight:g}", "height cm": round(100 * person.height, 1)}
                | girths
                | {"mass kg": round(mass, 1), "body mass index": round(mass / person.height**2, 1)}
            )
    heights = {
        f"{sex} of {age}": [round(100 * model.person(BodyTraits(presentation=presentation, age=age)).height, 1),
                            round(100 * usual_height(age, presentation), 1)]
        for presentation, sex in ((0.0, "boy"), (1.0, "girl")) for age in (6, 8, 10, 12, 14, 16)
    }  # fmt: skip
    return {
        "vertices": data.vertex_count,
        "triangles": {part: 2 * len(data.faces[part]) for part in PARTS},
        "targets": len(data.targets),
        "distinct targets": len(data.start) - 1,
        "sliders": len(SLIDERS),
        "face sliders": len(FACE_SLIDERS),
        "most bones a vertex": int((data.bone_weight > 0).sum(axis=1).max()),
        "heights cm, as measured and as published": heights,
        "people": people,
        "published": PUBLISHED,
    }
