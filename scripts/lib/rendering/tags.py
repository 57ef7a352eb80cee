"""Draws labels over the objects of a picture: without overlaps, merged with a count where many of a kind are close, and
with a legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from blender_addon.bridge.object_labels import title
from blender_addon.scene.previews.camera import corners
from blender_addon.scene.previews.pictures import font

_UNKNOWN_COLOR = (112, 114, 118)
_COLORS = (
    (28, 92, 122), (146, 84, 36), (70, 110, 56), (124, 60, 110), (160, 52, 52), (46, 74, 150), (20, 116, 104),
    (118, 98, 24), (92, 70, 150), (170, 74, 104), (60, 96, 100), (104, 82, 62), (36, 124, 70), (150, 60, 24),
    (82, 82, 132),
)  # fmt: skip
_INK, _SOFT, _PAPER = (38, 41, 46), (120, 124, 130), (250, 249, 246)
_CLOSE, _FARTHEST = 2.4, 0.4
"""Tags of one label within so many heights of a letter are one; one without a place joins another within such a share
of the picture."""
_CROWDED = 40
"""From so many things on dots may lie under labels."""
_FAR, _MOST_FAR = 4.0, 0.1
"""How many times as far from the middle as nine of ten things are a stray one is, and how many may be strays."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tag:
    """A label to draw. ``label`` is None for what is unknown; ``top``: the center of the object's top in the world;
    ``name`` of the object; ``box``: the corners (8, 3) of its box in the world."""

    label: str | None
    share: float | None
    top: Vector
    name: str = ""
    box: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 3)))

    @property
    def text(self) -> str:
        return "Unknown" if self.label is None else title(self.label)


@dataclass(frozen=True)
class Pill:
    """A drawn label: its place, the text, its anchor point, and the points of all the objects that it represents."""

    box: Box
    text: str
    note: str
    color: tuple[int, int, int]
    anchor: tuple[float, float]
    points: tuple[tuple[float, float], ...]


def colors_of(tags: Sequence[Tag]) -> dict[str | None, tuple[int, int, int]]:
    """A color for each label, the most frequent first; gray for what is unknown."""
    counts = Counter(tag.label for tag in tags if tag.label is not None)
    order = sorted(counts, key=lambda label: (-counts[label], label))
    return {None: _UNKNOWN_COLOR} | {label: _COLORS[place % len(_COLORS)] for place, label in enumerate(order)}


def top_of(obj: bpy.types.Object) -> Vector:
    """The center of the top of an object's box, in the world."""
    box = corners([obj])
    low, high = box.min(axis=0), box.max(axis=0)
    return Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, high[2]))


def without_strays(objects: Sequence[bpy.types.Object]) -> list[bpy.types.Object]:
    """The objects except the few that are far from all others, which would make the picture of the rest tiny."""
    if len(objects) < 4:
        return list(objects)
    boxes = np.array([corners([obj]) for obj in objects])
    low, high = boxes.min(axis=1), boxes.max(axis=1)
    middle = (low + high) / 2
    center = np.median(middle, axis=0)
    # How far the nearest part of each thing is: a large floor around the middle is not far.
    gap = np.linalg.norm(np.maximum(np.maximum(low - center, center - high), 0), axis=1)
    reach = max(float(np.quantile(gap, 0.9)), float(np.median(np.linalg.norm(high - low, axis=1))), 1e-9)
    far = gap > _FAR * reach
    huge = np.linalg.norm(high - low, axis=1) > 20 * reach  # a sky around the scene
    out = far | huge
    if not out.any() or out.mean() > max(_MOST_FAR, 1.5 / len(objects)):
        return list(objects)
    return [obj for obj, is_out in zip(objects, out, strict=True) if not is_out]


