"""Folders that engines take as they are: profiles, preflight, textures, copies of the scene, writers, manifest."""
