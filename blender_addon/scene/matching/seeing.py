"""Sets a camera object to match the camera of a picture, with the picture behind the scene."""

from __future__ import annotations

import bpy
from mathutils import Matrix

from ml_core.reconstruction.views.cameras import SENSOR, Camera

_CAMERA_SIZE = 0.15
_PICTURE_ALPHA = 0.5


def set_camera(obj: bpy.types.Object, camera: Camera) -> None:
    """Set a camera object to match ``camera``, for pictures of its size."""
    data = obj.data
    assert isinstance(data, bpy.types.Camera)
    data.sensor_fit = "HORIZONTAL" if camera.width >= camera.height else "VERTICAL"
    data.sensor_width = data.sensor_height = SENSOR
    data.lens, data.shift_x, data.shift_y = camera.blender_lens()
    data.clip_start, data.display_size = 0.02, _CAMERA_SIZE
    obj.matrix_basis = Matrix(camera.blender_matrix().tolist())


def show_picture(data: bpy.types.Camera, image: bpy.types.Image) -> None:
    """Show a picture through the camera, half transparent, behind the scene."""
    data.show_background_images = True
    background = data.background_images.new()
    background.image = image
    background.alpha = _PICTURE_ALPHA
    background.frame_method = "FIT"
