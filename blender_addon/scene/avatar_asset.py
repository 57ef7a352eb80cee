"""An avatar in the Asset Browser: a collection of all its objects, with a portrait of it as the preview."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Literal

import bpy
import numpy as np
from mathutils import Vector

from ml_core.errors import InputError
from ml_core.inference.library.catalogs import add_catalogs, catalog_id

from ..avatar.stored import stored_traits
from ..bridge.data.created import removed_on_failure
from ..bridge.data.single_user import ensure_editable
from ..bridge.jobs.steps import Job, Progress
from ..bridge.state.preserved_scene import preserved_scene
from .asset_details import catalog_file, credit
from .labels.sorting import SceneTree

SIDE = 256
SAMPLES = 12
_LABEL = "person"


def asset_job(context: bpy.types.Context, avatar: bpy.types.Object) -> Job:
    """Puts ``avatar`` and everything attached to it into a separate collection, marked as an asset with a portrait.

    An object asset includes only the data that it refers to, and a skeleton refers to nothing; a collection includes
    everything, with the stored traits.

    Report: ``collection``, ``catalogs`` (the file, empty while the blend file is not saved).

    Raises:
        InputError: the catalog file beside the blend file is not a Blender catalog file.
    """
    ensure_editable(avatar)
    objects = [avatar, *avatar.children_recursive]
    yield Progress(0, 1, "Blender renders the preview", blocks=True)
    pixels = portrait(context, avatar)
    yield Progress(0.8, 1, "Marking assets")
    with removed_on_failure(context):
        catalogs = catalog_file()
        if catalogs is not None:
            add_catalogs({_LABEL}, catalogs)
        collection = _own_collection(context, avatar, objects)
        if collection.asset_data is None:
            collection.asset_mark()
        data = collection.asset_data
        data.catalog_id = catalog_id(_LABEL)
        stored = stored_traits(avatar)
        for tag in ("avatar", *([stored[0].outfit] if stored is not None and stored[0].outfit else [])):
            data.tags.new(tag, skip_if_exists=True)
        credit(data, context.scene, "Avatar")
        preview = collection.preview_ensure()
        preview.image_size = (SIDE, SIDE)
        preview.image_pixels_float.foreach_set(pixels.ravel())
    yield Progress(1, 1, "Done")
    return {"collection": collection.name, "catalogs": str(catalogs or "")}


def _own_collection(
    context: bpy.types.Context, avatar: bpy.types.Object, objects: list[bpy.types.Object]
) -> bpy.types.Collection:
    """The collection that holds these objects and nothing else; created if there is none.

    The objects leave only ordinary collections that nothing else uses.
    """
    for collection in avatar.users_collection:
        is_own = (
            collection.is_editable and collection.override_library is None and collection != context.scene.collection
        )
        if is_own and set(collection.objects) == set(objects):
            return collection
    tree = SceneTree.of(context.scene)
    made = bpy.data.collections.new(avatar.name)
    homes = [
        collection
        for collection in tree.homes(avatar)
        if collection.is_editable and collection.override_library is None
    ]
    ordinary = [home for home in homes if not tree.why_not[home.session_uid]]
    (*ordinary, *homes, context.scene.collection)[0].children.link(made)
    for obj in objects:
        tree.move(obj, made)
    return made


def portrait(context: bpy.types.Context, avatar: bpy.types.Object) -> np.ndarray:
    """(SIDE, SIDE, 4) float32 sRGB with alpha, the lowest row first: head and shoulders from the front, in Cycles.

    Raises:
        InputError: it cannot be rendered here.
    """
    height, place = _head(avatar)
    with preserved_scene(context), tempfile.TemporaryDirectory() as folder:
        scene = bpy.data.scenes.new("Atelier Portrait")
        for obj in [avatar, *avatar.children_recursive]:
            scene.collection.objects.link(obj)
        camera = _add(scene, "CAMERA", "Camera")
        camera.data.lens = 85
        forward = avatar.matrix_world.to_3x3().normalized() @ Vector((0.25, -1.0, 0.05)).normalized()
        camera.location = place + forward * height * 0.66
        camera.rotation_euler = (-forward).to_track_quat("-Z", "Y").to_euler()
        camera.data.clip_start, camera.data.clip_end = 0.001 * height, 100 * height
        scene.camera = camera
        for yaw, energy in ((40, 2.6), (-50, 1.4), (0, 0.9)):
            sun = _add(scene, "SUN", "Sun")
            sun.rotation_euler = (math.radians(55), 0, math.radians(yaw))
            sun.data.energy = energy
        render = scene.render
        # The stubs know the engine of the factory settings alone, and no view transform.
        render.engine, render.film_transparent = "CYCLES", True  # type: ignore[assignment]
        render.resolution_x = render.resolution_y = SIDE
        render.resolution_percentage = 100
        render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGBA"
        scene.cycles.samples, scene.cycles.use_denoising = SAMPLES, False
        scene.view_settings.view_transform = "Standard"  # type: ignore[assignment]
        render.filepath = str(Path(folder) / "portrait.png")
        try:
            bpy.ops.render.render(write_still=True, scene=scene.name)
        except RuntimeError as error:
            raise InputError("The preview cannot be rendered ({reason}).", reason=error) from error
        image = bpy.data.images.load(render.filepath)
        pixels = np.empty(SIDE * SIDE * 4, np.float32)
        image.pixels.foreach_get(pixels)
    return pixels.reshape(SIDE, SIDE, 4)


def _head(avatar: bpy.types.Object) -> tuple[float, Vector]:
    """The body's height, and the center of the face, both in the scene's space."""
    points = [obj.matrix_world @ Vector(corner) for obj in avatar.children_recursive for corner in obj.bound_box]
    points = points or [avatar.matrix_world @ Vector(corner) for corner in avatar.bound_box]
    low, high = min(point.z for point in points), max(point.z for point in points)
    bone = avatar.pose.bones.get("head") if avatar.pose is not None else None
    place = (
        avatar.matrix_world @ bone.head if bone is not None else Vector((*avatar.matrix_world.translation[:2], high))
    )
    height = max(high - low, 1e-3)
    return height, place + Vector((0, 0, 0.022 * height))


def _add(scene: bpy.types.Scene, kind: Literal["CAMERA", "SUN"], name: str) -> bpy.types.Object:
    data = bpy.data.cameras.new(name) if kind == "CAMERA" else bpy.data.lights.new(name, kind)
    obj = bpy.data.objects.new(name, data)
    scene.collection.objects.link(obj)
    return obj
