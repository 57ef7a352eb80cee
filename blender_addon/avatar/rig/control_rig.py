"""A Rigify control rig over a humanoid armature: the artist moves its controls, the armature's own bones follow.

The armature stays as it is, and with it skin, sliders, clips and exports. Each of its bones copies a bone of the same
rest pose that the control rig carries along.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import addon_utils
import bpy
import numpy as np
from mathutils import Matrix, Vector

from ml_core.errors import InputError

from ...bridge.data.single_user import ensure_editable, make_single_user
from ...bridge.data.stored_values import stored_flag, stored_object, stored_text, stored_texts
from ...bridge.jobs.steps import Progress, run_to_end
from ...bridge.state.edit_mode import edited_bones, settled
from .poses import ARM_JOINTS, joint_bones

CONTROL_KEY = "atelier_control_rig"
"""Custom property of an armature: its control rig; and of a control rig: that it is one."""

SCRIPT_KEY = "atelier_rig_script"
"""Custom property of a control rig: the text with Rigify's panel for it."""

LOOSED_KEY = "atelier_loosed_bones"
"""Custom property of an armature under a control rig: the bones that were connected to their parents before."""

FOLLOWED = "ATL-"
"""Prefix of the bones in the control rig that the armature's bones copy."""

_SPINE = ("hips", "spine", "chest", "upperChest", "neck")
_LEGS = tuple(f"{side}{name}" for side in ("left", "right") for name in ("UpperLeg", "LowerLeg", "Foot"))
_NEEDED = ("hips", "neck", "head", *_LEGS, *ARM_JOINTS)
_LIMBS = {
    "Shoulder": "shoulder",
    "UpperArm": "upper_arm",
    "LowerArm": "forearm",
    "Hand": "hand",
    "UpperLeg": "thigh",
    "LowerLeg": "shin",
    "Foot": "foot",
    "Toes": "toe",
}
_FINGERS = {"Thumb": "thumb", "Index": "f_index", "Middle": "f_middle", "Ring": "f_ring", "Little": "f_pinky"}
_PALMS = {"Index": "palm.01", "Middle": "palm.02", "Ring": "palm.03", "Little": "palm.04"}
_PHALANXES = {
    "Thumb": (("Metacarpal", "Proximal", "Distal"), ("Proximal", "Intermediate", "Distal")),
    "": (("Proximal", "Intermediate", "Distal"),),
}
_BEND = 0.012
"""Share of a limb's length by which a straight elbow or knee of the metarig is bent: Rigify's IK needs a side."""

_BUILDING = "Blender's Rigify builds the controls"
_STEP = Progress(0.9, 1, "Adding bones")
_WIDGETS = 20
"""Widgets that are removed in a step."""

Points = dict[str, tuple[Vector, Vector]]


def control_rig_of(armature: bpy.types.Object) -> bpy.types.Object | None:
    """The control rig that :func:`add_control_rig` made for an armature."""
    found = stored_object(armature, CONTROL_KEY, ("ARMATURE",))
    return found if found is not None and stored_flag(found, CONTROL_KEY) else None


def controlled_by(rig: bpy.types.Object | None) -> bpy.types.Object | None:
    """The armature that ``rig`` is the control rig of."""
    if rig is None or not stored_flag(rig, CONTROL_KEY):
        return None
    return next((obj for obj in bpy.data.objects if obj.type == "ARMATURE" and control_rig_of(obj) == rig), None)


def add_control_rig(context: bpy.types.Context, armature: bpy.types.Object) -> bpy.types.Object:
    """As :func:`adding_control_rig`, run to its end."""
    return run_to_end(adding_control_rig(context, armature))


def adding_control_rig(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress, Any, bpy.types.Object]:
    """Makes a Rigify rig that fits an armature in its rest pose, in place of an earlier one.

    Raises:
        InputError: this Blender has no Rigify, the armature lacks a joint, or Rigify failed to build the rig; then the
            armature is as before.
    """
    ensure_editable(armature)
    bones = joint_bones(armature, _NEEDED)
    # VRM's name for the first bone of a thumb, which no other rig uses.
    bones |= {name: name for name in ("leftThumbMetacarpal", "rightThumbMetacarpal") if name in armature.data.bones}
    yield Progress(0.0, 1, _BUILDING, blocks=True)
    _enable_rigify(context)
    yield from removing_control_rig(context, armature)
    make_single_user(armature)
    yield from settled(context)
    frame = _frame(armature, bones)
    yield Progress(0.2, 1, _BUILDING, blocks=True)
    metarig = _metarig(context, armature, bones, frame)
    try:
        yield Progress(0.3, 1, _BUILDING, blocks=True)
        rig = _generated(context, metarig)
        rig[SCRIPT_KEY] = metarig.data.rigify_rig_ui
    finally:
        data = _armature_data(metarig)
        bpy.data.objects.remove(metarig)
        bpy.data.armatures.remove(data)
    yield _STEP
    rig.matrix_world = frame
    context.view_layer.update()
    yield _STEP
    rig.name = f"{armature.name}_Control"
    rig.data.name = rig.name
    rig[CONTROL_KEY] = True
    armature[CONTROL_KEY] = rig
    yield from _following(context, armature, rig, bones)
    for obj in context.selected_objects:
        obj.select_set(False)
    rig.select_set(True)
    context.view_layer.objects.active = rig
    return rig


