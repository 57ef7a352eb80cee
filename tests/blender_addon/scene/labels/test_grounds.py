"""Floors, rugs, walls, rooms: what stands on them is grouped as if they were not there."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.labels.grounds import Boxes, lying_flat, room_surfaces
from blender_addon.scene.labels.labelling import label_objects_job
from blender_addon.scene.labels.subjects import groups_among, subjects_in
from ml_core.datasets.furniture.plain import BUILDERS

Object = bpy.types.Object
FURNITURE = {"chair": -2.0, "lamp": 0.0, "stool": 2.0}


def add(name: str, vertices: np.ndarray, faces: list, parent: Object | None = None) -> Object:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(np.asarray(vertices).tolist(), [], faces)
    obj = bpy.data.objects.new(name, mesh)
    obj.parent = parent
    bpy.context.scene.collection.objects.link(obj)
    return obj


def box(name: str, size: tuple[float, float, float], at: tuple[float, float, float]) -> Object:
    """An axis-aligned box around ``at``."""
    signs = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return add(name, signs * size + at, faces)


def plane(name: str, size: float, bumps: float = 0.0) -> Object:
    ticks = np.linspace(-size / 2, size / 2, 21)
    x, y = (values.ravel() for values in np.meshgrid(ticks, ticks))
    cells = np.arange(21 * 21).reshape(21, 21)
    faces = np.stack([cells[:-1, :-1], cells[:-1, 1:], cells[1:, 1:], cells[1:, :-1]], axis=-1).reshape(-1, 4)
    return add(name, np.stack([x, y, bumps * np.sin(1.3 * x) * np.cos(y) - bumps], axis=1), faces.tolist())


def furnish(parent: Object | None = None) -> None:
    """Furniture of loose parts: 22 objects."""
    for name, x in FURNITURE.items():
        for number, part in enumerate(BUILDERS[name]()):
            add(f"{name}.{number}", part.vertices + np.array([x, 0, 0]), part.faces, parent)


def room() -> None:
    plane("Floor", 8)
    box("Wall.001", (8, 0.1, 2.6), (0, 0.35, 1.3))
    box("Wall.002", (0.1, 8, 2.6), (-2.6, 0, 1.3))


def under(name: str) -> None:
    """Everything hangs on the floor."""
    floor = bpy.data.objects[name]
    for obj in bpy.data.objects:
        if obj != floor:
            obj.parent = floor


def joined() -> None:
    """A floor that has a sofa in its mesh."""
    floor, sofa = plane("Floor", 8), box("Sofa", (2, 0.9, 0.8), (0, 3, 0.4))
    with bpy.context.temp_override(active_object=floor, object=floor, selected_editable_objects=[floor, sofa]):
        bpy.ops.object.join()


def in_centimetres() -> None:
    bpy.context.scene.unit_settings.scale_length = 0.01
    plane("Floor", 8)


GROUNDS: dict[str, Callable[[], object]] = {
    "thin": lambda: plane("Floor", 8),
    "thick": lambda: box("Floor", (8, 8, 0.3), (0, 0, -0.15)),
    "small": lambda: plane("Floor", 5.2),
    "terrain": lambda: plane("Terrain", 12, 0.15),
    "walls": room,
    "shell": lambda: box("Room", (8, 8, 2.6), (0, 0, 1.3)),
    "rugs": lambda: [box(f"Rug.{x}", (1.4, 1, 0.01), (x, 0, 0.005)) for x in FURNITURE.values()],
    "rug on a floor": lambda: (plane("Floor", 8), box("Rug", (5.5, 2, 0.01), (0, 0, 0.005))),
    "ceiling": lambda: (plane("Floor", 8), box("Ceiling", (8, 8, 0.1), (0, 0, 1.7))),
    "with a sofa in it": joined,
    "centimetres": in_centimetres,
    "parent": lambda: (plane("Floor", 8), under("Floor")),
    "thick parent": lambda: (box("Floor", (8, 8, 0.3), (0, 0, -0.15)), under("Floor")),
}


def candidates(context: bpy.types.Context) -> set[frozenset[str]]:
    """Names of the parts of every prop that may be one; of those alone that fit one piece of furniture."""
    context.view_layer.update()
    groups = groups_among(subjects_in(context, "all"), context.scene, context.evaluated_depsgraph_get())
    return {frozenset(part.root.name for part in group.parts) for group in groups}


def furniture() -> set[frozenset[str]]:
    return {frozenset(f"{name}.{number}" for number in range(len(BUILDERS[name]()))) for name in FURNITURE}


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_ground_belongs_to_no_prop(clean_scene: bpy.types.Context, ground: str) -> None:
    furnish()
    assert candidates(clean_scene) == furniture()
    GROUNDS[ground]()
    assert candidates(clean_scene) >= furniture()
    grounds = {obj.name for obj in bpy.data.objects if obj.name.split(".")[0] not in FURNITURE}
    assert not any(grounds & parts for parts in candidates(clean_scene))


def test_parts_and_floor_under_one_empty(clean_scene: bpy.types.Context) -> None:
    root = bpy.data.objects.new("Import", None)
    clean_scene.scene.collection.objects.link(root)
    furnish(root)
    plane("Floor", 8).parent = root
    everything = frozenset.union(*furniture())
    assert candidates(clean_scene) == furniture() | {everything}
    labels = {entry["name"]: entry["label"] for entry in run_to_end(label_objects_job(clean_scene))["objects"]}
    assert sorted(filter(None, labels.values())) == ["chair", "floor", "lamp", "stool"]
    assert len(labels) == 4


def test_a_prop_that_is_alone_on_its_floor_under_an_empty(clean_scene: bpy.types.Context) -> None:
    root = bpy.data.objects.new("Import", None)
    clean_scene.scene.collection.objects.link(root)
    for number, part in enumerate(BUILDERS["chair"]()):
        add(f"chair.{number}", part.vertices, part.faces, root)
    plane("Floor", 4).parent = root
    found = {entry["name"]: entry for entry in run_to_end(label_objects_job(clean_scene))["objects"]}
    assert set(found) == {"Import", "Floor"}
    assert found["Import"]["label"] == "chair"


def test_the_same_props_with_a_furnished_room_as_without(clean_scene: bpy.types.Context) -> None:
    furnish()
    before = run_to_end(label_objects_job(clean_scene))["counts"]
    assert before == {"chair": 1, "lamp": 1, "stool": 1}
    room()
    box("Ceiling", (8, 8, 0.1), (0, 0, 2.65))
    report = run_to_end(label_objects_job(clean_scene))
    assert report["counts"] == before | {"floor": 1, "wall": 2, "ceiling": 1}
    surfaces = {entry["name"]: entry["label"] for entry in report["objects"] if entry["name"][0].isupper()}
    assert surfaces == {"Floor": "floor", "Wall.001": "wall", "Wall.002": "wall", "Ceiling": "ceiling"}


def test_what_is_no_room(clean_scene: bpy.types.Context) -> None:
    """A rug, a low wall and a cube among a floor, a wall and a ceiling: boxes alone, so that no guess matters."""
    size = np.array([(8, 8, 0.1), (2.4, 1.6, 0.01), (8, 0.1, 0.9), (8, 0.1, 2.6), (8, 8, 0.1), (0.5, 0.5, 0.5)])
    at = np.array([(0, 0, -0.05), (0, 0, 0.005), (0, 3, 0.45), (0, 4, 1.3), (0, 0, 2.65), (0, 0, 0.26)])
    assert room_surfaces(Boxes(at - size / 2, at + size / 2)) == {0: "floor", 3: "wall", 4: "ceiling"}
    assert lying_flat(Boxes(at - size / 2, at + size / 2), [0]) == [1]
    assert room_surfaces(Boxes(np.zeros((0, 3)), np.zeros((0, 3)))) == {}


def test_what_lies_flat_on_a_floor() -> None:
    """A rug; one on a platform of no floor, one over the edge, a low bench, a coaster and the floor itself."""
    size = np.array([(8, 8, 0.1), (2, 1.5, 0.02), (2, 1.5, 0.02), (2, 1.5, 0.02), (2, 1.5, 0.2), (0.1, 0.1, 0.01)])
    at = np.array([(0, 0, -0.05), (0, 0, 0.01), (0, 0, 0.41), (3.9, 0, 0.01), (0, 2, 0.1), (-2, 2, 0.005)])
    assert lying_flat(Boxes(at - size / 2, at + size / 2), [0]) == [1]
    assert lying_flat(Boxes(at - size / 2, at + size / 2), []) == []


def legs_under(top: Object, width: float, depth: float, height: float) -> None:
    for x in (-width / 2, width / 2):
        for y in (-depth / 2, depth / 2):
            box(f"Leg.{x}.{y}", (0.08, 0.08, height), (x, y, height / 2))


@pytest.mark.parametrize("kind", ["table", "car", "cabinet", "lamp", "pallet"])
def test_large_parts_of_a_prop_are_no_grounds(clean_scene: bpy.types.Context, kind: str) -> None:
    if kind == "table":
        legs_under(box("Top", (4.0, 1.8, 0.05), (0, 0, 0.725)), 3.8, 1.6, 0.7)
    elif kind == "car":
        box("Body", (4.4, 1.8, 1.2), (0, 0, 0.85))
        for x in (-1.4, 1.4):
            for y in (-0.85, 0.85):
                box(f"Wheel.{x}.{y}", (0.65, 0.22, 0.65), (x, y, 0.325))
    elif kind == "cabinet":
        box("Body", (1.2, 0.5, 1.8), (0, 0, 0.9))
        for z in (0.3, 0.8, 1.3):
            box(f"Drawer.{z}", (1.1, 0.03, 0.4), (0, -0.26, z))
    elif kind == "lamp":
        box("Base", (0.35, 0.35, 0.03), (0, 0, 0.015))
        box("Pole", (0.03, 0.03, 1.4), (0, 0, 0.73))
        box("Shade", (0.4, 0.4, 0.3), (0, 0, 1.5))
    else:
        for z, count in ((0, 3), (1, 7), (2, 3)):
            for k in range(count):
                place = k * 0.8 / (count - 1) - 0.4
                at = (0, place, 0.02 + 0.04 * z) if z % 2 else (place, 0, 0.02 + 0.04 * z)
                box(f"Plank.{z}.{k}", (0.9, 0.1, 0.04) if z % 2 else (0.1, 0.9, 0.04), at)
    names = frozenset(obj.name for obj in bpy.data.objects)
    assert names in candidates(clean_scene)
    plane("Floor", 8)
    assert names in candidates(clean_scene)
