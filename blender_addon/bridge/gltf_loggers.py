"""The loggers that the import and the export of Blender's glTF add-on share, and in which a failure leaves handlers."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

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