def remove_control_rig(context: bpy.types.Context, armature: bpy.types.Object) -> bool:
    """As :func:`removing_control_rig`, run to its end."""
    return run_to_end(removing_control_rig(context, armature))


def removing_control_rig(context: bpy.types.Context, armature: bpy.types.Object) -> Generator[Progress, Any, bool]:
    """Removes the control rig of an armature; its bones return to their own pose. Returns whether there was one.

    A rig that also moves another armature, of which this one is a copy, keeps moving that one.
    """
    ensure_editable(armature)
    rig = control_rig_of(armature)
    make_single_user(armature)
    for bone in armature.pose.bones:
        for constraint in [item for item in bone.constraints if item.name.startswith(FOLLOWED)]:
            bone.constraints.remove(constraint)
    loosed = stored_texts(armature, LOOSED_KEY)
    if loosed:
        yield from settled(context)
        with edited_bones(context.view_layer, armature) as edited:
            for name in loosed:
                if name in edited:
                    edited[name].use_connect = True
    for key in (CONTROL_KEY, LOOSED_KEY):
        if key in armature:
            del armature[key]
    yield _STEP
    if rig is None:
        return False
    if rig.library is not None or controlled_by(rig) is not None:
        return True
    widgets = {bone.custom_shape for bone in rig.pose.bones if bone.custom_shape is not None}
    data, script = _armature_data(rig), _script_of(rig)
    collections = {item for widget in widgets for item in widget.users_collection}
    bpy.data.objects.remove(rig)
    if not data.users:
        bpy.data.armatures.remove(data)
    yield _STEP
    for number, widget in enumerate(widgets):
        if number % _WIDGETS == 0:
            yield _STEP
        mesh = widget.data
        if widget.users <= len(widget.users_collection):
            bpy.data.objects.remove(widget)
            if isinstance(mesh, bpy.types.Mesh) and not mesh.users:
                bpy.data.meshes.remove(mesh)
    for collection in collections:
        if collection.name.startswith("WGTS") and not collection.all_objects:
            bpy.data.collections.remove(collection)
    if script is not None and script.users <= int(script.use_fake_user):  # a copy of the rig has the same one
        bpy.data.texts.remove(script)
    return True


def _script_of(rig: bpy.types.Object) -> bpy.types.Text | None:
    """The text with Rigify's panel for ``rig``; never another text that a file may refer to."""
    script, rig_id = rig.get(SCRIPT_KEY), stored_text(rig.data, "rig_id")
    if not isinstance(script, bpy.types.Text) or script.library is not None:
        return None
    return script if rig_id and rig_id in script.as_string() else None


def _enable_rigify(context: bpy.types.Context) -> None:
    if "rigify" not in context.preferences.addons and addon_utils.enable("rigify", default_set=True) is None:
        raise InputError("This Blender has no Rigify; a control rig needs the Rigify add-on that comes with Blender.")


def _frame(armature: bpy.types.Object, bones: dict[str, str]) -> Matrix:
    """World matrix of an upright space with the person's left at +X and the face toward -Y, in the armature's size."""

    def at(joint: str) -> Vector:
        return armature.matrix_world @ armature.data.bones[bones[joint]].head_local

    left = at("leftUpperLeg") - at("rightUpperLeg")
    left = Vector((left.x, left.y, 0)).normalized()
    up = Vector((0, 0, 1))
    axes = Matrix((left[:], up.cross(left)[:], up[:])).transposed().to_4x4()
    size = sum(armature.matrix_world.to_scale()) / 3
    return Matrix.Translation(armature.matrix_world.translation) @ axes @ Matrix.Scale(size, 4)


