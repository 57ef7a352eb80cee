"""Reads FBX files as they are on disk: the raw records of Blender's parser, assembled without its importer."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from .model import Array, Clip, Curve, Material, Mesh, Model, Node, Skin, UnreadableFileError

FOOTER = bytes.fromhex("f85a8c6adef5d97eece90ce3758f290b")
TICKS = 46186158000
"""FBX time units a second."""


def read_fbx(path: Path) -> Model:
    """Raises :class:`UnreadableFileError` for anything that is not a complete binary FBX file."""
    import bpy  # noqa: F401  brings the bundled add-ons onto the path
    from io_scene_fbx.parse_fbx import parse

    data = path.read_bytes()
    if not data.startswith(b"Kaydara FBX Binary"):
        raise UnreadableFileError("is not binary FBX file")
    if not data.endswith(FOOTER):
        raise UnreadableFileError("is cut off: the footer is missing")
    try:
        root, _ = parse(str(path))
        return _Reader(path, root).model()
    except (
        AssertionError,
        AttributeError,
        EOFError,
        IndexError,
        KeyError,
        OSError,
        StopIteration,
        TypeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as error:
        raise UnreadableFileError(f"cannot be parsed ({type(error).__name__}: {error})") from error


def _text(value: bytes) -> str:
    return value.split(b"\x00")[0].decode("utf-8", "replace")


def _child(element: Any, name: bytes) -> Any:
    return next((elem for elem in element.elems if elem.id == name), None)


def _array(element: Any, name: bytes) -> Array | None:
    found = _child(element, name)
    return None if found is None else np.array(found.props[0])


def _properties(element: Any) -> dict[str, Any]:
    block = _child(element, b"Properties70")
    if block is None:
        return {}
    result = {}
    for elem in block.elems:
        values = list(elem.props[4:])
        result[elem.props[0].decode()] = values[0] if len(values) == 1 else values
    return result


class _Reader:
    def __init__(self, path: Path, root: Any) -> None:
        self._path = path
        self._root = root
        objects = _child(root, b"Objects")
        self._objects = {elem.props[0]: elem for elem in objects.elems}
        self._up: dict[int, list[tuple[int, str]]] = {}
        self._down: dict[int, list[tuple[int, str]]] = {}
        for link in _child(root, b"Connections").elems:
            source, target = link.props[1], link.props[2]
            name = link.props[3].decode() if len(link.props) > 3 else ""
            self._up.setdefault(source, []).append((target, name))
            self._down.setdefault(target, []).append((source, name))
        self._settings = _properties(_child(root, b"GlobalSettings"))

    def model(self) -> Model:
        nodes = self._nodes()
        materials = [obj for obj in self._objects.values() if obj.id == b"Material"]
        unit = float(self._settings["UnitScaleFactor"])
        return Model(
            path=self._path,
            format="fbx",
            nodes=nodes,
            materials=[self._material(material) for material in materials],
            clips=self._clips(),
            to_meters=self._axes() @ np.diag([unit / 100] * 3 + [1]),
            unit=unit,
            paths=self._paths(),
            document=self._root,
        )

    def _axes(self) -> Array:
        """The transform from the file's axes to Y up, front +Z."""
        result = np.zeros((4, 4))
        result[3, 3] = 1
        for row, name in enumerate(("Coord", "Up", "Front")):
            result[row, self._settings[f"{name}Axis"]] = self._settings[f"{name}AxisSign"]
        return result

    def _below(self, uid: int, kind: bytes, sort: bytes | None = None) -> list[Any]:
        found = [self._objects[item] for item, _ in self._down.get(uid, []) if item in self._objects]
        return [item for item in found if item.id == kind and (sort is None or item.props[2] == sort)]

    def _nodes(self) -> list[Node]:
        models = [obj for obj in self._objects.values() if obj.id == b"Model"]
        index = {model.props[0]: at for at, model in enumerate(models)}
        parents = [
            next((index[up] for up, _ in self._up.get(model.props[0], []) if up in index), -1) for model in models
        ]
        locals_ = [_local(_properties(model)) for model in models]
        worlds: dict[int, Array] = {}

        def world(at: int) -> Array:
            if at not in worlds:
                parent = parents[at]
                worlds[at] = locals_[at] if parent < 0 else world(parent) @ locals_[at]
            return worlds[at]

        kinds = {b"Mesh": "mesh", b"LimbNode": "bone", b"Root": "bone", b"Camera": "camera", b"Light": "light"}
        nodes = [
            Node(_text(model.props[1]), kinds.get(model.props[2], "empty"), parents[at], world(at), None, None, {})
            for at, model in enumerate(models)
        ]
        for at, mesh_model in enumerate(models):
            nodes[at].properties = _properties(mesh_model)
            for geometry in self._below(mesh_model.props[0], b"Geometry", b"Mesh"):
                nodes[at].mesh = self._mesh(geometry, mesh_model.props[0], index, nodes)
        return nodes

    def _mesh(self, geometry: Any, owner: int, index: dict[int, int], nodes: list[Node]) -> Mesh:
        vertices, corners = _array(geometry, b"Vertices"), _array(geometry, b"PolygonVertexIndex")
        points = np.zeros((0, 3)) if vertices is None else vertices.reshape(-1, 3).astype(float)
        corners = np.zeros(0, np.int64) if corners is None else corners.astype(np.int64)
        ends = np.flatnonzero(corners < 0)
        corners = np.where(corners < 0, -corners - 1, corners)
        mesh = Mesh(_text(geometry.props[1]), points, corners, np.diff(np.concatenate([[-1], ends])))
        if len(corners) and corners.max() >= len(points):
            raise ValueError(f"{mesh.name} names a vertex that is not there")
        mesh.loose = len(points) - len(np.unique(corners))
        normal = _child(geometry, b"LayerElementNormal")
        if normal is not None:
            mesh.normals = _layer(normal, b"Normals", b"NormalsIndex", 3, corners)
        tangent = _child(geometry, b"LayerElementTangent")
        mesh.has_tangents = tangent is not None
        if tangent is not None:
            mesh.tangents = _layer(tangent, b"Tangents", b"TangentsIndex", 3, corners)
        mesh.has_binormals = _child(geometry, b"LayerElementBinormal") is not None
        mesh.has_smoothing = _child(geometry, b"LayerElementSmoothing") is not None
        mesh.uvs = [
            (_text(_child(item, b"Name").props[0]), _layer(item, b"UV", b"UVIndex", 2, corners))
            for item in sorted((e for e in geometry.elems if e.id == b"LayerElementUV"), key=lambda e: e.props[0])
        ]
        mesh.materials = [_text(item.props[1]) for item in self._below(owner, b"Material")]
        self._skin(geometry, mesh, index, nodes)
        for blend in self._below(geometry.props[0], b"Deformer", b"BlendShape"):
            for channel in self._below(blend.props[0], b"Deformer", b"BlendShapeChannel"):
                for shape in self._below(channel.props[0], b"Geometry", b"Shape"):
                    mesh.shapes[_text(channel.props[1])] = _deltas(shape, len(points))
        return mesh

    def _skin(self, geometry: Any, mesh: Mesh, index: dict[int, int], nodes: list[Node]) -> None:
        rows: list[tuple[Array, Array, Array]] = []
        for skin in self._below(geometry.props[0], b"Deformer", b"Skin"):
            for cluster in self._below(skin.props[0], b"Deformer", b"Cluster"):
                bone = next(index[item] for item, _ in self._down[cluster.props[0]] if item in index)
                link = _array(cluster, b"TransformLink")
                if link is not None:
                    nodes[bone].bind = link.reshape(4, 4).T
                vertex, weight = _array(cluster, b"Indexes"), _array(cluster, b"Weights")
                if vertex is not None and weight is not None:
                    rows.append((vertex, np.full(len(vertex), bone), weight))
        if rows:
            vertex, bones, weight = (np.concatenate(column) for column in zip(*rows, strict=True))
            mesh.skin = Skin(vertex, bones, weight)

    def _material(self, element: Any) -> Material:
        slots = {
            slot: self._texture(self._objects[uid])
            for uid, slot in self._down.get(element.props[0], [])
            if uid in self._objects and self._objects[uid].id == b"Texture"
        }
        return Material(_text(element.props[1]), slots)

    def _texture(self, element: Any) -> str:
        found = _child(element, b"RelativeFilename")
        return _text(found.props[0]) if found else ""

    def _paths(self) -> list[str]:
        """Every file name that the file gives for a texture."""
        found = []
        for element in self._objects.values():
            if element.id in (b"Texture", b"Video"):
                for part in element.elems:
                    if part.id in (b"FileName", b"Filename", b"RelativeFilename"):
                        found.append(part.props[0].decode("utf-8", "replace"))
        return found

    def _clips(self) -> list[Clip]:
        clips = []
        for stack in (obj for obj in self._objects.values() if obj.id == b"AnimationStack"):
            clip = Clip(_text(stack.props[1]), 0.0, 0.0)
            for layer in self._below(stack.props[0], b"AnimationLayer"):
                for node in self._below(layer.props[0], b"AnimationCurveNode"):
                    clip.curves += self._curves(node)
            span = _properties(stack)
            times = [float(value) for curve in clip.curves for value in (curve.times.min(), curve.times.max())]
            clip.start = min(times, default=float(span.get("LocalStart", 0)) / TICKS)
            clip.end = max(times, default=float(span.get("LocalStop", 0)) / TICKS)
            clips.append(clip)
        return clips

    def _curves(self, node: Any) -> list[Curve]:
        channels = {"Lcl Translation": "translation", "Lcl Rotation": "rotation", "Lcl Scaling": "scale"}
        up = [(uid, name) for uid, name in self._up.get(node.props[0], []) if name]
        if not up or up[0][0] not in self._objects:
            return []
        target, channel = _text(self._objects[up[0][0]].props[1]), channels.get(up[0][1], "weights")
        parts = {name[2:]: self._objects[uid] for uid, name in self._down.get(node.props[0], []) if name[:2] == "d|"}
        if not parts:
            return []
        times = np.unique(np.concatenate([_array(part, b"KeyTime") for part in parts.values()])) / TICKS
        values = np.stack(
            [np.interp(times, _array(parts[a], b"KeyTime") / TICKS, _array(parts[a], b"KeyValueFloat")) for a in parts],
            axis=1,
        )
        return [Curve(target, channel, times, values)]


