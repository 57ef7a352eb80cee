"""The surface of an avatar: textures, layers, materials."""
