"""Blender's own glTF add-on: the libraries that it has, and the loggers that its import and its export share."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator

from ml_core.vocabulary.export_choices import MeshCompression

LIBRARIES: dict[MeshCompression, str] = {"DRACO": "Draco", "MESHOPT": "Meshopt"}
_FILES: dict[MeshCompression, str] = {"DRACO": "bf_intern_draco_bridge", "MESHOPT": "bf_intern_meshopt_bridge"}
NAMES = ("glTFImporter", "glTFImporter_errors")


@contextlib.contextmanager
def quiet_gltf_loggers() -> Iterator[None]:
    """Inside, each line is logged once; afterwards the loggers hold the handlers that they held before.

    The add-on only removes its handlers when it succeeds. What a failed import or export has left, of whomever, would
    repeat every later line, and would write to streams that may be closed by now.
    """
    loggers = [logging.getLogger(name) for name in NAMES]
    before = [list(logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.handlers.clear()
    try:
        yield
    finally:
        for logger, handlers in zip(loggers, before, strict=True):
            logger.handlers[:] = handlers


def has_library(compression: MeshCompression) -> bool:
    """Whether Blender has the library that compresses meshes; from 5.2 on it has one more, and looks elsewhere."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            from io_scene_gltf2.io.com.library import dll_exists
        except ImportError:
            if compression != "DRACO":
                return False
            from io_scene_gltf2.io.com.draco import dll_exists as draco_exists

            return bool(draco_exists(quiet=True))
        return bool(dll_exists(_FILES[compression], LIBRARIES[compression]))
