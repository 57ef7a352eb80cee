"""Hair on Blender objects: made with the avatar, fitted to any humanoid, following the traits, carried by exports."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.body.hair import WornHair, hair_of, wear_hair, worn_hair
from blender_addon.avatar.generating import generate_job
from blender_addon.avatar.live import editing as live
from blender_addon.avatar.stored import SEED_KEY, TRAITS_KEY, stored_traits
from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.exporting import export_job
from blender_addon.export.materials.reading import read_material
from ml_core import AvatarTraits, InputError
from tests.blender_addon.made_once import made_once


def avatar(context: bpy.types.Context, **traits: object) -> bpy.types.Object:
    def make() -> bpy.types.Object:
        report = run_to_end(generate_job(context, "", AvatarTraits(**traits), 7, 256, "Avatar"))
        return bpy.data.objects[report["object"]]

    return made_once(f"hair {traits}", make)


def base_color(obj: bpy.types.Object) -> np.ndarray:
    image = bpy.data.images[f"T_{obj.name}_BC"]
    pixels = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(-1, 4)[:, :3].mean(axis=0)


def test_an_avatar_gets_the_asked_hair_in_the_asked_color(clean_scene: bpy.types.Context) -> None:
    armature = avatar(clean_scene, hair_style="long_straight", hair="#a03010")
    hair = bpy.data.objects["Avatar_Hair"]
    assert hair.parent == armature
    assert hair.find_armature() == armature
    assert [group.name for group in hair.vertex_groups] == ["head", "neck", "upperChest"]
    assert hair.material_slots[0].material.name == "M_Avatar_Hair"
    red, green, blue = base_color(hair)
    assert red > 2 * green > 2 * blue
    total = [sum(element.weight for element in vertex.groups) for vertex in hair.data.vertices]
    assert np.allclose(total, 1, atol=0.02)
    assert not hair.data.validate()
    assert hair.data.has_custom_normals
    facts = read_material(hair.material_slots[0].material)
    assert set(facts.images) == {"base_color", "alpha", "roughness", "normal", "occlusion"}, "engines see its front"
    assert facts.alpha_cutoff == pytest.approx(0.4)
    assert "Transmission Weight" not in facts.extras, "backs alone let light through"
    assert not facts.is_approximate


def test_cards_whose_normals_look_away_are_lit(clean_scene: bpy.types.Context) -> None:
    """Along the outline of a head the normals of the mass of hair point away from the viewer, who sees the front of
    one card and the back of another."""
    hair = hair_of(avatar(clean_scene, hair_style="long_straight", hair="#a03010"))
    scene = bpy.data.scenes.new("Card")
    scene.world = bpy.data.worlds.new("Card")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.8, 0.8, 0.8, 1)
    scene.camera = bpy.data.objects.new("Card", bpy.data.cameras.new("Card"))
    scene.camera.location = (0, 0, 2)
    scene.collection.objects.link(scene.camera)
    scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = "CYCLES", 8, False
    scene.render.resolution_x = scene.render.resolution_y = 8
    scene.view_settings.view_transform = "Raw"
    light = {}
    for side, corners in {"front": (0, 1, 2, 3), "back": (3, 2, 1, 0)}.items():
        for name, normal in {"toward": (0.2, 0, 1), "away": (1, 0, -0.4)}.items():
            card = bpy.data.meshes.new("Card")
            card.from_pydata([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], [], [corners])
            card.shade_smooth()
            layer = card.uv_layers.new(name="UVMap")
            layer.data.foreach_set("uv", [0.1, 0.55, 0.11, 0.55, 0.11, 0.56, 0.1, 0.56])
            card.normals_split_custom_set_from_vertices([normal] * 4)
            card.materials.append(hair.material_slots[0].material)
            obj = bpy.data.objects.new("Card", card)
            scene.collection.objects.link(obj)
            with tempfile.TemporaryDirectory() as folder:
                scene.render.filepath = str(Path(folder) / "card.png")
                bpy.ops.render.render(write_still=True, scene=scene.name)
                image = bpy.data.images.load(scene.render.filepath)
                light[side, name] = float(np.array(image.pixels).reshape(-1, 4)[:, 0].mean())
            bpy.data.images.remove(image)
            bpy.data.objects.remove(obj)
    bpy.data.scenes.remove(scene)
    assert light["front", "toward"] > 0.02
    assert min(light.values()) > 0.4 * light["front", "toward"], light


def shown(hair: bpy.types.Object) -> np.ndarray:
    """Vertices as they are drawn: sliders and pose applied."""
    bpy.context.view_layer.update()
    return positions(hair.evaluated_get(bpy.context.evaluated_depsgraph_get()).data).copy()


def test_hair_turns_with_the_head_and_its_ends_stay_on_the_chest(clean_scene: bpy.types.Context) -> None:
    armature = avatar(clean_scene, hair_style="long_straight", hair="#a03010")
    hair = hair_of(armature)
    before = shown(hair)
    bone = armature.pose.bones["head"]
    bone.rotation_mode = "XYZ"
    bone.rotation_euler = (0, 0.6, 0)
    clean_scene.view_layer.update()
    after = shown(hair)
    moved = np.linalg.norm(after - before, axis=1)
    high = before[:, 2] > np.quantile(before[:, 2], 0.9)
    assert moved[high].max() > 0.03
    assert moved[before[:, 2] < before[:, 2].min() + 0.01].max() < 0.02


def test_the_seed_draws_a_style_and_none_takes_it_off(clean_scene: bpy.types.Context) -> None:
    armature = avatar(clean_scene)
    drawn = stored_traits(armature)[0].hair_style
    assert drawn not in (None, "none")
    assert json.loads(hair_of(armature)["atelier_hair"])["style"] == drawn
    wear_hair(clean_scene, armature, "none", "#000000", 0)
    assert hair_of(armature) is None
    assert not any(mesh.name.endswith("_Hair") for mesh in bpy.data.meshes)


def test_another_style_keeps_the_person(clean_scene: bpy.types.Context) -> None:
    """Color, brows and every other trait, by script and by button, also after a rename and while edited live."""
    armature = avatar(clean_scene, hair_style="bob", hair="#a03010", eye="#5d7992", top="#123456")
    clean_scene.scene.atelier.traits.hair = (0.1, 0.9, 0.1)  # of the next avatar
    before = stored_traits(armature)
    armature.name = "Ann"
    assert bpy.ops.atelier.set_hair(style="bun") == {"FINISHED"}
    assert stored_traits(armature) == (before[0].replace(hair_style="bun"), before[1])
    assert worn_hair(armature) == WornHair("bun", "#a03010", 7)
    live.begin(clean_scene, armature)
    assert bpy.ops.atelier.set_hair("INVOKE_DEFAULT", style="buzz") == {"FINISHED"}
    assert worn_hair(armature).color == "#a03010"
    assert clean_scene.scene.atelier.traits.hair_style == "buzz"
    live.end(clean_scene)
    body = next(child for child in armature.children if "_Body" in child.name)
    brown = base_color(body)
    assert bpy.ops.atelier.set_hair(color=(0.8, 0.6, 0.4)) == {"FINISHED"}
    assert worn_hair(armature) == WornHair("buzz", "#cc9966", 7)
    assert np.abs(base_color(body) - brown).max() > 0.005, "brows and scalp follow"
    blond = base_color(body)
    tones = {"tips": "#cc9966", "temples": "#999999"}
    assert bpy.ops.atelier.set_hair(toned={*tones}, tips=(0.8, 0.6, 0.4), temples=(0.6, 0.6, 0.6)) == {"FINISHED"}
    assert worn_hair(armature) == WornHair("buzz", "#cc9966", 7, tones)
    assert stored_traits(armature)[0].hair_tones == tones
    image = next(image for image in bpy.data.images if "Hair_BC" in image.name)
    assert image.size[0] == 2 * image.size[1]
    assert bpy.ops.atelier.set_hair(toned=set()) == {"FINISHED"}
    assert worn_hair(armature) == WornHair("buzz", "#cc9966", 7)
    assert bpy.ops.atelier.set_hair(style="none") == {"FINISHED"}
    assert hair_of(armature) is None
    assert np.abs(base_color(body) - blond).max() > 0.002, "the scalp is bare"
    assert stored_traits(armature)[0] == before[0].replace(hair_style="none", hair="#cc9966")
    assert bpy.ops.atelier.set_hair(style="bob") == {"FINISHED"}
    assert worn_hair(armature).color == "#cc9966"
    assert np.allclose(base_color(body), blond, atol=0.002)


def test_live_edits_reach_the_hair(clean_scene: bpy.types.Context) -> None:
    armature = avatar(clean_scene, hair_style="bob", hair="#a03010", eye="#5d7992", top="#123456")
    live.begin(clean_scene, armature)
    traits = clean_scene.scene.atelier.traits
    traits.hair = (0.8, 0.6, 0.2)
    assert base_color(hair_of(armature))[0] > 0.4
    faces = len(hair_of(armature).data.polygons)
    traits.hair_style = "bun"
    assert len(hair_of(armature).data.polygons) != faces
    assert hair_of(armature).name == "Avatar_Hair"
    traits.hair_style = "none"
    assert hair_of(armature) is None
    assert stored_traits(armature)[0].hair_style == "none"
    live.end(clean_scene)


def test_an_avatar_of_an_older_file_keeps_its_painted_hair(clean_scene: bpy.types.Context) -> None:
    armature = avatar(clean_scene, hair_style="painted")
    stored = stored_traits(armature)[0].to_dict()
    del stored["hair_style"]
    armature[TRAITS_KEY], armature[SEED_KEY] = json.dumps(stored), 7
    live.begin(clean_scene, armature)
    clean_scene.scene.atelier.traits.hair = (0.5, 0.1, 0.1)
    assert hair_of(armature) is None
    live.end(clean_scene)


def test_hair_on_somebody_elses_avatar(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    open_scene(sorted((data_dir / "avatars").rglob("*.glb"))[0])
    armature = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    hair = wear_hair(bpy.context, armature, "bob", "#4a3122", 3)
    assert hair is not None
    points = shown(hair) @ np.array(hair.matrix_world)[:3, :3].T + np.array(hair.matrix_world)[:3, 3]
    skull = next(bone for bone in armature.pose.bones if bone.name.lower().endswith("head"))
    size = np.ptp(points[:, 2])
    assert np.linalg.norm(points.mean(axis=0) - np.array(armature.matrix_world @ skull.head)) < 0.6 * size
    body = max(
        (one for one in armature.children_recursive if one.type == "MESH"), key=lambda one: len(one.data.vertices)
    )
    skin = positions(body.evaluated_get(bpy.context.evaluated_depsgraph_get()).data)
    skin = skin @ np.array(body.matrix_world)[:3, :3].T + np.array(body.matrix_world)[:3, 3]
    assert 0 < points[:, 2].max() - skin[:, 2].max() < 0.15 * size
    assert 0.1 < size / np.ptp(skin[:, 2]) < 0.22


def test_an_armature_without_a_body_takes_no_hair(clean_scene: bpy.types.Context) -> None:
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    clean_scene.collection.objects.link(armature)
    with pytest.raises(InputError):
        wear_hair(clean_scene, armature, "bob", "#000000", 0)
    assert len(bpy.data.objects) == 1


def test_an_export_carries_the_hair(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    avatar(clean_scene, hair_style="ponytail")
    run_to_end(export_job(clean_scene, tmp_path, ["web"]))
    path = next((tmp_path / "web").glob("*.glb"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    hair = next(obj for obj in bpy.data.objects if obj.type == "MESH" and "Hair" in obj.name)
    assert hair.find_armature() is not None
    assert hair.data.materials[0].name.startswith("M_")
    assert "Hair" in hair.data.materials[0].name
