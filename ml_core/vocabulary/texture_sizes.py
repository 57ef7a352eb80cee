"""Resolutions of generated textures in texels (square)."""

from __future__ import annotations

from .choices import Choice, by_id

GENERATED_SIZES = (64, 128, 256, 512, 1024, 2048)
"""Sizes that the generator paints."""
MAPPED_SIZES = tuple(size for size in GENERATED_SIZES if size >= 256)
"""Sizes of a mesh's own images that are painted over in their own resolution."""

OFFERED_SIZES = by_id(
    Choice(
        id="256",
        title="256",
        title_zh="256",
        description="256 × 256 pixels: fastest, for previews and crowds",
        description_zh="256 × 256 像素:最快,适合预览和人群",
    ),
    Choice(
        id="512",
        title="512",
        title_zh="512",
        description="512 × 512 pixels: good for games on phones and headsets",
        description_zh="512 × 512 像素:适合手机和头显游戏",
    ),
    Choice(
        id="1024",
        title="1024",
        title_zh="1024",
        description="1024 × 1024 pixels: for close views",
        description_zh="1024 × 1024 像素:适合近景",
    ),
)
"""Sizes that the menus and the scripts offer, by their ids."""

SIZES_OF_SCRIPTS = tuple(map(int, OFFERED_SIZES))
DEFAULT_SIZE = 512
