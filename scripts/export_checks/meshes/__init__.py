"""Checks of meshes and of their placement."""
