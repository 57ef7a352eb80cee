"""Light of pictures: where the sun stands, how strong it is, and the color of the rest."""
