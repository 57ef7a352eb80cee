"""Generated textures on a humanoid's own UV layout: transfer, images, materials."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body_fit import BodyFit
from ml_core.geometry.body_model import body_model
from ml_core.geometry.bone_names import joint_of_bone
from ml_core.geometry.texture_transfer import AtlasMap, build_atlas_map, map_key, transfer, transfer_normal
from ml_core.inference.texture_generator import TextureMaps
from ml_core.vocabulary.color import linear_to_srgb
from ml_core.vocabulary.traits import AvatarTraits

from .body import DEFAULT_EYE, NEUTRAL, SHAPE_KEY, shape_of
from .eyes import paint_eyeball
from .humanoid import Humanoid, read_humanoid
from .images import store_image
from .materials import SkinMaps, plain_material, skin_material
from .mouth_picture import UNPAINTED_KEY

LEAST_PARTS = 6
"""A mesh that carries weight of this many body parts is a body; fewer is a garment, hair, teeth or an eye."""

CACHED_MAPS = 8


class MapCache:
    """The last few texel → atlas maps by the digest of what they depend on, so that a slider re-uses them."""

    def __init__(self) -> None:
        self._maps: OrderedDict[str, AtlasMap] = OrderedDict()

    def get(self, skin: Humanoid, fit: BodyFit, size: int) -> AtlasMap:
        key = map_key(skin.vertices, skin.triangles, skin.corner_uv, size)
        if key not in self._maps:
            self._maps[key] = build_atlas_map(
                fit, skin.vertices, skin.normals, skin.triangles, skin.corner_uv, skin.part_weights, size
            )
        self._maps.move_to_end(key)
        while len(self._maps) > CACHED_MAPS:
            self._maps.popitem(last=False)
        return self._maps[key]


_CACHE = MapCache()


def apply_maps(
    context: bpy.types.Context, obj: bpy.types.Object, maps: TextureMaps, size: int | None = None, pack: bool = True
) -> dict[str, Any]:
    """Puts generated maps on an armature's body or on a skinned mesh; geometry and UVs stay as they are.

    Args:
        obj: an armature (its body meshes are found, eyeballs get their iris, hair and clothes are left alone) or one
            skinned mesh.
        size: texels a side of the images; the maps' own size when ``None``.
        pack: keep the images in the .blend.

    Returns:
        The report: which objects and images were made.

    Raises:
        InputError: there is no skinned humanoid mesh with UVs; nothing is changed then.
    """
    size = size or maps.base_color.shape[0]
    bodies, eyes, teeth = _targets(obj)
    facts: dict[str, Any] = {"bodies": [], "images": [], "size": size}
    ready = [(body, skin, _fit(body, skin)) for body, skin in bodies]
    for body, skin, fit in ready:
        facts["images"] += _dress(body, skin, fit, maps, size, pack)
        facts["bodies"].append(body.name)
    for eyeball, skin in eyes:
        paint_eyeball(eyeball, skin, maps.traits.eye or DEFAULT_EYE)
    for one in teeth:
        one.data.materials.clear()
        one.data.materials.append(plain_material(one, (0.75, 0.68, 0.58), 0.25))
    return facts


@dataclass(frozen=True)
class MapSource:
    """One set of images of a humanoid: whose, what its texel → atlas map is made of, and the eyes that go with it."""

    body: bpy.types.Object
    suffix: str
    skin: Humanoid
    fit: BodyFit
    eyes: tuple[Callable[[AvatarTraits], None], ...] = ()

    def atlas_map(self, size: int) -> AtlasMap:
        """The map for images of ``size`` texels a side; made once. Needs no Blender data, so any thread may ask."""
        return _CACHE.get(self.skin, self.fit, size)


def map_sources(obj: bpy.types.Object) -> list[MapSource]:
    """Everything of ``obj`` that a texture goes on, read once so that other threads can paint it.

    Raises:
        InputError: as :func:`apply_maps`.
    """
    bodies, eyes, _ = _targets(obj)
    painters = tuple(
        lambda traits, ball=ball, skin=skin: paint_eyeball(ball, skin, traits.eye or DEFAULT_EYE) for ball, skin in eyes
    )
    return [
        MapSource(body, suffix, part, _fit(body, skin), painters)
        for body, skin in bodies
        for _slot, suffix, part in _slots(body, skin)
    ]


def _targets(obj: bpy.types.Object) -> tuple[list, list, list]:
    """Bodies and eyeballs with their arrays, and teeth without a texture."""
    if obj.type == "MESH":
        return [(obj, read_humanoid(obj))], [], []
    if obj.type != "ARMATURE":
        raise InputError(f"{obj.name}: is a {obj.type.lower()}; choose an avatar's armature or mesh")
    bodies, eyes, teeth = [], [], []
    for child in obj.children_recursive:
        if child.type != "MESH" or not child.data.polygons or child.data.uv_layers.active is None:
            continue
        if not any(modifier.type == "ARMATURE" for modifier in child.modifiers):
            continue
        skin = read_humanoid(child)
        if (skin.part_weights.max(axis=0) > 0.5).sum() >= LEAST_PARTS:
            bodies.append((child, skin))
        elif _is_eyeball(child):
            eyes.append((child, skin))
        elif "teeth" in child.name.lower():
            teeth.append(child)
    if not bodies:
        raise InputError(f"{obj.name}: no skinned body mesh with UVs hangs on this armature")
    return bodies, eyes, teeth


def _is_eyeball(obj: bpy.types.Object) -> bool:
    """Whether nearly all weight is on eye bones and the mesh is a whole ball, not a gland or a lash."""
    eye_groups = {g.index for g in obj.vertex_groups if (joint_of_bone(g.name) or "").endswith("Eye")}
    total = on_eye = 0.0
    for vertex in obj.data.vertices:
        for element in vertex.groups:
            total += element.weight
            on_eye += element.weight if element.group in eye_groups else 0.0
    size = sorted(obj.dimensions)
    return total > 0 and on_eye > 0.9 * total and "gland" not in obj.name.lower() and size[0] > 0.5 * size[2]


def _fit(body: bpy.types.Object, skin: Humanoid) -> BodyFit:
    """The built-in body's own frames, which its UVs were made with; else fitted to the mesh."""
    if SHAPE_KEY not in body:
        return skin.fit()
    if body[SHAPE_KEY] == NEUTRAL:
        return body_model().fit
    shape, factor = shape_of(AvatarTraits.from_dict(json.loads(body[SHAPE_KEY])))
    return BodyFit(frames=shape.frames, height=1.7).scaled(factor)


