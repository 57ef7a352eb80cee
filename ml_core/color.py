"""Color spaces and differences: sRGB, linear light, CIELAB, CIEDE2000."""

from __future__ import annotations

import functools
import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=np.float32,
)
_WHITE = np.array([0.95047, 1.0, 1.08883], dtype=np.float32)


_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_hex(text: object) -> bool:
    """Whether ``text`` is a color written as ``#rrggbb``."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def hex_to_srgb(text: str) -> NDArray[np.float32]:
    """(3,) sRGB 0..1 of ``#rrggbb``."""
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32) / 255


def srgb_to_hex(color: ArrayLike) -> str:
    """``#rrggbb`` of sRGB 0..1."""
    return "#" + "".join(f"{round(255 * float(np.clip(value, 0, 1))):02x}" for value in np.asarray(color))


def srgb_to_linear(color: ArrayLike) -> NDArray[np.float32]:
    """Linear light of sRGB 0..1 (IEC 61966-2-1)."""
    color = np.asarray(color, dtype=np.float32)
    high = ((np.maximum(color, 0.04045) + 0.055) / 1.055) ** np.float32(2.4)
    return np.where(color <= 0.04045, color / 12.92, high).astype(np.float32)


def srgb_image_to_linear(image: NDArray) -> NDArray[np.float32]:
    """As :func:`srgb_to_linear`, of images (H, W, C): by a table of 65536 steps, which is several times as fast as
    a power and exact to 2e-5. The result is contiguous."""
    result = np.empty(image.shape, np.float32)
    for channel in range(image.shape[-1]):
        steps = (np.clip(image[..., channel], 0, 1) * np.float32(65535)).astype(np.uint16)
        result[..., channel] = _linear_steps()[steps]
    return result


@functools.cache
def _linear_steps() -> NDArray[np.float32]:
    return srgb_to_linear((np.arange(65536) + 0.5) / 65536)


def linear_to_srgb(color: ArrayLike) -> NDArray[np.float32]:
    """sRGB of linear light (IEC 61966-2-1)."""
    color = np.clip(np.asarray(color, dtype=np.float32), 0, None)
    high = 1.055 * np.maximum(color, 0.0031308) ** np.float32(1 / 2.4) - 0.055
    return np.where(color <= 0.0031308, color * 12.92, high).astype(np.float32)


def srgb_to_lab(color: ArrayLike) -> NDArray[np.float32]:
    """CIELAB (D65, 2°) of sRGB (..., 3)."""
    xyz = srgb_to_linear(color) @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
    return lab.astype(np.float32)


def lab_to_srgb(lab: ArrayLike) -> NDArray[np.float32]:
    """sRGB of CIELAB (D65, 2°), clipped to 0..1."""
    lab = np.asarray(lab, dtype=np.float32)
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(f**3 > 216 / 24389, f**3, (116 * f - 16) * 27 / 24389) * _WHITE
    return np.clip(linear_to_srgb(xyz @ np.linalg.inv(_TO_XYZ).T), 0, 1)


def ciede2000(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Color difference CIEDE2000 of CIELAB colors (..., 3) (Sharma, Wu and Dalal 2005, k = 1)."""
    l1, a1, b1 = np.moveaxis(np.asarray(first, dtype=np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, dtype=np.float64), -1, 0)
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(mean_c7 / (mean_c7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    gray = c1 * c2 == 0
    turn = (h2 - h1 + 180) % 360 - 180
    turn = np.where(gray, 0, turn)
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    far = np.abs(h1 - h2) > 180
    mean_h = np.where(gray, h1 + h2, (h1 + h2 + np.where(far, np.where(h1 + h2 < 360, 360, -360), 0)) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = (
        -np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2)))) * 2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    )
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, delta_h / s_h
    return np.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)
