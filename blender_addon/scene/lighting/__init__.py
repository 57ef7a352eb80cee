"""Looks: the world, lights and exposure that a scene is lit by, fitted to its size and content."""
