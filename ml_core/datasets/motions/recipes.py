"""Which recorded clip each motion is cut from, and what is done to it."""

from __future__ import annotations

from dataclasses import dataclass

BASE, ADDON = "mesh2motion/human-base-animations.glb", "mesh2motion/human-addon-animations.glb"
RIG_OF = {BASE: "rigify", ADDON: "unreal"}
"""File -> the naming scheme of its rig; all other files are KayKit's."""


@dataclass(frozen=True)
class Recipe:
    """Clips of one file, one after another.

    Attributes:
        clips: their names. blend: seconds of cross-fade from each to the next.
        close: seconds at the end over which a loop that does not meet its beginning is led back to it.
        floor: the feet are held to the ground where they are low and still.
    """

    file: str
    clips: tuple[str, ...]
    blend: float = 0.15
    close: float = 0.0
    floor: bool = True


RECIPES: dict[str, Recipe] = {
    "IDLE": Recipe(BASE, ("Idle_Loop",)),
    "LISTEN": Recipe(ADDON, ("Idle Listening",)),
    "TALK": Recipe(BASE, ("Idle_Talking_Loop",)),
    "CROUCH": Recipe(BASE, ("Crouch_Idle_Loop",)),
    "KNEEL": Recipe(BASE, ("Fixing_Kneeling",)),
    "MEDITATE": Recipe(ADDON, ("Meditate",), close=0.3, floor=False),
    "SIT_DOWN": Recipe(BASE, ("Sitting_Enter",)),
    "SIT": Recipe(BASE, ("Sitting_Idle_Loop",)),
    "SIT_TALK": Recipe(BASE, ("Sitting_Talking_Loop",)),
    "STAND_UP": Recipe(BASE, ("Sitting_Exit",)),
    "WALK": Recipe(BASE, ("Walk_Loop",)),
    "WALK_FORMAL": Recipe(BASE, ("Walk_Formal_Loop",)),
    "RUN": Recipe(BASE, ("Sprint_Loop",)),
    "SNEAK": Recipe(BASE, ("Crouch_Fwd_Loop",)),
    "WAVE": Recipe(ADDON, ("Greeting",)),
    "NOD": Recipe(ADDON, ("Head Nod",)),
    "REFUSE": Recipe(ADDON, ("Reject",)),
    "BOW": Recipe(ADDON, ("Bow",)),
    "CHEER": Recipe(ADDON, ("Victory Fist Pump",)),
    "JUMP": Recipe(BASE, ("Jump_Start", "Jump_Land")),
    "REACH": Recipe(BASE, ("Interact",)),
    "THROW": Recipe(ADDON, ("Throw Object",)),
    "DRINK": Recipe(ADDON, ("Consume Item",)),
    "PUSH": Recipe(BASE, ("Push_Loop",)),
    "PUNCH": Recipe(BASE, ("Punch_Enter", "Punch_Cross")),
    "FIGHT": Recipe(ADDON, ("Fighting Idle",)),
    "JUMPING_JACKS": Recipe(ADDON, ("Jumping Jacks",)),
    "BACKFLIP": Recipe(ADDON, ("Backflip",)),
    "DANCE": Recipe(BASE, ("Dance_Loop",)),
    "DANCE_CHARLESTON": Recipe(ADDON, ("Dance Charleston",), close=0.3),
    "DANCE_BODY_ROLL": Recipe(ADDON, ("Dance Body Roll",), close=0.3),
    "DANCE_REACH": Recipe(ADDON, ("Dance Reach Hip",)),
    "CONFUSED": Recipe(ADDON, ("Confused",)),
    "ANGRY": Recipe(ADDON, ("Angry",), close=0.2),
    "SHIVER": Recipe(ADDON, ("Shivering",), close=0.1),
}
"""Motion of :mod:`ml_core.vocabulary.motion.motions` -> its recipe; those without one are made by code."""
SOURCES = (
    {
        "what": "clips of a mannequin (Mesh2Motion)",
        "by": "the authors of Mesh2Motion",
        "licence": "CC0-1.0",
        "files": [BASE, ADDON],
    },
)
"""Authors of the clips, for the credits and the card."""
