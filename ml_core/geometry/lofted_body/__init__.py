"""The built-in body, lofted from measured cross-sections."""
