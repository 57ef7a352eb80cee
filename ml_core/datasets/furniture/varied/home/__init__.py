"""Generators of objects that are found in rooms."""
