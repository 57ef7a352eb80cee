"""Reduces avatars to a triangle budget, and merges their garments, before any target is written."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import bpy

from ....avatar.anatomy.person import is_anatomical
from ....avatar.wardrobe.objects import garment_info
from ....bridge.jobs.steps import InThread, Progress, scaled
from ....bridge.mesh_arrays import mesh_data
from ....bridge.state.preserved_scene import in_scene, spare_scene
from ....translations.registry import formatted
from ...meshes.lods import skinned_within
from ...options import DETAILS, ExportOptions
from .parts import Avatar, Part


def fit_avatars(
    context: bpy.types.Context, avatars: Sequence[Avatar], options: ExportOptions
) -> Generator[Progress | InThread, Any, None]:
    """Reduces avatars to ``options.detail`` and joins their garments with ``options.merge_garments``.

    ``standard``, the default, affects only avatars of ours; ``game`` every avatar.
    """
    budget = DETAILS[options.detail]
    for avatar in avatars:
        if options.merge_garments:
            _merge(context, avatar)
        if budget and (options.detail == "game" or is_anatomical(avatar.armature)):
            yield from _reduce(avatar, budget)


def _reduce(avatar: Avatar, budget: int) -> Generator[Progress | InThread, Any, None]:
    """Reduces the parts of an avatar to a total of triangles, each by about the same ratio."""
    total = sum(len(part.mesh.polygons) for part in avatar.parts)
    if total <= budget:
        return
    done, left, room = 0, total, budget
    for part in sorted(avatar.parts, key=lambda part: len(part.mesh.polygons)):  # small ones can hardly give any
        count = len(part.mesh.polygons)
        yield Progress(done / total, 1, formatted("Reducing {name}", name=part.name))
        part.mesh = yield from scaled(
            skinned_within(part.mesh, part.groups, int(count * room / left)), done / total, (done + count) / total
        )
        done, left, room = done + count, left - count, max(room - len(part.mesh.polygons), 0)


def _merge(context: bpy.types.Context, avatar: Avatar) -> None:
    """Joins all garments into one part, with a slot for each of their materials."""
    garments = [part for part in avatar.parts if not part.bone and garment_info(part.obj) is not None]
    if len(garments) < 2:
        return
    first = garments[0]
    with spare_scene(context) as scene:
        holders = []
        for part in garments:
            while len(part.mesh.materials) < len(part.materials):
                part.mesh.materials.append(None)
            for slot, material in enumerate(part.materials):
                part.mesh.materials[slot] = material
            holder = bpy.data.objects.new(part.name, part.mesh)
            for group in part.groups:
                if group not in holder.vertex_groups:
                    holder.vertex_groups.new(name=group)
            scene.collection.objects.link(holder)
            holders.append(holder)
        with in_scene(context, scene, holders), context.temp_override(selected_editable_objects=holders):
            bpy.ops.object.join()
        joined = holders[0]
        obj = first.obj.copy()
        obj.name = f"{avatar.armature.name}_Garments"
        groups = [group.name for group in joined.vertex_groups]
        materials = [slot.material for slot in joined.material_slots]
        mesh = mesh_data(joined)
        bpy.data.objects.remove(joined)
    whole = Part(obj, mesh, materials, groups, "", first.home, first.world, sources=list(materials))
    for part in garments:
        whole.key_tracks += part.key_tracks
    place = avatar.parts.index(first)
    avatar.parts = [part for part in avatar.parts if part not in garments]
    avatar.parts.insert(place, whole)
