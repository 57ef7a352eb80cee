"""Avatars saved by earlier versions: their sliders are shape keys, driven by properties of the armature.

``armature["atelier_<slider>"]`` (-1..1) drives the shape key ``atelier:<slider>`` of the body, of the eyeballs and of
all that follows the body. Such bodies are never created here: mesh and shape keys come from the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.helpers import nearest_of
from ml_core.geometry.humanoid.earlier_body import earlier_body
from ml_core.vocabulary.avatar.earlier_sliders import BODY_SLIDERS, FACE_SLIDERS, SLIDERS, body_trait, slider_values
from ml_core.vocabulary.traits import AvatarTraits

from ...bridge.data.single_user import make_single_user
from ...bridge.data.stored_values import stored_number, stores_number
from ...bridge.state.edit_mode import edited_bones

NEUTRAL = "neutral"
"""What the mesh of such a body stores as its shape."""
PREFIX = "atelier:"
_FARTHEST = 10.0
"""Sliders go to 1.5; a script may go beyond, and what is farther off is not a shape."""

FACE_NAMES = {
    "age": "Age",
    "head_size": "Head Size",
    "eye_size": "Eye Size",
    "eye_distance": "Eye Distance",
    "eye_height": "Eye Height",
    "nose_length": "Nose Length",
    "nose_width": "Nose Width",
    "nose_bridge": "Nose Bridge",
    "mouth_width": "Mouth Width",
    "lip_fullness": "Lip Fullness",
    "jaw_width": "Jaw Width",
    "chin_length": "Chin Length",
    "cheekbones": "Cheekbones",
    "ear_size": "Ear Size",
    "forehead": "Forehead",
    "neck": "Neck",
}
FACE_TIPS = {
    "age": "From a child's proportions to an old face",
    "head_size": "Size of the whole head",
    "eye_size": "Size of the eyes with their lids",
    "eye_distance": "How far apart the eyes are",
    "eye_height": "How high the eyes sit in the face",
    "nose_length": "How far down the nose reaches",
    "nose_width": "Width of the wings of the nose",
    "nose_bridge": "How far the bridge of the nose stands out",
    "mouth_width": "Width of the mouth",
    "lip_fullness": "Thickness of the lips",
    "jaw_width": "Width of the lower jaw",
    "chin_length": "How far down the chin reaches",
    "cheekbones": "How far the cheekbones stand out",
    "ear_size": "Size of the ears",
    "forehead": "How far the forehead stands out",
    "neck": "Thickness of the neck",
}
"""What the artist reads of each slider of the face, in English."""


def slider_property(slider: str) -> str:
    """The armature's custom property of a slider."""
    return f"atelier_{slider}"


def has_sliders(armature: bpy.types.Object | None) -> bool:
    """Whether the body of ``armature`` follows sliders."""
    return armature is not None and all(stores_number(armature, slider_property(name)) for name in SLIDERS)


def slider_values_of(armature: bpy.types.Object) -> dict[str, float]:
    """The current values of the armature's sliders."""
    return {name: stored_number(armature, slider_property(name), 0.0, -_FARTHEST, _FARTHEST) for name in SLIDERS}


def face_of(armature: bpy.types.Object) -> dict[str, float]:
    """The face sliders that are not 0, as the traits store them."""
    values = slider_values_of(armature)
    return {name: max(-1.0, min(1.0, round(values[name], 6))) for name in FACE_SLIDERS if abs(values[name]) > 1e-6}


def body_of(armature: bpy.types.Object, traits: AvatarTraits) -> dict[str, float]:
    """Presentation, build and height as the sliders are set, where these differ from ``traits``."""
    values, sliders = slider_values(traits), slider_values_of(armature)
    moved = {name: sliders[name] for name in BODY_SLIDERS if abs(sliders[name] - values[name]) > 1e-5}
    return {name: body_trait(name, value) for name, value in moved.items()}


@dataclass(frozen=True)
class SliderMoves:
    """How the sliders move a body: vertices (V, 3) at rest, and (V, 3) by which each slider moves them per unit."""

    rest: NDArray[np.float32]
    moves: Mapping[str, NDArray[np.float32]]

    @classmethod
    def of(cls, body: bpy.types.Object) -> SliderMoves | None:
        """``None`` for a mesh without shape keys."""
        keys = body.data.shape_keys
        if keys is None:
            return None
        rest = _places(keys.reference_key)
        blocks = {name: keys.key_blocks.get(PREFIX + name) for name in SLIDERS}
        return cls(rest, {name: _places(block) - rest for name, block in blocks.items() if block is not None})

    def at(self, points: NDArray[np.floating]) -> dict[str, NDArray[np.float32]]:
        """(N, 3) by which each slider moves points (N, 3) near the body, as it moves the nearest vertex."""
        nearest = nearest_of(points, self.rest)
        return {name: moved[nearest] for name, moved in self.moves.items()}


def _places(block: bpy.types.ShapeKey) -> NDArray[np.float32]:
    values = np.empty(len(block.data) * 3, np.float32)
    block.data.foreach_get("co", values)
    return values.reshape(-1, 3)


def add_keys(obj: bpy.types.Object, shapes: Mapping[str, NDArray], armature: bpy.types.Object) -> None:
    """Adds a shape key for each displacement (V, 3), which the property of that name of ``armature`` drives."""
    rest = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", rest)
    if obj.data.shape_keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    for name, displacement in shapes.items():
        key = obj.shape_key_add(name=PREFIX + name, from_mix=False)
        key.value = 0.0  # newer Blenders start a key at 1
        key.slider_min, key.slider_max = (-1.5, 1.5) if name in BODY_SLIDERS else (-1.0, 1.0)
        key.data.foreach_set("co", rest + np.asarray(displacement, np.float32).ravel())
        follow(key, armature, slider_property(name))


def follow(key: bpy.types.ShapeKey, armature: bpy.types.Object, name: str) -> None:
    """Drives a key by a custom property of ``armature``.

    A sum of one variable: Blender evaluates it without Python, so no file needs to be trusted for it."""
    driver = key.driver_add("value").driver
    driver.type = "SUM"
    variable = driver.variables.new()
    variable.type = "SINGLE_PROP"
    variable.targets[0].id = armature
    variable.targets[0].data_path = f'["{name}"]'


def set_sliders(armature: bpy.types.Object, values: Mapping[str, float]) -> None:
    """Moves sliders; the skeleton follows with :func:`refit_armature`."""
    for name, value in values.items():
        armature[slider_property(name)] = float(value)
    armature.update_tag()


def refit_armature(context: bpy.types.Context, armature: bpy.types.Object) -> bool:
    """Moves the rest positions of the bones to the body as moved by the sliders.

    Returns:
        Whether it succeeded: the armature has to be in the view layer, and Blender in Object Mode.
    """
    layer = context.view_layer
    if not has_sliders(armature) or context.mode != "OBJECT" or armature not in layer.objects.values():
        return False
    make_single_user(armature)
    former, hidden = layer.objects.active, armature.hide_get()
    armature.hide_set(False)
    try:
        with edited_bones(layer, armature):
            _place_bones(armature)
    finally:
        armature.hide_set(hidden)
        layer.objects.active = former
    return True


def _place_bones(armature: bpy.types.Object) -> None:
    bones = armature.data.edit_bones
    for name, (head, tail) in earlier_body().bones_at(slider_values_of(armature)).items():
        if name in bones:
            joint = bones[name]
            roll = joint.roll
            joint.head, joint.tail, joint.roll = head, tail, roll