def _local(properties: dict[str, Any]) -> Array:
    """Translation, rotation (with PreRotation; order XYZ) and scale of a node (FBX SDK, "Transformation Matrices")."""
    result = np.eye(4)
    turn = _euler(properties.get("PreRotation", [0, 0, 0])) @ _euler(properties.get("Lcl Rotation", [0, 0, 0]))
    result[:3, :3] = turn * np.array(properties.get("Lcl Scaling", [1, 1, 1]), float)
    result[:3, 3] = properties.get("Lcl Translation", [0, 0, 0])
    return result


def _euler(degrees: list[float]) -> Array:
    x, y, z = np.radians(np.array(degrees, float))
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def _layer(element: Any, values: bytes, indices: bytes, width: int, corners: Array) -> Array:
    """A layer's values per corner (L, width)."""
    data = np.array(_array(element, values), float).reshape(-1, width)
    how = _child(element, b"MappingInformationType").props[0]
    by = _array(element, indices)
    at = corners if how in (b"ByVertice", b"ByVertex") else np.arange(len(corners))
    return data[at if by is None else by[at]]


def _deltas(shape: Any, count: int) -> Array:
    result = np.zeros((count, 3))
    at, moved = _array(shape, b"Indexes"), _array(shape, b"Vertices")
    if at is not None and moved is not None:
        result[at] = moved.reshape(-1, 3)
    return result
