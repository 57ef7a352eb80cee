"""Follows the artist's edits: a timer for the main thread, a worker thread, and handlers of the file's events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import bpy

T = TypeVar("T")


@dataclass
class Follower:
    """Works between :meth:`register` and :meth:`unregister` of the extension.

    Args:
        name: of the worker's thread.
        tick: the timer's function; returns the seconds until it is called again, or ``None`` to rest.
        handlers: by the name of the list in ``bpy.app.handlers``; each is decorated as persistent.
    """

    name: str
    tick: Callable[[], float | None]
    handlers: Mapping[str, Callable[..., None]]
    _worker: ThreadPoolExecutor | None = field(default=None, repr=False)

    def register(self) -> None:
        for event, handler in self.handlers.items():
            getattr(bpy.app.handlers, event).append(handler)

    def unregister(self) -> None:
        for event, handler in self.handlers.items():
            getattr(bpy.app.handlers, event).remove(handler)
        if bpy.app.timers.is_registered(self.tick):
            bpy.app.timers.unregister(self.tick)
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
            self._worker = None

    def wake(self) -> None:
        """Start the timer unless it runs already."""
        if not bpy.app.timers.is_registered(self.tick):
            bpy.app.timers.register(self.tick, first_interval=0.0)

    def submit(self, function: Callable[..., T], *args: Any) -> Future[T]:
        """Call ``function`` in the worker thread, one call after another."""
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix=self.name)
        return self._worker.submit(function, *args)
