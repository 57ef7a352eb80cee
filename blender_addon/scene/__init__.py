"""Labels the objects of a scene, and uses the labels for names, collections, colors and commands."""
