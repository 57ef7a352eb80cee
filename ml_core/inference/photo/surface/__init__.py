"""What the surface of a photographed face says: its regions, light, skin, hair and colors."""
