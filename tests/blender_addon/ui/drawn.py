"""A layout that writes down what is drawn into it, for panels and menus without a window."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class Drawn:
    """Takes the place of ``UILayout``: ``buttons`` are operators with the options given to them, ``texts`` labels."""

    def __init__(self, parent: Drawn | None = None) -> None:
        self.buttons: list[tuple[str, SimpleNamespace]] = parent.buttons if parent is not None else []
        self.texts: list[str] = parent.texts if parent is not None else []
        self.menus: list[str] = parent.menus if parent is not None else []
        self.bars: list[str] = parent.bars if parent is not None else []

    def _part(self, *_: Any, **__: Any) -> Drawn:
        return Drawn(self)

    row = column = split = box = grid_flow = _part

    def operator(self, name: str, text: str = "", **_: Any) -> SimpleNamespace:
        options = SimpleNamespace()
        self.buttons.append((name, options))
        self.texts.append(text)
        return options

    def label(self, text: str = "", **_: Any) -> None:
        self.texts.append(text)

    def menu(self, name: str, **_: Any) -> None:
        self.menus.append(name)

    def progress(self, text: str = "", **_: Any) -> None:
        self.bars.append(text)

    def prop(self, *_: Any, **__: Any) -> None: ...

    def separator(self, **_: Any) -> None: ...

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.buttons]
