"""Classifies the meshes of an avatar: body, eyes, teeth, and what is worn."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import stored_json
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.geometry.humanoid.bone_names import joint_of_bone
from ml_core.geometry.humanoid.earlier_body import earlier_body, fit_of_traits
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.geometry.humanoid.heads import head_pieces
from ml_core.inference.textures.skin.open_eyes import PLAIN, EyeSpot
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.data.stored_values import stored_text, stores_text
from ...bridge.jobs.steps import Progress
from ...bridge.mesh_arrays import corner_vertices, face_materials, mesh_data, uv_array
from ...bridge.vrm import bone_joints
from ..anatomy.building import is_body
from ..anatomy.person import mesh_vertices, stored_body
from ..surface.paint_sources import PAINTED, Fabric, Painted, PaintSource, Skin
from ..wardrobe.fitting import on_canvas, painted_clothes
from ..wardrobe.objects import garment_info
from .earlier_body import NEUTRAL
from .humanoid import (
    BEARD_KEY,
    HAIR_KEY,
    SHAPE_KEY,
    Humanoid,
    armature_of,
    read_humanoid,
    reading_humanoid,
    vertex_normals,
)

LEAST_PARTS = 6
"""A mesh that carries weight of this many body parts is a body; fewer is a garment, hair, teeth or an eye."""

_WORN = re.compile(
    r"hair|brow|lash|cloth|shirt|pants|shoe|dress|skirt|jacket|hat|cape|helmet|glasses|gland|tongue", re.I
)
_HELD = ("hand", "lower_arm")


@dataclass(frozen=True)
class Body:
    """A mesh to be textured, its read arrays, and the frames that map it onto the atlas.

    ``paint`` determines which part of a painted person it shows. ``canvas`` is the same mesh in the shape that it is
    painted in, where that differs from its own.
    """

    obj: bpy.types.Object
    skin: Humanoid
    fit: BodyFit
    paint: PaintSource = PAINTED
    canvas: Humanoid | None = None

    @property
    def painted(self) -> Humanoid:
        """The mesh in the shape whose fit maps each point to the atlas."""
        return self.canvas or self.skin


@dataclass
class Targets:
    """``garments`` are ours; ``worn`` are foreign garments, hair and hats, which are only painted on request."""

    bodies: list[Body] = field(default_factory=list)
    garments: list[Body] = field(default_factory=list)
    worn: list[Body] = field(default_factory=list)
    eyes: list[tuple[bpy.types.Object, Humanoid]] = field(default_factory=list)
    teeth: list[bpy.types.Object] = field(default_factory=list)


def find_targets_job(obj: bpy.types.Object, step: Progress, garments: bool = True) -> Generator[Progress, Any, Targets]:
    """As :func:`find_targets`, one mesh per step."""
    read = {}
    for child in skinned_meshes(obj) if obj.type == "ARMATURE" else ():
        if garments or garment_info(child) is None:
            read[child] = yield from reading_humanoid(child, step)
            yield step
    return find_targets(obj, garments, read)


def find_targets(
    obj: bpy.types.Object, garments: bool = True, read: Mapping[bpy.types.Object, Humanoid] = MappingProxyType({})
) -> Targets:
    """The meshes of ``obj`` (an armature, or one mesh) that may be textured.

    Args:
        garments: read our garments, too; not needed for the body alone.
        read: meshes that have been read already.

    Raises:
        InputError: ``obj`` has no humanoid mesh with UVs.
    """
    if obj.type == "MESH":
        return Targets(bodies=_bodies([(obj, read_humanoid(obj))], []))
    if obj.type != "ARMATURE":
        raise InputError(
            "{name}: is a {type}; choose an avatar's armature or mesh", name=obj.name, type=obj.type.lower()
        )
    found = Targets()
    whole: list[tuple[bpy.types.Object, Humanoid]] = []
    pieces: list[tuple[bpy.types.Object, Humanoid]] = []
    clothes: list[tuple[bpy.types.Object, Humanoid]] = []
    for child in skinned_meshes(obj):
        is_garment = garment_info(child) is not None
        if is_garment and not garments:
            continue
        skin = read.get(child) or read_humanoid(child)
        if is_garment:
            clothes.append((child, skin))
        elif _is_eyeball(child):
            found.eyes.append((child, skin))
        elif "teeth" in child.name.lower():
            found.teeth.append(child)
        elif len(parts_of(skin)) >= LEAST_PARTS and not _WORN.search(child.name):
            whole.append((child, skin))
        else:
            pieces.append((child, skin))
    if not whole:  # low-poly characters come as a head, a trunk, arms and legs
        whole = [(child, skin) for child, skin in pieces if _is_piece(child)]
        pieces = [(child, skin) for child, skin in pieces if not _is_piece(child)]
        if len(set().union(*(parts_of(skin) for _, skin in whole))) < LEAST_PARTS:
            raise InputError("{name}: no skinned body mesh with UVs hangs on this armature", name=obj.name)
    found.bodies = _bodies(whole, [skin for _, skin in [*pieces, *found.eyes]])
    found.garments = _garments(clothes)
    fit = found.bodies[0].fit
    found.worn = [Body(child, skin, fit) for child, skin in pieces if parts_of(skin) and not _is_held(skin)]
    return found


def skinned_meshes(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes with UVs that an armature moves, except hair of ours."""
    return [
        child
        for child in armature.children_recursive
        if child.type == "MESH"
        and not stores_text(child, HAIR_KEY)
        and not stores_text(child, BEARD_KEY)
        and child.data.polygons
        and child.data.uv_layers.active is not None
        and armature_of(child) == armature
        and (child.parent_type == "BONE" or any(modifier.type == "ARMATURE" for modifier in child.modifiers))
    ]


