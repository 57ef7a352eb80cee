"""Materials that engines cannot read, baked to images on copies: noise, mixes, anything before the Principled BSDF.

What depends on UVs alone is baked once on a unit square, so that it keeps tiling and all meshes share it. What depends
on the shape (generated or object coordinates, which procedural textures take by default) is baked for each mesh.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.geometry.rasterize import covered_texels
from ml_core.geometry.unwrap import lightmap_uv

from ..bridge.image_arrays import image_size
from ..bridge.jobs import Progress
from ..bridge.mesh_arrays import positions, triangle_vertices, uv_array
from ..bridge.preserved_scene import temporary_scene
from .materials import NAME_KEY, MaterialFacts, encoded, power_of_two, read_material
from .static_assets import StaticAsset

TEXELS_A_METRE = 256
SMALLEST, LARGEST, PLAIN = 128, 2048, 512
SAMPLES = 4
MARGIN = 8

_SOCKETS = {"base_color": "Base Color", "roughness": "Roughness", "metallic": "Metallic", "normal": "Normal"}
_SHAPE_NODES = {
    *("NEW_GEOMETRY", "OBJECT_INFO", "ATTRIBUTE", "VERTEX_COLOR", "BEVEL", "AMBIENT_OCCLUSION", "FRESNEL"),
    *("LAYER_WEIGHT", "CAMERA", "TANGENT", "GROUP", "HAIR_INFO", "PARTICLE_INFO", "POINT_INFO", "WIREFRAME"),
}


def channels_to_bake(material: bpy.types.Material | None) -> list[str]:
    """Channels of a material (``base_color``, ``roughness``, ``metallic``, ``normal``) that only baking can export."""
    facts = read_material(material)
    return [channel for channel in _SOCKETS if any(one.startswith(f"{channel} ") for one in facts.unsupported)]


def bake_assets(assets: list[StaticAsset], budget: int) -> Generator[Progress, None, None]:
    """Puts baked materials in the place of those of ``assets`` that need it.

    Args:
        budget: the most texels a side; 0 for no limit of its own.
    """
    limit = min(budget or LARGEST, LARGEST)
    shared: dict[int, bpy.types.Material] = {}
    for number, asset in enumerate(assets):
        needing = [one for one in asset.materials if channels_to_bake(one)]
        if not needing:
            continue
        yield Progress(number, len(assets), f"Baking the materials of {asset.name}")
        if any(_needs_shape(one) for one in needing):
            yield from _bake_on_mesh(asset, limit)
            continue
        for slot, material in enumerate(asset.materials):
            if material in needing:
                if material.session_uid not in shared:
                    shared[material.session_uid] = _bake_on_square(material, limit)
                asset.materials[slot] = shared[material.session_uid]


def _needs_shape(material: bpy.types.Material) -> bool:
    """Whether anything before the channels to bake looks at more than UVs."""
    principled = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    waiting = [principled.inputs[_SOCKETS[channel]] for channel in channels_to_bake(material)]
    seen = set()
    while waiting:
        for link in waiting.pop().links:
            node = link.from_node
            by_default_generated = node.type.startswith("TEX_") and node.type not in ("TEX_IMAGE", "TEX_COORD")
            vector = node.inputs.get("Vector")
            if node.type in _SHAPE_NODES or (by_default_generated and (vector is None or not vector.is_linked)):
                return True
            if node.type == "TEX_COORD" and link.from_socket.name != "UV":
                return True
            if node.name not in seen:
                seen.add(node.name)
                waiting += [socket for socket in node.inputs if socket.is_linked]
    return False


def _bake_on_square(material: bpy.types.Material, limit: int) -> bpy.types.Material:
    images = [n.image for n in material.node_tree.nodes if n.type == "TEX_IMAGE" and n.image is not None]
    size = max((power_of_two(max(image_size(image))) for image in images if image_size(image)[0]), default=PLAIN)
    mesh = bpy.data.meshes.new("Bake")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], [], [(0, 1, 2, 3)])
    mesh.uv_layers.new(name="UVMap").data.foreach_set("uv", [0, 0, 1, 0, 1, 1, 0, 1])
    facts = read_material(material)
    channels = channels_to_bake(material)
    kept = {channel: image for channel, image in facts.images.items() if channel not in channels}
    work = material.copy()
    for node in work.node_tree.nodes:  # the square has one layer, whatever the artist's is called
        if node.type == "UVMAP":
            node.uv_map = "UVMap"
    with _stage(mesh, Matrix.Identity(4), [work]):
        baked = {channel: _baked(work, channel, min(size, limit), facts.name) for channel in channels}
    return _material(facts, {**kept, **baked})


def _bake_on_mesh(asset: StaticAsset, limit: int) -> Generator[Progress, None, None]:
    """All materials of a mesh: where its UVs overlap it gets new ones, which no other image fits."""
    mesh = asset.mesh
    place, shape = _as_the_artist_has_it(asset)
    if not _is_unwrapped(mesh):
        _unwrap(mesh)
    layer = shape.uv_layers.new(name="Atelier Bake", do_init=False) if len(shape.uv_layers) < 8 else shape.uv_layers[0]
    layer.data.foreach_set("uv", _uv(mesh).ravel())
    layer.active = True
    diagonal = float(np.linalg.norm(np.ptp(positions(mesh), axis=0)))
    size = int(np.clip(power_of_two(round(TEXELS_A_METRE * diagonal)), SMALLEST, limit))
    originals = list(asset.materials)
    works = [material.copy() if material else bpy.data.materials.new("Default") for material in originals]
    with _stage(shape, place, works):
        for slot, material in enumerate(originals):
            facts = read_material(material)
            channels = channels_to_bake(material) + [one for one in facts.images if one in _SOCKETS]
            baked = {}
            for channel in dict.fromkeys(channels):
                baked[channel] = _baked(works[slot], channel, size, facts.name, works)
                yield Progress(slot, len(originals), f"Baking {channel} of {facts.name}")
            if baked:
                facts.name = f"{facts.name}_{asset.name.removeprefix('SM_')}"
                asset.materials[slot] = _material(facts, baked)


def _as_the_artist_has_it(asset: StaticAsset) -> tuple[Matrix, bpy.types.Mesh]:
    """A copy of the mesh in its object's own space, and where that stands: textures in object coordinates fit."""
    mesh = asset.mesh.copy()
    source = bpy.data.objects[asset.instances[0].object_name].matrix_world.copy()
    if abs(source.determinant()) < 1e-12:
        return asset.instances[0].matrix, mesh
    mesh.transform(source.inverted() @ asset.instances[0].matrix)
    return source, mesh


