"""Training textures: avatars of others, warped into the body atlas."""
