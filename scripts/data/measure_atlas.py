"""Measures the shape of the body atlas over rigged avatars, and writes ml_core/weights/atlas_shape.npz.

    python scripts/data/measure_atlas.py --avatars ../shared/data/avatars

For each avatar: its frames (ml_core.geometry.humanoid.fit) and the distance of its surface from each part's axis in
every atlas texel. Then means over the men and the women, left and right averaged, smoothed. Prints what it found.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import bpy
import numpy as np
from scipy.ndimage import gaussian_filter

from blender_addon.avatar.body.humanoid import Humanoid, read_humanoid
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CHARTS, PARTS
from ml_core.geometry.atlas.shape import ATLAS_SIZE, SHAPE_FILE, frame_to_vector, mirrored_frame
from ml_core.geometry.atlas.surface import atlas_to_surface
from ml_core.geometry.humanoid.fit import BodyFit
from scripts.lib.cli import leave

# Which avatars say something about a part: jackets hang over the hips and thighs of id03 and id26.
JACKETS = ("id03_business_body", "id26_military_body")
WITHOUT_JACKETS = ("torso", "upper_leg")


@dataclass
class Measured:
    """One avatar's numbers in meters, feet on z = 0."""

    name: str
    woman: bool
    fit: BodyFit
    radius: np.ndarray
    valid: np.ndarray


def load(path: Path) -> Humanoid:
    """The skin of a shared avatar in meters with the feet on z = 0."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    skin = read_humanoid(bpy.data.objects["H_DDS_HighRes"])
    center = np.array([0.0, (skin.joints["leftFoot"] + skin.joints["rightFoot"])[1] / 2, skin.vertices[:, 2].min()])

    def meters(points: np.ndarray) -> np.ndarray:
        return (points - center) * 0.01

    joints = {name: meters(point) for name, point in skin.joints.items()}
    return replace(skin, vertices=meters(skin.vertices), joints=joints)


def measure(path: Path, woman: bool) -> Measured:
    skin = load(path)
    fit = skin.fit()
    surface = atlas_to_surface(fit, skin.vertices, skin.triangles, skin.part_weights, ATLAS_SIZE)
    return Measured(path.stem, woman, fit, surface.radius, surface.valid)


def fill(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Invalid entries from their valid neighbors, by normalized blurs of growing width; columns wrap."""
    result = values.copy()
    done = valid.copy()
    for sigma in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        weight = gaussian_filter(valid.astype(float), sigma, mode=("nearest", "wrap"))
        blurred = gaussian_filter(np.where(valid, values, 0), sigma, mode=("nearest", "wrap"))
        usable = ~done & (weight > 0.02)
        result[usable] = blurred[usable] / weight[usable]
        done |= usable
    return result


def symmetric(image: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Left and right of the atlas averaged where both are known."""
    values, known = image.copy(), valid.copy()
    for chart in CHARTS.values():
        rows, columns = chart.pixels(ATLAS_SIZE)
        if chart.name.startswith("right_"):
            continue
        other = chart.name.replace("left_", "right_")
        there = image[CHARTS[other].pixels(ATLAS_SIZE)], valid[CHARTS[other].pixels(ATLAS_SIZE)]
        if other == chart.name:
            there = there[0][:, ::-1], there[1][:, ::-1]
        here = image[rows, columns], valid[rows, columns]
        weight = here[1].astype(float) + there[1]
        mean = (here[0] * here[1] + there[0] * there[1]) / np.maximum(weight, 1)
        for name in {chart.name, other}:
            values[CHARTS[name].pixels(ATLAS_SIZE)] = mean
            known[CHARTS[name].pixels(ATLAS_SIZE)] = weight > 0
    return values, known


def mean_radius(people: list[Measured]) -> np.ndarray:
    """(256, 256) mean radius over people, holes filled and cloth folds smoothed chart by chart."""
    result = np.zeros((ATLAS_SIZE, ATLAS_SIZE))
    for chart in CHARTS.values():
        kind = chart.part.removeprefix("left_").removeprefix("right_")
        chosen = [person for person in people if not (kind in WITHOUT_JACKETS and person.name in JACKETS)]
        pairs = [symmetric(item.radius, item.valid) for item in chosen]
        pixels = chart.pixels(ATLAS_SIZE)
        weight = sum(known[pixels].astype(float) for _, known in pairs)
        mean = sum(image[pixels] * known[pixels] for image, known in pairs) / np.maximum(weight, 1)
        block = fill(mean, weight > 0)
        sigma = 0.5 if kind == "head" else 1.5
        result[pixels] = gaussian_filter(block, sigma, mode=("nearest", "wrap" if chart.kind == "tube" else "nearest"))
    return result


def averages(people: list[Measured], everyone: list[Measured]) -> dict[str, np.ndarray]:
    """The arrays of one group. Radii are the mean of all people, scaled smoothly toward the mean of the group."""
    result = {}
    for part in PARTS:
        if part.startswith("right_"):
            continue
        vectors = []
        for person in people:
            vectors.append(frame_to_vector(person.fit.frames[part]))
            if part.startswith("left_"):
                vectors.append(frame_to_vector(mirrored_frame(person.fit.frames[part.replace("left_", "right_")])))
            else:
                vectors[-1][0] = 0.0
        result[f"frame_{part}"] = np.mean(vectors, axis=0)
    base = mean_radius(everyone)
    own = mean_radius(people)
    ratio = np.ones_like(base)
    for chart in CHARTS.values():
        pixels = chart.pixels(ATLAS_SIZE)
        smooth = 0.7 if chart.name == "head" else 5.0
        ratio[pixels] = gaussian_filter(own[pixels] / np.maximum(base[pixels], 1e-4), smooth, mode=("nearest", "wrap"))
    result["radius"] = base * ratio
    return result


def write(arrays: dict[str, np.ndarray], people: list[Measured]) -> None:
    temporary = SHAPE_FILE.with_suffix(".tmp.npz")
    np.savez_compressed(temporary, **{name: value.astype(np.float32) for name, value in arrays.items()})
    os.replace(temporary, SHAPE_FILE)
    card = {
        "name": "atlas_shape",
        "what": "mean frames of the body's parts and, over the body atlas, radii of men and women; statistics, no mesh",
        "data": "VALID avatars (Tiffany D. Do and others, University of Central Florida and Google), "
        + ", ".join(person.name for person in people),
        "licence": "MIT",
        "command": "python scripts/data/measure_atlas.py --avatars FOLDER",
        "sha256": hashlib.sha256(SHAPE_FILE.read_bytes()).hexdigest(),
    }
    SHAPE_FILE.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--avatars", type=Path, required=True, help="folder with avatars.csv and meshes/*.glb")
    avatars = parser.parse_args().avatars
    try:
        with (avatars / "avatars.csv").open(newline="") as file:
            women = {row["id"] for row in csv.DictReader(file) if row["gender_presentation"] == "f"}
        people = [measure(path, path.stem[:4] in women) for path in sorted((avatars / "meshes").glob("*.glb"))]
    except (OSError, InputError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    arrays = {}
    for letter, group in (("f", [p for p in people if p.woman]), ("m", [p for p in people if not p.woman])):
        arrays |= {f"{letter}_{name}": value for name, value in averages(group, people).items()}
        print(f"{letter}: {len(group)} people, mean radius {arrays[f'{letter}_radius'].mean():.4f} m")
    write(arrays, people)
    print(f"{SHAPE_FILE}: {SHAPE_FILE.stat().st_size / 1024:.0f} KiB")
    return 0


if __name__ == "__main__":
    leave(main())
