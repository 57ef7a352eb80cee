"""Applies generated textures to a humanoid's own UV layout: transfer, images, materials."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb
from ml_core.geometry.atlas.transfer import AtlasMap, build_atlas_map, map_key
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.inference.textures.generator import TextureMaps
from ml_core.vocabulary.avatar.irises import DEFAULT_EYE
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, MAPPED_SIZES
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge import session
from ...bridge.data.single_user import ensure_editable
from ...bridge.jobs.steps import InThread, Progress, unbroken
from ...bridge.mesh_arrays import mesh_data
from ...bridge.vrm.toons import take_over
from ..body.eyes import iris_angle, iris_png, wear_iris
from ..body.humanoid import BEARD_KEY, HAIR_KEY, Humanoid
from ..body.targets import Body, Targets, find_targets, find_targets_job
from ..own_data import make_own, own_mesh, role_of, wear_only, worn_images
from .fabrics import wearing_fabric
from .images import image_folder, pngs_of, store_image, store_png, store_tile
from .layers import LayeredMaps, LayerStack
from .materials import BARE_SUBSURFACE, SKIN_SUBSURFACE, SkinMaps, lit, plain_material, skin_material
from .paint_sources import PAINTED, Fabric, PaintSource, Skin, takes_paint
from .texture_options import TextureOptions
from .uv_layout import ATLAS_UV, PaintedPart, is_paintable, painted_parts, use_atlas_uv

CACHED_BYTES = 600_000_000
"""A map of a whole body at 1024 pixels takes about 60 MB."""


class MapCache:
    """The last few texel → atlas maps by the digest of their inputs, so that a slider reuses them."""

    def __init__(self) -> None:
        self._maps: OrderedDict[str, AtlasMap] = OrderedDict()

    def get(self, skin: Humanoid, fit: BodyFit, size: int) -> AtlasMap:
        key = map_key(skin.vertices, skin.triangles, skin.corner_uv, size, fit, skin.part_weights)
        if key not in self._maps:
            self._maps[key] = build_atlas_map(
                fit, skin.vertices, skin.normals, skin.triangles, skin.corner_uv, skin.part_weights, size
            )
        self._maps.move_to_end(key)
        while len(self._maps) > 1 and sum(item.nbytes for item in self._maps.values()) > CACHED_BYTES:
            self._maps.popitem(last=False)
        return self._maps[key]


def apply_maps_job(
    obj: bpy.types.Object,
    maps: TextureMaps,
    size: int | None = None,
    options: TextureOptions | None = None,
    layers: LayerStack | None = None,
    then: Callable[[], Generator[Progress | InThread, Any, None]] | None = None,
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Applies generated maps to an armature's body or to a humanoid mesh; geometry and UVs stay as they are.

    A mesh whose UVs overlap (a color palette) gets a second UV map. Everything slow is computed in the job's thread
    first; what follows changes the file, and cannot be interrupted. A job that is closed before that leaves everything
    as it was.

    Args:
        obj: an armature (its body meshes are found, eyeballs get their iris, hair and clothes are left alone unless
            the options say otherwise) or one mesh, with an armature or without.
        size: resolution of the images in texels; the maps' own size when ``None``.
        options: how; those stored on ``obj`` when ``None``.
        layers: drawn over skin and clothes.
        then: further changes to the file.

    Returns:
        The report: which objects and images were made.

    Raises:
        InputError: there is no humanoid mesh with UVs, or images cannot be saved; nothing is changed then.
    """
    size = size or maps.base_color.shape[0]
    options = options or TextureOptions.of(obj)
    found = yield from find_targets_job(obj, Progress(0, 1, "Putting the texture on"))
    folder = image_folder() if options.beside else None
    layers = layers or LayerStack((), {})
    garments = [body for body in found.garments if takes_paint(body.paint, layers)]
    dyed = [body for body in found.garments if body not in garments]
    dressed = found.bodies + garments + (found.worn if options.worn else [])
    layered = LayeredMaps(maps, layers)
    facts: dict[str, Any] = {"bodies": [], "images": [], "new_uv_maps": [], "size": size}
    for item in (
        *(body.obj for body in dressed),
        *(ball for ball, _ in found.eyes),
        *found.teeth,
        *(item.obj for item in dyed),
    ):
        ensure_editable(item)
    with _meshes_kept([body.obj for body in dressed]) as kept:
        for body in dressed:
            own_mesh(body.obj)
        bodies = _paintable(dressed, facts["new_uv_maps"])
        painted = []
        for number, body in enumerate(bodies):
            yield Progress(number, len(bodies), "Putting the texture on")
            parts = painted_parts(body.obj, body.painted)
            painted.append((yield InThread(lambda parts=parts, body=body: _painted_parts(parts, body, layered, size))))
        eyes = [_eye_painter(ball, skin) for ball, skin in found.eyes]
        wear_eyes = yield InThread(lambda: [paint(maps.traits) for paint in eyes])

        def put_on() -> Generator[Progress | InThread, Any, None]:
            yield from _put_on(found, bodies, painted, dyed, maps.traits, wear_eyes, folder, facts)
            options.store(obj)
            if then is not None:
                yield from then()
            kept.clear()

        yield from unbroken(put_on())
    return facts


