"""Builds the training set of the texture GAN: avatar textures, warped from their own UV layout into the body atlas.

The --avatars folder holds avatars.csv (columns id, outfit, gender_presentation, base_color, normal, skin_hex,
hair_source, curl_head, curl_body, curl_shoes, face_group, ...), the images it names, and meshes/. One mesh of each
presentation maps each atlas texel to the textures' UV layout; all textures of that presentation are gathered through
it, area-filtered. Needs the extra "train" for the rays.

The --atlas folder holds images that are in the body atlas already, at least 20, and textures.csv (columns base_color,
outfit, presentation; if wanted normal, identity, hair, eye; see ml_core/datasets/textures/atlas_images.py).

Examples:
  python scripts/data/make_texture_dataset.py --avatars ../shared/data/avatars --out runs/texture_data
  python scripts/data/make_texture_dataset.py --atlas my_textures --out runs/my_data
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.textures.assembly import assemble
from ml_core.datasets.textures.atlas_images import assemble_atlas, read_atlas_rows
from ml_core.datasets.textures.avatar_sources import read_rows
from ml_core.datasets.textures.source_bodies import MESH_F, MESH_M, source_maps
from ml_core.publishing import published_folder
from scripts.lib.cli import errors_on_one_line


def tell(done: int, total: int) -> None:
    print(f"\rtexture {done + 1}/{total}", end="", flush=True)


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--avatars", type=Path, help="folder with avatars.csv, textures/ and meshes/")
    source.add_argument("--atlas", type=Path, help="folder with textures.csv and images in the body atlas")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/texture_data"), help="folder to write (default %(default)s)"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[512], choices=[128, 256, 512, 1024], help="atlas sizes (default 512)"
    )
    parser.add_argument("--mesh-m", default=MESH_M, help="mesh for presentation m, in meshes/")
    parser.add_argument("--mesh-f", default=MESH_F, help="mesh for presentation f, in meshes/")
    options = parser.parse_args(arguments)
    rows = read_rows(options.avatars) if options.avatars else read_atlas_rows(options.atlas)
    with published_folder(options.out, "texture data set") as staging:
        for size in options.sizes:
            if options.avatars:
                maps = source_maps(options.avatars / "meshes", size, options.mesh_m, options.mesh_f)
                textures = assemble(rows, maps, tell)
            else:
                textures = assemble_atlas(rows, size, tell)
            textures.save(staging.folder)
            groups = len({label.outfit_group for label in textures.labels})
            print(f"\n{size}: {len(textures.labels)} textures, {groups} garments, {textures.valid.mean():.1%} seen")
    return 0


if __name__ == "__main__":
    sys.exit(main())
