"""Every fault of a GLB or VRM file that the checks are there for, in a file that is good but for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..folders import blame, states, write_manifest
from ..glb_files import BONES, edit, values, write_hero

TRIANGLES = 12 * len(BONES)
FACTS = {
    "source": "Hero",
    "triangles": TRIANGLES,
    "materials": ["M_Hero"],
    "kind": "skeletal",
    "bones": {name: name for name in BONES},
    "shape_keys": ["happy"],
}
CLIP = {"name": "AS_Hero_Wave", "frames": 24, "fps": 24, "seconds": 1.0}
Change = Callable[[dict[str, Any], bytearray], None]


def hero(folder: Path, kind: str, change: Change | None = None, **facts: Any) -> Path:
    """A folder with SK_Hero.<kind>, changed before its manifest is written."""
    folder.mkdir()
    path = folder / f"SK_Hero.{kind}"
    write_hero(path, clip=kind == "glb")
    if change:
        edit(path, change)
    (folder / "materials.json").write_text(json.dumps({"M_Hero": {"textures": {}}}))
    own = {**FACTS, **({"clips": [CLIP]} if kind == "glb" else {}), **facts}
    write_manifest(folder, "vrm" if kind == "vrm" else "web", {path.name: own})
    return folder


@pytest.mark.parametrize("kind", ["vrm", "glb"])
def test_a_good_file_passes(tmp_path: Path, kind: str, validator: tuple[str, Path]) -> None:
    found = states(hero(tmp_path / "out", kind), validator)
    assert "failed" not in found.values(), found
    for number in ("1", "5", "6", "7", "8", "9", "10", "12", "15", "19", "19b", "20", "21", "22", "25", "25c"):
        assert found[number] == "passed", number
    assert found["24" if kind == "vrm" else "23"] == "passed"
    for number in ("2", "3", "4", "10b", "11", "13", "14", "17", "27"):
        assert found[number] == "not applicable", number


def vrm(document: dict[str, Any]) -> dict[str, Any]:
    return document["extensions"]["VRMC_vrm"]


def primitive(document: dict[str, Any]) -> dict[str, Any]:
    return document["meshes"][0]["primitives"][0]


def add_tangent(document: dict[str, Any], _: bytearray) -> None:
    primitive(document)["attributes"]["TANGENT"] = primitive(document)["attributes"]["WEIGHTS_0"]


VRM_FAULTS: dict[str, tuple[Change, str, str]] = {
    "no license": (lambda d, _: vrm(d)["meta"].pop("licenseUrl"), "24", "meta.licenseUrl is not VRM's license"),
    "no author": (lambda d, _: vrm(d)["meta"].update(authors=[]), "24", "meta.authors names nobody"),
    "bad enum": (lambda d, _: vrm(d)["meta"].update(avatarPermission="all"), "24", "meta.avatarPermission is none of"),
    "bad flag": (lambda d, _: vrm(d)["meta"].update(allowRedistribution="yes"), "24", "is of another type"),
    "range": (
        lambda d, _: vrm(d)["expressions"]["preset"]["happy"]["morphTargetBinds"][0].update(index=1),
        "24",
        "morphTargetBinds[0] points at no morph target",
    ),
    "bone range": (
        lambda d, _: vrm(d)["humanoid"]["humanBones"]["head"].update(node=99), "24", "head points at no node"
    ),
    "version": (lambda d, _: vrm(d).update(specVersion="0.0"), "24", "specVersion is another version"),
    "missing bone": (lambda d, _: vrm(d)["humanoid"]["humanBones"].pop("leftHand"), "24", "leftHand is missing"),
    "twice": (
        lambda d, _: vrm(d)["humanoid"]["humanBones"]["head"].update(node=1), "24", "same node as another joint"
    ),
    "preset": (lambda d, _: vrm(d)["expressions"]["preset"].update(grin={}), "24", "grin is not a preset"),
    "no extension": (lambda d, _: d["extensions"].pop("VRMC_vrm"), "24", "has no extension VRMC_vrm"),
    "tangent": (add_tangent, "9", "TANGENT attribute, which VRM forbids"),
    "a pose": (lambda d, data: arms_down(d, data), "21", "is not in T-pose"),
    "humanoid": (lambda d, _: vrm(d)["humanoid"]["humanBones"].pop("leftHand"), "21", "lacks the bones of leftHand"),
}  # fmt: skip


def add_parts(document: dict[str, Any], _: bytearray) -> None:
    """Springs, a constraint and MToon, as they should be."""
    names = [one.get("name") for one in document["nodes"]]
    hips, spine, head = (names.index(name) for name in ("hips", "spine", "head"))
    document["extensions"]["VRMC_springBone"] = {
        "specVersion": "1.0",
        "colliders": [{"node": head, "shape": {"capsule": {"offset": [0, 0, 0], "tail": [0, 1, 0], "radius": 0.1}}}],
        "colliderGroups": [{"colliders": [0]}],
        "springs": [
            {"joints": [{"node": spine, "dragForce": 0.4}, {"node": head}], "colliderGroups": [0], "center": 0}
        ],
    }
    constraint = {"roll": {"source": hips, "rollAxis": "X", "weight": 0.5}}
    document["nodes"][head]["extensions"] = {"VRMC_node_constraint": {"specVersion": "1.0", "constraint": constraint}}
    document["images"] = [{"bufferView": 0, "mimeType": "image/png"}]
    document["textures"] = [{"source": 0}]
    document["materials"][0].setdefault("extensions", {})["VRMC_materials_mtoon"] = {
        "specVersion": "1.0", "shadeColorFactor": [0.5, 0.5, 0.5], "shadingToonyFactor": 0.9,
        "matcapTexture": {"index": 0}, "outlineWidthMode": "worldCoordinates",
    }  # fmt: skip
    document["extensionsUsed"] += ["VRMC_springBone", "VRMC_node_constraint", "VRMC_materials_mtoon"]


def spring(document: dict[str, Any]) -> dict[str, Any]:
    return document["extensions"]["VRMC_springBone"]


def roll(document: dict[str, Any]) -> dict[str, Any]:
    node = next(one for one in document["nodes"] if "VRMC_node_constraint" in one.get("extensions", {}))
    return node["extensions"]["VRMC_node_constraint"]["constraint"]


def toon(document: dict[str, Any]) -> dict[str, Any]:
    return document["materials"][0]["extensions"]["VRMC_materials_mtoon"]


PART_FAULTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "collider node": (lambda d: spring(d)["colliders"][0].update(node=99), "colliders[0].node points at no node"),
    "no shape": (lambda d: spring(d)["colliders"][0].update(shape={}), "is neither a sphere nor a capsule"),
    "tail": (lambda d: spring(d)["colliders"][0]["shape"]["capsule"].update(tail=[0]), "capsule.tail is not three"),
    "radius": (lambda d: spring(d)["colliders"][0]["shape"]["capsule"].update(radius=-1), "radius is out of its range"),
    "group": (lambda d: spring(d)["colliderGroups"][0].update(colliders=[1]), "points at no collider"),
    "empty group": (lambda d: spring(d)["colliderGroups"][0].update(colliders=[]), "colliders is empty"),
    "spring's group": (lambda d: spring(d)["springs"][0].update(colliderGroups=[3]), "points at no collider group"),
    "center": (lambda d: spring(d)["springs"][0].update(center=-1), "center points at no node"),
    "joint": (lambda d: spring(d)["springs"][0]["joints"][1].update(node=True), "joints[1].node points at no node"),
    "no joints": (lambda d: spring(d)["springs"][0].update(joints=[]), "joints is empty"),
    "order": (lambda d: spring(d)["springs"][0]["joints"].reverse(), "is not below the joint before it"),
    "twice": (
        lambda d: spring(d)["springs"].append({"joints": spring(d)["springs"][0]["joints"]}), "of another spring"
    ),
    "drag": (lambda d: spring(d)["springs"][0]["joints"][0].update(dragForce=2), "dragForce is out of its range"),
    "gravity": (lambda d: spring(d)["springs"][0]["joints"][0].update(gravityDir="down"), "is not three numbers"),
    "not used": (lambda d: d["extensionsUsed"].remove("VRMC_springBone"), "is not listed among the extensions used"),
    "version": (lambda d: spring(d).update(specVersion="2"), "VRMC_springBone.specVersion is another version"),
    "no kind": (lambda d: roll(d).clear(), "is not one of roll, aim and rotation"),
    "source": (lambda d: roll(d)["roll"].update(source=99), "roll.source points at no node"),
    "axis": (lambda d: roll(d)["roll"].update(rollAxis="PositiveX"), "rollAxis is not an axis"),
    "weight": (lambda d: roll(d)["roll"].update(weight=1.5), "weight is out of its range"),
    "texture": (lambda d: toon(d)["matcapTexture"].update(index=4), "matcapTexture.index points at no texture"),
    "image": (lambda d: d["textures"][0].update(source=4), "matcapTexture points at no image"),
    "color": (lambda d: toon(d).update(shadeColorFactor=[1, 1]), "shadeColorFactor is not three numbers"),
    "toony": (lambda d: toon(d).update(shadingToonyFactor="much"), "shadingToonyFactor is out of its range"),
    "mode": (lambda d: toon(d).update(outlineWidthMode="thick"), "outlineWidthMode is none of"),
}  # fmt: skip


def test_broken_parts_of_a_vrm_are_rejected(tmp_path: Path) -> None:
    """Springs, colliders, constraints and MToon: good ones pass, and each fault is named."""
    good = hero(tmp_path / "good", "vrm", add_parts)
    assert not any(what in blame(good, "24") for _, what in PART_FAULTS.values())
    for number, (change, what) in enumerate(PART_FAULTS.values()):

        def break_it(document: dict[str, Any], data: bytearray, change: Any = change) -> None:
            add_parts(document, data)
            change(document)

        assert what in blame(hero(tmp_path / str(number), "vrm", break_it), "24"), what


@pytest.mark.parametrize("fault", VRM_FAULTS)
def test_a_broken_vrm_is_rejected(tmp_path: Path, fault: str) -> None:
    change, check, what = VRM_FAULTS[fault]
    assert what in blame(hero(tmp_path / "out", "vrm", change), check)


def of(attribute: str, width: int, kind: str = "<f4") -> Callable[[dict[str, Any], bytearray], np.ndarray]:
    return lambda d, data: values(d, data, primitive(d)["attributes"][attribute], width, kind)


def spoil(attribute: str, width: int, change: Callable[[np.ndarray], Any], kind: str = "<f4") -> Change:
    """Changes the values of an attribute in place."""

    def apply(document: dict[str, Any], data: bytearray) -> None:
        change(of(attribute, width, kind)(document, data))

    return apply


def put(row: Any, value: Any) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[row] = value

    return change


def indices(document: dict[str, Any], data: bytearray) -> np.ndarray:
    return values(document, data, primitive(document)["indices"], 3, "<u2")


def five(document: dict[str, Any], _: bytearray) -> None:
    attributes = primitive(document)["attributes"]
    attributes["JOINTS_1"], attributes["WEIGHTS_1"] = attributes["JOINTS_0"], attributes["WEIGHTS_0"]


def swap_arms(document: dict[str, Any], data: bytearray) -> None:
    names = [node["name"] for node in document["nodes"]]
    for joint in ("UpperArm", "LowerArm", "Hand"):
        left, right = names.index(f"left{joint}"), names.index(f"right{joint}")
        document["nodes"][left]["name"], document["nodes"][right]["name"] = f"right{joint}", f"left{joint}"


def mirror(document: dict[str, Any], data: bytearray) -> None:
    of("POSITION", 3)(document, data)[:, 0] *= -1


def arms_down(document: dict[str, Any], data: bytearray) -> None:
    inverse = values(document, data, document["skins"][0]["inverseBindMatrices"], 16)
    for side in ("left", "right"):
        inverse[list(BONES).index(f"{side}Hand"), 13] = -1.0


def late(document: dict[str, Any], data: bytearray) -> None:
    values(document, data, document["animations"][0]["samplers"][0]["input"], 1)[:] += 0.5


def longer(document: dict[str, Any], data: bytearray) -> None:
    values(document, data, document["animations"][0]["samplers"][0]["input"], 1)[2] = 1.5


def frozen(document: dict[str, Any], data: bytearray) -> None:
    values(document, data, document["animations"][0]["samplers"][0]["output"], 4)[:] = (0, 0, 0, 1)


def travels(document: dict[str, Any], data: bytearray) -> None:
    document["nodes"][1]["name"] = "root"
    values(document, data, document["animations"][0]["samplers"][1]["output"], 3)[2, 2] = 2


def rename(kind: str, name: str) -> Change:
    return lambda d, _: d[kind][0].update(name=name)


GLB_FAULTS: dict[str, tuple[Change, str, str]] = {
    "nan": (spoil("POSITION", 3, put(0, np.nan)), "8", "points that are not finite"),
    "flat": (lambda d, data: indices(d, data).__setitem__((0, 1), indices(d, data)[0, 0]), "8", "without area"),
    "double": (lambda d, data: indices(d, data).__setitem__(0, indices(d, data)[1]), "8", "twice in one place"),
    "loose": (lambda d, data: indices(d, data).__setitem__(slice(0, 2), indices(d, data)[2:4]), "8", "without a face"),
    "normal length": (spoil("NORMAL", 3, put(0, 0.1)), "8", "not of unit length"),
    "uv": (spoil("TEXCOORD_0", 2, put(3, np.nan)), "10", "UVs that are not finite"),
    "no normals": (lambda d, _: primitive(d)["attributes"].pop("NORMAL"), "9", "has no normals"),
    "five influences": (five, "20", "too many influences"),
    "weights": (spoil("WEIGHTS_0", 4, put(0, 0.2)), "20", "do not sum to 1"),
    "unweighted": (spoil("WEIGHTS_0", 4, put(0, 0)), "20", "vertices without weight"),
    "leaf": (lambda d, _: d["nodes"][2].update(name="head_end"), "20", "is a leaf bone"),
    "swapped": (swap_arms, "21", "left and right swapped"),
    "sides": (swap_arms, "5", "is on the wrong side"),
    "inside out": (mirror, "5", "is inside out"),
    "lost key": (lambda d, _: d["meshes"][0]["extras"].update(targetNames=["sad"]), "22", "happy is a shape key"),
    "dead key": (
        lambda d, data: values(d, data, primitive(d)["targets"][0]["POSITION"], 3).fill(0), "22", "moves nothing"
    ),
    "late clip": (late, "23", "does not start at 0 s"),
    "long clip": (longer, "23", "is not as long as the manifest says"),
    "dead clip": (frozen, "23", "nothing moves"),
    "renamed clip": (rename("animations", "AS_Other"), "23", "has other clips than the manifest says"),
    "root motion": (travels, "23", "travels over the ground"),
    "clip name": (rename("animations", "Armature|Wave"), "7", "a name that engines change"),
    "material name": (rename("materials", "Hero.001"), "7", "a name that engines change"),
    "same name": (lambda d, _: d["nodes"][1].update(name="hips"), "7", "is the name of 2 nodes"),
    "level": (lambda d, _: d["nodes"].append({"name": "SK_Hero_LOD1", "mesh": 0, "skin": 0}), "12", "is a coarser"),
    "collider": (lambda d, _: d["nodes"].append({"name": "UCX_SK_Hero_01", "mesh": 0, "skin": 0}), "12", "a collider"),
    "two-sided": (lambda d, _: d["materials"][0].update(doubleSided=True), "19b", "double-sided though nobody asked"),
    "path": (lambda d, _: d["asset"].update(extras={"file": "/home/somebody/hero.blend"}), "26", "/home/somebody"),
    "floating": (spoil("POSITION", 3, lambda array: np.add(array, (0, 0.5, 0), out=array)), "15", "not stand on the"),
    "height": (spoil("POSITION", 3, lambda array: np.multiply(array, 1.01, out=array)), "6", "in another size"),
}  # fmt: skip


@pytest.mark.parametrize("fault", GLB_FAULTS)
def test_a_broken_glb_is_rejected(tmp_path: Path, fault: str) -> None:
    change, check, what = GLB_FAULTS[fault]
    facts = {"dimensions": [1.48, 0.2, 1.54]} if check == "6" else {}
    good = hero(tmp_path / "good", "glb", **facts)
    assert blame(good, check) == ""
    (good / "manifest.json").unlink()  # so that the two are not targets of one export
    assert what in blame(hero(tmp_path / "out", "glb", change, **facts), check)


def test_a_glb_that_is_cut_off_is_rejected(tmp_path: Path) -> None:
    folder = hero(tmp_path / "out", "glb")
    path = folder / "SK_Hero.glb"
    path.write_bytes(path.read_bytes()[:-100])
    assert "is cut off" in blame(folder, "1")


def test_warnings_of_the_validator_count(tmp_path: Path, validator: tuple[str, Path]) -> None:
    folder = hero(tmp_path / "out", "glb", lambda d, _: d.update(extensionsUsed=["EXT_unknown", "EXT_unknown"]))
    assert "for Khronos" in blame(folder, "19", validator)


def test_a_generated_model_without_provenance_is_rejected(tmp_path: Path) -> None:
    def say(document: dict[str, Any], _: bytearray) -> None:
        document["asset"]["extras"] = {"provenance": "AI-generated", "seed": 7}
        document["asset"]["extensions"] = {"KHR_xmp_json_ld": {"packet": 0}}
        document["extensionsUsed"] = ["KHR_xmp_json_ld"]
        packet = {"@context": {"iptc": "http://iptc.org/"}, "iptc:DigitalSourceType": "trainedAlgorithmicMedia"}
        document["extensions"] = {"KHR_xmp_json_ld": {"packets": [packet]}}

    note = {"provenance": {"seed": 7}}
    assert blame(hero(tmp_path / "said", "glb", say, **note), "27") == ""
    said = blame(hero(tmp_path / "silent", "glb", **note), "27")
    assert "does not hold 'AI-generated'" in said
    assert "no KHR_xmp_json_ld packet" in said


def test_clips_that_move_otherwise_in_another_target_are_rejected(tmp_path: Path) -> None:
    def hop(height: float) -> Change:
        def change(document: dict[str, Any], data: bytearray) -> None:
            values(document, data, document["animations"][0]["samplers"][1]["output"], 3)[1, 1] += height

        return change

    hero(tmp_path / "one", "glb", hop(0.2))
    same = hero(tmp_path / "two", "glb", hop(0.2))
    assert blame(same, "4b") == ""
    assert "moves its bones otherwise" in blame(hero(tmp_path / "three", "glb", hop(0.002)), "4b")
