"""A stand-in for Unreal's editor module that records what a script asks of it.

It knows the classes, properties and calls that the import script uses, by Epic's Python reference for 5.3, and raises
as Unreal does for a property that a class has not. Imports "make" assets by the kind of file and the options given.
"""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXPRESSIONS = (
    *("VectorParameter", "ScalarParameter", "TextureSampleParameter2D", "StaticSwitchParameter", "Constant3Vector"),
)
PROPERTIES = {
    "AssetImportTask": "filename destination_path destination_name automated replace_existing "
    "replace_existing_settings save options imported_object_paths",
    "FbxImportUI": "automated_import_should_detect_type original_import_type mesh_type_to_import import_mesh "
    "import_as_skeletal import_animations import_materials import_textures create_physics_asset "
    "static_mesh_import_data skeletal_mesh_import_data anim_sequence_import_data",
    "FbxStaticMeshImportData": "import_uniform_scale convert_scene force_front_x_axis convert_scene_unit "
    "normal_import_method import_mesh_lo_ds combine_meshes auto_generate_collision one_convex_hull_per_ucx "
    "generate_lightmap_u_vs remove_degenerates",
    "FbxSkeletalMeshImportData": "import_uniform_scale convert_scene force_front_x_axis convert_scene_unit "
    "normal_import_method import_mesh_lo_ds import_morph_targets preserve_smoothing_groups use_t0_as_ref_pose",
    "FbxAnimSequenceImportData": "import_uniform_scale animation_length import_bone_tracks",
    "Texture2D": "srgb compression_settings flip_green_channel",
    "Material": "used_with_skeletal_mesh used_with_morph_targets two_sided",
    "MaterialInstanceConstant": "base_property_overrides",
    "MaterialInstanceBasePropertyOverrides": "override_blend_mode blend_mode",
    "StaticMesh": "static_materials light_map_coordinate_index",
    "SkeletalMesh": "materials",
    "StaticMaterial": "material_slot_name imported_material_slot_name material_interface",
    "SkeletalMaterial": "material_slot_name imported_material_slot_name material_interface uv_channel_data",
    "AnimSequence": "",
    "Actor": "tags",
    "MaterialExpressionVectorParameter": "parameter_name default_value",
    "MaterialExpressionScalarParameter": "parameter_name default_value",
    "MaterialExpressionStaticSwitchParameter": "parameter_name default_value",
    "MaterialExpressionTextureSampleParameter2D": "parameter_name texture sampler_type",
    "MaterialExpressionConstant3Vector": "constant",
}
ENUMS = {
    "FBXImportType": "FBXIT_STATIC_MESH FBXIT_SKELETAL_MESH",
    "FBXNormalImportMethod": "FBXNIM_IMPORT_NORMALS_AND_TANGENTS",
    "FBXAnimationLengthImportType": "FBXALIT_EXPORTED_TIME",
    "TextureCompressionSettings": "TC_DEFAULT TC_NORMALMAP TC_MASKS",
    "MaterialSamplerType": "SAMPLERTYPE_COLOR SAMPLERTYPE_NORMAL SAMPLERTYPE_MASKS",
    "MaterialProperty": "MP_BASE_COLOR MP_OPACITY MP_OPACITY_MASK MP_AMBIENT_OCCLUSION MP_ROUGHNESS MP_METALLIC "
    "MP_NORMAL MP_EMISSIVE_COLOR",
    "BlendMode": "BLEND_MASKED BLEND_TRANSLUCENT",
}


class Thing:
    """An object of Unreal's with the properties of its class."""

    def __init__(self, *_: Any) -> None:
        self.values: dict[str, Any] = {}

    def set_editor_property(self, name: str, value: Any) -> None:
        self._check(name)
        self.values[name] = value

    def get_editor_property(self, name: str) -> Any:
        self._check(name)
        return self.values.get(name)

    def _check(self, name: str) -> None:
        if name not in PROPERTIES[type(self).__name__].split():
            raise Exception(f"{type(self).__name__}: Failed to find property '{name}'")


@dataclass
class Editor:
    """The state behind the module: assets by path, actors in the level, what was imported and connected."""

    slots: dict[str, list[str]]
    assets: dict[str, Thing] = field(default_factory=dict)
    actors: list[Thing] = field(default_factory=list)
    tasks: list[Thing] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    links: list[tuple] = field(default_factory=list)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    module: Any = None


def _import(editor: Editor, task: Thing) -> None:
    """What Unreal makes of a file; ``editor.slots`` gives a model's material slots by file name."""
    module, path = editor.module, Path(task.values["filename"])
    editor.tasks.append(task)
    where = task.values["destination_path"]
    name = f"{where}/{task.values['destination_name']}"
    if not path.is_file():
        return
    if path.suffix == ".png":
        asset = module.Texture2D()
    else:
        is_skeletal = task.values["options"].values["import_as_skeletal"]
        asset = module.SkeletalMesh() if is_skeletal else module.StaticMesh()
        slots = []
        for slot in editor.slots[path.name]:
            made = (module.SkeletalMaterial if is_skeletal else module.StaticMaterial)()
            made.values = {"material_slot_name": slot, "imported_material_slot_name": slot}
            slots.append(made)
        asset.values["materials" if is_skeletal else "static_materials"] = slots
        if task.values["options"].values["import_animations"]:
            editor.assets[f"{name}_Anim"] = module.AnimSequence()
    editor.assets[name] = asset
    task.values["imported_object_paths"] = [f"{name}.{path.stem}"]


