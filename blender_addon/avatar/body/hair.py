"""Hair on an avatar: a separate skinned mesh, grown on the current head, that follows the traits."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, is_hex
from ml_core.errors import InputError
from ml_core.files import stored_json
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.geometry.hair.growing import HairMesh, build_hair, hair_strands, with_temples
from ml_core.geometry.hair.styles import HANGING
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import TubeFrame, unit
from ml_core.records import is_whole
from ml_core.vocabulary.avatar.hair.hair_styles import DEFAULT_HAIR_STYLE, HAIR_STYLES
from ml_core.vocabulary.avatar.hair.hair_zones import HAIR_ZONES
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

from ...bridge.data.identity import put
from ...bridge.data.single_user import ensure_editable
from ...bridge.data.stored_values import stored_text, stores_text
from ...bridge.jobs.steps import InThread, Progress, run_to_end
from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.vrm import joint_bones
from ..naming import plain_name
from ..own_data import discard, make_own, wear_only
from ..stored import stored_traits
from ..surface.images import pngs_of, store_png
from ..surface.materials import SkinMaps, hair_material, show_one_color
from ..wardrobe.headwear import tuck_hair
from ..wardrobe.objects import worn_garments
from .earlier_body import SliderMoves, add_keys, has_sliders
from .humanoid import BEARD_KEY, HAIR_KEY, SHAPE_KEY
from .targets import Body, find_targets, find_targets_job

UV_MAP = "UVMap"
_ON_SHOULDERS = ("top", "outer")
"""Kinds of garments that long hair lies on."""
TEXTURE_SIZE = 512
DEFAULT_HAIR = "#3a261a"
STEPS_OF_PUTTING_ON = 4
GROWING = Progress(0, 1, "Growing the hair")


def wears_hair(obj: bpy.types.Object) -> bool:
    """Whether Atelier manages the hair: on the built-in body, and where it put hair before."""
    return obj.type == "ARMATURE" and any(
        stores_text(child, SHAPE_KEY) or is_hair(child) for child in obj.children_recursive
    )


def hair_of(armature: bpy.types.Object) -> bpy.types.Object | None:
    """The hair object that :func:`wear_hair` made for an armature."""
    return next((child for child in armature.children_recursive if is_hair(child)), None)


def hairs_of(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """Hair and beard of an armature, those that it has."""
    return [
        item
        for item in armature.children_recursive
        if item.type == "MESH" and (is_hair(item) or stores_text(item, BEARD_KEY))
    ]


def is_hair(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is hair that :func:`wear_hair` made."""
    return obj.type == "MESH" and stores_text(obj, HAIR_KEY)


@dataclass(frozen=True)
class WornHair:
    """The parameters that the hair of a humanoid was grown from."""

    style: str
    color: str
    seed: int
    tones: Mapping[str, str] = field(default_factory=dict)


def worn_hair(armature: bpy.types.Object) -> WornHair | None:
    """Our hair on an armature, with defaults for invalid values; ``None`` without hair."""
    hair = hair_of(armature)
    if hair is None:
        return None
    stored = stored_json(stored_text(hair, HAIR_KEY), dict, {})
    style, color, seed = stored.get("style"), stored.get("color"), stored.get("seed")
    return WornHair(
        style if isinstance(style, str) and style in HAIR_STYLES else DEFAULT_HAIR_STYLE,
        color if is_hex(color) else DEFAULT_HAIR,
        seed if is_whole(seed, 0, MAX_SEED) else 0,
        _known_tones(stored.get("tones")),
    )


def _known_tones(stored: object) -> dict[str, str]:
    """The valid ones among stored colors of parts of the hair."""
    values = stored if isinstance(stored, dict) else {}
    return {zone: values[zone] for zone in HAIR_ZONES if is_hex(values.get(zone))}


def wear_hair(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    style: str,
    color: str,
    seed: int,
    tones: Mapping[str, str] | None = None,
) -> bpy.types.Object | None:
    """Puts hair on the head of a humanoid, in place of hair that it put there before.

    Args:
        style: one of :data:`ml_core.vocabulary.avatar.hair.hair_styles.HAIR_STYLES`; those without strands remove it.
        color: sRGB hex. tones: the same for its parts, by :data:`.hair_zones.HAIR_ZONES` of the vocabulary.

    Raises:
        InputError: the armature has no skinned body or no head bone; then nothing is changed.
    """
    wanted = AvatarTraits(hair_style=style, hair=color, hair_tones=tones)
    return run_to_end(run_to_end(grown_for(context, armature, wanted, seed)))


