"""Hair as game meshes, grown on any head."""
