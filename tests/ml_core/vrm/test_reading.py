"""What a glTF document says of its avatar, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from ml_core.vrm.blocks import checked, moved
from ml_core.vrm.first_meta import meta_of_first
from ml_core.vrm.reading import read_vrm


def document(**vrm: Any) -> dict[str, Any]:
    """Two nodes, the second with a mesh of one morph target."""
    return {
        "nodes": [{"name": "Hips", "children": [1]}, {"mesh": 0}],
        "meshes": [{"primitives": [{"targets": [{}]}]}],
        "materials": [{"name": "Skin"}],
        "extensions": {"VRMC_vrm": vrm},
    }


def test_what_points_nowhere_falls_out_and_is_named() -> None:
    found = read_vrm(
        document(
            humanoid={"humanBones": {"hips": {"node": 0}, "spine": {"node": 9}, "tail": {"node": 1}}},
            expressions={
                "preset": {
                    "aa": {
                        "morphTargetBinds": [
                            {"node": 1, "index": 0, "weight": 7},
                            {"node": 1, "index": 5, "weight": 1},
                            {"node": 0, "index": 0, "weight": 1},
                        ]
                    }
                }
            },
        )
    )
    assert found is not None
    assert found.blocks["humanBones"] == {"hips": {"node": 0}}
    assert found.blocks["expressions"]["preset"]["aa"]["morphTargetBinds"] == [{"node": 1, "index": 0, "weight": 1.0}]
    assert set(found.lost) == {
        "humanBones.spine.node",
        "humanBones.tail",
        "expressions.preset.aa.morphTargetBinds[1].index",
        "expressions.preset.aa.morphTargetBinds[2].node",
        "expressions.preset.aa.morphTargetBinds[2].index",
    }
    assert found.nodes == {0}


@pytest.mark.parametrize(
    "value", [None, 3, "x", [], [[]], {"nodes": 3}, {"humanoid": [], "meta": 5, "expressions": "e"}]
)
def test_any_json_can_stand_anywhere(value: Any) -> None:
    for name in ("VRM", "VRMC_vrm"):
        for where in ("meta", "humanoid", "expressions", "blendShapeMaster", "secondaryAnimation", "firstPerson"):
            read_vrm(
                {
                    "nodes": value,
                    "materials": value,
                    "meshes": value,
                    "extensions": {name: {where: value, "materialProperties": value}, "VRMC_springBone": value},
                }
            )
        read_vrm({"extensions": {name: value}})
    assert read_vrm({"extensions": value}) is None


def test_groups_count_the_colliders_that_are_left_and_empty_ones_fall_out() -> None:
    blocks = {
        "colliders": [{"node": node, "shape": {"sphere": {"radius": node}}} for node in range(3)],
        "colliderGroups": [{"colliders": [0, 1, 2]}, {"colliders": [1]}],
        "springs": [{"joints": [{"node": 0}, {"node": 2}], "colliderGroups": [1, 0]}],
    }
    made, _ = moved(blocks, lambda _what, index, _table, _where: None if index == 1 else index + 10)
    assert [one["node"] for one in made["colliders"]] == [10, 12]
    assert [one["colliders"] for one in made["colliderGroups"]] == [[0, 1]]
    assert made["springs"][0]["colliderGroups"] == [0]
    assert checked([]) == checked("x") == {}


@pytest.mark.parametrize(
    ("license_name", "modification", "redistribution", "commercial"),
    [
        ("Redistribution_Prohibited", "prohibited", False, "corporation"),
        ("CC0", "allowModificationRedistribution", True, "corporation"),
        ("CC_BY_NC_ND", "prohibited", True, "personalNonProfit"),
        ("Other", "prohibited", False, "corporation"),
        (7, "prohibited", False, "corporation"),
    ],
)
def test_rights_of_version_0_are_not_widened(
    license_name: Any, modification: str, redistribution: bool, commercial: str
) -> None:
    meta = meta_of_first({"licenseName": license_name, "commercialUssageName": "Allow"}, {})
    assert meta["modification"] == modification
    assert meta["allowRedistribution"] is redistribution
    assert meta["commercialUsage"] == commercial
    assert meta["avatarPermission"] == "onlyAuthor"
    assert not meta["allowExcessivelyViolentUsage"]


def test_chains_of_version_0_fork_and_end() -> None:
    """The first child goes on, others begin anew, and each chain ends 7 cm behind its last bone."""
    nodes = [
        {"name": "root", "children": [1]},
        {"name": "a", "children": [2, 3], "translation": [0, -0.2, 0]},
        {"name": "b", "translation": [0, 0, 0.5]},
        {"name": "c", "children": [1]},
    ]
    found = read_vrm(
        {"nodes": nodes, "extensions": {"VRM": {"secondaryAnimation": {"boneGroups": [{"bones": [1, 99, "x"]}]}}}}
    )
    assert found is not None
    chains = [[one["node"] for one in spring["joints"]] for spring in found.blocks["springs"]]
    assert chains == [[1, 2, 2], [3, 3]]
    assert found.blocks["springs"][0]["joints"][2]["tail"] == pytest.approx([0, 0, 0.07])


def test_a_material_s_name_that_comes_twice_means_the_first() -> None:
    value = {"materialName": "Skin", "propertyName": "_Color", "targetValue": [1, 1, 1, 1]}
    group = {"name": "blush", "materialValues": [value]}
    extension = {"blendShapeMaster": {"blendShapeGroups": [group]}}
    found = read_vrm({"materials": [{"name": "Skin"}, {"name": "Skin"}], "extensions": {"VRM": extension}})
    assert found is not None
    assert [one["material"] for one in found.blocks["expressions"]["custom"]["blush"]["materialColorBinds"]] == [0]
