# SPDX-License-Identifier: MIT-0 (no attribution needed)
"""Textures and materials of the export: one parent material, an instance for each surface."""

from __future__ import annotations

import re

import unreal
from atelier_editor import enum, first_of, import_file, load, put

PARENT = "M_Atelier"


def import_textures(folder, destination, materials, report):
    """Texture assets by file name: colors in sRGB, normal maps and packed maps as data."""
    roles = {}
    for facts in materials.values():
        for role, file in facts["textures"].items():
            roles[file] = role
    textures = {}
    for file, role in sorted(roles.items()):
        texture = first_of(import_file(folder / file, destination + "/Textures", report), "Texture2D")
        if texture is None:
            continue
        is_color = role in ("BC", "E")
        compression = {"N": "TC_NORMALMAP", "ORM": "TC_MASKS"}.get(role, "TC_DEFAULT")
        put(texture, report, srgb=is_color, compression_settings=enum("TextureCompressionSettings", compression))
        if role == "N":
            # The exporter wrote DirectX's green already.
            put(texture, report, flip_green_channel=False)
        textures[file] = texture
        report.count("textures")
    return textures


class ParentMaterial:
    """One material whose switches and parameters serve every surface of the export.

    Its texture parameters default to textures of the export, so that every sampler has a texture of its own kind; a map
    that no surface has gets no parameter.
    """

    def __init__(self, destination, defaults, report):
        self.report = report
        self.defaults = defaults
        self.edit = unreal.MaterialEditingLibrary
        self.row = 0
        self.asset = load(destination + "/" + PARENT)
        if self.asset is None:
            tools = unreal.AssetToolsHelpers.get_asset_tools()
            self.asset = tools.create_asset(PARENT, destination, unreal.Material, unreal.MaterialFactoryNew())
        else:
            self.edit.delete_all_material_expressions(self.asset)
        put(self.asset, report, used_with_skeletal_mesh=True, used_with_morph_targets=True, two_sided=False)
        self._build()
        self.edit.layout_material_expressions(self.asset)
        self.edit.recompile_material(self.asset)

    def _build(self):
        base = self._parameter("VectorParameter", "BaseColor", unreal.LinearColor(0.8, 0.8, 0.8, 1.0))
        alpha = self._parameter("ScalarParameter", "Alpha", 1.0)
        map_ = self._texture("BC", "BaseColorMap", "SAMPLERTYPE_COLOR")
        self._switched("UseBaseColorMap", map_, "RGB", base, "MP_BASE_COLOR")
        self._switched("UseAlphaOfMap", map_, "A", alpha, "MP_OPACITY", "MP_OPACITY_MASK")
        packed = self._texture("ORM", "OcclusionRoughnessMetallicMap", "SAMPLERTYPE_MASKS")
        for channel, name, value, output in (
            ("R", "Occlusion", 1.0, "MP_AMBIENT_OCCLUSION"),
            ("G", "Roughness", 0.5, "MP_ROUGHNESS"),
            ("B", "Metallic", 0.0, "MP_METALLIC"),
        ):
            constant = self._parameter("ScalarParameter", name, value)
            self._switched("UsePackedMap", packed, channel, constant, output)
        normal = self._texture("N", "NormalMap", "SAMPLERTYPE_NORMAL")
        if normal is not None:
            flat = self._node("Constant3Vector")
            put(flat, self.report, constant=unreal.LinearColor(0.0, 0.0, 1.0, 1.0))
            self._switched("UseNormalMap", normal, "RGB", flat, "MP_NORMAL")
        emission = self._parameter("VectorParameter", "Emission", unreal.LinearColor(0.0, 0.0, 0.0, 1.0))
        glow = self._texture("E", "EmissionMap", "SAMPLERTYPE_COLOR")
        self._switched("UseEmissionMap", glow, "RGB", emission, "MP_EMISSIVE_COLOR")

    def _node(self, kind):
        self.row += 1
        node_class = getattr(unreal, "MaterialExpression" + kind)
        return self.edit.create_material_expression(self.asset, node_class, -900, 120 * self.row)

    def _parameter(self, kind, name, value):
        node = self._node(kind)
        put(node, self.report, parameter_name=name, default_value=value)
        return node

    def _texture(self, role, name, sampler):
        if role not in self.defaults:
            return None
        node = self._node("TextureSampleParameter2D")
        put(
            node,
            self.report,
            parameter_name=name,
            texture=self.defaults[role],
            sampler_type=enum("MaterialSamplerType", sampler),
        )
        return node

    def _switched(self, switch, map_, channel, constant, *outputs):
        """Connects the map's channel or, with the switch off or no map, the constant to the material."""
        source = constant
        if map_ is not None:
            source = self._node("StaticSwitchParameter")
            put(source, self.report, parameter_name=switch, default_value=False)
            self._connect(map_, channel, source, "True")
            self._connect(constant, "", source, "False")
        for output in outputs:
            if not self.edit.connect_material_property(source, "", enum("MaterialProperty", output)):
                self.report.problem(f"{PARENT}: {output} is not connected")

    def _connect(self, source, output, target, entry):
        if not self.edit.connect_material_expressions(source, output, target, entry):
            self.report.problem(f"{PARENT}: {entry} of a switch is not connected")


