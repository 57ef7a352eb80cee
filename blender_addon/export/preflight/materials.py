"""Findings on materials and their images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np

from ...bridge.image_arrays import image_size
from ...bridge.mesh_arrays import face_materials
from ..materials import power_of_two, read_material
from .budgets import budget, texture_limit
from .finding import ALWAYS, Finding, Kind
from .survey import Survey

KINDS = {
    "missing_image": Kind(
        "error",
        "image {image} is missing",
        "Its texture would be black or pink.",
        "Choose File, External Data, Find Missing Files.",
    ),
    "absolute_path": Kind(
        "info",
        "image {image} has an absolute path",
        "It is lost when the project moves to another folder or another machine.",
        "Make the path relative to the blend file.",
        repair="relative_path",
    ),
    "large_image": Kind(
        "warning",
        "image {image} has {width} × {height} pixels; {limit} are the budget",
        "Graphics memory runs out, first on phones and headsets.",
        "Make the image smaller.",
        repair="resize_image",
        on_copies=ALWAYS,
    ),
    "odd_image_size": Kind(
        "info",
        "image {image} has {width} × {height} pixels, which are no powers of two",
        "Engines cannot compress it, or make no smaller versions of it for the distance.",
        "Resize it to the nearest powers of two.",
        repair="resize_image",
        on_copies=ALWAYS,
    ),
    "unsupported_nodes": Kind(
        "info",
        "material {material}: {problem}",
        "Engines know images and constants only.",
        "It will be baked to an image; a material of images and constants exports faster.",
        on_copies=ALWAYS,
    ),
    "many_materials": Kind(
        "warning",
        "{number} materials; {limit} are the budget",
        "Each one is a draw call of its own.",
        "Bake them together, or split the object.",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Materials of an object; each material and each image is named once."""
    for slot in obj.material_slots:
        material = slot.material
        if material is None or not survey.first("material", material):
            continue
        facts = read_material(material)
        images = {node.image for node in _image_nodes(material)} | set(facts.images.values())
        for image in sorted(images, key=lambda one: one.name):
            if survey.first("image", image):
                yield from _image(survey, obj, image)
        for problem in facts.unsupported:
            yield from survey.found("unsupported_nodes", obj, material=material.name, problem=problem)
    yield from _slots(survey, obj)


def _image_nodes(material: bpy.types.Material) -> Iterator[bpy.types.Node]:
    if material.node_tree is not None:
        for node in material.node_tree.nodes:
            if node.type == "TEX_IMAGE" and node.image is not None and any(socket.is_linked for socket in node.outputs):
                yield node


def _image(survey: Survey, obj: bpy.types.Object, image: bpy.types.Image) -> Iterator[Finding]:
    if image.source == "FILE" and not image.packed_file:
        path = image.filepath
        if not Path(bpy.path.abspath(path, library=image.library)).is_file():
            yield from survey.found("missing_image", obj, image=image.name)
            return
        if bpy.data.filepath and image.library is None and not path.startswith("//"):
            yield from survey.found("absolute_path", obj, image=image.name)
    width, height = image_size(image)
    limits = {target: texture_limit(target, survey.options) for target in survey.targets}
    over = [target for target, limit in limits.items() if max(width, height) > limit]
    values = {"image": image.name, "width": width, "height": height}
    if over:
        limit = min(limits[target] for target in over)
        yield from survey.found("large_image", obj, over, limit=limit, **values)
    elif width and height and (power_of_two(width), power_of_two(height)) != (width, height):
        yield from survey.found("odd_image_size", obj, limit=min(limits.values()), **values)


def _slots(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    if obj.type != "MESH" or len(obj.material_slots) < 2 or not survey.first("slots", obj.data):
        return
    number = len(np.unique(face_materials(obj.data)))
    over = [one for one in survey.targets if 0 < budget(one).materials < number]
    if over:
        limit = min(budget(one).materials for one in over)
        yield from survey.found("many_materials", obj, over, number=number, limit=limit)
