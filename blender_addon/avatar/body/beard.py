"""A beard on an avatar: a mesh of its own that moves with the jaw and the lips, by the same weights and shape keys."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, cast

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, is_hex
from ml_core.geometry.garments.helpers import nearest_of
from ml_core.geometry.hair.beards import BeardMesh, build_beard
from ml_core.geometry.hair.growing import hair_strands
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import TubeFrame

from ...bridge.data.identity import put
from ...bridge.data.single_user import ensure_editable
from ...bridge.data.stored_values import stores_text
from ...bridge.jobs.steps import InThread, Progress, unbroken
from ..anatomy.meshes import add_shapes, follow_key, quad_mesh, weigh
from ..naming import plain_name
from ..own_data import discard, wear_only
from ..surface.images import pngs_of, store_png
from ..surface.materials import SkinMaps, hair_material
from .hair import DEFAULT_HAIR, GROWING, TEXTURE_SIZE, UV_MAP, Scalp
from .humanoid import BEARD_KEY
from .targets import find_targets_job

_MOVED = 2e-5
"""A shape key of the skin moves a beard where it moves its skin by at least so many meters."""


def beard_of(armature: bpy.types.Object) -> bpy.types.Object | None:
    """The beard that :func:`wearing_beard` made for an armature."""
    return next(
        (item for item in armature.children_recursive if item.type == "MESH" and stores_text(item, BEARD_KEY)), None
    )


@dataclass(frozen=True)
class _Grown:
    """A beard grown in another thread: in the armature's space, with the nearest skin vertex of each root."""

    mesh: BeardMesh
    points: NDArray[np.float64]
    nearest: NDArray[np.integer]
    pictures: dict[str, bytes]


def wearing_beard(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    kind: str,
    color: str | None,
    seed: int,
    step: Progress = GROWING,
) -> Generator[Progress | InThread, Any, bpy.types.Object | None]:
    """Puts a beard on the face of a humanoid, in place of an existing one.

    Args:
        kind: one of :data:`ml_core.vocabulary.avatar.hair.beards.BEARDS`. color: sRGB hex.
        step: progress to yield meanwhile.

    Raises:
        InputError: the armature has no skinned body or no head bone; then nothing is changed.
    """
    ensure_editable(armature)
    if kind == "none":
        shave(armature)
        return None
    found = yield from find_targets_job(armature, step, garments=False)
    yield step
    scalp, dye = Scalp.of(context, armature, found.bodies), color if is_hex(color) else DEFAULT_HAIR
    grown = yield InThread(lambda: _grown(scalp, kind, dye, seed))
    return (yield from unbroken(_putting_on(context, armature, scalp, grown, (kind, dye, seed), step)))


def _grown(scalp: Scalp, kind: str, color: str, seed: int) -> _Grown:
    fit = scalp.body.skin.fit() if scalp.is_measured else scalp.body.fit
    head = HeadSpace.of_mesh(scalp.vertices, scalp.body.skin.triangles, cast(TubeFrame, fit.frames["head"]))
    mesh = build_beard(head, kind, seed)
    turn, shift = scalp.to_armature[:3, :3], scalp.to_armature[:3, 3]
    nearest = nearest_of(mesh.roots @ turn.T + shift, scalp.vertices @ turn.T + shift)
    maps = hair_strands("short_crop", seed, TEXTURE_SIZE).colored(color)
    pictures = {"BC": maps.base_color, "N": maps.normal, "R": maps.roughness, "AO": maps.occlusion}
    return _Grown(mesh, mesh.vertices @ turn.T + shift, nearest, pngs_of(pictures))


def _putting_on(
    context: bpy.types.Context,
    armature: bpy.types.Object,
    scalp: Scalp,
    grown: _Grown,
    what: tuple[str, str, int],
    step: Progress,
) -> Generator[Progress, Any, bpy.types.Object]:
    shave(armature)
    body = scalp.body.obj
    beard = _object(armature, grown)
    yield step
    _weigh(beard, body, grown.nearest)
    beard.modifiers.new("Armature", "ARMATURE").object = armature
    yield step
    for _ in _following_face(beard, body, grown.nearest):
        yield step
    kind, color, seed = what
    put(beard, BEARD_KEY, json.dumps({"kind": kind, "seed": seed, "color": color}))
    _paint(beard, grown.pictures, color)
    yield step
    context.view_layer.update()
    return beard


def shave(armature: bpy.types.Object) -> None:
    """Removes the beard of an armature with the data that nothing else uses."""
    beard = beard_of(armature)
    if beard is not None:
        discard(beard)


def _object(armature: bpy.types.Object, grown: _Grown) -> bpy.types.Object:
    mesh = quad_mesh(plain_name(f"{armature.name}_Beard"), grown.points, grown.mesh.faces, grown.mesh.corner_uv)
    beard = bpy.data.objects.new(f"{armature.name}_Beard", mesh)
    for collection in armature.users_collection:
        collection.objects.link(beard)
    beard.parent = armature
    return beard


def _weigh(beard: bpy.types.Object, body: bpy.types.Object, nearest: NDArray[np.integer]) -> None:
    """Gives each strand the weights of the skin at its root."""
    vertices, names = body.data.vertices, [group.name for group in body.vertex_groups]
    roots, of_root = np.unique(nearest, return_inverse=True)
    weights = np.zeros((len(roots), len(names)), np.float32)
    for row, index in enumerate(roots.tolist()):
        for item in vertices[index].groups:
            weights[row, item.group] = item.weight
    bones = {bone.name for bone in beard.parent.data.bones} if beard.parent is not None else set(names)
    weights[:, [name not in bones for name in names]] = 0.0
    weigh(beard, names, weights[of_root.ravel()])


def _following_face(beard: bpy.types.Object, body: bpy.types.Object, nearest: NDArray[np.integer]) -> Iterator[None]:
    """Adds the shape keys of the skin that move the beard, driven by those of the body, one per step."""
    keys = body.data.shape_keys
    if keys is None:
        return
    rest = _places(keys.reference_key)[nearest]
    every = np.arange(len(nearest))
    for block in keys.key_blocks:
        if block == keys.reference_key:
            continue
        moves = _places(block)[nearest] - rest
        if np.abs(moves).max(initial=0) > _MOVED:
            add_shapes(beard, {block.name: (every, moves)})
            own = beard.data.shape_keys.key_blocks[block.name]
            own.slider_min, own.slider_max = block.slider_min, block.slider_max
            follow_key(beard, body, block.name)
            yield


def _places(block: Any) -> NDArray[np.float32]:
    values = np.empty(len(block.data) * 3, np.float32)
    block.data.foreach_get("co", values)
    return values.reshape(-1, 3)


def _paint(beard: bpy.types.Object, pictures: dict[str, bytes], color: str) -> None:
    images = {kind: store_png(kind, png, color=kind == "BC", owner=beard) for kind, png in pictures.items()}
    worn = SkinMaps(images["BC"], images["N"], images["R"], images["AO"])
    wear_only(beard, hair_material(beard, UV_MAP, worn, hex_to_srgb(color)))
