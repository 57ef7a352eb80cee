"""Node trees of materials: their links and values, and other shaders converted to one Principled BSDF."""
