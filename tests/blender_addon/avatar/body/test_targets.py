"""What of other people's characters is painted: eyes where they have none, balls in the face, none over their own."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon.avatar.body.targets import find_targets
from blender_addon.avatar.face.reading import read_head
from blender_addon.avatar.surface.paint_sources import PAINTED, Painted
from blender_addon.bridge.importers import open_scene
from ml_core.inference.textures.skin.open_eyes import PLAIN


def armature(path: Path) -> bpy.types.Object:
    open_scene(path)
    return next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")


def test_a_face_without_eyes_gets_them_where_eyes_are_on_a_face(data_dir: Path) -> None:
    rig = armature(data_dir / "scenes" / "kenney_animated_characters_1" / "characterMedium.glb")
    [body] = find_targets(rig).bodies
    assert body.paint == Painted(PLAIN)
    [alone] = find_targets(body.obj).bodies
    assert alone.paint == Painted(PLAIN)


@pytest.mark.parametrize("name", ["Knight", "Barbarian", "Rogue_Hooded"])
def test_balls_in_a_face_become_eyes_and_the_painted_face_goes_with_them(data_dir: Path, name: str) -> None:
    """The Barbarian's cap is a bear's head with eyes of its own; the Rogue's nose is as round as his eyes."""
    rig = armature(data_dir / "scenes" / "kaykit_adventurers" / f"{name}.glb")
    bodies = find_targets(rig).bodies
    assert len({body.paint for body in bodies}) == 1
    paint = bodies[0].paint
    assert isinstance(paint, Painted)
    assert [spot.ball for spot in paint.eyes] == [True, True]
    left, right = sorted(paint.eyes, key=lambda spot: -spot.theta)
    assert left.theta == pytest.approx(-right.theta, abs=0.02)
    for spot in (left, right):
        assert spot.t == pytest.approx(0.41, abs=0.02)
        assert abs(spot.theta) == pytest.approx(0.43, abs=0.06)
    head = read_head(rig)
    assert len(head.eyes["left"]) == len(head.eyes["right"]) > 0


def test_nothing_is_painted_over_eyes_of_their_own(data_dir: Path) -> None:
    found = find_targets(armature(data_dir / "avatars" / "meshes" / "id03_business_body.glb"))
    assert len(found.eyes) == 2
    assert all(body.paint == PAINTED for body in found.bodies)
    skin = next(body.obj for body in found.bodies)
    assert all(body.paint == PAINTED for body in find_targets(skin).bodies)
