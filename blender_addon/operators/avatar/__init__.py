"""Operators that make avatars and change them."""
