"""Blender's own glTF add-on: its available libraries, and the loggers shared by its import and export."""

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
    """Inside the block, each line is logged once; afterward the loggers have the same handlers as before.

    The add-on only removes its handlers on success. Those left by any failed import or export would repeat every later
    line, and write to streams that may be closed by now.
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
    """Whether Blender has the library that compresses meshes; from 5.2 on there is one more, in another location."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            from io_scene_gltf2.io.com.library import dll_exists
        except ImportError:
            if compression != "DRACO":
                return False
            from io_scene_gltf2.io.com.draco import dll_exists as draco_exists

            return bool(draco_exists(quiet=True))
        return bool(dll_exists(_FILES[compression], LIBRARIES[compression]))
