"""Checks by other programs: the Khronos validator, Blender, Godot and a browser."""
