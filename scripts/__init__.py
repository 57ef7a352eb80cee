"""The two README commands, headless scripts for Blender, training, data, packaging and benchmarks."""
