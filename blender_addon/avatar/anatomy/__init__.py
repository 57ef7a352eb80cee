"""The anatomical body in Blender: a person's traits, the objects built from them, and how they follow the sliders."""
