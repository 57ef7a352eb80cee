"""Reads what an export starts from: every visible appearance of every object in the evaluated scene."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy
from mathutils import Matrix

from ...bridge.data.overrides import without_overridden
from ...bridge.mesh_arrays import CONVERTIBLE, scene_unit
from ...bridge.own_meshes import OwnMeshes

PARTLESS = ("CURVES", "POINTCLOUD", "VOLUME", "GREASEPENCIL", "GPENCIL")
"""Types of objects that show something and have no faces."""


@dataclass(frozen=True)
class Placed:
    """One appearance of an object: the object itself, or an instance made by a collection, particles or nodes.

    ``matrix`` (4, 4) is in meters. Geometry that only an instance has was copied to ``mesh``, and ``geometry`` is equal
    for instances that share it. ``is_own`` is false for instances, which follow their ``mover``: the object that
    instances them.
    """

    obj: bpy.types.Object
    matrix: Matrix
    mesh: bpy.types.Mesh | None = None
    geometry: Any = None
    is_own: bool = True
    mover: bpy.types.Object | None = None


@dataclass(frozen=True)
class Carried:
    """An instance attached to a ``bone`` through its instancer, with its ``matrix`` in Blender units; ``mesh`` as in
    :class:`Placed`."""

    obj: bpy.types.Object
    bone: str
    matrix: Matrix
    mesh: bpy.types.Mesh | None


@dataclass
class Skeleton:
    """An armature with all visible meshes that it moves.

    ``skins`` are deformed by it, ``attached`` objects and ``carried`` instances are on one bone each. ``places``
    transform the armature to each of its appearances: the identity for itself, others for instances of its collection,
    made by ``movers``.
    """

    armature: bpy.types.Object
    skins: list[bpy.types.Object] = field(default_factory=list)
    attached: list[tuple[bpy.types.Object, str]] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    places: list[Matrix] = field(default_factory=list)
    movers: list[bpy.types.Object] = field(default_factory=list)

    @property
    def members(self) -> list[bpy.types.Object]:
        shown = [*self.skins, *(obj for obj, _ in self.attached), *(item.obj for item in self.carried)]
        return list({item.session_uid: item for item in shown}.values())


@dataclass
class SceneContent:
    """The visible scene, sorted by how it is exported; ``faceless`` lists visible content that a mesh cannot represent,
    by kind; ``armatures`` are all visible ones, with meshes or without.

    ``unit`` is the length of one Blender unit in meters. ``names`` are the artist's object names by session_uid: while
    a target is written, copies bear them.
    """

    unit: float
    statics: list[Placed] = field(default_factory=list)
    skeletons: list[Skeleton] = field(default_factory=list)
    cameras: list[Placed] = field(default_factory=list)
    lights: list[Placed] = field(default_factory=list)
    empties: list[Placed] = field(default_factory=list)
    armatures: list[bpy.types.Object] = field(default_factory=list)
    faceless: list[tuple[bpy.types.Object, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    @property
    def movable(self) -> list[bpy.types.Object]:
        """Objects that are exported as nodes of a scene, and instancers of such objects."""
        shown = [*self.statics, *self.cameras, *self.lights, *self.empties]
        movers = [item.obj if item.is_own else item.mover for item in shown]
        return list({mover.session_uid: mover for mover in movers if mover is not None}.values())

    @property
    def static_objects(self) -> list[bpy.types.Object]:
        """Each object that appears among ``statics``, once."""
        return list({static.obj.session_uid: static.obj for static in self.statics}.values())


def deforming_armature(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The armature that deforms a mesh: by a modifier or as its parent; of several, the nearest ancestor."""
    if obj.type != "MESH" or not obj.data.polygons:
        return None
    by_modifier = [
        modifier.object
        for modifier in obj.modifiers
        if modifier.type == "ARMATURE"
        and modifier.show_viewport
        and modifier.object is not None
        and modifier.object.type == "ARMATURE"
    ]
    if obj.parent_type == "ARMATURE" and obj.parent is not None and obj.parent.type == "ARMATURE":
        by_modifier.append(obj.parent)
    above = obj.parent
    while above is not None and above not in by_modifier:
        above = above.parent
    return above or next(iter(by_modifier), None)


