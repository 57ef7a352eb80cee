"""Facial shapes for the artist's own characters."""
