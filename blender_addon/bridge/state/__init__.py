"""The state of Blender, borrowed and put back: scenes, modes, views."""
