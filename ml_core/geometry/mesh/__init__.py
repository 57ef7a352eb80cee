"""Algorithms on any triangle mesh."""
