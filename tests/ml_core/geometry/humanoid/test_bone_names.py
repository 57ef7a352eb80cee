"""Real bone names of the rigs that artists bring."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.humanoid.bone_names import completed_joints, joint_of_bone, joints_of_bones, parts_of_bones

FAMILIES = {
    "VRM": "hips spine chest upperChest neck head leftEye leftUpperArm leftLowerArm leftHand leftUpperLeg leftLowerLeg "
    "leftFoot leftToes leftIndexProximal",
    "VRoid": "J_Bip_C_Hips J_Bip_C_Spine J_Bip_C_Chest J_Bip_C_UpperChest J_Bip_C_Neck J_Bip_C_Head J_Adj_L_FaceEye "
    "J_Bip_L_UpperArm J_Bip_L_LowerArm J_Bip_L_Hand J_Bip_L_UpperLeg J_Bip_L_LowerLeg J_Bip_L_Foot J_Bip_L_ToeBase "
    "J_Bip_L_Index1",
    "Unity": "Hips Spine Chest UpperChest Neck Head LeftEye LeftUpperArm LeftLowerArm LeftHand LeftUpperLeg "
    "LeftLowerLeg LeftFoot LeftToes Left_Index_Proximal",
    "Mixamo": "mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Spine2 mixamorig:Neck mixamorig:Head "
    "mixamorig:LeftEye mixamorig:LeftArm mixamorig:LeftForeArm mixamorig:LeftHand mixamorig:LeftUpLeg "
    "mixamorig:LeftLeg mixamorig:LeftFoot mixamorig:LeftToeBase mixamorig:LeftHandIndex1",
    "Rigify": "- DEF-spine DEF-spine.001 DEF-spine.002 DEF-spine.004 DEF-spine.006 DEF-eye.L DEF-upper_arm.L "
    "DEF-forearm.L DEF-hand.L DEF-thigh.L DEF-shin.L DEF-foot.L DEF-toe.L DEF-f_index.01.L",
    "MakeHuman": "- spine05 spine03 spine02 neck01 head eye.L upperarm01.L lowerarm01.L wrist.L upperleg01.L "
    "lowerleg01.L foot.L - finger2-1.L",
    "Manny": "pelvis spine_01 spine_02 - neck_01 head - upperarm_l lowerarm_l hand_l thigh_l calf_l foot_l ball_l "
    "index_01_l",
    "Character Creator": "CC_Base_Hip CC_Base_Waist - - CC_Base_NeckTwist01 CC_Base_Head "
    "CC_Base_L_Eye "
    "CC_Base_L_Upperarm CC_Base_L_Forearm CC_Base_L_Hand CC_Base_L_Thigh CC_Base_L_Calf CC_Base_L_Foot "
    "CC_Base_L_ToeBase CC_Base_L_Index1",
}
JOINTS = tuple(FAMILIES["VRM"].split())


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_its_joints(family: str) -> None:
    names = FAMILIES[family].split()
    found = {joint: joint_of_bone(name) for joint, name in zip(JOINTS, names, strict=True) if name != "-"}
    near = {"chest", "upperChest", "spine"}  # families count the spine's bones differently
    assert all(found[joint] == joint or (joint in near and found[joint] in near) for joint in found), found


def test_the_right_side_is_the_right_side() -> None:
    for name in ("J_Bip_R_Hand", "RightHand", "mixamorig:RightHand", "DEF-hand.R", "wrist.R", "hand_r", "hand.r"):
        assert joint_of_bone(name) == "rightHand", name


@pytest.mark.parametrize(
    "name", ["kneeIK.l", "IK-foot.l", "ik_foot_l", "MCH-thigh.L", "J_Sec_L_Bust1", "upperarm_twist_01_l"]
)
def test_helpers_are_no_joints(name: str) -> None:
    assert joint_of_bone(name) is None


def test_unknown_bones_go_with_their_ancestors() -> None:
    parents = {
        "root": None,
        "pelvis": "root",
        "pelvis.L": "pelvis",
        "thigh_l": "pelvis",
        "thigh_twist_01_l": "thigh_l",
        "hair_1": None,
    }
    parts = parts_of_bones(list(parents), parents)
    assert parts["root"] == parts["pelvis.L"] == "torso"
    assert parts["thigh_twist_01_l"] == "left_upper_leg"
    assert parts["hair_1"] is None


def test_a_rig_without_a_neck_gets_one_under_its_head() -> None:
    joints = {"head": np.array([0, 0, 1.2]), "leftUpperArm": np.array([0.2, 0, 1.0])}
    neck = completed_joints(joints)["neck"]
    assert 1.0 < neck[2] < 1.2
    assert joints_of_bones(["DEF-spine", "DEF-thigh.L"])["hips"] == "DEF-spine"
