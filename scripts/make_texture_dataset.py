"""Warp avatar textures from their own UV layout into the body atlas: the training set of the texture GAN.

The avatars folder holds avatars.csv (columns id, outfit, gender_presentation, base_color, normal, skin_hex,
hair_source, curl_head, curl_body, curl_shoes, face_group, ...), the images it names, and meshes/. One mesh of each
presentation says where each atlas texel lies in the textures' UV layout; all textures of that presentation are
gathered through it, area-filtered. Needs bpy (extra "blender") to read the meshes and the extra "train" for the rays.

Examples:
  python scripts/make_texture_dataset.py --avatars ../shared/data/avatars --out runs/texture_data
  python scripts/make_texture_dataset.py --avatars ../shared/data/avatars --out runs/texture_data --sizes 256 512
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ml_core.datasets.avatar_sources import read_rows
from ml_core.datasets.texture_assembly import assemble
from ml_core.datasets.texture_warp import SUPERSAMPLES, SourceMap
from ml_core.errors import AtelierError, InputError
from ml_core.geometry import bone_names
from ml_core.geometry.atlas import PARTS
from ml_core.geometry.atlas_surface import atlas_to_surface, normal_rotation
from ml_core.geometry.body_fit import BodyFit

BODY_OBJECT = "H_DDS_HighRes"


def read_body(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Vertices (V, 3), triangles (T, 3), corner UVs (T, 3, 2), rest joints and part weights (V, parts) of a GLB."""
    import bpy

    if not path.is_file():
        raise InputError(f"{path}: not found; the avatars folder must hold it")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    armature = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    body = bpy.data.objects[BODY_OBJECT]
    mesh = body.data
    mesh.calc_loop_triangles()

    def read(collection, name: str, width: int, kind: type) -> np.ndarray:
        values = np.empty(len(collection) * width, kind)
        collection.foreach_get(name, values)
        return values.reshape(-1, width)

    vertices = read(mesh.vertices, "co", 3, np.float32).astype(float)
    triangles = read(mesh.loop_triangles, "vertices", 3, np.int32)
    corner_uv = read(mesh.uv_layers[0].data, "uv", 2, np.float32)[read(mesh.loop_triangles, "loops", 3, np.int32)]
    bones = armature.data.bones
    names = [bone.name for bone in bones]
    part_of = bone_names.parts_of_bones(names, {bone.name: bone.parent.name if bone.parent else None for bone in bones})
    joints = {joint: np.array(bones[bone].head_local) for joint, bone in bone_names.joints_of_bones(names).items()}
    weights = np.zeros((len(vertices), len(PARTS)))
    for vertex in mesh.vertices:
        for group in vertex.groups:
            part = part_of.get(body.vertex_groups[group.group].name)
            if part:
                weights[vertex.index, PARTS.index(part)] += group.weight
    return vertices, triangles, corner_uv, joints, weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)


def source_map(path: Path, size: int) -> SourceMap:
    """Where each atlas texel of ``size`` lies in the UV layout of the GLB's body."""
    vertices, triangles, corner_uv, joints, weights = read_body(path)
    fit = BodyFit.from_joints(joints, vertices, weights)
    surface = atlas_to_surface(fit, vertices, triangles, weights, SUPERSAMPLES * size)
    rotation = normal_rotation(fit, surface, vertices, triangles, corner_uv)
    return SourceMap(surface.sample(corner_uv), surface.valid, rotation)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--avatars", type=Path, required=True, help="folder with avatars.csv, textures/ and meshes/")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/texture_data"), help="folder to write (default %(default)s)"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[512], choices=[128, 256, 512], help="atlas sizes")
    parser.add_argument("--mesh-m", default="id24_utility_body.glb", help="mesh for presentation m, in meshes/")
    parser.add_argument("--mesh-f", default="id13_casual_full.glb", help="mesh for presentation f, in meshes/")
    options = parser.parse_args(arguments)
    try:
        rows = read_rows(options.avatars)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=options.out.parent, prefix=options.out.name))
        try:
            for size in options.sizes:
                maps = {
                    presentation: source_map(options.avatars / "meshes" / name, size)
                    for presentation, name in ((0.0, options.mesh_m), (1.0, options.mesh_f))
                }
                textures = assemble(rows, maps, lambda done, total: print(f"\rtexture {done + 1}/{total}", end=""))
                textures.save(part)
                groups = len({label.outfit_group for label in textures.labels})
                print(f"\n{size}: {len(textures.labels)} textures, {groups} garments, {textures.valid.mean():.1%} seen")
            if options.out.exists():
                shutil.rmtree(options.out)
            part.replace(options.out)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except AtelierError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
