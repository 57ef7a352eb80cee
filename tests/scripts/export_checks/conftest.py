"""The Khronos validator, as the export tests install it."""

from tests.blender_addon.export.conftest import validator

__all__ = ["validator"]
