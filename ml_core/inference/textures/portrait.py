"""A quick picture of a generated person's head: no renderer, one pass of numpy over the real body, hair and clothes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.atlas.charts import CHARTS, PARTS
from ml_core.geometry.atlas.surface import chart_corner_uv
from ml_core.geometry.body.canvas import canvas, head_frame, part_weights
from ml_core.geometry.body.face.eyeball import ball, iris_colors
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.rig import dense_weights
from ml_core.geometry.garments.garment import Garment
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.geometry.garments.wardrobe import Wardrobe
from ml_core.geometry.hair.growing import build_hair
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit
from ml_core.geometry.mesh.rasterize import rasterize_triangles
from ml_core.geometry.mesh.seams import bilinear
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES

BACKDROP = np.array([0.22, 0.23, 0.25], np.float32)
WIDTH = 0.375
"""Meters from the left to the right border of the picture."""
_ABOVE = 0.085
"""Meters over the crown that the picture shows, for hair."""
_LIGHT = unit(np.array([-0.45, -0.75, 0.5]))
_TOOTH = np.array([0.86, 0.83, 0.76], np.float32)
_IRIS = 0.40
"""Radians from the axis to the rim of the iris."""
_STRANDS = 40
"""Streaks across a lock."""


@dataclass(frozen=True)
class Sitter:
    """The person that a portrait shows: ``eye``, ``hair``, ``top`` and ``bottom`` are sRGB hex, ``garments`` names.

    ``seed`` draws the strands of the hair.
    """

    person: Person
    eye: str
    hair: str
    hair_style: str
    seed: int
    garments: tuple[str, ...] = ()
    top: str = "#808080"


@dataclass(frozen=True)
class View:
    """A camera that looks along +Y at a head, and the light on it.

    Attributes:
        target: (3,) point in the middle of the picture, about which the head is turned. width: meters that the picture
            shows there. turn: (3, 3) rotation of the head. distance: meters from the camera; ``inf`` is orthographic.
        light: (3,) direction to the light. key, fill: sRGB factors (3,) of what it lights and of all the rest.
    """

    target: NDArray[np.floating]
    width: float = WIDTH
    turn: NDArray[np.floating] = field(default_factory=lambda: np.eye(3))
    distance: float = float("inf")
    light: NDArray[np.floating] = field(default_factory=lambda: _LIGHT)
    key: NDArray[np.floating] = field(default_factory=lambda: np.full(3, 0.5))
    fill: NDArray[np.floating] = field(default_factory=lambda: np.full(3, 0.62))

    @classmethod
    def of(cls, person: Person) -> View:
        """Head and shoulders from the front."""
        return cls(np.array([0.0, 0.0, float(person.height) + _ABOVE - WIDTH / 2]))

    def project(self, points: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Where points (..., 3) are in the picture, (..., 2) 0..1 with v up, and how far behind the target (...)."""
        turned = (points - self.target) @ self.turn.T
        scale = 1 / (1 + turned[..., 1] / self.distance) / self.width
        return turned[..., [0, 2]] * scale[..., None] + 0.5, turned[..., 1]


@dataclass(frozen=True)
class _Layer:
    """Triangles (T, 3, 3) of a mesh, their unit normals by corner, and values for the color: (T, 3, C)."""

    corners: NDArray[np.floating]
    normals: NDArray[np.floating]
    values: NDArray[np.floating]


def portrait(
    color: NDArray[np.float32], sitter: Sitter, size: int = 96, view: View | None = None
) -> NDArray[np.float32]:
    """(size, size, 3) sRGB picture of head and shoulders, row 0 at the top; from the front without a ``view``.

    Args:
        color: (A, A, 3) sRGB base color of the bare skin in the body atlas.
    """
    view = view or View.of(sitter.person)
    layers = [_skin(sitter.person), _eyes(sitter.person), *_hair(sitter), *_garments(sitter), _teeth(sitter.person)]
    corners = np.concatenate([layer.corners for layer in layers])
    owner = np.repeat(np.arange(len(layers)), [len(layer.corners) for layer in layers])
    screen, depth = view.project(corners)
    first, second = screen[:, 1] - screen[:, 0], screen[:, 2] - screen[:, 0]
    facing = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] > 0
    inside = (screen[..., 1].max(axis=1) > 0) & (np.abs(screen[..., 0] - 0.5) < 0.9).all(axis=1)
    seen = np.flatnonzero(inside & (facing | (owner == _HAIR)))
    seen = seen[np.argsort(depth[seen].mean(axis=1), kind="stable")]  # near ones first: the first one wins
    # Twice the size, then halved: the borders come out smooth.
    texel, triangle, weights = rasterize_triangles(screen[seen], 2 * size)
    triangle = seen[triangle]
    image = np.tile(BACKDROP, (4 * size * size, 1))
    start = 0
    for number, layer in enumerate(layers):
        mine = owner[triangle] == number
        local, share = triangle[mine] - start, weights[mine]
        start += len(layer.corners)
        normal = unit(np.einsum("nk,nkc->nc", share, layer.normals[local])) @ view.turn.T
        normal *= np.where(normal[:, 1:2] > 0, -1, 1)
        rim = 0.22 * np.clip(normal[:, 1] + 0.55, 0, 1)
        light = view.fill + view.key * np.clip(normal @ view.light, 0, 1)[:, None] - rim[:, None]
        value = np.einsum("nk,nkc->nc", share, layer.values[local])
        image[texel[mine]] = _painted(number, value, color, sitter) * light
    halved = image.reshape(size, 2, size, 2, 3).mean(axis=(1, 3))
    return np.clip(halved, 0, 1).astype(np.float32)


_SKIN, _EYES, _HAIR = range(3)


