"""Quad surfaces, sparse maps between their vertices, and their UVs."""
