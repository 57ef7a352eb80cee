"""Run inside a Blender window by try_in_blender.sh: works through the list of steps by simulated mouse and keyboard.

Buttons are found as a person finds them, by moving the mouse over the sidebar: Blender's "copy Python command" and
"copy data path" tell what is under it. After each step the data is checked and a picture is taken.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bpy
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Euler, Vector

sys.path.insert(0, str(Path(__file__).resolve().parent))
import try_in_blender_list as steps
from try_in_blender_hand import MouseHand, work_through

TOUR = {
    "path_1_avatar": "03_framed",
    "path_2_live": "05_dragging",
    "path_3_labels": "10_label",
    "path_4_check": "14_fix",
    "path_5_export": "16_export",
    "window_zh": "23_chinese",
}
"""The pictures of the README, and those that they are made from."""

ZIP, OUT = (Path(word) for word in sys.argv[sys.argv.index("--") + 1 :])


def script() -> Iterator[float]:
    yield 2.0
    bpy.ops.wm.save_as_mainfile(filepath=str(OUT / "room.blend"))
    hand = MouseHand(OUT)
    began = time.monotonic()
    # What Blender does with a zip that is dropped on its window.
    bpy.ops.extensions.package_install_files(filepath=str(ZIP), repo="user_default", enable_on_install=True)
    installed = time.monotonic() - began
    yield from hand.open_tab()
    yield from hand.picture("00_tab")
    for number, step in enumerate(steps.STEPS, 1):
        _view(hand, step.__name__)
        if step is steps.pose_mode:
            yield from _in_pose_mode(hand)
        yield from step(hand)
        yield from hand.picture(f"{number:02d}_{step.__name__}")
        if step is steps.check:
            yield from hand.open_redo()
            yield from hand.picture(f"{number:02d}_redo")
            yield from hand.open_redo()
        if step is steps.generate:
            _view(hand, "framed")
            yield from hand.picture(f"{number:02d}_framed")
            print(f"first avatar: {installed:.1f} s for the dropped zip, {hand.took:.1f} s for the avatar")
        if step is steps.export:
            hand.print_stalls("export")
    bpy.ops.wm.save_as_mainfile(filepath=str(OUT / "tried.blend"), copy=True)
    yield from _looks(hand)
    (OUT / "tour").mkdir()
    for name, taken in TOUR.items():
        shrink = ["-resize", "1200x750", "-gravity", "south", "-chop", "0x17", "-quality", "84"]  # no status bar
        subprocess.run(["convert", OUT / f"{taken}.png", *shrink, OUT / "tour" / f"{name}.jpg"], check=True)


def _view(hand: MouseHand, step: str) -> None:
    """Turns the view as a person would have by now."""
    space = hand.area.spaces.active
    view = space.region_3d
    if step in ("framed", "apply_texture", "edit_live"):
        bpy.data.objects["Cube"].hide_set(True)
        x, y, _ = steps.avatar().location
        view.view_location, view.view_distance = (x + 0.2, y, 0.95), 2.5
        view.view_rotation = Euler((math.radians(84), 0, math.radians(18))).to_quaternion()
    elif step == "label":
        space.overlay.show_floor = False
        view.view_location, view.view_distance = (0.2, 0.1, 0.9), 9.5
        view.view_rotation = Euler((math.radians(66), 0, math.radians(36))).to_quaternion()


def _in_pose_mode(hand: MouseHand) -> Iterator[float]:
    """Checks the panels in Pose Mode."""
    armature = steps.avatar()
    bpy.context.view_layer.objects.active = armature
    for mode in ("POSE", "OBJECT"):
        with bpy.context.temp_override(window=hand.window, area=hand.area, object=armature):
            bpy.ops.object.mode_set(mode=mode)
        if mode == "POSE":
            yield from hand.picture("09_in_pose_mode")


def _check_words() -> None:
    """Checks translations: Blender's own dictionary precedes an extension's, so a word in it may differ."""
    translations = steps.part("translations.registry")
    wrong = {}
    for english, chinese in steps.part("translations.zh.table").CHINESE.items():
        if translations.formatted(english) != chinese:
            wrong[english] = translations.formatted(english)
    own = [subclass for subclass in bpy.types.PropertyGroup.__subclasses__() if steps.package() in subclass.__module__]
    buttons = [getattr(bpy.ops.atelier, name).get_rna_type() for name in dir(bpy.ops.atelier)]
    for rna in (*(entry.bl_rna for entry in own), *buttons):
        for prop in rna.properties:
            names = [prop.name, *(item.name for item in getattr(prop, "enum_items_static", ()))]
            for name in names:
                shown = bpy.app.translations.pgettext_iface(name, prop.translation_context)
                meant = translations.CHINESE
                if prop.translation_context == translations.LABEL_CONTEXT:
                    meant = meant | translations.LABELS
                if shown != meant.get(name, shown):
                    wrong[f"{rna.identifier}.{prop.identifier}: {name}"] = shown
    assert not wrong, wrong


def _looks(hand: MouseHand) -> Iterator[float]:
    """The sections at 125 and 150 %, in the light theme and in Chinese; narrow: try_in_blender_x11.py."""
    preferences = bpy.context.preferences
    yield from hand.scroll("UP")
    atelier = steps.atelier()
    atelier.description = "an elf with wings and a sword, 一个高个子女人"
    atelier.only_unknown = True
    hand.sidebar.tag_redraw()
    yield from hand.picture("18_unknown")
    atelier.description = "a tall woman in a navy suit"
    atelier.only_unknown = False
    yield from _tattoo(hand)
    for scale, name in ((1.25, "19_larger"), (1.5, "20_large")):
        preferences.view.ui_scale = scale
        yield 1.0
        yield from hand.scroll("UP")
        yield from hand.picture(name)
        yield from hand.scroll("DOWN")
        yield from hand.picture(f"{name}_end")
    preferences.view.ui_scale = 1.0
    preferences.view.language = "zh_HANS"
    _check_words()
    yield 1.0
    yield from hand.picture("22_chinese_end")
    yield from hand.scroll("UP")
    yield from hand.picture("23_chinese")
    preferences.view.language = "en_US"
    light = Path(bpy.utils.system_resource("SCRIPTS")) / "presets" / "interface_theme" / "Blender_Light.xml"
    if light.is_file():
        bpy.ops.script.execute_preset(filepath=str(light), menu_idname="USERPREF_MT_interface_theme_presets")
        yield 1.0
        yield from hand.picture("26_light_end")
        yield from hand.scroll("UP")
        yield from hand.picture("26_light")
    yield from _draw_lines(hand)
    yield from _self_check(hand)


EDGES = (
    ("X", (-2, 2, 0), (1, 2, 0)), ("X", (-2, 2, 2), (1, 2, 2)), ("X", (-1, 0, 0), (1.5, 0, 0)),
    ("Y", (-2, -1, 0), (-2, 2, 0)), ("Y", (1, -1, 0), (1, 2, 0)), ("Y", (-2, -1, 2), (-2, 2, 2)),
    ("Z", (-2, 2, 0), (-2, 2, 2)), ("Z", (1, 2, 0), (1, 2, 2)),
)  # fmt: skip
"""Lines along the axes of the room, in meters."""
LENS = 28.0


def _draw_lines(hand: MouseHand) -> Iterator[float]:
    """Draws along edges in a picture until a camera, which stands askew, looks as the one that took the picture."""
    scene = bpy.context.scene
    took, askew = (bpy.data.objects.new(name, bpy.data.cameras.new(name)) for name in ("Took", "Askew"))
    for obj, lens, turn in ((took, LENS, 0.0), (askew, 40.0, 9.0)):
        scene.collection.objects.link(obj)
        obj.data.lens, obj.location = lens, (4.6, -5.4, 2.4)
        obj.rotation_euler = (Vector((0, 0.3, 0.9)) - obj.location).to_track_quat("-Z", "Y").to_euler()
        obj.rotation_euler.z += math.radians(turn)
    scene.camera, scene.render.filepath = took, str(OUT / "taken.png")
    scene.render.resolution_x, scene.render.resolution_y = 960, 600
    bpy.context.view_layer.update()
    lines = [(axis, *(world_to_camera_view(scene, took, Vector(end)) for end in ends)) for axis, *ends in EDGES]
    with bpy.context.temp_override(window=hand.window, area=hand.area):
        bpy.ops.render.opengl(write_still=True, view_context=False)
        askew.data.background_images.new().image = bpy.data.images.load(scene.render.filepath)
        askew.data.show_background_images = True
        scene.camera = askew
        bpy.ops.atelier.draw_camera_lines("INVOKE_DEFAULT")
    yield 0.5
    region = next(region for region in hand.area.regions if region.type == "WINDOW")
    for axis, start, end in lines:
        frame = steps.part("scene.matching.overlay").frame_in(region, hand.area.spaces.active.region_3d, scene)
        left, low, right, high = frame
        (x1, y1), (x2, y2) = (
            (region.x + left + place.x * (right - left), region.y + low + place.y * (high - low))
            for place in (start, end)
        )
        hand.at = (region.x + 60, region.y + 60)  # over a line, a key would change the axis of that one
        yield from hand.move(*hand.at)
        yield from hand.key(axis)
        yield from hand.move(x1, y1)
        hand.window.event_simulate(type="LEFTMOUSE", value="PRESS", x=int(x1), y=int(y1), shift=True)
        yield 0.05
        for step in (0.3, 0.7, 1.0):
            yield from hand.move(x1 + step * (x2 - x1), y1 + step * (y2 - y1))
        hand.window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=int(x2), y=int(y2))
        yield 0.1
    yield from hand.picture("28_lines")
    yield from hand.key("RET")
    yield 0.5
    drawn = steps.part("scene.matching.drawing").stored_lines(askew.data)
    assert ["XYZ"[line[0]] for line in drawn] == [axis for axis, *_ in EDGES], drawn
    off = math.degrees(took.matrix_world.to_quaternion().rotation_difference(askew.matrix_world.to_quaternion()).angle)
    print(f"lines: {len(lines)} drawn, {askew.data.lens:.1f} mm of {LENS:.0f}, {off:.2f} degrees off")
    assert abs(askew.data.lens / LENS - 1) < 0.04, askew.data.lens
    assert off < 1.0, off


def _tattoo(hand: MouseHand) -> Iterator[float]:
    """A new tattoo, which has no picture yet."""
    with bpy.context.temp_override(window=hand.window, area=hand.area):
        bpy.ops.object.select_all(action="DESELECT")
        bpy.context.view_layer.objects.active = steps.avatar()
        steps.avatar().select_set(True)
        bpy.ops.atelier.add_layer(kind="tattoo")
    yield from hand.open("Layers")
    yield from hand.picture("18_tattoo")
    yield from hand.open("Layers")


def _self_check(hand: MouseHand) -> Iterator[float]:
    """In the preferences; its result is there after other operators, too."""
    manager = bpy.context.window_manager
    hand.area.type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    manager.addon_search = "Atelier"
    with bpy.context.temp_override(window=hand.window, area=hand.area):
        bpy.ops.preferences.addon_expand(module=steps.package())
        bpy.ops.atelier.self_check("INVOKE_DEFAULT")
    yield from hand.job(60)
    with bpy.context.temp_override(window=hand.window):
        bpy.ops.atelier.draw_seed()
    hand.area.tag_redraw()
    yield from hand.picture("27_self_check")


bpy.context.preferences.view.show_splash = False
bpy.context.preferences.system.viewport_aa = "FXAA"  # software draws eight samples a pixel too slowly to be used
OUT.mkdir(parents=True, exist_ok=True)
work_through(script(), OUT, 2.0)
