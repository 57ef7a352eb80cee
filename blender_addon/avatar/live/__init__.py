"""Edit Live: sliders that the avatar follows, and variations."""
