"""Figures of a trained texture generator, and the classifier that they are measured by."""