def _dress(body: bpy.types.Object, skin: Humanoid, fit: BodyFit, maps: TextureMaps, size: int, pack: bool) -> list[str]:
    """One set of images and one material for each material slot that has painted faces."""
    names = []
    made = {}
    for slot, suffix, part in _slots(body, skin):
        atlas_map = _CACHE.get(part, fit, size)
        if not len(atlas_map.texel):
            continue
        images = _images(body, suffix, atlas_map, maps, pack)
        made[slot] = skin_material(body, slot, body.data.uv_layers.active.name, images)
        names += [image.name for image in (images.base_color, images.normal, images.roughness, images.occlusion)]
    if not body.data.materials:
        body.data.materials.append(None)
    for slot, material in made.items():
        body.data.materials[min(slot, len(body.data.materials) - 1)] = material
    return names


def _slots(body: bpy.types.Object, skin: Humanoid) -> list[tuple[int, str, Humanoid]]:
    """Each material slot to paint that has faces, the ending of its images' names, and its part of the mesh."""
    materials = body.data.materials
    kept = {n for n, one in enumerate(materials) if one is not None and one.get(UNPAINTED_KEY)}
    slots = sorted(set(skin.slots.tolist()) - kept)
    if len(slots) == 1:
        return [(slots[0], "", _with_triangles(skin, skin.slots == slots[0]) if kept else skin)]
    return [(slot, f"_{slot}", _with_triangles(skin, skin.slots == slot)) for slot in slots]


def _with_triangles(skin: Humanoid, chosen: NDArray[np.bool_]) -> Humanoid:
    return replace(skin, triangles=skin.triangles[chosen], corner_uv=skin.corner_uv[chosen], slots=skin.slots[chosen])


def image_stem(body: bpy.types.Object, suffix: str) -> str:
    """What the names of a body's images begin with."""
    return f"T_{body.name}{suffix}"


def painted_images(atlas_map: AtlasMap, maps: TextureMaps) -> dict[str, NDArray[np.float32]]:
    """The maps in the mesh's own layout, as they are stored: BC (S, S, 3) sRGB, N (S, S, 3) 0..1, R and AO (S, S)."""
    # Colour, roughness and occlusion go through one gather; a mean of sRGB values is what painting programs do too.
    stack = np.concatenate(
        [linear_to_srgb(maps.base_color), maps.roughness[..., None], maps.occlusion[..., None]],
        axis=-1,
        dtype=np.float32,
    )
    moved = transfer(atlas_map, stack)
    normal = transfer_normal(atlas_map, maps.normal.astype(np.float32)) * 0.5 + 0.5
    return {"BC": moved[..., :3], "N": normal, "R": moved[..., 3], "AO": moved[..., 4]}


def _images(body: bpy.types.Object, suffix: str, atlas_map: AtlasMap, maps: TextureMaps, pack: bool) -> SkinMaps:
    stored = {
        kind: store_image(f"{image_stem(body, suffix)}_{kind}", pixels, color=kind == "BC", owner=body, pack=pack)
        for kind, pixels in painted_images(atlas_map, maps).items()
    }
    return SkinMaps(base_color=stored["BC"], normal=stored["N"], roughness=stored["R"], occlusion=stored["AO"])
