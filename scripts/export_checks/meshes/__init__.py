"""Checks of meshes and of where they stand."""