def _put_on(
    found: Targets,
    bodies: list[Body],
    painted: list[list[_PaintedImages]],
    dyed: list[Body],
    traits: AvatarTraits,
    wear_eyes: list[Callable[[], None]],
    folder: Path | None,
    facts: dict[str, Any],
) -> Generator[Progress | InThread, Any, None]:
    """Applies everything that was painted, one mesh per step; ``facts`` receives the names of bodies and images."""
    step = Progress(1, 1, "Putting the texture on")
    make_own([*(body.obj for body in bodies), *found.teeth, *(item.obj for item in dyed)])
    for body, parts in zip(bodies, painted, strict=True):
        yield step
        facts["images"] += _dress(body, parts, folder)
        facts["bodies"].append(body.obj.name)
    yield step
    for wear in wear_eyes:
        wear()
    for body in dyed:
        yield step
        assert isinstance(body.paint, Fabric)
        yield from wearing_fabric(body.obj, body.paint.dye(traits))
    for item in found.teeth:
        wear_only(item, plain_material(item, (0.75, 0.68, 0.58), 0.25))


@contextmanager
def _meshes_kept(objects: list[bpy.types.Object]) -> Iterator[dict[int, Any]]:
    """Removes the meshes and UV maps that were added inside, when it is left by an exception or by closing the job,
    unless the yielded list was cleared: then the work is complete.

    Objects are found by their session_uid: the job may have been undone meanwhile.
    """
    before = {
        obj.session_uid: (obj.data.session_uid, obj.data.uv_layers.active_index, ATLAS_UV in obj.data.uv_layers)
        for obj in objects
    }
    try:
        yield before
    except BaseException:  # also GeneratorExit
        meshes = {item.session_uid: item for item in bpy.data.meshes}
        for obj in [item for item in bpy.data.objects if item.session_uid in before]:
            former, active, had_one = before[obj.session_uid]
            mesh = mesh_data(obj)
            if mesh.session_uid != former and former in meshes:
                obj.data = meshes[former]
                bpy.data.meshes.remove(mesh)
            elif not had_one and ATLAS_UV in mesh.uv_layers:
                mesh.uv_layers.remove(mesh.uv_layers[ATLAS_UV])
                mesh.uv_layers.active_index = active
        raise


def _paintable(bodies: list[Body], added: list[str] | None) -> list[Body]:
    """The bodies with paintable UVs; ``added`` receives the names of those that needed new UVs, and is ``None`` when
    the mesh must stay as it is."""
    together = np.concatenate([body.painted.corner_uv for body in bodies])
    result = []
    for body in bodies:
        stale = body.obj.data.uv_layers.active.name == ATLAS_UV
        if added is not None and (stale or not is_paintable(body.painted, together)):
            body = replace(body, canvas=use_atlas_uv(body.obj, body.painted, body.fit))
            added.append(body.obj.name)
        result.append(body)
    return result


@dataclass(frozen=True)
class MapSource:
    """One set of images of a humanoid: its owner, the inputs of its texel → atlas map, and the folder for images that
    are not packed.

    ``eyes`` belong to it: each paints an iris in any thread and returns a function that applies it, for the main
    thread.
    """

    body: bpy.types.Object
    suffix: str
    skin: Humanoid
    fit: BodyFit
    eyes: tuple[Callable[[AvatarTraits], Callable[[], None]], ...] = ()
    tile: int = 0
    folder: Path | None = None
    paint: PaintSource = PAINTED

    def atlas_map(self, size: int) -> AtlasMap:
        """The map for images of ``size`` texels square; computed once. Needs no Blender data: any thread may call
        it.
        """
        return session.part(MapCache).get(self.skin, self.fit, size)


def map_sources(obj: bpy.types.Object, found: Targets | None = None, every: bool = False) -> list[MapSource]:
    """Everything of ``obj`` to be textured, read once so that other threads can paint it.

    Args:
        found: what ``find_targets`` found on ``obj``; looked for when ``None``.
        every: also garments that are only dyed now, but need a texture once a layer is on them.

    Raises:
        InputError: as :func:`apply_maps_job`.
    """
    found = found or find_targets(obj)
    painters = tuple(_eye_painter(ball, skin) for ball, skin in found.eyes)
    options = TextureOptions.of(obj)
    stack = LayerStack.of(obj)
    garments = [body for body in found.garments if every or takes_paint(body.paint, stack)]
    dressed = found.bodies + garments + (found.worn if options.worn else [])
    folder = image_folder() if options.beside else None
    return [
        MapSource(body.obj, part.suffix, part.skin, body.fit, painters, part.tile, folder, body.paint)
        for body in _paintable(dressed, None)
        for part in painted_parts(body.obj, body.painted)
    ]


