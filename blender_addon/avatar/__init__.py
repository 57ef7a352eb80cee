"""Body, rig, materials and texture transfer on Blender objects."""
