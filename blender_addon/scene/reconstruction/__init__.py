"""A place from photos: another Python reconstructs it, and what it has found comes into the scene."""
