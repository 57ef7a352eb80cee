"""Training textures: third-party avatars, warped into the body atlas."""
