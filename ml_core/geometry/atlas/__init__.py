"""The body atlas: the charts that the generator paints in, and the way from them to a mesh."""
