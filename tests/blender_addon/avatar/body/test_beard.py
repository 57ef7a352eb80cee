"""A beard moves with jaw and lips, and goes with the body's sliders."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.building import body_of
from blender_addon.avatar.body.beard import beard_of
from blender_addon.avatar.body.targets import find_targets
from blender_addon.avatar.stored import stored_traits
from blender_addon.bridge.mesh_arrays import positions
from tests.blender_addon.avatar.anatomical import person


@pytest.fixture
def man(clean_scene: bpy.types.Context) -> bpy.types.Object:
    made = person(presentation=0, age=40, hair="#602010", beard="short_beard")
    bpy.context.view_layer.objects.active = made
    return made


def seen(obj: bpy.types.Object) -> np.ndarray:
    bpy.context.view_layer.update()
    return positions(obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data).copy()


def test_the_chin_takes_its_beard_along(man: bpy.types.Object) -> None:
    beard = beard_of(man)
    assert beard is not None
    before = seen(beard)
    body_of(man).data.shape_keys.key_blocks["jawOpen"].value = 1.0
    moved = np.linalg.norm(seen(beard) - before, axis=1)
    low = before[:, 2] < np.quantile(before[:, 2], 0.2)
    assert moved[low].mean() > 0.01
    body_of(man).data.shape_keys.key_blocks["jawOpen"].value = 0.0
    man.pose.bones["jaw"].rotation_mode = "XYZ"
    man.pose.bones["jaw"].rotation_euler = (0.3, 0, 0)
    assert np.linalg.norm(seen(beard) - before, axis=1)[low].mean() > 0.005


def test_it_goes_with_the_sliders_and_comes_off(man: bpy.types.Object) -> None:
    beard, objects = beard_of(man), len(bpy.data.objects)
    before = positions(beard.data).copy()
    man.atelier_body.slider_chin_length = 1.0
    assert np.abs(positions(beard.data) - before).max() > 0.002
    assert beard not in [one.obj for one in find_targets(man).worn]
    assert bpy.ops.atelier.set_beard(style="goatee") == {"FINISHED"}
    assert len(bpy.data.objects) == objects
    assert stored_traits(man)[0].beard == "goatee"
    assert bpy.ops.atelier.set_hair(color=(0.8, 0.8, 0.8)) == {"FINISHED"}
    assert "#cccccc" in beard_of(man)["atelier_beard"]
    assert bpy.ops.atelier.set_beard(style="none") == {"FINISHED"}
    assert beard_of(man) is None
    assert len(bpy.data.objects) == objects - 1
