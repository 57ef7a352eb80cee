"""Blender's exporters, a module a format, and what they have no option for."""
