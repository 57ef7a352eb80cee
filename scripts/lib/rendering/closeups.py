"""The sheet of close-ups of a dressed avatar: collar, cuff, waist, hand, foot and nape."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from scripts.lib.rendering import pictures as _pictures

_REFERENCE = 1.7
"""Meters of the person that distances are said for; others are seen from as near for their height."""


@dataclass(frozen=True)
class Closeup:
    """A part of a person.

    Attributes:
        bone: its head is the center of the view; aside: offset from there in meters. half: half the width of the
            picture, meters.
        yaw, pitch: rotation of the camera around the person, and its downward tilt, in degrees.
    """

    label: str
    bone: str
    aside: tuple[float, float, float]
    half: float
    yaw: float
    pitch: float = 5.0


CLOSEUPS = (
    Closeup("collar", "neck", (0.0, -0.05, -0.03), 0.13, 22),
    Closeup("nape", "neck", (0.0, 0.02, -0.03), 0.13, 160),
    Closeup("waist", "spine", (0.0, -0.08, 0.0), 0.16, 20),
    Closeup("cuff", "leftHand", (0.0, 0.0, 0.02), 0.085, 40),
    Closeup("hand", "leftMiddleProximal", (0.0, 0.0, 0.02), 0.10, 62),
    Closeup("foot", "leftToes", (0.0, 0.05, 0.04), 0.13, 48, 12),
)


def closeups(avatar: bpy.types.Object, shown: list[bpy.types.Object], tile: int, samples: int) -> list:
    """Named pictures of :data:`CLOSEUPS` of an avatar in a relaxed stance."""
    from blender_addon.avatar.rig.poses import set_pose

    set_pose(bpy.context, avatar, "relaxed")
    tiles = []
    with _pictures.studio(bpy.context, [avatar, *shown]) as scene:
        scale = avatar.data.bones["head"].tail_local.z / _REFERENCE
        corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
        for item in CLOSEUPS:
            head = avatar.matrix_world @ avatar.pose.bones[item.bone].head
            box = np.array(head) + scale * (np.array(item.aside) + item.half * corners)
            _pictures.frame(scene, box, item.yaw, item.pitch, 1.0, 85)
            tiles.append((item.label, _pictures.render(scene, tile, tile, samples)))
    return tiles
