"""The lights of a look, placed without obstruction."""

from __future__ import annotations

import math

import bpy
from mathutils import Vector

from .recipes import Color, Lamp, Recipe
from .surroundings import Surroundings, direction

_DISTANCE = 2.2
"""From the middle of the scene to its area lights, in radii."""
_TURNS = (0, 15, -15, 30, -30, 50, -50, 75, -75, 110, -110, 150, -150, 180)
_HEIGHTS = (0, 15, 30)
_LAMP_RADIUS = 0.12
_STREET_HEIGHTS = (3.2, 6.0)
_STREET_SPACING = 1.7
"""Distance of street lamps in a row, in heights of theirs."""


def place_sun(scene: Surroundings, lamp: Lamp) -> tuple[float, float]:
    """Azimuth around +Z and elevation in degrees of a sun that reaches the scene, nearest to the requested ones."""
    reach = scene.whole.size.length * 2 + 1
    spots = scene.spots(0.35)

    def lit(turn: float, height: float) -> float:
        way = direction(turn, height)
        return sum(scene.free(spot, way, reach) >= reach for spot in spots) / len(spots)

    best, most = (scene.front + lamp.turn, lamp.height), -1.0
    for offset in _TURNS:
        turn = scene.front + lamp.turn + offset
        share = lit(turn, lamp.height) - abs(offset) / 600
        if share > most + 1e-6:
            best, most = (turn, lamp.height), share
        if most > 0.75:
            break
    return best


def add_sun(scene: Surroundings, name: str, lamp: Lamp, turn: float, height: float) -> bpy.types.Object:
    """The sun of a look; its strength does not depend on the scene's size."""
    data = bpy.data.lights.new(name, "SUN")
    data.energy, data.angle = lamp.irradiance, math.radians(lamp.angle)
    way = direction(turn, height)
    return _linked(scene, name, data, lamp.color, scene.middle + way * scene.radius * _DISTANCE, -way)


def add_area(scene: Surroundings, name: str, lamp: Lamp, recipe: Recipe) -> bpy.types.Object:
    """An area light aimed at the center of the scene; closer and smaller where walls limit the space."""
    wanted = scene.radius * _DISTANCE
    start = scene.middle
    choices = [(turn, height) for height in _HEIGHTS for turn in _TURNS]

    def room(choice: tuple[float, float]) -> float:
        return scene.clear(start, _way(scene, lamp, *choice), wanted * 1.05)

    chosen = next((choice for choice in choices if room(choice) > wanted), None)
    if chosen is None:
        chosen = max(choices, key=lambda choice: room(choice) - (abs(choice[0]) + choice[1]) / 900 * wanted)
    way = _way(scene, lamp, *chosen)
    distance = min(wanted, 0.9 * room(chosen)) if room(chosen) < wanted else wanted
    data = bpy.data.lights.new(name, "AREA")
    data.shape = "DISK"
    data.size = lamp.width * scene.radius * min(1.0, distance / wanted)
    data.energy = power(lamp.irradiance, distance, data.size)
    if scene.is_closed:
        data.energy *= recipe.closed
        data.spread = math.radians(recipe.spread)
    obj = _linked(scene, name, data, lamp.color, start + way * distance, -way)
    _without_shadow(data, not lamp.is_cast)
    obj.visible_camera = False
    return obj


def power(irradiance: float, distance: float, size: float) -> float:
    """Watts of a round area light of diameter ``size`` that gives ``irradiance`` (W/m²) at ``distance``."""
    return math.pi * irradiance * (distance**2 + size**2 / 4)


def _way(scene: Surroundings, lamp: Lamp, turn: float, height: float) -> Vector:
    return direction(scene.front + lamp.turn + turn, min(lamp.height + height, 85))


def add_practicals(scene: Surroundings, recipe: Recipe) -> list[bpy.types.Object]:
    """Lights up the lamps of the scene; without any, adds some where a room or a street would have them."""
    if recipe.practicals == "lamps":
        places = scene.lamps or _corners(scene)
        # A room that is lit by many lamps is as bright as one that is lit by three.
        share = recipe.practical_irradiance * _reach(scene) ** 2 * min(1.0, 3 / len(places))
        return [_point(scene, f"Lamp {n}", place, recipe.practical_color, share) for n, place in enumerate(places, 1)]
    if recipe.practicals == "streetlights":
        places = scene.streetlights or _street(scene)
        return [_spot(scene, f"Street {n}", place, recipe) for n, place in enumerate(places, 1)]
    return []


def _reach(scene: Surroundings) -> float:
    """The reach of a lamp, in meters: 1 in a room of usual size."""
    return max(scene.radius / 3.0, 0.2)


