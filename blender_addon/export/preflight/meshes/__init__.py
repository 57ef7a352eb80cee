"""Checks of single meshes and rigs."""
