"""Furnished rooms of known geometry, photographed by Cycles: on which the reconstruction of places is measured."""
