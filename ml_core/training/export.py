"""Trained networks as ONNX files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

OPSET = 17


def write_onnx(
    network: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    trainable: bool = False,
) -> None:
    """Write ``network`` to ``path``, with the first dimension of every input and output free.

    ``trainable``: parameters keep their names, so that training can continue from the file; ONNX Runtime folds the
    batch norms when it loads it.
    """
    torch.onnx.export(
        network.eval(),
        example,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes={name: {0: "batch"} for name in (*inputs, *outputs)},
        opset_version=OPSET,
        dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE if trainable else torch.onnx.TrainingMode.EVAL,
        do_constant_folding=not trainable,
    )


def store_small(path: Path, scales: Mapping[str, NDArray] = MappingProxyType({})) -> None:
    """Store large tensors of the ONNX file at ``path`` in half precision, and codes in 8 bits.

    Args:
        scales: codes by their names, with their factors.
    """
    model = onnx.load(str(path))
    _store_graph_small(model.graph, scales)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _store_graph_small(graph: Any, scales: Mapping[str, NDArray], least: int = 1024) -> None:
    """As :func:`store_small`, of a graph and the graphs inside its nodes.

    Codes that are gathered for each sample are multiplied afterwards. The others, and halves, are cast, which ONNX
    Runtime folds when it opens the file.
    """
    nodes = []
    for tensor in list(graph.initializer):
        name, values = tensor.name, numpy_helper.to_array(tensor)
        if name in scales:
            tensor.CopyFrom(numpy_helper.from_array(np.round(values / scales[name]).astype(np.int8), name))
            graph.initializer.append(numpy_helper.from_array(scales[name], name + "_scale"))
        elif values.dtype == np.float32 and values.size >= least:
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
            nodes.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    for node in graph.node:
        if node.input and node.input[0] in scales and node.op_type != "Gather":
            codes = node.input[0]
            node.input[0] = codes + "_whole"
            nodes.append(helper.make_node("Cast", [codes], [codes + "_cast"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [codes + "_cast", codes + "_scale"], [codes + "_whole"]))
        nodes.append(node)
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _store_graph_small(attribute.g, scales, least)
        if node.input and node.input[0] in scales:
            codes, picked = node.input[0], node.output[0]
            node.output[0] = picked + "_small"
            nodes.append(helper.make_node("Cast", [picked + "_small"], [picked + "_cast"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [picked + "_cast", codes + "_scale"], [picked]))
    del graph.node[:]
    graph.node.extend(nodes)


def partial_file(path: Path) -> Path:
    """The name under which the file at ``path`` is written before it takes its place; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_suffix(".onnx.part")
