"""Figures of a trained texture generator, and the classifier that measures them."""
