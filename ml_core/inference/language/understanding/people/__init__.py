"""Spans of a description as traits, layers and changes."""