def _is_unwrapped(mesh: bpy.types.Mesh) -> bool:
    uv = _uv(mesh)
    if uv.min() < -1e-4 or uv.max() > 1 + 1e-4:
        return False
    texel, _, weights = covered_texels(uv, 256)
    times = np.bincount(texel[weights.min(axis=1) > 1e-2], minlength=1)
    first, second = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    return bool(times.max() <= 1 and (area > 1e-10).all())


def _unwrap(mesh: bpy.types.Mesh) -> None:
    made = lightmap_uv(positions(mesh), triangle_vertices(mesh))
    _layer(mesh).data.foreach_set("uv", made.uv.astype(np.float32).ravel())


def _layer(mesh: bpy.types.Mesh) -> bpy.types.MeshUVLoopLayer:
    return next((layer for layer in mesh.uv_layers if layer.active_render), mesh.uv_layers[0])


def _uv(mesh: bpy.types.Mesh) -> NDArray[np.float32]:
    return uv_array(_layer(mesh)).reshape(-1, 3, 2)


@contextmanager
def _stage(mesh: bpy.types.Mesh, place: Matrix, works: list[bpy.types.Material]) -> Iterator[None]:
    """A temporary scene set up for baking, whose one object is selected and active."""
    while len(mesh.materials) < len(works):
        mesh.materials.append(None)
    for slot, work in enumerate(works):
        mesh.materials[slot] = work
    with temporary_scene(bpy.context) as scene:
        scene.render.engine = "CYCLES"
        scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = "CPU", SAMPLES, False
        obj = bpy.data.objects.new("Bake", mesh)
        scene.collection.objects.link(obj)
        obj.matrix_world = place
        layer = bpy.context.view_layer
        layer.update()
        obj.select_set(True, view_layer=layer)
        layer.objects.active = obj
        yield
        bpy.data.objects.remove(obj)
        bpy.data.batch_remove([mesh, *works])


