"""Steps of a command that arrange, color, count and view things of the scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ml_core.color import linear_to_srgb, srgb_to_hex
from ml_core.errors import InputError, Message
from ml_core.files import safe_name
from ml_core.vocabulary.color_names import chinese_word_of, english_word_of
from ml_core.vocabulary.commands import A_BIT, SHADES, SceneCommand

from ..avatar.stored import has_traits
from ..bridge.jobs.quick_fixes import FixableError, QuickFix
from ..bridge.mesh_arrays import CONVERTIBLE
from ..bridge.state.views import views
from ..scene.editing import moving
from ..scene.editing.coloring import color_of_object, recolor
from ..scene.editing.finishes import FINISHES, refinish
from ..scene.editing.placing import Placer
from ..scene.editing.shades import shift
from ..scene.editing.sight import FRONT_VIEW, Sight
from ..scene.editing.things import Box, Thing, box_of, things_of
from ..scene.editing.walls import is_of_a_room
from ..translations.registry import formatted

_MOST_NAMED = 12
_VIEWS = {"top": "TOP", "front": "FRONT", "back": "BACK", "left": "LEFT", "right": "RIGHT", "bottom": "BOTTOM"}


@dataclass
class Scenery:
    """The context of one sentence's steps; ``later`` runs once everything else has succeeded."""

    context: bpy.types.Context
    sight: Sight = FRONT_VIEW
    left: list[tuple[str, Message]] = field(default_factory=list)
    later: list[Callable[[], str]] = field(default_factory=list)

    def free(self, things: Sequence[Thing]) -> list[Thing]:
        """The things that can be moved; for the others the reason is reported.

        Raises:
            InputError: none can.
        """
        fixed = [(thing, thing.why_fixed) for thing in things]
        self.left += [(thing.root.name, Message(reason)) for thing, reason in fixed if reason]
        free = [thing for thing, reason in fixed if not reason]
        if not free:
            thing, reason = fixed[0]
            raise InputError("{name}: cannot be changed ({reason})", name=thing.root.name, reason=Message(reason))
        return free


def arrange(
    scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object], anchors: list[bpy.types.Object]
) -> dict[str, Any]:
    """Move, rotate, scale, place, align and distribute."""
    things = scenery.free(things_of(objects))
    is_all = any(term.kind == "everything" and not term.among for term in step.terms)
    if is_all and step.action in ("place", "align", "distribute"):
        things = [thing for thing in things if not is_of_a_room(thing)] or things
    targets = things_of(anchors)
    context = scenery.context
    if step.action == "move" and step.relation in ("towards", "away"):
        moving.approach(things, step.amount, _whole_box(targets), step.relation == "away")
    elif step.action == "move":
        moving.move(things, step.direction, step.amount, scenery.sight)
    elif step.action == "rotate" and step.relation == "facing":
        moving.face(things, _whole_box(targets))
    elif step.action == "rotate":
        moving.rotate(things, step.direction, step.amount)
    elif step.action == "scale" and step.anchors:
        moving.scale_like(things, step.direction, _whole_box(targets), step.amount or 1.0)
    elif step.action == "scale" and step.direction == "z" and any(has_traits(thing.root) for thing in things):
        for thing in things:  # people grow as a whole
            height = thing.box().size.z
            factor = step.amount or 1.0
            if step.unit == "m":
                factor = (height + factor if step.text == "by" else factor) / height
            moving.scale([thing], factor, "factor", "" if has_traits(thing.root) else "z")
    elif step.action == "scale":
        moving.scale(things, step.amount or 1.0, step.unit, step.direction, is_added=step.text == "by")
    elif step.action == "align":
        moving.align(things, step.direction, _whole_box(targets) if targets else None, scenery.sight)
    elif step.action == "distribute":
        moving.distribute(things, step.direction, step.amount)
    elif step.relation == "row":
        moving.in_row(things, step.amount)
    elif step.relation == "swapped":
        others = scenery.free(targets) if targets else things[1:]
        if {thing.root for thing in things} & {thing.root for thing in targets}:
            raise InputError("{name} is both of them; say which two are to swap", name=targets[0].root.name)
        moving.swap_places(things if targets else things[:1], others)
    elif step.relation == "grid":
        moving.in_grid(things)
    elif step.relation == "floor" and is_all:  # what stands on a table stays there
        Placer(context).settle(things)
    else:
        Placer(context).place(things, step.relation, targets, step.amount, step.direction)
        cameras = [thing for thing in things if thing.root.type == "CAMERA"]
        if cameras and step.relation in _SIDES:
            moving.look_at(cameras, _whole_box(targets))
    context.view_layer.update()
    texts = {
        "move": "Moved {number} objects.", "rotate": "Rotated {number} objects.", "scale": "Scaled {number} objects.",
        "place": "Placed {number} objects.", "align": "Aligned {number} objects.",
        "distribute": "Spaced out {number} objects.",
    }  # fmt: skip
    names = [thing.root.name for thing in things]
    text = formatted(texts[step.action], number=len(names))
    if step.relation == "center" and not targets and len(things) == 1:
        text = f"{text} {_aside(things[0])}".strip()
    if scenery.sight.source and _says_side(step):
        text = f"{text} {formatted('Sides are those of {name}.', name=scenery.sight.source)}"
    return {"objects": names, "text": text}