def _metarig(
    context: bpy.types.Context, armature: bpy.types.Object, bones: dict[str, str], frame: Matrix
) -> bpy.types.Object:
    """Rigify's human metarig with its bones where the armature's are; without a face and without missing bones."""
    bpy.ops.object.armature_human_metarig_add()
    metarig = context.view_layer.objects.active
    # Rigify measures in the world: the rig is made upright at the origin and goes to its place when it is done.
    metarig.matrix_world = Matrix.Identity(4)
    points = _points(armature, bones, frame)
    with edited_bones(context.view_layer, metarig) as edited:
        keep = {*points, "pelvis.L", "pelvis.R"}
        for bone in list(edited):
            if bone.name not in keep:
                edited.remove(bone)
        for name, (head, tail) in points.items():
            edited[name].head, edited[name].tail = head, tail
        for side in "LR":
            hip, thigh = points["spine"][0], points[f"thigh.{side}"][0]
            edited[f"pelvis.{side}"].head = hip
            edited[f"pelvis.{side}"].tail = hip.lerp(thigh, 0.8) + Vector((0, -0.04, 0.06)) * (thigh - hip).length * 8
        for name in points:
            _roll(edited[name], points)
    for name, posed in metarig.pose.bones.items():
        if name.startswith(("f_", "thumb")) and name.endswith((".01.L", ".01.R")):
            posed.rigify_parameters.primary_rotation_axis = "X"
    return metarig


def _points(armature: bpy.types.Object, bones: dict[str, str], frame: Matrix) -> Points:
    """Head and tail of each bone of the metarig, in ``frame``, for all joints that the armature has."""
    to_frame = frame.inverted() @ armature.matrix_world
    rest = {joint: to_frame @ armature.data.bones[bone].head_local for joint, bone in bones.items()}
    ends = {joint: to_frame @ armature.data.bones[bone].tail_local for joint, bone in bones.items()}
    known = [joint for joint in _SPINE if joint in rest]
    heights = np.interp(range(5), [_SPINE.index(joint) for joint in known], range(len(known)))
    line = [rest[joint] for joint in known]
    spine = [line[int(h)].lerp(line[min(int(h) + 1, len(line) - 1)], h % 1) for h in heights]
    crown = rest["head"] + Vector((0, 0, 1)) * 0.9 * (rest["head"] - spine[4]).length * 1.6
    chain = [*spine, spine[4].lerp(rest["head"], 0.5), rest["head"], crown]
    names = ["spine", *(f"spine.00{number}" for number in range(1, 7))]
    points: Points = {name: (chain[i], chain[i + 1]) for i, name in enumerate(names)}
    lowest = min(min(point.z for point in ends.values()), min(point.z for point in rest.values()))
    for side, mark in (("left", "L"), ("right", "R")):
        points |= _limbs(rest, ends, side, mark, lowest)
        points |= _hand(rest, ends, side, mark)
    return points


def _armature_data(rig: bpy.types.Object) -> bpy.types.Armature:
    assert isinstance(rig.data, bpy.types.Armature)
    return rig.data


def _limbs(rest: dict[str, Vector], ends: dict[str, Vector], side: str, mark: str, lowest: float) -> Points:
    at = {name: rest[side + name] for name in _LIMBS if side + name in rest}
    outward = Vector((1 if mark == "L" else -1, 0, 0))
    arm, leg = (at["Hand"] - at["UpperArm"]).length, (at["Foot"] - at["UpperLeg"]).length
    at["LowerArm"] = at["LowerArm"] + Vector((0, _BEND * arm, 0))
    at["LowerLeg"] = at["LowerLeg"] + Vector((0, -_BEND * leg, 0))
    at.setdefault("Shoulder", at["UpperArm"].lerp(rest["neck"], 0.75))
    at.setdefault("Toes", Vector((at["Foot"].x, at["Foot"].y - 0.3 * leg / 2, lowest + 0.02 * leg)))
    middle = rest.get(f"{side}MiddleProximal", at["Hand"] + (at["Hand"] - at["LowerArm"]) * 0.35)
    toe_tip = at["Toes"] + Vector((0, -0.09 * leg, 0))
    heel = Vector((at["Foot"].x, at["Foot"].y + 0.06 * leg, lowest))
    heads = ["Shoulder", "UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot", "Toes"]
    tails = [*(at[name] for name in ("UpperArm", "LowerArm", "Hand")), middle]
    tails += [*(at[name] for name in ("LowerLeg", "Foot", "Toes")), toe_tip]
    made = {f"{_LIMBS[head]}.{mark}": (at[head], tail) for head, tail in zip(heads, tails, strict=True)}
    made[f"heel.02.{mark}"] = (heel - outward * 0.04 * leg, heel + outward * 0.04 * leg)
    return made


def _hand(rest: dict[str, Vector], ends: dict[str, Vector], side: str, mark: str) -> Points:
    made: Points = {}
    for finger, name in _FINGERS.items():
        joints = finger_joints(rest.keys(), side, finger)
        if joints is None or (finger == "Thumb" and f"{side}IndexProximal" not in rest):
            continue
        heads = [rest[joint] for joint in joints]
        for number, (head, tail) in enumerate(zip(heads, [*heads[1:], ends[joints[-1]]], strict=True), 1):
            made[f"{name}.0{number}.{mark}"] = (head, tail)
        if finger in _PALMS:
            made[f"{_PALMS[finger]}.{mark}"] = (rest[f"{side}Hand"].lerp(heads[0], 0.25), heads[0])
    return made


