"""Operators that label a scene, sort it and change it by a sentence."""
