"""The avatar from a photo: what is in the scene, and that nothing of the picture is."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.avatar.stored import is_from_photo, stored_traits
from blender_addon.avatar.surface.layers import layers_of
from blender_addon.export.delivery.provenance import provenance
from ml_core.datasets.faces.pictures import known_face

pytestmark = pytest.mark.usefixtures("clean_scene")


def test_an_avatar_is_made_and_nothing_of_the_picture_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "secret_name.jpg"
    exif = Image.Exif()
    exif[0x010E] = "private words"
    known = known_face(7003, 288, hair_style="none", texture=256)
    Image.fromarray(known.picture).save(path, exif=exif, quality=95)
    assert bpy.ops.atelier.avatar_from_photo(filepath=str(path), age=12, hair_style="bob", size="256") == {"FINISHED"}
    report = json.loads(bpy.context.scene.atelier.last_report)
    assert "secret_name" not in json.dumps(report)
    armature = bpy.data.objects[report["object"]]
    traits, _ = stored_traits(armature) or (None, 0)
    assert traits is not None
    assert (traits.age, traits.hair_style) == (12.0, "bob")
    (layer,) = layers_of(armature)
    assert (layer.kind, layer.amount) == ("photo", 1.0)
    image = bpy.data.images[layer.image]
    assert image.packed_file is not None
    assert image.filepath == ""
    assert is_from_photo(armature)
    assert provenance([armature])["atelier:provenance"] == "AI-generated, from a photo"
    garments = [obj.name for obj in armature.children_recursive if obj.type == "MESH"]
    assert any("Shirt" in name or "Top" in name or "Trousers" in name or "Jeans" in name for name in garments), garments
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"), compress=False)
    content = (tmp_path / "scene.blend").read_bytes()
    for trace in (b"secret_name", b"private words", path.read_bytes()[2000:2064]):
        assert trace not in content
    assert np.asarray(image.size).tolist() == [512, 512]


def test_a_picture_without_a_face_leaves_the_scene_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    Image.fromarray(np.full((120, 160, 3), 90, np.uint8)).save(path)
    before = {item.name for item in (*bpy.data.objects, *bpy.data.images)}
    with pytest.raises(RuntimeError, match=r"wall.png: no face found; choose a photo of one person"):
        bpy.ops.atelier.avatar_from_photo(filepath=str(path))
    with pytest.raises(RuntimeError, match="Choose a photo of a face"):
        bpy.ops.atelier.avatar_from_photo()
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    with pytest.raises(RuntimeError, match="cannot be read as a picture"):
        bpy.ops.atelier.avatar_from_photo(filepath=str(tmp_path / "torn.jpg"))
    assert {item.name for item in (*bpy.data.objects, *bpy.data.images)} == before
