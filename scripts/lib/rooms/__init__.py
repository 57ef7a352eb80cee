"""Furnished rooms of known geometry, photographed by Cycles: what the reconstruction of places is measured on."""
