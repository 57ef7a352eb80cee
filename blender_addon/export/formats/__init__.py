"""Blender's exporters, one module per format, and what they have no option for."""
