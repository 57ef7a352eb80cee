"""Torch loops, losses, augmentation, metrics and ONNX export; used for training only."""
