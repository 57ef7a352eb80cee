"""Exports folders ready for engines: profiles, preflight, textures, copies of the scene, writers, manifest."""
