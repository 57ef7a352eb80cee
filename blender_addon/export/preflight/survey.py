"""What is checked: the exported objects, their unique meshes, and the targets; shared by all families."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import bpy

from ...bridge.mesh_arrays import mesh_data
from ..content.scene import SceneContent, read_scene
from ..options import ExportOptions
from ..targets.profiles import profile
from .finding import ALWAYS, BY_CHOICE, Finding, Kind
from .meshes.facts import MeshFacts


@dataclass
class Survey:
    """One survey of the scene. Each mesh and each image is checked once, for the first object that has it.

    ``skins`` are the meshes of each armature, ``avatars`` the armatures and their skins, all by ``session_uid``.
    """

    context: bpy.types.Context
    targets: tuple[str, ...]
    options: ExportOptions
    kinds: Mapping[str, Kind]
    static: list[bpy.types.Object]
    armatures: list[bpy.types.Object]
    skins: dict[int, list[bpy.types.Object]]
    content: SceneContent
    avatars: set[int]
    triangles: dict[str, int] = field(default_factory=dict)
    plain_names: dict[str, str] = field(default_factory=dict)
    _facts: dict[int, MeshFacts] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(
        cls, context: bpy.types.Context, targets: Iterable[str], options: ExportOptions, kinds: Mapping[str, Kind]
    ) -> Survey:
        """Raises :class:`InputError` for an unknown target."""
        chosen = tuple(dict.fromkeys(targets))
        for target in chosen:
            profile(target)
        content = read_scene(context)
        avatars_alone = bool(chosen) and not any(profile(item).target.takes_statics for item in chosen)
        static = [] if avatars_alone else content.static_objects
        armatures = [skeleton.armature for skeleton in content.skeletons]
        skins = {skeleton.armature.session_uid: skeleton.members for skeleton in content.skeletons}
        avatars = {*skins, *(skin.session_uid for item in skins.values() for skin in item)}
        return cls(context, chosen, options, kinds, static, armatures, skins, content, avatars)

    def facts(self, obj: bpy.types.Object) -> MeshFacts:
        """The arrays of an object's own mesh."""
        uid = obj.data.session_uid
        if uid not in self._facts:
            self._facts[uid] = MeshFacts.of(mesh_data(obj))
        return self._facts[uid]

    def first(self, family: str, block: bpy.types.ID) -> bool:
        """Whether ``family`` checks this data-block for the first time."""
        key = (family, block.session_uid)
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new

    def found(
        self, kind: str, obj: bpy.types.Object | None, targets: Iterable[str] | None = None, **values: Any
    ) -> Iterator[Finding]:
        """The finding of ``kind``; none if it affects no chosen target."""
        concerned = tuple(target for target in self.targets if targets is None or target in set(targets))
        if obj is not None and obj.session_uid not in self.avatars:
            concerned = tuple(target for target in concerned if profile(target).target.takes_statics)
        if not concerned:
            return
        about = self.kinds[kind]
        is_repaired = about.on_copies == ALWAYS or (about.on_copies == BY_CHOICE and self.options.repair_copies)
        why = [about.why, *(about.in_engine[item] for item in concerned if item in about.in_engine)]
        yield Finding(
            kind=kind,
            severity="info" if is_repaired else about.severity,
            object=obj.name if obj else "",
            what=about.what.format(**values),
            why=" ".join(why).format(**values),
            fix=about.fix.format(**values),
            repair=about.repair if obj is not None and is_editable(obj) else "",
            targets=concerned,
            is_repaired=is_repaired,
            values=tuple(values.items()),
        )


def is_editable(obj: bpy.types.Object) -> bool:
    """Whether object and data belong to this file: linked ones and overrides are to be fixed in their source file."""
    blocks = [obj] if obj.data is None else [obj, obj.data]
    return all(block.library is None and block.override_library is None for block in blocks)
