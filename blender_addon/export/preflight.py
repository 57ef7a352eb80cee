"""What would go wrong in an engine, as findings: who, what, why it matters there, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import bmesh
import bpy
import numpy as np

from .materials import read_material
from .naming import plain
from .profiles import profile
from .static_assets import exported_objects, skinned_meshes

MAX_TRIANGLES = 200_000
"""More than this in one object is a warning: budgets of current desktop engines lie below it."""


@dataclass(frozen=True)
class Finding:
    """``severity`` is ``error`` (the export will be wrong), ``warning`` or ``info``; ``object`` a name or empty."""

    severity: str
    object: str
    what: str
    why: str
    fix: str


Check = Callable[[bpy.types.Object], Iterator[Finding]]


def preflight(context: bpy.types.Context, targets: Sequence[str]) -> list[Finding]:
    """Findings on all that an export of the scene would write, errors first; changes nothing."""
    titles = ", ".join(profile(target).title for target in targets)
    static, armatures = exported_objects(context)
    if not static and not armatures:
        return [Finding("error", "", "nothing to export", f"{titles} would get an empty folder", "add or show a mesh")]
    findings: list[Finding] = []
    for obj in static:
        for check in (_transform, _mesh, _uv, _name, _materials, _keys):
            findings += check(obj)
    for armature in armatures:
        findings += _skeleton(armature)
        for mesh in skinned_meshes(armature):
            for check in (_mesh, _uv, _name, _materials, _weights):
                findings += check(mesh)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(dict.fromkeys(findings), key=lambda finding: (order[finding.severity], finding.object))


def _transform(obj: bpy.types.Object) -> Iterator[Finding]:
    scale = np.array(obj.matrix_world.to_scale())
    if obj.matrix_world.determinant() < 0:
        yield Finding(
            "warning",
            obj.name,
            "negative scale",
            "engines show mirrored objects inside out",
            "the exported copy is corrected; apply scale to have it so in the scene",
        )
    elif not np.allclose(scale, 1, atol=1e-4):
        yield Finding(
            "info",
            obj.name,
            "unapplied scale",
            "physics and instancing expect a scale of 1",
            "the exported copy has it applied; Ctrl A, Scale applies it in the scene",
        )


def _mesh(obj: bpy.types.Object) -> Iterator[Finding]:
    if obj.type != "MESH":
        return
    mesh = obj.data
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    if not np.isfinite(points).all():
        yield Finding(
            "error", obj.name, "vertices that are not numbers", "no engine reads them", "delete or rebuild it"
        )
        return
    if not mesh.polygons:
        yield Finding("warning", obj.name, "no faces", "it is left out of the export", "add faces or hide it")
        return
    work = bmesh.new()
    work.from_mesh(mesh)
    counts = {
        "zero-area faces": sum(face.calc_area() < 1e-12 for face in work.faces),
        "loose vertices": sum(not vert.link_faces for vert in work.verts),
        "edges with more than two faces": sum(len(edge.link_faces) > 2 for edge in work.edges),
        "faces of five or more corners": sum(len(face.verts) > 4 for face in work.faces),
    }
    triangles = sum(len(face.verts) - 2 for face in work.faces)
    work.free()
    texts = {
        "zero-area faces": ("they break tangents and lighting", "Mesh, Clean Up, Degenerate Dissolve"),
        "loose vertices": ("they enlarge bounds", "Mesh, Clean Up, Delete Loose"),
        "edges with more than two faces": (
            "shading and collision go wrong there",
            "Select, All by Trait, Non Manifold",
        ),
        "faces of five or more corners": ("tangents are lost on them", "nothing: the exported copy is triangulated"),
    }
    for what, number in counts.items():
        if number:
            why, fix = texts[what]
            yield Finding("info" if "corners" in what else "warning", obj.name, f"{number} {what}", why, fix)
    if triangles > MAX_TRIANGLES:
        yield Finding(
            "warning",
            obj.name,
            f"{triangles} triangles",
            "it will be slow to draw",
            "reduce it with a Decimate modifier",
        )


def _uv(obj: bpy.types.Object) -> Iterator[Finding]:
    if obj.type == "MESH" and obj.data.polygons and not obj.data.uv_layers:
        yield Finding(
            "info",
            obj.name,
            "no UV map",
            "engines need one for textures and tangents",
            "the exported copy gets a box projection; unwrap it for textures",
        )


def _name(obj: bpy.types.Object) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Za-z0-9_]+", obj.name):
        yield Finding(
            "info", obj.name, "a name that engines change", "asset paths break", f"it is exported as {plain(obj.name)}"
        )


def _materials(obj: bpy.types.Object) -> Iterator[Finding]:
    for slot in obj.material_slots:
        if slot.material is None:
            continue
        facts = read_material(slot.material)
        for image in facts.images.values():
            if image.source == "FILE" and not image.packed_file and not _exists(image):
                yield Finding(
                    "error",
                    obj.name,
                    f"image {image.name} is missing",
                    "its texture would be black",
                    "File, External Data, Find Missing Files",
                )
        for problem in facts.unsupported:
            yield Finding(
                "warning",
                obj.name,
                f"material {slot.material.name}: {problem}",
                "only images and constants go into engines",
                "bake it to an image; otherwise its constant is exported",
            )


def _exists(image: bpy.types.Image) -> bool:
    from pathlib import Path

    return Path(bpy.path.abspath(image.filepath, library=image.library)).is_file()


def _keys(obj: bpy.types.Object) -> Iterator[Finding]:
    if obj.type == "MESH" and obj.data.shape_keys and obj.modifiers:
        yield Finding(
            "warning",
            obj.name,
            "modifiers on a mesh with shape keys",
            "applying them drops the keys",
            "apply the modifiers, or remove the keys",
        )


def _skeleton(armature: bpy.types.Object) -> Iterator[Finding]:
    from ml_core.geometry.bone_names import joints_of_bones

    needed = {"hips", "spine", "head"} | {
        side + limb
        for side in ("left", "right")
        for limb in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
    }
    missing = sorted(needed - joints_of_bones([bone.name for bone in armature.data.bones]).keys())
    if missing:
        yield Finding(
            "warning",
            armature.name,
            f"no bone for {', '.join(missing)}",
            "engines cannot make a humanoid of it",
            "rename the bones to VRM, Mixamo or Unreal names",
        )


def _weights(obj: bpy.types.Object) -> Iterator[Finding]:
    many = sum(sum(e.weight > 1e-4 for e in vertex.groups) > 4 for vertex in obj.data.vertices)
    none = sum(not any(e.weight > 1e-4 for e in vertex.groups) for vertex in obj.data.vertices)
    if many:
        yield Finding(
            "info",
            obj.name,
            f"{many} vertices with more than four bones",
            "engines take four",
            "the exported copy keeps the strongest four",
        )
    if none:
        yield Finding(
            "error",
            obj.name,
            f"{none} vertices without a bone",
            "they stay behind when the avatar moves",
            "paint weights on them, or use Weights, Assign Automatic",
        )
