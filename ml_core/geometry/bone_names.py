"""Which humanoid joint a bone is, by the naming schemes of the rigs that artists bring.

Joints carry VRM 1.0 names (``leftUpperArm``), which are Unity's humanoid names too. Known schemes: VRM and Unity,
Mixamo (with and without ``mixamorig:``), Rigify's ``DEF-`` bones, MPFB's default and game rigs, Unreal's Manny, Kenney
and KayKit characters. Matching is by name only; an unknown bone is given to its nearest known ancestor by
:func:`parts_of_bones`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SIDES = ("left", "right")

_CENTRAL = {
    "hips": ("hips", "pelvis", "hip"),
    "spine": ("spine", "spine01", "spine05", "abdomen", "torso"),
    "chest": ("chest", "spine1", "spine02", "spine03", "spine001"),
    "upperChest": ("upperchest", "spine2", "spine04", "spine002", "spine003", "spine005"),
    "neck": ("neck", "neck01", "neck1", "spine004"),
    "head": ("head", "spine006"),
    "jaw": ("jaw",),
}

_SIDED = {
    "Eye": ("eye",),
    "Shoulder": ("shoulder", "clavicle"),
    "UpperArm": ("arm", "upperarm", "upperarm01", "uparm"),
    "LowerArm": ("forearm", "lowerarm", "lowerarm01", "loarm"),
    "Hand": ("hand", "wrist"),
    "UpperLeg": ("upleg", "upperleg", "thigh", "upperleg01"),
    "LowerLeg": ("leg", "lowerleg", "calf", "shin", "lowerleg01"),
    "Foot": ("foot", "ankle"),
    "Toes": ("toebase", "toes", "toe", "ball"),
}

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
    (re.compile(r"^([lr])[_.\-]", re.IGNORECASE), 1),
    (re.compile(r"[_.\-]([lr])(?=$|[_.\-]\d+$)", re.IGNORECASE), 1),
)


def _split_side(name: str) -> tuple[str | None, str]:
    """``("left", rest)`` of a bone name that says which side it is on, else ``(None, name)``."""
    for pattern, group in _SIDE_MARKS:
        match = pattern.search(name)
        if match:
            side = "left" if match.group(group)[0].lower() == "l" else "right"
            return side, name[: match.start()] + name[match.end() :]
    return None, name


def joint_of_bone(name: str) -> str | None:
    """The VRM name of the joint that a bone stands for, or ``None`` for a bone that is none of them."""
    plain = re.sub(r"^(mixamorig\d*[:_]?|DEF-|J_(Bip|Sec|Adj)_[CLR]_|Bip\d+[ _])", "", name)
    vroid = re.match(r"^J_Bip_([LR])_(.*)$", name)
    side, rest = ("left" if vroid.group(1) == "L" else "right", vroid.group(2)) if vroid else _split_side(plain)
    key = re.sub(r"[^a-z0-9]", "", rest.lower())
    if side is None:
        return next((joint for joint, names in _CENTRAL.items() if key in names), None)
    limb = next((joint for joint, names in _SIDED.items() if key in names), None)
    if limb is not None:
        return side + limb
    finger = re.fullmatch(r"([a-z]+?|finger[1-5])_?0?(proximal|intermediate|distal|[123])", key)
    if finger:
        kind = next((joint for joint, names in _FINGERS.items() if finger.group(1) in names), None)
        if kind is not None:
            return side + kind + _PHALANX[finger.group(2)]
    return None


def part_of_joint(joint: str) -> str:
    """The body part (of :data:`ml_core.geometry.atlas.PARTS`) that moves with a joint."""
    for side in SIDES:
        if joint.startswith(side):
            limb = joint.removeprefix(side)
            part = _PART_OF_JOINT.get(limb, "hand")
            return part if part in ("head", "torso") else f"{side}_{part}"
    return "head" if joint in ("neck", "head", "jaw") else "torso"


def parts_of_bones(names: Sequence[str], parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """The body part of each bone: its own joint's, else its nearest known ancestor's, else ``None``."""
    parts: dict[str, str | None] = {}
    for name in names:
        bone: str | None = name
        while bone is not None and joint_of_bone(bone) is None:
            bone = parents.get(bone)
        joint = joint_of_bone(bone) if bone is not None else None
        parts[name] = part_of_joint(joint) if joint else None
    return parts


def joints_of_bones(names: Sequence[str]) -> dict[str, str]:
    """``{joint: bone}``; the first bone of each joint wins, in the order given (parents before children)."""
    found: dict[str, str] = {}
    for name in names:
        joint = joint_of_bone(name)
        if joint is not None:
            found.setdefault(joint, name)
    return found
