"""Small scenes that each show one finding on what stays behind, for the tests of preflight."""

from __future__ import annotations

import json
from pathlib import Path

import bpy

from blender_addon.bridge.vrm.stored import DATA_KEY
from blender_addon.export.options import ExportOptions

from .preflight_scenes import Case, cube, rig
from .preflight_scenes import material as new_material


def material(obj: bpy.types.Object) -> tuple[bpy.types.Material, bpy.types.Node]:
    made = new_material(obj)
    return made, next(node for node in made.node_tree.nodes if node.type == "BSDF_PRINCIPLED")


def _object(name: str, data: bpy.types.ID | None) -> bpy.types.Object:
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    return made


def _hair(obj: bpy.types.Object, folder: Path) -> None:
    curves = bpy.data.hair_curves.new("Fur")
    curves.add_curves([4])
    _object("Fur", curves)


def _points(obj: bpy.types.Object, folder: Path) -> None:
    _object("Dust", bpy.data.pointclouds.new("Dust"))


def _smoke(obj: bpy.types.Object, folder: Path) -> None:
    _object("Smoke", bpy.data.volumes.new("Smoke"))


def _strokes(obj: bpy.types.Object, folder: Path) -> None:
    bpy.ops.object.grease_pencil_add(type="STROKE")


def _camera(obj: bpy.types.Object, folder: Path) -> None:
    _object("Camera", bpy.data.cameras.new("Camera"))


def _falling_light(obj: bpy.types.Object, folder: Path) -> None:
    _object("Lamp", light := bpy.data.lights.new("Lamp", "POINT"))
    light.use_nodes = True
    tree = light.node_tree
    emission = next(node for node in tree.nodes if node.type == "EMISSION")
    tree.links.new(tree.nodes.new("ShaderNodeLightFalloff").outputs["Linear"], emission.inputs["Strength"])


def _sky(obj: bpy.types.Object, folder: Path) -> None:
    world = bpy.data.worlds.new("Sky")
    world.use_nodes = True
    tree = world.node_tree
    background = next(node for node in tree.nodes if node.type == "BACKGROUND")
    tree.links.new(tree.nodes.new("ShaderNodeTexSky").outputs["Color"], background.inputs["Color"])
    bpy.context.scene.world = world


def _speaker(obj: bpy.types.Object, folder: Path) -> None:
    _object("Radio", bpy.data.speakers.new("Radio"))


def _probe(obj: bpy.types.Object, folder: Path) -> None:
    _object("Probe", bpy.data.lightprobes.new("Probe", "SPHERE"))


