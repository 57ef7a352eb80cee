"""How people go on moving: a trained network over features of poses."""
