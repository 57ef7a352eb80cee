"""The appearance of surfaces by Cycles itself: albedo, light, roughness and shine at points on them, for any material.

Points are judged as tiny triangles that lie on a surface, with the UVs and colors of the surface there, all in one mesh
that is baked into corner colors. So a scene of any size costs five short bakes, and no code of the exporter is used to
interpret materials.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np

from scripts.lib.cli import quiet

from ..readers.model import Array

PASSES = {"albedo": "DIFFUSE", "light": "EMIT", "roughness": "ROUGHNESS", "shine": "GLOSSY", "through": "TRANSMISSION"}
_COLORS = ("DIFFUSE", "GLOSSY", "TRANSMISSION")
FACES = ("MESH", "CURVE", "SURFACE", "FONT", "META")
POINTS_A_MATERIAL = 24
MOST_POINTS = 3000
MOST_TRIANGLES = 1_000_000
_TINY = 0.02
"""Of a triangle's own size."""
_BY_SHAPE = {"NEW_GEOMETRY", "OBJECT_INFO", "BEVEL", "AMBIENT_OCCLUSION", "WIREFRAME", "TANGENT", "HAIR_INFO"}
_MOST_LAYERS = 8
_READ = {
    "FLOAT": ("value", 1),
    "INT": ("value", 1),
    "INT8": ("value", 1),
    "BOOLEAN": ("value", 1),
    "FLOAT2": ("vector", 2),
    "FLOAT_VECTOR": ("vector", 3),
    "FLOAT_COLOR": ("color", 4),
    "BYTE_COLOR": ("color", 4),
}
"""How numbers of attributes are read, by their type."""


@dataclass
class Patch:
    """Triangles of one object and one material: corners (n, 3, 3) in the world, and attributes per corner by name."""

    name: str
    material: Any
    corners: Array
    uvs: dict[str, Array] = field(default_factory=dict)
    colors: dict[str, Array] = field(default_factory=dict)

    def at(self, rows: Array, places: Array) -> Patch:
        """Tiny triangles around ``places`` (m, 3), barycentric, on the triangles ``rows`` (m,)."""

        def tiny(values: Array) -> Array:
            chosen = values[rows]
            middle = np.einsum("mc,mcw->mw", places, chosen)[:, None]
            return middle + _TINY * (chosen - middle)

        return Patch(
            self.name,
            self.material,
            tiny(self.corners),
            {name: tiny(item) for name, item in self.uvs.items()},
            {name: tiny(color) for name, color in self.colors.items()},
        )


def scene_patches() -> Iterator[Patch]:
    """All surfaces that the open scene shows, by object and material."""
    left = MOST_TRIANGLES
    for instance in seen_instances(bpy.context.evaluated_depsgraph_get()):
        obj = instance.object
        if obj.type not in FACES:
            continue
        mesh = obj.to_mesh()
        if mesh is not None and mesh.polygons and left > 0:
            mesh.calc_loop_triangles()
            left -= len(mesh.loop_triangles)
            materials = [slot.material.original if slot.material else None for slot in obj.material_slots]
            yield from _patches(mesh, obj.original.name, materials, np.array(instance.matrix_world))
        obj.to_mesh_clear()


def seen_instances(depsgraph: Any) -> Iterator[Any]:
    """The appearances of a dependency graph that :func:`is_seen`, each once: Blender yields a curve, a text, a surface
    and a metaball both as itself and as its mesh."""
    left_out, drawn = left_out_of_renders(), set()
    for instance in depsgraph.object_instances:
        obj = instance.object
        if not is_seen(instance, left_out):
            continue
        if obj.original.type in FACES[1:]:
            place = tuple(value for row in instance.matrix_world for value in row)
            key = obj.original.session_uid, place, _content(obj)
            if key in drawn:
                continue
            drawn.add(key)
        yield instance


def _content(obj: Any) -> bytes:
    """The points of the mesh that an object is converted to."""
    mesh = obj.to_mesh()
    points = np.empty(3 * len(mesh.vertices) if mesh is not None else 0, np.float32)
    if mesh is not None:
        mesh.vertices.foreach_get("co", points)
    obj.to_mesh_clear()
    return points.tobytes()


def is_seen(instance: Any, left_out: set[str]) -> bool:
    """Whether an appearance is visible in the viewport and in renders: neither it nor its instancer is hidden, and it
    is not an object that its parent instances on vertices or faces.

    Args:
        left_out: from :func:`left_out_of_renders`.
    """
    obj = instance.object.original
    shown = instance.parent.original if instance.is_instance else obj
    if not instance.show_self or obj.hide_render or shown.hide_render:
        return False
    if not instance.is_instance:
        if obj.parent is not None and obj.parent.instance_type in ("VERTS", "FACES"):
            return False
        # What a background scene shows is in no layer of this one.
        if not obj.visible_get() and obj.name in bpy.context.view_layer.objects:
            return False
    return shown.name not in left_out


