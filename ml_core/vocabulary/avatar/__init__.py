"""What an avatar can have: sliders, hair, clothes, eyes and expressions, each listed once."""
