"""Mesh arrays in, mesh arrays out: the body atlas, fits of bodies to it, views of objects."""
