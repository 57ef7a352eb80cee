"""The weights of bone envelopes bend a mesh as Blender does."""

from __future__ import annotations

import bpy
import numpy as np

from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.assets.avatars.envelopes import add_envelopes, uses_envelopes

from ...kinds.scene import TWO, armature, column


def test_they_bend_as_in_blender(clean_scene: bpy.types.Context) -> None:
    rig, skin = armature("Rig", TWO), column("Skin")
    for bone, radius in zip(rig.data.bones, (0.2, 0.35), strict=True):
        bone.head_radius, bone.tail_radius, bone.envelope_distance = radius, radius / 2, 0.4
        bone.envelope_weight = 1 + radius
    modifier = skin.modifiers.new("Armature", "ARMATURE")
    modifier.object, modifier.use_bone_envelopes, modifier.use_vertex_groups = rig, True, False
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    rig.pose.bones["tip"].rotation_euler.x = 0.8
    clean_scene.view_layer.update()
    depsgraph = clean_scene.evaluated_depsgraph_get()
    wanted = positions(skin.evaluated_get(depsgraph).data).copy()
    assert uses_envelopes(skin, rig)
    names = add_envelopes(skin.data, [], rig)
    points = np.concatenate([positions(skin.data), np.ones((len(skin.data.vertices), 1))], axis=1)
    bent = np.zeros((len(points), 3))
    for vertex in skin.data.vertices:
        for element in vertex.groups:
            bone = rig.pose.bones[names[element.group]]
            move = np.array(bone.matrix @ bone.bone.matrix_local.inverted())
            bent[vertex.index] += element.weight * (move @ points[vertex.index])[:3]
    held = np.array([len(vertex.groups) > 0 for vertex in skin.data.vertices])
    assert held.sum() > 20
    assert np.allclose(bent[held], wanted[held], atol=2e-4), np.abs(bent[held] - wanted[held]).max()
