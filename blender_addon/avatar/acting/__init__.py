"""Avatars that act in a scene: a plan of steps, ways round what stands there, seats."""
