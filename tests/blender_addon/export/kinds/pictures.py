"""Where pictures come from and how they lie on a surface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .scene import Check, Files, Paint, cube, flat, halves, image, kind, plane

PBR = "pbrMetallicRoughness"


def _color_of(files: Files, name: str) -> Any:
    """The median color of a material as it is stored, of its picture or its factor."""
    about = files.one("materials", name)[PBR]
    if "baseColorTexture" in about:
        return np.median(files.picture(name, PBR, "baseColorTexture")[..., :3].reshape(-1, 3), axis=0)
    linear = np.array(about.get("baseColorFactor", (1, 1, 1, 1))[:3])
    return np.where(linear < 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _saved(made: bpy.types.Image, path: Path, file_format: str) -> bpy.types.Image:
    made.filepath_raw, made.file_format = str(path), file_format
    made.save()
    space = made.colorspace_settings.name
    bpy.data.images.remove(made)
    loaded = bpy.data.images.load(str(path))
    loaded.colorspace_settings.name = space
    return loaded


@kind()
def pictures_of_many_kinds(folder: Path) -> Check:
    """On disk in several formats, packed, painted and not saved, generated, one channel, not square, one texel."""
    color = (0.8, 0.4, 0.2)
    made: dict[str, bpy.types.Image] = {}
    for name, suffix, file_format in (
        ("Png", "png", "PNG"),
        ("Jpg", "jpg", "JPEG"),
        ("Tga", "tga", "TARGA"),
        ("Tif", "tif", "TIFF"),
        ("Bmp", "bmp", "BMP"),
    ):
        made[name] = _saved(image(name, flat(color)), folder / f"{name}.{suffix}", file_format)
    made["Packed"] = _saved(image("Packed", flat(color)), folder / "packed.png", "PNG")
    made["Packed"].pack()
    (folder / "packed.png").unlink()
    made["Unsaved"] = image("Unsaved", flat(color))
    made["Painted"] = _saved(image("Painted", flat((0, 0, 1))), folder / "painted.png", "PNG")
    made["Painted"].pixels.foreach_set(np.tile(np.array((*color, 1), np.float32), 256))
    made["Painted"].update()
    made["Wide"] = image("Wide", np.broadcast_to(np.float32(color), (3, 50, 3)))
    made["Texel"] = image("Texel", np.float32(color).reshape(1, 1, 3))
    made["Reloaded"] = _saved(image("Reloaded", flat(color)), folder / "reloaded.png", "PNG")
    for number, (name, picture) in enumerate(made.items()):
        Paint(name, plane(name, (2 * number, 0, 0))).picture(picture, "Base Color")
    grid = bpy.data.images.new("Grid", 64, 64)
    grid.generated_type = "COLOR_GRID"
    Paint("Grid", plane("Grid", (-2, 0, 0))).picture(grid, "Base Color")

    def look(files: Files) -> None:
        for name in made:
            assert np.allclose(_color_of(files, f"M_{name}"), color, atol=0.03), (name, _color_of(files, f"M_{name}"))
        assert np.ptp(files.picture("M_Grid", PBR, "baseColorTexture")[..., :3]) > 0.5

    return look


@kind()
def numbers_of_light(folder: Path) -> Check:
    """Float and 16-bit pictures in linear light, a PNG that is said to be linear, one that is not color at all."""
    made = {
        "Exr": _saved(image("Exr", flat((0.2, 0.2, 0.2)), "Non-Color", True), folder / "light.exr", "OPEN_EXR"),
        "Hdr": _saved(image("Hdr", flat((0.2, 0.2, 0.2)), "Non-Color", True), folder / "light.hdr", "HDR"),
        "Linear": image("Linear", flat((0.2, 0.2, 0.2)), "Linear Rec.709", True),
        "Plain": image("Plain", flat((0.2, 0.2, 0.2)), "Non-Color"),
    }
    for name in ("Exr", "Hdr"):
        made[name].colorspace_settings.name = "Linear Rec.709"
    for number, (name, picture) in enumerate(made.items()):
        Paint(name, plane(name, (2 * number, 0, 0))).picture(picture, "Base Color")

    def look(files: Files) -> None:
        for name in made:
            assert np.allclose(_color_of(files, f"M_{name}"), 0.485, atol=0.03), (name, _color_of(files, f"M_{name}"))

    return look


@kind()
def one_picture_for_two_uses(folder: Path) -> Check:
    """As color and as roughness, by two blocks of one file that say different color spaces."""
    first = _saved(image("Both", flat((0.5, 0.5, 0.5))), folder / "both.png", "PNG")
    second = bpy.data.images.load(str(folder / "both.png"))
    second.colorspace_settings.name = "Non-Color"
    paint = Paint("Both", plane("Both"))
    paint.picture(first, "Base Color")
    paint.picture(second, "Roughness")

    def look(files: Files) -> None:
        about = files.one("materials", "M_Both")[PBR]
        assert np.allclose(_color_of(files, "M_Both"), 0.5, atol=0.02)
        rough = (
            files.picture("M_Both", PBR, "metallicRoughnessTexture")[8, 8, 1]
            if "metallicRoughnessTexture" in about
            else 1
        )
        assert np.isclose(rough * about.get("roughnessFactor", 1), 0.5, atol=0.03)

    return look


def _tiles(folder: Path, name: str) -> bpy.types.Image:
    for number, color in ((1001, (1, 0, 0)), (1002, (0, 1, 0)), (1011, (0, 0, 1))):
        _saved(image(f"{name}{number}", flat(color)), folder / f"{name}.{number}.png", "PNG")
        for one in [one for one in bpy.data.images if one.filepath.endswith(f"{number}.png")]:
            bpy.data.images.remove(one)
    tiled = bpy.data.images.load(str(folder / f"{name}.1001.png"))
    tiled.source = "TILED"
    tiled.filepath = str(folder / f"{name}.<UDIM>.png")
    for number in (1002, 1011):
        if number not in [one.number for one in tiled.tiles]:
            tiled.tiles.new(number)
    return tiled


@kind()
def tiles_of_a_picture(folder: Path) -> Check | None:
    """Three tiles on a plane, and the same below nodes; a skin too."""
    from .scene import TWO, armature, column, skinned

    tiled = _tiles(folder, "tile")
    for number, name in enumerate(("Tiled", "Tinted")):
        bpy.ops.mesh.primitive_grid_add(x_subdivisions=2, y_subdivisions=2, size=2, location=(3 * number, 0, 0))
        obj = bpy.context.object
        obj.name = name
        layer = obj.data.uv_layers.active.uv
        for loop in range(len(layer)):
            layer[loop].vector = tuple(2 * one * 0.999 + 0.0005 for one in layer[loop].vector)
        obj.data.polygons[3].select = True
        layer_of = [tuple(layer[loop].vector) for loop in obj.data.polygons[3].loop_indices]
        for loop, (u, v) in zip(obj.data.polygons[3].loop_indices, layer_of, strict=True):
            layer[loop].vector = (u - 1, v - 1)  # the fourth tile is not there
        paint = Paint(name, obj)
        node = paint.picture(tiled)
        if name == "Tinted":
            dark = paint.node("Mix", data_type="RGBA", blend_type="MULTIPLY")
            dark.inputs[0].default_value, dark.inputs[7].default_value = 1, (0.5, 0.5, 0.5, 1)
            paint.link(node.outputs[0], dark.inputs[6])
            paint.link(dark.outputs[2], "Base Color")
        else:
            paint.link(node.outputs[0], "Base Color")
    rig = armature("Rig", TWO, (9, 0, 0))
    skin = column("Skin", (9, 0, 0))
    layer = skin.data.uv_layers.new(name="UVMap").uv
    for polygon in skin.data.polygons:
        for corner, loop in enumerate(polygon.loop_indices):
            shift = 1.0 if polygon.center.z > 1 else 0.0
            layer[loop].vector = (shift + (0.1, 0.9, 0.9, 0.1)[corner], (0.1, 0.1, 0.9, 0.9)[corner])
    Paint("Skin", skin).picture(tiled, "Base Color")
    skinned(rig, skin)
    return None


@kind(told=("material_motion_stays",))
def sequences(folder: Path) -> Check:
    """A picture for each frame: the file has that of the current one, and the check says so."""
    for frame, color in ((1, (1, 0, 0)), (2, (0, 1, 0)), (3, (0, 0, 1))):
        _saved(image(f"Frame{frame}", flat(color)), folder / f"frame_{frame:04d}.png", "PNG")
    for one in [one for one in bpy.data.images if "frame_" in one.filepath]:
        bpy.data.images.remove(one)
    film = bpy.data.images.load(str(folder / "frame_0001.png"))
    film.source = "SEQUENCE"
    paint = Paint("Film", plane("Film"))
    node = paint.picture(film, "Base Color")
    node.image_user.frame_duration, node.image_user.frame_start = 3, 1
    node.image_user.use_auto_refresh = True
    bpy.context.scene.frame_set(2)

    def look(files: Files) -> None:
        assert np.allclose(_color_of(files, "M_Film"), (0, 1, 0), atol=0.03), _color_of(files, "M_Film")

    return look


@kind(told=("missing_image",))
def lost_pictures(folder: Path) -> Check:
    """One that is gone is told and shows white; one that is packed is not; an empty node is not a picture."""
    lost = _saved(image("Lost", flat((1, 0, 0))), folder / "lost.png", "PNG")
    (folder / "lost.png").unlink()
    lost.reload()
    Paint("Lost", plane("Lost")).picture(lost, "Base Color")
    empty = Paint("Empty", plane("Empty", (2, 0, 0)))
    empty.link(empty.node("TexImage").outputs[0], "Roughness")
    blank = Paint("Blank", plane("Blank", (4, 0, 0)))
    blank.link(blank.node("TexImage").outputs[0], "Base Color")

    def look(files: Files) -> None:
        for name in ("M_Lost", "M_Blank"):  # so that the engine shows the picture untinted once it is put back
            surface = files.one("materials", name).get("pbrMetallicRoughness", {})
            assert surface.get("baseColorFactor", [1, 1, 1, 1]) == [1, 1, 1, 1], surface

    return look


@kind()
def placed_by_nodes(folder: Path) -> Check:
    """Scaled, turned and moved by a Mapping of each type; mirrored, extended; nearest; second UV map; a box."""
    board = image("Board", halves((1, 0, 0), (0, 0, 1)))
    for number, (name, how) in enumerate((("Point", "POINT"), ("Texture", "TEXTURE"), ("Vector", "VECTOR"))):
        paint = Paint(name, plane(name, (2 * number, 0, 0)))
        mapping = paint.node("Mapping", vector_type=how)
        mapping.inputs["Scale"].default_value = (2, 3, 1)
        mapping.inputs["Rotation"].default_value = (0, 0, 0.6)
        if how != "VECTOR":
            mapping.inputs["Location"].default_value = (0.2, 0.1, 0)
        paint.link(paint.node("TexCoord").outputs["UV"], mapping.inputs["Vector"])
        paint.link(mapping.outputs[0], paint.picture(board, "Base Color").inputs["Vector"])
    for number, wrap in enumerate(("EXTEND", "MIRROR", "CLIP")):
        obj = plane(wrap, (8 + 2 * number, 0, 0))
        for one in obj.data.uv_layers.active.uv:
            one.vector = tuple(2 * value - 0.4 for value in one.vector)
        paint = Paint(wrap, obj)
        paint.picture(board, "Base Color").extension = wrap
    sharp = Paint("Sharp", plane("Sharp", (16, 0, 0)))
    sharp.picture(board, "Base Color").interpolation = "Closest"
    obj = plane("Second", (18, 0, 0))
    for one in obj.data.uv_layers.new(name="Other").uv:
        one.vector = (0.8, 0.5)
    second = Paint("Second", obj)
    node = second.node("UVMap", uv_map="Other")
    second.link(node.outputs[0], second.picture(board, "Base Color").inputs["Vector"])
    box = Paint("Box", cube("Box", (20, 0, 0)))
    picture = box.picture(board, "Base Color")
    picture.projection, picture.projection_blend = "BOX", 0.2
    box.link(box.node("TexCoord").outputs["Generated"], picture.inputs["Vector"])

    def look(files: Files) -> None:
        samplers = {}
        for name in ("EXTEND", "MIRROR", "Sharp"):
            info = files.one("materials", f"M_{name}")[PBR]["baseColorTexture"]
            document = next(one for one, _ in files.documents.values() if "materials" in one)
            samplers[name] = document["samplers"][document["textures"][info["index"]]["sampler"]]
        assert samplers["EXTEND"]["wrapS"] == 33071
        assert samplers["MIRROR"]["wrapS"] == 33648
        assert samplers["Sharp"]["magFilter"] == 9728

    return look


@kind()
def mixes_of_pictures(folder: Path) -> Check | None:
    """Two pictures by a mask, hue and gamma and curves over one, a tint, and steps of a ramp."""
    board, mask = image("Board", halves((1, 0, 0), (0, 0, 1))), image("Mask", flat((0.3, 0.3, 0.3)), "Non-Color")
    dull = image("Dull", halves((0.6, 0.1, 0.2), (0.1, 0.3, 0.6)))
    mixed = Paint("Mixed", plane("Mixed"))
    mix = mixed.node("Mix", data_type="RGBA")
    mixed.link(mixed.picture(mask).outputs[0], mix.inputs[0])
    mixed.link(mixed.picture(board).outputs[0], mix.inputs[6])
    mixed.link(mixed.picture(image("Green", flat((0, 1, 0)))).outputs[0], mix.inputs[7])
    mixed.link(mix.outputs[2], "Base Color")
    for number, (name, values) in enumerate(
        {
            "HueSaturation": {"Hue": 0.7},
            "Gamma": {"Gamma": 2.2},
            "BrightContrast": {"Bright": 0.2},
            "Invert": {},
            "RGBToBW": {},
        }.items()
    ):
        paint = Paint(name, plane(name, (2 + 2 * number, 0, 0)))
        node = paint.node(name)
        for key, value in values.items():
            node.inputs[key].default_value = value
        paint.link(paint.picture(dull).outputs[0], node.inputs["Color"])
        paint.link(node.outputs[0], "Base Color")
    ramp = Paint("Ramp", plane("Ramp", (14, 0, 0)))
    node = ramp.node("ValToRGB")
    node.color_ramp.elements[0].color, node.color_ramp.elements[1].color = (1, 1, 0, 1), (0, 1, 1, 1)
    ramp.link(ramp.picture(board).outputs[0], node.inputs[0])
    ramp.link(node.outputs[0], "Base Color")
    rough = Paint("Rough", plane("Rough", (16, 0, 0)))
    turn = rough.node("Invert")
    rough.link(rough.picture(image("Gloss", flat((0.9, 0.9, 0.9)), "Non-Color")).outputs[0], turn.inputs["Color"])
    rough.link(turn.outputs[0], "Roughness")
    metal = Paint("Metal", plane("Metal", (18, 0, 0)))
    more = metal.node("Math", operation="MULTIPLY")
    more.inputs[1].default_value = 0.5
    metal.link(metal.picture(image("Metal", flat((0.8, 0.8, 0.8)), "Non-Color")).outputs[0], more.inputs[0])
    metal.link(more.outputs[0], "Metallic")
    return None


@kind(unlike=("STRAIGHT", "PREMUL"))
def alpha_that_is_not_asked_for(folder: Path) -> Check:
    """Pictures with alpha that no node reads, that are packed by channel or told to have none, are not glass.

    Cycles multiplies the colors of the first two by alpha; viewers of glTF leave alpha out.
    """
    for number, mode in enumerate(("STRAIGHT", "PREMUL", "CHANNEL_PACKED", "NONE")):
        made = image(mode, flat((0.8, 0.4, 0.2, 0.5)))
        made.alpha_mode = mode
        Paint(mode, plane(mode, (2 * number, 0, 0))).picture(made, "Base Color")

    def look(files: Files) -> None:
        for one in files.all("materials"):
            assert one.get("alphaMode", "OPAQUE") == "OPAQUE", one["name"]

    return look


@kind()
def gray_and_deep_pictures(folder: Path) -> Check:
    """One channel, two channels, sixteen bits, a palette: as other programs write them."""
    from PIL import Image

    gray = np.full((16, 16), 128, np.uint8)
    Image.fromarray(gray).save(folder / "gray.png")
    Image.fromarray(np.dstack([gray, gray])).save(folder / "gray_two.png")
    Image.fromarray(np.full((16, 16), 128 * 257, np.uint16)).save(folder / "deep.png")
    Image.fromarray(np.dstack([gray] * 3)).quantize(4).save(folder / "palette.png")
    names = ("gray", "gray_two", "deep", "palette")
    for number, name in enumerate(names):
        loaded = bpy.data.images.load(str(folder / f"{name}.png"))
        Paint(name, plane(name, (2 * number, 0, 0))).picture(loaded, "Base Color")

    def look(files: Files) -> None:
        for name in names:
            assert np.allclose(_color_of(files, f"M_{name}"), 0.5, atol=0.03), (name, _color_of(files, f"M_{name}"))

    return look
