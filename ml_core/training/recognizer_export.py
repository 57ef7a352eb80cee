"""Export of the recogniser, one network or an ensemble, to one ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.errors import InputError
from ml_core.networks.view_cnn import Output, ViewCNN, ViewCNNConfig

OPSET = 17
INPUTS, OUTPUTS = ("views", "sizes"), ("logits", "known", "embedding")


def load_best(path: Path) -> tuple[ViewCNN, dict[str, Any]]:
    """The network of a best.pt that :class:`RecognizerTrainer` wrote, and the facts of its run.

    Raises:
        InputError: the file is missing or of another kind.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        config = dict(state["facts"]["configuration"]["network"])
        network = ViewCNN(ViewCNNConfig(**(config | {"stages": tuple(config["stages"])})))
        network.load_state_dict(state["network"])
    except (OSError, RuntimeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no trained recogniser ({error}); make one with train_recognizer.py") from error
    return network.eval(), state["facts"]


class Ensemble(nn.Module):
    """Several networks as one: mean log probabilities, mean known logit plus ``shift``, embeddings side by side."""

    reads = "views"

    def __init__(self, networks: Sequence[ViewCNN]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self.shift: Tensor
        self.register_buffer("shift", torch.zeros(()))

    def forward(self, views: Tensor, sizes: Tensor) -> Output:
        outputs = [network(views, sizes) for network in self.networks]
        logits = torch.stack([output.logits.log_softmax(1) for output in outputs]).mean(0)
        embedding = torch.cat([output.embedding for output in outputs], dim=1)
        known = torch.stack([output.known for output in outputs]).mean(0) + self.shift
        return Output(logits, known, F.normalize(embedding, dim=1))


def export_recognizer(network: nn.Module, path: Path) -> None:
    """Writes ``network`` (views uint8 (N, V, 3, S, S), sizes (N, 4) -> logits, known, embedding), atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    example = (torch.zeros(2, 6, 3, 64, 64, dtype=torch.uint8), torch.ones(2, 4))
    partial = path.with_suffix(".onnx.part")
    torch.onnx.export(
        network.eval(),
        example,
        str(partial),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "batch"} for name in (*INPUTS, *OUTPUTS)},
        opset_version=OPSET,
        dynamo=False,
    )
    partial.replace(path)
