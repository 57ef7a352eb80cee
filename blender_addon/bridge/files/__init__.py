"""Files and folders that the artist or a scene names."""
