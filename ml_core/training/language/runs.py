"""Training and score sets for a run of the language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml_core.datasets.language.grammar import Draft, Segment
from ml_core.datasets.language.public import INTENTS, clinc_sentences, snips_examples
from ml_core.datasets.language.sampling import DOMAINS, Example, labeled, sentences
from ml_core.inference.language.understanding.tagging.encoding import BUCKETS

from .data import Group, groups_of, tags_of, vocabulary_of
from .trainer import LanguageTrainingConfig

WORDS = "words.json"
"""In the run folder: the vocabulary, the tags and the domains."""
_SCORED = 2000


@dataclass
class Sets:
    """Groups to train on and to score while training; ``shown`` are some of the examples."""

    groups: list[Group]
    score_groups: list[Group]
    vocabulary: list[str]
    tags: list[str]
    domains: Sequence[str]
    count: int
    shown: list[Example]

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        return len(self.vocabulary), BUCKETS, len(self.tags), len(self.domains)


def language_sets(
    data: Path, config: LanguageTrainingConfig, is_dry: bool = False, known: dict[str, list[str]] | None = None
) -> Sets:
    """Sentences of the grammars, and those of CLINC150 and SNIPS as others; their test sets are left for the end.

    ``known`` are the words and tags of a resumed run, which may continue with sentences of a changed grammar.
    """
    rng = np.random.default_rng([config.seed, 7])
    others = [labeled(Draft([Segment(text)]), "other") for text in clinc_sentences(data, "train")]
    others += [labeled(Draft([Segment(example.text)]), "other") for example in snips_examples(data, "train")]
    for example in others:
        example.tags = ["O"] * len(example.pieces)
    drawn = list(sentences(200 if is_dry else config.sentences, rng))
    scored = list(sentences(40 if is_dry else _SCORED, np.random.default_rng([config.seed, 8])))
    examples = drawn + others
    vocabulary, tags = vocabulary_of(drawn, others, config.vocabulary), tags_of([*drawn, *scored])
    if known is not None:
        vocabulary, tags = known["words"], known["tags"]
    groups = groups_of(examples, vocabulary, tags, DOMAINS) if not is_dry else []
    score_groups = groups_of(scored, vocabulary, tags, DOMAINS)
    return Sets(groups, score_groups, vocabulary, tags, DOMAINS, len(examples), drawn[:30])


def snips_sets(data: Path, config: LanguageTrainingConfig) -> Sets:
    """The training and the validation sentences of SNIPS."""
    train, validate = snips_examples(data, "train"), snips_examples(data, "validate")
    vocabulary, tags = vocabulary_of([], train, config.vocabulary), tags_of(train)
    groups = groups_of(train, vocabulary, tags, INTENTS)
    return Sets(
        groups, groups_of(validate, vocabulary, tags, INTENTS), vocabulary, tags, INTENTS, len(train), train[:30]
    )
