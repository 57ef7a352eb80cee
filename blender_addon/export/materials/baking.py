"""Bakes channels that a target cannot read to images, on copies: noise, mixes, projections, tiles.

Channels that depend only on UVs are baked once on a unit square, so that they keep tiling and all meshes share them.
Those that depend on the shape (generated or object coordinates, the default of procedural textures) are baked for each
mesh, on a separate UV map if the artist's overlap.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import bpy
import numpy as np
from mathutils import Matrix

from ml_core.geometry.mesh.rasterize import covered_texels
from ml_core.geometry.mesh.unwrap import lightmap_uv

from ...bridge.image_arrays import image_size
from ...bridge.jobs.steps import Pauses, Progress, scaled
from ...bridge.mesh_arrays import positions, triangle_vertices, uv_array
from ...bridge.state.preserved_scene import claim_name, current_scene, spare_scene
from ...translations.registry import formatted
from ..meshes.uv_layers import MAX_LAYERS, rebuild_layers
from ..targets.model_format import MaterialFamily
from .channel_bakes import Bake, baked, with_bakes
from .families import GLTF, PLAIN, channels_to_bake, edge_channels
from .laying import goes_beyond
from .nodes.flattening import flattened
from .nodes.object_values import take_values
from .nodes.simplifying import is_flat
from .nodes.sockets import image_nodes, is_animated, principled_of, still_of, stop
from .reading import NAME_KEY, SOCKETS, VARIANT_KEY, KnownMaterials, is_readable, power_of_two, read_material

TEXELS_A_METRE = 256
SMALLEST, LARGEST, PLAIN_SIZE = 128, 2048, 512
SAMPLES = 4
BAKE_LAYER = "AtelierBake"

_SHAPE_NODES = {
    *("NEW_GEOMETRY", "OBJECT_INFO", "ATTRIBUTE", "VERTEX_COLOR", "BEVEL", "AMBIENT_OCCLUSION", "FRESNEL"),
    *("LAYER_WEIGHT", "CAMERA", "TANGENT", "GROUP", "HAIR_INFO", "PARTICLE_INFO", "POINT_INFO", "WIREFRAME"),
}


class Surfaced(Protocol):
    """A triangulated mesh with its materials: ``materials`` as the artist has them, ``families`` as each family of
    targets needs them. ``obj`` is the artist's object. ``home`` maps the mesh into its object's own space, ``world``
    the object into the world."""

    mesh: bpy.types.Mesh
    materials: list[bpy.types.Material | None]
    families: dict[str, list[bpy.types.Material | None]]

    @property
    def name(self) -> str: ...

    @property
    def obj(self) -> bpy.types.Object: ...

    @property
    def home(self) -> Matrix: ...

    @property
    def world(self) -> Matrix: ...


def flatten_materials(surfaced: Sequence[Surfaced]) -> Generator[Progress, None, None]:
    """Replaces materials that are not a single Principled BSDF by copies that are; once for all meshes."""
    made: dict[int, bpy.types.Material] = {}
    for number, item in enumerate(surfaced):
        for slot, material in enumerate(item.materials):
            if material is None:
                continue
            if material.session_uid not in made:
                yield Progress(number, len(surfaced), formatted("Reading {name}", name=item.name))
                made[material.session_uid] = _ready(material)
            item.materials[slot] = made[material.session_uid]


def _ready(material: bpy.types.Material) -> bpy.types.Material:
    """A material to read from: itself, or a copy with one shader, as it is at the current frame.

    Clips are read at other frames, and our temporary scenes are at the first one.
    """
    moving = [node for node in image_nodes(material.node_tree) if node.image.source == "SEQUENCE"]
    facts = read_material(material)
    # Blender's glTF exporter knows an unlit material as it is.
    keeps_shaders = is_flat(material) or (facts.is_unlit and not facts.problems)
    if keeps_shaders and not moving and not is_animated(material):
        return material
    copy = material.copy() if keeps_shaders else flattened(material)[0]
    stop(copy)
    copy[NAME_KEY] = facts.name
    for node in [item for item in image_nodes(copy.node_tree) if item.image.source == "SEQUENCE"]:
        node.image = still_of(node, bpy.context.scene.frame_current)
    return copy


def bake_materials(
    surfaced: Sequence[Surfaced], budget: int, families: Sequence[MaterialFamily], known: KnownMaterials
) -> Generator[Progress, None, None]:
    """Fills in ``families`` of every mesh, with baked materials where a family cannot read the artist's.

    Args:
        budget: the highest resolution in texels; 0 for no extra limit. families: those of the export's targets. known:
            cache that receives what is read.
    """
    baker = _Baker(min(budget or LARGEST, LARGEST), [item for item in (PLAIN, GLTF) if item in families], known)
    pauses = Pauses()
    for number, asset in enumerate(surfaced):
        for family in families:
            asset.families[family] = list(asset.materials)
        for material in asset.materials:
            known.facts(material)
            if pauses.due():
                yield Progress(number, len(surfaced), formatted("Reading {name}", name=asset.name))
        if any(baker.may_bake(material, family) for material in asset.materials for family in families):
            yield Progress(number, len(surfaced), formatted("Baking the materials of {name}", name=asset.name))
            yield from scaled(baker.bake(asset), number / len(surfaced), (number + 1) / len(surfaced))


class _Baker:
    """Bakes meshes one after another, and caches what they share."""

    def __init__(self, limit: int, families: Sequence[MaterialFamily], known: KnownMaterials) -> None:
        self._limit = limit
        self._families = families
        self._known = known
        self._channels: dict[tuple[int, str], list[str]] = {}
        self._edges: dict[tuple[int, str], list[str]] = {}
        self._shared: dict[tuple[int, tuple[str, ...]], bpy.types.Material] = {}

    def channels(self, material: bpy.types.Material | None, family: MaterialFamily) -> list[str]:
        """As :func:`channels_to_bake`, read once for each material."""
        key = material.session_uid if material is not None else 0, family
        if key not in self._channels:
            self._channels[key] = channels_to_bake(material, family, self._known.facts(material))
        return self._channels[key]

    def may_bake(self, material: bpy.types.Material | None, family: MaterialFamily) -> bool:
        """Whether a material may need baking for a family, on any mesh or on one whose UVs exceed its pictures."""
        key = material.session_uid if material is not None else 0, family
        if key not in self._edges:
            self._edges[key] = edge_channels(material, family, self._known.facts(material))
        return bool(self._edges[key] or self.channels(material, family))

    def _beyond(self, item: Surfaced, slot: int, family: MaterialFamily) -> list[str]:
        """Channels of a slot that are baked because its faces show pictures beyond their edges."""
        material = item.materials[slot]
        edges = self._edges.get((material.session_uid if material is not None else 0, family), [])
        return edges if edges and goes_beyond(item.mesh, slot, self._known.facts(material), edges) else []

    def bake(self, item: Surfaced) -> Generator[Progress, None, None]:
        waiting: dict[int, dict[str, list[str]]] = {}
        for slot, material in enumerate(item.materials):
            for family in self._families:
                channels, beyond = self.channels(material, family), self._beyond(item, slot, family)
                if not channels and not beyond:
                    continue
                if beyond or any(_needs_shape(material, channel) for channel in channels):
                    waiting.setdefault(slot, {})[family] = list(dict.fromkeys([*channels, *beyond]))
                else:
                    item.families[family][slot] = yield from self._on_square(material, channels)
        if waiting:
            yield from self._on_mesh(item, waiting)

    def _on_square(
        self, material: bpy.types.Material, channels: list[str]
    ) -> Generator[Progress, None, bpy.types.Material]:
        """Bakes a material whose channels depend only on UVs."""
        key = material.session_uid, tuple(channels)
        known = self._shared.get(key)
        if known is not None:
            return known
        found = [image_size(node.image) for node in image_nodes(material.node_tree)]
        sizes = [max(item) for item in found if item[0]]
        size = min(max(map(power_of_two, sizes), default=PLAIN_SIZE), self._limit)
        mesh = bpy.data.meshes.new("Bake")
        mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], [], [(0, 1, 2, 3)])
        mesh.uv_layers.new(name="UVMap").data.foreach_set("uv", [0, 0, 1, 0, 1, 1, 0, 1])
        facts = self._known.facts(material)
        work = _workable(material)
        for node in work.node_tree.nodes:  # the square has one layer, whatever the artist's is called
            if node.type == "UVMAP":
                node.uv_map = "UVMap"
        bakes: dict[str, Bake] = {}
        with _stage(mesh, Matrix.Identity(4), [work]) as scene:
            for number, channel in enumerate(channels):
                yield _baking(number, len(channels), facts.name)
                with current_scene(bpy.context, scene):
                    bakes[channel] = baked(work, channel, size, facts.name)
        made = with_bakes(material, facts, bakes, "")
        made[VARIANT_KEY] = str(material.session_uid)
        self._shared[key] = made
        return made

    def _on_mesh(self, item: Surfaced, waiting: dict[int, dict[str, list[str]]]) -> Generator[Progress, None, None]:
        """Bakes all that depends on the shape; for engines without several UV maps, the other images too."""
        layer, is_new = _bake_layer(item.mesh)
        if is_new and PLAIN in self._families:  # what lay on the first UV map has to lie on the new one
            for slot, material in enumerate(item.materials):
                if material and self._known.facts(material).images:
                    waiting.setdefault(slot, {}).setdefault(PLAIN, self.channels(material, PLAIN))
        shape = item.mesh.copy()
        shape.transform(item.home)
        if layer not in shape.uv_layers:
            shape.uv_layers.new(name=layer, do_init=False)
        shape.uv_layers[layer].active = True
        diagonal = float(np.linalg.norm(np.ptp(positions(item.mesh), axis=0)))
        size = max(power_of_two(round(TEXELS_A_METRE * diagonal)), *(_texels(material) for material in item.materials))
        size = int(np.clip(size, SMALLEST, self._limit))
        works = [_workable(own) if own else bpy.data.materials.new("Default") for own in item.materials]
        with _stage(shape, item.world, works, item.obj) as scene:
            for slot, requested in waiting.items():
                material = item.materials[slot]
                facts = self._known.facts(material)
                wanted = {family: list(channels) for family, channels in requested.items()}
                if PLAIN in wanted:
                    wanted[PLAIN] += [name for name in facts.images if name in SOCKETS and name not in wanted[PLAIN]]
                bakes: dict[str, Bake] = {}
                for channel in dict.fromkeys(name for names in wanted.values() for name in names):
                    yield _baking(slot, len(works), facts.name)
                    own = _texels_of(facts.images.get(channel))
                    texels = min(max(own, SMALLEST), size) if own else size
                    scene.cycles.samples = 1 if own else SAMPLES  # a picture needs no smoothing
                    with current_scene(bpy.context, scene):
                        bakes[channel] = baked(works[slot], channel, texels, facts.name, works)
                for family, channels in wanted.items():
                    images = {channel: bakes[channel] for channel in channels}
                    made = with_bakes(material, facts, images, layer, keeps_occlusion=not is_new)
                    made[VARIANT_KEY] = f"{material.session_uid} {item.name}"
                    made[NAME_KEY] = f"{facts.name}_{item.name.removeprefix('SM_').removeprefix('SK_')}"
                    item.families[family][slot] = made


def _workable(material: bpy.types.Material) -> bpy.types.Material:
    """A copy to bake, without missing pictures: Cycles shows them in pink."""
    copy = material.copy()
    for node in list(image_nodes(copy.node_tree)):
        if node.id_data == copy.node_tree and not is_readable(node.image):
            copy.node_tree.nodes.remove(node)
    return copy


def _texels(material: bpy.types.Material | None) -> int:
    """The resolution (square) that holds all tiles of a material's largest tiled image."""
    nodes = image_nodes(material.node_tree) if material is not None else ()
    return max((_texels_of(node.image) for node in nodes), default=0)


