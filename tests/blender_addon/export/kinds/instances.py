"""What is shown many times, or not at all: collections, particles, vertices, faces, nodes, hidden things."""

from __future__ import annotations

from pathlib import Path

import bpy
from mathutils import Matrix

from .scene import (
    TWO,
    Check,
    Files,
    Paint,
    armature,
    ball,
    column,
    cube,
    keyed,
    kind,
    link,
    node_group,
    plane,
    skinned,
    unlinked,
)


def _kit(name: str, *objects: bpy.types.Object) -> bpy.types.Collection:
    kit = bpy.data.collections.new(name)
    for one in objects:
        unlinked(one, kit)
    return kit


def _shown(name: str, kit: bpy.types.Collection, place: tuple[float, ...]) -> bpy.types.Object:
    made = link(name, None, place)
    made.instance_type, made.instance_collection = "COLLECTION", kit
    return made


@kind()
def instances_of_collections(folder: Path) -> Check:
    """With an offset, nested, in the scene as well, hidden inside, of a text, with a camera and a light in it."""
    core, hidden, unseen = cube("Core"), cube("Hidden", (0, 3, 0)), cube("Unseen", (0, -3, 0))
    hidden.hide_viewport, unseen.hide_render = True, True
    lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    bpy.context.scene.collection.objects.link(lamp)
    words = bpy.data.curves.new("Sign", "FONT")
    words.body = "L"
    kit = _kit("Kit", core, hidden, unseen, lamp, link("Sign", words, (0, 0, 2)))
    kit.instance_offset = (0.5, 0, 0)
    for number in range(3):
        _shown(f"Place{number}", kit, (4 * number, 10, 0)).rotation_euler.z = number
    outer = bpy.data.collections.new("Outer")
    inner = _shown("Inner", kit, (0, 0, 5))
    unlinked(inner, outer)
    _shown("Nested", outer, (0, 20, 0)).scale = (2, 2, 2)

    def look(files: Files) -> None:
        cores = [one for one in files.all("nodes") if one["name"].startswith("SM_Core")]
        assert len(cores) == 4
        assert len({one["mesh"] for one in cores}) == 1
        assert sum("KHR_lights_punctual" in one.get("extensions", {}) for one in files.all("nodes")) == 4

    return look


@kind()
def instances_on_parts_of_meshes(folder: Path) -> Check:
    """On vertices along the normals, and on faces by their size; the parent itself is not rendered."""
    for number, how in enumerate(("VERTS", "FACES")):
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=2, y_subdivisions=2, size=4, location=(8 * number, 0, 0))
        base = bpy.context.object
        base.name = f"Base{how.title()}"
        base.data.transform(Matrix.Scale(1.5, 4, (1, 0, 0)))
        base.instance_type = how
        base.use_instance_vertices_rotation, base.use_instance_faces_scale = True, True
        base.show_instancer_for_render = base.show_instancer_for_viewport = False
        child = ball(f"Seed{how.title()}", (8 * number, 0, 0))
        child.parent = base

    def look(files: Files) -> None:
        for how, count in (("Verts", 9), ("Faces", 4)):
            found = [one for one in files.all("nodes") if one["name"].startswith(f"SM_Seed{how}")]
            assert len(found) == count, [one["name"] for one in files.all("nodes")]
            assert len({one["mesh"] for one in found}) == 1

    return look


@kind()
def particles(folder: Path) -> Check:
    """Objects and collections on hair, turned and of random size, and an emitter after some frames."""
    leaf, stone = cube("Leaf", (0, 0, -9), 0.2), ball("Stone", (1, 0, -9))
    kit = _kit("Stones", stone, cube("Pebble", (2, 0, -9), 0.1))
    for number, (name, how) in enumerate((("Hair", "OBJECT"), ("Mixed", "COLLECTION"), ("Emitter", "OBJECT"))):
        ground = plane(name, (6 * number, 0, 0), 4)
        ground.modifiers.new("Particles", "PARTICLE_SYSTEM")
        settings = ground.particle_systems[0].settings
        settings.type = "EMITTER" if name == "Emitter" else "HAIR"
        settings.count, settings.render_type, settings.particle_size, settings.size_random = 12, how, 0.5, 0.5
        settings.use_advanced_hair, settings.use_rotations, settings.phase_factor_random = True, True, 1
        settings.frame_start, settings.frame_end, settings.lifetime = 1, 5, 100
        if how == "OBJECT":
            settings.instance_object = leaf
        else:
            settings.instance_collection = kit
    for frame in range(1, 13):
        bpy.context.scene.frame_set(frame)

    def look(files: Files) -> None:
        nodes = [one["name"] for one in files.all("nodes")]
        assert sum(one.startswith("SM_Leaf") for one in nodes) == 25, nodes  # itself, 12 and 12
        assert sum(one.startswith(("SM_Stone", "SM_Pebble")) for one in nodes) == 12

    return look


