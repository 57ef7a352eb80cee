"""The state of Atelier while Blender runs: in one place, from register to unregister.

A module defines its state as a class and gets the instance by :func:`part`, which creates it on first use. State of the
open file derives from :class:`OfFile`, and is recreated after another file was loaded.
"""

from __future__ import annotations

from typing import Any, TypeVar

import bpy

Part = TypeVar("Part")


class OfFile:
    """Base class of parts that belong to the open file."""


class Session:
    """The parts by class. The method ``end`` of a part, if it has one, is called when it is dropped."""

    def __init__(self) -> None:
        self._parts: dict[type, Any] = {}

    def part(self, kind: type[Part]) -> Part:
        if kind not in self._parts:
            self._parts.setdefault(kind, kind())
        return self._parts[kind]

    def drop(self, kind: type) -> None:
        """Drop the part of this class; the next request creates a new one."""
        part = self._parts.pop(kind, None)
        if hasattr(part, "end"):
            part.end()

    def leave_file(self) -> None:
        for kind in [kind for kind in self._parts if issubclass(kind, OfFile)]:
            self.drop(kind)

    def end(self) -> None:
        for kind in reversed(list(self._parts)):
            self.drop(kind)


# The owner is the extension: register begins it, unregister ends it.
_session = Session()


def part(kind: type[Part]) -> Part:
    """This session's object of ``kind``."""
    return _session.part(kind)


def drop(kind: type) -> None:
    _session.drop(kind)


def leave_file() -> None:
    """Forget what belongs to the open file."""
    _session.leave_file()


@bpy.app.handlers.persistent
def _after_load(*_: Any) -> None:
    leave_file()


def register() -> None:
    bpy.app.handlers.load_post.append(_after_load)


def unregister() -> None:
    bpy.app.handlers.load_post.remove(_after_load)
    _session.end()
