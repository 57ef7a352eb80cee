"""Copy on write: before an avatar is changed, it gets meshes, materials and images that no other object uses.

Duplicates, linked duplicates, appended and linked avatars share data with their originals. What Atelier has made
carries :data:`OWNER_KEY`; it belongs to the object that wears it, whatever its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import bpy
import numpy as np

from ..bridge.data.identity import ensure_identity, identity, is_id, make_unique, put
from ..bridge.data.single_user import ensure_editable, local_copy, make_single_user, users_of
from ..bridge.mesh_arrays import mesh_data
from ..bridge.vrm.toons import take_over
from .body.earlier_body import has_sliders
from .naming import image_name, material_name, plain_name

OWNER_KEY = "atelier_owner"
"""Custom property of a material or an image that we have made: ``<id of the object>/<role>``. Older versions wrote
``<name of the object>/<name that it got>``."""

_ONLY_SHOWING = (bpy.types.Screen, bpy.types.WindowManager, bpy.types.WorkSpace)


def is_ours(block: bpy.types.ID | None) -> bool:
    """Whether a material or an image was made by us."""
    return block is not None and isinstance(block.get(OWNER_KEY), str)


def mark_as_ours(block: bpy.types.ID, owner: bpy.types.Object, role: str) -> None:
    """Marks ``block`` as made for ``owner`` in a ``role``, such as ``1_BC`` for the base color of slot 1."""
    put(block, OWNER_KEY, f"{ensure_identity(owner)}/{role}")


def is_made_for(block: bpy.types.ID, owner: bpy.types.Object, role: str) -> bool:
    """Whether ``block`` was made for ``owner`` as ``role``, whoever uses it now."""
    return bool(identity(owner)) and block.get(OWNER_KEY) == f"{identity(owner)}/{role}"


def role_of(block: bpy.types.ID) -> str:
    """The role that a material or an image of ours was made for."""
    owner, _, role = str(block.get(OWNER_KEY, "")).rpartition("/")
    if is_id(owner):
        return role
    # Up to version 2: M_<name>_<role> or T_<name>_<role>, the owner's name with underscores for all but letters.
    return role.removeprefix(plain_name(f"{role[:2]}{owner}")).lstrip("_")


def worn_material(obj: bpy.types.Object, role: str) -> bpy.types.Material | None:
    """The material that we have made for ``obj`` as ``role``, if it still wears it."""
    return next((material for material in _materials(obj) if role_of(material) == role), None)


def worn_images(obj: bpy.types.Object) -> Iterator[bpy.types.Image]:
    """The images of ours in the materials of ours that ``obj`` wears."""
    for material in _materials(obj):
        yield from _images(material)


def worn_image(obj: bpy.types.Object, role: str) -> bpy.types.Image | None:
    """The image that we have made for ``obj`` as ``role``, if it still wears it."""
    return next((image for image in worn_images(obj) if role_of(image) == role), None)


def worn_blocks(obj: bpy.types.Object) -> list[bpy.types.ID]:
    """The materials of ours that ``obj`` wears, then their images of ours, each once."""
    materials = list(dict.fromkeys(_materials(obj)))
    return [*materials, *dict.fromkeys(image for material in materials for image in _images(material))]


def remove_unused(blocks: Iterable[bpy.types.ID]) -> None:
    """Removes those of ``blocks`` that are local and without users; users must precede the blocks that they use."""
    for block in blocks:
        if not block.users and block.library is None:
            bpy.data.batch_remove([block])


def discard(obj: bpy.types.Object) -> None:
    """Removes a mesh object, with its mesh and what of ours it wears unless something else uses them.

    Raises:
        InputError: it is linked.
    """
    ensure_editable(obj)
    mesh, worn = mesh_data(obj), worn_blocks(obj)
    bpy.data.objects.remove(obj)
    remove_unused([mesh, *worn])


def wear_only(obj: bpy.types.Object, material: bpy.types.Material) -> None:
    """Puts ``material`` on ``obj``, which has a mesh of its own, in place of all others."""
    if obj.material_slots:
        take_over(obj.material_slots[0].material, material)
    obj.data.materials.clear()
    obj.data.materials.append(material)
    obj.material_slots[0].link = "DATA"


def own_mesh(obj: bpy.types.Object) -> bool:
    """Gives ``obj`` a mesh of its own if another object uses its mesh too; returns whether it did.

    Its shape keys follow the sliders of its own avatar, in place of those of the original.
    """
    if not make_single_user(obj):
        return False
    armature = obj.find_armature()
    if armature is not None:
        _drive_by(mesh_data(obj), armature)
    return True


def own_avatar(avatar: bpy.types.Object) -> None:
    """:func:`make_own` for an avatar and everything of ours attached to it, so that all of it may change."""
    ensure_editable(avatar)
    ours = _ours_among([avatar, *avatar.children_recursive])
    if avatar not in ours:
        make_unique(avatar)
    make_own(ours)


def sharing(avatar: bpy.types.Object) -> tuple[Any, ...]:
    """A value that changes whenever an avatar starts or stops sharing data; takes well under a millisecond."""
    facts: list[Any] = []
    for obj in _ours_among([avatar, *avatar.children_recursive]):
        facts += [obj.session_uid, obj.data.session_uid, obj.data.users]
        for material in _materials(obj):
            facts += [material.session_uid, material.users]
            facts += [(node.image.session_uid, node.image.users) for node in _image_nodes(material)]
    return (avatar.session_uid, avatar.data.users if avatar.data is not None else 0, *facts)


def make_own(objects: Iterable[bpy.types.Object]) -> None:
    """Gives mesh objects their own id, mesh, and materials and images of ours, where other objects use them too.

    Materials and images that artists have made are never ours, and are not touched.

    Raises:
        InputError: one of the objects is linked.
    """
    listed = list(objects)
    for obj in listed:
        ensure_editable(obj)
    make_unique(*listed)
    for obj in listed:
        own_mesh(obj)
    ours = {block for obj in listed for block in worn_blocks(obj)}
    users = users_of(ours)
    for obj in listed:
        _own_materials(obj, users)


def _own_materials(obj: bpy.types.Object, users: dict[bpy.types.ID, set[bpy.types.ID]]) -> None:
    materials: set[bpy.types.ID] = {
        item for item in _materials(obj) if _only_used_by(item, users[item], {obj, obj.data})
    }
    copies: dict[bpy.types.ID, Any] = {}
    for slot in obj.material_slots:
        material = slot.material
        if not is_ours(material):
            continue
        if material not in materials:
            if material not in copies:
                copies[material] = local_copy(material)
                copies[material].name = material_name(obj.name, role_of(material))
            slot.material = copies[material]
        for node in _image_nodes(slot.material):
            image = node.image
            if image in copies:
                node.image = copies[image]
            elif image in users and not _only_used_by(image, users[image], materials):
                copies[image] = node.image = _copied_image(image)
                node.image.name = image_name(obj.name, role_of(image))
    for block in worn_blocks(obj):
        mark_as_ours(block, obj, role_of(block))


def _only_used_by(block: bpy.types.ID, users: set[bpy.types.ID], allowed: set[bpy.types.ID]) -> bool:
    """Whether a local block has no users but those ``allowed``; an editor that shows an image does not use it."""
    if block.library is not None or block.override_library is not None or block.use_fake_user:
        return False
    return all(user in allowed or _only_shows(user, block) for user in users)


def _only_shows(user: bpy.types.ID, block: bpy.types.ID) -> bool:
    if isinstance(user, bpy.types.Scene):  # the canvas of texture painting, unless its compositor has the image
        tree = getattr(user, "node_tree", None)
        composited = any(getattr(node, "image", None) == block for node in (tree.nodes if tree is not None else ()))
        return isinstance(block, bpy.types.Image) and not composited and block not in list(user.values())
    return isinstance(user, _ONLY_SHOWING)


def _copied_image(image: bpy.types.Image) -> bpy.types.Image:
    """A copy with the original's packed data, and with what was painted on it since."""
    made = local_copy(image)
    packed = image.packed_file
    if packed is not None and made.packed_file is None:
        made.pack(data=packed.data, data_len=packed.size)
    if (image.is_dirty or image.source == "GENERATED") and image.source != "TILED" and image.has_data:
        pixels = np.empty(len(image.pixels), np.float32)  # type: ignore[arg-type] # an array to the stubs: one float
        image.pixels.foreach_get(pixels)
        if len(made.pixels) == len(pixels):
            made.pixels.foreach_set(pixels)
            made.update()
    return made


