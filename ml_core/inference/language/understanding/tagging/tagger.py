"""The trained tagger: spans and domain of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.inference.language.understanding.tagging.encoding import BUCKETS, Encoded, encode
from ml_core.inference.language.understanding.tagging.gazetteer import CLASSES, Extra, Phrases
from ml_core.inference.language.understanding.tagging.pieces import Piece, split
from ml_core.inference.language.understanding.tagging.spans import Span, spans_of
from ml_core.inference.session import open_with_card
from ml_core.weights import WEIGHTS_FOLDER

SHIPPED = WEIGHTS_FOLDER / "language.onnx"


@dataclass(frozen=True)
class Tagged:
    """Spans in order; ``domain`` is ``command``, ``describe`` or ``other``, with the chance of each in ``domains``."""

    spans: list[Span]
    domain: str
    domains: dict[str, float]


class Tagger:
    """The network with its vocabulary. ``features`` of the card maps its classes to today's, so that a class that was
    added later is simply not seen."""

    def __init__(self, session: Any, card: dict[str, Any]) -> None:
        self._session = session
        self.words: dict[str, int] = {word: index for index, word in enumerate(card["words"])}
        self.verbs: dict[str, list[str]] = card["verbs"]
        self._phrases = {kind: Phrases((word, kind) for word in words) for kind, words in card["phrases"].items()} | {
            "verb": Phrases((word, word) for word in self.verbs)
        }
        self.verb_words: dict[str, set[str]] = {}
        for phrase, actions in self.verbs.items():
            for action in actions:
                self.verb_words.setdefault(action, set()).update(piece.key for piece in split(phrase))
        self.plain_verbs = frozenset(word for word in self.verbs if word.isascii() and word.isalpha())
        self._tags: list[str] = card["tags"]
        self._domains: list[str] = card["domains"]
        places = {name: place for place, name in enumerate(CLASSES)}
        chosen = [places.get(name, -1) for name in card["classes"]]
        self._columns = [*chosen, *(place + len(CLASSES) if place >= 0 else -1 for place in chosen)]

    @classmethod
    def load(cls, path: Path | str = SHIPPED) -> Tagger:
        """Raises :class:`ml_core.errors.InputError` where the weights or their card are missing or damaged."""
        needed = {"words": list, "tags": list, "domains": list, "classes": list, "verbs": dict, "phrases": dict}
        return cls(*open_with_card(path, needed, "cpu"))

    def phrases(self, kind: str) -> Phrases | None:
        """What may stand in a slot of a closed class of words, and for ``verb`` all verbs; ``None`` for other slots."""
        return self._phrases.get(kind)

    def tag(self, pieces: Sequence[Piece], extra: Extra | None = None) -> Tagged:
        """Tag the pieces of a sentence.

        Args:
            extra: phrases of the scene with their class, such as labels that the artist taught.
        """
        tag_shares, domain_shares = self.shares(encode(pieces, self.words, extra))
        domains = {name: float(share) for name, share in zip(self._domains, domain_shares, strict=True)}
        spans = spans_of(pieces, tag_shares, self._tags)
        return Tagged(spans, max(domains, key=lambda name: domains[name]), domains)

    def shares(self, encoded: Encoded) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Chances of the tags (N, K) and of the domains (D,)."""
        padded = np.concatenate([encoded.features, np.zeros((len(encoded.features), 1), np.float32)], axis=1)
        inputs = {
            "words": encoded.words[None],
            "grams": (encoded.grams % BUCKETS)[None],
            "features": np.ascontiguousarray(padded[:, self._columns])[None],
        }
        tags, domains = self._session.run(["tags", "domains"], inputs)
        return _softmax(tags[0]), _softmax(domains[0])


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), np.float32)
