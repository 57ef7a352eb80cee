"""Materials of VRM 0.x in the terms of VRMC_materials_mtoon 1.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..color import srgb_to_linear
from .json_values import items, list_of, number_of, real, table_of, text_of

_WIDTH_MODES = ("none", "worldCoordinates", "screenCoordinates")
_TEXTURES = {
    "_ShadeTexture": "shadeMultiplyTexture",
    "_SphereAdd": "matcapTexture",
    "_RimTexture": "rimMultiplyTexture",
    "_OutlineWidthTexture": "outlineWidthMultiplyTexture",
    "_UvAnimMaskTexture": "uvAnimationMaskTexture",
}
_BLEND, _BLEND_Z = 3000, 2501


def color_of_first(color: Sequence[float]) -> list[float]:
    """A color that version 0 stores as sRGB with alpha, linear."""
    linear = srgb_to_linear(np.clip(np.array(color[:3], np.float32), 0, 1))
    return [*(round(float(item), 6) for item in linear), *(float(item) for item in color[3:])]


def toon_of_first(document: Mapping[str, Any], vrm: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the materials of MToon (not checked yet) by their index."""
    count = len(items(document.get("materials")))
    return {
        number: _toon(item)
        for number, item in enumerate(items(vrm.get("materialProperties"))[:count])
        if text_of(item.get("shader")) == "VRM/MToon"
    }


def _toon(material: Mapping[str, Any]) -> dict[str, Any]:
    floats, vectors = table_of(material.get("floatProperties")), table_of(material.get("vectorProperties"))
    textures, keywords = table_of(material.get("textureProperties")), table_of(material.get("keywordMap"))

    def value(name: str, default: float) -> float:
        return real(floats.get(name), default)

    def color(name: str, default: tuple[float, float, float]) -> list[float]:
        found = [real(item, 0) for item in list_of(vectors.get(name))]
        return color_of_first(found if len(found) >= 3 else default)[:3]

    shift = value("_ShadeShift", 0)
    toony = value("_ShadeToony", 0.9)
    toony = toony + (1 - toony) * (0.5 + 0.5 * shift)
    mode = int(value("_OutlineWidthMode", 0))
    is_blend = keywords.get("_ALPHABLEND_ON") is True
    keeps_depth = is_blend and value("_ZWrite", 0) == 1
    made: dict[str, Any] = {
        "transparentWithZWrite": keeps_depth,
        "renderQueueOffsetNumber": _queue(material, is_blend, keeps_depth),
        "shadeColorFactor": color("_ShadeColor", (0.97, 0.81, 0.86)),
        "shadingShiftFactor": -shift - (1 - toony),
        "shadingToonyFactor": toony,
        "giEqualizationFactor": 1 - value("_IndirectLightIntensity", 0.1),
        "parametricRimColorFactor": color("_RimColor", (0, 0, 0)),
        "rimLightingMixFactor": value("_RimLightingMix", 0),
        "parametricRimFresnelPowerFactor": value("_RimFresnelPower", 1),
        "parametricRimLiftFactor": value("_RimLift", 0),
        "outlineWidthMode": _WIDTH_MODES[mode] if 0 <= mode < 3 else "none",
        "outlineWidthFactor": value("_OutlineWidth", 0) * (0.005 if mode == 2 else 0.01),
        "outlineColorFactor": color("_OutlineColor", (0, 0, 0)),
        "outlineLightingMixFactor": value("_OutlineLightingMix", 1) if value("_OutlineColorMode", 0) == 1 else 0.0,
        "uvAnimationScrollXSpeedFactor": value("_UvAnimScrollX", 0),
        "uvAnimationScrollYSpeedFactor": -value("_UvAnimScrollY", 0),
        "uvAnimationRotationSpeedFactor": value("_UvAnimRotation", 0) * 2 * np.pi,
    }
    for old, new in _TEXTURES.items():
        if (index := number_of(textures.get(old))) is not None:
            made[new] = {"index": index}
    if "matcapTexture" in made:
        made["matcapFactor"] = [1.0, 1.0, 1.0]
    return made


def _queue(material: Mapping[str, Any], is_blend: bool, keeps_depth: bool) -> int:
    """Unity's number in the queue of materials, as an offset from the middle of its kind."""
    queue = int(real(material.get("renderQueue"), -1))
    if queue < 0 or not is_blend:
        return 0
    middle = _BLEND_Z if keeps_depth else _BLEND
    return min(max(queue - middle, 0 if keeps_depth else -9), 9 if keeps_depth else 0)
