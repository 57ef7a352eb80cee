"""What the builders of constructions share: a command on the objects that a sentence names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrase
from ml_core.vocabulary.commands import SceneCommand, Term

Values = Mapping[str, Any]
"""Values of the slots of a construction, by their names."""
EVERYTHING = (Term("everything"),)
BESIDE = ("on", "under", "above", "in", "next_to", "left_of", "right_of", "in_front_of", "behind", "around", "near",
          "against")  # fmt: skip
"""Relations to one other thing."""


def command(action: str, objects: NounPhrase | None, **values: Any) -> SceneCommand:
    terms, excluded = (objects.terms, objects.excluded) if objects is not None else ((), ())
    return SceneCommand(action, terms, excluded, **values)  # type: ignore[arg-type]


def simple(action: str, **fixed: Any) -> Callable[[Values], list[SceneCommand]]:
    """A command on ``objects`` with what the other slots say."""

    def build(values: Values) -> list[SceneCommand]:
        said = dict(fixed)
        if "anchors" in values:
            said["anchors"] = values["anchors"].terms
        for name in ("relation", "color", "direction"):
            if name in values:
                said[name] = values[name]
        if "axis" in values:
            said["direction"] = values["axis"]
        for name in ("length", "angle"):
            if name in values:
                said |= {"amount": values[name].value, "unit": values[name].unit}
        return [command(action, values.get("objects"), **said)]

    return build
