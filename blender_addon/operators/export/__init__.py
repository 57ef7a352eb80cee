"""Operators that check and export a scene."""
