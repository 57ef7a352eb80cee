"""The sliders of the anatomical body: ``object.atelier_body`` of an avatar's armature shows and changes its traits.

Each property reads what the armature stores and hands a new value to the live edit, so nothing is stored twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ml_core.geometry.body.traits import RANGES, BodyTraits
from ml_core.vocabulary.avatar.body_sliders import SLIDERS
from ml_core.vocabulary.traits import ANCESTRIES

from ..avatar.anatomy.person import stored_body
from ..avatar.live import editing as live
from ..avatar.live.shaping import slider_property
from ..translations.registry import CONTEXT

TRAITS: dict[str, tuple[str, str]] = {
    "presentation": ("Presentation", "From masculine (0) to feminine (1)"),
    "age": ("Age", "Age in years"),
    "height": ("Height", "Height of the body from the soles to the top of the head"),
    "weight": ("Weight", "From gaunt (0) over the average (0.5) to very heavy (1)"),
    "muscle": ("Muscle", "From no muscle (0) over the average (0.5) to the most muscular (1)"),
    "proportions": ("Proportions", "From uncommon (0) to idealized proportions (1)"),
    "bust": ("Bust", "Size of the bust of feminine adults"),
    "firmness": ("Firmness", "Firmness of the bust of feminine adults"),
    "asymmetry": ("Asymmetry", "How much left and right differ"),
}
"""Field of :class:`BodyTraits` -> its name and description."""
ANCESTRY_NAMES = {"african": "African", "asian": "Asian", "caucasian": "European"}
_KINDS: dict[str, dict[str, Any]] = {
    "height": {"subtype": "DISTANCE", "unit": "LENGTH"},
    "age": {"subtype": "NONE", "precision": 0},
}


def _traits_of(settings: Any) -> BodyTraits:
    return stored_body(settings.id_data) or BodyTraits()


def _number(
    name: str, label: str, description: str, low: float, high: float, read: Callable[[BodyTraits], float], **kind: Any
) -> Any:
    def change(settings: Any, value: float) -> None:
        if abs(read(_traits_of(settings)) - value) > 1e-6:
            live.body_changed(settings.id_data, {name: value})

    return bpy.props.FloatProperty(
        name=label,
        description=description,
        min=low,
        max=high,
        get=lambda settings: read(_traits_of(settings)),
        set=change,
        translation_context=CONTEXT,
        **({"subtype": "FACTOR"} | kind),
    )


def _share(number: int, ancestry: str) -> Any:
    def read(body: BodyTraits) -> float:
        # Blender shows a share of 1e-6 with all its zeros.
        return round(body.ancestry[number], 4) if body.ancestry is not None else 1 / 3

    def change(settings: Any, value: float) -> None:
        """Changes one share; the other two keep their ratio to each other."""
        shares = list(_traits_of(settings).ancestry or (1 / 3,) * 3)
        rest = sum(shares) - shares[number]
        for other in range(3):
            if other != number:
                shares[other] = (1 - value) * (shares[other] / rest if rest > 1e-6 else 0.5)
        shares[number] = value
        live.body_changed(settings.id_data, {"ancestry": tuple(shares)})

    return bpy.props.FloatProperty(
        name=ANCESTRY_NAMES[ancestry],
        description="Share of features of these ancestors; the others share what is left",
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        get=lambda settings: read(_traits_of(settings)),
        set=change,
        translation_context=CONTEXT,
    )


def _properties() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, (label, description) in TRAITS.items():
        low, high = RANGES[name]
        made[name] = _number(
            name, label, description, low, high, lambda body, n=name: body.known(n), **_KINDS.get(name, {})
        )
    for number, ancestry in enumerate(ANCESTRIES):
        made[ancestry] = _share(number, ancestry)
    for slider in SLIDERS:
        made[slider_property(slider.name)] = _number(
            slider_property(slider.name),
            slider.label,
            "Slider of the body: 0 is the mean",
            -1.0,
            1.0,
            lambda body, n=slider.name: body.sliders.get(n, 0.0),
        )
    return made


class AtelierBodySettings(bpy.types.PropertyGroup):
    """Traits and sliders of an anatomical body; a slider ``x`` is ``slider_x``."""

    __annotations__ = _properties()


def register() -> None:
    bpy.utils.register_class(AtelierBodySettings)
    bpy.types.Object.atelier_body = bpy.props.PointerProperty(type=AtelierBodySettings, name="Body")


def unregister() -> None:
    del bpy.types.Object.atelier_body
    bpy.utils.unregister_class(AtelierBodySettings)