def in_picture(scene: bpy.types.Scene, points: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """Pixels (N, 2) of world points (N, 3); NaN for those behind the camera."""
    from bpy_extras.object_utils import world_to_camera_view

    camera = scene.camera
    assert camera is not None
    found = []
    for point in points.tolist():
        seen = world_to_camera_view(scene, camera, Vector(point))
        found.append((seen.x * size[0], (1 - seen.y) * size[1]) if seen.z > 0 else (np.nan, np.nan))
    return np.array(found).reshape(-1, 2)


def draw_tags(picture: Image.Image, scene: bpy.types.Scene, tags: Sequence[Tag], size: int = 17) -> Image.Image:
    """Draws the tags over their objects."""
    seen = in_picture(scene, np.array([tag.top[:] for tag in tags]).reshape(-1, 3), picture.size)
    shown = [
        (tag, (float(x), float(y)))
        for tag, (x, y) in zip(tags, seen, strict=True)
        if 0 <= x <= picture.width and 0 <= y <= picture.height
    ]
    picture = picture.copy()
    draw = ImageDraw.Draw(picture)
    letters, small = font(size), font(round(size * 0.8))
    pills = placed(shown, picture.size, size, Letters(size), colors_of(tags))
    for pill in pills:
        left, top, right, bottom = pill.box
        x, y = pill.anchor
        end = ((left + right) / 2, bottom - 1) if y >= bottom else (min(max(x, left), right), (top + bottom) / 2)
        draw.line([pill.anchor, end], fill=(*pill.color, 255), width=2)
    for pill in pills:
        for x, y in pill.points:
            draw.ellipse([x - 4, y - 4, x + 4, y + 4], fill=(255, 255, 255, 255))
            draw.ellipse([x - 3, y - 3, x + 3, y + 3], fill=(*pill.color, 255))
    for pill in pills:  # over all the lines
        draw.rounded_rectangle(pill.box, radius=size * 0.4, fill=(*pill.color, 255))
        middle = (pill.box[1] + pill.box[3]) / 2
        draw.text((pill.box[0] + size * 0.45, middle), pill.text, (255, 255, 255, 255), letters, anchor="lm")
        if pill.note:
            draw.text((pill.box[2] - size * 0.45, middle), pill.note, (222, 232, 238, 255), small, anchor="rm")
    return picture


class Letters:
    """Measures the width of labels."""

    def __init__(self, size: int) -> None:
        self._size, self._letters, self._small = size, font(size), font(round(size * 0.8))

    def width(self, text: str, note: str) -> float:
        after = self._small.getlength(note) + self._size * 0.4 if note else 0
        return float(self._letters.getlength(text) + after + self._size * 0.9)


Shown = tuple[Tag, tuple[float, float]]


def placed(
    tags: Sequence[Shown],
    size: tuple[int, int],
    letter: int,
    letters: Letters,
    colors: Mapping[str | None, tuple[int, int, int]],
) -> list[Pill]:
    """Where each label goes, so that none overlaps another and none is far from what it names; labels of one kind that
    stand close become one with a count, from farther away only where one finds no place of its own. What finds none
    even so is in the legend.
    """
    clusters = _clusters(tags, letter * _CLOSE)
    urgent: set[str | None] = set()
    while True:
        pills, failed = _try(clusters, urgent, size, letter, letters, colors)
        merged = _merged(clusters, failed, _FARTHEST * max(size))
        # A label that stands alone is placed before all others the next time.
        alone = {clusters[index][0][0].label for index in failed} if len(merged) == len(clusters) else set()
        if not failed or (len(merged) == len(clusters) and alone <= urgent):
            return pills
        clusters, urgent = merged, urgent | alone


def _clusters(tags: Sequence[Shown], reach: float) -> list[list[Shown]]:
    """Clusters of tags of one label, linked by distances of at most ``reach`` pixels."""
    by_label: dict[str | None, list[Shown]] = {}
    for item in tags:
        by_label.setdefault(item[0].label, []).append(item)
    clusters: list[list[Shown]] = []
    for items in by_label.values():
        points = np.array([point for _, point in items])
        left = set(range(len(items)))
        while left:
            cluster, edge = set(), [left.pop()]
            while edge:
                index = edge.pop()
                cluster.add(index)
                near = [other for other in left if np.abs(points[other] - points[index]).max() <= reach]
                left -= set(near)
                edge += near
            clusters.append([items[index] for index in sorted(cluster)])
    return clusters


def _merged(clusters: Sequence[list[Shown]], failed: Sequence[int], limit: float) -> list[list[Shown]]:
    """The clusters, each of the ``failed`` ones joined to the nearest of its label within ``limit`` pixels."""
    joined: list[list[Shown] | None] = list(clusters)
    points = [np.array([point for _, point in items]) for items in clusters]
    for index in failed:
        mine = joined[index]
        if mine is None:
            continue
        same = [other for other, items in enumerate(joined)
                if items is not None and other != index and items[0][0].label == mine[0][0].label]  # fmt: skip
        gaps = [np.linalg.norm(points[other][:, None] - points[index][None], axis=2).min() for other in same]
        if gaps and min(gaps) <= limit:
            nearest = same[int(np.argmin(gaps))]
            joined[nearest] = [*(joined[nearest] or ()), *mine]
            points[nearest] = np.concatenate([points[nearest], points[index]])
            joined[index] = None
    return [items for items in joined if items is not None]


def _try(
    clusters: Sequence[list[Shown]],
    urgent: Collection[str | None],
    size: tuple[int, int],
    letter: int,
    letters: Letters,
    colors: Mapping[str | None, tuple[int, int, int]],
) -> tuple[list[Pill], list[int]]:
    """The pills of the clusters, those of ``urgent`` labels and then those that stand for most things first, and the
    indices of the clusters that found no place near by."""
    points = [point for cluster in clusters for _, point in cluster]
    pills: list[Pill] = []
    boxes: list[Box] = []
    failed: list[int] = []
    crowded = len(points) > _CROWDED

    def rank(index: int) -> tuple[bool, int, float]:
        items = clusters[index]
        return items[0][0].label not in urgent, -len(items), min(point[1] for _, point in items)

    for index in sorted(range(len(clusters)), key=rank):
        cluster = clusters[index]
        tag = cluster[0][0]
        mine = tuple(point for _, point in cluster)
        note = f"×{len(mine)}" if len(mine) > 1 else "" if tag.share is None else f"{tag.share:.0%}"
        width = letters.width(tag.text, note)
        middle = np.mean(mine, axis=0)
        order = sorted(mine, key=lambda point: (point[0] - middle[0]) ** 2 + (point[1] - middle[1]) ** 2)
        # In a crowd dots may be covered: a label on other dots is better than one far away.
        others = [] if crowded else points
        for anchor in order[:12]:
            box = _near_place(anchor, width, letter * 1.6, boxes, others, size)
            if box is not None:
                boxes.append(box)
                pills.append(Pill(box, tag.text, note, colors[tag.label], anchor, mine))
                break
        else:
            failed.append(index)
    return pills, failed


def overlap(box: Box, other: Box, air: float = 3) -> bool:
    """Whether two boxes are closer than ``air`` pixels to each other."""
    return box[0] < other[2] + air and other[0] < box[2] + air and box[1] < other[3] + air and other[1] < box[3] + air


def _near_place(
    point: tuple[float, float],
    width: float,
    height: float,
    boxes: list[Box],
    points: list[tuple[float, float]],
    size: tuple[int, int],
) -> Box | None:
    """A free position close above a point that covers no other object's point; ``None`` if they are too close."""
    x, y = point
    for rise in (0.0, 0.5, 1.0, 1.6, 2.4, 3.2):
        for shift in (0.0, 0.2, -0.2, 0.4, -0.4):
            left = min(max(x - width / 2 + shift * width, 2), size[0] - width - 2)
            top = y - height - 9 - rise * height
            box = (left, top, left + width, top + height)
            if top < 2 or any(overlap(box, other) for other in boxes):
                continue
            hidden = (other for other in points if other != point)
            if not any(box[0] - 4 < a < box[2] + 4 and box[1] - 4 < b < box[3] + 6 for a, b in hidden):
                return box
    return None


def legend(tags: Sequence[Tag], height: int, width: int, size: int = 15) -> Image.Image:
    """A column with the color, the name and the number of every label, the most frequent first."""
    counts = Counter(tag.label for tag in tags)
    rows = sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    column = Image.new("RGBA", (width, height), (*_PAPER, 255))
    draw = ImageDraw.Draw(column)
    letters, colors = font(size), colors_of(tags)
    step = min(size * 1.7, (height - 2 * size) / max(len(rows), 1))
    fitting = rows
    if step < size * 1.15:  # more than fit: the rest is one line
        step = size * 1.25
        fitting = rows[: int((height - 2 * size) // step) - 1]
    y = size * 1.6
    for label, count in fitting:
        draw.rounded_rectangle([size, y - size * 0.4, size * 1.8, y + size * 0.4], 3, fill=(*colors[label], 255))
        name = "Unknown" if label is None else title(label)
        draw.text(
            (size * 2.4, y), _cut(name, letters, width - size * 5.4), _INK if label else _SOFT, letters, anchor="lm"
        )
        draw.text((width - size, y), str(count), _SOFT, letters, anchor="rm")
        y += step
    if len(fitting) < len(rows):
        more = sum(count for _, count in rows[len(fitting) :])
        draw.text((size * 2.4, y), f"{len(rows) - len(fitting)} more labels", _SOFT, letters, anchor="lm")
        draw.text((width - size, y), str(more), _SOFT, letters, anchor="rm")
    return column


def _cut(text: str, letters: ImageFont.FreeTypeFont, width: float) -> str:
    while letters.getlength(text) > width and len(text) > 2:
        text = text[:-2] + "…"
    return text
