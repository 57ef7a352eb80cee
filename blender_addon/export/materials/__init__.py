"""Materials: read from Blender's nodes, simplified or baked, written for a target."""
