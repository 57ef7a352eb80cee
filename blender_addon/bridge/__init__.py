"""Blender data to arrays and back, background jobs, loaded models."""
