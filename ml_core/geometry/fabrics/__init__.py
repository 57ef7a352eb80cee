"""Fabrics as small textures that repeat: weave, knit, leather, checks and others, computed once, in any color.

``registry`` lists them as data, ``patterns`` has their height fields, ``tones`` the colors woven or printed into them,
``texture`` the maps that are made of both.
"""