@kind()
def instances_of_nodes(folder: Path) -> Check:
    """On points, picked from a collection, scaled by a random value, realized, and of geometry that nodes make."""
    kit = _kit("Picks", cube("Pick A", (0, 0, -9), 0.3), ball("Pick B", (0, 0, -9)))
    for number, how in enumerate(("Instances", "Realized", "Made")):
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=2, y_subdivisions=2, size=4, location=(8 * number, 0, 0))
        base = bpy.context.object
        base.name = how
        Paint(how, base, Base_Color=(0.1, 0.5, 0.2, 1))
        tree, given, made = node_group(base, how)
        put = tree.nodes.new("GeometryNodeInstanceOnPoints")
        tree.links.new(given, put.inputs["Points"])
        sizes = tree.nodes.new("FunctionNodeRandomValue")
        tree.links.new(next(one for one in sizes.outputs if one.enabled), put.inputs["Scale"])
        if how == "Made":
            cone = tree.nodes.new("GeometryNodeMeshCone")
            tree.links.new(cone.outputs[0], put.inputs["Instance"])
        else:
            picks = tree.nodes.new("GeometryNodeCollectionInfo")
            picks.inputs["Collection"].default_value = kit
            picks.inputs["Separate Children"].default_value = picks.inputs["Reset Children"].default_value = True
            tree.links.new(picks.outputs[0], put.inputs["Instance"])
            put.inputs["Pick Instance"].default_value = True
        last = put.outputs[0]
        if how == "Realized":
            real = tree.nodes.new("GeometryNodeRealizeInstances")
            tree.links.new(last, real.inputs[0])
            last = real.outputs[0]
        join = tree.nodes.new("GeometryNodeJoinGeometry")
        tree.links.new(last, join.inputs[0])
        tree.links.new(given, join.inputs[0])
        tree.links.new(join.outputs[0], made)

    def look(files: Files) -> None:
        nodes = [one for one in files.all("nodes") if "mesh" in one]
        assert len(nodes) == 3 + 18, [one["name"] for one in nodes]

    return look


@kind()
def characters_in_collections(folder: Path) -> Check:
    """One that a collection shows twice, and one that a sword of a collection hangs on."""
    rig = armature("Guard", TWO)
    body = skinned(rig, column("Body"))
    kit = _kit("Guards", rig, body)
    for number in range(2):
        _shown(f"Post{number}", kit, (4 * number, 0, 0))
    hero = armature("Hero", TWO, (0, 8, 0))
    skinned(hero, column("Skin", (0, 0, 0)))
    blade = cube("Blade", (0, 0, 0), 0.3)
    sword = _shown("Sword", _kit("Swords", blade), (0, 0.5, 0))
    sword.parent, sword.parent_type, sword.parent_bone = hero, "BONE", "tip"

    def look(files: Files) -> None:
        assert "SK_Guard" in files.documents
        hero_nodes = {one["name"] for one in files.documents["SK_Hero"][0]["nodes"]}
        assert any("Blade" in one for one in hero_nodes) or "object_on_bone" in files.told, hero_nodes

    return look


@kind()
def hidden_things(folder: Path) -> Check:
    """Hidden in the view, in renders, by a collection, by an excluded one, by a parent that is: each as it shows."""
    scene = bpy.context.scene
    cube("Shown")
    hidden = cube("By eye", (3, 0, 0))
    hidden.hide_set(True)
    cube("By screen", (6, 0, 0)).hide_viewport = True
    cube("By camera", (9, 0, 0)).hide_render = True
    for number, how in enumerate(("Excluded", "Collection hidden", "Collection not rendered")):
        made = bpy.data.collections.new(how)
        scene.collection.children.link(made)
        unlinked(cube(how, (12 + 3 * number, 0, 0)), made)
        layer = bpy.context.view_layer.layer_collection.children[how]
        if how == "Excluded":
            layer.exclude = True
        elif how == "Collection hidden":
            layer.hide_viewport = True
        else:
            made.hide_render = True
    parent = cube("Parent", (24, 0, 0))
    child = cube("Child", (0, 0, 3))
    child.parent = parent
    parent.hide_render = True

    def look(files: Files) -> None:
        names = {one["name"] for one in files.all("nodes")}
        assert {"SM_Shown", "SM_Child"} <= names
        assert not names & {
            "SM_By_eye",
            "SM_By_screen",
            "SM_By_camera",
            "SM_Parent",
            "SM_Excluded",
            "SM_Collection_hidden",
        }
        assert "SM_Collection_not_rendered" not in names

    return look