def grown_for(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    traits: AvatarTraits,
    seed: int,
    step: Progress = GROWING,
) -> Generator[Progress | InThread, Any, Generator[Progress, Any, bpy.types.Object | None]]:
    """Grows the hair that ``traits`` ask for, at ``step`` of a job; the result puts it on, nothing changes before."""
    style, color = traits.hair_style or "none", traits.hair or DEFAULT_HAIR
    ensure_editable(armature)
    if not HAIR_STYLES[style].has_strands:
        return _taking_off(armature)
    found = yield from find_targets_job(armature, step, garments=False)
    scalp = Scalp.of(context, armature, found.bodies)
    grown = yield InThread(lambda: scalp.grow(WornHair(style, color, seed, traits.hair_tones or {})))
    return putting_on(context, armature, scalp, grown, step)


def _taking_off(armature: bpy.types.Object) -> Generator[Progress, Any, None]:
    take_off(armature)
    yield from ()


@dataclass(frozen=True)
class GrownHair:
    """Hair grown in another thread: mesh in the armature's space, its displacements by sliders, PNG images."""

    worn: WornHair
    mesh: HairMesh
    moves: dict[str, NDArray[np.float32]]
    pictures: dict[str, bytes]


@dataclass(frozen=True)
class Scalp:
    """The surface that hair grows on, read from Blender once, so that :meth:`grow` may run in any thread."""

    body: Body
    vertices: NDArray[np.float64]
    to_armature: NDArray[np.float64]
    bones: tuple[str, str, str]
    is_measured: bool
    sliders: SliderMoves | None
    worn: tuple[tuple[NDArray[np.float64], NDArray[np.int32]], ...] = ()

    @classmethod
    def of(cls, context: bpy.types.Context, armature: bpy.types.Object, bodies: Sequence[Body] | None = None) -> Scalp:
        """The scalp of a humanoid; for a body with sliders, that of its neutral head, from which the hair follows the
        sliders as the body does.

        Args:
            bodies: those that ``find_targets`` found on the armature; looked for when ``None``.

        Raises:
            InputError: as :func:`wear_hair`.
        """
        bones = _bones(armature)
        bodies = find_targets(armature, garments=False).bodies if bodies is None else bodies
        body = next((item for item in bodies if item.skin.part_weights[:, 0].max() > 0.5), bodies[0])
        vertices, follows = body.skin.vertices, has_sliders(armature)
        if not follows:
            vertices = vertices + _shape_moves(context, body.obj, body.skin.to_world)
        to_armature = np.array(armature.matrix_world.inverted()) @ body.skin.to_world
        sliders = SliderMoves.of(body.obj) if follows else None
        is_measured = len(bodies) == 1 and not follows
        return cls(body, vertices, to_armature, bones, is_measured, sliders, _around_neck(armature))

    def grow(self, wanted: WornHair) -> GrownHair:
        """Grows a style that has strands, and paints it."""
        fit = self.body.skin.fit() if self.is_measured else self.body.fit
        worn = self.worn if wanted.style in HANGING else ()
        head = HeadSpace.of_mesh(self.vertices, self.body.skin.triangles, cast(TubeFrame, fit.frames["head"]), worn)
        grown = build_hair(head, wanted.style, wanted.seed)
        if "temples" in wanted.tones:
            grown = with_temples(grown, head, wanted.seed)
        moved = grown.vertices @ self.to_armature[:3, :3].T + self.to_armature[:3, 3]
        moves = self.sliders.at(moved) if self.sliders is not None else {}
        grown = replace(grown, vertices=moved, normals=unit(grown.normals @ np.linalg.inv(self.to_armature[:3, :3])))
        return GrownHair(wanted, grown, moves, _pictures(wanted))