def _texels_of(image: bpy.types.Image | None) -> int:
    """The resolution (square) that holds all tiles of an image; 0 for an image without tiles."""
    if image is None or image.source != "TILED":
        return 0
    return power_of_two(round(max(image_size(image)) * len(image.tiles) ** 0.5))


def _needs_shape(material: bpy.types.Material, channel: str) -> bool:
    """Whether any node before a channel depends on more than UVs."""
    surface = principled_of(material)
    if surface is None:
        return False
    waiting, seen = [surface.socket.node.inputs[SOCKETS[channel]]], set()
    while waiting:
        for link in waiting.pop().links:
            node = link.from_node
            by_default_generated = node.type.startswith("TEX_") and node.type not in ("TEX_IMAGE", "TEX_COORD")
            vector = node.inputs.get("Vector")
            if node.type in _SHAPE_NODES or (by_default_generated and (vector is None or not vector.is_linked)):
                return True
            if node.type == "TEX_COORD" and link.from_socket.name != "UV":
                return True
            is_image = node.type == "TEX_IMAGE" and node.image is not None
            if is_image and (node.projection != "FLAT" or node.image.source == "TILED"):
                return True
            if node.name not in seen:
                seen.add(node.name)
                waiting += [socket for socket in node.inputs if socket.is_linked]
    return False


