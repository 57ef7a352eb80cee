"""Runs one call of a tool: checks its arguments, executes it, and reports in a sentence what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import AtelierError, InputError

from .arguments import read_arguments
from .tools import TOOLS, Workplace

_log = logging.getLogger(__name__)


def call(name: str, arguments: Mapping[str, Any] | None, folder: Path) -> dict[str, Any]:
    """The answer of a tool, ``{"result": ...}`` or ``{"error": ...}``; runs in Blender's main thread.

    Args:
        folder: the folder that all paths are relative to and must stay within.
    """
    try:
        tool = TOOLS.get(name)
        if tool is None:
            raise InputError("{name}: there is no such tool; those are {known}", name=name[:60], known=", ".join(TOOLS))
        given = read_arguments(arguments or {}, tool.arguments, name)
        return {"result": tool.do(Workplace(bpy.context, folder), given)}
    except AtelierError as error:
        return {"error": str(error)}
    except OSError as error:  # a full disk, a folder that is gone
        return {"error": f"{name}: {Path(error.filename or 'a file').name}: {error.strerror or error}"}
    except Exception as error:  # noqa: BLE001 - a fault of ours: the caller hears its kind, the log has all of it
        _log.exception("%s failed", name)
        return {"error": f"{name}: {type(error).__name__}; the log of Blender has the details"}
