"""What the small scenes of the kinds are made of, and what their tests look at."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.vocabulary.targets import TARGETS
from scripts.export_checks.readers.glb import _Reader, split

Array = NDArray[Any]


class Files:
    """What an export has written for one target of glTF, and what the check of the scene said before."""

    def __init__(self, folder: Path, findings: list[dict[str, Any]]) -> None:
        self.findings = findings
        self.documents = {path.stem: split(path) for path in folder.glob("*.glb")}
        self._readers = {name: _Reader(folder, *one) for name, one in self.documents.items()}

    @property
    def told(self) -> set[str]:
        return {one["kind"] for one in self.findings}

    def all(self, what: str) -> list[dict[str, Any]]:
        return [one for document, _ in self.documents.values() for one in document.get(what, [])]

    def one(self, what: str, name: str) -> dict[str, Any]:
        """The node, mesh, material or animation of that name in any file."""
        found = [one for one in self.all(what) if one.get("name") == name]
        assert len(found) == 1, f"{name} among {sorted(str(one.get('name')) for one in self.all(what))}"
        return found[0]

    def _file_of(self, what: str, one: dict[str, Any]) -> str:
        return next(name for name, (document, _) in self.documents.items() if one in document.get(what, []))

    def mesh(self, node: str) -> dict[str, Any]:
        found = self.one("nodes", node)
        return self.documents[self._file_of("nodes", found)][0]["meshes"][found["mesh"]]

    def attribute(self, node: str, name: str) -> Array:
        """An attribute (n, width) of all primitives of a node's mesh."""
        mesh = self.mesh(node)
        reader = self._readers[self._file_of("meshes", mesh)]
        return np.concatenate([reader.accessor(one["attributes"][name]) for one in mesh["primitives"]])

    def accessor(self, file: str, number: int) -> Array:
        """The values (n, width) of an accessor of a file."""
        return self._readers[file].accessor(number).astype(float)

    def values(self, clip: str, path: str) -> Array:
        """The keys (n, width) of the first channel of a clip that moves ``path``."""
        found = self.one("animations", clip)
        channel = next(one for one in found["channels"] if one["target"]["path"] == path)
        reader = self._readers[self._file_of("animations", found)]
        return reader.accessor(found["samplers"][channel["sampler"]]["output"]).astype(float)

    def picture(self, material: str, *slots: str) -> Array:
        """The pixels (H, W, 4), 0..1 as they are stored, of a texture: ``normalTexture``, say."""
        found: Any = self.one("materials", material)
        name = self._file_of("materials", found)
        document = self.documents[name][0]
        for slot in slots:
            found = found[slot]
        image = document["images"][document["textures"][found["index"]]["source"]]
        data = self._readers[name]._view(image["bufferView"])
        return np.array(Image.open(io.BytesIO(data)).convert("RGBA"), float) / 255


Check = Callable[[Files], None]


@dataclass(frozen=True)
class Kind:
    """``build`` makes the scene and returns what to look at beside the judge's own checks; ``told`` are the findings
    that say what cannot be in the files, and objects named in ``unlike`` may look or lie differently for it: in all
    files, or as ``fbx/Name`` in those of one format."""

    name: str
    build: Callable[[Path], Check | None]
    targets: tuple[str, ...] = ("web", "unity")
    told: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    unlike: tuple[str, ...] = ()

    def may_differ(self, target: str, name: str) -> bool:
        """Whether an object may look or lie differently in the files of a target."""
        return bool({name, f"{TARGETS[target].format}/{name}"} & set(self.unlike))


KINDS: dict[str, Kind] = {}


def kind(**about: Any) -> Callable[[Callable[[Path], Check | None]], Callable[[Path], Check | None]]:
    """Lists a builder; it gets an empty scene and a folder for its pictures."""

    def listed(build: Callable[[Path], Check | None]) -> Callable[[Path], Check | None]:
        KINDS[build.__name__] = Kind(build.__name__, build, **about)
        return build

    return listed


def link(name: str, data: bpy.types.ID | None, place: tuple[float, ...] = (0, 0, 0)) -> bpy.types.Object:
    made = bpy.data.objects.new(name, data)
    made.location = place
    bpy.context.scene.collection.objects.link(made)
    return made


def cube(name: str, place: tuple[float, ...] = (0, 0, 0), size: float = 1) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size, location=place)
    bpy.context.object.name = name
    return bpy.context.object


def plane(name: str, place: tuple[float, ...] = (0, 0, 0), size: float = 1) -> bpy.types.Object:
    bpy.ops.mesh.primitive_plane_add(size=size, location=place)
    bpy.context.object.name = name
    return bpy.context.object


def ball(name: str, place: tuple[float, ...] = (0, 0, 0), segments: int = 12) -> bpy.types.Object:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=segments, ring_count=8, radius=0.5, location=place)
    bpy.context.object.name = name
    return bpy.context.object


def unlinked(obj: bpy.types.Object, collection: bpy.types.Collection) -> bpy.types.Object:
    """Moves an object into a collection that the scene does not have."""
    for one in obj.users_collection:
        one.objects.unlink(obj)
    collection.objects.link(obj)
    return obj


