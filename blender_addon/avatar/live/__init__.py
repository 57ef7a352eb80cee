"""Edit Live: sliders that the avatar follows, variations, the sentence beside them."""
