"""Avatars that act in a scene: a plan of steps, paths around obstacles, seats."""
