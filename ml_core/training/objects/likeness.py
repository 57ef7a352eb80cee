"""Widens the embedding so that unlearned kinds are near one another as well, for labels taught by examples.

The classifier's own embedding forgets what does not tell its classes apart. What the last stage saw of the views still
has it: its square roots (as of histograms: Arandjelović and Zisserman 2012). The last stage forgets where in a view it
saw something, so that coarse maps of the views themselves stand beside it. Of both, what differs between things of one
kind counts less (within-class covariance normalization: Hatch et al. 2006). The weights stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ml_core.errors import InputError
from ml_core.inference.recognition.views import CAMERAS, SIDES, SIZE, TOP
from ml_core.networks.view_cnn import ViewCNN
from ml_core.training.export import store_small
from ml_core.training.objects.views import ViewSet

SEEN, MAPS = 0.65, 0.2
"""Shares in the cosine of two embeddings: of what was seen against the classifier's own, and of the maps against both.
Chosen on the further labels, which the shipped network does not know: with more, objects of the labels that it does
know are retrieved worse."""
SEEN_DIRECTIONS, MAP_DIRECTIONS = 64, 32
"""How many directions in which things of one kind differ most are made to count less."""
_SHRINKAGE = 0.3
"""Share of the mean variance that is mixed into that of each direction: what few things show is not trusted."""
_NAME = "likeness_"
_CELLS = 8
"""Cells of a map in each direction."""


@dataclass(frozen=True)
class Spread:
    """How things of one kind differ: ``center`` (E,) of all, ``directions`` (E, K), orthonormal, in which they do most,
    and the shares (K,) of each that are taken away."""

    center: NDArray[np.float32]
    directions: NDArray[np.float32]
    damping: NDArray[np.float32]

    @classmethod
    def of(cls, rows: NDArray[np.floating], labels: NDArray[np.integer], count: int) -> Spread:
        """Of ``rows`` (N, E) of things of ``labels`` (N,); a direction keeps the square root of what the variance of
        those not among the ``count`` first is of its own."""
        values = rows.astype(np.float64)
        offsets = np.concatenate([values[labels == label] - values[labels == label].mean(axis=0)
                                  for label in np.unique(labels)])  # fmt: skip
        variances, axes = np.linalg.eigh(offsets.T @ offsets / len(offsets))
        variances = (1 - _SHRINKAGE) * variances[::-1] + _SHRINKAGE * variances.mean()
        count = min(count, len(variances) - 1)
        damping = 1 - np.sqrt(variances[count:].mean() / np.maximum(variances[:count], 1e-12))
        return cls(*(part.astype(np.float32) for part in (values.mean(axis=0), axes[:, ::-1][:, :count], damping)))

    def units(self, rows: NDArray[np.floating]) -> NDArray[np.floating]:
        """Unit vectors (N, E) of ``rows`` (N, E), in which things of one kind differ less."""
        off = rows - self.center
        off = off - (off @ self.directions * self.damping) @ self.directions.T
        return np.asarray(off / np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9))


def maps_of(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 288): silhouette, depth and slope in coarse cells of the views (N, 6, 3, S, S), the same for a thing that is
    mirrored or turned by a quarter: mean and standard deviation over the four sides, and the top."""
    parts = []
    for first in range(0, len(views), 256):
        pixels = views[first : first + 256].astype(np.float32)
        inside = (pixels[:, :, 0] > 0).astype(np.float32)
        maps = np.stack([inside, (pixels[:, :, 0] - 128) / 64 * inside, np.abs(pixels[:, :, 1] - 128) / 127,
                         (pixels[:, :, 2] - 128) / 127], axis=2)  # fmt: skip
        step = maps.shape[-1] // _CELLS
        maps = maps.reshape(*maps.shape[:3], _CELLS, step, _CELLS, step).mean(axis=(4, 6))
        sides, top = _mirrored(maps[:, SIDES]), _mirrored(maps[:, TOP, :2])
        top = (top + top[..., ::-1, :]) / 2
        top = (top + top.swapaxes(-1, -2)) / 2
        half = _CELLS // 2
        flat = (sides.mean(axis=1)[..., :half], sides.std(axis=1)[..., :half], top[..., :half, :half])
        parts.append(np.concatenate([part.reshape(len(part), -1) for part in flat], axis=1))
    return np.concatenate(parts)


