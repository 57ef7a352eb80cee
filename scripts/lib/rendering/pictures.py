"""Pictures of a scene: rendered by Cycles (which needs no window and no GPU), drawn on and put together by Pillow."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bpy
from mathutils import Vector
from PIL import Image, ImageDraw, ImageFilter

from blender_addon.scene.previews.camera import corners, frame
from blender_addon.scene.previews.lettering import font

__all__ = ["card", "corners", "draw_tags", "font", "frame", "on_backdrop", "render", "studio", "top_of"]

INK, PAPER, SOFT = (38, 41, 46), (246, 244, 240), (120, 124, 130)
_ACCENT, _UNKNOWN = (28, 92, 122), (112, 114, 118)
_BACKDROP = (0.82, 0.84, 0.86)


@dataclass(frozen=True)
class Tag:
    """A label to draw: text and where its object's top middle lies in the world."""

    text: str
    share: float | None
    top: Vector


@contextmanager
def studio(
    context: bpy.types.Context, shown: Sequence[bpy.types.Object], quick: bool = False
) -> Iterator[bpy.types.Scene]:
    """A scene of its own that shows only ``shown``, with a white sky, a sun and a camera; removed afterwards.

    Args:
        quick: light that bounces less and is denoised faster; with few samples a quarter of the time, and a little
            less light in corners.
    """
    window = context.window or context.window_manager.windows[0]
    former, layer = window.scene, window.view_layer
    scene = bpy.data.scenes.new("Atelier Picture")
    made: list[bpy.types.ID] = []
    try:
        for obj in shown:
            scene.collection.objects.link(obj)
        scene.unit_settings.scale_length = former.unit_settings.scale_length
        camera = bpy.data.cameras.new("Atelier Picture")
        scene.camera = bpy.data.objects.new("Atelier Picture", camera)
        made += [camera, scene.camera]
        scene.collection.objects.link(scene.camera)
        world = bpy.data.worlds.new("Atelier Picture")
        world.use_nodes = True
        background = world.node_tree.nodes["Background"]
        background.inputs["Color"].default_value = (*_BACKDROP, 1)
        background.inputs["Strength"].default_value = 0.75
        scene.world = world
        made.append(world)
        for turn, tilt, energy, angle in ((35, 48, 2.6, 12), (-60, 65, 0.7, 40)):
            light = bpy.data.lights.new("Atelier Picture", "SUN")
            light.energy, light.angle = energy, math.radians(angle)
            sun = bpy.data.objects.new("Atelier Picture", light)
            sun.rotation_euler = (math.radians(tilt), 0, math.radians(turn))
            scene.collection.objects.link(sun)
            made += [light, sun]
        scene.render.engine = "CYCLES"
        scene.cycles.device = "CPU"
        scene.cycles.use_denoising = True
        scene.cycles.max_bounces = 2 if quick else 5
        if quick:
            scene.cycles.denoising_quality = scene.cycles.denoising_prefilter = "FAST"
            scene.cycles.sampling_pattern = "BLUE_NOISE"  # where the denoiser helps most
            scene.cycles.use_light_tree = False  # for two suns it costs more than it saves
            world.cycles.sampling_method = "NONE"  # the sky is one color: there is nothing to aim at
        scene.render.film_transparent = True
        scene.render.image_settings.file_format = "PNG"
        scene.render.image_settings.color_mode = "RGBA"
        scene.view_settings.view_transform = "Filmic"
        scene.view_settings.look = "Medium High Contrast"
        window.scene = scene
        yield scene
    finally:
        window.scene, window.view_layer = former, layer
        bpy.data.scenes.remove(scene)
        bpy.data.batch_remove(made)


def render(scene: bpy.types.Scene, width: int, height: int, samples: int) -> Image.Image:
    """What the scene's camera sees, on transparency."""
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.cycles.samples = samples
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "picture.png")
        bpy.ops.render.render(write_still=True, scene=scene.name)
        with Image.open(scene.render.filepath) as picture:
            return picture.convert("RGBA")


def top_of(obj: bpy.types.Object) -> Vector:
    """The middle of the top of an object's box, in the world."""
    box = corners([obj])
    low, high = box.min(axis=0), box.max(axis=0)
    return Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, high[2]))


