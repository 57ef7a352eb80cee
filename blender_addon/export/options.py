"""The options of an export, beside the targets and the folder."""

from __future__ import annotations

from dataclasses import dataclass, field

from ml_core.vocabulary.export_choices import (
    ActionChoice,
    AvatarPermission,
    ColliderChoice,
    CommercialUsage,
    CreditNotation,
    DetailChoice,
    ImageFormat,
    MeshCompression,
    Modification,
    PoseChoice,
)

DETAILS: dict[DetailChoice, int] = {"full": 0, "standard": 45_000, "game": 20_000}
"""Most triangles of an avatar with all that it wears; 0 is no limit. ``standard`` concerns people of ours alone."""


@dataclass(frozen=True)
class VrmMeta:
    """The ``meta`` block of a VRM 1.0 file (VRMC_vrm specification): who may do what with the avatar."""

    authors: tuple[str, ...] = ()
    avatar_permission: AvatarPermission = "onlyAuthor"
    commercial_usage: CommercialUsage = "personalNonProfit"
    credit_notation: CreditNotation = "required"
    modification: Modification = "prohibited"
    allow_redistribution: bool = False
    allow_excessively_violent_usage: bool = False
    allow_excessively_sexual_usage: bool = False
    allow_political_or_religious_usage: bool = False
    allow_antisocial_or_hate_usage: bool = False


@dataclass(frozen=True)
class ExportOptions:
    """Options of one export.

    ``detail`` limits the triangles of an avatar to those of :data:`DETAILS`; ``merge_garments`` joins the garments of
    an avatar of ours into one mesh. ``lods`` is the number of levels below LOD0.
    ``colliders``: ``label`` (by what each object is), ``box``, ``convex``,
    ``coacd`` (needs that package) or ``none``. ``texture_budget`` is the highest resolution in texels, 0 for the
    target's own. ``actions`` selects which become clips: ``all``, ``active`` (the assigned one) or ``nla`` (strips).
    ``pose`` becomes the rest pose of a skeleton: ``shown``, ``rest``, or ``auto`` (as shown, but animated ones at
    rest). ``author`` and ``license`` are written into the files. ``repair_copies`` repairs on the exported copies what
    preflight can repair. ``cameras``, ``lights``, ``custom_properties`` and ``empties`` are included for targets that
    export a whole scene; with ``scene_file``, cameras, lights and empties are also written for targets with one file
    per asset, as a separate file. ``image_format``, ``compress_meshes`` with its ``mesh_compression``, and
    ``gpu_instances`` (nodes that repeat a mesh merged into one with many instances) apply only to the web target; the
    format of images also to web pages.
    """

    detail: DetailChoice = "standard"
    merge_garments: bool = False
    lods: int = 2
    colliders: ColliderChoice = "label"
    lightmap_uv: bool = True
    clips: bool = True
    actions: ActionChoice = "all"
    pose: PoseChoice = "auto"
    texture_budget: int = 0
    author: str = ""
    license: str = ""
    repair_copies: bool = True
    image_format: ImageFormat = "PNG"
    compress_meshes: bool = False
    mesh_compression: MeshCompression = "DRACO"
    gpu_instances: bool = False
    cameras: bool = True
    lights: bool = True
    custom_properties: bool = True
    empties: bool = False
    scene_file: bool = False
    force: bool = False
    vrm: VrmMeta = field(default_factory=VrmMeta)
