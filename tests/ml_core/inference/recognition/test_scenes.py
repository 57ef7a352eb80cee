from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml_core.datasets.furniture.rooms import PRIORS
from ml_core.errors import InputError
from ml_core.inference.recognition.scenes import FEATURES, SHIPPED, SceneKindModel, SceneObject, features
from ml_core.vocabulary.scene.scene_kinds import LONGEST_SIDE, MIXED, SCENE_KINDS

BED = SceneObject("bed", (1.6, 2.1, 0.9), (0, 1, 0.45))
NIGHTSTAND = SceneObject("nightstand", (0.5, 0.45, 0.55), (1.1, 1.8, 0.275))
LAMP = SceneObject("lamp", (0.3, 0.3, 0.5), (1.1, 1.8, 0.8))
RUG = SceneObject("rug", (2.0, 1.4, 0.02), (0, -0.8, 0.01))
UNKNOWN = SceneObject(None, (0.4, 0.4, 0.4), (-1, -1, 0.2))


def scattered(side: float, height: float, *labels: str | None) -> list[SceneObject]:
    """Objects of a ``height`` on a floor of ``side`` meters, evenly along a spiral."""
    turn = np.arange(len(labels)) * 2.4
    reach = side / 2 * np.sqrt((np.arange(len(labels)) + 0.5) / len(labels))
    size = (height * 0.6, height * 0.6, height)
    return [
        SceneObject(label, size, (float(r * np.cos(t)), float(r * np.sin(t)), height / 2))
        for label, r, t in zip(labels, reach, turn, strict=True)
    ]


@pytest.fixture(scope="module")
def model() -> SceneKindModel:
    return SceneKindModel.load(device="cpu")


@pytest.mark.parametrize(
    ("kind", "objects"),
    [
        ("bedroom", [BED, NIGHTSTAND, LAMP, RUG]),
        ("bathroom", scattered(2, 0.8, "toilet", "sink")),
        ("kitchen", scattered(3, 1.1, "refrigerator", "stove", "sink", "cabinet", "cabinet")),
        ("living_room", scattered(4, 1.0, "sofa", "armchair", "table", "tv_monitor", "lamp")),
        ("office", scattered(4, 0.9, "desk", "chair", "tv_monitor", "desk", "chair", "tv_monitor", "trash_bin")),
        ("warehouse", scattered(15, 1.0, *["box"] * 8, *["shelf"] * 3, "barrel")),
        ("forest", scattered(20, 3.0, *["tree"] * 6, *["rock"] * 3, *["bush"] * 2)),
        ("street", scattered(30, 4.0, "car", "car", "street_light", "street_light", "building", "building")),
        ("farm", scattered(25, 1.5, *["animal"] * 4, *["fence"] * 4, "building")),
    ],
)
def test_what_anyone_would_say(model: SceneKindModel, kind: str, objects: list[SceneObject]) -> None:
    found = model.recognize(objects)
    assert found.kind == kind
    assert found.ranking[0] == (kind, found.confidence)
    assert found.confidence >= model.threshold


def test_the_ranking_holds_every_kind_once_and_sums_to_one(model: SceneKindModel) -> None:
    ranking = model.recognize([BED, RUG]).ranking
    chances = [chance for _, chance in ranking]
    assert sorted(kind for kind, _ in ranking) == sorted(SCENE_KINDS)
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1)


def test_the_order_of_the_objects_does_not_matter(model: SceneKindModel) -> None:
    objects = [BED, NIGHTSTAND, LAMP, RUG, UNKNOWN]
    there, back = model.recognize(objects), model.recognize(objects[::-1])
    assert there.kind == back.kind
    assert dict(there.ranking) == pytest.approx(dict(back.ranking), abs=1e-5)


def test_where_the_scene_lies_does_not_matter() -> None:
    objects = [BED, NIGHTSTAND, LAMP, RUG]
    moved = [SceneObject(o.label, o.size, (o.position[0] + 50, o.position[1] - 7, o.position[2] + 12)) for o in objects]
    assert features(moved) == pytest.approx(features(objects), abs=1e-4)


def test_too_little_is_known_of_unknown_things(model: SceneKindModel) -> None:
    assert model.recognize([UNKNOWN, UNKNOWN]).kind is None
    assert model.recognize([BED, UNKNOWN, UNKNOWN], threshold=0).kind is None
    assert model.recognize([BED, NIGHTSTAND, UNKNOWN], threshold=0).kind is not None


def test_no_objects_make_no_kind(model: SceneKindModel) -> None:
    nothing = model.recognize([])
    assert (nothing.kind, nothing.confidence, nothing.ranking) == (None, 0, [])


def test_what_belongs_nowhere_is_not_named(model: SceneKindModel) -> None:
    assert model.recognize(scattered(6, 1.0, "boat", "toilet", "gun", "animal")).kind is None


def test_nothing_is_named_above_the_highest_threshold(model: SceneKindModel) -> None:
    found = model.recognize([BED, NIGHTSTAND, LAMP, RUG], threshold=1.01)
    assert found.kind is None
    assert found.ranking[0][0] == "bedroom"


def test_a_name_that_was_never_learned_counts_as_unknown() -> None:
    named = SceneObject("gizmo", UNKNOWN.size, UNKNOWN.position)
    assert np.array_equal(features([BED, named]), features([BED, UNKNOWN]))


