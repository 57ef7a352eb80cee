"""A bidirectional LSTM over words and characters that tags every piece of a sentence and names its domain.

Slots are read from the states of each piece and the intent from all of them together, as in the joint models after
Hochreiter & Schmidhuber (1997) and Liu & Lane (2016). Characters enter as hashed n-grams (Bojanowski et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class TaggerShape:
    """Sizes of a network: of its tables, its inputs and its outputs."""

    words: int
    buckets: int
    features: int
    tags: int
    domains: int
    embedding: int = 32
    hidden: int = 96
    layers: int = 2
    dropout: float = 0.3


class SentenceTagger(nn.Module):
    """words (B, T), grams (B, T, G) int64 and features (B, T, F) float32 -> tags (B, T, K) and domains (B, D) logits.

    All sentences of a batch have the same length; id 0 of ``grams`` is padding.
    """

    def __init__(self, shape: TaggerShape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.words, shape.embedding)
        self.grams = nn.Embedding(shape.buckets, shape.embedding)
        self.features = nn.Linear(shape.features, shape.embedding)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.grams.weight, std=0.2)
        self.dropout = nn.Dropout(shape.dropout)
        self.lstm = nn.LSTM(
            3 * shape.embedding,
            shape.hidden,
            shape.layers,
            batch_first=True,
            bidirectional=True,
            dropout=shape.dropout if shape.layers > 1 else 0.0,
        )
        self.tags = nn.Linear(2 * shape.hidden, shape.tags)
        self.domains = nn.Linear(4 * shape.hidden, shape.domains)

    def forward(self, words: Tensor, grams: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        there = (grams > 0).unsqueeze(-1).to(features.dtype)
        spelled = (self.grams(grams) * there).sum(2) / there.sum(2).clamp(min=1)
        inputs = torch.cat([self.words(words), spelled, torch.relu(self.features(features))], dim=-1)
        states, _ = self.lstm(self.dropout(inputs))
        states = self.dropout(states)
        pooled = torch.cat([states.amax(1), states.mean(1)], dim=-1)
        return self.tags(states), self.domains(pooled)
