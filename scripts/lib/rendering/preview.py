"""The demo's picture: the avatar from the front and back, its maps, and the labeled scene."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Quaternion
from PIL import Image, ImageDraw

from blender_addon.avatar.anatomy.building import body_of
from blender_addon.avatar.body.hair import hair_of
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.bridge.mesh_arrays import positions
from scripts.label_scene import tagged
from scripts.lib.rendering import pictures as _pictures
from scripts.lib.rendering.tags import draw_tags

WIDTH, HEIGHT, GAP = 1920, 1200, 24
_HEADER = 92
_SAMPLES = 4
_ARM_DOWN = 76.0


def draw_preview(context: bpy.types.Context, avatar: bpy.types.Object, sentence: str, seed: int, path: Path) -> None:
    """Writes the picture (1920×1200 PNG); the scene stays as it is."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), _pictures.PAPER)
    draw = ImageDraw.Draw(canvas)
    title = f"“{sentence}”" if sentence else "Nothing asked: all drawn by the seed"
    draw.text((GAP, _HEADER / 2 + 2), title, _pictures.INK, _fitting(title, 34, WIDTH - 260), anchor="lm")
    draw.text((WIDTH - GAP, _HEADER / 2 + 2), f"seed {seed}", _pictures.SOFT, _pictures.font(26), anchor="rm")

    side = 240  # of a map
    right = WIDTH - 2 * GAP - 4 * side - 3 * 12
    column = right - GAP
    tall = HEIGHT - _HEADER - GAP
    with _standing(context, avatar):
        figures = _figures(context, avatar, column // 2 - 6, tall)
        for number, (picture, name) in enumerate(zip(figures, ("Front", "Back"), strict=True)):
            _pictures.card(canvas, picture, (GAP + number * (column // 2 + 6), _HEADER), name)
        x = GAP + column + GAP
        scene = _labelled(context, WIDTH - GAP - x, tall - side - 16)
        _pictures.card(canvas, scene, (x, _HEADER), "")
    for number, (name, image) in enumerate(_worn_maps(avatar)):
        image = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        left = WIDTH - GAP - (4 - number) * side - (3 - number) * 12
        _pictures.card(canvas, image, (left, HEIGHT - GAP - side), name, 18)
    canvas.save(path)


def _fitting(text: str, size: int, width: float):
    letters = _pictures.font(size, text)
    while letters.getlength(text) > width and size > 14:
        size -= 1
        letters = _pictures.font(size, text)
    return letters


def _worn_maps(avatar: bpy.types.Object) -> Iterator[tuple[str, Image.Image]]:
    """Up to four of the images that the avatar wears: those of the skin, of a garment, and of the hair."""
    body = body_of(avatar)
    garments = list(worn_garments(avatar).values())
    hair = hair_of(avatar)
    wanted = [("Skin", body, "Base Color"), ("Skin, normal", body, "Normal")]
    wanted += [("Cloth", garment, "Base Color") for garment in reversed(garments)]
    wanted += [("Hair", hair, "Base Color"), ("Skin, roughness", body, "Roughness")]
    shown: dict[str, Image.Image] = {}
    for name, obj, kind in wanted:
        picture = _image_of(obj, kind) if obj is not None else None
        if picture is not None and name not in shown:
            shown[name] = picture
    yield from list(shown.items())[:4]


def _image_of(obj: bpy.types.Object, kind: str) -> Image.Image | None:
    """The first image of a kind in the materials of an object, on gray where it is transparent."""
    for slot in obj.material_slots:
        node = slot.material.node_tree.nodes.get(kind) if slot.material is not None else None
        image = getattr(node, "image", None)
        if image is None or not image.size[0]:
            continue
        values = np.empty(image.size[0] * image.size[1] * image.channels, np.float32)
        image.pixels.foreach_get(values)
        pixels = values.reshape(image.size[1], image.size[0], image.channels)[::-1]
        if image.channels == 4:
            alpha = pixels[..., 3:]
            pixels = pixels[..., :3] * alpha + 0.55 * (1 - alpha)
        return Image.fromarray(np.rint(np.clip(pixels[..., :3], 0, 1) * 255).astype(np.uint8))
    return None


@contextmanager
def _standing(context: bpy.types.Context, avatar: bpy.types.Object) -> Iterator[None]:
    """Lowers the arms for the picture: the rest pose is a T-pose."""
    bones = [avatar.pose.bones.get(name) for name in ("leftUpperArm", "rightUpperArm", "leftLowerArm", "rightLowerArm")]
    before = [(bone, bone.rotation_mode, bone.rotation_quaternion.copy()) for bone in bones if bone is not None]
    try:
        for bone, _, _ in before:
            sign = 1 if bone.name.startswith("left") else -1
            upper = "Upper" in bone.name
            turn = Quaternion((0, 1, 0), math.radians(_ARM_DOWN * sign)) if upper else Quaternion(
                (0, 0, 1), math.radians(-14 * sign))  # fmt: skip
            rest = bone.bone.matrix_local.to_quaternion()
            bone.rotation_mode = "QUATERNION"
            bone.rotation_quaternion = rest.inverted() @ turn @ rest
        context.view_layer.update()
        yield
    finally:
        for bone, mode, rotation in before:
            bone.rotation_quaternion, bone.rotation_mode = rotation, mode
        context.view_layer.update()


def _figures(context: bpy.types.Context, avatar: bpy.types.Object, width: int, height: int) -> list[Image.Image]:
    """The avatar alone from the front and from the back, at a slight angle."""
    shown = [obj for obj in (avatar, *avatar.children_recursive) if obj.type == "MESH"]
    place = avatar.matrix_world.copy()
    try:
        avatar.matrix_world = Matrix.Diagonal((*place.to_scale(), 1))
        context.view_layer.update()
        pictures = []
        with _pictures.studio(context, [avatar, *shown], quick=True) as scene:
            scene.view_layers[0].update()
            points = _outline(scene, shown)
            for yaw in (14, 194):
                _pictures.frame(scene, _padded(points), yaw, 4, width / height, 70)
                pictures.append(_pictures.render(scene, width, height, _SAMPLES))
    finally:
        avatar.matrix_world = place
        context.view_layer.update()
    return pictures


def _outline(scene: bpy.types.Scene, objects: list[bpy.types.Object]) -> np.ndarray:
    """Evaluated vertices (N, 3) in the world, every seventh."""
    depsgraph = scene.view_layers[0].depsgraph
    points = []
    for obj in objects:
        local = positions(obj.evaluated_get(depsgraph).data)
        world = np.array(obj.matrix_world)
        points.append(local[::7] @ world[:3, :3].T + world[:3, 3])
    return np.concatenate(points)


def _padded(points: np.ndarray) -> np.ndarray:
    """Adds a margin: 6 % along the longest side, 12 % along the others."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2
    return middle + (points - middle) * np.where(half == half.max(), 1.06, 1.12)


def _labelled(context: bpy.types.Context, width: int, height: int) -> Image.Image:
    shown, tags = tagged(context)
    armatures = [obj for obj in context.view_layer.objects if obj.type == "ARMATURE" and obj.visible_get()]
    with _pictures.studio(context, [*shown, *armatures], quick=True) as scene:
        _pictures.frame(scene, _pictures.corners(shown), 36, 27, width / height, 45)
        picture = _pictures.render(scene, width, height, _SAMPLES)
        return draw_tags(picture, scene, [tag for tag in tags if tag.label is not None])