def _cuts(obj: bpy.types.Object, folder: Path) -> None:
    _object("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.timeline_markers.new("Cut", frame=10).camera = bpy.data.objects["Camera"]


def _stretched(obj: bpy.types.Object, folder: Path) -> None:
    bpy.context.scene.render.frame_map_new = 200


def _elsewhere(obj: bpy.types.Object, folder: Path) -> None:
    material = bpy.data.materials.new("Board")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    place, picture = nodes.new("ShaderNodeUVMap"), nodes.new("ShaderNodeTexImage")
    place.uv_map, picture.image = "Detail", bpy.data.images.new("Board", 4, 4)
    shader = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    links.new(place.outputs[0], picture.inputs["Vector"])
    links.new(picture.outputs["Color"], shader.inputs["Base Color"])
    obj.data.materials.append(material)


def _light(obj: bpy.types.Object, folder: Path) -> None:
    _object("Lamp", bpy.data.lights.new("Lamp", "POINT"))


def _parent(obj: bpy.types.Object, folder: Path) -> None:
    obj.parent = _object("Group", None)


def _bare_rig(obj: bpy.types.Object, folder: Path) -> None:
    _object("Rig", bpy.data.armatures.new("Rig"))


def _turning(obj: bpy.types.Object, folder: Path) -> None:
    for frame in (1, 10):
        obj.rotation_euler.z = frame
        obj.keyframe_insert("rotation_euler", frame=frame)


def _keyed(obj: bpy.types.Object) -> bpy.types.ShapeKey:
    obj.shape_key_add(name="Basis")
    key = obj.shape_key_add(name="Up")
    key.data[0].co.z += 1
    return key


def _key_motion(obj: bpy.types.Object, folder: Path) -> None:
    key = _keyed(obj)
    for frame in (1, 10):
        key.value = frame / 10
        key.keyframe_insert("value", frame=frame)


def _key_value(obj: bpy.types.Object, folder: Path) -> None:
    _keyed(obj).value = 0.5


def _muted_key(obj: bpy.types.Object, folder: Path) -> None:
    _keyed(obj).mute = True


def _welded_keys(obj: bpy.types.Object, folder: Path) -> None:
    _keyed(obj)
    obj.modifiers.new("Weld", "WELD")


def _blinking(obj: bpy.types.Object, folder: Path) -> None:
    material(obj)[1].inputs["Roughness"].keyframe_insert("default_value", frame=1)


def _coated(obj: bpy.types.Object, folder: Path) -> None:
    material(obj)[1].inputs["Coat Weight"].default_value = 1


def _bright_picture(obj: bpy.types.Object, folder: Path) -> None:
    made, principled = material(obj)
    picture = made.node_tree.nodes.new("ShaderNodeTexImage")
    picture.image = bpy.data.images.new("Screen", 4, 4)
    picture.image.pack()
    made.node_tree.links.new(picture.outputs["Color"], principled.inputs["Emission Color"])
    principled.inputs["Emission Strength"].default_value = 4


def _fresnel(obj: bpy.types.Object, folder: Path) -> None:
    made, principled = material(obj)
    nodes, links = made.node_tree.nodes, made.node_tree.links
    mix, edge, shine = (nodes.new(f"ShaderNode{name}") for name in ("MixShader", "Fresnel", "BsdfGlossy"))
    links.new(edge.outputs["Fac"], mix.inputs[0])
    links.new(principled.outputs["BSDF"], mix.inputs[1])
    links.new(shine.outputs["BSDF"], mix.inputs[2])
    links.new(mix.outputs["Shader"], made.node_tree.get_output_node("ALL").inputs["Surface"])


def _diffuse(obj: bpy.types.Object, folder: Path) -> None:
    made, _ = material(obj)
    shader = made.node_tree.nodes.new("ShaderNodeBsdfDiffuse")
    made.node_tree.links.new(shader.outputs["BSDF"], made.node_tree.get_output_node("ALL").inputs["Surface"])


def _walking_rig(obj: bpy.types.Object, folder: Path) -> None:
    armature = rig(obj)
    for frame in (1, 10):
        armature.location.y = frame
        armature.keyframe_insert("location", frame=frame)


def _short_strip(obj: bpy.types.Object, folder: Path) -> None:
    _turning(obj, folder)
    animation = obj.animation_data
    action, slot = animation.action, animation.action_slot
    animation.action = None
    strip = animation.nla_tracks.new().strips.new("Turn", 1, action)
    strip.action_slot, strip.action_frame_end = slot, 5


def _noted(obj: bpy.types.Object, folder: Path) -> None:
    obj["notes"] = str(folder / "notes.txt")


def _posed(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj).pose.bones[0].location.x = 0.3


def _two_rigs(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)
    other = rig(cube("Other"))
    obj.modifiers.new("Second", "ARMATURE").object = other


def _held(obj: bpy.types.Object, folder: Path) -> None:
    armature = rig(cube("Body"))
    obj.parent, obj.parent_type, obj.parent_bone = armature, "BONE", armature.data.bones[0].name


def _gliding_skin(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)
    _turning(obj, folder)


def _turning_below_a_stretched_one(obj: bpy.types.Object, folder: Path) -> None:
    obj.parent = _object("Stretched", None)
    obj.parent.scale = (3, 1, 1)
    _turning(obj, folder)


def _nodding_in_a_stretched_one(obj: bpy.types.Object, folder: Path) -> None:
    _nodding(obj, folder)
    obj.find_armature().scale = (1, 1, 2)


def _held_and_led(obj: bpy.types.Object, folder: Path) -> None:
    _held(obj, folder)
    obj.constraints.new("DAMPED_TRACK").target = cube("Goal")


def _nodding(obj: bpy.types.Object, folder: Path) -> None:
    bone = rig(obj).pose.bones[0]
    for frame in (1, 10):
        bone.location.y = frame
        bone.keyframe_insert("location", frame=frame)


def _counting(obj: bpy.types.Object, folder: Path) -> None:
    for frame in (1, 10):
        obj["score"] = float(frame)
        obj.keyframe_insert('["score"]', frame=frame)


def _dense(obj: bpy.types.Object, folder: Path) -> None:
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=320, y_subdivisions=320, location=(3, 0, 0))


def _full_of_uvs(obj: bpy.types.Object, folder: Path) -> None:
    while len(obj.data.uv_layers) < 8:
        obj.data.uv_layers.new(name=f"Map{len(obj.data.uv_layers)}")


def _dense_skin(obj: bpy.types.Object, folder: Path) -> None:
    _dense(obj, folder)
    rig(bpy.context.object)


def _vrm(obj: bpy.types.Object, folder: Path, modification: str = "allowModification") -> None:
    """An armature with the data of a VRM, whose head bone is gone."""
    armature = rig(cube("Body"))
    blocks = {
        "meta": {"authors": ["A. Author"], "modification": modification},
        "humanBones": {"hips": {"node": 0}, "head": {"node": 1}},
    }
    bones = {"0": armature.data.bones[0].name, "1": "gone"}
    armature.data[DATA_KEY] = json.dumps({"uid": "0" * 32, "version": 1, "blocks": blocks, "bones": bones})


def _unchangeable_vrm(obj: bpy.types.Object, folder: Path) -> None:
    _vrm(obj, folder, "prohibited")


def _waving(obj: bpy.types.Object, folder: Path) -> None:
    obj.modifiers.new("Wave", "WAVE")


