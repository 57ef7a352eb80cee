"""Blender's USD exporter: meters, Z up, UsdPreviewSurface, textures beside the file by relative names."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError

_ABOUT = "atelier"
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")


def write_usd(path: Path, note: Mapping[str, str] | None = None) -> None:
    """Exports the selected objects of the window's scene.

    Args:
        note: the origin of the file, for the layer's metadata.

    Raises:
        InputError: this Blender was built without USD.
    """
    if not has_usd():
        raise InputError("This Blender was built without USD; leave OpenUSD out of the targets, or use another build.")
    known = bpy.ops.wm.usd_export.get_rna_type().properties  # type: ignore[call-arg] # unbound to the stubs
    # Blender 5.2 has no such option any more: there the selection alone decides.
    visibility: dict[str, Any] = {"visible_objects_only": False} if "visible_objects_only" in known else {}
    with _first_maps_rendered(), contextlib.redirect_stdout(io.StringIO()):
        bpy.ops.wm.usd_export(
            filepath=str(path),
            selected_objects_only=True,
            **visibility,
            export_animation=False,
            export_armatures=True,
            only_deform_bones=False,
            export_shapekeys=True,
            export_custom_properties=True,
            author_blender_name=False,
            allow_unicode=True,
            generate_preview_surface=True,
            export_textures_mode="KEEP",
            relative_paths=True,
            use_instancing=True,
            convert_world_material=False,
            export_lights=True,
            export_cameras=True,
            root_prim_path="/root",
        )
    _settle(path)
    if note:
        write_about(path, note)


_Settler = Callable[[Any], bool]
"""Mends what stands at a path of a layer, and says whether it did."""


def _settle(path: Path) -> None:
    """Fixes in one pass over the file what Blender writes differently from how others read it."""
    layer = _layer(path)
    if layer is None:
        return
    settlers = [_instances(layer), _opacity(layer), _maps(layer)]
    changed = False

    def settle(place: Any) -> None:
        nonlocal changed
        for settler in settlers:
            changed |= settler(place)

    layer.Traverse("/", settle)
    if changed:
        layer.Save()


def _instances(layer: Any) -> _Settler:
    """Gives each instance of a mesh with shape keys the type of its prototype, and its transform in its node.

    Blender types all but one of them as ``Xform`` above a ``SkelRoot``, below which no shape keys are read, and the
    exception differs from run to run. It omits the transform if it equals its node's; importers then merge node and
    instance under the name of the prototype, and the artist's name is lost.
    """
    from pxr import Gf, Sdf

    def settle(place: Any) -> bool:
        spec = layer.GetPrimAtPath(place)
        if not isinstance(spec, Sdf.PrimSpec) or not spec.instanceable:
            return False
        changed = False
        for reference in spec.referenceList.GetAddedOrExplicitItems():
            prototype = layer.GetPrimAtPath(reference.primPath) if not reference.assetPath else None
            if prototype is None or prototype.typeName != "SkelRoot":
                continue
            spec.typeName, changed = prototype.typeName, True
            if "xformOpOrder" not in spec.attributes:
                Sdf.AttributeSpec(spec, "xformOp:transform", Sdf.ValueTypeNames.Matrix4d).default = Gf.Matrix4d(1)
                order = Sdf.ValueTypeNames.TokenArray
                Sdf.AttributeSpec(spec, "xformOpOrder", order, Sdf.VariabilityUniform).default = ["xformOp:transform"]
        return changed

    return settle


def _opacity(layer: Any) -> _Settler:
    """Writes the opacity of materials whose alpha is a single number: Blender 5.2 writes 1 for all of them."""
    alphas = {
        slot.material.name: node.inputs["Alpha"].default_value
        for obj in _shown_objects(bpy.context.scene)
        for slot in obj.material_slots
        if slot.material is not None and slot.material.node_tree is not None
        for node in slot.material.node_tree.nodes
        if node.type == "BSDF_PRINCIPLED" and not node.inputs["Alpha"].is_linked
    }
    if all(alpha == 1 for alpha in alphas.values()):
        return lambda place: False

    def settle(place: Any) -> bool:
        opacity = layer.GetAttributeAtPath(place) if place.name == "inputs:opacity" else None
        if opacity is None or opacity.connectionPathList.GetAddedOrExplicitItems():
            return False
        name = place.GetPrimPath().GetParentPath().name
        if name not in alphas:
            return False
        opacity.default = float(alphas[name])
        return True

    return settle


def _maps(layer: Any) -> _Settler:
    """Makes all textures use ``st``, the name of the first UV map of each mesh: Blender 5.2 writes the name of the map
    in the node, which no mesh in the file has."""

    def settle(place: Any) -> bool:
        reader = layer.GetPrimAtPath(place)
        kind = reader.attributes.get("info:id") if reader is not None else None
        name = reader.attributes.get("inputs:varname") if reader is not None else None
        if name is None or kind is None or kind.default != "UsdPrimvarReader_float2" or name.default == "st":
            return False
        name.default = "st"
        return True

    return settle


def write_about(path: Path, note: Mapping[str, str]) -> bool:
    """Write ``note`` as the layer's customLayerData ``atelier`` and its documentation; False if this Blender has no USD
    library of its own."""
    layer = _layer(path)
    if layer is None:
        return False
    # A text that begins as an address cannot be told from a reference to another machine by who reads the file.
    plain = {name: _SCHEME.sub("", value) for name, value in note.items()}
    layer.customLayerData = {**layer.customLayerData, _ABOUT: plain}
    lines = [f"{name}: {plain[name]}" for name in ("Author", "Copyright", "Software") if name in plain]
    layer.documentation = "\n".join(lines)
    layer.Save()
    return True


def read_about(path: Path) -> dict[str, str]:
    """What :func:`write_about` wrote into a USD file; empty for others."""
    layer = _layer(path)
    found = layer.customLayerData.get(_ABOUT, {}) if layer is not None else {}
    return {key: value for key, value in dict(found).items() if isinstance(key, str) and isinstance(value, str)}


def _layer(path: Path) -> Any:
    """The layer of a USD file (``pxr.Sdf.Layer``); ``None`` if Blender has no library for it."""
    if hasattr(bpy.utils, "expose_bundled_modules"):  # Blender's own copy of OpenUSD, off the path until then
        bpy.utils.expose_bundled_modules()
    try:
        from pxr import Sdf, Tf
    except ImportError:
        return None
    try:
        layer = Sdf.Layer.FindOrOpen(str(path))
    except Tf.ErrorException:
        layer = None
    if layer is None:
        raise InputError("{path}: cannot be read as a USD file", path=path)
    return layer


@contextlib.contextmanager
def _first_maps_rendered() -> Iterator[None]:
    """Makes the first UV map of each mesh in the window's scene the one that is rendered: Blender names that ``st`` in
    the file, and maps all textures by ``st``, whichever map their nodes name."""
    meshes = {
        obj.data for obj in _shown_objects(bpy.context.scene) if obj.type == "MESH" and len(obj.data.uv_layers) > 1
    }
    before = {mesh: next((layer.name for layer in mesh.uv_layers if layer.active_render), "") for mesh in meshes}
    for mesh in meshes:
        mesh.uv_layers[0].active_render = True
    try:
        yield
    finally:
        for mesh, name in before.items():
            if name:
                mesh.uv_layers[name].active_render = True


def _shown_objects(scene: bpy.types.Scene) -> set[bpy.types.Object]:
    """The objects of a scene, and those shown by its collection instances."""
    shown = set(scene.objects)
    for obj in scene.objects:
        if obj.instance_collection is not None:
            shown |= set(obj.instance_collection.all_objects)
    return shown


def has_usd() -> bool:
    """Whether this Blender was built with USD; Debian's is not."""
    return "usd_export" in dir(bpy.ops.wm)
