"""What shapes a mesh: modifiers, drawn objects, layers, normals, names and units."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from .scene import Check, Files, Paint, ball, cube, grown, kind, link, node_group, plane


@kind()
def modifiers_of_many_kinds(folder: Path) -> Check | None:
    """Those that make, cut, bend and shade, with settings that hold sets, and one that is switched off."""
    place = iter(range(0, 200, 4))

    def with_modifier(kind_of: str, **settings: object) -> bpy.types.Object:
        obj = ball(kind_of.title(), (next(place), 0, 0))
        made = obj.modifiers.new(kind_of, kind_of)
        for key, value in settings.items():
            setattr(made, key, value)
        return obj

    with_modifier("SOLIDIFY", thickness=0.2)
    with_modifier("ARRAY", count=3)
    with_modifier("BEVEL", segments=2)
    with_modifier("DECIMATE", decimate_type="DISSOLVE", delimit={"NORMAL", "MATERIAL"})
    with_modifier("DECIMATE", ratio=0.5)
    with_modifier("MIRROR", use_axis=(True, False, False))
    with_modifier("SCREW", angle=1.0, screw_offset=1.0)
    with_modifier("SIMPLE_DEFORM", deform_method="TWIST", angle=1.0)
    with_modifier("CAST", factor=0.5)
    with_modifier("WAVE")
    with_modifier("REMESH", voxel_size=0.2)
    with_modifier("WIREFRAME")
    with_modifier("TRIANGULATE")
    with_modifier("SUBSURF", levels=1, render_levels=3)
    with_modifier("BUILD", frame_duration=1)
    with_modifier("WEIGHTED_NORMAL")
    with_modifier("EDGE_SPLIT")
    with_modifier("OCEAN", resolution=3, spatial_size=2)
    off = with_modifier("SMOOTH", iterations=20)
    off.modifiers[0].show_viewport = False
    cutter = cube("Cutter", (next(place), 0, 0), 0.8)
    cutter.display_type, cutter.hide_render = "WIRE", True
    cut = ball("Cut", tuple(cutter.location))
    boolean = cut.modifiers.new("Boolean", "BOOLEAN")
    boolean.object, boolean.solver = cutter, "EXACT"
    hook = link("Hook", None, (0, 0, 3))
    hooked = cube("Hooked", (next(place), 0, 0))
    hooked.vertex_groups.new(name="Top").add([1, 3, 5, 7], 1, "REPLACE")
    one = hooked.modifiers.new("Hook", "HOOK")
    one.object, one.vertex_group, one.matrix_inverse = hook, "Top", Matrix.Translation((-1, 0, 0))
    cage = link("Cage", bpy.data.lattices.new("Cage"), (next(place), 0, 0))
    cage.data.points[0].co_deform.x -= 1
    ball("Caged", tuple(cage.location)).modifiers.new("Lattice", "LATTICE").object = cage
    path = bpy.data.curves.new("Way", "CURVE")
    path.dimensions = "3D"
    path.splines.new("BEZIER").bezier_points.add(1)
    path.splines[0].bezier_points[1].co = (2, 0, 1)
    cube("Bent", (next(place), 0, 0)).modifiers.new("Curve", "CURVE").object = link("Way", path)
    return None


@kind()
def drawn_things(folder: Path) -> Check:
    """Curves with bevels and modifiers, a text of two materials, metaballs, a surface, and a curve of no width."""
    for number, fill in enumerate(("FULL", "HALF")):
        curve = bpy.data.curves.new(fill, "CURVE")
        curve.dimensions, curve.bevel_depth, curve.fill_mode = "3D", 0.1, fill
        points = curve.splines.new("BEZIER").bezier_points
        points.add(1)
        points[1].co = (1, 1, 0)
        obj = link(fill, curve, (4 * number, 0, 0))
        obj.modifiers.new("Array", "ARRAY").count = 2
        Paint(fill, obj, Base_Color=(0.7, 0.1, 0.1, 1))
    words = bpy.data.curves.new("Words", "FONT")
    words.body, words.extrude = "AB", 0.1
    text = link("Words", words, (10, 0, 0))
    Paint("First", text, Base_Color=(1, 0, 0, 1))
    Paint("Second", text, Base_Color=(0, 0, 1, 1))
    words.body_format[1].material_index = 1
    for number in range(2):
        bpy.ops.object.metaball_add(location=(14 + number, 0, 0))
    bpy.ops.surface.primitive_nurbs_surface_torus_add(location=(20, 0, 0))
    line = bpy.data.curves.new("Line", "CURVE")
    line.splines.new("POLY").points.add(2)
    link("Line", line, (25, 0, 0))

    def look(files: Files) -> None:
        shown = [one["name"] for one in files.all("nodes") if "mesh" in one]
        assert len(shown) == 5, shown  # each once, the metaballs together

    return look


@kind()
def faces_of_many_corners(folder: Path) -> Check | None:
    """A hollow ring in one face, a star, a bent quad, one that folds over, and faces that lie twice in one place."""
    angles = np.linspace(0, 2 * np.pi, 11)[:-1]
    star = [((1 + at % 2) * np.cos(a), (1 + at % 2) * np.sin(a), 0) for at, a in enumerate(angles)]
    mesh = bpy.data.meshes.new("Star")
    mesh.from_pydata(star, [], [tuple(range(10))])
    link("Star", mesh)
    bent = bpy.data.meshes.new("Bent")
    bent.from_pydata(
        [(0, 0, 0), (1, 0, 1), (1, 1, 0), (0, 1, 1), (3, 0, 0), (4, 0.9, 0), (5, 0, 0), (4, 1, 0)],
        [],
        [(0, 1, 2, 3), (4, 5, 6, 7)],
    )
    link("Bent", bent, (4, 0, 0))
    return None


@kind()
def layers_of_a_mesh(folder: Path) -> Check:
    """Three UV maps, of which the last is rendered, and names that are not ASCII; two color layers."""
    obj = cube("Layers")
    for number, name in enumerate(("UVMap", "細部", "Detail.001")):
        layer = obj.data.uv_layers.get(name) or obj.data.uv_layers.new(name=name)
        layer.uv.foreach_set("vector", np.full(48, 0.1 + 0.3 * number, np.float32))
    obj.data.uv_layers[2].active_render = True
    for name, value in (("A", 0.2), ("B", 0.9)):
        layer = obj.data.color_attributes.new(name, "BYTE_COLOR", "POINT")
        layer.data.foreach_set("color", np.full(32, value, np.float32))

    def look(files: Files) -> None:
        names = files.mesh("SM_Layers")["primitives"][0]["attributes"]
        assert {"TEXCOORD_0", "TEXCOORD_1", "TEXCOORD_2", "COLOR_0", "COLOR_1"} <= names.keys(), names
        found = sorted(round(float(files.attribute("SM_Layers", f"TEXCOORD_{at}")[0, 0]), 3) for at in range(3))
        assert np.allclose(found, (0.1, 0.4, 0.7), atol=1e-3)

    return look


@kind(told=("loose_parts",))
def loose_edges_and_points(folder: Path) -> Check | None:
    """Beside faces they are told; alone they are not objects of the files."""
    obj = plane("Kite")
    mesh = bpy.data.meshes.new("Kite")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (3, 0, 0), (5, 5, 5)], [(2, 3)], [(0, 1, 2)])
    obj.data = mesh
    return None


@kind()
def normals_of_a_mesh(folder: Path) -> Check | None:
    """Sharp edges, smooth by angle, custom normals under modifiers, on a mirrored child of a stretched parent."""
    sharp = ball("Sharp")
    bpy.ops.object.shade_smooth()
    for edge in list(sharp.data.edges)[::3]:
        edge.use_edge_sharp = True
    half = ball("Half", (2, 0, 0))
    bpy.ops.object.shade_smooth_by_angle(angle=0.6)
    parent = link("Parent", None, (4, 0, 0))
    parent.scale, parent.rotation_euler = (1, 1, 3), (0.5, 0.2, 0)
    child = ball("Child")
    child.data.normals_split_custom_set([Vector((0.6, 0, 0.8))] * len(child.data.loops))
    child.parent, child.scale, child.rotation_euler = parent, (-1, 1, 1), (0, 0.7, 0.3)
    child.modifiers.new("Array", "ARRAY").count = 2
    assert half is not None
    return None


@kind(options={"custom_properties": True})
def properties_of_everything(folder: Path) -> Check:
    """On objects, meshes, materials, cameras, lights, bones and the scene."""
    from .scene import TWO, armature, column, skinned

    obj = cube("Thing")
    Paint("Paint", obj).material["shine"] = 0.5
    obj["price"], obj.data["faces"] = 3, [1, 2, 3]
    bpy.context.scene["level"] = "cave"
    for name, data in (("Eye", bpy.data.cameras.new("Eye")), ("Lamp", bpy.data.lights.new("Lamp", "POINT"))):
        link(name, data)["tag"] = name
    rig = armature("Rig", TWO, (5, 0, 0))
    skinned(rig, column("Body", (5, 0, 0)))
    rig.data.bones["tip"]["jiggle"] = 0.7
    rig.pose.bones["root"]["grip"] = 2

    def look(files: Files) -> None:
        assert files.one("nodes", "SM_Thing")["extras"]["price"] == 3
        assert files.mesh("SM_Thing")["extras"]["faces"] == [1, 2, 3]
        assert files.one("materials", "M_Paint")["extras"]["shine"] == 0.5
        assert any(one.get("extras", {}).get("level") == "cave" for one in files.all("scenes"))
        assert {one["extras"]["tag"] for one in files.all("nodes") if "tag" in one.get("extras", {})} == {"Eye", "Lamp"}
        assert files.one("nodes", "tip")["extras"]["jiggle"] == 0.7 or "properties_stay" in files.told
        assert files.one("nodes", "root").get("extras", {}).get("grip") == 2 or "properties_stay" in files.told

    return look


@kind()
def names_in_any_script(folder: Path) -> Check:
    """Other scripts, equal but for the case, reserved on Windows, with slashes and dots, very long."""
    names = (
        "椅子",
        "Стул",
        "كرسي",
        "chair",
        "Chair",
        "CHAIR",
        "con",
        "NUL",
        "a/b\\c",
        "x.001",
        "x",
        ".hidden",
        "x" * 63,
        "🙂",
    )
    for number, name in enumerate(names):
        bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=1, radius=0.3 + 0.01 * number, location=(2 * number, 0, 0))
        bpy.context.object.name = name
        Paint(name, bpy.context.object)

    def look(files: Files) -> None:
        found = [one["name"] for one in files.all("nodes")]
        assert len({one.lower() for one in found}) == len(names)
        assert len({one["name"].lower() for one in files.all("materials")}) == len(names) - 1  # x.001 is one more x

    return look


@kind()
def shape_keys_of_statics(folder: Path) -> Check:
    """At values, muted, masked, relative to others, driven, beyond 0 and 1, behind modifiers that keep order."""
    for number, modifier in enumerate(
        ("", "SUBSURF", "MIRROR", "SOLIDIFY", "EDGE_SPLIT", "ARRAY", "WEIGHTED_NORMAL", "SIMPLE_DEFORM")
    ):
        obj = cube(f"Keys {modifier.lower()}", (4 * number, 0, 0))
        grown(obj, One=0.5, Two=-0.5, Muted=1.0, Masked=1.0, Relative=1.0, Large=1.5)
        blocks = obj.data.shape_keys.key_blocks
        blocks["Two"].slider_min, blocks["Large"].slider_max = -1, 2
        blocks["Two"].value, blocks["Large"].value, blocks["Muted"].mute = -0.5, 1.5, True
        obj.vertex_groups.new(name="Half").add([3], 0.5, "REPLACE")
        blocks["Masked"].vertex_group, blocks["Relative"].relative_key = "Half", blocks["One"]
        if modifier:
            obj.modifiers.new(modifier, modifier)

    def look(files: Files) -> None:
        for one in files.all("nodes"):
            if "mesh" in one:
                mesh = files.mesh(one["name"])
                assert mesh.get("extras", {}).get("targetNames") == ["One", "Two", "Masked", "Relative", "Large"], one[
                    "name"
                ]

    return look


@kind(told=("keys_may_be_lost",))
def shape_keys_that_cannot_stay(folder: Path) -> Check | None:
    """Behind a modifier that makes other vertices with each key: the shape that shows, and a finding."""
    obj = ball("Welded")
    grown(obj, Up=0.5)
    obj.modifiers.new("Decimate", "DECIMATE").ratio = 0.4
    return None


@kind()
def keys_of_other_things(folder: Path) -> Check | None:
    """Absolute keys at a time, one key shown alone, keys of a curve and of a lattice."""
    timed = cube("Timed")
    grown(timed, One=0.0, Two=0.0)
    timed.data.shape_keys.use_relative = False
    bpy.context.view_layer.objects.active = timed
    timed.data.shape_keys.eval_time = 10
    alone = cube("Alone", (3, 0, 0))
    grown(alone, One=0.0, Two=0.0)
    alone.active_shape_key_index, alone.show_only_shape_key = 2, True
    curve = bpy.data.curves.new("Pipe", "CURVE")
    curve.dimensions, curve.bevel_depth = "3D", 0.1
    curve.splines.new("POLY").points.add(1)
    curve.splines[0].points[1].co = (1, 0, 0, 1)
    pipe = link("Pipe", curve, (6, 0, 0))
    pipe.shape_key_add(name="Basis")
    key = pipe.shape_key_add(name="Up")
    key.data[1].co.z += 1
    key.value = 1
    return None


@kind()
def nodes_that_make_geometry(folder: Path) -> Check | None:
    """Set Material, a mesh of nodes alone, a curve that becomes a mesh, a named attribute, a UV map by nodes."""
    red = Paint("Red", Base_Color=(1, 0, 0, 1)).material
    one = cube("Painted")
    Paint("Green", one, Base_Color=(0, 1, 0, 1))
    tree, given, made = node_group(one)
    node = tree.nodes.new("GeometryNodeSetMaterial")
    node.inputs["Material"].default_value = red
    chosen = tree.nodes.new("GeometryNodeInputIndex")
    less = tree.nodes.new("FunctionNodeCompare")
    less.data_type, less.operation = "INT", "LESS_THAN"
    first, second = (one for one in less.inputs if one.enabled and one.type == "INT")
    tree.links.new(chosen.outputs[0], first)
    second.default_value = 3
    tree.links.new(less.outputs[0], node.inputs["Selection"])
    tree.links.new(given, node.inputs["Geometry"])
    tree.links.new(node.outputs[0], made)
    two = link("Ball", bpy.data.meshes.new("Empty"), (3, 0, 0))
    tree, _, made = node_group(two)
    sphere = tree.nodes.new("GeometryNodeMeshIcoSphere")
    tree.links.new(sphere.outputs[0], made)
    three = link("Tube", bpy.data.curves.new("Tube", "CURVE"), (6, 0, 0))
    three.data.splines.new("POLY").points.add(1)
    three.data.splines[0].points[1].co = (0, 0, 2, 1)
    tree, given, made = node_group(three)
    tube, ring = tree.nodes.new("GeometryNodeCurveToMesh"), tree.nodes.new("GeometryNodeCurvePrimitiveCircle")
    ring.inputs["Radius"].default_value = 0.2
    tree.links.new(given, tube.inputs[0])
    tree.links.new(ring.outputs[0], tube.inputs["Profile Curve"])
    tree.links.new(tube.outputs[0], made)
    return None


@kind()
def units_of_length(folder: Path) -> Check | None:
    """A scene of feet at a tenth, with what has a size of its own."""
    units = bpy.context.scene.unit_settings
    units.system, units.scale_length = "IMPERIAL", 0.1
    obj = cube("Cube", (10, 0, 0), 5)
    obj.modifiers.new("Solidify", "SOLIDIFY").thickness = 1
    grown(obj, Up=0.5)
    kit = bpy.data.collections.new("Kit")
    from .scene import unlinked

    unlinked(ball("Ball", (0, 0, 3)), kit)
    place = link("Place", None, (0, 20, 0))
    place.instance_type, place.instance_collection, place.scale = "COLLECTION", kit, (3, 3, 3)
    return None


@kind()
def deformed_by_parents(folder: Path) -> Check:
    """A lattice that bends its children without a modifier, beside a child that shares the mesh, and keys."""
    cage = link("Cage", bpy.data.lattices.new("Cage"))
    cage.scale = (2, 2, 2)
    for point in list(cage.data.points)[:4]:
        point.co_deform.x -= 0.7
    first = ball("Bent")
    first.parent, first.parent_type = cage, "LATTICE"
    plain = link("Plain", first.data, (4, 0, 0))
    face = ball("Face")
    grown(face, Up=0.5)
    face.parent, face.parent_type = cage, "LATTICE"
    assert plain is not None

    def look(files: Files) -> None:
        meshes = {one["name"]: one["mesh"] for one in files.all("nodes") if "mesh" in one}
        assert meshes["SM_Bent"] != meshes["SM_Plain"]

    return look