def putting_on(
    context: bpy.types.Context, armature: bpy.types.Object, scalp: Scalp, grown: GrownHair, step: Progress = GROWING
) -> Generator[Progress, Any, bpy.types.Object]:
    """Creates or refills the hair object in :data:`STEPS_OF_PUTTING_ON` steps; it is worn after the last."""
    mesh = _mesh(plain_name(f"{armature.name}_Hair"), grown.mesh)
    fresh = bpy.data.objects.new(f"{armature.name}_Hair", mesh)
    yield step
    _weigh(fresh, grown.mesh.fall, scalp.bones)
    yield step
    if grown.moves:
        add_keys(fresh, grown.moves, armature)
    yield step
    hair = hair_of(armature)
    if hair is None:
        hair = fresh
        for collection in armature.users_collection:
            collection.objects.link(hair)
        hair.parent = armature
        hair.modifiers.new("Armature", "ARMATURE").object = armature
    else:
        make_own([hair])
        former = mesh_data(hair)
        for slot in hair.material_slots:
            mesh.materials.append(slot.material)
        hair.data = mesh  # with the weights and their names
        bpy.data.objects.remove(fresh)
        mesh.name, former.name = former.name, f"{former.name}.old"
        if not former.users:
            bpy.data.meshes.remove(former)
    put(hair, HAIR_KEY, json.dumps(asdict(grown.worn)))
    wear_only(hair, _painted(hair, grown.pictures, grown.worn.color))
    tuck_hair(armature)
    context.view_layer.update()
    return hair


def take_off(armature: bpy.types.Object) -> None:
    """Removes the hair of an armature, with its mesh, images and material unless something else uses them."""
    hair = hair_of(armature)
    if hair is None:
        return
    discard(hair)
    bpy.context.view_layer.update()


def refitting_hair(context: bpy.types.Context, armature: bpy.types.Object) -> Generator[Progress | InThread, Any, None]:
    """Regrows the hair of an armature on its current head: to be called when the body has changed."""
    worn = worn_hair(armature)
    if worn is not None:
        wanted = AvatarTraits(hair_style=worn.style, hair=worn.color, hair_tones=worn.tones)
        yield from (yield from grown_for(context, armature, wanted, worn.seed))


def hair_change(
    context: bpy.types.Context, armature: bpy.types.Object, bodies: Sequence[Body] | None = None
) -> Callable[[], list[Callable[[], object]]] | None:
    """The update of the hair to the traits stored on an avatar; ``None`` when nothing has to be done.

    The result is a function for another thread, which returns steps for the main thread. ``bodies`` as for
    :meth:`Scalp.of`.
    """
    stored = stored_traits(armature)
    if stored is None or not wears_hair(armature):
        return None
    traits, seed = stored
    style, color = traits.hair_style or "none", traits.hair or DEFAULT_HAIR
    worn = worn_hair(armature)
    if not HAIR_STYLES[style].has_strands:
        return (lambda: [lambda: take_off(armature)]) if hair_of(armature) is not None else None
    tones = dict(traits.hair_tones or {})
    if worn is None or worn.style != style or ("temples" in worn.tones) != ("temples" in tones):
        scalp = Scalp.of(context, armature, bodies)

        def grow() -> list[Callable[[], object]]:
            putting = putting_on(context, armature, scalp, scalp.grow(WornHair(style, color, seed, tones)))
            return [lambda: next(putting, None)] * STEPS_OF_PUTTING_ON

        return grow
    wanted = replace(worn, color=color, tones=tones)
    if worn == wanted:
        return None

    def recolor() -> list[Callable[[], object]]:
        png = _pictures(wanted)["BC"]
        return [lambda: _recolored(armature, wanted, png)]

    return recolor


def _recolored(armature: bpy.types.Object, wanted: WornHair, png: bytes) -> None:
    hair, worn = hair_of(armature), worn_hair(armature)
    if hair is not None and worn is not None and worn.style == wanted.style:
        make_own([hair])
        store_png("BC", png, color=True, owner=hair)
        for slot in hair.material_slots:
            if slot.material is not None:
                show_one_color(slot.material, hex_to_srgb(wanted.color))
        put(hair, HAIR_KEY, json.dumps(asdict(wanted)))


