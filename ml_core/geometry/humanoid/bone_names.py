"""Which humanoid joint a bone is, by the naming schemes of the rigs that artists bring.

Joints carry VRM 1.0 names (``leftUpperArm``), which are Unity's humanoid names too. Known schemes: VRM and Unity,
VRoid's ``J_Bip_``, Mixamo (with and without ``mixamorig:``), Rigify (``DEF-`` bones and the meta-rig), MPFB's and
MakeHuman's default, game, CMU and Unreal rigs, Unreal's Mannequin and Manny, Character Creator, 3ds Max Biped, Daz
Genesis, Auto-Rig Pro, Kenney and KayKit characters. Matching is by name only; an unknown bone is given to its nearest
known ancestor by :func:`parts_of_bones`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIDES = ("left", "right")

_LIMBS = ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
REQUIRED_BONES = ("hips", "spine", "head", *(side + limb for side in SIDES for limb in _LIMBS))
"""Joints that VRM and Unity require of a humanoid."""

_CENTRAL = {
    "hips": ("hips", "pelvis", "hip"),
    "spine": ("spine", "spine01", "spine05", "abdomen", "torso", "lowerback", "waist", "abdomenlower", "spine0"),
    "chest": ("chest", "spine1", "spine02", "spine03", "spine001", "abdomenupper", "chestlower"),
    "upperChest": ("upperchest", "spine2", "spine04", "spine002", "spine003", "chestupper"),
    "neck": ("neck", "neck01", "neck1", "spine004", "necktwist01", "necklower"),
    "head": ("head", "spine006"),
    "jaw": ("jaw", "jawroot", "jawmaster"),
}

_SIDED = {
    "Eye": ("eye", "faceeye"),
    "Shoulder": ("shoulder", "clavicle", "collar"),
    "UpperArm": ("arm", "upperarm", "upperarm01", "uparm", "armstretch", "shldr", "shldrbend"),
    "LowerArm": ("forearm", "lowerarm", "lowerarm01", "loarm", "forearmstretch", "forearmbend"),
    "Hand": ("hand", "wrist"),
    "UpperLeg": ("upleg", "upperleg", "thigh", "upperleg01", "thighstretch", "thighbend"),
    "LowerLeg": ("leg", "lowerleg", "calf", "shin", "lowerleg01", "legstretch"),
    "Foot": ("foot", "ankle"),
    "Toes": ("toebase", "toes", "toe", "ball", "toe0", "toes01"),
}

_SIDED_TORSO = ("pelvis", "hipjoint", "breast", "buttock", "bust", "pectoral", "bust1", "bust2", "breast01", "glute")
"""Bones on a side that move skin of the trunk and stand for no joint."""

_FINGERS = {
    "Thumb": ("thumb", "handthumb", "finger1"),
    "Index": ("index", "handindex", "findex", "finger2"),
    "Middle": ("middle", "handmiddle", "fmiddle", "finger3"),
    "Ring": ("ring", "handring", "fring", "finger4"),
    "Little": ("little", "pinky", "handpinky", "fpinky", "finger5"),
}
_PHALANX = {
    "proximal": "Proximal",
    "intermediate": "Intermediate",
    "distal": "Distal",
    "1": "Proximal",
    "2": "Intermediate",
    "3": "Distal",
}

_PART_OF_JOINT = {
    "Eye": "head",
    "Shoulder": "torso",
    "UpperArm": "upper_arm",
    "LowerArm": "lower_arm",
    "Hand": "hand",
    "UpperLeg": "upper_leg",
    "LowerLeg": "lower_leg",
    "Foot": "foot",
    "Toes": "foot",
}

_SIDE_MARKS = (
    (re.compile(r"^(left|right)[ _.\-]?", re.IGNORECASE), 1),
    (re.compile(r"[ _.\-](left|right)$", re.IGNORECASE), 1),
    (re.compile(r"^([lr])[ _.\-]", re.IGNORECASE), 1),
    (re.compile(r"^([lr])(?=[A-Z])"), 1),
    (re.compile(r"[_.\-]([lr])(?=$|[_.\-]\d+$)", re.IGNORECASE), 1),
)


def _split_side(name: str) -> tuple[str | None, str]:
    """``("left", rest)`` of a bone name that states its side, else ``(None, name)``."""
    for pattern, group in _SIDE_MARKS:
        match = pattern.search(name)
        if match:
            side = "left" if match.group(group)[0].lower() == "l" else "right"
            return side, name[: match.start()] + name[match.end() :]
    return None, name


_PREFIX = re.compile(
    r"^(mixamorig\d*[:_]?|DEF-|ORG-|CC_Base_|Bip\d+[ _]|J_(Bip|Adj)_(?=[LR]_)|J_(Bip|Adj)_C_|[A-Za-z0-9]+:)"
)
_NOT_SKIN = re.compile(r"^(MCH-|VIS_|WGT-|J_Sec_|J_Opt_|c_)|(^|[_.\-])(ik|fk|pole|ctrl|control|target)([_.\-]|$)", re.I)


def _key(name: str) -> tuple[str | None, str]:
    """The side of a bone and the rest of its name as lower-case letters and digits."""
    plain = _PREFIX.sub("", re.sub(r"\.x$", "", name))
    side, rest = _split_side(plain)
    return side, re.sub(r"[^a-z0-9]", "", rest.lower())


@lru_cache(maxsize=8192)
def joint_of_bone(name: str) -> str | None:
    """The VRM name of the joint that a bone stands for, or ``None`` for a bone that matches no joint."""
    if _NOT_SKIN.search(name):
        return None
    if name == "root.x":  # Auto-Rig Pro's hips; a plain "root" stands on the ground
        return "hips"
    side, key = _key(name)
    if side is None:
        return next((joint for joint, names in _CENTRAL.items() if key in names), None)
    limb = next((joint for joint, names in _SIDED.items() if key in names), None)
    if limb is not None:
        return side + limb
    finger = re.fullmatch(r"(finger[1-5]|[a-z]+?)_?0?(proximal|intermediate|distal|metacarpal|[123])", key)
    if finger:
        kind = next((joint for joint, names in _FINGERS.items() if finger.group(1) in names), None)
        phalanx = _PHALANX.get(finger.group(2))
        if kind is not None and phalanx is not None:
            return side + kind + phalanx
    return None


def part_of_joint(joint: str) -> str:
    """The body part (of :data:`ml_core.geometry.atlas.charts.PARTS`) that moves with a joint."""
    for side in SIDES:
        if joint.startswith(side):
            limb = joint.removeprefix(side)
            part = _PART_OF_JOINT.get(limb, "hand")
            return part if part in ("head", "torso") else f"{side}_{part}"
    return "head" if joint in ("neck", "head", "jaw") else "torso"


def parts_of_bones(
    names: Sequence[str], parents: Mapping[str, str | None], joints: Mapping[str, str] | None = None
) -> dict[str, str | None]:
    """The body part of each bone: its own joint's, else its nearest known ancestor's, else ``None``.

    Bones above the hips (a root that carries skin) and those beside them count as the torso.

    Args:
        joints: ``{bone: joint}`` as the rig's own file has it; names are ignored then.
    """
    said = joints is not None

    def joint_of(name: str) -> str | None:
        return joints.get(name) if joints is not None else joint_of_bone(name)

    above: set[str] = set()
    for name in names:
        if joint_of(name) == "hips":
            bone = parents.get(name)
            while bone is not None:
                above.add(bone)
                bone = parents.get(bone)
    parts: dict[str, str | None] = {}
    for name in names:
        bone = name
        while bone is not None and joint_of(bone) is None and (said or _key(bone)[1] not in _SIDED_TORSO):
            bone = parents.get(bone)
        joint = joint_of(bone) if bone is not None else None
        if joint is not None:
            parts[name] = part_of_joint(joint)
        else:
            parts[name] = "torso" if bone is not None or name in above else None
    return parts


def joints_of_bones(names: Sequence[str]) -> dict[str, str]:
    """``{joint: bone}``; the first bone of each joint wins, in the order given (parents before children)."""
    found: dict[str, str] = {}
    for name in names:
        joint = joint_of_bone(name)
        if joint is not None:
            found.setdefault(joint, name)
    if "hips" not in found and "spine" in found:  # Rigify's lowest spine bone is the pelvis
        found["hips"] = found["spine"]
    return found


def with_vrm_thumbs(joints: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The joints of :func:`joints_of_bones` with thumbs as VRM 1.0 has them.

    Bones 1 to 3 of a thumb, where rigs number them, are metacarpal, proximal and distal in VRM.

    Args:
        names: of all bones, among which may be VRM's own metacarpals.
    """
    found = dict(joints)
    for side in SIDES:
        if f"{side}ThumbMetacarpal" in names:
            found[f"{side}ThumbMetacarpal"] = f"{side}ThumbMetacarpal"
        elif f"{side}ThumbIntermediate" in found:
            first, second = found.pop(f"{side}ThumbProximal", None), found.pop(f"{side}ThumbIntermediate")
            found[f"{side}ThumbProximal"] = second
            if first:
                found[f"{side}ThumbMetacarpal"] = first
    return found


def completed_joints(joints: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The joints with a neck, if the rig has none, placed between head and shoulders; toes are not needed."""
    full = dict(joints)
    arms = [full[name] for name in ("leftUpperArm", "rightUpperArm") if name in full]
    if "neck" not in full and "head" in full and arms:
        shoulders = np.mean(arms, axis=0)
        neck = full["head"].copy()
        neck[2] += 0.35 * min(shoulders[2] - neck[2], -0.12 * abs(arms[0][0] - neck[0]))
        full["neck"] = neck
    return full
