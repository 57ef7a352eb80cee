from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ml_core.datasets.meshes.objects import further_label
from ml_core.inference.recognition.names import label_called, label_said, with_name
from ml_core.inference.recognition.objects import Recognition


def seen(known: float, *ranking: tuple[str, float]) -> Recognition:
    label = ranking[0][0] if known >= 0.5 else None
    return Recognition(label, ranking[0][1], list(ranking), known, np.zeros(4, np.float32))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Table_01", "table"),
        ("SM_Chair_Wood_02.003", "chair"),
        ("BedsideTable", "nightstand"),
        ("street lamps", "street_light"),
        ("Bookshelves", "shelf"),
        ("Wooden_Crate_A", "box"),
        ("木桌子.001", "table"),
        ("床", "bed"),
    ],
)
def test_names_that_say_what_a_thing_is(name: str, label: str) -> None:
    assert label_said(name) == label


@pytest.mark.parametrize(
    "name",
    ["", "Cube.001", "Plane", "Car_Door", "Table_Leg", "Door_Frame_02", "Refrigerator_Door", "Chair Shop", "Object.017",
     "Sofa_Cushion", "12", "Collider_Box_Trigger"],
)  # fmt: skip
def test_names_that_leave_it_open(name: str) -> None:
    assert label_said(name) is None


def test_a_name_decides_between_what_a_thing_may_be() -> None:
    found = with_name(seen(0.2, ("cabinet", 0.35), ("box", 0.2), ("desk", 0.1)), "box", 0.5)
    assert found.label == "box"
    assert found.ranking[0] == ("box", found.confidence)
    assert found.confidence > 0.9
    assert [share for _, share in found.ranking] == sorted((share for _, share in found.ranking), reverse=True)
    assert sum(share for _, share in found.ranking) <= 1


def test_a_name_that_fits_nothing_of_what_is_seen_changes_little() -> None:
    chair = seen(0.99, ("chair", 0.9995), ("stool", 0.0003), ("table", 0.0001))
    found = with_name(chair, "car", 0.5)
    assert found.label == "chair"
    assert found.confidence > 0.9
    strange = with_name(seen(0.01, ("chair", 0.6), ("stool", 0.2)), "car", 0.5)
    assert strange.label is None


@pytest.mark.data
def test_names_of_files_seldom_lie(data_dir: Path) -> None:
    said, right, astray, others = 0, 0, 0, 0
    for folder in ("objects", "objects_more"):
        with (data_dir / folder / "labels.csv").open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                label = row["label"] or further_label(row["path"])
                if not label and row["ambiguous"] != "0":
                    continue
                found = label_said(row["name"])
                said += bool(label and found)
                right += bool(label) and found == label
                others += not label
                astray += not label and found is not None
    print(f"{said} names of labeled meshes say one, {right} theirs; {astray} of {others} others")
    assert right >= 1300
    assert right >= 0.95 * said
    assert astray <= 0.045 * others


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("chair.001", "chair"), ("Guest_Chair.002", "chair"), ("cup red", "cup"), ("mug A", "cup"),
        ("trafficlight_B", "traffic_light"), ("deskLamp", "lamp"), ("table_low", "table"), ("红色椅子.001", "chair"),
        ("DeskChair_01", "chair"), ("Wall_1", "wall"), ("lampSquareFloor", "lamp"), ("Door_frame_03", ""),
        ("plate", "plate"),
        ("chair_leg", ""), ("lamp_standing", ""), ("car_taxi", ""), ("Cube.003", ""), ("", ""), ("___", ""),
    ],
)  # fmt: skip
def test_a_sentence_means_a_name_by_its_last_noun(name: str, label: str) -> None:
    assert label_called(name) == label
