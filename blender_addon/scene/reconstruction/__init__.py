"""A place from photos: another Python reconstructs it, and its result is put into the scene."""
