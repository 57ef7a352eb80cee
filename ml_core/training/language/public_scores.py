"""The tagger on a public benchmark: intents and slots of SNIPS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ml_core.datasets.language.public import snips_examples
from ml_core.inference.language.understanding.tagging.spans import spans_of

from .data import groups_of
from .results import network_of


def snips_scores(run: Path, data: Path) -> dict[str, Any]:
    """Intent accuracy and F1 of whole slots on the validation sentences, of a run that was trained on SNIPS.

    The published joint model has 97.0 and 88.8 (Goo et al. 2018), from 13,084 training sentences.
    """
    network, words, _ = network_of(run)
    examples = snips_examples(data, "validate")
    vocabulary = {word: index for index, word in enumerate(words["words"])}
    right = hits = found = wanted = 0
    for group in groups_of(examples, list(vocabulary), words["tags"], words["domains"], most=200):
        with torch.no_grad():
            tags, domains = network(
                torch.from_numpy(group.words.astype("int64")), torch.from_numpy(group.grams.astype("int64")),
                torch.from_numpy(group.features.astype("float32")),
            )  # fmt: skip
        right += int((domains.argmax(-1).numpy() == group.domains).sum())
        for shares, truth in zip(torch.softmax(tags, -1).numpy(), group.tags, strict=True):
            pieces = [None] * len(truth)
            got = {(span.kind, span.start, span.end) for span in spans_of(pieces, shares, words["tags"])}  # type: ignore[arg-type]
            want = _spans([words["tags"][index] for index in truth])
            hits, found, wanted = hits + len(got & want), found + len(got), wanted + len(want)
    precision, recall = hits / max(found, 1), hits / max(wanted, 1)
    return {
        "training_sentences": len(snips_examples(data, "train")),
        "validation_sentences": len(examples),
        "intent_accuracy": round(right / len(examples), 4),
        "slot_f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
    }


def _spans(tags: list[str]) -> set[tuple[str, int, int]]:
    spans: list[tuple[str, int, int]] = []
    for place, tag in enumerate(tags):
        if tag.startswith("B-"):
            spans.append((tag[2:], place, place + 1))
        elif tag.startswith("I-") and spans and spans[-1][2] == place:
            spans[-1] = (spans[-1][0], spans[-1][1], place + 1)
    return set(spans)
