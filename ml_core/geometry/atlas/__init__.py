"""The body atlas: the charts that the generator paints in, and the mapping from them to a mesh."""
