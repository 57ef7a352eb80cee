"""Facial shapes on a body of another make: lids close, jaws open, eyes turn, and what was there stays."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.face.adding import add_face_shapes, find_face, show_face_landmarks
from blender_addon.avatar.face.reading import read_head
from blender_addon.bridge.importers import open_scene
from ml_core.errors import InputError
from ml_core.inference.photo.faces import FaceFinder
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES, VISEMES


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder.load()


def _moves(obj: bpy.types.Object, name: str) -> np.ndarray:
    """(V, 3) of a shape key, in the world."""
    keys = obj.data.shape_keys
    rest, moved = (np.empty(len(obj.data.vertices) * 3, np.float32) for _ in range(2))
    keys.reference_key.data.foreach_get("co", rest)
    keys.key_blocks[name].data.foreach_get("co", moved)
    return (moved - rest).reshape(-1, 3) @ np.array(obj.matrix_world.to_3x3()).T


def test_a_realistic_body_of_another_make_gets_a_face(data_dir: Path, finder: FaceFinder) -> None:
    open_scene(data_dir / "avatars" / "meshes" / "id03_business_body.glb")
    skin = bpy.data.objects["H_DDS_HighRes"]
    skin.shape_key_add(name="Basis", from_mix=False)
    skin.shape_key_add(name="mouthPucker", from_mix=False)
    facts = add_face_shapes(skin.find_armature(), finder)
    assert (facts["landmarks"], facts["eyes"], facts["mouth_opens"], facts["lids_close"]) == ("seen", 2, True, True)
    assert facts["kept"][skin.name] == ["mouthPucker"]
    assert not _moves(skin, "mouthPucker").any()
    there = set(skin.data.shape_keys.key_blocks.keys())
    # An iris turns with its eyeball, and the tongue is an object of its own.
    assert len(there & {*ARKIT_SHAPES, *VISEMES}) > 60
    eyes = abs((bpy.data.objects["h_L_eye"].matrix_world @ bpy.data.objects["h_L_eye"].data.vertices[0].co).x) * 2
    left, right = _moves(skin, "eyeBlinkLeft"), _moves(skin, "eyeBlinkRight")
    assert 0.08 * eyes < -left[:, 2].min() < 0.3 * eyes  # the upper lid comes down by the opening
    assert -left[:, 2].min() == pytest.approx(-right[:, 2].min(), rel=0.3)
    assert -_moves(skin, "jawOpen")[:, 2].min() > 0.25 * eyes
    assert np.abs(_moves(bpy.data.objects["h_L_eye"], "eyeLookOutLeft")).max() > 0.02 * eyes
    assert bpy.data.objects["h_L_eye"].data.shape_keys.key_blocks.get("eyeBlinkLeft") is None
    # The upper teeth hold the lining of the whole mouth, and stay with the skull.
    assert bpy.data.objects["h_TeethUp"].data.shape_keys is None
    assert -_moves(bpy.data.objects["h_TeethDown"], "jawOpen")[:, 2].min() > 0.1 * eyes


def test_many_loose_pieces_are_named(data_dir: Path, finder: FaceFinder) -> None:
    """MakeHuman's base mesh as one object: helpers and joints hide the body."""
    open_scene(data_dir / "scenes" / "mpfb" / "base.obj")
    obj = next(obj for obj in bpy.data.objects if obj.type == "MESH")
    with pytest.raises(InputError, match="loose pieces without an armature"):
        add_face_shapes(obj, finder)
    obj.data.uv_layers.remove(obj.data.uv_layers[0])
    with pytest.raises(InputError, match="has no UV map"):
        add_face_shapes(obj, finder)


def test_a_head_without_a_face_asks_for_landmarks_by_hand(data_dir: Path, finder: FaceFinder) -> None:
    open_scene(data_dir / "scenes" / "kaykit_adventurers" / "Rogue_Hooded.glb")
    rig = bpy.data.objects["Rig"]
    with pytest.raises(InputError, match="Show Face Landmarks"):
        add_face_shapes(rig, finder)
    assert not any(mesh.shape_keys for mesh in bpy.data.meshes)
    made = show_face_landmarks(bpy.context, rig, finder)
    assert len(made) == 28
    chin = next(item for item in made if item.name.startswith("LM_face_152"))
    before = find_face(read_head(rig), finder)
    chin.location.z -= 0.1
    bpy.context.view_layer.update()
    after = find_face(read_head(rig), finder)
    low = [face.places[face.numbers == 152][0][2] for face in (before, after)]
    assert low[0] - low[1] == pytest.approx(0.1, abs=1e-4)
    assert add_face_shapes(rig, finder)["landmarks"] == after.how == "placed"