class Paint:
    """A material with a Principled shader on an object."""

    def __init__(self, name: str, obj: bpy.types.Object | None = None, **values: Any) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.shader = next(one for one in self.tree.nodes if one.type == "BSDF_PRINCIPLED")
        self.output = next(one for one in self.tree.nodes if one.type == "OUTPUT_MATERIAL")
        for key, value in values.items():
            self.shader.inputs[key.replace("_", " ")].default_value = value
        if obj is not None:
            obj.data.materials.append(self.material)

    def node(self, kind: str, **values: Any) -> Any:
        """``Mix`` for ShaderNodeMix; values by property name."""
        made = self.tree.nodes.new(f"ShaderNode{kind}")
        for key, value in values.items():
            setattr(made, key, value)
        return made

    def link(self, given: Any, socket: Any) -> None:
        self.tree.links.new(given, self.shader.inputs[socket] if isinstance(socket, str) else socket)

    def picture(self, image: bpy.types.Image, socket: Any = None, outlet: str = "Color") -> Any:
        node = self.node("TexImage", image=image)
        if socket is not None:
            self.link(node.outputs[outlet], socket)
        return node


def image(name: str, pixels: Any, space: str = "sRGB", is_float: bool = False) -> bpy.types.Image:
    """Of pixels (H, W, 3 or 4), the first row at the top, 0..1 as they are stored."""
    pixels = np.asarray(pixels, np.float32)
    if pixels.shape[2] == 3:
        pixels = np.concatenate([pixels, np.ones((*pixels.shape[:2], 1), np.float32)], 2)
    made = bpy.data.images.new(name, pixels.shape[1], pixels.shape[0], alpha=True, float_buffer=is_float)
    made.colorspace_settings.name = space
    made.pixels.foreach_set(pixels[::-1].ravel())
    made.update()
    return made


def flat(color: tuple[float, ...], size: int = 16) -> Array:
    return np.broadcast_to(np.array(color, np.float32), (size, size, len(color))).copy()


def halves(left: tuple[float, ...], right: tuple[float, ...], size: int = 16) -> Array:
    pixels = flat(left, size)
    pixels[:, size // 2 :] = right
    return pixels


def armature(name: str, bones: dict[str, tuple[Any, Any, str]], place: tuple[float, ...] = (0, 0, 0)) -> Any:
    """Of bones with head, tail and parent."""
    made = link(name, bpy.data.armatures.new(name), place)
    bpy.context.view_layer.objects.active = made
    bpy.ops.object.mode_set(mode="EDIT")
    for bone, (head, tail, parent) in bones.items():
        new = made.data.edit_bones.new(bone)
        new.head, new.tail = head, tail
        new.parent = made.data.edit_bones.get(parent)
    bpy.ops.object.mode_set(mode="OBJECT")
    return made


def column(name: str, place: tuple[float, ...] = (0, 0, 0), steps: int = 8) -> bpy.types.Object:
    """A square tube of two meters height in rings of four vertices."""
    points = [
        (x, y, 2 * z / steps) for z in range(steps + 1) for x, y in ((-0.2, -0.2), (0.2, -0.2), (0.2, 0.2), (-0.2, 0.2))
    ]
    faces = [
        (4 * z + at, 4 * z + (at + 1) % 4, 4 * z + 4 + (at + 1) % 4, 4 * z + 4 + at)
        for z in range(steps)
        for at in range(4)
    ]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], [*faces, (3, 2, 1, 0), tuple(4 * steps + at for at in range(4))])
    return link(name, mesh, place)


TWO = {"root": ((0, 0, 0), (0, 0, 1), ""), "tip": ((0, 0, 1), (0, 0, 2), "root")}


def skinned(rig: bpy.types.Object, skin: bpy.types.Object, by_parent: bool = True) -> bpy.types.Object:
    """The upper half of a skin on the bone tip, the lower on root."""
    low, high = skin.vertex_groups.new(name="root"), skin.vertex_groups.new(name="tip")
    for vertex in skin.data.vertices:
        share = min(max(vertex.co.z - 0.5, 0), 1)
        low.add([vertex.index], 1 - share, "REPLACE")
        high.add([vertex.index], share, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = rig
    if by_parent:
        skin.parent = rig
    return skin


def keyed(obj: bpy.types.Object, path: str, values: dict[int, Any], index: int = -1) -> None:
    for frame, value in values.items():
        if index >= 0:
            getattr(obj, path)[index] = value
        else:
            setattr(obj, path, value)
        obj.keyframe_insert(path, index=index, frame=frame)


def grown(obj: bpy.types.Object, **keys: float) -> None:
    """Shape keys that move the first vertices up, at their values."""
    if obj.data.shape_keys is None:
        obj.shape_key_add(name="Basis")
    for number, (name, value) in enumerate(keys.items()):
        block = obj.shape_key_add(name=name, from_mix=False)
        block.data[number].co.z += 0.5
        block.value = value


def node_group(obj: bpy.types.Object, name: str = "Nodes") -> tuple[Any, Any, Any]:
    """A modifier of geometry nodes: its tree, and the sockets of the geometry that comes and goes."""
    tree = bpy.data.node_groups.new(name, "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    given, made = tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")
    obj.modifiers.new(name, "NODES").node_group = tree
    return tree, given.outputs[0], made.inputs[0]
