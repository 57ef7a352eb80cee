"""Avatars in the form that engines need: meshes, skeleton, weights, and a budget of triangles."""