def draw_tags(picture: Image.Image, scene: bpy.types.Scene, tags: Sequence[Tag], size: int = 17) -> Image.Image:
    """Draws each tag over its object, moved apart where they would overlap."""
    from bpy_extras.object_utils import world_to_camera_view

    picture = picture.copy()
    draw = ImageDraw.Draw(picture)
    letters, small = font(size), font(round(size * 0.8))
    placed: list[tuple[float, float, float, float]] = []
    boxes: list[tuple[float, float, float, Tag, str]] = []
    pills: list[tuple[tuple[float, float, float, float], str, str, tuple[int, ...]]] = []
    for tag in tags:
        seen = world_to_camera_view(scene, scene.camera, tag.top)
        if seen.z <= 0 or not (0 <= seen.x <= 1 and 0 <= seen.y <= 1):
            continue
        x, y = seen.x * picture.width, (1 - seen.y) * picture.height
        share = "" if tag.share is None else f"{tag.share:.0%}"
        width = letters.getlength(tag.text) + (small.getlength(share) + size * 0.4 if share else 0) + size * 0.9
        boxes.append((y, x, width, tag, share))
    points = [(x, y) for y, x, *_ in boxes]
    far: list[tuple[float, float, float, Tag, str]] = []
    for y, x, width, tag, share in sorted(boxes, key=lambda item: item[0]):
        box = _near_place((x, y), width, size * 1.6, placed, points, picture.size)
        if box is None:
            far.append((y, x, width, tag, share))
            continue
        placed.append(box)
        color = _color_of(tag)
        draw.line([(x, y), ((box[0] + box[2]) / 2, box[3] - 1)], fill=color, width=2)
        pills.append((box, tag.text, share, color))
    for y, x, width, tag, share in sorted(far, key=lambda entry: entry[0]):
        box = _place_at_side((x, y), width, size * 1.6, placed, picture.size)
        placed.append(box)
        color = _color_of(tag)
        end = box[2] if x > box[2] else box[0]
        draw.line([(x, y), (end, (box[1] + box[3]) / 2)], fill=color, width=2)
        pills.append((box, tag.text, share, color))
    for y, x, _, tag, _ in boxes:
        draw.ellipse([x - 3, y - 3, x + 3, y + 3], fill=_color_of(tag))
    for box, text, share, color in pills:  # over all the lines
        draw.rounded_rectangle(box, radius=size * 0.4, fill=color)
        at = (box[0] + size * 0.45, (box[1] + box[3]) / 2)
        draw.text(at, text, (255, 255, 255, 255), letters, anchor="lm")
        if share:
            at = (box[2] - size * 0.45, at[1])
            draw.text(at, share, (206, 228, 238, 255), small, anchor="rm")
    return picture


def _color_of(tag: Tag) -> tuple[int, ...]:
    return (*(_UNKNOWN if tag.share is None else _ACCENT), 255)


Box = tuple[float, float, float, float]


def _overlaps(box: Box, placed: list[Box]) -> bool:
    return any(box[0] < b[2] + 3 and b[0] < box[2] + 3 and box[1] < b[3] + 3 and b[1] < box[3] + 3 for b in placed)


def _near_place(
    point: tuple[float, float],
    width: float,
    height: float,
    placed: list[Box],
    points: list[tuple[float, float]],
    size: tuple[int, int],
) -> Box | None:
    """A free place close above a point that hides no other object's point and lies nearest to this one; ``None`` where
    objects stand too close for that."""
    x, y = point
    for rise in (0.0, 0.5, 1.0, 1.6):
        for shift in (0.0, 0.2, -0.2, 0.4, -0.4):
            left = min(max(x - width / 2 + shift * width, 2), size[0] - width - 2)
            top = y - height - 9 - rise * height
            box = (left, top, left + width, top + height)
            if top < 2 or _overlaps(box, placed):
                continue
            others = [other for other in points if other != point]
            hides = any(box[0] - 4 < ox < box[2] + 4 and box[1] - 4 < oy < box[3] + 14 for ox, oy in others)
            if not hides:
                return box
    return None


def _place_at_side(
    point: tuple[float, float], width: float, height: float, placed: list[Box], size: tuple[int, int]
) -> Box:
    """A free place at the left or the right border, about as high as the point; anywhere there once that is full."""
    sides = [2.0, size[0] - width - 2.0]
    if point[0] > size[0] / 2:
        sides.reverse()
    best: tuple[float, Box] | None = None
    for extra, left in enumerate(sides):
        for row in range(int((size[1] - 4) // (height + 4))):
            top = 2 + row * (height + 4)
            box = (left, top, left + width, top + height)
            cost = abs(top + height / 2 - point[1]) + 0.35 * size[0] * extra
            if not _overlaps(box, placed) and (best is None or cost < best[0]):
                best = (cost, box)
    return best[1] if best else (sides[0], 2.0, sides[0] + width, 2.0 + height)


def on_backdrop(picture: Image.Image, color: tuple[int, int, int] = (226, 229, 231)) -> Image.Image:
    """A transparent render on a plain color, a little lighter around the middle."""
    backdrop = Image.new("RGBA", picture.size, (*color, 255))
    glow = Image.new("L", (64, 64), 0)
    ImageDraw.Draw(glow).ellipse([6, 4, 58, 60], fill=190)
    glow = glow.filter(ImageFilter.GaussianBlur(10)).resize(picture.size, Image.Resampling.BICUBIC)
    backdrop.paste(Image.new("RGBA", picture.size, (250, 250, 249, 255)), mask=glow)
    return Image.alpha_composite(backdrop, picture)


def card(canvas: Image.Image, picture: Image.Image, at: tuple[int, int], title: str, size: int = 20) -> None:
    """Puts a picture with rounded corners and a title in its corner on the canvas."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, picture.width - 1, picture.height - 1], radius=14, fill=255)
    canvas.paste(picture.convert("RGB"), at, mask)
    if title:
        letters = font(size, title)
        width = letters.getlength(title)
        draw = ImageDraw.Draw(canvas, "RGBA")
        x, y = at[0] + 14, at[1] + 14
        draw.rounded_rectangle([x - 6, y - 4, x + width + 8, y + size * 1.3], radius=7, fill=(255, 255, 255, 200))
        draw.text((x + 1, y + size * 0.6), title, INK, letters, anchor="lm")
