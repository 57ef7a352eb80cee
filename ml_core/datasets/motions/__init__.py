"""Motion clips of others brought to our joints, and clips that are made by code."""
