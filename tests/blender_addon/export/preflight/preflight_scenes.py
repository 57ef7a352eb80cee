"""Small scenes that each show one finding: a function that builds it, and what the target and the options are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import bmesh
import bpy
import numpy as np

from blender_addon.export.options import ExportOptions


@dataclass(frozen=True)
class Case:
    """``build`` makes the scene from a clean cube named Thing; ``repair`` says whether a button puts it right."""

    kind: str
    build: Callable[[bpy.types.Object, Path], None]
    repair: bool = True
    targets: tuple[str, ...] = ("unity",)
    options: ExportOptions = field(default_factory=lambda: ExportOptions(repair_copies=False))
    severity: str = "warning"


def cube(name: str = "Thing", size: float = 1.0) -> bpy.types.Object:
    """A cube with UVs that none of the checks object to."""
    bpy.ops.mesh.primitive_cube_add(size=size)
    bpy.context.object.name = bpy.context.object.data.name = name
    return bpy.context.object


def add(obj: bpy.types.Object, points: list, faces: list, edges: list | None = None) -> None:
    """Appends to a mesh; negative indices count from the vertices that were there."""
    with_mesh = bmesh.new()
    with_mesh.from_mesh(obj.data)
    made = [with_mesh.verts.new(point) for point in points]
    with_mesh.verts.ensure_lookup_table()
    for face in faces:
        with_mesh.faces.new([made[index] if index >= 0 else with_mesh.verts[-index - 1] for index in face])
    for edge in edges or []:
        with_mesh.edges.new([made[index] for index in edge])
    with_mesh.to_mesh(obj.data)
    with_mesh.free()
    obj.data.update()


def _scaled(obj: bpy.types.Object, folder: Path) -> None:
    obj.scale = (2, 1, 0.5)


def _mirrored(obj: bpy.types.Object, folder: Path) -> None:
    obj.scale = (-1, 1, 1)


def _flat(obj: bpy.types.Object, folder: Path) -> None:
    obj.scale.z = 0


def _nowhere(obj: bpy.types.Object, folder: Path) -> None:
    obj.location.x = float("nan")


def _far(obj: bpy.types.Object, folder: Path) -> None:
    obj.location.x = 5000


def _nan(obj: bpy.types.Object, folder: Path) -> None:
    obj.data.vertices[0].co.x = float("nan")


def _no_faces(obj: bpy.types.Object, folder: Path) -> None:
    obj.data.clear_geometry()


def _zero_area(obj: bpy.types.Object, folder: Path) -> None:
    add(obj, [(2, 0, 0), (3, 0, 0), (4, 0, 0)], [(0, 1, 2)])


def _loose(obj: bpy.types.Object, folder: Path) -> None:
    add(obj, [(2, 0, 0), (3, 0, 0), (5, 5, 5)], [], [(0, 1)])


def _duplicates(obj: bpy.types.Object, folder: Path) -> None:
    face = obj.data.polygons[2]
    add(obj, [tuple(obj.data.vertices[index].co) for index in face.vertices], [(0, 1, 2, 3)])


def _crowded(obj: bpy.types.Object, folder: Path) -> None:
    first, second = obj.data.edges[0].vertices
    add(obj, [(3, 3, 3)], [(0, -first - 1, -second - 1)])


def _turned(obj: bpy.types.Object, folder: Path) -> None:
    obj.data.polygons[0].flip()
    obj.data.update()


def _ngon(obj: bpy.types.Object, folder: Path) -> None:
    ring = [(2 + np.cos(a), np.sin(a), 0) for a in np.linspace(0, 2 * np.pi, 7)[:-1]]
    add(obj, ring, [(0, 1, 2, 3, 4, 5)])


def _heavy(obj: bpy.types.Object, folder: Path) -> None:
    modifier = obj.modifiers.new("Subdivision", "SUBSURF")
    modifier.subdivision_type, modifier.levels = "SIMPLE", 7


def _no_uv(obj: bpy.types.Object, folder: Path) -> None:
    obj.data.uv_layers.remove(obj.data.uv_layers[0])


def _bad_uv(obj: bpy.types.Object, folder: Path) -> None:
    obj.data.uv_layers[0].uv[3].vector = (float("nan"), 0)


def _stacked_uv(obj: bpy.types.Object, folder: Path) -> None:
    obj.data.uv_layers[0].uv.foreach_set("vector", np.tile(np.array([0, 0, 1, 0, 1, 1, 0, 1], np.float32), 6))


def _bad_name(obj: bpy.types.Object, folder: Path) -> None:
    obj.name = "Stühle.L 01"


def _equal_names(obj: bpy.types.Object, folder: Path) -> None:
    other = cube("thing")
    other.location.x = 5


def _hidden_part(obj: bpy.types.Object, folder: Path) -> None:
    inner = bmesh.new()
    inner.from_mesh(obj.data)
    for vert in bmesh.ops.duplicate(inner, geom=inner.faces)["geom"]:
        if isinstance(vert, bmesh.types.BMVert):
            vert.co *= 0.3
    inner.to_mesh(obj.data)
    inner.free()


def _hidden_object(obj: bpy.types.Object, folder: Path) -> None:
    cube("Inner", 0.4)


def material(obj: bpy.types.Object) -> bpy.types.Material:
    """A material with nodes, on the object."""
    made = bpy.data.materials.new("Paint")
    made.use_nodes = True
    obj.data.materials.append(made)
    return made


def image_of(obj: bpy.types.Object, path: Path, width: int = 8, height: int = 8) -> bpy.types.Image:
    """A saved image as the base color of the object."""
    image = bpy.data.images.new(path.stem, width, height)
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    image.source = "FILE"
    tree = material(obj).node_tree
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    tree.links.new(tree.nodes["Principled BSDF"].inputs["Base Color"], node.outputs["Color"])
    return image


def _missing_image(obj: bpy.types.Object, folder: Path) -> None:
    image_of(obj, folder / "wood.png").filepath = str(folder / "gone.png")


def _colored_roughness(obj: bpy.types.Object, folder: Path) -> None:
    image_of(obj, folder / "wood.png")
    tree = obj.data.materials[0].node_tree
    picture = next(node for node in tree.nodes if node.type == "TEX_IMAGE")
    tree.links.new(picture.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Roughness"])


def _lost_library(obj: bpy.types.Object, folder: Path) -> None:
    library = folder / "kit.blend"
    bpy.data.libraries.write(str(library), {bpy.data.materials.new("Paint")})
    with bpy.data.libraries.load(str(library), link=True) as (theirs, ours):
        ours.materials = theirs.materials
    obj.data.materials.append(ours.materials[0])
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "room.blend"))
    library.unlink()
    bpy.ops.wm.open_mainfile(filepath=str(folder / "room.blend"))


def _absolute(obj: bpy.types.Object, folder: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "room.blend"))
    image_of(bpy.data.objects["Thing"], folder / "wood.png").filepath = str(folder / "wood.png")


def _elsewhere(obj: bpy.types.Object, folder: Path) -> None:
    (folder / "project").mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "project" / "room.blend"))
    image_of(bpy.data.objects["Thing"], folder / "wood.png").filepath = "//../wood.png"


def _large_image(obj: bpy.types.Object, folder: Path) -> None:
    image_of(obj, folder / "wood.png", 1024, 16)


def _odd_image(obj: bpy.types.Object, folder: Path) -> None:
    image_of(obj, folder / "wood.png", 100, 16)


def _nodes(obj: bpy.types.Object, folder: Path) -> None:
    tree = material(obj).node_tree
    noise = tree.nodes.new("ShaderNodeTexNoise")
    tree.links.new(tree.nodes["Principled BSDF"].inputs["Roughness"], noise.outputs[0])


def _many_materials(obj: bpy.types.Object, folder: Path) -> None:
    grid = [[(x, y, 2) for x in (i, i + 1) for y in (0, 1)] for i in range(0, 20, 2)]
    for points in grid:
        add(obj, points, [(0, 2, 3, 1)])
    for index in range(len(obj.data.polygons)):
        obj.data.materials.append(bpy.data.materials.new(f"Paint{index}"))
    obj.data.polygons.foreach_set("material_index", list(range(len(obj.data.polygons))))


def _modifier_and_keys(obj: bpy.types.Object, folder: Path) -> None:
    obj.shape_key_add(name="Basis")
    key = obj.shape_key_add(name="Tall")
    key.data[0].co.z += 1
    key.value, key.slider_max = 0.25, 2
    obj.modifiers.new("Subdivision", "SUBSURF").levels = 1


def rig(obj: bpy.types.Object) -> bpy.types.Object:
    """An armature of six bones that deforms the object by one of them."""
    data = bpy.data.armatures.new("Rig")
    armature = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for index in range(6):
        bone = data.edit_bones.new(f"Bone{index}")
        bone.head, bone.tail = (0, 0, index * 0.2), (0, 0, index * 0.2 + 0.2)
    bpy.ops.object.mode_set(mode="OBJECT")
    obj.parent = armature
    obj.modifiers.new("Armature", "ARMATURE").object = armature
    for index in range(6):
        obj.vertex_groups.new(name=f"Bone{index}")
    obj.vertex_groups["Bone1"].add(range(8), 1.0, "REPLACE")
    obj.vertex_groups.new(name="Mask").add(range(8), 0.5, "REPLACE")
    return armature


def _no_humanoid(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)


def _armature_scale(obj: bpy.types.Object, folder: Path) -> None:
    armature = rig(obj)
    armature.scale = (2, 2, 2)
    armature.pose.bones["Bone1"].location.x = 0.3
    armature.pose.bones["Bone1"].keyframe_insert("location", frame=1)


def _many_bones(obj: bpy.types.Object, folder: Path) -> None:
    armature = rig(obj)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for index in range(300):
        armature.data.edit_bones.new(f"More{index}").tail = (0, 1, 0)
    bpy.ops.object.mode_set(mode="OBJECT")


def _many_influences(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)
    for index, share in enumerate((0.3, 0.1, 0.2, 0.2, 0.1, 0.1)):
        obj.vertex_groups[f"Bone{index}"].add([2], share, "REPLACE")


def _uneven(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)
    obj.vertex_groups["Bone1"].add([2], 0.4, "REPLACE")


def _no_weights(obj: bpy.types.Object, folder: Path) -> None:
    rig(obj)
    obj.vertex_groups["Bone1"].remove([2, 3])


def _nothing(obj: bpy.types.Object, folder: Path) -> None:
    obj.hide_set(True)


def _heavy_scene(obj: bpy.types.Object, folder: Path) -> None:
    modifier = obj.modifiers.new("Subdivision", "SUBSURF")
    modifier.subdivision_type, modifier.levels = "SIMPLE", 6
    for number in range(1, 22):
        copy = obj.copy()
        copy.location.x = 3 * number
        bpy.context.scene.collection.objects.link(copy)


SMALL = ExportOptions(repair_copies=False, texture_budget=512)
BARE = ExportOptions(repair_copies=False, lightmap_uv=False)
CASES = [
    Case("unapplied_scale", _scaled, severity="info"),
    Case("negative_scale", _mirrored, severity="info"),
    Case("flat_scale", _flat, repair=False, severity="error"),
    Case("not_a_number_transform", _nowhere, repair=False, severity="error"),
    Case("far_from_origin", _far, repair=False),
    Case("not_a_number", _nan, severity="error"),
    Case("no_faces", _no_faces, repair=False),
    Case("zero_area", _zero_area, severity="info"),
    Case("loose_parts", _loose, severity="info"),
    Case("duplicate_faces", _duplicates),
    Case("non_manifold", _crowded),
    Case("turned_faces", _turned),
    Case("many_corners", _ngon, severity="info"),
    Case("many_triangles", _heavy, targets=("web",)),
    Case("heavy_scene", _heavy_scene, repair=False, targets=("web",)),
    Case("no_uv", _no_uv, severity="info"),
    Case("bad_uv", _bad_uv, severity="error"),
    Case("no_lightmap_uv", _stacked_uv, options=BARE),
    Case("illegal_name", _bad_name, severity="info"),
    Case("equal_names", _equal_names, severity="info"),
    Case("hidden_faces", _hidden_part, repair=False, severity="info"),
    Case("hidden_object", _hidden_object, repair=False, severity="info"),
    Case("missing_image", _missing_image, repair=False, severity="error"),
    Case("color_as_number", _colored_roughness, repair=False),
    Case("absolute_path", _absolute, severity="info"),
    Case("picture_elsewhere", _elsewhere, repair=False, severity="info"),
    Case("large_image", _large_image, options=SMALL, severity="info"),
    Case("odd_image_size", _odd_image, severity="info"),
    Case("unsupported_nodes", _nodes, repair=False, severity="info"),
    Case("many_materials", _many_materials, repair=False, targets=("web",)),
    Case("modifiers_with_keys", _modifier_and_keys, severity="info"),
    Case("no_humanoid", _no_humanoid, repair=False),
    Case("armature_scale", _armature_scale, severity="info"),
    Case("many_bones", _many_bones, repair=False, targets=("web",)),
    Case("many_influences", _many_influences, severity="info"),
    Case("uneven_weights", _uneven, severity="info"),
    Case("no_weights", _no_weights, severity="error"),
    Case("missing_library", _lost_library, repair=False, severity="error"),
    Case("nothing_to_export", _nothing, repair=False, severity="error"),
]
