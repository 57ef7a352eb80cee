"""One writer for each format of models: Blender's exporter, and what is done to its file afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import bpy

from ml_core.publishing import GENERATOR
from ml_core.version import __version__
from ml_core.vocabulary.targets import Format

from ...bridge.vrm import resolved
from ...bridge.vrm.resolving import Resolved
from ..assets.avatars.avatar import StagedAvatar
from ..assets.avatars.parts import Avatar
from ..assets.avatars.skeleton import humanoid_bones, missing_bones
from ..formats.fbx import write_fbx
from ..formats.glb import add_about, repair_tangents
from ..formats.glb_instances import share_instances
from ..formats.glb_rest import Rest
from ..formats.gltf import write_glb
from ..formats.usd import write_usd
from ..formats.vrm import add_vrm
from ..formats.vrm_kept import KeptAvatar
from ..options import ExportOptions
from ..targets.profile import Profile
from .provenance import gltf_packet

Step = Callable[[], object]
"""What is left to do with a written file, which needs no Blender."""


@dataclass(frozen=True)
class ModelContent:
    """The content of a model: whether it ``is_skeletal``, has clips, or normal maps; ``note`` is its provenance."""

    is_skeletal: bool = False
    has_clips: bool = False
    has_normal_maps: bool = False
    note: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def _resting(content: ModelContent) -> Iterator[None]:
    """Inside the block no armature deforms the meshes of the window's scene, where their clips are written.

    Exporters of formats that store skins at rest iterate over all frames for the bones; Blender would deform every
    vertex at each frame, which took a quarter of the time.
    """
    bending: list[bpy.types.Modifier] = []
    if content.is_skeletal and content.has_clips:
        modifiers = [modifier for obj in bpy.context.scene.objects for modifier in obj.modifiers]
        bending = [item for item in modifiers if item.type == "ARMATURE" and item.show_viewport]
    for modifier in bending:
        modifier.show_viewport = False
    try:
        yield
    finally:
        for modifier in bending:
            modifier.show_viewport = True


class ModelWriter:
    """Writes models of one format: the selected objects of the window's scene."""

    def __init__(self, profile: Profile, options: ExportOptions) -> None:
        self._profile = profile
        self._options = options

    def write(self, path: Path, objects: list[bpy.types.Object], content: ModelContent) -> list[Step]:
        """Calls Blender's exporter; returns the remaining work on the file."""
        raise NotImplementedError

    def refusal(self, armature: bpy.types.Object) -> str:
        """Why the format cannot take an avatar; empty when it can."""
        return ""

    def brought(self, avatar: Avatar) -> Resolved | None:
        """The data that the avatar has from a file of this format; ``None`` for other formats."""
        return None

    def complete(self, path: Path, staged: StagedAvatar, kept: KeptAvatar | None, steps: list[Step]) -> dict[str, Any]:
        """Adds to a written avatar what needs Blender, after the ``steps`` that it consumes; returns facts for the
        report.
        """
        return {}


class FbxWriter(ModelWriter):
    """FBX, with the axes of the target."""

    def write(self, path: Path, objects: list[bpy.types.Object], content: ModelContent) -> list[Step]:
        with _resting(content):
            write_fbx(
                path,
                self._profile.target.fbx_axes,
                skeletal=content.is_skeletal,
                clips=content.has_clips,
                corners=sum(len(obj.data.loops) for obj in objects if obj.type == "MESH"),
                note={"Software": f"{GENERATOR} {__version__}", **content.note},
            )
        return []


class UsdWriter(ModelWriter):
    """OpenUSD in its binary form."""

    def write(self, path: Path, objects: list[bpy.types.Object], content: ModelContent) -> list[Step]:
        write_usd(path, {"Software": f"{GENERATOR} {__version__}", **content.note})
        return []


class GlbWriter(ModelWriter):
    """Binary glTF."""

    def write(self, path: Path, objects: list[bpy.types.Object], content: ModelContent) -> list[Step]:
        rest = Rest.of(objects) if content.has_clips else None
        with _resting(content):
            has_tangents = write_glb(path, self._profile, self._options, content.has_normal_maps, content.has_clips)
        note = dict(content.note)
        about = {"generator": f"{GENERATOR} {__version__}", **note}
        steps: list[Step] = [lambda: repair_tangents(path)] if has_tangents else []
        if rest is not None:
            steps.append(lambda: rest.write(path))
        if self._profile.compact_meshes and self._options.gpu_instances and not content.is_skeletal:
            steps.append(lambda: share_instances(path))
        return [*steps, lambda: add_about(path, about, gltf_packet(note) if note else None)]


class VrmWriter(GlbWriter):
    """VRM: binary glTF with a humanoid."""

    def refusal(self, armature: bpy.types.Object) -> str:
        lacking = missing_bones(humanoid_bones(armature))
        return f"no bones for {', '.join(lacking)}" if lacking else ""

    def brought(self, avatar: Avatar) -> Resolved | None:
        return resolved(avatar.armature, [part.obj for part in avatar.parts])

    def complete(self, path: Path, staged: StagedAvatar, kept: KeptAvatar | None, steps: list[Step]) -> dict[str, Any]:
        while steps:
            steps.pop(0)()
        facts = add_vrm(path, staged.bones, self._options, kept)
        return {"vrm": facts} if facts else {}


WRITERS: Mapping[Format, type[ModelWriter]] = MappingProxyType(
    {"fbx": FbxWriter, "glb": GlbWriter, "vrm": VrmWriter, "usdc": UsdWriter}
)
