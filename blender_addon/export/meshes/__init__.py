"""Meshes on their way to an engine: cleaned, with normals and UV maps, in levels of detail."""
