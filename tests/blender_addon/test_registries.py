"""The extension's and the scripts' consumers of the registries in ``ml_core.vocabulary``."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import get_args

import bpy
import pytest

from blender_addon.avatar.body.earlier_body import FACE_NAMES, FACE_TIPS
from blender_addon.avatar.live.shaping import slider_property
from blender_addon.export.delivery.import_files import SCRIPTS
from blender_addon.export.delivery.model_writers import WRITERS
from blender_addon.export.preflight.finding import SEVERITIES, RepairName
from blender_addon.export.repairs import REPAIRS
from blender_addon.export.targets.model_format import FORMATS
from blender_addon.export.targets.profiles import PROFILES
from blender_addon.properties.body import AtelierBodySettings
from blender_addon.translations.zh.table import CHINESE
from blender_addon.ui import export as export_panel
from ml_core.geometry.garments.pieces import BY_NAME as GARMENTS
from ml_core.vocabulary.avatar.body_sliders import BY_NAME
from ml_core.vocabulary.avatar.earlier_sliders import FACE_SLIDERS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.choices import translations
from ml_core.vocabulary.export_choices import (
    VRM_CHOICES,
    ActionChoice,
    ColliderChoice,
    DetailChoice,
    ImageFormat,
    MeshCompression,
    PoseChoice,
)
from ml_core.vocabulary.targets import TARGETS, Format
from ml_core.vocabulary.texture_sizes import OFFERED_SIZES
from ml_core.vocabulary.training_runs import LENGTHS, RESULT
from ml_core.vocabulary.traits import RANGES, SHOWN_TRAITS
from ml_core.vrm.kinds import PERMISSIONS
from scripts import export_scene, generate_avatar, render_avatar

pytestmark = pytest.mark.usefixtures("clean_scene")

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def menu(owner: bpy.types.bpy_struct, name: str) -> list[str]:
    return [item.identifier for item in owner.bl_rna.properties[name].enum_items_static]


def operator_menu(operator: str, name: str) -> list[str]:
    properties = getattr(bpy.ops.atelier, operator).get_rna_type().properties
    return [item.identifier for item in properties[name].enum_items_static]


def argument(parser: argparse.ArgumentParser, flag: str) -> argparse.Action:
    return next(action for action in parser._actions if flag in action.option_strings)


def panel_traits() -> list[str]:
    found = []
    for name in bpy.context.scene.atelier.traits.bl_rna.properties.keys():  # noqa: SIM118 - RNA iterates values
        if f"use_{name}" in bpy.context.scene.atelier.traits.bl_rna.properties:
            found.append(name)
    return found


CONSUMERS: dict[str, tuple[Collection[object], Callable[[], Collection[object]]]] = {
    "targets: panel": (TARGETS, lambda: menu(bpy.context.scene.atelier, "targets")),
    "targets: export_scene operator": (TARGETS, lambda: operator_menu("export_scene", "targets")),
    "targets: preflight operator": (TARGETS, lambda: operator_menu("preflight", "targets")),
    "targets: export_as operator": (TARGETS, lambda: operator_menu("export_as", "targets")),
    "targets: profiles": (TARGETS, lambda: PROFILES),
    "formats: what they hold": (get_args(Format), lambda: FORMATS),
    "formats: writers": (get_args(Format), lambda: WRITERS),
    "targets: instructions": (TARGETS, lambda: [one.parent.name for one in SCRIPTS.glob("*/README.txt")]),
    "targets: --engine of export_scene.py": (TARGETS, lambda: argument(export_scene.parser(), "--engine").help or ""),
    "targets: --engine of generate_avatar.py": (
        TARGETS,
        lambda: argument(generate_avatar.parser(), "--engine").help or "",
    ),
    "targets: README": (
        [target.title.removesuffix(" Engine") for target in TARGETS.values()],
        lambda: next(line for line in README.read_text("utf-8").splitlines() if line.startswith("| | Unity")),
    ),
    "hair styles: panel": (HAIR_STYLES, lambda: menu(bpy.context.scene.atelier.traits, "hair_style")),
    "hair styles: set_hair operator": (HAIR_STYLES, lambda: operator_menu("set_hair", "style")),
    "outfits: panel": (OUTFIT_KINDS, lambda: menu(bpy.context.scene.atelier.traits, "outfit")),
    "sizes: panel": (OFFERED_SIZES, lambda: menu(bpy.context.scene.atelier, "texture_size")),
    "sizes: generate_avatar operator": (OFFERED_SIZES, lambda: operator_menu("generate_avatar", "size")),
    "sizes: --size of generate_avatar.py": (
        OFFERED_SIZES,
        lambda: list(map(str, argument(generate_avatar.parser(), "--size").choices or ())),
    ),
    "sizes: --size of render_avatar.py": (
        OFFERED_SIZES,
        lambda: list(map(str, argument(render_avatar.parser(), "--size").choices or ())),
    ),
    "shown traits: panel": (SHOWN_TRAITS, panel_traits),
    "body sliders: properties": (
        list(map(slider_property, BY_NAME)),
        lambda: AtelierBodySettings.bl_rna.properties.keys(),
    ),
    "garments: wear operator": (GARMENTS, lambda: operator_menu("wear", "garment")),
    "garments: outfits": (
        sorted({name for kind in OUTFIT_KINDS.values() for one in (*kind.garments, *kind.feminine) for name in one}),
        lambda: GARMENTS,
    ),
    "face sliders: names": (FACE_SLIDERS, lambda: FACE_NAMES),
    "face sliders: tooltips": (FACE_SLIDERS, lambda: FACE_TIPS),
    "colliders: panel": (  # coacd needs a package, and is offered to scripts alone
        [one for one in get_args(ColliderChoice) if one != "coacd"],
        lambda: menu(bpy.context.scene.atelier.export, "colliders"),
    ),
    "actions: panel": (get_args(ActionChoice), lambda: menu(bpy.context.scene.atelier.export, "actions")),
    "details: panel": (get_args(DetailChoice), lambda: menu(bpy.context.scene.atelier.export, "detail")),
    "poses: panel": (get_args(PoseChoice), lambda: menu(bpy.context.scene.atelier.export, "pose")),
    "mesh compressions: panel": (
        get_args(MeshCompression),
        lambda: menu(bpy.context.scene.atelier.export, "mesh_compression"),
    ),
    "image formats: panel": (get_args(ImageFormat), lambda: menu(bpy.context.scene.atelier.export, "image_format")),
    **{
        f"VRM {name}: panel": (choices, lambda name=name: menu(bpy.context.scene.atelier.export, f"vrm_{name}"))
        for name, choices in VRM_CHOICES.items()
    },
    "VRM permissions: files": (list(VRM_CHOICES.values()), lambda: list(PERMISSIONS.values())),
    "repairs: what does them": ([one for one in get_args(RepairName) if one], lambda: REPAIRS),
    "severities: icons": (SEVERITIES, lambda: export_panel._SEVERITY_ICONS),
    "trainings: menu": (RESULT, lambda: menu(bpy.context.scene.atelier.training, "what")),
    "trainings: lengths": (LENGTHS, lambda: menu(bpy.context.scene.atelier.training, "length")),
    "all choices: Chinese interface": (
        translations(TARGETS, HAIR_STYLES, OUTFIT_KINDS, OFFERED_SIZES),
        lambda: CHINESE,
    ),
}
"""By what it is about and who uses it: the registry's entries, and those that the consumer has."""


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_every_consumer_has_every_entry(consumer: str) -> None:
    entries, found = CONSUMERS[consumer]
    assert [entry for entry in entries if entry not in found()] == []


def test_repairs_keep_the_order_of_their_names() -> None:
    assert list(REPAIRS) == [one for one in get_args(RepairName) if one]


def test_menus_keep_the_order_of_the_registry() -> None:
    assert menu(bpy.context.scene.atelier, "targets") == list(TARGETS) == list(PROFILES)


@pytest.mark.parametrize("trait", RANGES)
def test_sliders_span_the_range_of_their_trait(trait: str) -> None:
    slider = bpy.context.scene.atelier.traits.bl_rna.properties[trait]
    assert (slider.hard_min, slider.hard_max) == pytest.approx(RANGES[trait])


def branches(path: Path) -> Iterator[str]:
    """Comparisons with the name of a target; a name that is a format's as well counts where targets are spoken of."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Compare):
            continue
        text = ast.unparse(node)
        named = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)} & TARGETS.keys()
        if named - set(get_args(Format)) or (named and "target" in text):
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {text}"


def test_no_branch_on_the_name_of_a_target() -> None:
    folders = [ROOT / "blender_addon", ROOT / "scripts"]
    sources = [path for folder in folders for path in folder.rglob("*.py") if "import_scripts" not in path.parts]
    assert len(sources) > 200
    assert [branch for path in sources for branch in branches(path)] == []
