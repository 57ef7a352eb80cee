"""Training of the sentence tagger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning.fabric import Fabric
from torch import Tensor
from torch.nn import functional as F

from ml_core.inference.language.understanding.tagging.encoding import SPECIAL, UNKNOWN
from ml_core.inference.language.understanding.tagging.gazetteer import CLASSES
from ml_core.networks.sentence_tagger import SentenceTagger, TaggerShape
from ml_core.training.loop import LoopOptions, Trainer, cosine_rate

from .data import Group


@dataclass(frozen=True)
class LanguageTrainingConfig:
    """One run. ``word_dropout`` and ``feature_dropout`` are the greatest shares that a batch hides, so that an unseen
    word is read from its letters, its class and its neighbors."""

    sentences: int = 120_000
    vocabulary: int = 9000
    minutes: float = 18.0
    steps: int = 60_000
    batch: int = 64
    learning_rate: float = 4e-3
    embedding: int = 32
    hidden: int = 96
    layers: int = 2
    dropout: float = 0.25
    word_dropout: float = 0.25
    feature_dropout: float = 0.15
    domain_weight: float = 0.3
    label_smoothing: float = 0.02
    threads: int = 1
    seed: int = 0
    data: str = "language"


class LanguageTrainer(Trainer):
    """Batches of sentences of one length; the loss is that of the tags and, weighted, that of the domain."""

    def __init__(
        self,
        config: LanguageTrainingConfig,
        groups: Sequence[Group],
        score_groups: Sequence[Group],
        sizes: tuple[int, int, int, int],
        folder: Path | None,
        fabric: Fabric,
    ) -> None:
        """``sizes`` are those of the vocabulary, the n-grams, the tags and the domains."""
        torch.set_num_threads(config.threads)
        options = LoopOptions(config.steps, save_every=2000, log_every=200, ema=0.999, clip=1.0, seed=config.seed,
                              minutes=config.minutes, wall_clock=True)  # fmt: skip
        super().__init__(options, config, folder, fabric)
        self.groups, self.score_groups = groups, score_groups
        counts = np.array([len(group) for group in groups], np.float64)
        self._shares = counts / counts.sum()
        words, buckets, tags, domains = sizes
        shape = TaggerShape(words, buckets, groups[0].features.shape[-1], tags, domains, config.embedding,
                            config.hidden, config.layers, config.dropout)  # fmt: skip
        network = SentenceTagger(shape)
        self.set_up(network, torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=1e-3))

    def training_step(self) -> dict[str, float]:
        group = self.groups[int(self.rng.choice(len(self.groups), p=self._shares))]
        rows = self.rng.integers(len(group), size=self.config.batch)
        words, grams, features, tags, domains = self._batch(group, rows)
        words = self._hidden_words(words)
        features = self._hidden_features(features)
        logits, domain_logits = self.network(words, grams, features)
        tag_loss = F.cross_entropy(logits.flatten(0, 1), tags.flatten(), label_smoothing=self.config.label_smoothing)
        domain_loss = F.cross_entropy(domain_logits, domains)
        loss = tag_loss + self.config.domain_weight * domain_loss
        self.update(loss)
        return {"loss": float(loss.detach()), "tags": float(tag_loss.detach()), "domain": float(domain_loss.detach())}

    def rate_factors(self) -> Sequence[float]:
        return [cosine_rate(self.progress(), self.step, 200)]

    def evaluate(self) -> dict[str, float]:
        """Shares of held-out sentences with every tag right, and with the right domain."""
        network = self.average.eval()
        whole = right = count = 0
        with torch.no_grad():
            for group in self.score_groups:
                words, grams, features, tags, domains = self._batch(group, np.arange(len(group)))
                logits, domain_logits = network(words, grams, features)
                whole += int((logits.argmax(-1) == tags).all(1).sum())
                right += int((domain_logits.argmax(-1) == domains).sum())
                count += len(group)
        return {"whole": whole / max(count, 1), "domain right": right / max(count, 1)}

    def _batch(self, group: Group, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        device = self.fabric.device
        return (
            torch.from_numpy(group.words[rows].astype(np.int64)).to(device),
            torch.from_numpy(group.grams[rows].astype(np.int64)).to(device),
            torch.from_numpy(group.features[rows].astype(np.float32)).to(device),
            torch.from_numpy(group.tags[rows]).to(device),
            torch.from_numpy(group.domains[rows]).to(device),
        )

    def _hidden_words(self, words: Tensor) -> Tensor:
        share = torch.rand(len(words), 1, device=words.device) * self.config.word_dropout
        hidden = (torch.rand(words.shape, device=words.device) < share) & (words >= len(SPECIAL))
        return words.masked_fill(hidden, UNKNOWN)

    def _hidden_features(self, features: Tensor) -> Tensor:
        """Features with whole classes hidden at random, as for words that no registry has."""
        if features.shape[-1] != 2 * len(CLASSES):
            return features
        share = torch.rand(len(features), 1, 1, device=features.device) * self.config.feature_dropout
        kept = torch.rand(len(features), 1, len(CLASSES), device=features.device) >= share
        return features * torch.cat([kept, kept], dim=-1)
