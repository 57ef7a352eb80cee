"""Avatars as engines want them: meshes, skeleton, weights, and a budget of triangles."""
