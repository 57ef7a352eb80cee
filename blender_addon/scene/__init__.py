"""What the objects of a scene are, and what follows from it: names, collections, colors, commands."""
