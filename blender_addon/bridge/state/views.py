"""Controls what the 3D views show of an object, and how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector

SMALL = 0.2
"""Share of a view's height; what is lower on the screen is small."""


def views(context: bpy.types.Context) -> Iterator[tuple[bpy.types.Window, bpy.types.Area, bpy.types.Region]]:
    """The 3D views of all windows that show the context's scene, each with its main region; none without a window."""
    for window in context.window_manager.windows:
        for area in window.screen.areas if window.scene == context.scene else ():
            if area.type == "VIEW_3D":
                yield window, area, next(region for region in area.regions if region.type == "WINDOW")


@contextmanager
def where_shown(obj: bpy.types.Object | None) -> Iterator[bpy.types.Context]:
    """For timers, whose context is that of any window: that of a window whose scene contains ``obj``, if any."""
    context = bpy.context
    holds = (window for window in context.window_manager.windows if obj in window.view_layer.objects.values())
    window = next(holds, None) if obj is not None else None
    if window is None or (window == context.window and window.scene == context.scene):
        yield context
        return
    with context.temp_override(window=window, scene=window.scene, view_layer=window.view_layer):
        yield context


def redraw_views() -> None:
    """Redraw the 3D views of all windows, sidebars included."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def show_whole(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    """Frame ``obj``, which is selected alone, in each 3D view where it is small or not completely visible.

    Views through a camera stay as they are.
    """
    context.view_layer.update()
    for window, area, region in views(context):
        view = area.spaces.active.region_3d
        if view.view_perspective == "CAMERA" or _is_well_seen(area, region, view, obj):
            continue
        with context.temp_override(window=window, area=area, region=region):
            bpy.ops.view3d.view_selected()


def _is_well_seen(
    area: bpy.types.Area, region: bpy.types.Region, view: bpy.types.RegionView3D, obj: bpy.types.Object
) -> bool:
    corners = [
        child.matrix_world @ Vector(corner) for child in (obj, *obj.children_recursive) for corner in child.bound_box
    ]
    places = [location_3d_to_region_2d(region, view, corner) for corner in corners]
    if any(place is None for place in places):
        return False
    # The sidebar and the toolbar lie over the region.
    covered = {item.alignment: item.width for item in area.regions if item.type in {"UI", "TOOLS"} and item.width > 1}
    left, right = covered.get("LEFT", 0), region.width - covered.get("RIGHT", 0)
    xs, ys = [place.x for place in places], [place.y for place in places]
    inside = left <= min(xs) and max(xs) <= right and min(ys) >= 0 and max(ys) <= region.height
    return inside and max(ys) - min(ys) >= SMALL * region.height


def shows_plain_colors(space: bpy.types.Space | None) -> bool:
    """Whether ``space`` is a 3D view that shows surfaces without textures."""
    shading = space.shading if isinstance(space, bpy.types.SpaceView3D) else None
    return shading is not None and shading.type == "SOLID" and shading.color_type != "TEXTURE"


def show_textures_where_harmless(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    """Show textures in Solid views set to one color per material, Blender's default, if that changes only ``obj``:
    other objects look the same as long as none of them has an image in its materials."""
    own = {obj, *obj.children_recursive}
    others = (other for other in context.view_layer.objects if other not in own)
    materials = {slot.material for other in others for slot in other.material_slots}
    if any(_has_image(material) for material in materials):
        return
    for _, area, _ in views(context):
        shading = area.spaces.active.shading
        if shading.type == "SOLID" and shading.color_type == "MATERIAL":
            shading.color_type = "TEXTURE"


def _has_image(material: bpy.types.Material | None) -> bool:
    tree = material.node_tree if material is not None else None
    return tree is not None and any(node.bl_idname == "ShaderNodeTexImage" and node.image for node in tree.nodes)
