"""Export of the recognizer, one network or an ensemble, to one ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.session import read_card
from ml_core.networks.view_cnn import Output, ViewCNN, ViewCNNConfig
from ml_core.records import read_record
from ml_core.training.export import partial_file, store_small, write_onnx
from ml_core.training.loop import CHECKPOINT, CONFIG, read_checkpoint
from ml_core.training.recognition import read_best

INPUTS, OUTPUTS = ("views", "sizes"), ("logits", "known", "embedding")


def load_best(path: Path) -> tuple[ViewCNN, dict[str, Any]]:
    """The network of a best.pt that :class:`RecognizerTrainer` wrote, and the facts of its run.

    Raises:
        InputError: the file is missing or of another kind.
    """
    return read_best(path, ViewCNN, "train_recognizer.py")


def load_shipped(path: Path) -> ViewCNN:
    """The network in exported weights (of an ensemble the first), to be trained further.

    Raises:
        InputError: the file or its card is missing, damaged, or was exported without the names of its parameters.
    """
    try:
        card = read_card(path.with_suffix(".json"))
        config = card["training"][0]["configuration"]["network"]
        network = ViewCNN(read_record(config, ViewCNNConfig, f"{path.with_suffix('.json')}: network"))
        model = onnx.load(str(path))
        stored = {
            item.name.removesuffix("_half"): numpy_helper.to_array(item).astype(np.float32)
            for item in model.graph.initializer
        }
        stored |= {prop.key: stored[prop.value] for prop in model.metadata_props if prop.value in stored}
        prefix = "networks.0." if any(name.startswith("networks.0.") for name in stored) else ""
        state = {name: torch.from_numpy(stored[prefix + name].copy()) for name in network.state_dict()
                 if not name.endswith("num_batches_tracked")}  # fmt: skip
        network.load_state_dict(state, strict=False)
        if "again.weight" in stored:  # what was fitted again becomes part of the classifier
            last = network.classify[-1]
            assert isinstance(last, nn.Linear)
            with torch.no_grad():
                last.weight[:-1] += torch.from_numpy(stored["again.weight"].copy())
                last.bias[:-1] += torch.from_numpy(stored["again.bias"].copy())
    except (OSError, ValueError, RuntimeError, KeyError, IndexError, TypeError) as error:
        raise InputError("{path}: cannot start from these weights ({reason!r})", path=path, reason=error) from error
    return network


def labels_of(path: Path) -> list[str]:
    """The labels in the card of the weights at ``path``, in the order of their classifier.

    Raises:
        InputError: the card is missing or damaged.
    """
    labels: list[str] = read_card(path.with_suffix(".json"))["labels"]
    return labels


def load_end(run: Path) -> tuple[ViewCNN, dict[str, Any]]:
    """The network at the end of a run of :class:`RecognizerTrainer`, not the one that was chosen, and its facts.

    Raises:
        InputError: there is no run, or its files are damaged.
    """
    config = read_json(run / CONFIG, str(run / CONFIG), dict)
    state = read_checkpoint(run / CHECKPOINT)
    network = ViewCNN(read_record(config["network"], ViewCNNConfig, f"{run / CONFIG}: network"))
    try:
        network.load_state_dict(state["average"])
    except (RuntimeError, KeyError) as error:
        raise InputError("{path}: cannot start from these weights ({reason!r})", path=run, reason=error) from error
    return network.eval(), {
        "steps": int(state["step"]), "hours": round(float(state["seconds"]) / 3600, 3), "configuration": config,
    }  # fmt: skip


class Ensemble(nn.Module):
    """Several networks as one: mean log probabilities, embeddings side by side, and as the known logit the mean of
    theirs, the log odds of the best class (confidence in a class indicates a known object: Hendrycks and Gimpel 2017)
    and ``shift``."""

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
        best = logits.amax(1).clamp(max=-1e-5)
        odds = best - torch.log1p(-best.exp())
        known = torch.stack([output.known for output in outputs]).mean(0) + odds + self.shift
        return Output(logits, known, F.normalize(embedding, dim=1))


def known_of(logits: Tensor, said: Tensor, trust: float | Tensor) -> Tensor:
    """The logit (B,) that a thing is known: the log odds of its best class less the entropy of all (nats), and the
    fraction ``trust`` of ``said``, the network's own logit. ``logits`` (B, classes) are log probabilities."""
    best = logits.amax(1).clamp(max=-1e-5)
    entropy = -(logits.exp() * logits).sum(1)
    return best - torch.log1p(-best.exp()) - entropy + trust * said


