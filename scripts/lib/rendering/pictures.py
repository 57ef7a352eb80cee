"""Pictures of a scene: rendered by Cycles (which needs no window and no GPU), put together by Pillow."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bpy
from PIL import Image, ImageDraw

from blender_addon.scene.lighting.world import show_backdrop
from blender_addon.scene.previews.camera import corners, frame
from blender_addon.scene.previews.pictures import font

__all__ = ["card", "corners", "font", "frame", "render", "studio"]

INK, PAPER, SOFT = (38, 41, 46), (246, 244, 240), (120, 124, 130)
_BACKDROP = (0.82, 0.84, 0.86)
_GROUND, _SKY = 0.25, 1.25
"""Strength of the light from straight below and from straight above; their mean is that of the horizon."""
_SEEN = (0.87, 0.89, 0.91)
_RIM, _CENTER, _REACH = 1.75, 5.5, 0.55
"""What the camera sees of the sky: its color, how bright it is from so far away from the middle of the picture (a share
of its side), and in the middle."""


@contextmanager
def studio(
    context: bpy.types.Context, shown: Sequence[bpy.types.Object], quick: bool = False
) -> Iterator[bpy.types.Scene]:
    """A temporary scene that shows only ``shown`` in front of a plain backdrop, with a white sky, suns and a camera;
    removed afterward.

    Args:
        quick: fewer light bounces and faster denoising; with few samples a quarter of the time, and a little less light
            in corners.
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
        _light_sky(world)
        _hang_backdrop(world)
        scene.world = world
        made.append(world)
        # The first one is so low that eyes mirror it beside their pupils, not behind the upper lid.
        for turn, tilt, energy, angle in ((33, 60, 2.6, 24), (-60, 65, 0.7, 40)):
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
        scene.cycles.transparent_max_bounces = 32  # locks of hair are cards over cards, and black behind the last
        if quick:
            scene.cycles.denoising_quality = scene.cycles.denoising_prefilter = "FAST"
            scene.cycles.sampling_pattern = "BLUE_NOISE"  # where the denoiser helps most
            scene.cycles.use_light_tree = False  # for two suns it costs more than it saves
            world.cycles.sampling_method = "NONE"  # the sky is one color: there is nothing to aim at
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


def _light_sky(world: bpy.types.World) -> None:
    """Light from all around, more of it from above than from the ground: in even light folds and faces look flat."""
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = nodes["Background"]
    background.inputs["Color"].default_value = (*_BACKDROP, 1)
    way, parts, strength = (nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "SeparateXYZ", "MapRange"))
    strength.inputs["From Min"].default_value = -1.0
    strength.inputs["To Min"].default_value, strength.inputs["To Max"].default_value = _GROUND, _SKY
    links.new(way.outputs["Generated"], parts.inputs[0])
    links.new(parts.outputs["Z"], strength.inputs["Value"])
    links.new(strength.outputs[0], background.inputs["Strength"])


def _hang_backdrop(world: bpy.types.World) -> None:
    """The backdrop that the camera sees: a light color, slightly lighter around the center. It is rendered with the
    rest, so that the denoiser smooths the edges of objects in front of it; it emits no light into the scene."""
    nodes, links = world.node_tree.nodes, world.node_tree.links
    output = next(node for node in nodes if node.type == "OUTPUT_WORLD")
    backdrop = show_backdrop(nodes, links, nodes["Background"], output, _SEEN)
    place, away, strength = (nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "VectorMath", "MapRange"))
    away.operation, away.inputs[1].default_value = "DISTANCE", (0.5, 0.5, 0)
    strength.interpolation_type = "SMOOTHSTEP"
    strength.inputs["From Max"].default_value = _REACH
    strength.inputs["To Min"].default_value, strength.inputs["To Max"].default_value = _CENTER, _RIM
    links.new(place.outputs["Window"], away.inputs[0])
    links.new(away.outputs["Value"], strength.inputs["Value"])
    links.new(strength.outputs[0], backdrop.inputs["Strength"])


def render(scene: bpy.types.Scene, width: int, height: int, samples: int, transparent: bool = False) -> Image.Image:
    """Renders the scene's camera view: RGB, or RGBA without the backdrop."""
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.film_transparent = transparent
    scene.cycles.samples = samples
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "picture.png")
        bpy.ops.render.render(write_still=True, scene=scene.name)
        with Image.open(scene.render.filepath) as picture:
            return picture.convert("RGBA" if transparent else "RGB")


def card(canvas: Image.Image, picture: Image.Image, at: tuple[int, int], title: str, size: int = 20) -> None:
    """Draws a picture with rounded corners and a title in its corner on the canvas."""
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
