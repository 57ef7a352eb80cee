"""Check 28: the export against the scene that it was made from. The scene is the reference, not our manifest.

Everything here is read again from the evaluated scene, without code of the exporter: each visible appearance of each
object, the position of its surface and its color. A target may leave an object out if its manifest says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError

from ..problem import Check, Outcome, Problem
from ..readers.folder import TargetFolder
from ..readers.model import TO_Y_UP, Array, Model
from .holdings import Holding, Told, holdings_check, scene_holdings
from .likeness import Look, likeness_check, open_models, scene_looks
from .posed import Pose, evaluated_triangles, poses_check, scene_poses
from .vrm_source import Counts, counts_of_file, counts_of_scene, kept_check

SAMPLES = 200
TOLERANCE, SHARE = 0.002, 0.002
"""Meters, and of an object's own diagonal, that a surface may be away."""
FACES = ("MESH", "CURVE", "SURFACE", "FONT", "META")

GLTF_LIGHTS = ("POINT", "SPOT", "SUN")
"""KHR_lights_punctual has no area lights."""


@dataclass
class Appearance:
    """One visible object or instance: points on its surface (n, 3) and their unit normals, meters, Y up. It
    ``is_keyed`` if shape keys are active."""

    name: str
    points: Array
    normals: Array
    area: float
    skeleton: str = ""
    is_keyed: bool = False


@dataclass
class Source:
    """The visible content of an open scene; ``lights`` gives the type of each."""

    path: Path
    appearances: list[Appearance]
    cameras: list[str]
    lights: list[str]
    looks: list[Look] = field(default_factory=list)
    poses: list[Pose] = field(default_factory=list)
    vrm: Counts = field(default_factory=Counter)
    holdings: dict[str, Holding] = field(default_factory=dict)
    told: Told = field(default_factory=dict)


def read_source(path: Path) -> Source:
    """Opens a scene file and reads its visible content and its appearance.

    Raises:
        InputError: the file cannot be read.
    """
    from blender_addon.bridge.importers import open_scene
    from scripts.lib.cli import quiet

    with quiet():
        open_scene(path)
        source = read_open_scene(path)
        source.vrm = counts_of_file(path) if path.suffix.lower() == ".vrm" else counts_of_scene()
        source.holdings, source.told = scene_holdings(), _told()
        source.looks = scene_looks(_unit())
        source.poses = scene_poses(_unit())
    return source


def _told() -> Told:
    """The findings of a check of the open scene before an export to each target."""
    import bpy

    from blender_addon.export.options import ExportOptions
    from blender_addon.export.preflight import preflight
    from ml_core.vocabulary.targets import TARGETS

    found: Told = {target: {} for target in TARGETS}
    for finding in preflight(bpy.context, list(TARGETS), ExportOptions()):
        for target in finding.targets:
            found[target].setdefault(finding.object, set()).add(finding.kind)
    return found


def _unit() -> float:
    """Meters in one unit of the open scene."""
    import bpy

    units = bpy.context.scene.unit_settings
    return float(units.scale_length) if units.system != "NONE" else 1.0


def read_open_scene(path: Path) -> Source:
    """The visible content of the open scene, from the file ``path``; without looks."""
    import bpy

    from .shading import seen_instances

    unit = _unit()
    source = Source(path, [], [], [])
    for instance in seen_instances(bpy.context.evaluated_depsgraph_get()):
        obj = instance.object
        if obj.type == "CAMERA":
            if obj.data.type == "PANO":  # which no file holds
                continue
            source.cameras.append(obj.name)
        elif obj.type == "LIGHT":
            source.lights.append(obj.data.type)
        elif obj.type in FACES:
            found = _appearance(obj, np.array(instance.matrix_world), unit)
            if found is not None:
                source.appearances.append(found)
    return source