@kind()
def copies_of_one_mesh(folder: Path) -> Check:
    """Linked copies: alike, mirrored, with other materials, with other modifiers, with keys at other values."""
    first = ball("Copy 0")
    Paint("Red", first, Base_Color=(1, 0, 0, 1))
    blue = Paint("Blue", Base_Color=(0, 0, 1, 1)).material
    for number in range(1, 5):
        made = link(f"Copy {number}", first.data, (3 * number, 0, 0))
        if number == 2:
            made.scale.x = -1
        elif number == 3:
            made.material_slots[0].link = "OBJECT"
            made.material_slots[0].material = blue
        elif number == 4:
            made.modifiers.new("Solidify", "SOLIDIFY").thickness = 0.3

    def look(files: Files) -> None:
        meshes = {one["name"]: one["mesh"] for one in files.all("nodes") if "mesh" in one}
        assert meshes["SM_Copy_0"] == meshes["SM_Copy_1"]
        assert len(set(meshes.values())) >= 3

    return look


@kind(told=("hair_curves", "point_cloud", "grease_pencil", "volume"))
def what_has_no_faces(folder: Path) -> Check | None:
    """Hair, points, strokes and smoke are told."""
    cube("Thing")
    fur = bpy.data.hair_curves.new("Fur")
    fur.add_curves([4])
    link("Fur", fur)
    link("Dust", bpy.data.pointclouds.new("Dust"))
    link("Smoke", bpy.data.volumes.new("Smoke"))
    bpy.ops.object.grease_pencil_add(type="STROKE")
    points = cube("Scattered", (5, 0, 0))
    tree, given, made = node_group(points)
    cloud, join = tree.nodes.new("GeometryNodeMeshToPoints"), tree.nodes.new("GeometryNodeJoinGeometry")
    tree.links.new(given, cloud.inputs[0])
    tree.links.new(cloud.outputs[0], join.inputs[0])
    tree.links.new(given, join.inputs[0])
    tree.links.new(join.outputs[0], made)
    return None


@kind(told=("particles_stay",))
def hair_of_particles(folder: Path) -> Check | None:
    """Strands that are rendered as such have no faces: told."""
    ground = plane("Meadow", (0, 0, 0), 4)
    ground.modifiers.new("Grass", "PARTICLE_SYSTEM")
    ground.particle_systems[0].settings.type = "HAIR"
    ground.particle_systems[0].settings.count = 20
    return None


@kind(targets=("web",), options={"gpu_instances": True})
def instances_of_the_gpu(folder: Path) -> Check:
    """What repeats a mesh is one node; what moves or has properties is a node of its own, and its clip still its."""
    _kit("Kit", ball("Stone"))
    for number in range(6):
        _shown(f"Place{number}", bpy.data.collections["Kit"], (2 * number, 10, 0)).scale = (1 + number / 5,) * 3
    fan = cube("Fan", (0, -5, 0))
    for number in range(3):
        made = link(f"Fan {number}", fan.data, (3 * number, -10, 0))
        made.rotation_euler.z = number
    keyed(fan, "location", {1: (0, -5, 0), 11: (2, -5, 0)})
    bpy.data.objects["Fan 2"]["price"] = 3

    def look(files: Files) -> None:
        nodes = files.documents["scene"][0]["nodes"]
        repeated = {one["name"]: one for one in nodes if "extensions" in one}
        counts = {
            name: files.documents["scene"][0]["accessors"][
                one["extensions"]["EXT_mesh_gpu_instancing"]["attributes"]["TRANSLATION"]
            ]["count"]
            for name, one in repeated.items()
        }
        assert sorted(counts.values()) == [2, 6], counts
        moved = {nodes[one["target"]["node"]]["name"] for clip in files.all("animations") for one in clip["channels"]}
        assert moved == {"SM_Fan"}
        assert files.one("nodes", "SM_Fan_2")["extras"] == {"price": 3}

    return look


@kind(targets=("web", "unity"))
def sets_behind(folder: Path) -> Check:
    """A background scene shows behind the own one, with an instance; a third scene does not."""
    front = cube("Front")
    behind, unseen = bpy.data.scenes.new("Set"), bpy.data.scenes.new("Unseen")
    kit = bpy.data.collections.new("Kit")
    kit.objects.link(bpy.data.objects.new("Stone", front.data))
    shown = bpy.data.objects.new("Stones", None)
    shown.instance_type, shown.instance_collection, shown.location = "COLLECTION", kit, (6, 0, 0)
    wall = bpy.data.objects.new("Wall", front.data.copy())
    wall.location = (3, 0, 0)
    for obj in (wall, shown):
        behind.collection.objects.link(obj)
    unseen.collection.objects.link(bpy.data.objects.new("Nowhere", front.data.copy()))
    bpy.context.scene.background_set = behind

    def look(files: Files) -> None:
        assert len([node for node in files.all("nodes") if "mesh" in node]) == 3

    return look
