"""The garment objects that an avatar wears: identifying them, putting them on, taking them off."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import bpy
import numpy as np

from ml_core.color import is_hex
from ml_core.files import stored_json
from ml_core.geometry.body.rig import BONE_NAMES, SIDES
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments.entry import Cloth
from ml_core.geometry.garments.garment import Garment
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS

from ...bridge.data.identity import put
from ...bridge.data.single_user import ensure_editable
from ...bridge.data.stored_values import stored_text, stores_text
from ...bridge.jobs.steps import Progress, run_to_end
from ...bridge.mesh_arrays import mesh_data
from ..anatomy.building import body_of
from ..anatomy.meshes import UV_MAP, bind, hide_faces, move_points, quad_mesh, weigh
from ..naming import plain_name
from ..own_data import discard
from .fitting import Dressed, Worn
from .sitting import set_sitting

GARMENT_KEY = "atelier_garment"
"""Custom property of a garment: which one it is and its color, as JSON."""
FABRIC_UV = "FabricUV"
"""UV map of a garment in which a unit is as large as the tile of its fabric."""
COVERED = "atelier_covered"
"""Vertex group and modifier that hide what lies under garments."""


@dataclass(frozen=True)
class GarmentInfo:
    """Which garment an object is.

    Attributes:
        color: sRGB hex of the dye; ``None`` for the color of the avatar's traits, or the original one.
        fabric: one of :data:`ml_core.vocabulary.avatar.fabrics.FABRIC_KINDS`; ``None`` for its own.
        painted: it shows the cloth that the texture generator paints.
    """

    name: str
    color: str | None = None
    fabric: str | None = None
    painted: bool = False


def garment_info(obj: bpy.types.Object) -> GarmentInfo | None:
    """Which garment ``obj`` is; ``None`` if it is not a garment of ours."""
    if obj.type != "MESH" or not stores_text(obj, GARMENT_KEY):
        return None
    values = stored_json(stored_text(obj, GARMENT_KEY), dict, {})
    name, color, fabric = (values.get(key) for key in ("name", "color", "fabric"))
    if not isinstance(name, str) or name not in BY_NAME:
        return None
    known = fabric if isinstance(fabric, str) and fabric in FABRIC_KINDS else None
    return GarmentInfo(name, color if is_hex(color) else None, known, values.get("painted") is True)


def set_garment_info(obj: bpy.types.Object, info: GarmentInfo) -> None:
    put(obj, GARMENT_KEY, json.dumps(asdict(info)))


def worn_garments(armature: bpy.types.Object) -> dict[str, bpy.types.Object]:
    """The garments on an armature by name, inner ones first."""
    found: dict[str, bpy.types.Object] = {}
    for child in armature.children_recursive:
        info = garment_info(child)
        if info is not None:
            found.setdefault(info.name, child)
    return dict(sorted(found.items(), key=lambda item: BY_NAME[item[0]].layer))


def put_on(
    context: bpy.types.Context, armature: bpy.types.Object, dressed: Dressed, bones: Sequence[str] = BONE_NAMES
) -> list[bpy.types.Object]:
    """Dresses an avatar: garments that it wears already are refitted, missing ones created, and all others taken off.

    Args:
        bones: model bone -> armature bone; several of the model's may map to one.

    Returns:
        the new garments, which have no material yet.
    """
    return run_to_end(putting_on(context, armature, dressed, bones))


def putting_on(
    context: bpy.types.Context, armature: bpy.types.Object, dressed: Dressed, bones: Sequence[str] = BONE_NAMES
) -> Generator[Progress, None, list[bpy.types.Object]]:
    """As :func:`put_on`, one garment per step."""
    present = worn_garments(armature)
    wanted = {worn.piece.name for worn in dressed.worn}
    for name, obj in present.items():
        if name not in wanted:
            discard(obj)
    made = []
    thighs = [bones[BONE_NAMES.index(f"{side}UpperLeg")] for side, _ in SIDES]
    for worn in dressed.worn:
        obj = present.get(worn.piece.name)
        if obj is None or len(obj.data.vertices) != len(worn.points):
            if obj is not None:
                discard(obj)
            obj = _made(context, armature, worn, bones)
            made.append(obj)
        else:
            ensure_editable(obj)
            move_points(mesh_data(obj), worn.points)
        set_sitting(obj, armature, worn.seated, (thighs[0], thighs[1]))
        hide_faces(obj, COVERED, worn.garment.hidden, worn.garment.faces)
        yield Progress(1, 1, "Putting on the clothes")
    cover(armature, dressed)
    return made


def cover(armature: bpy.types.Object, dressed: Dressed) -> None:
    """Hides the skin under the garments."""
    body = body_of(armature)
    if body is None:
        return
    data = body.data
    faces = np.empty(len(data.loops), np.int32)
    data.loops.foreach_get("vertex_index", faces)
    faces = faces.reshape(-1, 4)
    hidden = np.zeros(len(faces), bool)
    hidden[: len(dressed.covered)] = dressed.covered  # the skin comes first among the parts of the mesh
    hide_faces(body, COVERED, hidden, faces)


def _made(context: bpy.types.Context, armature: bpy.types.Object, worn: Worn, bones: Sequence[str]) -> bpy.types.Object:
    garment = worn.garment
    name = plain_name(f"{armature.name}_{garment.piece.label}")
    uv = garment.uv[garment.corners]
    mesh = quad_mesh(name, worn.points, garment.faces, uv)
    mesh.polygons.foreach_set("material_index", garment.cloth.astype(np.int32))
    mesh.uv_layers.new(name=FABRIC_UV, do_init=False)
    scale_fabric(mesh, garment, garment.cloths)
    mesh.uv_layers.active = mesh.uv_layers[UV_MAP]
    obj = bpy.data.objects.new(name, mesh)
    for collection in armature.users_collection or (context.collection,):
        collection.objects.link(obj)
    names = list(dict.fromkeys(bones))
    weights = np.zeros((len(garment.weights), len(names)), np.float32)
    np.add.at(weights.T, [names.index(bone) for bone in bones], garment.weights.T)
    weigh(obj, names, weights)
    bind(obj, armature)
    set_garment_info(obj, GarmentInfo(garment.piece.name))
    return obj


def scale_fabric(mesh: bpy.types.Mesh, garment: Garment, cloths: Sequence[Cloth]) -> None:
    """Writes the UVs for tiling fabrics, so that each of ``cloths`` has the same scale on any garment.

    An edited mesh, with other faces than the garment's, keeps its own.
    """
    if len(mesh.loops) != garment.corners.size or FABRIC_UV not in mesh.uv_layers:
        return
    tiles = np.array([FABRICS[cloth.fabric].tile for cloth in cloths])
    uv = garment.tiled[garment.corners] / tiles[garment.cloth][:, None, None]
    mesh.uv_layers[FABRIC_UV].uv.foreach_set("vector", uv.astype(np.float32).ravel())


def store_cloths(armature: bpy.types.Object, cloths: Mapping[str, Mapping[str, str]] | None) -> None:
    """Stores on the garments of an armature the cloths that traits specify; the others keep theirs."""
    worn = worn_garments(armature)
    for name in (cloths or {}).keys() & worn.keys():
        info, said = garment_info(worn[name]), (cloths or {})[name]
        if info is not None:
            fabric, color = said.get("fabric", info.fabric), said.get("color", info.color)
            set_garment_info(worn[name], replace(info, fabric=fabric, color=color))
