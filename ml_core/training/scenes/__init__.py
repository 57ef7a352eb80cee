"""Training of the model of scene kinds."""
