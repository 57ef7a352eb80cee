"""The Rigify control rig: it fits, the skeleton follows its controls, and it goes without a trace."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from blender_addon.avatar.rig.control_rig import CONTROL_KEY, add_control_rig, control_rig_of
from ml_core import InputError
from tests.blender_addon.avatar.earlier import earlier_avatar

KINDS = ("objects", "meshes", "armatures", "collections", "texts")


@pytest.fixture
def avatar(clean_scene: bpy.types.Context) -> bpy.types.Object:
    made = earlier_avatar()
    # Turned, moved and small: the rig has to stand where the avatar does.
    made.matrix_world = Matrix.Translation((1, 2, 0)) @ Matrix.Rotation(0.7, 4, "Z") @ Matrix.Scale(0.5, 4)
    clean_scene.view_layer.update()
    return made


def matrices(armature: bpy.types.Object) -> np.ndarray:
    return np.array([bone.matrix for bone in armature.pose.bones])


def test_the_skeleton_follows_the_controls_and_comes_back(avatar: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = avatar
    before = {kind: sorted(one.name for one in getattr(bpy.data, kind)) for kind in KINDS}
    rest = matrices(avatar)
    connected = [bone.use_connect for bone in avatar.data.bones]
    assert bpy.ops.atelier.add_control_rig() == {"FINISHED"}
    rig = control_rig_of(avatar)
    assert np.abs(matrices(avatar) - rest).max() < 1e-4

    hand = rig.pose.bones["hand_ik.L"]
    wanted = hand.matrix.copy()
    wanted.translation += Vector((-0.05, -0.08, -0.15))
    hand.matrix = wanted
    rig.pose.bones["f_index.01_master.L"].scale.y = 0.85
    rig.pose.bones["thumb.01_master.R"].scale.y = 0.85
    bpy.context.view_layer.update()
    bones, rests = avatar.pose.bones, avatar.data.bones
    moved = avatar.matrix_world.to_3x3() @ (bones["leftHand"].head - rests["leftHand"].head_local)
    aimed = rig.matrix_world.to_3x3() @ Vector((-0.05, -0.08, -0.15))
    assert (moved - aimed).length < 0.002
    assert (bones["leftFoot"].head - rests["leftFoot"].head_local).length < 1e-4
    assert bones["leftLowerArm"].head.y > bones["leftHand"].head.y  # the elbow stays behind
    palm = bones["leftHand"].matrix.inverted()
    assert (palm @ bones["leftIndexDistal"].tail - rests["leftHand"].matrix_local.inverted()
            @ rests["leftIndexDistal"].tail_local).length > 0.02  # fmt: skip
    # The right hand has not moved: its thumb closes toward the little finger.
    closed = (bones["rightThumbDistal"].tail - bones["rightLittleProximal"].head).length
    opened = (rests["rightThumbDistal"].tail_local - rests["rightLittleProximal"].head_local).length
    assert closed < opened - 0.005

    avatar["atelier_height"] = -0.4
    avatar.update_tag()
    bpy.context.view_layer.objects.active = avatar
    assert bpy.ops.atelier.refit_armature() == {"FINISHED"}
    bpy.context.view_layer.update()
    rest = np.array([bone.matrix_local for bone in rests])
    assert np.abs(matrices(avatar) - rest).max() < 1e-4  # the controls fit the new skeleton

    rig = control_rig_of(avatar)
    assert bpy.context.view_layer.objects.active == rig  # the button works on the rig as on the avatar
    assert bpy.ops.atelier.remove_control_rig() == {"FINISHED"}
    bpy.context.view_layer.update()
    assert np.abs(matrices(avatar) - rest).max() < 1e-5
    assert [bone.use_connect for bone in avatar.data.bones] == connected
    assert {kind: sorted(one.name for one in getattr(bpy.data, kind)) for kind in KINDS} == before
    assert CONTROL_KEY not in avatar


def test_without_rigify_nothing_is_changed(avatar: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    import addon_utils

    bpy.ops.preferences.addon_disable(module="rigify")
    monkeypatch.setattr(addon_utils, "enable", lambda *_, **__: None)
    with pytest.raises(InputError, match="Rigify"):
        add_control_rig(bpy.context, avatar)
    assert control_rig_of(avatar) is None
    assert not any(bone.constraints for bone in avatar.pose.bones)