def _drive_by(mesh: bpy.types.Mesh, armature: bpy.types.Object) -> None:
    """Lets the sliders of ``armature`` drive the shape keys of a copied mesh, in place of those of the original's."""
    keys = mesh.shape_keys
    if keys is None or keys.animation_data is None or not has_sliders(armature):
        return
    for curve in keys.animation_data.drivers:
        for variable in curve.driver.variables:
            for target in variable.targets:
                if isinstance(target.id, bpy.types.Object) and target.id != armature and has_sliders(target.id):
                    target.id = armature


def _ours_among(objects: Iterable[bpy.types.Object]) -> list[bpy.types.Object]:
    """The meshes that wear something of ours, or follow the sliders of their avatar."""
    return [obj for obj in objects if obj.type == "MESH" and (next(_materials(obj), None) is not None or _follows(obj))]


def _follows(obj: bpy.types.Object) -> bool:
    keys = obj.data.shape_keys
    return keys is not None and keys.animation_data is not None and has_sliders(obj.find_armature())


def _materials(obj: bpy.types.Object) -> Iterator[bpy.types.Material]:
    for slot in obj.material_slots:
        if is_ours(slot.material):
            yield slot.material


def _images(material: bpy.types.Material) -> list[bpy.types.Image]:
    return [node.image for node in _image_nodes(material)]


def _image_nodes(material: bpy.types.Material) -> list[Any]:
    """The nodes that show an image of ours."""
    nodes = material.node_tree.nodes if material.node_tree is not None else ()
    return [node for node in nodes if node.type == "TEX_IMAGE" and is_ours(node.image)]
