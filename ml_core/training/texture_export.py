"""Export of the texture generator: painter and code sampler in one ONNX graph, with its card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ml_core.datasets.avatar_textures import TextureLabel
from ml_core.errors import InputError
from ml_core.networks.code_bank import CodeBank
from ml_core.networks.generator import TexturePainter
from ml_core.vocabulary.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS

OPSET = 17


OUTPUTS = ("maps", "regions", "half_maps", "half_regions")


class TextureNetwork(nn.Module):
    """Seed vector and traits to maps: what is shipped."""

    def __init__(self, painter: TexturePainter, bank: CodeBank) -> None:
        super().__init__()
        self.painter, self.bank = painter, bank

    def forward(self, z: Tensor, colors: Tensor, outfit: Tensor, presentation: Tensor) -> tuple[Tensor, ...]:
        """:data:`OUTPUTS`: maps (N, 7, 512, 512) and region masks (N, 5, 512, 512), and both at 256, of seed vectors z
        (N, 64), sRGB colours (N, 4, 3) of skin, hair, top and bottom, outfit one-hot (N, 5) and presentation (N, 1)."""
        half, full = self.painter.paint_atlas(self.bank(*self.bank.weights(z, outfit, presentation)))
        return (*self.painter.finish(full, colors), *self.painter.finish(half, colors))


def export_network(network: TextureNetwork, path: Path) -> None:
    """Write the network as ONNX, atomically, with its weights stored in half precision.

    The weights are rounded to half precision first, in the network itself, so that torch and ONNX Runtime compute from
    the same numbers; both compute in single precision.
    """
    network = network.cpu().eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.half().float())
    example = (
        torch.zeros(2, SEED_SIZE),
        torch.full((2, 4, 3), 0.5),
        torch.eye(len(OUTFITS))[:2],
        torch.zeros(2, 1),
    )
    names = ("z", "colors", "outfit", "presentation")
    temporary = path.with_suffix(".onnx.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network,
        example,
        str(temporary),
        input_names=list(names),
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "batch"} for name in (*names, *OUTPUTS)},
        opset_version=OPSET,
        dynamo=False,
        # Parameters keep their names, so that training can start from the shipped file.
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )
    _store_half(temporary)
    temporary.replace(path)


def _store_half(path: Path, least: int = 1024) -> None:
    """Store the float tensors of ``least`` and more elements as halves; ONNX Runtime folds the casts back when it opens
    the file."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < least:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def read_weights(path: Path) -> dict[str, Tensor]:
    """The parameters of an exported network by their names in training, for :meth:`TextureTrainer.start_from`.

    Raises:
        InputError: the file cannot be read as ONNX.
    """
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:
        raise InputError(f"{path}: cannot be read as an exported network ({error})") from error
    tensors = {tensor.name.removesuffix("_half"): numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return {
        name: torch.from_numpy(values.astype(np.float32))
        for name, values in tensors.items()
        if name.startswith(("painter.", "bank.")) and np.issubdtype(values.dtype, np.floating)
    }


def bank_facts(bank: CodeBank) -> dict[str, Any]:
    """What each learned code stands for; inversion starts from the codes."""
    kinds = [OUTFITS[int(row.argmax())] for row in bank.outfit_kind]
    return {
        "faces": [round(float(value), 3) for value in bank.face_presentation],
        "outfits": [
            {"outfit": kind, "presentation": round(float(value), 3)}
            for kind, value in zip(kinds, bank.outfit_presentation, strict=True)
        ],
        "sharpness": [float(value) for value in bank.sharpness],
    }


def trait_statistics(labels: list[TextureLabel]) -> dict[str, list[dict[str, Any]]]:
    """What unset traits are drawn from: the measured colours of the people and of the garments of the training set."""
    people: dict[str, dict[str, Any]] = {}
    garments = []
    for label in labels:
        people.setdefault(
            label.identity,
            {"skin": label.skin, "hair": label.hair, "eye": label.eye, "presentation": label.presentation},
        )
        garments.append(
            {"outfit": label.outfit, "top": label.top, "bottom": label.bottom, "presentation": label.presentation}
        )
    return {"people": list(people.values()), "garments": garments}


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write the card of the ONNX file at ``path`` beside it, with the file's SHA-256."""
    card = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), **card}
    temporary = path.with_suffix(".json.part")
    temporary.write_text(json.dumps(card, indent=1, default=_plain) + "\n")
    temporary.replace(path.with_suffix(".json"))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a card cannot hold {type(value).__name__}")
