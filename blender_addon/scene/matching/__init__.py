"""One picture's camera in Blender, with a ground and a room to build in."""