def parts_of(skin: Humanoid) -> set[str]:
    """The body parts that a mesh has vertices of."""
    return {PARTS[index] for index in np.flatnonzero(skin.part_weights.max(axis=0) > 0.5)}


def _is_piece(obj: bpy.types.Object) -> bool:
    return not _WORN.search(obj.name) and any(modifier.type == "ARMATURE" for modifier in obj.modifiers)


def _is_held(skin: Humanoid) -> bool:
    """Whether a mesh moves with a hand alone, as weapons and tools do."""
    return all(part.endswith(_HELD) for part in parts_of(skin))


def _is_eyeball(obj: bpy.types.Object) -> bool:
    """Whether nearly all weight is on eye bones and the mesh is a complete ball, not a gland or a lash."""
    armature = armature_of(obj)
    said = bone_joints(armature) if armature is not None else None
    names = {g.name: g.index for g in obj.vertex_groups}
    eye_groups = {
        index
        for name, index in names.items()
        if ((said.get(name) if said is not None else joint_of_bone(name)) or "").endswith("Eye")
    }
    if not eye_groups:
        return False
    total = on_eye = 0.0
    for vertex in obj.data.vertices:
        for element in vertex.groups:
            total += element.weight
            on_eye += element.weight if element.group in eye_groups else 0.0
    size = sorted(obj.dimensions)
    return total > 0 and on_eye > 0.9 * total and "gland" not in obj.name.lower() and size[0] > 0.5 * size[2]


def _bodies(whole: list[tuple[bpy.types.Object, Humanoid]], others: list[Humanoid]) -> list[Body]:
    """The bodies of a character; ``others`` are the meshes that are not painted.

    A face without eyes gets painted ones: at its eyeballs if it has any, else where eyes are on a face.
    """
    skins = [skin for _, skin in whole]
    eyes = _eyes_in(skins, others)
    if eyes.joints:
        skins = [replace(skin, joints={**skin.joints, **eyes.joints}) for skin in skins]
    fits = [_own_fit(obj, skin) for (obj, _), skin in zip(whole, skins, strict=True)]
    ours = any(fit is not None for fit in fits) or any(is_body(obj) for obj, _ in whole)
    fit = _joint_fit(skins)
    paint = Painted(eyes.spots(fit)) if not ours else PAINTED
    return [_body(obj, skin, own or fit, paint) for (obj, _), skin, own in zip(whole, skins, fits, strict=True)]


@dataclass(frozen=True)
class _FoundEyes:
    """``joints`` are the centers of the ``balls`` (N, 3) of a face by joint; ``has_own`` is set where a character has
    eyes that nothing needs to be painted on."""

    has_own: bool
    joints: Mapping[str, NDArray[np.floating]]
    balls: Mapping[str, NDArray[np.floating]]

    def spots(self, fit: BodyFit) -> tuple[EyeSpot, ...]:
        if self.has_own:
            return ()
        spots = []
        for ball in self.balls.values():
            t, theta, _ = fit.project(ball, "head")
            t0, t1, theta0, theta1 = (round(float(edge), 4) for edge in (t.min(), t.max(), theta.min(), theta.max()))
            spots.append(EyeSpot((t0 + t1) / 2, (theta0 + theta1) / 2, (t1 - t0) / 2, (theta1 - theta0) / 2, ball=True))
        return tuple(spots) or PLAIN


