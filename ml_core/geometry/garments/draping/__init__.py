"""Cloth over a body: how it lies and falls, what it hides, and what shows through it."""
