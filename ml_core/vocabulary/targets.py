"""The targets of an export by their ids, in the order of the menu.

What a target wants stands in the exporter's profiles; what people call it, in the command words of each language.
"""

from __future__ import annotations

TARGETS: tuple[str, ...] = ("unity", "unreal", "godot", "web", "vrm", "usd")