def left_out_of_renders() -> set[str]:
    """Names of objects of the open scene that are only in collections that renders leave out."""
    hidden: set[str] = set()
    seen: set[str] = set()
    waiting = [(bpy.context.scene.collection, False)]
    while waiting:
        one, below = waiting.pop()
        (hidden if below else seen).update(obj.name for obj in one.objects)
        waiting += [(child, below or child.hide_render) for child in one.children]
    return hidden - seen


def _patches(mesh: Any, name: str, materials: list[Any], matrix: Array) -> Iterator[Patch]:
    count = len(mesh.loop_triangles)
    loops, slots = np.empty(count * 3, np.int32), np.empty(count, np.int32)
    mesh.loop_triangles.foreach_get("loops", loops)
    mesh.loop_triangles.foreach_get("material_index", slots)
    loops = loops.reshape(-1, 3)
    vertices = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", vertices)
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    world = points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    uvs = {layer.name: _values(layer.uv, "vector", 2) for layer in mesh.uv_layers}
    if active := next((layer.name for layer in mesh.uv_layers if layer.active_render), None):
        uvs = {"": uvs[active], **uvs}
    sizes = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", sizes)
    colors = {}
    for attribute in mesh.attributes:  # all that a material may read
        known = _READ.get(attribute.data_type)
        if known is None or attribute.name in uvs or attribute.name == "position" or attribute.name.startswith("."):
            continue
        values = _values(attribute.data, *known)
        if attribute.domain == "POINT":
            values = values[vertices]
        elif attribute.domain == "FACE":
            values = np.repeat(values, sizes, axis=0)
        elif attribute.domain != "CORNER":
            continue
        if known[1] == 2:
            uvs[attribute.name] = values
        else:
            colors[attribute.name] = _as_color(values)
    if mesh.color_attributes and 0 <= mesh.color_attributes.render_color_index < len(mesh.color_attributes):
        rendered = mesh.color_attributes[mesh.color_attributes.render_color_index].name
        colors = {"": colors[rendered], **colors}
    for slot in np.unique(np.clip(slots, 0, max(len(materials) - 1, 0))):
        chosen = loops[np.clip(slots, 0, max(len(materials) - 1, 0)) == slot]
        yield Patch(
            name,
            materials[slot] if materials else None,
            world[vertices[chosen]],
            {key: item[chosen] for key, item in uvs.items()},
            {key: color[chosen] for key, color in colors.items()},
        )


def _as_color(values: Array) -> Array:
    """Numbers and vectors (n, 1 to 4) as colors (n, 4), which a material reads the same way."""
    if values.shape[1] == 1:
        values = np.repeat(values, 3, axis=1)
    return np.concatenate([values, np.ones((len(values), 4 - values.shape[1]), np.float32)], axis=1)


def _values(items: Any, name: str, width: int) -> Array:
    values = np.empty(len(items) * width, np.float32)
    items.foreach_get(name, values)
    return values.reshape(-1, width)


def spread(patch: Patch, number: int = POINTS_A_MATERIAL) -> Patch:
    """``number`` tiny triangles, evenly over the surface of a patch; always the same ones."""
    edges = patch.corners[:, 1] - patch.corners[:, 0], patch.corners[:, 2] - patch.corners[:, 0]
    area = np.linalg.norm(np.cross(*edges), axis=1)
    if not area.sum() > 0:
        return patch.at(np.zeros(0, int), np.zeros((0, 3)))
    along = np.cumsum(area) / area.sum()
    rows = np.searchsorted(along, (np.arange(number) + 0.5) / number)
    share = np.random.default_rng(7).dirichlet((2, 2, 2), number)
    return patch.at(np.minimum(rows, len(area) - 1), share)


def needs_shape(material: Any) -> bool:
    """Whether a material depends on more than points, UVs and colors, on the frame, or on a lost picture."""
    tree = material.node_tree if material is not None else None
    if tree is None:
        return False
    is_moving = any(item.animation_data is not None for item in (material, tree))
    return is_moving or _looks_at_shape(tree)


def _looks_at_shape(tree: Any, depth: int = 0) -> bool:
    for node in tree.nodes:
        vector = node.inputs.get("Vector")
        is_procedural = node.type.startswith("TEX_") and node.type not in ("TEX_IMAGE", "TEX_COORD")
        if node.type == "ATTRIBUTE" and node.attribute_type != "GEOMETRY":
            return True
        if node.type in _BY_SHAPE or (is_procedural and (vector is None or not vector.is_linked)):
            return True
        if node.type == "TEX_COORD" and any(socket.is_linked for socket in node.outputs if socket.name != "UV"):
            return True
        if node.type == "TEX_IMAGE" and (node.projection != "FLAT" or _is_lost(node.image)):
            return True
        if node.type == "GROUP" and node.node_tree and depth < 8 and _looks_at_shape(node.node_tree, depth + 1):
            return True
    return False


