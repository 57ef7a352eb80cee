"""Torch modules, one file each; used for training only."""
