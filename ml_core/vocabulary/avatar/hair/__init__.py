"""Hair styles, their zones of color, and beards."""
