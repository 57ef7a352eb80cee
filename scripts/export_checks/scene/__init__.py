"""Checks against the scene that an export was made from."""
