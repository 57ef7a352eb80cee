"""Finds where the 468 landmarks of the face network are on the skin of the built-in body, and writes them into
ml_core/weights/face_points.npz with a card.

    python scripts/data/compile_face_points.py
    python scripts/data/compile_face_points.py --people 60 --out face_points.npz

Known people are rendered from several sides, and their landmarks found as in any photo. Under a landmark is a point of
the skin; its position on the average person is the median over all pictures. So biases of the network on such faces are
part of the table. Takes about ten minutes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.faces.pictures import KnownFace, known_face
from ml_core.errors import AtelierError
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.mesh.rasterize import rasterize_triangles
from ml_core.inference.photo.faces import FaceFinder
from ml_core.inference.photo.points import POINTS_FILE, FacePoints
from ml_core.inference.textures.portrait import bust, triangles_of
from ml_core.outputs import check_outputs
from scripts.lib.compiled import write_compiled

VIEWS = ((0.0, 0.0), (-20.0, 0.0), (20.0, 0.0), (0.0, 12.0), (0.0, -10.0))
"""Degrees to the left and up from which each person is seen."""
MAX_BYTES = 100_000
SIZE = 256
TEXTURE = 256
LEAST = 0.004
"""Distances between the eyes; no landmark is trusted more."""
FIRST_SEED = 5000
"""Seeds from here up are for this table; evaluation uses others."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=48, metavar="N", help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=POINTS_FILE, metavar="FILE", help="default: %(default)s")
    given = parser.parse_args(arguments)
    try:
        check_outputs([given.out, given.out.with_suffix(".json")], [])
        finder = FaceFinder.load()
        seen = []
        for number in range(given.people):
            for yaw, pitch in VIEWS:
                known = known_face(
                    FIRST_SEED + number, SIZE, yaw, pitch, varied=False, hair_style="none", texture=TEXTURE
                )
                faces = finder.find(known.picture)
                if faces:
                    seen.append((known, faces[0].points))
            print(f"{number + 1} of {given.people} people, {len(seen)} faces", file=sys.stderr)
        write(table_of(seen), len(seen), given.out)
    except (AtelierError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def table_of(seen: list[tuple[KnownFace, NDArray]]) -> FacePoints:
    """The table, from landmarks (468, 3) in pixels of known people."""
    average = np.asarray(canvas().person.vertices, np.float64)
    triangles = triangles_of(bust()[0])
    places = np.stack([skin_under(known, points[:, :2], average, triangles) for known, points in seen])
    vertices, shares = nearest(np.median(places, axis=0), average, triangles)
    misses = np.stack([missed(known, points, vertices, shares) for known, points in seen])
    return FacePoints(vertices, shares, np.maximum(np.sqrt((misses**2).mean(axis=0)), LEAST))


def missed(known: KnownFace, points: NDArray, vertices: NDArray, shares: NDArray) -> NDArray[np.float64]:
    """(468, 3) offsets from the projected positions of a table to the landmarks, in distances between the eyes."""
    on_body = np.einsum("nk,nkc->nc", shares, known.expressed.vertices[vertices])
    screen, behind = known.view.project(on_body)
    eyes = float(np.linalg.norm(known.person.joint("l-eye") - known.person.joint("r-eye")))
    unit = SIZE * eyes / known.view.width
    depth = points[:, 2] / unit - behind / eyes
    across = points[:, :2] / unit - SIZE * np.stack([screen[:, 0], 1 - screen[:, 1]], axis=1) / unit
    return np.column_stack([across, depth - np.median(depth)])


def skin_under(known: KnownFace, points: NDArray, average: NDArray, triangles: NDArray) -> NDArray[np.float64]:
    """(N, 3) positions on the average person of what is visible at pixels (N, 2), or nearest to them."""
    corners = np.asarray(known.expressed.vertices, np.float64)[triangles]
    screen, depth = known.view.project(corners)
    first, second = screen[:, 1] - screen[:, 0], screen[:, 2] - screen[:, 0]
    front = np.flatnonzero(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] > 0)
    front = front[np.argsort(depth[front].mean(axis=1), kind="stable")]
    texel, triangle, shares = rasterize_triangles(screen[front], SIZE)
    shown = np.full(SIZE * SIZE, -1)
    shown[texel] = np.arange(len(texel))
    column, row = np.clip(points.astype(int), 0, SIZE - 1).T
    nearest_texel = shown[row * SIZE + column]
    where = np.stack([texel % SIZE, texel // SIZE], axis=1) + 0.5
    for number in np.flatnonzero(nearest_texel < 0):
        nearest_texel[number] = np.argmin(((where - points[number]) ** 2).sum(axis=1))
    chosen = triangles[front[triangle[nearest_texel]]]
    return np.asarray(np.einsum("nk,nkc->nc", shares[nearest_texel], average[chosen]))


def nearest(points: NDArray, vertices: NDArray, triangles: NDArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Vertices (N, 3) and barycentric weights (N, 3) of the points of a surface nearest to points (N, 3)."""
    import trimesh  # half a second, in this script alone

    mesh = trimesh.Trimesh(vertices, triangles, process=False)
    close, _, face = trimesh.proximity.closest_point_naive(mesh, points)
    shares = trimesh.triangles.points_to_barycentric(vertices[triangles[face]], close)
    return np.asarray(triangles[face], np.int64), np.asarray(np.clip(shares, 0, 1), np.float64)


def write(table: FacePoints, pictures: int, out: Path) -> None:
    """The table and its card; both or neither."""
    arrays = {
        "vertices": table.vertices.astype(np.int32),
        "shares": table.shares.astype(np.float32),
        "spread": table.spread.astype(np.float32),
    }
    figures = {
        "% of the eye distance that a landmark is off across the picture": off(table, slice(0, 2)),
        "toward the camera": off(table, slice(2, 3)),
    }
    card = {
        "name": "face_points",
        "what": "where the 468 landmarks of the face network lie on the skin of the built-in body",
        "data": f"{pictures} drawn pictures of people of the built-in body, with painted skin",
        "licence": "CC0-1.0",
        "command": "python scripts/data/compile_face_points.py",
    }
    write_compiled(out, arrays, MAX_BYTES, card, lambda _: figures)
    print(f"{out}: {figures}")


def off(table: FacePoints, axes: slice) -> float:
    """Median over the landmarks of the root-mean-square error along some axes, in percent."""
    return round(100 * float(np.median(np.sqrt((table.spread[:, axes] ** 2).sum(axis=1)))), 2)


if __name__ == "__main__":
    sys.exit(main())