def _bake_layer(mesh: bpy.types.Mesh) -> tuple[str, bool]:
    """The UV map to bake on: the first one where it is unwrapped, else a new one that becomes the first."""
    first = mesh.uv_layers[0].name
    if _is_unwrapped(mesh):
        return first, False
    made = lightmap_uv(positions(mesh), triangle_vertices(mesh))
    rendered = next((layer.name for layer in mesh.uv_layers if layer.active_render), first)
    if len(mesh.uv_layers) == MAX_LAYERS:
        mesh.uv_layers.remove(_unread_layer(mesh, rendered))
    layer = mesh.uv_layers.new(name=BAKE_LAYER, do_init=False)
    name = layer.name
    layer.data.foreach_set("uv", made.uv.astype(np.float32).ravel())
    rebuild_layers(mesh, [name, *(item.name for item in mesh.uv_layers if item.name != name)], rendered)
    return name, True


def _unread_layer(mesh: bpy.types.Mesh, rendered: str) -> bpy.types.MeshUVLoopLayer:
    """The last UV map that no material reads; the last one if all are read."""
    trees = [material.node_tree for material in mesh.materials if material is not None and material.node_tree]
    read = {node.uv_map for tree in trees for node in tree.nodes if node.type in ("UVMAP", "NORMAL_MAP", "TANGENT")}
    layers = list(mesh.uv_layers)
    return next((layer for layer in reversed(layers) if layer.name not in read | {rendered}), layers[-1])


