"""Generators of outdoor objects, vehicles, and things that are worn or carried."""