def test_features_are_what_their_names_say() -> None:
    found = dict(zip(FEATURES, features([BED, NIGHTSTAND, LAMP, RUG, UNKNOWN]).tolist(), strict=True))
    footprint = 1.6 * 2.1 + 0.5 * 0.45 + 0.3 * 0.3 + 2.0 * 1.4 + 0.4 * 0.4
    assert found["log count of bed"] == pytest.approx(np.log(2))
    assert found["log count of furniture"] == pytest.approx(np.log(3))
    assert found["log count of sofa"] == 0
    assert found["footprint share of bed"] == pytest.approx(1.6 * 2.1 / footprint)
    assert found["unknown share"] == pytest.approx(0.2)
    assert found["share on the floor"] == pytest.approx(0.8)
    assert found["log longer side"] == pytest.approx(np.log(3.55))
    assert found["log shorter side"] == pytest.approx(np.log(2.55))
    assert found["log largest object"] == pytest.approx(np.log(2.1))


def test_flat_tiny_and_huge_things_stay_finite() -> None:
    point = SceneObject("rock", (0, 0, 0), (0, 0, 0))
    planet = SceneObject("rock", (1e9, 1e9, 1e9), (1e12, 0, 0))
    assert np.isfinite(features([point])).all()
    assert np.isfinite(features([point, planet])).all()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (SceneObject("bed", (1, float("nan"), 1), (0, 0, 0)), "object 1: size.*finite"),
        (SceneObject("bed", (1, 1, 1), (0, float("inf"), 0)), "object 1: position.*finite"),
        (SceneObject("bed", (1, 1), (0, 0, 0)), "object 1: size must be three"),  # type: ignore[arg-type]
        (SceneObject("bed", (1, -1, 1), (0, 0, 0)), "object 1: a size is negative"),
    ],
)
def test_an_object_that_cannot_be_is_named(model: SceneKindModel, wrong: SceneObject, why: str) -> None:
    with pytest.raises(InputError, match=why):
        model.recognize([RUG, wrong])


def test_features_of_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="got 0"):
        features([])


def copied(folder: Path, **changes: object) -> Path:
    """The shipped weights in ``folder``, with ``changes`` to the card (None takes an entry out)."""
    shutil.copy(SHIPPED, folder)
    card = json.loads(SHIPPED.with_suffix(".json").read_text()) | changes
    card = {key: value for key, value in card.items() if value is not None}
    (folder / SHIPPED.name).with_suffix(".json").write_text(json.dumps(card))
    return folder / SHIPPED.name


@pytest.mark.parametrize("entry", ["kinds", "temperature", "threshold", "features"])
def test_a_card_that_lacks_something_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(InputError, match=f"lacks {entry}"):
        SceneKindModel.load(copied(tmp_path, **{entry: None}))


def test_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="other features"):
        SceneKindModel.load(copied(tmp_path, features=[*FEATURES[1:], FEATURES[0]]))


def test_a_damaged_card_or_damaged_weights_are_refused(tmp_path: Path) -> None:
    path = copied(tmp_path)
    path.with_suffix(".json").write_text('{"sha256": ')
    with pytest.raises(InputError, match=r"scene_kind\.json.*damaged"):
        SceneKindModel.load(path)
    path = copied(tmp_path)
    path.write_bytes(path.read_bytes()[:-50] + bytes(50))
    with pytest.raises(InputError, match=r"scene_kind\.onnx.*damaged"):
        SceneKindModel.load(path)


def test_the_card_says_how_it_was_measured() -> None:
    card = json.loads(SHIPPED.with_suffix(".json").read_text())
    assert tuple(card["kinds"]) == SCENE_KINDS
    assert "prior" in card["limits"]
    for scenes in card["metrics"].values():
        assert scenes["top1"] > scenes["naive_bayes_top1"]
        assert scenes["calibration_error"] < 0.1


def moved(objects: list[SceneObject], x: float, y: float = 0.0) -> list[SceneObject]:
    return [SceneObject(o.label, o.size, (o.position[0] + x, o.position[1] + y, o.position[2])) for o in objects]


def bathroom() -> list[SceneObject]:
    toilet = SceneObject("toilet", (0.4, 0.65, 0.78), (0.5, 1.2, 0.39))
    return [
        toilet,
        SceneObject("sink", (0.6, 0.5, 0.85), (-0.6, 1.2, 0.43)),
        SceneObject("rug", (0.8, 0.5, 0.02), (0, 0, 0.01)),
    ]


def test_rooms_of_one_kind_side_by_side_are_that_kind(model: SceneKindModel) -> None:
    room = [BED, NIGHTSTAND, LAMP, RUG]
    hotel = [thing for number in range(4) for thing in moved(room, 8.0 * number)]
    found = model.recognize(hotel)
    assert found.kind == "bedroom"
    assert sum(share for _, share in found.ranking) == pytest.approx(1)


def test_rooms_of_several_kinds_are_mixed(model: SceneKindModel) -> None:
    room = [BED, NIGHTSTAND, LAMP, RUG]
    flat = [*moved(room, 0), *moved(bathroom(), 8.5), *moved(room, 17), *moved(bathroom(), 25.5)]
    found = model.recognize(flat)
    assert found.kind == MIXED
    assert {kind for kind, _ in found.ranking[:2]} == {"bedroom", "bathroom"}
    assert model.recognize(flat, threshold=1.01).kind is None


def test_the_sides_are_those_that_were_learned() -> None:
    assert {kind: prior.side[1] for kind, prior in PRIORS.items()} == LONGEST_SIDE
    assert MIXED not in SCENE_KINDS
