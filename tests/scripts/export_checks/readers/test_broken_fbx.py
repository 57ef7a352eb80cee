"""Every fault of levels, colliders, sockets, pivots, lightmaps and FBX records that the checks are there for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from ..fbx_files import BOX_FACTS, child, edit, prop, records, write_box
from ..folders import blame, states, write_manifest

Objects = dict[str, bpy.types.Object]


@pytest.fixture(autouse=True)
def _quiet(registered_addon: None) -> None:
    """Blender's add-ons, among them the FBX parser, are on the path."""


def box(
    folder: Path, change: Callable[[Objects], None] = lambda objects: None, gap: float = 0.02, **facts: Any
) -> Path:
    folder.mkdir()
    write_box(folder, change, gap)
    (folder / "materials.json").write_text(json.dumps({"M_Box": {"textures": {}}}))
    write_manifest(folder, "unity", {"SM_Box.fbx": {**BOX_FACTS, **facts}})
    return folder


def edited(folder: Path, change: Callable[[Any], None], target: str = "unity") -> Path:
    box(folder)
    edit(folder / "SM_Box.fbx", change)
    write_manifest(folder, target, {"SM_Box.fbx": BOX_FACTS})
    return folder


def test_a_good_file_passes(tmp_path: Path) -> None:
    found = states(box(tmp_path / "out"))
    assert "failed" not in found.values(), [key for key, state in found.items() if state == "failed"]
    for number in ("1", "2", "5", "6", "7", "8", "9", "10", "10b", "11", "13", "14", "15", "25c"):
        assert found[number] == "passed", number
    for number in ("3", "4", "12", "19", "20", "21", "22", "23", "24"):
        assert found[number] == "not applicable", number


def test_an_edit_alone_breaks_nothing(tmp_path: Path) -> None:
    assert "failed" not in states(edited(tmp_path / "out", lambda root: None)).values()


def points_of(obj: bpy.types.Object, change: Callable[[np.ndarray], np.ndarray]) -> None:
    points = np.array([vertex.co for vertex in obj.data.vertices])
    obj.data.vertices.foreach_set("co", change(points).ravel())


def finer(objects: Objects) -> None:
    objects["LOD1"].data = objects["LOD0"].data.copy()


def dented(objects: Objects) -> None:
    points_of(objects["collider"], lambda points: points * np.where(np.arange(8) == 7, 0.5, 1)[:, None])


def opened(objects: Objects) -> None:
    import bmesh

    work = bmesh.new()
    work.from_mesh(objects["collider"].data)
    work.faces.ensure_lookup_table()
    work.faces.remove(work.faces[0])
    work.to_mesh(objects["collider"].data)
    work.free()


def rename(key: str, name: str) -> Callable[[Objects], None]:
    return lambda objects: setattr(objects[key], "name", name)


def overlapping(objects: Objects) -> None:
    layer = objects["LOD0"].data.uv_layers["LightmapUV"]
    for at in range(6):
        layer.data[at].uv = layer.data[at + 6].uv


def outside(objects: Objects) -> None:
    objects["LOD0"].data.uv_layers["LightmapUV"].data[0].uv = (1.2, 0)


