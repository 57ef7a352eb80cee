"""Turntables of every asset and avatar, and one contact sheet of all of them."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
from PIL import Image, ImageDraw, ImageFont

from ml_core.errors import InputError
from ml_core.files import SafeNames

from ...avatar.stored import has_traits
from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.object_labels import label_of, roots
from ..editing.things import Thing, things_of
from .set import PreviewSet, preview_set

MOST = 500
_ANGLE = 25.0
"""From where the contact sheet shows a thing: degrees to the right of its front."""
_MILLISECONDS = 120
_CARD, _INK, _PAPER = 34, (38, 41, 46), (246, 244, 240)
_COLUMNS = 6
CONTACT_SHEET = "contact_sheet.png"


@dataclass(frozen=True)
class PreviewOptions:
    """Options of previews: the ``look``, ``size`` in pixels (square), ``turns``: frames of a turntable (1 for none),
    and ``samples`` per pixel."""

    look: str = "studio"
    size: int = 320
    turns: int = 12
    samples: int = 16


def previewed_things(context: bpy.types.Context) -> list[Thing]:
    """The avatars and assets of the scene, or labeled things if nothing is marked as an asset."""
    scene = context.scene
    objects = [obj for obj in scene.objects if obj.visible_get()]
    avatars = [obj for obj in objects if obj.type == "ARMATURE" and has_traits(obj)]
    assets = [obj for obj in objects if obj.asset_data is not None and obj not in avatars]
    if not assets:
        assets = [obj for obj in objects if label_of(obj) and roots(obj) and obj not in avatars]
    members = [item for obj in (*avatars, *assets) for item in (obj, *obj.children_recursive)]
    wanted = {obj.session_uid for obj in (*avatars, *assets)}
    things = [thing for thing in things_of(dict.fromkeys(members)) if thing.root.session_uid in wanted]
    return [thing for thing in things if thing.box().size.length > 0]


def preview_job(context: bpy.types.Context, folder: Path, options: PreviewOptions) -> Job:
    """Render all previews into ``folder``, which exists: ``NAME.png`` and ``NAME.webp`` (the turntable) of each thing
    and ``contact_sheet.png``.

    Each picture is a step: the window freezes while it renders, and the job may be canceled between two.

    Raises:
        InputError: there is nothing to preview, or more than :data:`MOST` things.
    """
    things = previewed_things(context)
    if not things:
        raise InputError("there is no avatar and no asset; create an avatar, or label objects and apply the labels")
    if len(things) > MOST:
        raise InputError("{number} assets are too many for previews; most are {most}", number=len(things), most=MOST)
    names, cards, files = SafeNames(), [], {}
    names.claim(Path(CONTACT_SHEET).stem)
    for number, thing in enumerate(things):
        name = names.claim(thing.root.name)
        still, turning = yield from _turntable(context, thing, options, number, len(things))
        still.save(folder / f"{name}.png")
        files[thing.root.name] = [f"{name}.png"]
        if turning:
            yield InThread(lambda path=folder / f"{name}.webp", frames=turning: _write_turntable(path, frames))
            files[thing.root.name].append(f"{name}.webp")
        cards.append((still, thing.root.name))
    contact_sheet(cards).save(folder / CONTACT_SHEET)
    return {"previews": files, "contact_sheet": CONTACT_SHEET, "look": options.look}


def _turntable(
    context: bpy.types.Context, thing: Thing, options: PreviewOptions, number: int, count: int
) -> Generator[Progress | InThread, Any, tuple[Image.Image, list[Image.Image]]]:
    """The still for the contact sheet, and the frames of the turntable. The set exists for one step at a time: between
    steps the artist sees their own scene."""
    frames = options.turns if options.turns > 1 else 0
    objects = [obj for obj in thing.members if obj.name in context.scene.objects]
    still, turning = None, []
    for step in range(frames + 1):
        yield Progress(number + step / (frames + 1), count, "Rendering previews", blocks=True)
        with preview_set(context, objects, thing.box(), options.look, options.size, options.samples) as on_set:
            turned = _front_of(thing)
            on_set.turn(turned + (_ANGLE if not step else 360.0 * (step - 1) / frames))
            picture = _rendered(on_set)
        if not step:
            still = picture
        else:
            turning.append(picture)
    assert still is not None
    return still, turning


def _front_of(thing: Thing) -> float:
    """Degrees around +Z by which the thing is rotated from facing -Y."""
    matrix = thing.root.matrix_world
    return math.degrees(math.atan2(matrix[1][0], matrix[0][0]))


def _rendered(on_set: PreviewSet) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        on_set.scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True, scene=on_set.scene.name)
        with Image.open(path) as picture:
            return picture.convert("RGB")


def _write_turntable(path: Path, frames: Sequence[Image.Image]) -> None:
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=_MILLISECONDS, loop=0, quality=82)


def contact_sheet(cards: Sequence[tuple[Image.Image, str]]) -> Image.Image:
    """All stills with their names below, in rows."""
    size = cards[0][0].width
    columns = min(_COLUMNS, max(1, math.ceil(math.sqrt(len(cards) * 1.4))))
    rows = math.ceil(len(cards) / columns)
    gap = max(size // 32, 4)
    canvas = Image.new("RGB", (columns * (size + gap) + gap, rows * (size + _CARD + gap) + gap), _PAPER)
    draw = ImageDraw.Draw(canvas)
    for number, (picture, name) in enumerate(cards):
        x, y = gap + number % columns * (size + gap), gap + number // columns * (size + _CARD + gap)
        canvas.paste(picture, (x, y))
        letters = font(17, name)
        shown = name
        while letters.getlength(shown) > size and len(shown) > 2:
            shown = shown[:-2] + "…"
        draw.text((x + size / 2, y + size + _CARD / 2), shown, _INK, letters, anchor="mm")
    return canvas


def font(size: int, text: str = "") -> ImageFont.FreeTypeFont:
    """Blender's own interface font; its CJK one when ``text`` has such characters."""
    chinese = any(ord(letter) > 0x2E7F for letter in text)
    name = "Noto Sans CJK Regular.woff2" if chinese else "Inter.woff2"
    path = Path(bpy.utils.system_resource("DATAFILES", path="fonts")) / name
    return ImageFont.truetype(str(path), size)
