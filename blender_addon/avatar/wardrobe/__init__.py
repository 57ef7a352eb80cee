"""Garments on avatars: objects of their own, cut and draped for the body that wears them."""
