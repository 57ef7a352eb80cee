"""Which meshes of an avatar are its body, its eyes, its teeth, and which are worn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import bpy
import numpy as np

from ml_core.errors import InputError
from ml_core.files import stored_json
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.humanoid.bone_names import joint_of_bone
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.geometry.lofted_body.model import body_model
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.data.stored_values import stored_text, stores_text
from ...bridge.vrm import bone_joints
from .building import NEUTRAL, SHAPE_KEY, shape_of
from .humanoid import HAIR_KEY, Humanoid, armature_of, read_humanoid

LEAST_PARTS = 6
"""A mesh that carries weight of this many body parts is a body; fewer is a garment, hair, teeth or an eye."""

_WORN = re.compile(
    r"hair|brow|lash|cloth|shirt|pants|shoe|dress|skirt|jacket|hat|cape|helmet|glasses|gland|tongue", re.I
)
_HELD = ("hand", "lower_arm")


@dataclass(frozen=True)
class Body:
    """A mesh that the skin goes on, what was read of it, and the frames that map it onto the atlas."""

    obj: bpy.types.Object
    skin: Humanoid
    fit: BodyFit


@dataclass
class Targets:
    """``worn`` are garments, hair and hats; they are only painted when asked."""

    bodies: list[Body] = field(default_factory=list)
    worn: list[Body] = field(default_factory=list)
    eyes: list[tuple[bpy.types.Object, Humanoid]] = field(default_factory=list)
    teeth: list[bpy.types.Object] = field(default_factory=list)


def find_targets(obj: bpy.types.Object) -> Targets:
    """What of ``obj`` (an armature, or one mesh) a texture may go on.

    Raises:
        InputError: there is no humanoid mesh with UVs.
    """
    if obj.type == "MESH":
        skin = read_humanoid(obj)
        return Targets(bodies=[Body(obj, skin, _own_fit(obj, skin) or skin.fit())])
    if obj.type != "ARMATURE":
        raise InputError(f"{obj.name}: is a {obj.type.lower()}; choose an avatar's armature or mesh")
    found = Targets()
    whole: list[tuple[bpy.types.Object, Humanoid]] = []
    pieces: list[tuple[bpy.types.Object, Humanoid]] = []
    for child in skinned_meshes(obj):
        skin = read_humanoid(child)
        if _is_eyeball(child):
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
            raise InputError(f"{obj.name}: no skinned body mesh with UVs hangs on this armature")
    fit = _joint_fit([skin for _, skin in whole])
    found.bodies = [Body(child, skin, _own_fit(child, skin) or fit) for child, skin in whole]
    found.worn = [Body(child, skin, fit) for child, skin in pieces if parts_of(skin) and not _is_held(skin)]
    return found


def skinned_meshes(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes with UVs that an armature moves, without hair of ours."""
    return [
        child
        for child in armature.children_recursive
        if child.type == "MESH"
        and not stores_text(child, HAIR_KEY)
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
    """Weapons and tools move with a hand alone."""
    return all(part.endswith(_HELD) for part in parts_of(skin))


def _is_eyeball(obj: bpy.types.Object) -> bool:
    """Whether nearly all weight is on eye bones and the mesh is a whole ball, not a gland or a lash."""
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


def _own_fit(obj: bpy.types.Object, skin: Humanoid) -> BodyFit | None:
    """The built-in body's own frames, which its UVs were made with."""
    text = stored_text(obj, SHAPE_KEY)
    if text == NEUTRAL:
        return body_model().fit
    try:
        traits = AvatarTraits.from_dict(stored_json(text, dict, None))
    except InputError:
        return None
    shape, factor = shape_of(traits)
    return BodyFit(frames=shape.frames, height=1.7).scaled(factor)


def _joint_fit(skins: list[Humanoid]) -> BodyFit:
    """One fit for all pieces of a body: how far its head and its hands reach says the piece that has them."""
    if len(skins) == 1:
        return skins[0].fit()
    vertices = np.concatenate([skin.vertices for skin in skins])
    weights = np.concatenate([skin.part_weights for skin in skins])
    return BodyFit.from_joints(skins[0].joints, vertices, weights)
