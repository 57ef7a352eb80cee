"""From photos to a place: cameras, depth, surfaces, planes, things; and from one picture to its camera.

:mod:`~ml_core.reconstruction.views.sparse` and :mod:`~ml_core.reconstruction.views.stereo` need the extra
``reconstruct`` (pycolmap and OpenCV) and run in a process of their own; the rest is numpy.
"""
