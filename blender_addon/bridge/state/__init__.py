"""The state of Blender, changed temporarily and restored: scenes, modes, views."""
