"""The scene on copies, read once for all targets: assets, avatars, materials, clips and names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

from ml_core.errors import InputError

from ...bridge.jobs.steps import InThread, Progress, scaled
from ...translations.registry import formatted
from ..assets.avatars.avatar import base_pose
from ..assets.avatars.budget import fit_avatars
from ..assets.avatars.own_motion import OwnMotion, own_clips, reading_own_motion, with_own_motion
from ..assets.avatars.parts import Avatar, read_avatars
from ..assets.static import StaticAsset, collect_assets
from ..assets.static_geometry import prepare_assets
from ..materials.baking import Surfaced, bake_materials, flatten_materials
from ..materials.reading import KnownMaterials
from ..meshes.lods import Known
from ..meshes.variants import MOST_VARIANTS
from ..motion.clips import Clip, find_clips, reading_clip
from ..motion.sampling import Track, object_tracks, reading_key_tracks, write_key_tracks
from ..names.assets import Namer
from ..names.engine import EngineNames
from ..options import ExportOptions
from ..repairs.copies import repair_meshes
from ..targets.profile import Profile
from .left_out import SHARED_VARIANT, LeftOut, without_levels
from .scene import SceneContent, read_scene


@dataclass
class Stage:
    """The common source of all targets.

    ``clips`` and ``tracks`` are by the session_uid of their armature or object; ``lost_keys`` lists shape keys dropped
    because of modifiers, by object; ``left_out`` lists what was not exported; ``reduced`` caches reduced meshes that
    targets share.
    """

    scene: bpy.types.Scene
    content: SceneContent
    assets: list[StaticAsset]
    avatars: list[Avatar]
    names: EngineNames
    materials: KnownMaterials
    clips: dict[int, list[Clip]]
    tracks: dict[int, list[Track]]
    options: ExportOptions
    without_faces: list[str]
    lost_keys: dict[str, list[str]]
    left_out: list[LeftOut]
    reduced: Known = field(default_factory=dict)


def read_stage(
    context: bpy.types.Context, targets: Sequence[Profile], options: ExportOptions
) -> Generator[Progress | InThread, Any, Stage]:
    """Reads the evaluated scene and takes the steps that targets share: flat shaders, baking, repairs, levels of
    detail, colliders, lightmap UVs.

    Raises:
        InputError: nothing to export.
    """
    content = read_scene(context)
    if not content.statics and not content.skeletons:
        raise InputError("the scene has no visible mesh to export")
    namer = Namer()
    collected = yield from scaled(collect_assets(context, content, namer), 0.0, 0.2)
    avatars = yield from scaled(read_avatars(context, content.skeletons), 0.2, 0.27)
    yield from scaled(fit_avatars(context, avatars, options), 0.27, 0.3)
    assets, empty = collected.assets, collected.without_faces
    if not assets and not avatars:
        raise InputError("nothing to export: {names} have no faces", names=", ".join(empty[:5]))
    surfaced: list[Surfaced] = [*assets, *(part for avatar in avatars for part in avatar.parts)]
    yield from scaled(flatten_materials(surfaced), 0.3, 0.35)
    families = list(dict.fromkeys(target.format.family for target in targets))
    materials = KnownMaterials()
    yield from scaled(bake_materials(surfaced, options.texture_budget, families, materials), 0.35, 0.55)
    yield from scaled(repair_meshes([asset.mesh for asset in assets], options), 0.55, 0.6)
    left_out = yield from scaled(prepare_assets(assets, options, targets), 0.6, 0.9)
    if options.lods and any(target.skinned_lods for target in targets):
        left_out += without_levels(part for avatar in avatars for part in avatar.parts)
    left_out += [LeftOut(name, SHARED_VARIANT.format(MOST_VARIANTS)) for name in collected.shared_variants]
    names = EngineNames.of(avatars, assets, namer, materials)
    clips = yield from scaled(_read_clips(context, avatars, names, options, targets), 0.9, 0.95)
    tracks: dict[int, list[Track]] = {}
    if any(target.format.object_motion for target in targets):
        tracks = yield from scaled(_read_motion(context, content, assets, options), 0.95, 1.0)
    lost = dict(collected.lost_keys)
    for avatar in avatars:
        lost |= avatar.lost_keys
    scene = context.scene
    return Stage(scene, content, assets, avatars, names, materials, clips, tracks, options, empty, lost, left_out)


def _read_clips(
    context: bpy.types.Context,
    avatars: list[Avatar],
    names: EngineNames,
    options: ExportOptions,
    targets: Sequence[Profile],
) -> Generator[Progress, Any, dict[int, list[Clip]]]:
    """The clips of each armature by its session_uid, read once for all targets; those of shape keys go to the parts."""
    clips: dict[int, list[Clip]] = {avatar.armature.session_uid: [] for avatar in avatars}
    if not options.clips or not any(target.target.takes_clips for target in targets):
        return clips
    for avatar in avatars:
        armature = avatar.armature
        stem = names.engine[armature.session_uid].removeprefix("SK_")
        sources = find_clips(armature, stem, options.actions)
        for number, source in enumerate(sources):
            progress = Progress(number, len(sources), formatted("Reading {name}", name=source.name))
            yield progress
            clip = yield from reading_clip(context, armature, source, progress)
            if not clip.is_still or source.strip is not None or source.action is not None:
                clips[armature.session_uid].append(clip)
        prefix = f"AS_{stem}_"
        moving: list[OwnMotion] = []
        for part in avatar.parts:
            progress = Progress(len(sources), len(sources), formatted("Reading {name}", name=part.name))
            yield progress
            reading = reading_key_tracks(context, part.obj, progress, prefix, armature, sources, options.actions)
            part.key_tracks = yield from reading
            if part.bone and (own := own_clips(part.obj, prefix, options.actions)):
                taken = {*armature.data.bones.keys(), *(known.name for known in moving)}
                part.own = yield from reading_own_motion(context, armature, part.obj, part.bone, own, taken, progress)
                moving += [part.own] if part.own is not None else []
        base = base_pose(armature, options.pose)
        clips[armature.session_uid] = with_own_motion(clips[armature.session_uid], base, moving)
    return clips


def _read_motion(
    context: bpy.types.Context, content: SceneContent, assets: list[StaticAsset], options: ExportOptions
) -> Generator[Progress, Any, dict[int, list[Track]]]:
    """The clips of objects without bones by their session_uid; those of shape keys are added to the assets."""
    if not options.clips:
        return {}
    for asset in assets:
        if asset.mesh.shape_keys is not None:
            obj = asset.instances[0].obj
            progress = Progress(0, 1, formatted("Reading the motion of {name}", name=obj.name))
            tracks = yield from reading_key_tracks(context, obj, progress, which=options.actions)
            write_key_tracks(asset.mesh, tracks)
    return (yield from object_tracks(context, content.movable, options.actions))
