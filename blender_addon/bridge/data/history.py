"""The edit history of a data-block: a short list of steps, stored as a custom property on it."""

from __future__ import annotations

import json
import time

import bpy

from ml_core.provenance.history import HistoryStep, recorded, steps_of
from ml_core.version import __version__

from .identity import keep_in_overrides, put
from .stored_values import stored_text

HISTORY_KEY = "atelier_history"


def record(block: bpy.types.ID, action: str) -> None:
    """Note that ``action`` (see :data:`ml_core.provenance.history.ACTIONS`) was done to ``block`` just now; repeating
    the last action only updates its time. Linked data stays as it is."""
    if not block.is_editable:
        return
    step = HistoryStep(action, __version__, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    steps = recorded(history_of(block), step)
    put(block, HISTORY_KEY, json.dumps([item.to_list() for item in steps], separators=(",", ":")))
    if isinstance(block, bpy.types.Object):
        keep_in_overrides(block, HISTORY_KEY)


def history_of(block: bpy.types.ID) -> list[HistoryStep]:
    """The steps stored on ``block``, oldest first; a file of unknown origin may claim any."""
    return steps_of(stored_text(block, HISTORY_KEY))