def _appearance(obj: Any, matrix: Array, unit: float) -> Appearance | None:
    corners = evaluated_triangles(obj, TO_Y_UP @ np.diag([unit, unit, unit, 1]) @ matrix)
    if not len(corners):
        return None
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if np.linalg.det(matrix[:3, :3]) < 0:
        across = -across
    double = np.linalg.norm(across, axis=1)
    solid = double > 1e-12
    if not solid.any():
        return None
    chosen = _spread(np.flatnonzero(solid), double[solid])
    armature = next(
        (modifier.object for modifier in obj.modifiers if modifier.type == "ARMATURE" and modifier.object), None
    )
    above = obj.original.parent
    while armature is None and above is not None:
        armature = above if above.type == "ARMATURE" else None
        above = above.parent
    return Appearance(
        obj.original.name,
        corners[chosen].mean(axis=1),
        across[chosen] / double[chosen][:, None],
        float(double.sum() / 2),
        armature.name if armature is not None else "",
        _is_keyed(obj.original),
    )


def _is_keyed(obj: Any) -> bool:
    keys = obj.data.shape_keys if obj.type == "MESH" else None
    if keys is None:
        return False
    return obj.show_only_shape_key or not keys.use_relative or any(block.value for block in keys.key_blocks[1:])


def _spread(rows: Array, weights: Array) -> Array:
    """Up to :data:`SAMPLES` of ``rows``, evenly by their weights."""
    if len(rows) <= SAMPLES:
        return rows
    along = np.cumsum(weights) / weights.sum()
    return np.unique(rows[np.searchsorted(along, (np.arange(SAMPLES) + 0.5) / SAMPLES)])


class Surface:
    """All triangles that a target's folder places in the world; meters, Y up."""

    def __init__(self, folder: TargetFolder) -> None:
        found: list[Array] = []
        for model in folder.models:
            own = [self._triangles(model, node) for node in model.shown_nodes if node.mesh is not None]
            if not own:
                continue
            triangles = np.concatenate(own)
            places = [
                TO_Y_UP @ np.array(item["matrix_world"], float) @ np.linalg.inv(TO_Y_UP)
                for item in folder.layout
                if item.get("asset") == model.path.stem
            ]
            for place in places or [np.eye(4)]:
                found.append(triangles @ place[:3, :3].T + place[:3, 3])
        self.triangles = np.concatenate(found) if found else np.zeros((0, 3, 3))

    @staticmethod
    def _triangles(model: Model, node: Any) -> Array:
        points = model.points(node)
        shown = _weights(model, node.name) if node.mesh.shapes and not node.mesh.skin else {}
        for name, weight in shown.items():
            if weight and name in node.mesh.shapes:
                points = points + weight * node.mesh.shapes[name] @ model.world(node)[:3, :3].T
        return points[node.mesh.triangles]

    def distances(self, points: Array) -> Array:
        """Distances from each of ``points`` (n, 3) to the nearest triangle."""
        from mathutils import Vector
        from mathutils.bvhtree import BVHTree

        if not hasattr(self, "_tree"):
            flat = self.triangles.reshape(-1, 3)
            faces = np.arange(len(flat)).reshape(-1, 3)
            self._tree = BVHTree.FromPolygons(flat.tolist(), faces.tolist(), all_triangles=True)
        return np.array(
            [self._tree.find_nearest(Vector(point))[3] if len(self.triangles) else np.inf for point in points]
        )


def _weights(model: Model, name: str) -> dict[str, float]:
    """The values at rest of a GLB node's shape keys."""
    document = model.document if isinstance(model.document, dict) else {}
    given = next((item for item in document.get("nodes", []) if item.get("name") == name and "mesh" in item), None)
    if given is None:
        return {}
    mesh = document["meshes"][given["mesh"]]
    values = given.get("weights", mesh.get("weights", []))
    return dict(zip(mesh.get("extras", {}).get("targetNames", []), values, strict=False))


def source_checks(folder: TargetFolder, source: Source) -> list[Outcome]:
    """Checks everything that a target's folder must have in common with its scene. The scene that Blender has open is
    lost.
    """
    kept = [kept_check(folder, source.path, source.vrm)] if folder.of_format("vrm") else []
    moving = [poses_check(folder, source.poses, source.path.name)] if source.poses else []
    return [source_check(folder, source), *kept, *_read_back(folder, source), *moving]


