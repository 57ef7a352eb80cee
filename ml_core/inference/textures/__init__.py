"""Generation of avatar textures: sampling, inversion, edits, layers."""
