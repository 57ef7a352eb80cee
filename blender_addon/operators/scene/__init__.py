"""Operators that look at a scene, sort it and change it by a sentence."""