def _appearing(obj: bpy.types.Object, folder: Path) -> None:
    obj.keyframe_insert("hide_render", frame=1)


def _zooming(obj: bpy.types.Object, folder: Path) -> None:
    _object("Camera", bpy.data.cameras.new("Camera")).data.keyframe_insert("lens", frame=1)


def _grass(obj: bpy.types.Object, folder: Path) -> None:
    obj.modifiers.new("Grass", "PARTICLE_SYSTEM")
    obj.particle_systems[0].settings.type = "HAIR"


def _bendy(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj).data.bones[0].bbone_segments = 4


def _round_joints(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)
    obj.modifiers[0].use_deform_preserve_volume = True


def _film(obj: bpy.types.Object, folder: Path) -> None:
    made, principled = material(obj)
    picture = made.node_tree.nodes.new("ShaderNodeTexImage")
    picture.image = bpy.data.images.new("Film", 4, 4)
    picture.image.source = "SEQUENCE"
    made.node_tree.links.new(picture.outputs["Color"], principled.inputs["Base Color"])


STAYING = [
    Case("shape_motion_stays", _waving, repair=False),
    Case("visibility_motion_stays", _appearing, repair=False),
    Case("settings_motion_stays", _zooming, repair=False, targets=("web",)),
    Case("particles_stay", _grass, repair=False),
    Case("bendy_bones", _bendy, repair=False),
    Case("preserved_volume", _round_joints, repair=False, severity="info"),
    Case("material_motion_stays", _film, repair=False, targets=("web",)),
    Case("actions_left", _turning, repair=False, options=ExportOptions(actions="nla"), severity="info"),
    Case("rest_pose", _posed, repair=False, options=ExportOptions(pose="rest"), severity="info"),
    Case("no_lightmap_uvs", _dense, repair=False, options=ExportOptions()),
    Case("no_lightmap_room", _full_of_uvs, repair=False, options=ExportOptions(), severity="info"),
    Case("no_skinned_levels", _dense_skin, repair=False),
    Case("vrm_lost", _vrm, repair=False, targets=("vrm",)),
    Case("vrm_rights", _vrm, repair=False, targets=("vrm",), severity="info"),
    Case("vrm_no_changes", _unchangeable_vrm, repair=False),
    Case("vrm_stays", _vrm, repair=False, severity="info"),
    Case("hair_curves", _hair, repair=False),
    Case("point_cloud", _points, repair=False),
    Case("volume", _smoke, repair=False),
    Case("grease_pencil", _strokes, repair=False),
    Case("camera_stays", _camera, repair=False, severity="info"),
    Case("light_stays", _light, repair=False, severity="info"),
    Case("light_nodes_stay", _falling_light, repair=False, targets=("web",)),
    Case("world_stays", _sky, repair=False, severity="info"),
    Case("speaker_stays", _speaker, repair=False, severity="info"),
    Case("probe_stays", _probe, repair=False, severity="info"),
    Case("camera_markers_stay", _cuts, repair=False, severity="info"),
    Case("time_remapped", _stretched, repair=False, severity="info"),
    Case("missing_layer", _elsewhere, repair=False),
    Case("empties_stay", _parent, repair=False, targets=("web",), severity="info"),
    Case("bare_armature", _bare_rig, repair=False, severity="info"),
    Case("motion_stays", _turning, repair=False),
    Case("bones_motion_stays", _nodding, repair=False, targets=("usd",)),
    Case("properties_motion_stays", _counting, repair=False, targets=("web",), severity="info"),
    Case("keys_motion_stays", _key_motion, repair=False),
    Case("keys_begin", _key_motion, repair=False, targets=("web",), severity="info"),
    Case("keys_switched_off", _muted_key, repair=False, severity="info"),
    Case("material_motion_stays", _blinking, repair=False, targets=("web",)),
    Case("keys_may_be_lost", _welded_keys, repair=False),
    Case("key_values_settled", _key_value, repair=False, targets=("usd",), severity="info"),
    Case("shading_stays", _coated, repair=False),
    Case("light_of_pictures", _bright_picture, repair=False, targets=("usd",)),
    Case("approximate_material", _fresnel, repair=False),
    Case("nodes_worked_out", _diffuse, repair=False, severity="info"),
    Case("armature_motion", _walking_rig, repair=False, severity="info"),
    Case("clip_trimmed", _short_strip, repair=False, targets=("web",), severity="info"),
    Case("properties_stay", _noted, repair=False, options=ExportOptions(), severity="info"),
    Case("shown_pose", _posed, repair=False, severity="info"),
    Case("second_armature", _two_rigs, repair=False),
    Case("object_on_bone", _held, repair=False, severity="info"),
    Case("skin_motion_stays", _gliding_skin, repair=False),
    Case("sheared_motion", _turning_below_a_stretched_one, repair=False, targets=("web",)),
    Case("sheared_bones", _nodding_in_a_stretched_one, repair=False),
    Case("motion_beside_bone", _held_and_led, repair=False),
]
