"""The trait sliders of the Avatar section, and their conversion to the traits of the rest of the program."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import bpy

from ml_core.color import hex_to_srgb, srgb_to_hex
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from ml_core.vocabulary.avatar.hair.hair_styles import DEFAULT_HAIR_STYLE, HAIR_STYLES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.avatar.stature import REFERENCE_HEIGHT
from ml_core.vocabulary.choices import menu_items
from ml_core.vocabulary.traits import COLOR_TRAITS, MAX_SEED, RANGES, SHOWN_TRAITS, AvatarTraits

from ..avatar.live import editing as live
from ..bridge.data.stored_values import setting
from ..translations.registry import CONTEXT

OUTFIT_ITEMS = menu_items(OUTFIT_KINDS)
HAIR_ITEMS = menu_items(HAIR_STYLES)
BEARD_ITEMS = menu_items(BEARDS)


def _switch_on(name: str) -> Any:
    """An update callback: moving a slider also enables it."""

    def update(traits: Any, context: bpy.types.Context) -> None:
        traits[f"use_{name}"] = True
        if context.scene is not None and context.scene.atelier.live_target is not None:
            live.follow(name)

    return update


def _color(trait: str, name: str, what: str, default: tuple[float, float, float]) -> Any:
    return bpy.props.FloatVectorProperty(
        name=name,
        description=what,
        subtype="COLOR_GAMMA",
        size=3,
        min=0.0,
        max=1.0,
        default=default,
        update=_switch_on(trait),
        translation_context=CONTEXT,
    )


def _slider(trait: str, name: str, what: str, default: float, **options: Any) -> Any:
    """A float property for a trait, in its range; ``options`` are those of :func:`bpy.props.FloatProperty`."""
    low, high = RANGES[trait]
    return bpy.props.FloatProperty(
        name=name,
        description=what,
        min=low,
        max=high,
        default=default,
        update=_switch_on(trait),
        translation_context=CONTEXT,
        **options,
    )


def _chosen(what: str) -> Any:
    return bpy.props.BoolProperty(
        name="Choose",
        description=f"Choose the {what} yourself. When this is off, the seed draws it",
    )


class AtelierTraitSettings(bpy.types.PropertyGroup):
    """The trait sliders. Each trait ``x`` has a switch ``use_x``; one that is off is left to the seed."""

    skin: _color("skin", "Skin", "Color of the skin", (0.78, 0.58, 0.46))
    hair: _color("hair", "Hair", "Color of the hair", (0.23, 0.15, 0.10))
    eye: _color("eye", "Eyes", "Color of the eyes", (0.30, 0.22, 0.14))
    top: _color("top", "Top", "Color of the clothes above the waist", (0.13, 0.19, 0.31))
    bottom: _color("bottom", "Bottom", "Color of the clothes below the waist", (0.20, 0.20, 0.22))
    outfit: bpy.props.EnumProperty(
        name="Outfit",
        description="Kind of clothes",
        items=OUTFIT_ITEMS,
        translation_context=CONTEXT,
        update=_switch_on("outfit"),
    )
    hair_style: bpy.props.EnumProperty(
        name="Hair Style",
        description="How the hair is cut and worn",
        items=HAIR_ITEMS,
        default=DEFAULT_HAIR_STYLE,
        update=_switch_on("hair_style"),
        translation_context=CONTEXT,
    )
    presentation: _slider("presentation", "Presentation", "From masculine (0) to feminine (1)", 0.5, subtype="FACTOR")
    height: _slider(
        "height",
        "Height",
        "Height of the body from the soles to the top of the head",
        REFERENCE_HEIGHT,
        subtype="DISTANCE",
        unit="LENGTH",
    )
    build: _slider("build", "Build", "From slim (0) to heavy (1)", 0.4, subtype="FACTOR")
    age: _slider("age", "Age", "Age in years, of the anatomical body", 30.0, precision=0)
    weight: _slider(
        "weight",
        "Weight",
        "From gaunt (0) over the average (0.5) to very heavy (1), of the anatomical body",
        0.5,
        subtype="FACTOR",
    )
    muscle: _slider(
        "muscle",
        "Muscle",
        "From no muscle (0) over the average (0.5) to the most muscular (1), of the anatomical body",
        0.5,
        subtype="FACTOR",
    )

    truncation: bpy.props.FloatProperty(
        name="Variation",
        description="How far the painted face may differ from the average: 0 is the average face, 1 is as the seed "
        "draws it",
        min=RANGES["truncation"][0],
        max=RANGES["truncation"][1],
        default=1.0,
        update=_switch_on("truncation"),
    )
    outfit_seed: bpy.props.IntProperty(
        name="Outfit Seed",
        description="Draws the clothes in place of the seed: change it and the person stays as he or she is",
        min=0,
        max=MAX_SEED,
        update=_switch_on("outfit_seed"),
    )

    use_skin: _chosen("color of the skin")
    use_hair: _chosen("color of the hair")
    use_eye: _chosen("color of the eyes")
    use_top: _chosen("color of the top")
    use_bottom: _chosen("color of the bottom")
    use_outfit: _chosen("kind of clothes")
    use_hair_style: _chosen("hair style")
    use_presentation: _chosen("presentation")
    use_height: _chosen("height")
    use_build: _chosen("build")
    use_age: _chosen("age")
    use_weight: _chosen("weight")
    use_muscle: _chosen("muscle")
    use_truncation: bpy.props.BoolProperty(
        name="Choose", description="Choose how unusual the face is. When this is off, it is as the seed draws it"
    )
    use_outfit_seed: bpy.props.BoolProperty(
        name="Choose", description="Draw the clothes by a seed of their own, so that the seed changes the person alone"
    )

    def to_traits(self) -> AvatarTraits:
        """The traits whose switches are on."""
        values: dict[str, Any] = {}
        for name in SHOWN_TRAITS:
            if getattr(self, f"use_{name}"):
                value = setting(self, name)
                values[name] = srgb_to_hex(value) if name in COLOR_TRAITS else value
        for name, (low, high) in RANGES.items():
            if name in values:  # Blender stores single precision: 2.1 comes back a little above itself
                values[name] = min(max(round(values[name], 6), low), high)
        return AvatarTraits(**values)

    def switch_off(self, names: Collection[str]) -> None:
        """Leaves these traits, or all when there are no names, to the description and the seed."""
        for name in SHOWN_TRAITS:
            if not names or name in names:
                setattr(self, f"use_{name}", False)

    def from_traits(self, traits: AvatarTraits) -> None:
        """Show ``traits``: turns their switches on, all others off."""
        for name in SHOWN_TRAITS:
            value = getattr(traits, name)
            setattr(self, f"use_{name}", value is not None)
            if value is not None:
                setattr(self, name, hex_to_srgb(value) if name in COLOR_TRAITS else value)
