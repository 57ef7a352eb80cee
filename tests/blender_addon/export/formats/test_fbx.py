"""What FBX files have in their layers, read by Blender's own parser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from blender_addon.export.formats.fbx import write_fbx


def below(element: Any, name: bytes) -> Iterator[Any]:
    for child in element.elems:
        if child.id == name:
            yield child
        yield from below(child, name)


def test_tangents_are_those_of_the_first_uv_map(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    from io_scene_fbx import parse_fbx

    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=2)
    mesh = bpy.context.object.data
    mesh.uv_layers.new(name="LightmapUV")
    first, second = mesh.uv_layers
    turned = np.empty(2 * len(mesh.loops), np.float32)
    first.data.foreach_get("uv", turned)
    second.data.foreach_set("uv", np.ascontiguousarray(turned.reshape(-1, 2)[:, ::-1]).ravel())
    mesh.calc_tangents(uvmap=first.name)
    tangents = np.array([loop.tangent[:] for loop in mesh.loops])
    mesh.free_tangents()
    path = tmp_path / "ball.fbx"
    write_fbx(path, "centimeters", skeletal=False, clips=False, corners=len(mesh.loops))
    document, _ = parse_fbx.parse(str(path))
    (geometry,) = below(document, b"Geometry")
    for kind in (b"LayerElementTangent", b"LayerElementBinormal"):
        (layer,) = below(geometry, kind)
        assert layer.props == [0]
    (written,) = below(geometry, b"Tangents")
    assert np.allclose(np.array(written.props[0]).reshape(-1, 3), tangents, atol=1e-4)
    assert [layer.props for layer in below(geometry, b"LayerElementUV")] == [[0], [1]]
    named = [
        (next(below(one, b"Type")).props[0], next(below(one, b"TypedIndex")).props[0])
        for one in below(geometry, b"LayerElement")
    ]
    assert sorted(item for item in named if item[0].endswith((b"UV", b"Tangent", b"Binormal"))) == [
        (b"LayerElementBinormal", 0),
        (b"LayerElementTangent", 0),
        (b"LayerElementUV", 0),
        (b"LayerElementUV", 1),
    ]