def _baked(
    work: bpy.types.Material, channel: str, size: int, name: str, others: list[bpy.types.Material] | None = None
) -> bpy.types.Image:
    """An image of one channel, as engines store it: base color sRGB, the rest plain."""
    target = bpy.data.images.new(f"{name}_{channel}", size, size, float_buffer=True)
    target.colorspace_settings.name = "Non-Color"
    for one in others or [work]:
        _aim(one, target if one == work else bpy.data.images.new("Scrap", 4, 4))
    nodes, links = work.node_tree.nodes, work.node_tree.links
    output = work.node_tree.get_output_node("CYCLES")
    principled = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    surface = output.inputs["Surface"].links[0].from_socket
    emission = None
    if channel != "normal":
        emission = nodes.new("ShaderNodeEmission")
        links.new(principled.inputs[_SOCKETS[channel]].links[0].from_socket, emission.inputs["Color"])
        links.new(emission.outputs["Emission"], output.inputs["Surface"])
    bpy.ops.object.bake(type="NORMAL" if channel == "normal" else "EMIT", margin=MARGIN, use_clear=True)
    if emission is not None:
        links.new(surface, output.inputs["Surface"])
        nodes.remove(emission)
    values = np.empty(4 * size * size, np.float32)
    target.pixels.foreach_get(values)
    bpy.data.images.remove(target)
    return _image(f"{name}_{channel}", values.reshape(size, size, 4), channel == "base_color")


def _aim(material: bpy.types.Material, image: bpy.types.Image) -> None:
    """Makes an image what Blender bakes a material into."""
    if material.node_tree is None:
        material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.nodes.active = node


def _image(name: str, values: NDArray[np.float32], is_color: bool) -> bpy.types.Image:
    size = values.shape[0]
    image = bpy.data.images.new(name, size, size)
    image.colorspace_settings.name = "sRGB" if is_color else "Non-Color"
    values = np.clip(values, 0, 1)
    if is_color:
        values[..., :3] = encoded(values[..., :3])
    values[..., 3] = 1
    image.pixels.foreach_set(values.ravel())
    return image


def _material(facts: MaterialFacts, images: dict[str, bpy.types.Image]) -> bpy.types.Material:
    """A material of constants and images that :func:`read_material` reads fully."""
    material = bpy.data.materials.new(facts.name)
    material[NAME_KEY] = facts.name
    if material.node_tree is None:
        material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    principled = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    principled.inputs["Base Color"].default_value = (*facts.base_color, 1)
    principled.inputs["Alpha"].default_value = facts.alpha
    principled.inputs["Roughness"].default_value = facts.roughness
    principled.inputs["Metallic"].default_value = facts.metallic
    principled.inputs["Emission Color"].default_value = (*facts.emission, 1)
    principled.inputs["Emission Strength"].default_value = 1.0
    for channel, image in images.items():
        node = nodes.new("ShaderNodeTexImage")
        node.image = image
        outlet = node.outputs["Color"]
        if channel == "occlusion":
            node.name = "Occlusion"
            continue
        if channel == "normal":
            bump = nodes.new("ShaderNodeNormalMap")
            links.new(outlet, bump.inputs["Color"])
            outlet = bump.outputs["Normal"]
        elif channel in facts.channels:
            split = nodes.new("ShaderNodeSeparateColor")
            links.new(outlet, split.inputs["Color"])
            outlet = split.outputs[facts.channels[channel]]
        links.new(outlet, principled.inputs[_SOCKETS[channel]])
    return material