def _aside(thing: Thing) -> str:
    """A note on how far from the center a thing had to be placed; empty if it is there."""
    box = thing.box()
    away = box.center.xy.length
    if away <= 0.05 + 0.1 * max(box.size.xy):
        return ""
    return formatted(
        "The middle is not free: {name} stands {away} m from it.", name=thing.root.name, away=f"{away:.2f}"
    )


_SIDES = {"left", "right", "forward", "back", "left_of", "right_of", "in_front_of", "behind"}


def _says_side(step: SceneCommand) -> bool:
    """Whether a step moves or places by a side, which depends on the viewpoint."""
    return step.action in ("move", "place", "align") and bool(_SIDES & {step.direction, step.relation})


def _whole_box(things: Sequence[Thing]) -> Box:
    if not things:
        raise InputError("nothing is left to put it at; name another object")
    boxes = [thing.box() for thing in things]
    low = Vector([min(box.low[axis] for box in boxes) for axis in range(3)])
    high = Vector([max(box.high[axis] for box in boxes) for axis in range(3)])
    return Box(low, high)


def paint(
    scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object], anchors: list[bpy.types.Object]
) -> dict[str, Any]:
    """Recolor objects, in the color of ``anchors`` unless another is given; avatars have colors of their own."""
    if any(has_traits(obj) for obj in objects):
        raise InputError("an avatar has several colors; say which, such as: put a red shirt on her")
    if step.text in SHADES:
        painted = shift(objects, step.text, step.amount or A_BIT, step.color)
    elif step.text:
        painted = refinish(objects, FINISHES[step.text], step.color)
    else:
        painted = recolor(objects, step.color or _color_of(anchors))
    done = {obj.session_uid for obj in painted}
    scenery.left += [
        (obj.name, Message("it has no surface to paint, or is linked"))
        for obj in objects
        if obj.session_uid not in done
    ]
    if not painted:
        raise InputError("{name}: cannot be changed ({reason})", name=scenery.left[-1][0], reason=scenery.left[-1][1])
    number = len(things_of(painted))
    return {"objects": [obj.name for obj in painted], "text": formatted("Colored {number} objects.", number=number)}


def _color_of(anchors: Sequence[bpy.types.Object]) -> str:
    """The dominant color of the first thing, sRGB hex.

    Raises:
        InputError: it has none.
    """
    for obj in anchors:
        color = color_of_object(obj)
        if color is not None:
            return srgb_to_hex(linear_to_srgb(np.clip(color[:3], 0, 1)))
    raise InputError("{name} has no color to take over", name=anchors[0].name if anchors else "")


def rename(scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object]) -> dict[str, Any]:
    """One name for one thing; several are numbered."""
    things = [thing for thing in things_of(objects) if thing.root.is_editable]
    if not things:
        raise InputError(
            "{name}: cannot be changed ({reason})",
            name=objects[0].name,
            reason=Message("it is linked from another file"),
        )
    for number, thing in enumerate(things, 1):
        thing.root.name = step.text if len(things) == 1 else f"{step.text}_{number:02}"
    names = [thing.root.name for thing in things]
    return {"objects": names, "text": formatted("Renamed {number} objects.", number=len(names))}


