"""Presets, pictures of layers, names and rights of strangers: data, wherever they end up."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import bpy
import numpy as np
import pytest

from blender_addon.avatar.surface.images import _save
from blender_addon.avatar.surface.layers import embedded, pictures_of
from blender_addon.bridge.image_arrays import check_decodable
from blender_addon.export.delivery.import_files import SCRIPTS, write_import_files
from blender_addon.export.delivery.provenance import xmp_packet
from blender_addon.export.names.assets import Namer
from blender_addon.export.targets.profiles import PROFILES
from blender_addon.operators.avatar.drops import read_avatar
from blender_addon.ui.avatar.trait_presets import read_preset
from ml_core.errors import InputError
from ml_core.inference.textures.layer_kinds import Layer

HEAD = "import bpy\ntraits = bpy.context.scene.atelier.traits\n"
HOSTILE = 'a"; } */ """ \' \\ \n\r\u2028\u2029 {0} $(x) `x` %s <b>&\x01'


@pytest.mark.usefixtures("registered_addon")
@pytest.mark.parametrize(
    "line",
    ["open('mark', 'w')", "import os", "traits.skin = __import__('os').system('true')", "traits.__class__ = 1",
     "traits.use_skin = [x for x in ()]", "bpy.ops.wm.quit_blender()", "traits = bpy.app", "def f(): pass", "1 +",
     "traits.use_skin = " + "-" * 5000 + "1", "traits.outfit, traits.skin = 1, 2"],
)  # fmt: skip
def test_a_preset_runs_nothing(tmp_path: Path, line: str) -> None:
    path = tmp_path / "Mine.py"
    path.write_text(HEAD + line)
    with pytest.raises(InputError, match="is not a trait preset"):
        read_preset(path)
    path.write_text(HEAD + "traits.use_skin = True\n")
    assert read_preset(path) == [("use_skin", True)]


def picture(path: Path) -> Path:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), "red").save(path)
    return path


@pytest.mark.usefixtures("clean_scene")
def test_a_stored_path_is_not_painted_on_an_avatar(tmp_path: Path) -> None:
    private = picture(tmp_path / "private.png")
    layer = Layer("tattoo", image=str(private))
    with pytest.raises(InputError, match="is missing"):
        pictures_of([layer])
    (own,) = embedded([layer])  # chosen in the file browser
    assert list(pictures_of([own])) == ["private.png"]
    assert bpy.data.images["private.png"].packed_file is not None


@pytest.mark.usefixtures("clean_scene")
def test_an_avatar_file_brings_pictures_of_its_folder_alone(tmp_path: Path) -> None:
    picture(tmp_path / "private.png")
    near = picture(tmp_path / "pack" / "near.png")
    (tmp_path / "pack" / "link.png").symlink_to(tmp_path / "private.png")
    path = tmp_path / "pack" / "avatar.json"
    for image in ("../private.png", str(tmp_path / "private.png"), "link.png", "/dev/zero", "gone.png", "a\0b"):
        path.write_text(json.dumps({"traits": {}, "layers": [{"kind": "tattoo", "image": image}]}))
        with pytest.raises(InputError, match=r"is in another folder|is not there"):
            read_avatar(path)
    for image in ("near.png", str(near)):
        path.write_text(json.dumps({"traits": {}, "layers": [{"kind": "tattoo", "image": image}]}))
        assert json.loads(read_avatar(path)[2])[0]["image"] == str(near)


@pytest.mark.usefixtures("clean_scene")
def test_large_images_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    head = bytes([0, 0, 2, *[0] * 9]) + np.array([60000, 60000], "<u2").tobytes() + bytes([24, 0])
    (tmp_path / "bomb.tga").write_bytes(head)
    image = bpy.data.images.new("bomb", 4, 4)
    image.source, image.filepath = "FILE", str(tmp_path / "bomb.tga")
    with pytest.raises(InputError, match="60000 x 60000"):
        check_decodable(image)
    assert not image.has_data
    image.filepath = "/dev/zero"
    with pytest.raises(InputError, match="is not a file"):
        check_decodable(image)
    image.filepath = str(picture(tmp_path / "small.png"))
    check_decodable(image)


@pytest.mark.usefixtures("clean_scene")
def test_saving_an_image_replaces_a_link_and_not_what_it_leads_to(tmp_path: Path) -> None:
    victim = tmp_path / "painting.png"
    victim.write_bytes(b"the artist's own")
    link = tmp_path / "T_Avatar_BC.png"
    link.symlink_to(victim)
    _save(bpy.data.images.new("skin", 4, 4), link)
    assert victim.read_bytes() == b"the artist's own"
    assert link.read_bytes().startswith(b"\x89PNG")
    assert not link.is_symlink()


@pytest.mark.parametrize("target", PROFILES)
def test_no_name_gets_into_a_script(tmp_path: Path, target: str) -> None:
    sources = {f"{HOSTILE}.fbx": {"kind": "static", "materials": [HOSTILE], "clips": [{"name": HOSTILE}]}}
    material = {"textures": {}, "base_color_linear": [1, 1, 1], "alpha": 1, "metallic": 0, "roughness": 1}
    material["emission_linear"] = [0, 0, 0]
    place = {"asset": HOSTILE, "object": HOSTILE, "label": HOSTILE, "matrix_world": [[1, 0, 0, 0]]}
    write_import_files(tmp_path, PROFILES[target], sources, {HOSTILE: material}, [place])
    written = [path for path in tmp_path.rglob("*") if path.suffix in (".cs", ".py", ".gd", ".asmdef", ".txt")]
    assert written
    identity = json.loads((tmp_path / "atelier_import.json").read_text())["id"] if target == "unity" else ""
    for path in written:
        text = path.read_text()
        source = (SCRIPTS / target / path.name).read_text()
        assert (source.replace("000000", identity) if target == "unity" else source) in text, path


def test_names_of_files_are_short_and_plain() -> None:
    namer = Namer()
    for name in ("x" * 300, "x" * 300, "../" * 90, "CON", HOSTILE, "\u202e"):
        given = namer.name(name, "SM_")
        assert given.isidentifier()
        assert len(given) < 120


def test_rights_are_text_in_xmp() -> None:
    packet = xmp_packet({"Author": HOSTILE, "Copyright": "</rdf:li>]]>\x0b", "Software": "<x/>"})
    root = ElementTree.fromstring(packet.partition("?>")[2].rpartition("<?")[0])
    assert [one.tag for one in root.iter() if "evil" in one.tag] == []
    assert any(one.text == "</rdf:li>]]>" for one in root.iter())
