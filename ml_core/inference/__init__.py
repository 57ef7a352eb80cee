"""The shipped models as plain calls: load weights, numpy in, numpy out."""
