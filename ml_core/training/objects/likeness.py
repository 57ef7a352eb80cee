"""An embedding in which things of kinds that nobody learned are near as well: what is taught by examples needs it.

The classifier's own embedding forgets what does not tell its classes apart. What the last stage saw of the views still
has it: its square roots (as of histograms: Arandjelović and Zisserman 2012), less those of an average thing. Both side
by side find again what was learned and what was not; the weights stay as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ml_core.errors import InputError
from ml_core.networks.view_cnn import ViewCNN
from ml_core.training.objects.views import ViewSet

SEEN = 0.65
"""Share of what was seen in the cosine of two embeddings; the rest is the classifier's. Chosen on the further labels,
which the shipped network does not know: of more, things of the labels that it does know are found worse."""
_NAME = "likeness_"


@torch.no_grad()
def seen(network: ViewCNN, data: ViewSet, flag: float) -> NDArray[np.float32]:
    """(N, E): square roots of what the last stage of ``network`` saw of each thing; ``flag`` 1 shows it their sizes."""
    network.eval()
    sizes = np.concatenate([data.sizes, np.full((len(data.sizes), 1), flag, np.float32)], axis=1)
    rows = (slice(first, first + 32) for first in range(0, len(sizes), 32))
    found = [network.summed(torch.from_numpy(data.views[part]), torch.from_numpy(sizes[part])) for part in rows]
    return torch.cat(found).clamp(min=0).sqrt().numpy()


def beside(
    told: NDArray[np.floating], roots: NDArray[np.floating], center: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Unit vectors (N, A + E) of the classifier's own ``told`` (N, A), unit vectors too, and :func:`seen` (N, E) less
    its ``center`` (E,)."""
    off = roots - center
    off = off / np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9)
    return np.concatenate([np.sqrt(1 - SEEN) * told, np.sqrt(SEEN) * off], axis=1).astype(np.float32)


def as_seldom(
    own: NDArray[np.floating], wide: NDArray[np.floating], labels: NDArray[np.integer], limit: float
) -> tuple[float, float]:
    """The cosine of ``wide`` embeddings (N, E) that as few pairs of different labels (N,) reach as reach ``limit`` of
    their ``own`` (N, A), and what share of them. Of two things of no label it is not known whether they are alike."""
    differ = np.triu(labels[:, None] != labels[None], k=1)
    share = float(((own @ own.T)[differ] >= limit).mean())
    return float(np.quantile((wide @ wide.T)[differ], 1 - share)), share


def widen_embedding(path: Path, center: NDArray[np.floating]) -> None:
    """Let the exported recognizer at ``path`` give :func:`beside` as its embedding.

    Raises:
        InputError: it does so already, or is no exported recognizer.
    """
    model = onnx.load(str(path))
    graph = model.graph
    makers = {output: node for node in graph.node for output in node.output}
    if any(item.name.startswith(_NAME) for item in graph.initializer):
        raise InputError("{path}: its embedding is wide already", path=path)
    node = makers.get("embedding")
    last = node
    while node is not None and node.op_type not in ("MatMul", "Gemm"):
        node = makers.get(node.input[0])
    if node is None or last is None:
        raise InputError("{path}: not the weights of an object recognizer", path=path)
    last.output[0] = told = _NAME + "told"
    constants = {"zero": [0.0], "center": center, "least": [1e-9], "told_share": [np.sqrt(1 - SEEN)],
                 "seen_share": [np.sqrt(SEEN)]}  # fmt: skip
    graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value, np.float32), _NAME + name) for name, value in constants.items()
    )
    steps: list[tuple[str, list[str], str]] = [
        ("Max", [node.input[0], _NAME + "zero"], "positive"),
        ("Sqrt", [_NAME + "positive"], "roots"),
        ("Sub", [_NAME + "roots", _NAME + "center"], "off"),
        ("ReduceL2", [_NAME + "off"], "length"),
        ("Max", [_NAME + "length", _NAME + "least"], "bounded"),
        ("Div", [_NAME + "off", _NAME + "bounded"], "unit"),
        ("Mul", [_NAME + "unit", _NAME + "seen_share"], "seen"),
        ("Mul", [told, _NAME + "told_share"], "learned"),
    ]
    for kind, inputs, output in steps:
        more: dict[str, Any] = {"axes": [1], "keepdims": 1} if kind == "ReduceL2" else {}
        graph.node.append(helper.make_node(kind, inputs, [_NAME + output], **more))
    graph.node.append(helper.make_node("Concat", [_NAME + "learned", _NAME + "seen"], ["embedding"], axis=1))
    shape = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", "embedding_size"])
    next(item for item in graph.output if item.name == "embedding").CopyFrom(shape)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
