# SPDX-License-Identifier: MIT-0 (no attribution needed)
"""Imports the export beside this file into Unreal Engine (5.3 or newer), from its editor.

Tools > Execute Python Script, or in the Output Log: py "…/import_to_unreal.py". Textures, one material with an instance
for each surface, static meshes with collision and levels of detail, skeletal meshes with clips; then every object is
placed in the open level. Run again, it imports over the same assets and replaces the actors that it placed.

The other scripts of this folder are its parts.
"""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path

import unreal

HERE = Path(globals().get("__file__") or sys.argv[0]).resolve().parent
PARTS = ("atelier_editor", "atelier_surfaces")
CENTIMETRES = 100.0
TAG = "Atelier"


def load_parts():
    """The modules beside this file, reloaded: another export may have loaded its own into this session."""
    for name in PARTS:
        sys.modules.pop(name, None)
    sys.path.insert(0, str(HERE))
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        import atelier_editor
        import atelier_surfaces
    finally:
        sys.path.remove(str(HERE))
        sys.dont_write_bytecode = before
    return atelier_editor, atelier_surfaces


editor, surfaces = load_parts()


def unreal_location(matrix):
    """Blender's meters, right-handed with Z up, to Unreal's centimeters, left-handed: Y changes its sign."""
    return tuple(sign * CENTIMETRES * row[3] for sign, row in zip((1, -1, 1), matrix))  # noqa: B905 - Python 3.9


def unreal_rotation(matrix):
    """(roll, pitch, yaw) in degrees, as FRotator counts them, of a Blender matrix without shear."""
    signs, scale = (1, -1, 1), unreal_scale(matrix)
    # Columns are where the axes go; a change of handedness turns both the source and the result.
    axes = [
        [signs[row] * signs[column] * matrix[row][column] / scale[column] for row in range(3)] for column in range(3)
    ]
    x_axis, y_axis, z_axis = axes
    pitch = math.atan2(x_axis[2], math.hypot(x_axis[0], x_axis[1]))
    yaw = math.atan2(x_axis[1], x_axis[0])
    level = (-math.sin(yaw), math.cos(yaw), 0.0)
    roll = math.atan2(_dot(z_axis, level), _dot(y_axis, level))
    return tuple(math.degrees(angle) for angle in (roll, pitch, yaw))


def unreal_scale(matrix):
    """The scale of an object relative to its asset along each axis; 1 along a flat axis."""
    return tuple(math.sqrt(sum(matrix[row][column] ** 2 for row in range(3))) or 1.0 for column in range(3))


def _dot(a, b):
    return sum(a[index] * b[index] for index in range(3))


def mesh_options(entry, report):
    """Options of Unreal's own FBX importer for one model of the manifest."""
    is_skeletal = entry["kind"] == "skeletal"
    kind = editor.enum("FBXImportType", "FBXIT_SKELETAL_MESH" if is_skeletal else "FBXIT_STATIC_MESH")
    options = unreal.FbxImportUI()
    editor.put(
        options,
        report,
        automated_import_should_detect_type=False,
        original_import_type=kind,
        mesh_type_to_import=kind,
        import_mesh=True,
        import_as_skeletal=is_skeletal,
        import_animations=bool(entry.get("clips")),
        import_materials=False,
        import_textures=False,
        create_physics_asset=is_skeletal,
    )
    data = options.get_editor_property("skeletal_mesh_import_data" if is_skeletal else "static_mesh_import_data")
    editor.put(
        data,
        report,
        import_uniform_scale=1.0,
        convert_scene=True,
        force_front_x_axis=False,
        convert_scene_unit=False,
        normal_import_method=editor.enum("FBXNormalImportMethod", "FBXNIM_IMPORT_NORMALS_AND_TANGENTS"),
        import_mesh_lo_ds=bool(entry.get("lods")),
    )
    if is_skeletal:
        editor.put(data, report, import_morph_targets=True, preserve_smoothing_groups=True, use_t0_as_ref_pose=False)
        clips = options.get_editor_property("anim_sequence_import_data")
        length = editor.enum("FBXAnimationLengthImportType", "FBXALIT_EXPORTED_TIME")
        editor.put(clips, report, import_uniform_scale=1.0, animation_length=length, import_bone_tracks=True)
    else:
        editor.put(
            data,
            report,
            combine_meshes=False,
            auto_generate_collision=False,
            one_convex_hull_per_ucx=True,
            generate_lightmap_u_vs="lightmap_uv" not in entry,
            remove_degenerates=True,
        )
    return options


def import_models(folder, destination, entries, instances, report):
    """Static and skeletal meshes by asset name, with their materials on them."""
    models = {}
    for entry in entries:
        path = folder / entry["path"]
        is_skeletal = entry["kind"] == "skeletal"
        where = destination + ("/Avatars/" + path.stem if is_skeletal else "/Meshes")
        made = editor.import_file(path, where, report, mesh_options(entry, report))
        mesh = editor.first_of(made, "SkeletalMesh" if is_skeletal else "StaticMesh")
        if mesh is None:
            report.problem(path.name + " gave no mesh")
            continue
        if is_skeletal:
            dress_skeletal(mesh, instances, report)
            name_clips(where, entry.get("clips", []), report)
        else:
            dress_static(mesh, entry, instances, report)
        models[path.stem] = mesh
        report.count("skeletal meshes" if is_skeletal else "static meshes")
    return models


