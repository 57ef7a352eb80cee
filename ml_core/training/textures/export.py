"""Export of the texture generator: painter and code sampler in one ONNX graph, with its card."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ml_core.datasets.textures.avatar_textures import TextureLabel
from ml_core.errors import InputError
from ml_core.inference.session import read_card
from ml_core.networks.code_bank import CodeBank
from ml_core.networks.generator import GeneratorConfig, TexturePainter
from ml_core.records import read_record
from ml_core.training.export import partial_file, store_small, write_onnx
from ml_core.training.textures.onnx_levels import one_size_at_a_time
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS

_CODES = ("bank.faces", "bank.outfits", "bank.details")


def level_outputs(levels: int) -> tuple[tuple[str, str], ...]:
    """Names of maps (N, 7, 2, 2, S/2, S/2) and region masks (N, 5, 2, 2, S/2, S/2) by level, for S of 256, 512 and
    1024.

    [n, c, i, j, y, x] is the texel (2 y + i, 2 x + j): ONNX Runtime takes a fifth of the whole time to put them in
    order, NumPy a tenth of that.
    """
    coarser = tuple((f"maps_{level}", f"regions_{level}") for level in range(levels - 1))
    return (*coarser, ("maps", "regions"))


class TextureNetwork(nn.Module):
    """Seed vector and traits to maps: what is shipped."""

    def __init__(self, painter: TexturePainter, bank: CodeBank) -> None:
        super().__init__()
        self.painter, self.bank = painter, bank

    def forward(self, z: Tensor, colors: Tensor, outfit: Tensor, presentation: Tensor) -> tuple[Tensor, ...]:
        """:func:`level_outputs` one after the other, of seed vectors z (N, 64), sRGB colors (N, 4, 3) of skin, hair,
        top and bottom, outfit one-hot (N, 5) and presentation (N, 1)."""
        face, clothes = self.bank.weights(z, outfit, presentation)
        details = self.bank.face_details(face) if self.painter.config.details else None
        painted = self.painter.atlas_quarters(self.bank(face, clothes), details)
        return tuple(output for raw in painted for output in self.painter.finish_quarters(raw, colors))


def export_network(network: TextureNetwork, path: Path) -> None:
    """Write the network as ONNX, atomically, with its weights stored in half precision and its codes in 8 bits.

    The file has one input more, ``level`` (0, the coarsest, to 1 or 2), and the two outputs of that level alone:
    ``maps``, ``regions``.

    They are rounded first, in the network itself, so that torch and ONNX Runtime compute from the same numbers; both
    compute in single precision.
    """
    network = network.cpu().eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name in _CODES:
                scale = _scale(parameter)
                parameter.copy_(torch.round(parameter / scale) * scale)
            else:
                parameter.copy_(parameter.half().float())
    example = (
        torch.zeros(2, SEED_SIZE),
        torch.full((2, 4, 3), 0.5),
        torch.eye(len(OUTFITS))[:2],
        torch.zeros(2, 1),
    )
    outputs = level_outputs(network.painter.config.levels)
    temporary = partial_file(path)
    names = ("z", "colors", "outfit", "presentation")
    write_onnx(network, example, temporary, names, list(chain.from_iterable(outputs)), trainable=True)
    one_size_at_a_time(temporary, outputs)
    codes = {name: value for name, value in network.named_parameters() if name in _CODES}
    store_small(temporary, {name: _scale(value.detach()).numpy() for name, value in codes.items()})
    temporary.replace(path)


def _scale(codes: Tensor) -> Tensor:
    """(1, C, 1, 1) steps of 8-bit codes (K, C, H, W); stays the same when the codes are rounded to it."""
    return codes.abs().amax(dim=(0, 2, 3), keepdim=True).clamp_min(1e-6) / 127


def read_weights(path: Path) -> dict[str, Tensor]:
    """The parameters of an exported network by their names in training, for :meth:`TextureTrainer.start_from`.

    Raises:
        InputError: the file cannot be read as ONNX.
    """
    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:
        raise InputError("{path}: cannot be read as an exported network ({reason})", path=path, reason=error) from error
    tensors = {
        tensor.name.removesuffix("_half"): numpy_helper.to_array(tensor)
        for item in _graphs(graph)
        for tensor in item.initializer
    }
    for name in _CODES:
        if name in tensors and (scale := tensors.pop(f"{name}_scale", None)) is not None:
            tensors[name] = tensors[name] * scale.reshape(1, -1, 1, 1)
    return {
        name: torch.from_numpy(values.astype(np.float32))
        for name, values in tensors.items()
        if name.startswith(("painter.", "bank."))
    }


def read_network(path: Path) -> tuple[TextureNetwork, dict[str, Any]]:
    """An exported network as it was, and its card.

    Raises:
        InputError: the file or its card cannot be read, or holds another network.
    """
    weights = read_weights(path)
    try:
        card = read_card(path.with_suffix(".json"))
        config = read_record(card["training"]["configuration"]["generator"], GeneratorConfig, f"{path}: generator")
        codes = card["codes"]
        bank = CodeBank(
            np.array(codes["faces"]),
            np.array([code["presentation"] for code in codes["outfits"]]),
            np.array([[code["outfit"] == kind for kind in OUTFITS] for code in codes["outfits"]], dtype=np.float32),
            config.latent,
            tuple(codes["sharpness"]),
            config.details,
        )
        network = TextureNetwork(TexturePainter(config), bank)
        network.load_state_dict({name: weights[name] for name, _ in network.named_parameters()}, strict=False)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise InputError(
            "{path}: these weights and their card are not those of a texture generator ({reason})",
            path=path,
            reason=error,
        ) from error
    return network.eval(), card


def _graphs(graph: Any) -> Iterator[Any]:
    """The graph and those inside its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _graphs(attribute.g)


def bank_facts(bank: CodeBank) -> dict[str, Any]:
    """The face or outfit that each learned code stands for; inversion starts from the codes."""
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
    """Statistics for unset traits: the measured colors of the people and of the garments of the training set."""
    people: dict[str, dict[str, Any]] = {}
    garments = []
    for label in labels:
        eye = {"eye": label.eye} if label.eye else {}
        people.setdefault(
            label.identity, {"skin": label.skin, "hair": label.hair, **eye, "presentation": label.presentation}
        )
        garments.append(
            {"outfit": label.outfit, "top": label.top, "bottom": label.bottom, "presentation": label.presentation}
        )
    return {"people": list(people.values()), "garments": garments}
