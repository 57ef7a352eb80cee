"""Meshes with labels: from folders, from generators, people in poses."""
