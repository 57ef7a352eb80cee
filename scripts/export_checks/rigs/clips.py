"""Check 23: animations under their names, as long as they should be, moving what they should."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Clip, Model

TOLERANCE = 0.001
"""Seconds."""

SHARE = 0.02
"""Share of the longest travel by which targets may differ: one keys a walk's travel on its root, another on the hips
together with their bobbing."""


def _clips(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    claim = folder.entry(model).get("clips")
    wanted = {item["name"]: item for item in claim} if isinstance(claim, list) else None
    names = [clip.name for clip in model.clips]
    if wanted is not None and sorted(names) != sorted(wanted):
        yield Problem(model.name, "has other clips than the manifest says", "", sorted(wanted), sorted(names))
    for clip in model.clips:
        if abs(clip.start) > TOLERANCE:
            yield Problem(model.name, "does not start at 0 s", clip.name, 0, round(clip.start, 4))
        is_still = wanted is not None and wanted.get(clip.name, {}).get("still", False)
        if not is_still and not any(np.ptp(curve.values, axis=0).max(initial=0) > 1e-6 for curve in clip.curves):
            yield Problem(model.name, "is a clip in which nothing moves", clip.name)
        if wanted is not None and clip.name in wanted:
            yield from _length(model, clip, wanted[clip.name])
        yield from _root_motion(model, clip)


def _length(model: Model, clip: Clip, claim: dict) -> Iterator[Problem]:
    seconds = claim["frames"] / claim["fps"]
    if abs(claim.get("seconds", seconds) - seconds) > TOLERANCE:
        yield Problem(
            "manifest.json", "gives seconds that are not frames/fps", clip.name, round(seconds, 4), claim["seconds"]
        )
    if abs(clip.end - clip.start - seconds) > TOLERANCE:
        yield Problem(
            model.name,
            "is not as long as the manifest says (s)",
            clip.name,
            round(seconds, 4),
            round(clip.end - clip.start, 4),
        )


def _root_motion(model: Model, clip: Clip) -> Iterator[Problem]:
    """Only ``root`` may travel over the ground; nodes other than bones stay where they are."""
    bones = {node.name: node for node in model.nodes if node.kind == "bone"}
    unit = float(np.linalg.norm(model.to_meters[:3, 0]))
    for curve in clip.curves:
        if curve.channel == "weights" or curve.values.shape[1] < 3:
            continue
        if curve.node not in bones:
            node = next((item for item in model.nodes if item.name == curve.node), None)
            if model.is_skeletal and node is not None and np.ptp(curve.values, axis=0).max() > 1e-4:
                yield Problem(model.name, f"moves in {clip.name} though it is not a bone", curve.node)
            continue
        if "root" not in bones or curve.node == "root" or curve.channel != "translation":
            continue
        above = model.nodes[bones[curve.node].parent] if bones[curve.node].parent >= 0 else None
        if above is None or above.kind != "bone" or above.name == "root":
            matrix = (model.to_meters @ above.world if above else model.to_meters)[:3, :3] / max(unit, 1e-12)
            way = (matrix @ (curve.values[-1] - curve.values[0])) * unit
            if np.hypot(way[0], way[2]) > 0.01:
                yield Problem(
                    model.name, f"travels over the ground in {clip.name}, which only root may (m)", curve.node,
                    "≤ 0.01", round(float(np.hypot(way[0], way[2])), 3),
                )  # fmt: skip


def _travels(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    """The travel of bones in meters against the other targets: keys in other units would differ a hundredfold."""
    for sibling in folder.siblings:
        for other in sibling.skeletal_models:
            if other.path.stem != model.path.stem:
                continue
            theirs = {clip.name: _longest(other, clip) for clip in other.clips}
            for clip in model.clips:
                own = _longest(model, clip)
                if clip.name in theirs and abs(own - theirs[clip.name]) > max(SHARE * own, 1e-4):
                    what = f"moves its bones otherwise than in {sibling.path.name}/{other.name} (m)"
                    yield Problem(model.name, what, clip.name, round(theirs[clip.name], 4), round(own, 4))


def _longest(model: Model, clip: Clip) -> float:
    """The widest range of a bone's translation keys, in meters."""
    scales = {}
    for node in (item for item in model.nodes if item.kind == "bone"):
        above = model.world(model.nodes[node.parent]) if node.parent >= 0 else model.to_meters
        scales[node.name] = float(np.cbrt(abs(np.linalg.det(above[:3, :3]))))
    ranges = [
        float(np.linalg.norm(np.ptp(curve.values, axis=0))) * scales[curve.node]
        for curve in clip.curves
        if curve.channel == "translation" and curve.node in scales
    ]
    return max(ranges, default=0.0)


def _with_clips(folder: TargetFolder) -> list[Model]:
    return [model for model in folder.models if model.clips or folder.entry(model).get("clips")]


CHECKS = [
    Check("23", "Clips: names, start at 0 s, frames/fps long, only root travels", _with_clips, _clips),
    Check(
        "4b",
        "Clips move bones equally far in every target",
        lambda folder: [model for model in folder.skeletal_models if model.clips and folder.siblings],
        _travels,
    ),
]
