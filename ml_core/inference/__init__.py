"""Inference with the shipped models as plain calls: load weights, numpy in, numpy out."""
