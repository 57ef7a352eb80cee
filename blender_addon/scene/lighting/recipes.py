"""The recipes of the looks, in units that do not depend on the size of the scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Color = tuple[float, float, float]
"""Linear RGB; the brightest channel is 1."""
Practicals = Literal["", "lamps", "streetlights"]

_WHITE: Color = (1.0, 1.0, 1.0)
_CANDLE: Color = (1.0, 0.58, 0.27)
_SODIUM: Color = (1.0, 0.55, 0.2)
_SUNSET: Color = (1.0, 0.47, 0.18)
_MOON: Color = (0.55, 0.7, 1.0)
_COOL: Color = (0.66, 0.8, 1.0)
_WARM: Color = (1.0, 0.87, 0.74)


@dataclass(frozen=True)
class Lamp:
    """A light in a direction from the center of the scene.

    Args:
        turn: degrees around it, from the viewer's side to their right. height: degrees above the horizon.
        irradiance: on a surface at the center that faces the light, W/m²; π makes white paper as bright as 1.
        width: of an area light, in radii of the scene; 0 is a sun.
        angle: angular diameter of a sun in degrees, which softens its shadows.
        is_cast: whether it casts shadows.
    """

    turn: float
    height: float
    irradiance: float
    color: Color = _WHITE
    width: float = 1.0
    angle: float = 0.6
    is_cast: bool = True


@dataclass(frozen=True)
class Sky:
    """The world.

    Args:
        irradiance: on flat ground under the open sky, W/m².
        sun_elevation: degrees, of a physical sky (Blender's sky texture); ``None`` for a plain gradient of ``zenith``
            and ``horizon``.
        ground: light from below the horizon, as a fraction of that of the sky.
        backdrop: what the camera sees in place of the sky; ``None`` for the sky.
    """

    irradiance: float
    sun_elevation: float | None = None
    zenith: Color = _WHITE
    horizon: Color = _WHITE
    ground: Color = (0.16, 0.15, 0.14)
    backdrop: Color | None = None


@dataclass(frozen=True)
class Recipe:
    """One look.

    Args:
        practicals: the lamps of the scene that are lit, with ``practical_color`` and ``practical_irradiance`` (W/m² at
            1 m).
        window: W/m² that come through each square meter of a window into a closed room.
        closed, spread: in a closed room, whose walls throw light back, the factor of the area lights' strength and the
            angle in degrees that they shine into; so that a look with shadows has some there.
        exposure: stops.
        contrast: a look of Blender's AgX view transform.
    """

    sky: Sky
    lamps: tuple[Lamp, ...] = ()
    practicals: Practicals = ""
    practical_color: Color = _WHITE
    practical_irradiance: float = 0.0
    window: float = 0.0
    closed: float = 1.0
    spread: float = 180.0
    exposure: float = 0.0
    contrast: str = "AgX - Medium High Contrast"


RECIPES: Mapping[str, Recipe] = MappingProxyType({
    "studio": Recipe(
        Sky(0.55, ground=(0.8, 0.8, 0.8), backdrop=(0.56, 0.57, 0.585)),
        (
            Lamp(-42, 40, 2.5, (1.0, 0.96, 0.92), 1.1),
            Lamp(52, 22, 0.75, (0.92, 0.96, 1.0), 1.6),
            Lamp(158, 48, 1.5, _WHITE, 0.8),
        ),
        exposure=0.3,
    ),
    "noon": Recipe(
        Sky(0.95, sun_elevation=58, ground=(0.66, 0.64, 0.62)),
        (Lamp(-38, 58, 3.3, (1.0, 0.93, 0.84), 0),),
        window=5.0,
        exposure=0.1,
    ),
    "dusk": Recipe(
        Sky(0.62, sun_elevation=4, ground=(0.42, 0.33, 0.34)),
        (Lamp(-68, 8, 3.0, _SUNSET, 0, angle=1.2), Lamp(118, 25, 0.22, _COOL, 1.4)),
        window=2.2,
        exposure=0.1,
    ),
    "overcast": Recipe(
        Sky(2.3, zenith=(0.93, 0.97, 1.0), horizon=(0.5, 0.53, 0.56), ground=(0.5, 0.5, 0.5)),
        (Lamp(-20, 74, 0.35, (0.96, 0.98, 1.0), 0, angle=60),),
        window=3.5,
        exposure=0.35,
    ),
    "night_street": Recipe(
        Sky(0.06, zenith=(0.1, 0.2, 0.62), horizon=(0.5, 0.5, 1.0), ground=(0.12, 0.14, 0.4)),
        (Lamp(140, 45, 0.16, _MOON, 0, angle=1), Lamp(62, 12, 0.34, (1.0, 0.32, 0.62), 0.5)),
        practicals="streetlights",
        practical_color=_SODIUM,
        practical_irradiance=75.0,
        window=0.5,
        exposure=0.2,
    ),
    "cozy_interior": Recipe(
        Sky(0.16, zenith=(0.28, 0.42, 1.0), horizon=(0.7, 0.66, 1.0), ground=(0.25, 0.18, 0.14)),
        (Lamp(-25, 62, 0.42, (1.0, 0.72, 0.45), 1.4, is_cast=False),),
        practicals="lamps",
        practical_color=_CANDLE,
        practical_irradiance=6.0,
        window=0.7,
        exposure=0.35,
    ),
    "night": Recipe(
        Sky(0.07, zenith=(0.25, 0.4, 1.0), horizon=(0.35, 0.5, 1.0), ground=(0.15, 0.2, 0.42)),
        (Lamp(-52, 48, 1.15, _MOON, 0, angle=1.5), Lamp(62, 26, 0.12, _CANDLE, 0.5)),
        window=0.8,
    ),
    "three_point": Recipe(
        Sky(0.06, backdrop=(0.035, 0.036, 0.04)),
        (Lamp(-45, 38, 2.9, (1.0, 0.96, 0.9), 0.6), Lamp(52, 22, 0.6, _COOL, 1.2), Lamp(152, 45, 3.2, _WHITE, 0.5)),
        closed=0.55,
        spread=70.0,
    ),
    "soft": Recipe(
        Sky(1.1, ground=(0.8, 0.8, 0.8), backdrop=(1.1, 1.08, 1.06)),
        (Lamp(-40, 52, 1.25, _WARM, 2.2), Lamp(58, 38, 0.8, (0.95, 0.97, 1.0), 2.2)),
        window=3.0,
        exposure=0.3,
    ),
    "dramatic": Recipe(
        Sky(0.03, backdrop=(0.008, 0.008, 0.01)),
        (Lamp(-98, 36, 3.6, (1.0, 0.93, 0.85), 0.3), Lamp(150, 24, 1.1, _COOL, 0.3)),
        closed=0.5,
        spread=50.0,
        contrast="AgX - High Contrast",
    ),
    "bright": Recipe(
        Sky(1.7, ground=(0.85, 0.85, 0.85), backdrop=(7.0, 7.0, 7.0)),
        (Lamp(-32, 56, 1.6, _WHITE, 2.0), Lamp(58, 42, 0.8, _WHITE, 2.0)),
        window=4.0,
        exposure=0.5,
    ),
})  # fmt: skip
"""By the ids of :data:`ml_core.vocabulary.scene.looks.LOOKS`."""
