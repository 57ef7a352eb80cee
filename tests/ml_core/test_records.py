"""Records read from JSON of strangers: each value is what its field says, or the error names the field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from ml_core.errors import InputError
from ml_core.inference.session import read_card
from ml_core.inference.textures.layers import layers_from_json
from ml_core.inference.textures.people import Person
from ml_core.records import is_number, is_whole, read_record
from ml_core.vocabulary.training_runs import read_job, read_status
from ml_core.vocabulary.traits import AvatarTraits

HOSTILE: list[Any] = [None, True, -1, 10**30, 0.5, -1e300, "", "x" * 100, [], [1], {}, {"a": []}, [[[]]]]


@dataclass(frozen=True)
class Inner:
    width: int = 3


@dataclass(frozen=True)
class Outer:
    name: str
    share: float = 0.0
    sizes: tuple[int, ...] = ()
    pair: tuple[float, float] = (0.0, 1.0)
    seed: int | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    inner: Inner = field(default_factory=Inner)
    kind: Literal["box", "ball"] = "box"
    anything: Any = None


def test_a_record_comes_back_with_its_types() -> None:
    values = {"name": "a", "share": 1, "sizes": [1, 2], "pair": [1, 2.5], "seed": None, "inner": {"width": 7}}
    assert read_record(values, Outer, "file") == Outer("a", 1, (1, 2), (1, 2.5), None, {}, Inner(7))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": 3}, "file: name: 3 is not a text"),
        ({"name": None}, "file: name"),
        ({"share": "0.5"}, "file: share"),
        ({"share": True}, "file: share"),
        ({"sizes": [1, 2.5]}, "file: sizes"),
        ({"sizes": "12"}, "file: sizes"),
        ({"sizes": [10**30]}, "file: sizes"),
        ({"pair": [1]}, "expected 2 values, got 1"),
        ({"seed": "7"}, "file: seed"),
        ({"figures": {"loss": "low"}}, "file: figures: loss"),
        ({"inner": {"width": []}}, "file: inner: width"),
        ({"inner": 3}, "file: inner: expected an object"),
        ({"kind": "cone"}, "file: kind: 'cone' is not one of box, ball"),
        ({"kind": True}, "file: kind"),
        ({"kind": []}, "file: kind"),
        ({"other": 1}, "other not known"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        read_record({"name": "a"} | change, Outer, "file")


def test_lost_and_newer_names() -> None:
    with pytest.raises(InputError, match="file: lacks name"):
        read_record({}, Outer, "file")
    with pytest.raises(InputError, match="expected an object"):
        read_record([1], Outer, "file")
    assert read_record({"name": "a", "newer": 1}, Outer, "file", ignore_unknown=True) == Outer("a")


def test_numbers_are_finite_and_in_range() -> None:
    assert is_number(0.5, 0, 1)
    assert is_number(1, 0, 1)
    assert not any(is_number(one, 0, 1) for one in (float("nan"), float("inf"), 10**400, True, "1", None, 1.01))
    assert not any(is_whole(one) for one in (1.0, True, 2**63, "1", None))


def _job(folder: Path, values: object) -> None:
    (folder / "job.json").write_text(json.dumps(values))
    read_job(folder)


def _status(folder: Path, values: object) -> None:
    (folder / "status.json").write_text(json.dumps(values))
    read_status(folder)


def _card(folder: Path, values: object) -> None:
    (folder / "card.json").write_text(json.dumps(values))
    read_card(folder / "card.json")


READERS: dict[str, tuple[Callable[[Path, Any], Any], dict[str, Any]]] = {
    "traits": (lambda _, v: AvatarTraits.from_json(json.dumps(v)), AvatarTraits(
        "#8d5524", "#000000", "#000000", "#000000", "#000000", "medical", 0.5, 1.7, 0.5, {"age": 0.5}, "bun", 1.0, 7
    ).to_dict()),
    "person": (lambda _, v: Person.from_json(json.dumps(v)), {"name": "Ada", "seed": 1, "traits": {"build": 0.5}}),
    "layers": (lambda _, v: layers_from_json(json.dumps([v])), {
        "kind": "scar", "amount": 0.5, "color": "#112233", "seed": 1, "image": "a.png", "chart": "head", "x": 0.5,
        "y": 0.5, "size": 0.1, "rotation": 10.0, "on": False,
    }),
    "job": (_job, {"what": "textures", "data": ".", "length": "short", "steps": 1, "threads": 1}),
    "status": (_status, {"state": "training", "share": 0.5, "figures": {"a": 1.0}, "time": 1.0, "pid": 3}),
    "card": (_card, {}),
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_readers_take_the_good_and_name_the_bad(tmp_path: Path, reader: str) -> None:
    read, good = READERS[reader]
    read(tmp_path, good)
    for name in good:
        for value in HOSTILE:
            with suppress(InputError):
                read(tmp_path, good | {name: value})
    for value in HOSTILE:
        if not isinstance(value, dict):
            with pytest.raises(InputError):
                read(tmp_path, value)
    for text in ("", "{", "[" * 9999, '{"seed": 1e999}', '{"name": "\\ud800", "seed": 1, "traits": {}}'):
        with pytest.raises(InputError):
            Person.from_json(text)