def _is_lost(image: Any) -> bool:
    if image is None:
        return True
    return image.source == "FILE" and not image.packed_file and not image.has_data and not image.size[0]


def looks(patches: Iterable[Patch]) -> dict[str, Array]:
    """The values of Cycles for tiny triangles, in order: (n, 3) by the names of :data:`PASSES`."""
    patches = list(patches)
    count = sum(len(patch.corners) for patch in patches)
    if not count:
        return {name: np.zeros((0, 3)) for name in PASSES}
    mesh, made = _mesh(patches)
    found = {}
    with _bake_scene(mesh):
        for name, kind in PASSES.items():
            filters = {"COLOR"} if kind in _COLORS else set()
            with quiet():
                bpy.ops.object.bake(type=kind, pass_filter=filters, target="VERTEX_COLORS", use_clear=True)
            values = _values(mesh.color_attributes["Look"].data, "color", 4)
            found[name] = values[:, :3].reshape(count, 3, 3).mean(axis=1)
    bpy.data.batch_remove(made)
    return found


def _mesh(patches: list[Patch]) -> tuple[Any, list[Any]]:
    corners = np.concatenate([patch.corners for patch in patches]).reshape(-1, 3)
    mesh = bpy.data.meshes.new("Looks")
    mesh.from_pydata(corners.tolist(), [], np.arange(len(corners)).reshape(-1, 3).tolist())
    made: list[Any] = []
    plain = None
    slots: dict[int, int] = {}
    index = []
    for patch in patches:
        material = patch.material
        if material is None:
            if plain is None:
                plain = bpy.data.materials.new("Plain")
                plain.use_nodes = True
                made.append(plain)
            material = plain
        if material.session_uid not in slots:
            slots[material.session_uid] = len(slots)
            mesh.materials.append(material)
        index += [slots[material.session_uid]] * len(patch.corners)
    mesh.polygons.foreach_set("material_index", np.array(index, np.int32))
    names, rendered = _layers_of(patches)
    for name in names:
        layer = mesh.uv_layers.new(name=name or "Rendered", do_init=False)
        layer.uv.foreach_set("vector", _gathered(patches, "uvs", name, 2))
        if name == rendered:
            layer.active_render = True
    for name in dict.fromkeys(name for patch in patches for name in patch.colors):
        attribute = mesh.color_attributes.new(name or "Rendered color", "FLOAT_COLOR", "CORNER")
        attribute.data.foreach_set("color", _gathered(patches, "colors", name, 4))
        if not name:
            mesh.color_attributes.render_color_index = list(mesh.color_attributes).index(attribute)
    mesh.color_attributes.active_color = mesh.color_attributes.new("Look", "FLOAT_COLOR", "CORNER")
    return mesh, made


def _layers_of(patches: list[Patch]) -> tuple[list[str], str]:
    """The names of the UV maps that patches have, and of the one that is rendered: if there is none, a separate map,
    unless a mesh has as many as Blender allows."""
    names = list(dict.fromkeys(name for patch in patches for name in patch.uvs))
    if len(names) > _MOST_LAYERS and "" in names:
        own = [patch.uvs for patch in patches if "" in patch.uvs]
        for name in names:
            if name and all(name in uvs and np.array_equal(uvs[name], uvs[""]) for uvs in own):
                return [item for item in names if item][:_MOST_LAYERS], name
    return names[:_MOST_LAYERS], ""


def _gathered(patches: list[Patch], kind: str, name: str, width: int) -> Array:
    rows = [getattr(patch, kind).get(name, np.zeros((len(patch.corners), 3, width))) for patch in patches]
    return np.concatenate(rows).astype(np.float32).ravel()


@contextmanager
def _bake_scene(mesh: Any) -> Iterator[None]:
    window = bpy.context.window or bpy.context.window_manager.windows[0]
    former = window.scene
    scene = bpy.data.scenes.new("Looks")
    scene.frame_set(former.frame_current)
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = "CPU", 1, False
    obj = bpy.data.objects.new("Looks", mesh)
    scene.collection.objects.link(obj)
    window.scene = scene
    obj.select_set(True)
    bpy.context.view_layer.objects.active = obj
    try:
        yield
    finally:
        window.scene = former
        bpy.data.batch_remove([obj, mesh])
        bpy.data.scenes.remove(scene)