def _mirrored(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    return (maps + maps[..., ::-1]) / np.float32(2)


@torch.no_grad()
def seen(network: ViewCNN, data: ViewSet, flag: float) -> NDArray[np.float32]:
    """(N, E): square roots of the last stage of ``network`` for each object; ``flag`` 1 passes their sizes."""
    network.eval()
    sizes = np.concatenate([data.sizes, np.full((len(data.sizes), 1), flag, np.float32)], axis=1)
    rows = (slice(first, first + 32) for first in range(0, len(sizes), 32))
    found = [network.summed(torch.from_numpy(data.views[part]), torch.from_numpy(sizes[part])) for part in rows]
    return torch.cat(found).clamp(min=0).sqrt().numpy()


@dataclass(frozen=True)
class Likeness:
    """What tells how alike things are: the spread of :func:`seen` and that of :func:`maps_of`."""

    seen: Spread
    maps: Spread

    @classmethod
    def of(cls, network: ViewCNN, data: ViewSet, flag: float) -> Likeness:
        """Of things of known labels that ``network`` learned from; ``flag`` as for :func:`seen`."""
        roots = Spread.of(seen(network, data, flag), data.labels, SEEN_DIRECTIONS)
        return cls(roots, Spread.of(maps_of(data.views), data.labels, MAP_DIRECTIONS))

    def beside(
        self, told: NDArray[np.floating], roots: NDArray[np.floating], maps: NDArray[np.floating]
    ) -> NDArray[np.float32]:
        """Unit vectors (N, A + E + M) of the classifier's own ``told`` (N, A), unit vectors too, :func:`seen` (N, E)
        and :func:`maps_of` (N, M)."""
        parts = (told, self.seen.units(roots), self.maps.units(maps))
        return np.concatenate([share * part for share, part in zip(_shares(), parts, strict=True)], axis=1).astype(
            np.float32
        )


def _shares() -> tuple[float, float, float]:
    """What the classifier's own embedding, what was seen and the maps are multiplied by."""
    return float(np.sqrt((1 - MAPS) * (1 - SEEN))), float(np.sqrt((1 - MAPS) * SEEN)), float(np.sqrt(MAPS))


def as_seldom(
    own: NDArray[np.floating], wide: NDArray[np.floating], labels: NDArray[np.integer], limit: float
) -> tuple[float, float]:
    """The cosine of ``wide`` embeddings (N, E) that the same fraction of pairs of different labels (N,) reach as reach
    ``limit`` in their ``own`` (N, A), and that fraction. Pairs without labels do not count: they may be alike."""
    differ = np.triu(labels[:, None] != labels[None], k=1)
    share = float(((own @ own.T)[differ] >= limit).mean())
    return float(np.quantile((wide @ wide.T)[differ], 1 - share)), share


def widen_embedding(path: Path, likeness: Likeness) -> None:
    """Let the exported recognizer at ``path`` give :meth:`Likeness.beside` as its embedding, in place of an earlier
    one.

    Raises:
        InputError: the file is no exported recognizer.
    """
    model = onnx.load(str(path))
    graph = model.graph
    _narrow(graph)
    makers = {output: node for node in graph.node for output in node.output}
    node = makers.get("embedding")
    last = node
    while node is not None and node.op_type not in ("MatMul", "Gemm"):
        node = makers.get(node.input[0])
    if node is None or last is None:
        raise InputError("{path}: not the weights of an object recognizer", path=path)
    last.output[0] = told = _NAME + "told"
    own, of_seen, of_maps = _shares()
    steps = _Steps(graph)
    roots = steps.add("Sqrt", steps.add("Max", node.input[0], steps.array(0.0)))
    parts = [
        steps.add("Mul", told, steps.array(own)),
        steps.add("Mul", steps.units(roots, likeness.seen), steps.array(of_seen)),
        steps.add("Mul", steps.units(steps.maps("views"), likeness.maps), steps.array(of_maps)),
    ]
    graph.node.append(helper.make_node("Concat", parts, ["embedding"], name=_NAME + "joined", axis=1))
    shape = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", "embedding_size"])
    next(item for item in graph.output if item.name == "embedding").CopyFrom(shape)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    store_small(path)


def _narrow(graph: onnx.GraphProto) -> None:
    """Takes away what an earlier :func:`widen_embedding` added."""
    if not any(_NAME + "told" in node.output for node in graph.node):
        return
    kept = [node for node in graph.node
            if _NAME + "told" in node.output
            or not (node.output[0] == "embedding" or node.output[0].startswith(_NAME))]  # fmt: skip
    for node in kept:
        for place, output in enumerate(node.output):
            if output == _NAME + "told":
                node.output[place] = "embedding"
    del graph.node[:]
    graph.node.extend(kept)
    arrays = [item for item in graph.initializer if not item.name.startswith(_NAME)]
    del graph.initializer[:]
    graph.initializer.extend(arrays)


class _Steps:
    """Appends nodes and arrays of names of their own to ``graph``."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph, self._count = graph, 0

    def _name(self) -> str:
        self._count += 1
        return f"{_NAME}{self._count}"

    def array(self, value: Any, kind: Any = np.float32) -> str:
        name = self._name()
        self._graph.initializer.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def add(self, kind: str, *inputs: str, **more: Any) -> str:
        name = self._name()
        self._graph.node.append(helper.make_node(kind, list(inputs), [name], **more))
        return name

    def units(self, rows: str, spread: Spread) -> str:
        """:meth:`Spread.units`."""
        directions = self.array(spread.directions)
        off = self.add("Sub", rows, self.array(spread.center))
        along = self.add("Mul", self.add("MatMul", off, directions), self.array(spread.damping))
        off = self.add("Sub", off, self.add("MatMul", along, self.add("Transpose", directions, perm=[1, 0])))
        length = self.add("Max", self.add("ReduceL2", off, axes=[1], keepdims=1), self.array(1e-9))
        return self.add("Div", off, length)

    def maps(self, views: str) -> str:
        """:func:`maps_of`."""
        pixels = self.add("Cast", views, to=TensorProto.FLOAT)
        depth, x, y = (self.add("Gather", pixels, self.array([place], np.int64), axis=2) for place in range(3))
        inside = self.add("Cast", self.add("Greater", depth, self.array(0.0)), to=TensorProto.FLOAT)
        middle, slope = self.array(128.0), self.array(127.0)
        near = self.add("Mul", self.add("Div", self.add("Sub", depth, middle), self.array(64.0)), inside)
        across = self.add("Div", self.add("Abs", self.add("Sub", x, middle)), slope)
        along = self.add("Div", self.add("Sub", y, middle), slope)
        maps = self.add("Concat", inside, near, across, along, axis=2)
        maps = self.add("Reshape", maps, self.array([-1, 4, SIZE, SIZE], np.int64))
        step = SIZE // _CELLS
        maps = self.add("AveragePool", maps, kernel_shape=[step, step], strides=[step, step])
        maps = self.add("Reshape", maps, self.array([-1, len(CAMERAS), 4, _CELLS, _CELLS], np.int64))
        sides = self._average(self._picked(maps, range(SIDES.start, SIDES.stop), 1), 4)
        mean = self.add("ReduceMean", sides, axes=[1], keepdims=1)
        off = self.add("Sub", sides, mean)
        spread = self.add("Sqrt", self.add("ReduceMean", self.add("Mul", off, off), axes=[1], keepdims=1))
        top = self._average(self._average(self._picked(self._picked(maps, [TOP], 1), range(2), 2), 4), 3)
        turned = self.add("Transpose", top, perm=[0, 1, 2, 4, 3])
        top = self.add("Div", self.add("Add", top, turned), self.array(2.0))
        half = range(_CELLS // 2)
        parts = [self._picked(mean, half, 4), self._picked(spread, half, 4),
                 self._picked(self._picked(top, half, 4), half, 3)]  # fmt: skip
        return self.add("Concat", *(self.add("Flatten", part, axis=1) for part in parts), axis=1)

    def _picked(self, rows: str, places: Iterable[int], axis: int) -> str:
        return self.add("Gather", rows, self.array(list(places), np.int64), axis=axis)

    def _average(self, maps: str, axis: int) -> str:
        """Of ``maps`` and themselves mirrored along ``axis``."""
        mirrored = self._picked(maps, range(_CELLS - 1, -1, -1), axis)
        return self.add("Div", self.add("Add", maps, mirrored), self.array(2.0))