def _eyes_in(skins: list[Humanoid], others: list[Humanoid]) -> _FoundEyes:
    """The eyes of a character: eyeballs found by bones or by shape, in painted meshes or in others."""
    joints = skins[0].joints
    if "leftEye" in joints:  # bones turn them
        return _FoundEyes(True, {}, {})
    meshes = [*skins, *others]
    starts = np.cumsum([0, *(len(skin.vertices) for skin in meshes)]).tolist()
    points = np.concatenate([skin.vertices for skin in meshes])
    triangles = np.concatenate([skin.triangles + start for skin, start in zip(meshes, starts, strict=False)])
    head = np.concatenate([skin.part_weights[:, PARTS.index("head")] for skin in meshes])
    found = head_pieces(points, triangles, head, joints)
    if found is None:  # there is no head to paint them on
        return _FoundEyes(True, {}, {})
    painted = set(found.piece[: starts[len(skins)]].tolist())  # a bear's head on top has eyes, too
    balls = {
        side: points[found.piece == number]
        for side, pieces in found.eyes.items()
        for number in pieces
        if number in painted
    }
    if len(balls) < 2:
        return _FoundEyes(any(found.eyes.values()), {}, {})
    middles = {f"{side}Eye": (ball.min(axis=0) + ball.max(axis=0)) / 2 for side, ball in balls.items()}
    return _FoundEyes(False, middles, balls)


def _body(obj: bpy.types.Object, skin: Humanoid, fit: BodyFit, paint: PaintSource) -> Body:
    """A body; an anatomical one is painted on the person whose landmarks are known, and shows bare skin."""
    if not is_body(obj):
        return Body(obj, skin, fit, paint)
    traits = stored_body(armature_of(obj)) or BodyTraits()
    shape = _in_shape(obj, skin, canvas().stance.rows[mesh_vertices()])
    return Body(obj, skin, canvas().fit, Skin(traits), shape)


def _garments(read: Sequence[tuple[bpy.types.Object, Humanoid]]) -> list[Body]:
    """The garments of ours among some meshes, as they were cut."""
    infos = {obj: info for obj, _ in read if (info := garment_info(obj)) is not None}
    clothes = painted_clothes([info.name for info in infos.values()])
    bodies = []
    for obj, skin in read:
        info = infos[obj]
        piece, points = BY_NAME[info.name], on_canvas(info.name).points
        cloth = clothes.get(info.name)
        painted = info.painted and info.fabric is None
        cloth_paint = Fabric(cloth, info.color or (piece.color if cloth is None else None), piece.roughness, painted)
        bodies.append(Body(obj, skin, canvas().fit, cloth_paint, _in_shape(obj, skin, points)))
    return bodies


def _in_shape(obj: bpy.types.Object, skin: Humanoid, vertices: NDArray[np.floating]) -> Humanoid | None:
    """A quad mesh in another shape, all of them triangulated alike: what was computed for one person serves all.

    ``None`` for a mesh that was edited after its creation.
    """
    loops = len(obj.data.loops)
    if len(vertices) != len(skin.vertices) or loops != 4 * len(obj.data.polygons):
        return None
    quads = corner_vertices(mesh_data(obj)).reshape(-1, 4)
    uv = uv_array(obj.data.uv_layers.active).reshape(-1, 4, 2)
    slots = face_materials(mesh_data(obj))
    vertices = np.asarray(vertices, np.float64)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return replace(
        skin,
        vertices=vertices,
        normals=vertex_normals(vertices, triangles),
        triangles=triangles,
        corner_uv=np.concatenate([uv[:, [0, 1, 2]], uv[:, [0, 2, 3]]]),
        slots=np.concatenate([slots, slots]),
    )


def _own_fit(obj: bpy.types.Object, skin: Humanoid) -> BodyFit | None:
    """The frames of a body of an earlier version, which its UVs were made with."""
    text = stored_text(obj, SHAPE_KEY)
    if text == NEUTRAL:
        return earlier_body().fit
    try:
        traits = AvatarTraits.from_dict(stored_json(text, dict, None))
    except InputError:
        return None
    return fit_of_traits(traits)


def _joint_fit(skins: list[Humanoid]) -> BodyFit:
    """One fit for all parts of a body: the extents of head and hands are taken from the part that has them."""
    if len(skins) == 1:
        return skins[0].fit()
    vertices = np.concatenate([skin.vertices for skin in skins])
    weights = np.concatenate([skin.part_weights for skin in skins])
    return BodyFit.from_joints(skins[0].joints, vertices, weights)
