"""What each engine wants, as data. A target is one entry here; code reads the profile and never the target's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_core.errors import InputError


@dataclass(frozen=True)
class Packing:
    """One texture file of a material: which map goes to which channel.

    ``channels`` name ``occlusion``, ``roughness``, ``smoothness``, ``metallic``, ``one`` or ``zero`` for R, G, B and,
    where given, A.
    """

    suffix: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """An engine's wishes.

    ``axes`` of FBX files: ``"zero"`` leaves no rotation and no scale on root nodes (Unity), ``"centimetres"`` is
    Blender's plain export for static meshes and data in centimetres for skeletons (Unreal). ``collider_prefixes`` name
    collision nodes by shape (none for formats that have no such thing); ``lod_group`` puts levels of detail below a
    node of that kind, else they are siblings.
    """

    title: str
    kind: str
    packings: tuple[Packing, ...]
    directx_normals: bool = False
    axes: str = ""
    collider_prefixes: Mapping[str, str] = field(default_factory=dict)
    lod_group: bool = False
    root_bone: bool = False
    bone_names: Mapping[str, str] = field(default_factory=dict)
    read_me: str = ""
    max_texture: int = 4096


_FINGERS = {"Index": "index", "Middle": "middle", "Ring": "ring", "Little": "pinky"}


def _manny() -> dict[str, str]:
    """VRM 1.0 bone names to those of Unreal's Manny."""
    names = {
        "hips": "pelvis",
        "spine": "spine_01",
        "chest": "spine_02",
        "upperChest": "spine_03",
        "neck": "neck_01",
        "head": "head",
    }
    limbs = {
        "Shoulder": "clavicle",
        "UpperArm": "upperarm",
        "LowerArm": "lowerarm",
        "Hand": "hand",
        "UpperLeg": "thigh",
        "LowerLeg": "calf",
        "Foot": "foot",
        "Toes": "ball",
        "Eye": "eye",
        "ThumbMetacarpal": "thumb_01",
        "ThumbProximal": "thumb_02",
        "ThumbDistal": "thumb_03",
    }
    for finger, short in _FINGERS.items():
        for number, phalanx in enumerate(("Proximal", "Intermediate", "Distal"), start=1):
            limbs[finger + phalanx] = f"{short}_{number:02d}"
    for side, letter in (("left", "l"), ("right", "r")):
        names |= {side + limb: f"{target}_{letter}" for limb, target in limbs.items()}
    return names


PROFILES: dict[str, Profile] = {
    "unity": Profile(
        title="Unity",
        kind="fbx",
        # HDRP's mask map; URP and Built-in read the same file as their metallic-smoothness map (R and A).
        packings=(Packing("MaskMap", ("metallic", "occlusion", "zero", "smoothness")),),
        axes="zero",
        collider_prefixes={shape: f"COL_{shape.upper()}_" for shape in ("box", "sphere", "capsule", "convex")},
        read_me=(
            "1. Copy this folder into your project's Assets folder.\n"
            "2. Select the SK_ files, set Rig > Animation Type to Humanoid, press Apply.\n"
            "3. Make materials from the textures as materials.json lists them: BC base map, N normal map, MaskMap\n"
            "   mask map (HDRP) or metallic map (URP, Built-in). layout.json says where each object stands.\n"
        ),
    ),
    "unreal": Profile(
        title="Unreal Engine",
        kind="fbx",
        packings=(Packing("ORM", ("occlusion", "roughness", "metallic")),),
        directx_normals=True,
        axes="centimetres",
        collider_prefixes={"box": "UBX_", "sphere": "USP_", "capsule": "UCP_", "convex": "UCX_"},
        lod_group=True,
        root_bone=True,
        bone_names=_manny(),
        read_me=(
            "1. Drag this folder into the Content Browser; keep Import Uniform Scale at 1.\n"
            "2. Switch sRGB off on the ORM textures.\n"
            "3. Make material instances from the textures as materials.json lists them (ORM: red occlusion, green\n"
            "   roughness, blue metallic). layout.json says where each object stands.\n"
        ),
    ),
    "web": Profile(
        title="Web",
        kind="glb",
        packings=(Packing("ORM", ("occlusion", "roughness", "metallic")),),
        max_texture=2048,
        read_me=(
            "1. scene.glb holds everything; each avatar is an SK_ file of its own.\n"
            "2. Load them with any glTF 2.0 viewer or engine (three.js, Babylon.js, Godot, model-viewer).\n"
            "3. Labels are in each node's extras.\n"
        ),
    ),
}


def profile(target: str) -> Profile:
    """Raises :class:`InputError` for an unknown target."""
    if target not in PROFILES:
        raise InputError(f"{target}: no such target; known are {', '.join(PROFILES)}")
    return PROFILES[target]


def fbx_options(axes: str, skeletal: bool) -> dict[str, Any]:
    """Keyword arguments of Blender's FBX exporter; the reasons stand in the engines' import rules."""
    options: dict[str, Any] = {
        "use_selection": True,
        "add_leaf_bones": False,
        "bake_anim_simplify_factor": 0.0,
        "bake_anim_use_all_actions": False,
        "mesh_smooth_type": "FACE",
        "use_tspace": True,
        "use_custom_props": True,
        "path_mode": "STRIP",
        "embed_textures": False,
        "primary_bone_axis": "Y",
        "secondary_bone_axis": "X",
        "armature_nodetype": "NULL",
        "use_armature_deform_only": True,
        "object_types": {"ARMATURE", "MESH", "EMPTY"},
    }
    if axes == "zero":
        # Root nodes at scale 1: units go into the file's header. The exporter turns static data, we turn skeletons.
        options |= {"apply_scale_options": "FBX_SCALE_UNITS", "bake_space_transform": not skeletal}
    else:
        options |= {"apply_scale_options": "FBX_SCALE_NONE"}
    return options
