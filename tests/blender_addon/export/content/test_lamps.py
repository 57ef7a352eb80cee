"""What a light is made of goes into the color and the strength that files have of it."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.export.content.lamps import has_odd_nodes, settle_light

pytestmark = pytest.mark.both_blenders


def test_nodes_exposure_and_temperature_become_color_and_strength(clean_scene: bpy.types.Context) -> None:
    light = bpy.data.lights.new("Lamp", "POINT")
    light.energy, light.color, light.exposure = 10, (1, 0.5, 1), 2
    light.use_temperature, light.temperature = True, 2000
    light.use_nodes = True
    emission = next(node for node in light.node_tree.nodes if node.type == "EMISSION")
    emission.inputs["Color"].default_value, emission.inputs["Strength"].default_value = (0.5, 1, 1, 1), 3
    wanted = 10 * 4 * 3 * np.array(light.color) * np.array(light.temperature_color) * (0.5, 1, 1)
    assert not has_odd_nodes(light)
    settle_light(light)
    assert max(light.color) <= 1
    assert np.allclose(np.array(light.color) * light.energy, wanted, rtol=1e-4)
    assert (light.exposure, light.use_temperature) == (0, False)


def test_a_plain_light_stays_as_it_is(clean_scene: bpy.types.Context) -> None:
    light = bpy.data.lights.new("Lamp", "SUN")
    light.energy, light.color = 3, (0.2, 0.5, 0.1)
    settle_light(light)
    assert light.energy == 3
    assert np.allclose(light.color, (0.2, 0.5, 0.1))
