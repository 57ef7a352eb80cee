"""Training of the object recognizer."""