def _painted(number: int, value: NDArray, color: NDArray[np.float32], sitter: Sitter) -> NDArray[np.float32]:
    """sRGB (N, 3) of points of a layer, which is hair or cloth where it is neither skin nor eyes."""
    if number == _SKIN:
        return bilinear(color, value.astype(np.float32))
    if number == _EYES:
        return iris_colors(value[:, 0], np.arctan2(value[:, 2], value[:, 1]), sitter.eye)
    if number == _HAIR:
        base = np.maximum(np.asarray(hex_to_srgb(sitter.hair), np.float32), 0.035)
        streak = 0.85 + 0.2 * np.sin(_STRANDS * value[:, 0] * 6.3) * np.sin(17 * value[:, 0] * 6.3 + 4 * value[:, 1])
        return (base * (streak * (0.75 + 0.25 * np.clip((1 - value[:, 1]) / 0.2, 0, 1)))[:, None]).astype(np.float32)
    return value.astype(np.float32)


def _smooth(points: NDArray, faces: NDArray[np.integer]) -> tuple[NDArray, NDArray]:
    """Corners (T, 3, 3) and normals (T, 3, 3) of quads (F, 4)."""
    triangles = triangles_of(faces)
    corners = points[triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(face[:, axis], 3), len(points)) for axis in range(3)], axis=1
    )
    return corners, unit(normals)[triangles]


def triangles_of(faces: NDArray[np.integer]) -> NDArray[np.integer]:
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])


@functools.cache
def bust() -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    """Faces (F, 4) of the skin of head, neck and shoulders, and the atlas uv (T, 3, 2) of their triangles' corners."""
    reference = canvas()
    data = reference.person.data
    rest = reference.stance.rows[: data.vertex_count].astype(np.float64)
    parts = part_weights(dense_weights(data))
    faces = data.faces["skin"]
    faces = faces[rest[faces][..., 2].max(axis=1) > float(reference.person.joint("spine-2")[2])]
    triangles = triangles_of(faces)
    part = parts[triangles].mean(axis=1).argmax(axis=1)
    uv = np.zeros((len(triangles), 3, 2))
    for name, chart in CHARTS.items():
        mine = part == PARTS.index(chart.part)
        if mine.any() and chart.kind == "tube":
            uv[mine] = chart_corner_uv(reference.fit, CHARTS[name], rest[triangles[mine]])
    return faces, uv


def _skin(person: Person) -> _Layer:
    faces, uv = bust()
    return _Layer(*_smooth(np.asarray(person.vertices, np.float64), faces), uv)


def _teeth(person: Person) -> _Layer:
    faces = np.concatenate([person.data.faces["teeth_upper"], person.data.faces["teeth_lower"]])
    corners, normals = _smooth(np.asarray(person.vertices, np.float64), faces)
    return _Layer(corners, normals, np.broadcast_to(_TOOTH, corners.shape))


def _eyes(person: Person) -> _Layer:
    angles = np.linspace(0, 1.4, 10)[1:]
    a, b, unit_ball, found = ball(angles, 18)
    faces = np.array([(*face, face[-1])[:4] for face in found])
    from_axis = np.concatenate([[0.0], a.ravel()]) * (0.375 / _IRIS)
    around = np.concatenate([[0.0], b.ravel()])
    values = np.stack([from_axis, np.cos(around), np.sin(around)], axis=1)[triangles_of(faces)]
    corners, normals = [], []
    for side in "lr":
        eye = person.eye(side)
        points = unit_ball * eye.radius + np.asarray(eye.center, np.float64)
        made = _smooth(points, faces)
        corners.append(made[0])
        normals.append(made[1])
    return _Layer(np.concatenate(corners), np.concatenate(normals), np.concatenate([values, values]))


def _hair(sitter: Sitter) -> list[_Layer]:
    """One layer, empty without strands."""
    if not HAIR_STYLES[sitter.hair_style].has_strands:
        return [_Layer(np.zeros((0, 3, 3)), np.zeros((0, 3, 3)), np.zeros((0, 3, 2)))]
    person = sitter.person
    points, faces = np.asarray(person.vertices, np.float64), person.data.faces["skin"]
    head = HeadSpace.of_mesh(points, triangles_of(faces), head_frame(person))
    grown = build_hair(head, sitter.hair_style, sitter.seed)
    uv = np.concatenate([grown.corner_uv[:, [0, 1, 2]], grown.corner_uv[:, [0, 2, 3]]])
    return [_Layer(*_smooth(grown.vertices, grown.faces), uv)]


@functools.cache
def _wardrobe() -> Wardrobe:
    return Wardrobe(body_model().data)


@functools.lru_cache(maxsize=8)
def _cut(names: tuple[str, ...]) -> tuple[Garment, ...]:
    """Garments draped on the average person, from which those of everybody follow."""
    return tuple(_wardrobe().dressed(canvas().person.rows, names))


def _garments(sitter: Sitter) -> Sequence[_Layer]:
    names = tuple(name for name in sitter.garments if BY_NAME[name].kind in ("top", "outer", "neck"))
    before, after = canvas().person.vertices, sitter.person.vertices
    layers = []
    for garment in _cut(names):
        painted = garment.piece.kind in ("top", "outer") and garment is _outermost(_cut(names))
        color = np.asarray(hex_to_srgb(sitter.top if painted else garment.piece.color), np.float32)
        corners, normals = _smooth(garment.followed(before, after).astype(np.float64), garment.faces)
        layers.append(_Layer(corners, normals, np.broadcast_to(color, corners.shape)))
    return layers


def _outermost(garments: Sequence[Garment]) -> Garment:
    """The outermost garment, which takes the color of the top."""
    return max(
        (garment for garment in garments if garment.piece.kind in ("top", "outer")), key=lambda item: item.piece.layer
    )