def _shape_moves(context: bpy.types.Context, body: bpy.types.Object, to_world: NDArray) -> NDArray[np.float64]:
    """(V, 3) by which active shape keys, such as sliders, move the mesh from its basis, in the fit's space."""
    mesh = body.data
    if mesh.shape_keys is None:
        return np.zeros((len(mesh.vertices), 3))
    depsgraph = context.evaluated_depsgraph_get()
    values = {key.name: key.value for key in body.evaluated_get(depsgraph).data.shape_keys.key_blocks}
    basis = _points(mesh.shape_keys.reference_key.data)
    moved = np.zeros_like(basis)
    for key in mesh.shape_keys.key_blocks:
        value = values.get(key.name, key.value)
        if key.mute or not value or key == mesh.shape_keys.reference_key:
            continue
        moved += value * (_points(key.data) - _points(key.relative_key.data))
    to_fit = np.linalg.inv(to_world) @ np.array(body.matrix_world)
    return moved @ to_fit[:3, :3].T


def _points(data: bpy.types.bpy_prop_collection) -> NDArray[np.float64]:
    values = np.empty(len(data) * 3, np.float32)
    data.foreach_get("co", values)
    return values.reshape(-1, 3).astype(np.float64)


def _around_neck(armature: bpy.types.Object) -> tuple[tuple[NDArray[np.float64], NDArray[np.int32]], ...]:
    """Vertices (V, 3) and triangles (T, 3) of the garments of an armature on which long hair may lie."""
    found = []
    for name, obj in worn_garments(armature).items():
        if BY_NAME[name].kind not in _ON_SHOULDERS:
            continue
        mesh = mesh_data(obj)
        mesh.calc_loop_triangles()
        triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
        mesh.loop_triangles.foreach_get("vertices", triangles)
        to_rest = np.array(armature.matrix_world.inverted() @ obj.matrix_world)
        points = positions(mesh) @ to_rest[:3, :3].T + to_rest[:3, 3]
        found.append((points.astype(np.float64), triangles.reshape(-1, 3)))
    return tuple(found)


def _bones(armature: bpy.types.Object) -> tuple[str, str, str]:
    """Names of the bones that carry hair: head, neck, chest; the nearest existing bone where one is missing."""
    joints = joint_bones(armature)
    if "head" not in joints:
        raise InputError("{name}: has no head bone; rename the bone of the head to head", name=armature.name)
    neck = joints.get("neck", joints["head"])
    chest = next((joints[name] for name in ("upperChest", "chest", "spine") if name in joints), neck)
    return joints["head"], neck, chest


def _mesh(name: str, grown: HairMesh) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new(name)
    kept = np.ones(grown.faces.shape, bool)
    kept[:, 3] = grown.faces[:, 3] != grown.faces[:, 2]
    mesh.from_pydata(
        grown.vertices.tolist(), [], [face[keep].tolist() for face, keep in zip(grown.faces, kept, strict=True)]
    )
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name=UV_MAP)
    layer.data.foreach_set("uv", grown.corner_uv[kept].astype(np.float32).ravel())
    mesh.normals_split_custom_set_from_vertices(grown.normals.astype(np.float32))
    return mesh


def _weigh(hair: bpy.types.Object, fall: NDArray, bones: tuple[str, str, str]) -> None:
    """Weighs hair to the head on the skull, blending by the neck into the chest as it falls."""
    hair.vertex_groups.clear()
    shares = (np.clip(1 - 2 * fall, 0, 1), 1 - np.abs(2 * fall - 1), np.clip(2 * fall - 1, 0, 1))
    total: dict[str, NDArray] = {}
    for bone, share in zip(bones, shares, strict=True):
        total[bone] = total.get(bone, 0) + share
    for bone, share in total.items():
        group = hair.vertex_groups.new(name=bone)
        rounded = np.round(share, 2)
        for value in np.unique(rounded[rounded > 0]):
            group.add(np.flatnonzero(rounded == value).tolist(), float(value), "REPLACE")


def _pictures(wanted: WornHair) -> dict[str, bytes]:
    """The images of hair as PNG files: BC, N, R, AO."""
    maps = hair_strands(wanted.style, wanted.seed, TEXTURE_SIZE).colored(wanted.color, wanted.tones)
    pictures = {"BC": maps.base_color, "N": maps.normal, "R": maps.roughness, "AO": maps.occlusion}
    return pngs_of(pictures)


def _painted(hair: bpy.types.Object, pictures: dict[str, bytes], color: str) -> bpy.types.Material:
    images = {kind: store_png(kind, png, color=kind == "BC", owner=hair) for kind, png in pictures.items()}
    maps_of_hair = SkinMaps(images["BC"], images["N"], images["R"], images["AO"])
    return hair_material(hair, UV_MAP, maps_of_hair, hex_to_srgb(color))
