"""From a photo of a face to the traits and the skin of an avatar; the picture itself is kept nowhere."""