def holding_bone(obj: bpy.types.Object) -> tuple[bpy.types.Object, str] | None:
    """The armature and the bone that an object is attached to, directly or through its parents."""
    child: bpy.types.Object | None = obj
    while child is not None:
        above = child.parent
        if above is not None and child.parent_type == "BONE" and above.type == "ARMATURE":
            return (above, child.parent_bone) if child.parent_bone in above.data.bones else None
        child = above
    return None


def rendered_objects(collection: bpy.types.Collection) -> set[int]:
    """The session_uid of all objects in a collection, without nested collections disabled in renders."""
    found = {obj.session_uid for obj in collection.objects}
    for child in collection.children:
        if not child.hide_render:
            found |= rendered_objects(child)
    return found


def _place_key(move: Matrix) -> tuple[float, ...]:
    return tuple(round(value, 4) for row in move for value in row)


def _only_makes_instances(obj: bpy.types.Object) -> bool:
    """Whether an object is shown only as instances on its parent's vertices or faces: renders omit the object
    itself.
    """
    return obj.parent is not None and obj.parent.instance_type in ("VERTS", "FACES")


def _is_used_up(obj: bpy.types.Object) -> bool:
    """Whether the nodes of an evaluated object have left none of its strands or points, but for example faces."""
    if obj.type not in ("CURVES", "POINTCLOUD") or not obj.modifiers:
        return False
    data: Any = obj.data
    return not len(data.curves if obj.type == "CURVES" else data.points)


def read_scene(context: bpy.types.Context) -> SceneContent:
    """Reads everything visible in both view layer and renders, in the order of the dependency graph.

    Instanced geometry is copied, since it exists only while Blender iterates over the instances.
    """
    depsgraph = context.evaluated_depsgraph_get()
    content = SceneContent(scene_unit(context.scene))
    content.names = {obj.session_uid: obj.name for obj in bpy.data.objects}
    unit = Matrix.Scale(content.unit, 4)
    reader = _Reader(context.view_layer, depsgraph, content, unit)
    for instance in depsgraph.object_instances:
        if instance.show_self:
            reader.add(instance)
    content.skeletons = [skeleton for skeleton in reader.skeletons.values() if skeleton is not None]
    return content


