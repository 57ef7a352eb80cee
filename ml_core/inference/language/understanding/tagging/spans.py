"""Tags of the network as spans: the most likely sequence of tags in which no span continues without having begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.inference.language.understanding.tagging.pieces import Piece

OUTSIDE = "O"


@dataclass(frozen=True)
class Span:
    """``pieces`` of one ``kind``, such as ``act:hide``, ``OBJ`` or ``d:hair``, from piece ``start`` to ``end``.

    ``confidence`` is the least chance that the network gave one of its pieces.
    """

    kind: str
    start: int
    end: int
    pieces: tuple[Piece, ...]
    confidence: float = 1.0

    @property
    def text(self) -> str:
        """As it was written, single spaces between words."""
        return joined(self.pieces)

    @property
    def key(self) -> str:
        """In the spelling of the tables."""
        return joined(self.pieces, lambda piece: piece.key)

    @property
    def action(self) -> str:
        return self.kind.removeprefix("act:") if self.kind.startswith("act:") else ""


def joined(pieces: Sequence[Piece], text=lambda piece: piece.text) -> str:
    """Pieces with the gaps that they had, as one space."""
    parts: list[str] = []
    for number, piece in enumerate(pieces):
        is_apart = number and piece.start > pieces[number - 1].end
        parts.append(f" {text(piece)}" if is_apart else text(piece))
    return "".join(parts).strip()


def best_tags(shares: NDArray[np.float32], tags: Sequence[str]) -> NDArray[np.int64]:
    """Viterbi over log shares (N, K): a tag ``I-x`` follows ``B-x`` or ``I-x`` alone."""
    allowed = transitions(tuple(tags))
    scores = np.log(np.maximum(shares, 1e-9))
    starts = np.array([not tag.startswith("I-") for tag in tags])
    best = np.where(starts, scores[0], -1e9)
    back = np.zeros(shares.shape, np.int64)
    for place in range(1, len(shares)):
        rows = np.where(allowed, best[:, None], -1e9)
        back[place] = rows.argmax(0)
        best = rows.max(0) + scores[place]
    path = [int(best.argmax())]
    for place in range(len(shares) - 1, 0, -1):
        path.append(int(back[place, path[-1]]))
    return np.array(path[::-1])


_TRANSITIONS: dict[tuple[str, ...], NDArray[np.bool_]] = {}


def transitions(tags: tuple[str, ...]) -> NDArray[np.bool_]:
    """(K, K): whether the second tag may follow the first."""
    if tags not in _TRANSITIONS:
        kinds = np.array([tag[2:] for tag in tags])
        goes_on = np.array([tag.startswith("I-") for tag in tags])
        _TRANSITIONS.clear()
        _TRANSITIONS[tags] = ~goes_on[None, :] | (kinds[:, None] == kinds[None, :])
    return _TRANSITIONS[tags]


def spans_of(pieces: Sequence[Piece], shares: NDArray[np.float32], tags: Sequence[str]) -> list[Span]:
    """The spans of a sentence in order, those outside of everything left out."""
    path = best_tags(shares, tags)
    sure = shares[np.arange(len(path)), path]
    spans: list[Span] = []
    for place, index in enumerate(path):
        tag = tags[index]
        if tag == OUTSIDE:
            continue
        last = spans[-1] if spans else None
        if tag.startswith("I-") and last is not None and last.end == place and last.kind == tag[2:]:
            spans[-1] = Span(
                last.kind,
                last.start,
                place + 1,
                (*last.pieces, pieces[place]),
                min(last.confidence, float(sure[place])),
            )
        else:
            spans.append(Span(tag[2:], place, place + 1, (pieces[place],), float(sure[place])))
    return spans
