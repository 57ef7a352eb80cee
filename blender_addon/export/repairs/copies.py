"""The same repairs on the copies that an export writes, where the artist's own scene must stay unchanged."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

import bpy

from ...bridge.jobs.steps import Progress
from ...bridge.mesh_arrays import mesh_data
from ...translations.registry import formatted
from ..delivery.long_calls import REPAIRING, before_call
from ..options import ExportOptions
from .meshes import repair_mesh_copy
from .unwrap import finite_uv
from .weights import assigning_weights


def repair_meshes(meshes: Sequence[bpy.types.Mesh], options: ExportOptions) -> Generator[Progress, None, None]:
    """Repairs copies of static meshes, if ``options.repair_copies``; before they get LODs and lightmap UVs."""
    for number, mesh in enumerate(meshes if options.repair_copies else ()):
        yield before_call(number, len(meshes), formatted("Repairing"), len(mesh.polygons), REPAIRING)
        repair_mesh_copy(mesh)
        finite_uv(mesh)


def repair_skins(skins: Iterable[bpy.types.Object], options: ExportOptions) -> Generator[Progress, None, None]:
    """Repairs copies of skinned meshes, which have their armature modifier, if ``options.repair_copies``."""
    for skin in skins if options.repair_copies else ():
        yield Progress(0, 1, skin.name)
        yield from assigning_weights(skin, Progress(0, 1, skin.name))
        finite_uv(mesh_data(skin))
