"""What names of objects tell of them, and those that the labels gave."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge.data.label_keys import BY_HAND_KEY, LABEL_KEY
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.object_labels import object_label, set_label
from blender_addon.scene.labels.applying import apply_labels_job
from blender_addon.scene.labels.labelling import label_objects_job


@pytest.fixture
def plain_box(clean_scene: bpy.types.Context) -> bpy.types.Object:
    """A box without any feature, which may be a crate, a cabinet or a step."""
    bpy.ops.mesh.primitive_cube_add(size=0.6, location=(0, 0, 0.3))
    obj = clean_scene.object
    assert obj is not None
    return obj


def chance_of_a_box(obj: bpy.types.Object) -> float:
    found = object_label(obj)
    assert found is not None
    return dict(found.ranking).get("box", 0.0) * (found.label == "box")


def test_the_name_of_a_thing_tells_what_its_shape_leaves_open(
    clean_scene: bpy.types.Context, plain_box: bpy.types.Object
) -> None:
    run_to_end(label_objects_job(clean_scene))
    assert chance_of_a_box(plain_box) < 0.5
    plain_box.data.name = "Crate_Old"
    run_to_end(label_objects_job(clean_scene))
    assert chance_of_a_box(plain_box) > 0.8, "the name of its mesh, while the object is called Cube"
    plain_box.data.name, plain_box.name = "Cube", "SM_Box_01"
    run_to_end(label_objects_job(clean_scene))
    assert chance_of_a_box(plain_box) > 0.8
    run_to_end(label_objects_job(clean_scene, use_names=False))
    assert chance_of_a_box(plain_box) < 0.5


def test_a_name_after_its_label_confirms_nothing(clean_scene: bpy.types.Context, plain_box: bpy.types.Object) -> None:
    run_to_end(label_objects_job(clean_scene))
    set_label(plain_box, "box")
    run_to_end(apply_labels_job(clean_scene))
    assert plain_box.name == "Box_01"
    for key in (BY_HAND_KEY, LABEL_KEY):
        del plain_box[key]
    run_to_end(label_objects_job(clean_scene))
    assert chance_of_a_box(plain_box) < 0.5
    plain_box.name = "Box"
    run_to_end(label_objects_job(clean_scene))
    assert chance_of_a_box(plain_box) > 0.8, "the artist calls it a box now"
