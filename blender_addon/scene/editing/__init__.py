"""Edits the objects of a scene for commands: choose, move, place, color, add and delete them."""