def finger_joints(joints: object, side: str, finger: str) -> tuple[str, str, str] | None:
    """The three joints of a finger, by either of the two numberings of thumbs; ``None`` if one is missing."""
    for names in _PHALANXES.get(finger, _PHALANXES[""]):
        first, second, third = (f"{side}{finger}{name}" for name in names)
        if all(item in joints for item in (first, second, third)):
            return first, second, third
    return None


def _roll(bone: bpy.types.EditBone, points: Points) -> None:
    """Rolls a bone so that a positive rotation about its X curls a finger, and other bones as Rigify expects."""
    name, mark = bone.name, bone.name[-1]
    if name.startswith("thumb"):
        across = points[f"f_index.01.{mark}"][0] - bone.head
        bone.align_roll(across.normalized() + Vector((0, 0, -0.6)))
    elif name.startswith(("f_", "palm", "hand")):
        bone.align_roll(Vector((0, 0, -1)))
    elif name.startswith("spine"):
        bone.align_roll(Vector((0, -1, 0)))


def _generated(context: bpy.types.Context, metarig: bpy.types.Object) -> bpy.types.Object:
    context.view_layer.objects.active = metarig
    metarig.select_set(True)
    before, armatures = set(bpy.data.objects), set(bpy.data.armatures)
    try:
        bpy.ops.pose.rigify_generate()
        rig = metarig.data.rigify_target_rig
    except RuntimeError as error:
        rig, reason = None, str(error).strip()
    else:
        reason = "it made no rig"
    if rig is None:
        for obj in set(bpy.data.objects) - before:
            bpy.data.objects.remove(obj)
    # Rigify leaves the armature of a copy of its metarig behind.
    for data in set(bpy.data.armatures) - armatures:
        if not data.users:
            bpy.data.armatures.remove(data)
    if rig is None:
        raise InputError("Rigify could not make a rig for these bones: {reason}", reason=reason)
    return rig


def _following(
    context: bpy.types.Context, armature: bpy.types.Object, rig: bpy.types.Object, bones: dict[str, str]
) -> Generator[Progress, Any, None]:
    """Gives the rig a bone for each armature bone that it moves, and lets the latter copy the former."""
    moved = {bones[joint]: name for joint, name in _carriers(bones).items() if f"ORG-{name}" in rig.data.bones}
    to_rig = rig.matrix_world.inverted() @ armature.matrix_world
    with edited_bones(context.view_layer, rig) as edited:
        for bone, carrier in moved.items():
            added = edited.new(FOLLOWED + bone)
            rest = armature.data.bones[bone]
            added.head, added.tail = to_rig @ rest.head_local, to_rig @ rest.tail_local
            added.align_roll(to_rig.to_3x3() @ rest.matrix_local.to_3x3().col[2])
            added.parent = edited[f"ORG-{carrier}"]
            added.use_deform = False
    yield from settled(context)
    # A connected bone takes no place but the end of its parent, and Rigify's limbs stretch.
    with edited_bones(context.view_layer, armature) as edited:
        loosed = [bone for bone in moved if edited[bone].use_connect]
        for bone in loosed:
            edited[bone].use_connect = False
    armature[LOOSED_KEY] = loosed
    hidden = rig.data.collections.new("Atelier")
    hidden.is_visible = False
    for bone in moved:
        hidden.assign(rig.data.bones[FOLLOWED + bone])
        for kind in ("COPY_LOCATION", "COPY_ROTATION"):
            constraint = armature.pose.bones[bone].constraints.new(kind)
            constraint.name = f"{FOLLOWED}{kind}"
            constraint.target, constraint.subtarget = rig, FOLLOWED + bone
    yield _STEP
    context.view_layer.update()


def _carriers(bones: dict[str, str]) -> dict[str, str]:
    """``{joint: bone of the metarig}`` for the joints that the control rig moves; eyes and jaw follow the head."""
    found = {joint: name for joint, name in zip(_SPINE, ["spine", *(f"spine.00{n}" for n in range(1, 5))], strict=True)}
    found["head"] = "spine.006"
    for side, mark in (("left", "L"), ("right", "R")):
        found |= {side + name: f"{bone}.{mark}" for name, bone in _LIMBS.items()}
        for finger, name in _FINGERS.items():
            for number, joint in enumerate(finger_joints(bones.keys(), side, finger) or (), 1):
                found[joint] = f"{name}.0{number}.{mark}"
    return {joint: name for joint, name in found.items() if joint in bones}