class _Reader:
    """Sorts the instances of a dependency graph into a :class:`SceneContent`."""

    def __init__(
        self, layer: bpy.types.ViewLayer, depsgraph: bpy.types.Depsgraph, content: SceneContent, unit: Matrix
    ) -> None:
        self._depsgraph = depsgraph
        self._content = content
        self._unit = unit
        self._owners: dict[int, tuple[bpy.types.Object, str] | None] = {}
        self._own_data: dict[int, int] = {}
        self._copies: dict[int, bpy.types.Mesh] = {}
        self._places: dict[int, set[Any]] = {}
        # A name is looked up by going through all objects.
        self._of_layer = {obj.session_uid for obj in layer.objects}
        visible = [obj for obj in layer.objects if obj.visible_get(view_layer=layer)]
        self._kept = {item.session_uid for item in without_overridden(visible) if not _only_makes_instances(item)}
        self._rendered = rendered_objects(layer.layer_collection.collection)
        self._of_kits: dict[int, set[int]] = {}
        self._own_meshes = OwnMeshes(depsgraph)
        self.skeletons: dict[int, Skeleton] = {}

    def add(self, instance: bpy.types.DepsgraphObjectInstance) -> None:
        if self._own_meshes.is_repeated(instance):
            return
        obj = instance.object.original
        shown = instance.parent.original if instance.is_instance else obj
        if obj.hide_render or shown.hide_render or not self._is_shown(shown, instance.is_instance):
            return
        if instance.is_instance and not self._is_rendered_in(obj, shown.instance_collection):
            return
        kind = instance.object.type
        if kind in CONVERTIBLE:
            self._add_mesh(instance, obj)
        elif kind == "CAMERA":
            self._content.cameras.append(self._placed(instance, obj))
        elif kind == "LIGHT":
            self._content.lights.append(self._placed(instance, obj))
        elif kind == "EMPTY" and obj.instance_type == "NONE" and not instance.is_instance:
            self._content.empties.append(self._placed(instance, obj))
        elif kind == "ARMATURE" and not instance.is_instance:
            self._content.armatures.append(obj)
        elif kind in PARTLESS and not _is_used_up(instance.object) and (obj, kind) not in self._content.faceless:
            self._content.faceless.append((obj, kind))

    def _is_shown(self, obj: bpy.types.Object, makes_instances: bool) -> bool:
        """Whether an object is visible in the view layer, and its collection in renders."""
        if obj.session_uid not in self._of_layer:  # of a background scene
            return True
        is_kept = obj.session_uid in self._kept or (makes_instances and _only_makes_instances(obj))
        return is_kept and obj.session_uid in self._rendered

    def _is_rendered_in(self, obj: bpy.types.Object, kit: bpy.types.Collection | None) -> bool:
        """Whether no nested collection of an instance is disabled in renders."""
        if kit is None:
            return True
        if kit.session_uid not in self._of_kits:
            left_out = {item.session_uid for item in kit.all_objects} - rendered_objects(kit)
            self._of_kits[kit.session_uid] = left_out
        return obj.session_uid not in self._of_kits[kit.session_uid]

    def _add_mesh(self, instance: bpy.types.DepsgraphObjectInstance, obj: bpy.types.Object) -> None:
        matrix = instance.matrix_world.copy()
        if instance.is_instance and self._owner(obj) is None and self._carry(instance, obj, matrix):
            return
        if instance.is_instance and instance.object.data.as_pointer() != self._data_of(obj):
            mesh, geometry = self._copy(instance)
            if mesh.polygons:
                mover = instance.parent.original
                self._content.statics.append(Placed(obj, self._unit @ matrix, mesh, geometry, False, mover))
            return
        owner = self._owner(obj)
        if owner is None:
            self._content.statics.append(self._placed(instance, obj))
            return
        armature, bone = owner
        skeleton = self.skeletons.setdefault(armature.session_uid, Skeleton(armature))
        if not any(member == obj for member in skeleton.members):
            if bone:
                skeleton.attached.append((obj, bone))
            else:
                skeleton.skins.append(obj)
        move = matrix @ obj.matrix_world.inverted_safe() if instance.is_instance else Matrix.Identity(4)
        known = self._places.setdefault(armature.session_uid, set())
        key = _place_key(move)
        if key not in known:
            known.add(key)
            skeleton.places.append(move)
            if instance.is_instance:
                skeleton.movers.append(instance.parent.original)

    def _carry(self, instance: bpy.types.DepsgraphObjectInstance, obj: bpy.types.Object, matrix: Matrix) -> bool:
        """Attaches an instance to its instancer's bone, in the skeleton's own file; returns whether there is one."""
        held = holding_bone(instance.parent.original)
        if held is None:
            return False
        armature, bone = held
        mesh = None
        if instance.object.data.as_pointer() != self._data_of(obj):
            mesh, _ = self._copy(instance)
        skeleton = self.skeletons.setdefault(armature.session_uid, Skeleton(armature))
        skeleton.carried.append(Carried(obj, bone, matrix, mesh))
        place = Matrix.Identity(4)
        if not skeleton.places:
            self._places.setdefault(armature.session_uid, set()).add(_place_key(place))
            skeleton.places.append(place)
        return True

    def _placed(self, instance: bpy.types.DepsgraphObjectInstance, obj: bpy.types.Object) -> Placed:
        mover = instance.parent.original if instance.is_instance else None
        return Placed(obj, self._unit @ instance.matrix_world, is_own=mover is None, mover=mover)

    def _owner(self, obj: bpy.types.Object) -> tuple[bpy.types.Object, str] | None:
        """The armature of an object with its parent bone; an empty bone for a skin."""
        if obj.session_uid not in self._owners:
            armature = deforming_armature(obj)
            self._owners[obj.session_uid] = (armature, "") if armature is not None else holding_bone(obj)
        return self._owners[obj.session_uid]

    def _data_of(self, obj: bpy.types.Object) -> int:
        if obj.session_uid not in self._own_data:
            self._own_data[obj.session_uid] = obj.evaluated_get(self._depsgraph).data.as_pointer()
        return self._own_data[obj.session_uid]

    def _copy(self, instance: bpy.types.DepsgraphObjectInstance) -> tuple[bpy.types.Mesh, int]:
        pointer = instance.object.data.as_pointer()
        if pointer not in self._copies:
            data = instance.object.data
            # Of a mesh that only the instance has, new_from_object would give the mesh of the object itself.
            self._copies[pointer] = (
                data.copy()
                if isinstance(data, bpy.types.Mesh)
                else bpy.data.meshes.new_from_object(instance.object, depsgraph=self._depsgraph)
            )
        return self._copies[pointer], pointer