class Refitted(nn.Module):
    """A network whose classifier was fitted again on further data (:mod:`ml_core.training.objects.refit`): ``again``
    adds to its logits, and ``trust`` is the weight of its own logit that an object is known (:func:`known_of`)."""

    reads = "views"

    def __init__(self, network: ViewCNN, again: nn.Linear, trust: float = 1.0) -> None:
        super().__init__()
        self.networks = nn.ModuleList([network])
        self.again = again
        self.shift: Tensor
        self.register_buffer("shift", torch.zeros(()))
        self.trust: Tensor
        self.register_buffer("trust", torch.tensor(trust))

    def forward(self, views: Tensor, sizes: Tensor) -> Output:
        network = self.networks[0]
        assert isinstance(network, ViewCNN)
        described = network.described(views, sizes)
        output = network.judged(described)
        logits = (output.logits + self.again(F.relu(described))).log_softmax(1)
        return Output(logits, known_of(logits, output.known, self.trust) + self.shift, output.embedding)


class Extended(nn.Module):
    """A network that predicts its labels as :class:`Refitted` does, and a branch of it that predicts further ones.

    ``further`` shares the lower stages and predicts all labels, first those of ``network``. Its odds of a further
    label, raised by ``gate`` (nats), divide the chances between both. Between its own labels ``network`` alone decides;
    the embedding stays its own, and so does the known logit, unless a further label is the best guess: then it is
    computed from all labels, less ``doubt``.
    """

    reads = "views"

    def __init__(
        self, network: ViewCNN, again: nn.Linear, further: ViewCNN, gate: float, trust: float, doubt: float
    ) -> None:
        super().__init__()
        self.networks = nn.ModuleList([network])
        self.again, self.further = again, further
        further.stem = network.stem
        for number in range(further.config.blocks_shared):
            further.blocks[number] = network.blocks[number]
        self.shift: Tensor
        self.gate: Tensor
        self.doubt: Tensor
        self.trust: Tensor
        for name, value in (("shift", 0.0), ("gate", gate), ("trust", trust), ("doubt", doubt)):
            self.register_buffer(name, torch.tensor(value))

    def forward(self, views: Tensor, sizes: Tensor) -> Output:
        network, further = self.networks[0], self.further
        assert isinstance(network, ViewCNN)
        looked = further.looked(views)
        upper = looked
        for block in list(network.blocks)[further.config.blocks_shared :]:
            upper = block(upper)
        described = network.gathered(upper, views.shape[1], sizes)
        first = network.judged(described)
        branch = further.judged(further.pooled(looked, views.shape[1], sizes))
        own = (first.logits + self.again(F.relu(described))).log_softmax(1)
        logits = together(own, branch.logits, self.gate)
        known = known_jointly(own, logits, first.known, self.trust, self.doubt)
        return Output(logits, known + self.shift, first.embedding)


def together(first: Tensor, every: Tensor, gate: float | Tensor) -> Tensor:
    """Log probabilities (B, all) of ``first`` (B, some), log probabilities of the first labels, and ``every`` (B, all),
    logits of all, as :class:`Extended` joins them."""
    count = first.shape[1]
    known, new = every[:, :count], every[:, count:]
    odds = new.logsumexp(1, keepdim=True) - known.logsumexp(1, keepdim=True) + gate
    return torch.cat([first + F.logsigmoid(-odds), new.log_softmax(1) + F.logsigmoid(odds)], dim=1)


def known_jointly(first: Tensor, logits: Tensor, said: Tensor, trust: float | Tensor, doubt: float | Tensor) -> Tensor:
    """:func:`known_of` (B,) of log probabilities ``first`` (B, some) of the first labels, as if there were no others;
    where one of the others is the best guess of all, ``logits`` (B, all), of those, less ``doubt``."""
    count = first.shape[1]
    is_further = logits[:, count:].amax(1) > logits[:, :count].amax(1)
    return torch.where(is_further, known_of(logits, said, trust) - doubt, known_of(first, said, trust))


def export_recognizer(network: nn.Module, path: Path) -> None:
    """Writes ``network`` (views uint8 (N, V, 3, S, S), sizes (N, 4) -> logits, known, embedding), atomically; its
    weights in half precision."""
    example = (torch.zeros(2, 6, 3, 64, 64, dtype=torch.uint8), torch.ones(2, 4))
    partial = partial_file(path)
    write_onnx(network, example, partial, INPUTS, OUTPUTS, trainable=True)
    _note_merged(partial, network)
    store_small(partial)
    partial.replace(path)


def _note_merged(path: Path, network: nn.Module) -> None:
    """The exporter stores equal parameters once; note in the file which name stands for which."""
    model = onnx.load(str(path))
    stored = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    for name, value in network.state_dict().items():
        array = value.detach().cpu().numpy()
        if name in stored or name.endswith("num_batches_tracked"):
            continue
        for other, kept in stored.items():
            if kept.shape == array.shape and (kept == array).all():
                model.metadata_props.add(key=name, value=other)
                break
    onnx.save(model, str(path))