def collect(scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object]) -> dict[str, Any]:
    """Move objects into one collection of the scene, a new one where there is none of that name."""
    scene = scenery.context.scene
    name = step.text or (
        step.terms[0].value.replace("_", " ").title() if step.terms and step.terms[0].value else "Group"
    )
    own = [item for item in scene.collection.children_recursive if item.library is None]
    home = next((item for item in own if item.name.casefold() == name.casefold()), None)
    if home is None:
        home = bpy.data.collections.new(name)
        scene.collection.children.link(home)
    for obj in objects:
        if home.objects.get(obj.name) != obj:
            home.objects.link(obj)
        for other in [
            item for item in obj.users_collection if item != home and (item == scene.collection or item in own)
        ]:
            other.objects.unlink(obj)
    text = formatted("Moved {number} objects into {collection}.", number=len(objects), collection=home.name)
    return {"objects": [obj.name for obj in objects], "collection": home.name, "text": text}


def count(step: SceneCommand, objects: list[bpy.types.Object]) -> dict[str, Any]:
    """Count things, or their visible faces, triangles or vertices."""
    things = things_of(objects)
    if step.text:
        number = _elements(objects, step.text)
        sentence = {"faces": "{number} faces.", "triangles": "{number} triangles.", "vertices": "{number} vertices."}
        text = formatted(sentence[step.text], number=f"{number:,}")
        return {"objects": [thing.root.name for thing in things], "number": number, "text": text}
    is_narrow = any(term.is_narrowed for term in step.terms)
    names = ", ".join(thing.root.name for thing in things[:_MOST_NAMED]) + (", …" if len(things) > _MOST_NAMED else "")
    what = names if is_narrow and things else step.what
    is_open = all(term.kind == "everything" for term in step.terms)
    text = formatted("{number} objects: {what}.", number=len(things), what=what)
    if is_open and not things:
        text = formatted("Nothing is there.")
    return {"objects": [thing.root.name for thing in things], "number": len(things), "text": text}


def _elements(objects: Sequence[bpy.types.Object], element: str) -> int:
    depsgraph = bpy.context.evaluated_depsgraph_get()
    total = 0
    for obj in objects:
        if obj.type not in CONVERTIBLE:
            continue
        shown = obj.evaluated_get(depsgraph)
        mesh = shown.to_mesh()
        if mesh is not None:
            mesh.calc_loop_triangles()
            counts = {
                "faces": len(mesh.polygons),
                "triangles": len(mesh.loop_triangles),
                "vertices": len(mesh.vertices),
            }
            total += counts[element]
        shown.to_mesh_clear()
    return total


def measure(step: SceneCommand, objects: list[bpy.types.Object], anchors: list[bpy.types.Object]) -> dict[str, Any]:
    """Width, depth and height, or the gap and the distance of the centers of two things, in meters; or their colors."""
    things = things_of(objects)
    if step.text == "color":
        return _colors_of(things)
    if step.relation in ("more", "less"):
        return _compared(step, things, things_of(anchors))
    if step.relation == "between":
        pair = [*things[:1], *things_of(anchors)[:1]] if anchors else things[:2]
        if len(pair) < 2:
            raise InputError("say between which two to measure")
        one, other = (thing.box() for thing in pair)
        gaps = [max(0.0, other.low[axis] - one.high[axis], one.low[axis] - other.high[axis]) for axis in range(3)]
        gap, middles = Vector(gaps).length, (one.center - other.center).length
        text = formatted(
            "{name} and {other}: {gap} m apart, {middles} m from middle to middle.",
            name=pair[0].root.name, other=pair[1].root.name, gap=f"{gap:.2f}", middles=f"{middles:.2f}",
        )  # fmt: skip
        return {
            "objects": [thing.root.name for thing in pair],
            "gap": round(gap, 4),
            "distance": round(middles, 4),
            "text": text,
        }
    sizes = {thing.root.name: [round(float(side), 4) for side in thing.box().size] for thing in things}
    shown = "; ".join(f"{name} {x:.2f} × {y:.2f} × {z:.2f} m" for name, (x, y, z) in list(sizes.items())[:5])
    return {"objects": list(sizes), "sizes": sizes, "text": formatted("Width, depth and height: {sizes}.", sizes=shown)}


def _compared(step: SceneCommand, things: Sequence[Thing], others: Sequence[Thing]) -> dict[str, Any]:
    """Whether a thing is larger than another along an axis, or in volume.

    Raises:
        InputError: either side is not a single thing.
    """
    if len(things) != 1 or len(others) != 1:
        raise InputError("say between which two to measure")
    sizes = {thing.root.name: [round(float(side), 4) for side in thing.box().size] for thing in (things[0], others[0])}
    axes = [moving.along_of(thing.box(), step.direction) for thing in (things[0], others[0])]
    one, other = (
        np.prod(size) if not axis else size["xyz".index(axis)] for axis, size in zip(axes, sizes.values(), strict=True)
    )
    is_so = bool(one > other) if step.relation == "more" else bool(one < other)
    shown = "; ".join(f"{name} {x:.2f} × {y:.2f} × {z:.2f} m" for name, (x, y, z) in sizes.items())
    answer = formatted("Yes.") if is_so else formatted("No.")
    text = f"{answer} {formatted('Width, depth and height: {sizes}.', sizes=shown)}"
    return {"objects": list(sizes), "sizes": sizes, "is_so": is_so, "text": text}