def _corners(scene: Surroundings) -> list[Vector]:
    """Three positions around the scene at the height of a table lamp, two of them at the viewer's sides."""
    height = scene.box.low.z + min(max(0.72 * scene.box.size.z, 0.3), 1.6)
    places = []
    for turn in (-62, 55, 160):
        way = direction(scene.front + turn, 0)
        start = Vector((*scene.middle.xy, height))
        reach = 0.72 * scene.radius + 0.45 * _reach(scene)
        places.append(start + way * min(reach, 0.85 * scene.clear(start, way, reach)))
    return places


def _street(scene: Surroundings) -> list[Vector]:
    """A row of lamps beside the longer side of the scene, on the far side from the viewer and, alternating, this one.

    A scene that is shorter than the spacing of lamps has one in front of it and one behind.
    """
    low, high = _STREET_HEIGHTS
    height = min(max(1.35 * scene.box.size.z, low), high)
    size, base = scene.box.size, scene.box.base
    view = direction(scene.front, 0)
    along = Vector((1, 0, 0)) if size.x >= size.y else Vector((0, 1, 0))
    length = max(size.x, size.y)
    if length < 2 * height:
        side = Vector((-view.y, view.x, 0))
        return [
            base + view * 0.55 * height - side * 0.5 * height + Vector((0, 0, height)),
            base - view * 0.75 * height + side * 0.55 * height + Vector((0, 0, height)),
        ]
    across = Vector((-along.y, along.x, 0)) * (min(size.x, size.y) / 2 + 0.15 * height)
    count = min(max(2, round(length / (_STREET_SPACING * height))), 12)
    return [
        base
        + along * (length * ((number + 0.5) / count - 0.5))
        + across * (1 if number % 2 else -1)
        + Vector((0, 0, height))
        for number in range(count)
    ]


def _point(scene: Surroundings, name: str, place: Vector, color: Color, irradiance: float) -> bpy.types.Object:
    data = bpy.data.lights.new(name, "POINT")
    data.energy = 4 * math.pi * irradiance
    data.shadow_soft_size = _LAMP_RADIUS * min(_reach(scene), 1.0)
    return _linked(scene, name, data, color, place, Vector((0, 0, -1)))


def _spot(scene: Surroundings, name: str, place: Vector, recipe: Recipe) -> bpy.types.Object:
    data = bpy.data.lights.new(name, "SPOT")
    height = max(place.z - scene.box.low.z, 0.3)
    data.spot_size, data.spot_blend = math.radians(128), 0.75
    data.energy = 4 * math.pi * recipe.practical_irradiance * (height / 4.0) ** 2
    data.shadow_soft_size = 0.16
    return _linked(scene, name, data, recipe.practical_color, place, Vector((0, 0, -1)))


def add_windows(scene: Surroundings, recipe: Recipe, color: Color) -> list[bpy.types.Object]:
    """Adds light through the windows of a closed room; without windows, from below its ceiling."""
    if not scene.is_closed or not recipe.window:
        return []
    made = []
    for number, box in enumerate(scene.windows, 1):
        across = 0 if box.size.x < box.size.y else 1
        inward = Vector((0, 0, 0))
        inward[across] = 1.0 if scene.middle[across] > box.center[across] else -1.0
        width, height = box.size[1 - across], box.size.z
        place = box.center + inward * (box.size[across] / 2 + 0.03)
        made.append(_panel(scene, f"Window {number}", place, inward, (width, height), recipe.window, color))
    if made:
        return made
    top = scene.middle + Vector((0, 0, scene.clear(scene.middle, Vector((0, 0, 1)), 100) - 0.06))
    size = (0.7 * scene.box.size.x, 0.7 * scene.box.size.y)
    share = recipe.window * 2.0 / max(size[0] * size[1], 0.1)  # as much as two square meters of window
    return [_panel(scene, "Ceiling", top, Vector((0, 0, -1)), size, share, color)]


def _panel(
    scene: Surroundings,
    name: str,
    place: Vector,
    way: Vector,
    size: tuple[float, float],
    exitance: float,
    color: Color,
) -> bpy.types.Object:
    data = bpy.data.lights.new(name, "AREA")
    data.shape = "RECTANGLE"
    data.size, data.size_y = max(size[0], 0.05), max(size[1], 0.05)
    data.energy = exitance * math.pi * data.size * data.size_y
    obj = _linked(scene, name, data, color, place, way)
    obj.visible_camera = False
    return obj


def _without_shadow(data: bpy.types.Light, is_wanted: bool) -> None:
    if is_wanted:
        data.use_shadow = False
        if hasattr(data.cycles, "cast_shadow"):  # Blender 5 has one switch for both renderers
            data.cycles.cast_shadow = False


def _linked(
    scene: Surroundings, name: str, data: bpy.types.Light, color: Color, place: Vector, way: Vector
) -> bpy.types.Object:
    data.color = color
    obj = bpy.data.objects.new(name, data)
    obj.location = place
    obj.rotation_euler = way.to_track_quat("-Z", "Y").to_euler()
    return obj
