"""Garments on avatars: separate objects, cut and draped for the body that wears them."""
