"""Poses and the walk."""