OBJECT_FAULTS: dict[str, tuple[Callable[[Objects], None], str, str]] = {
    "gap in levels": (rename("LOD1", "SM_Box_LOD2"), "11", "has a gap in its levels"),
    "not fewer": (finer, "11", "do not get fewer triangles"),
    "other pivot": (lambda o: setattr(o["LOD1"], "location", (0.1, 0, 0)), "11", "has another pivot than LOD0"),
    "other box": (lambda o: points_of(o["LOD1"], lambda p: p * 0.9), "11", "has another box than LOD0"),
    "collider owner": (rename("collider", "COL_CONVEX_SM_Other_01"), "13", "belongs to no mesh"),
    "collider name": (rename("collider", "COL_MESH_SM_Box_01"), "13", "whose name no engine knows"),
    "collider of unreal": (rename("collider", "UCX_SM_Box_01"), "7", "a collider with a name that unity does not know"),
    "not convex": (dented, "13", "is not convex"),
    "not closed": (opened, "13", "is not closed"),
    "too large": (lambda o: points_of(o["collider"], lambda p: p * 1.1), "13", "reaches out of the box"),
    "socket moved": (lambda o: setattr(o["socket"], "location", (0.1, -0.2, 1.01)), "14", "in another place"),
    "socket turned": (lambda o: setattr(o["socket"], "rotation_euler", (0.3, 0, 0.51)), "14", "is turned"),
    "socket lost": (rename("socket", "SOCKET_side"), "14", "in the manifest but not in the file"),
    "root turned": (lambda o: setattr(o["LOD0"], "rotation_euler", (-1.5, 0, 0)), "2", "is a root with a rotation"),
    "root scaled": (lambda o: setattr(o["LOD0"], "scale", (100, 100, 100)), "2", "is a root with a scale"),
    "pivot": (lambda o: points_of(o["LOD0"], lambda p: p + np.array([0, 0, 0.1])), "15", "not at the bottom"),
    "scale": (lambda o: setattr(o["LOD0"], "scale", (2, 2, 2)), "15", "a scale that is not applied"),
    "mirrored": (lambda o: points_of(o["LOD0"], lambda p: np.where(p == p.max(), p * 1.3, p)), "5", "lies otherwise"),
    "negative scale": (lambda o: setattr(o["LOD0"], "scale", (-1, 1, 1)), "5", "mirrors its mesh"),
    "overlap": (overlapping, "10b", "overlap"),
    "outside": (outside, "10b", "outside 0 to 1"),
    "wrong layer": (
        lambda o: setattr(o["LOD0"].data.uv_layers["LightmapUV"], "name", "UV2"), "10b", "another UV set in channel 1"
    ),
    "no second layer": (
        lambda o: o["LOD0"].data.uv_layers.remove(o["LOD0"].data.uv_layers[1]), "10b", "no second UV set"
    ),
    "name": (rename("LOD0", "SM_Box.001"), "7", "a name that engines change"),
    "affix": (rename("LOD0", "Box_LOD0"), "7", "is a mesh without SM_"),
}  # fmt: skip


@pytest.mark.parametrize("fault", OBJECT_FAULTS)
def test_a_broken_asset_is_rejected(tmp_path: Path, fault: str) -> None:
    change, check, what = OBJECT_FAULTS[fault]
    assert what in blame(box(tmp_path / "out", change), check)


def test_too_little_padding_is_rejected(tmp_path: Path) -> None:
    assert blame(box(tmp_path / "wide", gap=2.2 / 1024), "10b") == ""
    assert "too little padding" in blame(box(tmp_path / "narrow", gap=1.5 / 1024), "10b")


def settings(root: Any) -> Any:
    return next(one for one in root.elems if one.id == b"GlobalSettings")


def unit(value: float) -> Callable[[Any], None]:
    return lambda root: prop(settings(root), b"UnitScaleFactor").props.__setitem__(4, value)


def finest(root: Any) -> Any:
    return next(one for one in records(root, b"Geometry", b"Mesh") if one.props[1].startswith(b"SM_Box_LOD0"))


def ngon(root: Any) -> None:
    corners = child(finest(root), b"PolygonVertexIndex").props[0]
    corners[2] = -corners[2] - 1


def without(kind: bytes) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        geometry = finest(root)
        geometry.elems[:] = [one for one in geometry.elems if one.id != kind]

    return change


RECORD_FAULTS: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "unit": (unit(1.0), "2", "wrong UnitScaleFactor"),
    "n-gon": (ngon, "8", "not triangles"),
    "tangents": (without(b"LayerElementTangent"), "9", "has no tangents"),
    "binormals": (without(b"LayerElementBinormal"), "9", "has no binormals"),
    "smoothing": (without(b"LayerElementSmoothing"), "9", "has no smoothing groups"),
    "no vertices": (without(b"Vertices"), "1", "cannot be parsed"),
}


@pytest.mark.parametrize("fault", RECORD_FAULTS)
def test_broken_records_are_rejected(tmp_path: Path, fault: str) -> None:
    change, check, what = RECORD_FAULTS[fault]
    assert what in blame(edited(tmp_path / "out", change), check)


def test_unreal_wants_centimetres_and_its_own_unit(tmp_path: Path) -> None:
    found = blame(edited(tmp_path / "out", lambda root: None, "unreal"), "3")
    assert "wrong UnitScaleFactor (expected 1, is 100.0)" in found
    assert "not in centimeters" in found
    assert "not under one LodGroup" in blame(tmp_path / "out", "11")


def test_a_cut_off_fbx_is_rejected(tmp_path: Path) -> None:
    folder = box(tmp_path / "out")
    path = folder / "SM_Box.fbx"
    path.write_bytes(path.read_bytes()[:-200])
    assert "is cut off" in blame(folder, "1")
    assert "not what was exported" in blame(folder, "25b")
