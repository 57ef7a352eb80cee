"""Typed commands: the steps that a sentence performs in a scene."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

Action = Literal[
    "select", "hide", "show", "delete", "keep", "label", "apply_labels", "rename", "sort", "export", "generate",
    "deselect", "isolate", "duplicate", "move", "rotate", "scale", "place", "align", "distribute", "recolor", "swap",
    "add", "collect", "count", "measure", "frame", "light", "render", "save", "undo", "redo", "dress", "undress",
    "adjust", "act",
]  # fmt: skip
ACTIONS: tuple[str, ...] = get_args(Action)
DESTRUCTIVE = ("delete", "swap")
"""Actions that take something out of the scene: they ask before, and in scripts need ``confirm=True``."""
EVERYTHING = "everything"
REST = "rest"

TermKind = Literal["everything", "label", "group", "avatar", "name", "them", "type", "collection"]
Among = Literal["", "selected", "unselected", "visible", "hidden", "rest"]
ObjectType = Literal["light", "camera", "mesh", "empty", "armature", "curve", "text"]
ADDED_TYPES: tuple[ObjectType, ...] = ("light", "camera")
"""What ``add`` makes by itself; anything else is copied from an asset or from the scene."""
Relation = Literal[
    "on", "under", "above", "in", "next_to", "left_of", "right_of", "in_front_of", "behind", "between", "around",
    "near",
    "facing", "row", "against", "floor", "grid", "center", "within", "wall", "corner", "swapped", "towards", "away",
    "stacked", "more", "less",
]  # fmt: skip
Direction = Literal["up", "down", "left", "right", "forward", "back", "x", "y", "z", "length", "clockwise",
                    "counterclockwise"]  # fmt: skip
Superlative = Literal[
    "largest", "smallest", "tallest", "shortest", "widest", "narrowest", "leftmost", "rightmost", "frontmost",
    "rearmost", "highest", "lowest", "nearest", "farthest", "big", "small",
]  # fmt: skip
"""``big`` and ``small`` compare with the middle one of its kind; all others choose from the end of an order."""
Unit = Literal["", "m", "deg", "factor"]
SHADES = ("darker", "lighter", "richer", "paler", "toward")
"""What ``recolor`` shifts colors to, by its amount: richer and paler are more and less saturated, toward a color."""
A_BIT, PLAINLY, MUCH = 0.25, 0.5, 0.8
"""How far a color is shifted."""
Element = Literal["faces", "triangles", "vertices"]


@dataclass(frozen=True)
class Term:
    """One part of an object phrase.

    Args:
        kind: ``everything``; ``label`` and ``group`` (of labels), whose id is ``value``; ``avatar`` (made by Atelier;
            ``value`` man or woman where that is said); ``name``, where ``value`` is an object's name; ``them``: the
            objects of the step before, or the selected ones; ``type``: objects of one of :data:`ObjectType`;
            ``collection``, where ``value`` is its name.
        among: only those that are selected or not, visible or hidden, or (``rest``) that no earlier step named.
        is_single: the words name one object, such as "the chair"; more than one match is ambiguous.
        color: only those of about this color, sRGB hex. substance: only those made of it, an id of
            :mod:`ml_core.vocabulary.scene.substances`. superlative: how they are ordered. ordinal: only the n-th of
            them, from 1, or from the end where it is negative. count: so many of them, in their order.
        relation: only those that stand so to ``anchors``. floor needs none. With ``nearest`` and ``farthest``, ``near``
            means that they are ordered by the distance to ``anchors``. distance: meters around ``anchors``, of within.
        side, over, under: only those whose extent along ``side`` (x, y or z; the longest where it is empty) is more
            than ``over`` meters, or less than ``under``. every: only the first of so many, the first of the next, …;
            1 is each of them by itself.
        word: the noun as it was said, where it is narrower than its label. said: a noun that may tell one sort of its
            label from others, such as coffee table; things that are called so are meant before all of the label.
            Of what is selected: a word for more than one, such as they.
    """

    kind: TermKind
    value: str = ""
    among: Among = ""
    is_single: bool = False
    color: str = ""
    substance: str = ""
    superlative: str = ""
    ordinal: int = 0
    count: int = 0
    relation: str = ""
    anchors: tuple[Term, ...] = ()
    word: str = ""
    distance: float = 0.0
    side: Literal["", "x", "y", "z"] = ""
    over: float = 0.0
    under: float = 0.0
    every: int = 0
    said: str = field(default="", compare=False)

    @property
    def is_narrowed(self) -> bool:
        """Whether it means only some of its kind."""
        return bool(
            self.color or self.substance or self.relation or self.superlative or self.ordinal or self.count
            or self.over or self.under or self.every
        )  # fmt: skip

    def __str__(self) -> str:
        head = (
            self.among or EVERYTHING if self.kind == "everything" else f"{self.among} {self.value or self.kind}".strip()
        )
        marks = [
            self.color,
            self.substance,
            self.superlative,
            f"#{self.ordinal}" * bool(self.ordinal),
            f"x{self.count}" * bool(self.count),
            f"every #{self.every}" * (self.every > 1),
            f"{self.side} > {self.over:g} m".strip() * bool(self.over),
            f"{self.side} < {self.under:g} m".strip() * bool(self.under),
        ]
        place = f"{self.relation} {self.distance:g} m" if self.distance else self.relation
        marks += [f"{place} {'+'.join(map(str, self.anchors))}".strip()] if self.relation else []
        shown = " ".join(mark for mark in marks if mark)
        return f"{head}[{shown}]" if shown else head


@dataclass(frozen=True)
class SceneCommand:
    """One step of a sentence.

    Args:
        action: what to do. ``keep`` does nothing by itself: it takes its objects out of every step whose action is
            in ``protects``.
        terms: which objects, together; empty for ``generate`` and for actions on the whole scene.
        excluded: objects to leave out of ``terms``.
        targets: ids of the engines of an export.
        text: the description of an avatar to generate or to change, a new name, a collection, a look of
            :mod:`ml_core.vocabulary.scene.looks`, a view, the size of a picture ("1920x1080"), what ``count`` counts of
            the objects (one of :data:`Element`), an asset to add or to swap for, the folder of an export within the
            chosen one, garments, the finish that ``recolor`` gives or one of :data:`SHADES`, or the plan of ``act``
            (:mod:`ml_core.vocabulary.motion.steps`), whose targets are ``anchors`` in their order. ``by`` makes an
            amount of ``scale`` what is added to a side.
        relation, anchors: where ``place``, ``add``, ``duplicate``, ``move`` and ``align`` put the objects; without a
            relation, whose size ``scale`` and whose color ``recolor`` takes over. With ``more`` and ``less``,
            ``measure`` compares the objects with ``anchors``.
        direction: one of :data:`Direction`, where length is the longer horizontal side; for ``wall`` and ``corner`` the
            side of the room. amount, unit: meters, degrees or a factor; for ``light`` the one by which lights get
            brighter.
        color: sRGB hex. count: copies to make, objects to add, or steps to undo.
        instead: the garments that ``dress`` takes off for others, in words.
        switches: ``hide`` and ``show`` turn lights off and on, and leave the lamps that have them in sight.
    """

    action: Action
    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    targets: tuple[str, ...] = ()
    text: str = ""
    protects: tuple[Action, ...] = ()
    relation: str = ""
    anchors: tuple[Term, ...] = ()
    direction: str = ""
    amount: float | None = None
    unit: Unit = ""
    color: str = ""
    count: int = 0
    instead: str = ""
    switches: bool = False

    @property
    def what(self) -> str:
        """The objects in short, such as ``chair``, ``rest`` or ``chair, table``."""
        return ", ".join(map(str, self.terms))

    @property
    def target(self) -> str:
        """The targets in short, such as ``unity`` or ``unity, godot``."""
        return ", ".join(self.targets)

    def __str__(self) -> str:
        """All of it in one line, such as ``move chair[#2] | up 0.5 m``."""
        parts = [
            " ".join(filter(None, [self.action, ", ".join(f"{term}{'!' * term.is_single}" for term in self.terms)]))
        ]
        if self.excluded:
            parts.append("except " + ", ".join(map(str, self.excluded)))
        if self.relation or self.anchors:
            parts.append(f"{self.relation} {', '.join(map(str, self.anchors))}".strip())
        amount = f"{self.amount:g} {self.unit}".strip() if self.amount is not None else ""
        if self.direction or amount:
            parts.append(f"{self.direction} {amount}".strip())
        parts += [self.color] * bool(self.color) + [f"x{self.count}"] * bool(self.count)
        parts += [f"> {self.target}"] * bool(self.targets) + [repr(self.text)] * bool(self.text)
        parts += [f"instead of {self.instead!r}"] * bool(self.instead)
        return " | ".join(parts)


_NUMBERS = re.compile(r"(?:[\s._-]*\d+)+$")


def name_stem(name: str) -> str:
    """The name of an object without its numbers, in lower case: "picture frame" of ``Picture_Frame.002``."""
    return _NUMBERS.sub("", name).replace("_", " ").casefold().strip()