def _is_unwrapped(mesh: bpy.types.Mesh) -> bool:
    uv = uv_array(mesh.uv_layers[0]).reshape(-1, 3, 2)
    if not np.isfinite(uv).all() or uv.min() < -1e-4 or uv.max() > 1 + 1e-4:
        return False
    texel, _, weights = covered_texels(uv, 256)
    times = np.bincount(texel[weights.min(axis=1) > 1e-2], minlength=1)
    first, second = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    return bool(times.max() <= 1 and (area > 1e-10).all())


def _baking(done: int, total: int, name: str) -> Progress:
    """Announces a bake, which is a single Blender call."""
    return Progress(done, total, formatted("Blender bakes {name}", name=name), blocks=True)


@contextmanager
def _stage(
    mesh: bpy.types.Mesh, place: Matrix, works: list[bpy.types.Material], source: bpy.types.Object | None = None
) -> Iterator[bpy.types.Scene]:
    """A scene set up for baking, whose one object is selected and active; materials get the object values of
    ``source``.
    """
    while len(mesh.materials) < len(works):
        mesh.materials.append(None)
    for slot, work in enumerate(works):
        mesh.materials[slot] = work
    with spare_scene(bpy.context) as scene:
        scene.render.engine = "CYCLES"  # type: ignore[assignment] # the stubs know built-in engines only
        scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = "CPU", SAMPLES, False
        obj = bpy.data.objects.new("Bake", mesh)
        if source is not None:
            take_values(obj, source)
            claim_name(obj, "objects", source.name)  # the random value of an object comes from its name
        scene.collection.objects.link(obj)
        obj.matrix_world = place
        layer = scene.view_layers[0]
        layer.update()
        obj.select_set(True, view_layer=layer)
        layer.objects.active = obj
        yield scene
        bpy.data.objects.remove(obj)
        bpy.data.batch_remove([mesh, *works])
