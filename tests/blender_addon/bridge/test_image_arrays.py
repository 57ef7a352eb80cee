"""Images as arrays: scaled before they are expanded, and refused by their header before Blender decodes them."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from pathlib import Path

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.avatar.surface import layers
from blender_addon.bridge import image_arrays
from blender_addon.bridge.image_arrays import image_size, sized_pixels
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.materials.reading import MaterialFacts
from blender_addon.export.materials.textures import write_textures
from blender_addon.export.targets.profiles import profile
from ml_core.errors import InputError


def claiming(path: Path, side: int) -> Path:
    """A small PNG whose header claims ``side`` x ``side`` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def halves(width: int, height: int) -> np.ndarray:
    """Red above green, (H, W, 3) uint8."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, :, 0] = pixels[height // 2 :, :, 1] = 200
    return pixels


@pytest.mark.parametrize("is_large", [False, True])
def test_pixels_are_upright_and_of_the_size(
    clean_scene: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    monkeypatch.setattr(image_arrays, "_LARGE", 16 if is_large else 10**9)
    Image.fromarray(halves(64, 32)).save(tmp_path / "a.png")
    image = bpy.data.images.load(str(tmp_path / "a.png"))
    for size in ((64, 32), (16, 8)):
        pixels = sized_pixels(image, *size)
        assert pixels.shape == (size[1], size[0], 4)
        assert (pixels[0] == (200, 0, 0, 255)).all()
        assert (pixels[-1] == (0, 200, 0, 255)).all()
    assert len(bpy.data.images) == 1
    image.pixels.foreach_set(np.ones(64 * 32 * 4, np.float32))  # painted, not saved
    assert (sized_pixels(image, 16, 8) == 255).all()


def test_a_large_image_takes_less_than_its_floats(clean_scene: object) -> None:
    image = bpy.data.images.new("Large", 2304, 2304)
    tracemalloc.start()
    pixels = sized_pixels(image, 256, 256)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pixels.shape == (256, 256, 4)
    assert peak < 4 * 2304 * 2304, f"{peak / 2304**2:.1f} bytes a texel"  # 16 for the floats alone


def test_floats_become_bytes_in_their_own_memory(clean_scene: object) -> None:
    image = bpy.data.images.new("Floats", 1536, 1024, float_buffer=True)
    values = np.zeros((1024, 1536, 4), np.float32)
    values[..., :2] = np.linspace(0, 1, 1024)[:, None, None]
    values[0, 0], values[0, 1] = (np.nan, np.inf, -np.inf, 2), 0.5
    image.pixels.foreach_set(values.ravel())
    del values
    tracemalloc.start()
    pixels = sized_pixels(image, 1536, 1024)
    peak = tracemalloc.get_traced_memory()[1] / (1536 * 1024)
    tracemalloc.stop()
    assert peak < 16 + 4, f"{peak:.1f} bytes a texel"
    assert (pixels[-1, 0] == (0, 255, 0, 255)).all()
    assert (pixels[-1, 1] == 128).all()
    assert (pixels[0, 5] == (255, 255, 0, 0)).all()
    assert np.abs(pixels[::-1, 9, 0] - np.linspace(0, 255, 1024)).max() <= 0.5
    assert (sized_pixels(image, 1536, 1024, np.sqrt)[-1, 1, :3] == 180).all()


def test_a_udim_tile_is_scaled_before_it_is_expanded(
    clean_scene: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_arrays, "_LARGE", 16)
    Image.fromarray(halves(1024, 1024)).save(tmp_path / "a.1001.png")
    Image.fromarray(halves(8, 8)).save(tmp_path / "a.1002.png")
    image = bpy.data.images.load(str(tmp_path / "a.1001.png"))
    image.source, image.filepath = "TILED", str(tmp_path / "a.<UDIM>.png")
    assert image_size(image) == (1024, 1024)
    tracemalloc.start()
    pixels = sized_pixels(image, 64, 64)
    peak = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    assert peak < 1, f"{peak:.1f} bytes a texel"
    assert (pixels[0] == (200, 0, 0, 255)).all()
    assert (pixels[-1] == (0, 200, 0, 255)).all()


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_small_file_that_claims_gigabytes_is_not_decoded(
    clean_scene: object, tmp_path: Path, is_packed: bool
) -> None:
    path = claiming(tmp_path / "bomb.png", 30_000)
    image = bpy.data.images.load(str(path))
    if is_packed:
        image.pack()
    assert image_size(image) == (0, 0)
    facts = MaterialFacts("Wall", images={"base_color": image})
    for read in (
        lambda: sized_pixels(image, 64, 64),
        lambda: layers._picture(image.name),
        lambda: run_to_end(write_textures(facts, "Wall", tmp_path, profile("unity"), 1024, {})),
        lambda: layers._embedded(str(path)),
    ):
        with pytest.raises(InputError, match="pixels are too many"):
            read()
    assert not image.has_data
