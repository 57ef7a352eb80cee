"""The body of an avatar: its mesh, traits, shape keys, eyes, hair."""