def _colors_of(things: Sequence[Thing]) -> dict[str, Any]:
    """The dominant color of each of the things, sRGB hex.

    Raises:
        InputError: none has a color.
    """
    found = {thing.root.name: next(filter(None, map(color_of_object, thing.members)), None) for thing in things}
    colors = {name: srgb_to_hex(linear_to_srgb(np.clip(color[:3], 0, 1))) for name, color in found.items() if color}
    if not colors:
        raise InputError("{name} has no color of its own", name=things[0].root.name)
    word = chinese_word_of if bpy.app.translations.locale.startswith("zh") else english_word_of
    shown = "; ".join(f"{name} {word(color)} ({color})" for name, color in list(colors.items())[:_MOST_NAMED])
    return {"objects": list(colors), "colors": colors, "text": formatted("Colors: {colors}.", colors=shown)}


def frame(scenery: Scenery, step: SceneCommand, objects: list[bpy.types.Object]) -> dict[str, Any]:
    """Turn the 3D views to a side, or frame objects, which are selected."""
    context, layer = scenery.context, scenery.context.view_layer
    if objects:
        for obj in layer.objects:
            obj.select_set(obj in objects, view_layer=layer)
    for window, area, region in views(context):
        with context.temp_override(window=window, area=area, region=region):
            if step.text == "camera":
                bpy.ops.view3d.view_camera()
            elif step.text:
                bpy.ops.view3d.view_axis(type=_VIEWS[step.text])  # type: ignore[arg-type]
            elif objects:
                bpy.ops.view3d.view_selected()
    if not objects:
        return {"text": formatted("The view is turned.")}
    box = box_of(objects)
    place = ", ".join(
        f"{item:.2f}" for item in (box.center if box is not None else objects[0].matrix_world.translation)
    )
    names = [thing.root.name for thing in things_of(objects)]
    text = formatted("{name} is at {place} m.", name=", ".join(names[:5]), place=place)
    return {"objects": names, "text": text}


def render(scenery: Scenery, step: SceneCommand, cameras: list[bpy.types.Object]) -> dict[str, Any]:
    """Render when everything else is done, in a script into the output path of the scene; a given size becomes the
    scene's."""
    scene = scenery.context.scene
    camera = next((obj for obj in cameras if obj.type == "CAMERA"), scene.camera)
    if cameras and camera not in cameras:
        raise InputError("{name} is not a camera; add a camera there first", name=cameras[0].name)
    if camera is None:
        camera = next((obj for obj in scene.objects if obj.type == "CAMERA"), None)
    if camera is None:
        raise InputError("there is no camera to render from; add one first")

    def start() -> str:
        scene.camera = camera
        if step.text:
            width, height = step.text.split("x")
            scene.render.resolution_x, scene.render.resolution_y = int(width), int(height)
            scene.render.resolution_percentage = 100
        if bpy.app.background:
            bpy.ops.render.render(write_still=True)
        else:
            bpy.ops.render.render("INVOKE_DEFAULT")
        return formatted("Rendered from {name}.", name=camera.name)

    scenery.later.append(start)
    return {"text": ""}


def save(scenery: Scenery, step: SceneCommand) -> dict[str, Any]:
    """Save the file when everything else is done, under its own name or another one beside it."""
    current = bpy.data.filepath
    if not current:
        raise FixableError("The file has no name yet. Save it once, then a command can save it.", QuickFix.SAVE_FILE)
    path = Path(current)
    if step.text:
        path = path.with_name(safe_name(step.text.removesuffix(".blend"), ".blend"))
        if path.exists() and path != Path(current):
            raise InputError("{path}: is there already; say another name", path=path.name)

    def write() -> str:
        if step.text:
            bpy.ops.wm.save_as_mainfile(filepath=str(path))
        else:
            bpy.ops.wm.save_mainfile()
        return formatted("Saved {path}.", path=path.name)

    scenery.later.append(write)
    return {"text": ""}