def has_alpha(path):
    """Whether a PNG has an alpha channel, by its header (color type 6)."""
    with open(str(path), "rb") as file:
        return file.read(26)[25] == 6


def make_instances(folder, destination, materials, textures, report):
    """A material instance for each surface, by the surface's name."""
    defaults: dict = {}
    for facts in materials.values():
        for role, file in facts["textures"].items():
            if file in textures:
                defaults.setdefault(role, textures[file])
    parent = ParentMaterial(destination, defaults, report)
    return {
        name: make_instance(folder, destination, (name, facts), parent, textures, report)
        for name, facts in sorted(materials.items())
    }


def make_instance(folder, destination, surface, parent, textures, report):
    """One instance with the constants and maps of a surface (its name and its entry of materials.json)."""
    name, facts = surface
    edit = unreal.MaterialEditingLibrary
    path = destination + "/Materials/MI_" + re.sub("^M_", "", name)
    instance = load(path)
    if instance is None:
        where, _, own_name = path.rpartition("/")
        factory = unreal.MaterialInstanceConstantFactoryNew()
        tools = unreal.AssetToolsHelpers.get_asset_tools()
        instance = tools.create_asset(own_name, where, unreal.MaterialInstanceConstant, factory)
    edit.set_material_instance_parent(instance, parent.asset)
    maps = {role: textures[file] for role, file in facts["textures"].items() if file in textures}
    base = facts["textures"].get("BC")
    has_holes = base is not None and has_alpha(folder / base)
    for parameter, value in (("BaseColor", facts["base_color_linear"]), ("Emission", facts["emission_linear"])):
        color = unreal.LinearColor(value[0], value[1], value[2], 1.0)
        edit.set_material_instance_vector_parameter_value(instance, parameter, color)
    for parameter in ("Roughness", "Metallic", "Alpha"):
        edit.set_material_instance_scalar_parameter_value(instance, parameter, facts[parameter.lower()])
    for role, parameter, switch in (
        ("BC", "BaseColorMap", "UseBaseColorMap"),
        ("ORM", "OcclusionRoughnessMetallicMap", "UsePackedMap"),
        ("N", "NormalMap", "UseNormalMap"),
        ("E", "EmissionMap", "UseEmissionMap"),
    ):
        if role in maps:
            edit.set_material_instance_texture_parameter_value(instance, parameter, maps[role])
            edit.set_material_instance_static_switch_parameter_value(instance, switch, True)
    if has_holes:
        edit.set_material_instance_static_switch_parameter_value(instance, "UseAlphaOfMap", True)
    if has_holes or facts["alpha"] < 1:
        blend = enum("BlendMode", "BLEND_MASKED" if has_holes else "BLEND_TRANSLUCENT")
        overrides = instance.get_editor_property("base_property_overrides")
        put(overrides, report, override_blend_mode=True, blend_mode=blend)
        put(instance, report, base_property_overrides=overrides)
    edit.update_material_instance(instance)
    report.count("material instances")
    return instance
