"""Node trees of materials: their links and values, and other shaders brought to one Principled BSDF."""