def _read_back(folder: TargetFolder, source: Source) -> Iterator[Outcome]:
    """Problems found by Blender's own importers."""
    name = source.path.name
    try:
        opened = open_models(folder)
    except (RuntimeError, InputError) as error:
        check = Check("29", f"The files look like {name} at the same points", lambda _: (), lambda *_: iter(()))
        problem = Problem("scene", f"is not read back: {' '.join(str(error).split())}", check="29")
        yield Outcome(check, 1, [problem])
        return
    yield holdings_check(folder, source.holdings, opened, source.told, name)
    yield likeness_check(folder, source.looks, name)


def source_check(folder: TargetFolder, source: Source) -> Outcome:
    """Compares one target's folder with the scene."""
    title = f"The surfaces of {source.path.name} lie in the files where they lie in the scene"
    check = Check("28", title, lambda _: (), lambda *_: iter(()))
    problems = list(_lost(folder, source))
    return Outcome(check, len(source.appearances), [_numbered(problem) for problem in problems])


def _numbered(problem: Problem) -> Problem:
    return Problem(problem.file, problem.what, problem.node, problem.expected, problem.actual, "28")


def _lost(folder: TargetFolder, source: Source) -> Iterator[Problem]:
    if not any(model.format in ("fbx", "glb") for model in folder.models):
        return
    surface, about = Surface(folder), folder.about
    takes_statics = about is None or about.takes_statics
    is_whole = about is not None and about.format == "glb"  # with shape keys, cameras and lights
    reported = {str(item) for item in folder.manifest.get("left_out", [])}
    area = 0.0
    for appearance in source.appearances:
        posed = bool(appearance.skeleton)
        if appearance.name in reported or (not takes_statics and not posed):
            continue
        area += appearance.area
        if posed or (appearance.is_keyed and not is_whole):
            continue  # files rest in another pose; their sizes are in the sum of areas
        distances = surface.distances(appearance.points)
        size = float(np.linalg.norm(np.ptp(appearance.points, axis=0)))
        far = distances > TOLERANCE + SHARE * size
        if far.mean() > 0.02:
            worst = "nowhere" if not np.isfinite(distances).all() else f"up to {distances.max():.3f} m away"
            yield Problem(
                "scene",
                f"is not in the files where it is in the scene: {far.mean():.0%} of it",
                appearance.name,
                "",
                worst,
            )
    given = float(np.linalg.norm(np.cross(*_edges(surface.triangles)), axis=1).sum() / 2)
    if (
        area
        and abs(given - area) > 0.05 * area
        and not any(appearance.skeleton or appearance.is_keyed for appearance in source.appearances)
    ):
        yield Problem("scene", "has another surface than the files (m²)", "", round(area, 3), round(given, 3))
    if is_whole or (folder.manifest.get("options", {}).get("scene_file") and takes_statics):
        yield from _counted(folder, source)


def _counted(folder: TargetFolder, source: Source) -> Iterator[Problem]:
    options = folder.manifest.get("options", {})
    is_gltf = folder.about is not None and folder.about.format == "glb"
    lights = [light for light in source.lights if light in GLTF_LIGHTS or not is_gltf]
    for kind, wanted in (("camera", len(source.cameras)), ("light", len(lights))):
        found = sum(_number_of(kind, model) for model in folder.models)
        if options.get(f"{kind}s", True) and found < wanted:
            yield Problem("scene", f"has {kind}s that the files lack", "", wanted, found)


def _number_of(kind: str, model: Model) -> int:
    """Nodes of a model that are cameras or lights."""
    if model.format != "glb":
        return sum(node.kind == kind for node in model.nodes)
    nodes = model.document.get("nodes", [])
    if kind == "camera":
        return sum("camera" in node for node in nodes)
    return sum("KHR_lights_punctual" in node.get("extensions", {}) for node in nodes)


def _edges(triangles: Array) -> tuple[Array, Array]:
    return triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