def instance_of(slot, instances, report):
    """The instance for a material slot, by the name that the slot had in the file."""
    for field in ("imported_material_slot_name", "material_slot_name"):
        try:
            name = str(slot.get_editor_property(field))
        except Exception:  # noqa: BLE001 - Unreal raises bare Exception for a property that it has not
            continue
        if name in instances:
            return instances[name]
    report.problem("a material slot has no surface in materials.json")
    return None


def dress_static(mesh, entry, instances, report):
    """Sets materials, and the UV layer for lightmaps."""
    for index, slot in enumerate(mesh.get_editor_property("static_materials")):
        instance = instance_of(slot, instances, report)
        if instance is not None:
            mesh.set_material(index, instance)
    if "lightmap_uv" in entry:
        editor.put(mesh, report, light_map_coordinate_index=entry["lightmap_uv"].get("channel", 1))
    for collider in entry.get("colliders", []):
        report.count(collider["shape"] + " colliders")


def dress_skeletal(mesh, instances, report):
    """Sets materials; Unreal keeps only a new list of slots, not changes of the returned ones."""
    slots = []
    for slot in mesh.get_editor_property("materials"):
        fresh = unreal.SkeletalMaterial()
        for field in ("material_slot_name", "imported_material_slot_name", "uv_channel_data"):
            try:
                fresh.set_editor_property(field, slot.get_editor_property(field))
            except Exception:  # noqa: BLE001 - Unreal raises bare Exception for a property that it has not
                continue
        instance = instance_of(slot, instances, report)
        editor.put(fresh, report, material_interface=instance or slot.get_editor_property("material_interface"))
        slots.append(fresh)
    editor.put(mesh, report, materials=slots)


def name_clips(where, clips, report):
    """Gives animation sequences the names of their clips, which Unreal puts behind the name of the mesh."""
    assets = unreal.EditorAssetLibrary
    paths = [str(path).split(".")[0] for path in assets.list_assets(where, recursive=False)]
    sequences = [path for path in paths if isinstance(editor.load(path), unreal.AnimSequence)]
    for clip in clips:
        wanted = where + "/" + clip["name"]
        found = [path for path in sequences if path != wanted and path.endswith("_" + clip["name"])]
        if not found and len(clips) == 1:
            found = [path for path in sequences if path != wanted]
        if found:
            if assets.does_asset_exist(wanted):
                assets.delete_asset(wanted)
            assets.rename_asset(found[0], wanted)
        elif wanted not in sequences:
            report.problem("the clip {} was not imported".format(clip["name"]))
            continue
        report.count("clips")


def place(instances, models, destination, report):
    """Puts each object of layout.json into the open level; those of an earlier run are removed first."""
    actors = unreal.get_editor_subsystem(unreal.EditorActorSubsystem)
    mark = TAG + ":" + destination
    for actor in list(actors.get_all_level_actors()):
        if mark in [str(tag) for tag in actor.get_editor_property("tags")]:
            actors.destroy_actor(actor)
    for instance in instances:
        if instance["asset"] not in models:
            report.problem("{} is not placed: {} is missing".format(instance["object"], instance["asset"]))
            continue
        matrix = instance["matrix_world"]
        x, y, z = unreal_location(matrix)
        roll, pitch, yaw = unreal_rotation(matrix)
        actor = actors.spawn_actor_from_object(
            models[instance["asset"]], unreal.Vector(x, y, z), unreal.Rotator(roll=roll, pitch=pitch, yaw=yaw)
        )
        if actor is None:
            report.problem(instance["object"] + " could not be placed; open a level and run the script again")
            continue
        actor.set_actor_scale3d(unreal.Vector(*unreal_scale(matrix)))
        actor.set_actor_label(instance["object"])
        actor.set_folder_path(TAG)
        editor.put(actor, report, tags=[mark] + ([instance["label"]] if instance.get("label") else []))
        report.count("actors")


def read(folder, name):
    """A JSON file of the export."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def content_folder(folder):
    """Where the assets go: /Game/Atelier/<the folder's name>, in letters that Unreal accepts."""
    name = folder.parent.name if folder.name.lower() == "unreal" and folder.parent.name else folder.name
    return "/Game/Atelier/" + (re.sub("[^A-Za-z0-9_]+", "_", name).strip("_") or "Scene")


def import_export(folder):
    """Imports and places everything in ``folder``; returns the report, already printed."""
    manifest = read(folder, "manifest.json")
    if manifest.get("generator") != "avatar-atelier" or manifest.get("target") != "unreal":
        raise RuntimeError(f"{folder} is not an export for Unreal Engine")
    report = editor.Report()
    destination = content_folder(folder)
    materials = read(folder, "materials.json")
    entries = [entry for entry in manifest["files"] if entry["kind"] in ("static", "skeletal")]
    with unreal.ScopedSlowTask(4, "Importing " + destination) as progress:
        progress.make_dialog(True)
        progress.enter_progress_frame(1, "Textures")
        textures = surfaces.import_textures(folder, destination, materials, report)
        progress.enter_progress_frame(1, "Materials")
        instances = surfaces.make_instances(folder, destination, materials, textures, report)
        progress.enter_progress_frame(1, "Models")
        with editor.own_fbx_importer():
            models = import_models(folder, destination, entries, instances, report)
        progress.enter_progress_frame(1, "Placing objects")
        with unreal.ScopedEditorTransaction("Place " + destination):
            place(read(folder, "layout.json")["instances"], models, destination, report)
    for entry in manifest["files"]:
        if entry["kind"] == "scene":
            report.problem(entry["path"] + " holds cameras and lights: import it by File > Import Into Level")
    report.close()
    return report


if __name__ == "__main__":
    import_export(HERE)
