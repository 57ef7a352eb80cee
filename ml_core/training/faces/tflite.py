"""TensorFlow Lite graphs as ONNX: the operators that MediaPipe's face networks are built of.

Images are kept channels first (N, C, H, W) from the input on, as ONNX has them, so that only reshaped tensors are
transposed back. Padding "same" follows TensorFlow: an odd texel goes to the right and below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tflite.BuiltinOperator import BuiltinOperator

from ml_core.errors import InputError
from ml_core.training.export import OPSET

_TYPES = {0: np.float32, 1: np.float16, 2: np.int32}
_NAMES = {value: name for name, value in vars(BuiltinOperator).items() if isinstance(value, int)}
_CHANNELS_FIRST = (0, 3, 1, 2)
_LEAST_CODED = 1024
"""Values from which on a filter bank is stored in 8 bits."""


def converted(content: bytes, name: str, features: int | None = None) -> onnx.ModelProto:
    """The ONNX model of a TensorFlow Lite file; its image input is (1, H, W, 3), as there.

    Args:
        features: the number of a tensor inside the network (1, C, H, W), whose means over squares of four become its
            last output, ``features`` (1, C, H/2, W/2).

    Filters are stored in 8 bits with a scale an output channel, other large tensors in half precision; both are read
    as float32.

    Raises:
        InputError: the file uses an operator that is not known here. ``name`` is the file's in the message.
    """
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = _Graph(model, name)
    for number in range(graph.source.OperatorsLength()):
        graph.add(graph.source.Operators(number))
    return graph.finished(features)


class _Graph:
    """ONNX nodes and initializers as they grow; tensors are named by their number in the source."""

    def __init__(self, model: Any, name: str) -> None:
        self.model, self.name, self.source = model, name, model.Subgraphs(0)
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.constants = {number: values for number in range(self.source.TensorsLength())
                          if (values := self._constant(number)) is not None}  # fmt: skip
        self._count = 0
        (entry,) = self.source.InputsAsNumpy()
        self._input = int(entry)
        self.node("Transpose", ["image"], f"t{entry}", perm=_CHANNELS_FIRST)

    def _constant(self, number: int) -> NDArray | None:
        tensor = self.source.Tensors(number)
        buffer = self.model.Buffers(tensor.Buffer())
        if not buffer.DataLength():
            return None
        return np.frombuffer(buffer.DataAsNumpy().tobytes(), _TYPES[tensor.Type()]).reshape(self.shape(number))

    def shape(self, number: int) -> list[int]:
        return [int(size) for size in self.source.Tensors(number).ShapeAsNumpy()]

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        self._count += 1
        output = output or f"n{self._count}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def stored(self, values: NDArray) -> str:
        """The name of a constant, stored in the fewest bits that can hold it."""
        self._count += 1
        name = f"c{self._count}"
        values = np.ascontiguousarray(values)
        if values.dtype == np.float32 and values.ndim == 4 and values.size >= _LEAST_CODED:
            scale = np.abs(values).max(axis=(1, 2, 3), keepdims=True) / np.float32(127)
            scale = np.maximum(scale, np.float32(1e-12))
            codes = np.round(values / scale).astype(np.int8)
            self.initializers += [numpy_helper.from_array(codes, name), numpy_helper.from_array(scale, name + "_scale")]
            return self.node("Mul", [self.node("Cast", [name], to=TensorProto.FLOAT), name + "_scale"])
        self.initializers.append(numpy_helper.from_array(values, name))
        return self.node("Cast", [name], to=TensorProto.FLOAT) if values.dtype == np.float16 else name

    def add(self, operator: Any) -> None:
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        kind = _NAMES.get(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()), "?")
        inputs = [int(number) for number in operator.InputsAsNumpy()]
        output = int(operator.OutputsAsNumpy()[0])
        if kind == "DEQUANTIZE" and inputs[0] in self.constants:
            self.constants[output] = self.constants[inputs[0]]
            return
        if kind not in _OPERATORS:
            raise InputError("{file}: has the operator {kind}, which cannot be converted", file=self.name, kind=kind)
        _OPERATORS[kind](self, operator, inputs, output)

    def finished(self, features: int | None) -> onnx.ModelProto:
        outputs = []
        for number in map(int, self.source.OutputsAsNumpy()):
            label = self.source.Tensors(number).Name().decode()
            shape = self.shape(number)
            turned = f"t{number}" if len(shape) < 4 else self.node("Transpose", [f"t{number}"], perm=(0, 2, 3, 1))
            self.node("Identity", [turned], label)
            outputs.append(helper.make_tensor_value_info(label, TensorProto.FLOAT, shape))
        if features is not None:
            high, wide, channels = self.shape(features)[1:]
            self.node("AveragePool", [f"t{features}"], "features", kernel_shape=[2, 2], strides=[2, 2])
            shape = [1, channels, high // 2, wide // 2]
            outputs.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, shape))
        entry = helper.make_tensor_value_info("image", TensorProto.FLOAT, self.shape(self._input))
        graph = helper.make_graph(self.nodes, self.name, [entry], outputs, self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model


def _options(operator: Any, kind: type) -> Any:
    options, table = kind(), operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def _activated(graph: _Graph, value: str, activation: int, output: int) -> None:
    if activation not in (0, 1):
        raise InputError(
            "{file}: has the operator {kind}, which cannot be converted",
            file=graph.name,
            kind=f"activation {activation}",
        )
    graph.node("Relu" if activation else "Identity", [value], f"t{output}")


def _pads(options: Any, size: list[int], kernel: tuple[int, ...]) -> list[int]:
    """Texels over, left, below and right of an image whose ``size`` is (N, H, W, C)."""
    if options.Padding() == 1:
        return [0, 0, 0, 0]
    before, after = [], []
    for length, width, stride in zip(size[1:3], kernel, (options.StrideH(), options.StrideW()), strict=True):
        pad = max((-(-length // stride) - 1) * stride + width - length, 0)
        before.append(pad // 2)
        after.append(pad - pad // 2)
    return before + after


def _convolution(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    filters = graph.constants[inputs[1]]
    grouped = filters.shape[0] == 1 and graph.shape(output)[3] == filters.shape[3] and _is_depthwise(graph, operator)
    options = _options(operator, tflite.DepthwiseConv2DOptions if grouped else tflite.Conv2DOptions)
    filters = filters.transpose(3, 0, 1, 2) if grouped else filters.transpose(_CHANNELS_FIRST)
    kernel = filters.shape[2:]
    value = graph.node(
        "Conv",
        [f"t{inputs[0]}", graph.stored(filters), graph.stored(graph.constants[inputs[2]])],
        kernel_shape=kernel,
        strides=[options.StrideH(), options.StrideW()],
        group=graph.shape(inputs[0])[3] // filters.shape[1],
        pads=_pads(options, graph.shape(inputs[0]), kernel),
    )
    _activated(graph, value, options.FusedActivationFunction(), output)


def _is_depthwise(graph: _Graph, operator: Any) -> bool:
    code = graph.model.OperatorCodes(operator.OpcodeIndex())
    return max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) == BuiltinOperator.DEPTHWISE_CONV_2D


def _max_pool(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    options = _options(operator, tflite.Pool2DOptions)
    kernel = (options.FilterHeight(), options.FilterWidth())
    value = graph.node(
        "MaxPool",
        [f"t{inputs[0]}"],
        kernel_shape=kernel,
        strides=[options.StrideH(), options.StrideW()],
        pads=_pads(options, graph.shape(inputs[0]), kernel),
    )
    _activated(graph, value, options.FusedActivationFunction(), output)


def _add(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    value = graph.node("Add", [f"t{number}" for number in inputs])
    _activated(graph, value, _options(operator, tflite.AddOptions).FusedActivationFunction(), output)


def _relu(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    graph.node("Relu", [f"t{inputs[0]}"], f"t{output}")


def _prelu(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    slope = graph.constants[inputs[1]].reshape(-1, 1, 1)
    graph.node("PRelu", [f"t{inputs[0]}", graph.stored(slope)], f"t{output}")


def _pad(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    amounts = graph.constants[inputs[1]][list(_CHANNELS_FIRST)].astype(np.int64)
    graph.node("Pad", [f"t{inputs[0]}", graph.stored(amounts.T.ravel())], f"t{output}")


def _reshape(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    value = f"t{inputs[0]}"
    if len(graph.shape(inputs[0])) == 4:
        value = graph.node("Transpose", [value], perm=(0, 2, 3, 1))
    graph.node("Reshape", [value, graph.stored(np.array(graph.shape(output), np.int64))], f"t{output}")


def _concatenation(graph: _Graph, operator: Any, inputs: list[int], output: int) -> None:
    axis = int(_options(operator, tflite.ConcatenationOptions).Axis())
    graph.node("Concat", [f"t{number}" for number in inputs], f"t{output}", axis=axis)


_OPERATORS: dict[str, Callable[[_Graph, Any, list[int], int], None]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "MAX_POOL_2D": _max_pool,
    "ADD": _add,
    "RELU": _relu,
    "PRELU": _prelu,
    "PAD": _pad,
    "RESHAPE": _reshape,
    "CONCATENATION": _concatenation,
}
