"""Training data: readers of its folders, and procedural generators."""
