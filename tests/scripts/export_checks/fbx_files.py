"""FBX files changed record by record, and a static one with everything that an engine may get, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

_ADDERS = {
    "B": "bool", "C": "char", "Z": "int8", "Y": "int16", "I": "int32", "L": "int64", "F": "float32", "D": "float64",
    "R": "bytes", "S": "string", "i": "int32_array", "l": "int64_array", "f": "float32_array", "d": "float64_array",
    "b": "bool_array", "c": "byte_array",
}  # fmt: skip


def edit(path: Path, change: Callable[[Any], None]) -> None:
    """Parses a file, lets ``change`` alter the root record, and writes it back."""
    from io_scene_fbx import encode_bin, parse_fbx

    root, version = parse_fbx.parse(str(path))
    change(root)

    def encoded(element: Any) -> Any:
        made = encode_bin.FBXElem(element.id)
        for kind, value in zip(bytes(element.props_type).decode(), element.props, strict=True):
            name = "add_" + _ADDERS[kind]
            if kind in "ilfdbc":
                value = np.array(value)
            getattr(made, name)(value)
        made.elems = [encoded(child) for child in element.elems]
        return made

    encode_bin.write(str(path), encoded(root), version)


def records(root: Any, kind: bytes, sort: bytes | None = None) -> list[Any]:
    objects = next(one for one in root.elems if one.id == b"Objects")
    return [one for one in objects.elems if one.id == kind and (sort is None or one.props[2] == sort)]


def child(element: Any, kind: bytes) -> Any:
    return next(one for one in element.elems if one.id == kind)


def prop(element: Any, name: bytes) -> Any:
    return next(one for one in child(element, b"Properties70").elems if one.props[0] == name)


_CORNERS = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0, 1)]
_FACES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]


def _mesh(name: str, points: list, faces: list) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], faces)
    layer = mesh.uv_layers.new(name="UVMap")
    for face in mesh.polygons:
        for at, loop in enumerate(face.loop_indices):
            layer.data[loop].uv = [(0, 0), (1, 0), (1, 1)][at]
    material = bpy.data.materials.get("M_Box") or bpy.data.materials.new("M_Box")
    mesh.materials.append(material)
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def _triangles(quads: list) -> list:
    return [tri for a, b, c, d in quads for tri in ((a, b, c), (a, c, d))]


def _lightmap(obj: bpy.types.Object, cell: float, gap: float) -> None:
    """Each side of the box in a cell of its own, ``gap`` apart."""
    layer = obj.data.uv_layers.new(name="LightmapUV")
    places = [(column * (cell + gap) + 0.01, row * (cell + gap) + 0.01) for row in range(2) for column in range(3)]
    for number, face in enumerate(obj.data.polygons):
        x, y = places[number // 2]
        shape = [(0, 0), (1, 0), (1, 1)] if number % 2 == 0 else [(0, 0), (1, 1), (0, 1)]
        for (u, v), loop in zip(shape, face.loop_indices, strict=True):
            layer.data[loop].uv = (x + u * cell, y + v * cell)


def write_box(
    folder: Path,
    change: Callable[[dict[str, bpy.types.Object]], None] = lambda objects: None,
    gap: float = 0.02,
) -> None:
    """SM_Box.fbx for Unity with two levels, a collider, a socket and lightmap UVs; ``change`` may spoil the objects."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    solid = _triangles(_FACES)
    objects = {
        "LOD0": _mesh("SM_Box_LOD0", _CORNERS, solid),
        "LOD1": _mesh(
            "SM_Box_LOD1", [_CORNERS[at] for at in (0, 3, 5, 6)], [(0, 1, 3), (0, 2, 1), (0, 3, 2), (1, 2, 3)]
        ),
        "collider": _mesh("COL_CONVEX_SM_Box_01", _CORNERS, solid),
    }
    _lightmap(objects["LOD0"], 0.25, gap)
    socket = objects["socket"] = bpy.data.objects.new("SOCKET_top", None)
    bpy.context.scene.collection.objects.link(socket)
    socket.parent = objects["LOD0"]
    socket.matrix_world = SOCKET.copy()
    change(objects)
    bpy.context.view_layer.update()
    bpy.ops.export_scene.fbx(
        filepath=str(folder / "SM_Box.fbx"), apply_scale_options="FBX_SCALE_UNITS", bake_space_transform=True,
        use_tspace=True, mesh_smooth_type="FACE", bake_anim=False, path_mode="STRIP",
    )  # fmt: skip


SOCKET = Matrix.Translation((0.1, -0.2, 1.0)) @ Matrix.Rotation(0.5, 4, "Z") @ Matrix.Rotation(0.3, 4, "X")
BOX_FACTS = {
    "source": "Box",
    "triangles": 12,
    "dimensions": [1, 1, 1],
    "materials": ["M_Box"],
    "kind": "static",
    "centroid": [0, 0, 0.5],
    "pivot": "bottom_center",
    "lods": [{"name": "SM_Box_LOD0", "triangles": 12}, {"name": "SM_Box_LOD1", "triangles": 4}],
    "colliders": [{"name": "COL_CONVEX_SM_Box_01", "shape": "convex"}],
    "sockets": [{"name": "SOCKET_top", "matrix": [list(row) for row in SOCKET]}],
    "lightmap_uv": {"layer": "LightmapUV", "size": 1024},
}
