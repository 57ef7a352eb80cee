"""Converts positions and directions in VRM data from one space to another."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from mathutils import Matrix, Vector

from ml_core.vrm.blocks import Blocks
from ml_core.vrm.kinds import EXTENDED_COLLIDER

Place = Callable[[Sequence[float]], list[float]]
_LETTERS = "XYZ"
_UPRIGHT = 0.985  # cosine of 10°: how near a turned axis has to be to one that a constraint can name


def with_places(
    blocks: Blocks, moves: Mapping[int, Place], turn: Place, size: Callable[[int], float]
) -> tuple[Blocks, list[str]]:
    """Return a copy with all positions converted, and what cannot be expressed in the new space.

    Args:
        moves: for each bone, by the index that ``blocks`` use, from its old space to its new one; a linear map.
        turn: the same for directions of the world. size: scale factor of lengths in a bone's space.
    """
    made: Blocks = copy.deepcopy(blocks)
    lost: list[str] = []
    head = made.get("humanBones", {}).get("head", {}).get("node")
    look = made.get("lookAt", {})
    if "offsetFromHeadBone" in look and head in moves:
        look["offsetFromHeadBone"] = moves[head](look["offsetFromHeadBone"])
    for collider in made.get("colliders", []):
        bone = collider["node"]
        if bone not in moves:
            continue
        for shape in _shapes(collider):
            for key in [key for key in ("offset", "tail", "normal") if key in shape]:
                moved = moves[bone](shape[key])
                shape[key] = _unit(moved) if key == "normal" else moved
            if "radius" in shape:
                shape["radius"] *= size(bone)
    for spring in made.get("springs", []):
        for joint in spring["joints"]:
            if "tail" in joint and joint["node"] in moves:
                joint["tail"] = moves[joint["node"]](joint["tail"])
            if "gravityDir" in joint:
                joint["gravityDir"] = _unit(turn(joint["gravityDir"]))
            if "hitRadius" in joint:
                joint["hitRadius"] *= size(joint["node"])
    made["constraints"] = [item for item in made.get("constraints", []) if _turned(item, moves, lost)]
    if not made["constraints"]:
        del made["constraints"]
    return made, lost


def _shapes(collider: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from collider["shape"].values()
    yield from collider.get("extensions", {}).get(EXTENDED_COLLIDER, {}).get("shape", {}).values()


def _turned(constraint: dict[str, Any], moves: Mapping[int, Place], lost: list[str]) -> bool:
    """Renames the axes of a constraint; false if its bone is rotated so that none fits."""
    move = moves.get(constraint["node"])
    if move is None:
        return True
    for kind, key in (("roll", "rollAxis"), ("aim", "aimAxis")):
        inner = constraint["constraint"].get(kind)
        if inner is None:
            continue
        named = _axis_after(inner[key][-1], inner[key].startswith("Negative"), move)
        if named is None:
            lost.append(f"constraints[{constraint['node']}].{kind}")
            return False
        letter, is_negative = named
        inner[key] = letter if kind == "roll" else ("Negative" if is_negative else "Positive") + letter
    return True


def named_axis(letter: str, is_negative: bool, turn: Matrix | None) -> tuple[str, bool] | None:
    """The letter of an axis after ``turn`` (3, 3), and whether it is the negative one; ``None`` if none is near."""
    if turn is None:
        return letter, is_negative
    return _axis_after(letter, is_negative, lambda way: list(turn @ Vector(way)))


def _axis_after(letter: str, is_negative: bool, move: Place) -> tuple[str, bool] | None:
    axis = np.zeros(3)
    axis[_LETTERS.index(letter)] = -1 if is_negative else 1
    moved = np.array(_unit(move(axis.tolist())))
    number = int(np.abs(moved).argmax())
    return (_LETTERS[number], bool(moved[number] < 0)) if abs(moved[number]) >= _UPRIGHT else None


def _unit(way: Sequence[float]) -> list[float]:
    length = float(np.linalg.norm(way))
    return [float(item) / length for item in way] if length > 1e-9 else [0.0, 0.0, 0.0]
