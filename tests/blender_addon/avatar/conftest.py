"""A person with the anatomical body in small textures, as the scripts make one."""

from __future__ import annotations

import bpy
import pytest

from tests.blender_addon.avatar.anatomical import person


@pytest.fixture
def woman(clean_scene: bpy.types.Context) -> bpy.types.Object:
    """The armature of a woman of 30 in T-shirt, jeans and shoes, without hair."""
    return person(presentation=1.0, age=30.0)
