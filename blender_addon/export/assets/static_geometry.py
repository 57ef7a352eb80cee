"""Builds what engines need beside a static mesh, once for all targets: levels of detail, collision, lightmap UVs."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from ml_core.errors import Message

from ...bridge.jobs.steps import InThread, Progress, scaled
from ...translations.registry import formatted
from ..content.left_out import NO_LIGHTMAP, NO_LIGHTMAP_ROOM, LeftOut
from ..meshes.lods import decimated
from ..meshes.uv_layers import MAX_LAYERS
from ..options import ExportOptions
from ..targets.profile import Profile
from . import lightmap
from .colliders import make_colliders, shape_of
from .lightmap import add_lightmap
from .static import StaticAsset


def prepare_assets(
    assets: list[StaticAsset], options: ExportOptions, targets: Iterable[Profile]
) -> Generator[Progress | InThread, Any, list[LeftOut]]:
    """Fills in ``lods``, ``colliders`` and ``lightmap_size`` of every asset, as far as any target supports them.

    Returns:
        What was left out, by object.
    """
    left_out = []
    has_levels = any(target.target.collider_prefixes for target in targets)
    has_colliders = has_levels or any(target.target.collider_suffix for target in targets)
    for number, asset in enumerate(assets):
        begin, end = number / len(assets), (number + 1) / len(assets)
        progress = Progress(begin, 1, formatted("Preparing {name}", name=asset.name))
        yield progress
        if has_colliders:
            shape = shape_of(asset.instances[0].label, asset.collider, options.colliders)
            asset.colliders = yield from scaled(make_colliders(asset.mesh, shape), begin, begin)
        yield progress
        if has_levels:
            asset.lods = yield from scaled(decimated(asset.mesh, options.lods), begin, end)
        progress = Progress(end, 1, progress.what)
        yield progress
        triangles = len(asset.mesh.polygons)
        if options.lightmap_uv and triangles > lightmap.MOST:
            left_out.append(
                LeftOut(asset.instances[0].object_name, Message(NO_LIGHTMAP, count=triangles, most=lightmap.MOST))
            )
        elif options.lightmap_uv and not lightmap.has_room(asset.mesh):
            left_out.append(LeftOut(asset.instances[0].object_name, Message(NO_LIGHTMAP_ROOM, most=MAX_LAYERS)))
        elif options.lightmap_uv:
            for mesh in (asset.mesh, *asset.lods):
                size = yield from add_lightmap(mesh)
                yield progress
                asset.lightmap_size = max(asset.lightmap_size, size)
    return left_out
