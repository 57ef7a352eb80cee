"""Checks of files: units, manifest, names, provenance and textures."""
