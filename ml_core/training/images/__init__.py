"""Training of the picture recognizer."""
