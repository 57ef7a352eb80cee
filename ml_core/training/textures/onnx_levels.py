"""Graphs that compute one of several outputs: ONNX Runtime always computes all, whichever are requested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def one_size_at_a_time(path: Path, levels: Sequence[Sequence[str]]) -> None:
    """Rewrite the ONNX file at ``path``: a new input ``level`` () int64 chooses one of the ``levels``.

    Each level names outputs of the graph; the outputs of the new graph have the last level's names. What all levels
    need is computed always; the rest moves into the branches of ``If`` nodes, with the weights that it needs.
    """
    model = onnx.load(str(path))
    graph = model.graph
    values = {value.name: value for value in graph.output}
    names = list(levels[-1])
    needed = [_ancestors(graph.node, outputs) for outputs in levels]
    shared = set.intersection(*needed)
    weights = {tensor.name: tensor for tensor in graph.initializer}
    common = {name for k in shared for name in graph.node[k].input}

    def body(level: int) -> Any:
        nodes = [_copied(graph.node[k]) for k in sorted(needed[level] - shared)]
        renamed = dict(zip(levels[level], (f"{name}_{level}" for name in names), strict=True))
        for node in nodes:
            node.input[:] = [renamed.get(name, name) for name in node.input]
            node.output[:] = [renamed.get(name, name) for name in node.output]
        own = dict.fromkeys(name for node in nodes for name in node.input if name in weights and name not in common)
        outputs = [_named(values[old], new) for old, new in renamed.items()]
        return helper.make_graph(nodes, f"level_{level}", [], outputs, [weights[name] for name in own])

    def chosen(level: int) -> Any:
        """The branch of ``level`` or a choice among those above it."""
        if level == len(levels) - 1:
            return body(level)
        outputs = [_named(values[name], f"{name}_from_{level}") for name in names]
        return helper.make_graph(_choice(level, [socket.name for socket in outputs]), f"from_{level}", [], outputs)

    def _choice(level: int, outputs: list[str]) -> list[Any]:
        is_here = f"is_level_{level}"
        number = helper.make_node("Constant", [], [f"level_{level}"], value=numpy_helper.from_array(np.array(level)))
        equal = helper.make_node("Equal", ["level", f"level_{level}"], [is_here])
        branches = {"then_branch": body(level), "else_branch": chosen(level + 1)}
        return [number, equal, helper.make_node("If", [is_here], outputs, **branches)]

    nodes = [graph.node[k] for k in sorted(shared)] + _choice(0, names)
    inputs = [*graph.input, helper.make_tensor_value_info("level", TensorProto.INT64, [])]
    outputs = [_named(values[name], name) for name in names]
    kept = [tensor for name, tensor in weights.items() if name in common]
    result = helper.make_model(
        helper.make_graph(nodes, graph.name, inputs, outputs, kept), opset_imports=model.opset_import
    )
    result.ir_version = model.ir_version
    onnx.checker.check_model(result)
    onnx.save(result, str(path))


def _ancestors(nodes: Sequence[Any], outputs: Sequence[str]) -> set[int]:
    """Indices of the nodes that the ``outputs`` are computed from; ``nodes`` are topologically sorted."""
    wanted, found = set(outputs), set()
    for k in reversed(range(len(nodes))):
        if wanted & set(nodes[k].output):
            found.add(k)
            wanted.update(nodes[k].input)
    return found


def _copied(node: Any) -> Any:
    copy = type(node)()
    copy.CopyFrom(node)
    return copy


def _named(value: Any, name: str) -> Any:
    """A value of the same type without its spatial size, which differs between levels."""
    kind = value.type.tensor_type
    *same, _, _ = (dim.dim_param or dim.dim_value for dim in kind.shape.dim)
    return helper.make_tensor_value_info(name, kind.elem_type, [*same, "height", "width"])
