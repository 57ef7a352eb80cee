"""The surface of a photographed face: its regions, light, skin, hair and colors."""