def make(slots: dict[str, list[str]]) -> tuple[types.ModuleType, Editor]:
    """The module ``unreal`` and the editor behind it."""
    module, editor = types.ModuleType("unreal"), Editor(slots)
    editor.module = module
    for name in PROPERTIES:
        setattr(module, name, type(name, (Thing,), {}))
    for group, values in ENUMS.items():
        setattr(module, group, types.SimpleNamespace(**{value: value for value in values.split()}))
    _options(module)
    _libraries(module, editor)
    _materials(module, editor)
    _level(module, editor)
    return module, editor


def _options(module: Any) -> None:
    class FbxImportUI(Thing):  # the class that the properties belong to, with its parts
        def __init__(self) -> None:
            super().__init__()
            self.values = {
                "static_mesh_import_data": module.FbxStaticMeshImportData(),
                "skeletal_mesh_import_data": module.FbxSkeletalMeshImportData(),
                "anim_sequence_import_data": module.FbxAnimSequenceImportData(),
            }

    class MaterialInstanceConstant(Thing):
        def __init__(self) -> None:
            super().__init__()
            self.values = {"base_property_overrides": module.MaterialInstanceBasePropertyOverrides()}

    class StaticMesh(Thing):
        def set_material(self, index: int, material: Thing) -> None:
            self.values["static_materials"][index].values["material_interface"] = material

    module.FbxImportUI, module.MaterialInstanceConstant, module.StaticMesh = (
        FbxImportUI,
        MaterialInstanceConstant,
        StaticMesh,
    )
    module.MaterialFactoryNew = module.MaterialInstanceConstantFactoryNew = Thing


def _libraries(module: Any, editor: Editor) -> None:
    def plain(path: str) -> str:
        return path.split(".")[0]

    def create_asset(name: str, where: str, kind: type, _: Any) -> Thing:
        editor.assets[f"{where}/{name}"] = kind()
        return editor.assets[f"{where}/{name}"]

    def rename(old: str, new: str) -> None:
        editor.assets[new] = editor.assets.pop(old)

    tools = types.SimpleNamespace(
        import_asset_tasks=lambda tasks: [_import(editor, task) for task in tasks], create_asset=create_asset
    )
    module.AssetToolsHelpers = types.SimpleNamespace(get_asset_tools=lambda: tools)
    module.EditorAssetLibrary = types.SimpleNamespace(
        does_asset_exist=lambda path: plain(path) in editor.assets,
        load_asset=lambda path: editor.assets[plain(path)],
        list_assets=lambda where, recursive=True: [
            f"{path}.{path.rpartition('/')[2]}" for path in editor.assets if path.rpartition("/")[0] == where
        ],
        rename_asset=rename,
        delete_asset=lambda path: editor.assets.pop(path),
    )
    module.SystemLibrary = types.SimpleNamespace(
        get_console_variable_bool_value=lambda _: True,
        execute_console_command=lambda _, command: editor.console.append(command),
    )
    module.log, module.log_warning = editor.messages.append, editor.warnings.append


def _materials(module: Any, editor: Editor) -> None:
    module.LinearColor = lambda *values: tuple(values)

    def setter(kind: str) -> Any:
        def record(instance: Thing, name: str, value: Any) -> None:
            path = next(path for path, asset in editor.assets.items() if asset is instance)
            editor.parameters.setdefault(path, {})[name] = value

        return {f"set_material_instance_{kind}_parameter_value": record}

    def connect(*link: Any) -> bool:
        editor.links.append(link)
        return True

    module.MaterialEditingLibrary = types.SimpleNamespace(
        create_material_expression=lambda material, kind, x, y: kind(),
        connect_material_expressions=connect,
        connect_material_property=connect,
        delete_all_material_expressions=lambda material: editor.links.clear(),
        layout_material_expressions=lambda material: None,
        recompile_material=lambda material: None,
        update_material_instance=lambda instance: None,
        set_material_instance_parent=lambda instance, parent: instance.__dict__.update(parent=parent),
        **setter("vector"),
        **setter("scalar"),
        **setter("texture"),
        **setter("static_switch"),
    )


def _level(module: Any, editor: Editor) -> None:
    class Actor(Thing):
        def set_actor_scale3d(self, scale: Any) -> None:
            self.scale = scale

        def set_actor_label(self, label: str) -> None:
            self.label = label

        def set_folder_path(self, path: str) -> None:
            self.folder = path

    def spawn(asset: Thing, location: Any, rotation: Any) -> Thing:
        actor = Actor()
        actor.values["tags"] = []
        actor.asset, actor.location, actor.rotation = asset, location, rotation
        editor.actors.append(actor)
        return actor

    subsystem = types.SimpleNamespace(
        get_all_level_actors=lambda: editor.actors,
        destroy_actor=editor.actors.remove,
        spawn_actor_from_object=spawn,
    )
    module.EditorActorSubsystem = object
    module.get_editor_subsystem = lambda _: subsystem
    module.Vector = lambda x, y, z: (x, y, z)
    module.Rotator = lambda roll, pitch, yaw: (roll, pitch, yaw)

    class Scope:
        def __init__(self, *_: Any) -> None: ...

        def __enter__(self) -> Scope:
            return self

        def __exit__(self, *_: object) -> None: ...

        def make_dialog(self, _: bool) -> None: ...

        def enter_progress_frame(self, *_: Any) -> None: ...

    module.ScopedSlowTask = module.ScopedEditorTransaction = Scope
