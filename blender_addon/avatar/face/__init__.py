"""Facial shapes and swinging parts for the artist's own characters."""
