"""Reconstructs a place from photos: cameras, depth, surfaces, planes, objects; and the camera of a single picture.

:mod:`~ml_core.reconstruction.views.sparse` and :mod:`~ml_core.reconstruction.views.stereo` need the extra
``reconstruct`` (pycolmap and OpenCV) and run in a process of their own; the rest is numpy.
"""
