"""A layout that writes down what is drawn into it, for panels and menus without a window."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import bpy


def strict(method: Callable[..., Any]) -> Callable[..., Any]:
    """``method``, which takes only the keywords that Blender's own of its name takes."""

    @functools.wraps(method)
    def call(self: Drawn, *rest: Any, **more: Any) -> Any:
        known = {one.identifier for one in bpy.types.UILayout.bl_rna.functions[method.__name__].parameters}
        assert set(more) <= known, f"UILayout.{method.__name__}() takes no {sorted(set(more) - known)}"
        return method(self, *rest, **more)

    return call


class Drawn:
    """Takes the place of ``UILayout``: ``buttons`` are operators with the options given to them, ``texts`` labels."""

    def __init__(self, parent: Drawn | None = None) -> None:
        self.buttons: list[tuple[str, SimpleNamespace]] = parent.buttons if parent is not None else []
        self.texts: list[str] = parent.texts if parent is not None else []
        self.menus: list[str] = parent.menus if parent is not None else []
        self.bars: list[str] = parent.bars if parent is not None else []

    @strict
    def row(self, *_: Any, **__: Any) -> Drawn:
        return Drawn(self)

    @strict
    def column(self, *_: Any, **__: Any) -> Drawn:
        return Drawn(self)

    @strict
    def split(self, *_: Any, **__: Any) -> Drawn:
        return Drawn(self)

    @strict
    def box(self) -> Drawn:
        return Drawn(self)

    @strict
    def grid_flow(self, *_: Any, **__: Any) -> Drawn:
        return Drawn(self)

    @strict
    def operator(self, name: str, text: str = "", **_: Any) -> SimpleNamespace:
        options = SimpleNamespace()
        self.buttons.append((name, options))
        self.texts.append(text)
        return options

    @strict
    def label(self, text: str = "", **_: Any) -> None:
        self.texts.append(text)

    @strict
    def menu(self, name: str, **_: Any) -> None:
        self.menus.append(name)

    @strict
    def progress(self, text: str = "", **_: Any) -> None:
        self.bars.append(text)

    @strict
    def prop(self, *_: Any, **__: Any) -> None: ...

    @strict
    def prop_enum(self, *_: Any, **__: Any) -> None: ...

    @strict
    def template_list(self, *_: Any, **__: Any) -> None: ...

    @strict
    def separator(self, **_: Any) -> None: ...

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.buttons]
