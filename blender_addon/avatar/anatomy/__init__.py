"""The anatomical body in Blender: who somebody is, the objects made for it, and how they follow its sliders."""
