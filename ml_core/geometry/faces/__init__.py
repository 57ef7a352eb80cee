"""Shapes of the built-in face carried onto the face of any other head."""