@dataclass(frozen=True)
class _PaintedImages:
    """The images for one part of a body: pixels by kind, as PNG files where they will be packed."""

    part: PaintedPart
    pixels: dict[str, NDArray[np.float32]]
    pngs: dict[str, bytes]


def _eye_painter(ball: bpy.types.Object, skin: Humanoid) -> Callable[[AvatarTraits], Callable[[], None]]:
    rim = iris_angle(ball)

    def paint(traits: AvatarTraits) -> Callable[[], None]:
        png = iris_png(skin, rim, traits.eye or DEFAULT_EYE)
        return lambda: wear_iris(ball, png)

    return paint


def _painted_parts(parts: list[PaintedPart], body: Body, maps: LayeredMaps, size: int) -> list[_PaintedImages]:
    """The images of the parts that have texels; needs no Blender data."""
    painted = []
    for part in parts:
        atlas_map = session.part(MapCache).get(part.skin, body.fit, size)
        if len(atlas_map.texel):
            pixels = body.paint.finished(painted_images(atlas_map, maps.of(body.paint)))
            painted.append(_PaintedImages(part, pixels, pngs_of(pixels)))
    return painted


def _dress(body: Body, painted: list[_PaintedImages], folder: Path | None) -> list[str]:
    """One set of images and one material for each material slot that has painted faces."""
    obj = body.obj
    made: dict[int, SkinMaps] = {}
    colors: dict[int, NDArray[np.float32]] = {}
    for item in painted:
        part, stored = item.part, {}
        for kind, png in item.pngs.items():
            if part.tile or folder is not None:
                stored[kind] = store_part(obj, part.suffix, part.tile, kind, item.pixels[kind], True, folder)
            else:
                stored[kind] = store_png(image_role(part.suffix, kind), png, kind == "BC", obj)
        made[part.slot] = SkinMaps(stored["BC"], stored["N"], stored["R"], stored["AO"])
        colors[part.slot] = item.pixels["BC"].mean(axis=(0, 1))
    if not obj.material_slots:
        obj.data.materials.append(None)
    for slot, images in made.items():
        glow = 0.0 if isinstance(body.paint, Fabric) else SKIN_SUBSURFACE
        glow = BARE_SUBSURFACE if isinstance(body.paint, Skin) else glow
        material = skin_material(obj, slot, obj.data.uv_layers.active.name, images, lit(colors[slot]), glow)
        worn = obj.material_slots[min(slot, len(obj.material_slots) - 1)]
        take_over(worn.material, material)
        worn.material = material
    return [
        image.name
        for images in made.values()
        for image in (images.base_color, images.normal, images.roughness, images.occlusion)
    ]


def store_part(
    body: bpy.types.Object,
    suffix: str,
    tile: int,
    kind: str,
    pixels: NDArray[np.float32],
    pack: bool,
    folder: Path | None = None,
) -> bpy.types.Image:
    """Stores one map of a body's part: in a plain image, or in one tile of a tiled one."""
    role = image_role(suffix, kind)
    if tile:
        return store_tile(role, tile, pixels, kind == "BC", body, folder)
    return store_image(role, pixels, color=kind == "BC", owner=body, pack=pack, folder=folder)


def image_size(obj: bpy.types.Object) -> int:
    """Resolution in texels of the images that an avatar wears; 512 without any."""
    wearing = [obj, *(child for child in obj.children_recursive if HAIR_KEY not in child and BEARD_KEY not in child)]
    sizes = [
        int(image.size[0])
        for item in wearing
        if item.type == "MESH"
        for image in worn_images(item)
        if role_of(image).endswith("BC")
    ]
    fitting = [size for size in sizes if size in MAPPED_SIZES]
    return max(fitting, default=DEFAULT_SIZE)


def image_role(suffix: str, kind: str) -> str:
    """The role of one map of a body's part, such as ``BC``, or ``1_BC`` for the part with the suffix ``_1``."""
    return f"{suffix}_{kind}".lstrip("_")


def painted_images(atlas_map: AtlasMap, maps: TextureMaps) -> dict[str, NDArray[np.float32]]:
    """The maps in the mesh's own layout, as they are stored: BC (S, S, 3) sRGB, N (S, S, 3) 0..1, R and AO (S, S)."""
    # A mean of sRGB values is what painting programs do too.
    stack = np.concatenate(
        [linear_to_srgb(maps.base_color), maps.roughness[..., None], maps.occlusion[..., None]],
        axis=-1,
        dtype=np.float32,
    )
    moved, normal = atlas_map.gather(maps.size).with_normal(stack, maps.normal)
    normal = normal * 0.5 + 0.5
    return {"BC": moved[..., :3], "N": normal, "R": moved[..., 3], "AO": moved[..., 4]}
