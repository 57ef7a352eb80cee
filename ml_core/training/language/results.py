"""Export of the language model with its card."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import torch

from ml_core.datasets.language.grammar import slot_phrases, verb_phrases
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.language.understanding.tagging.encoding import BUCKETS, GRAMS
from ml_core.inference.language.understanding.tagging.gazetteer import CLASSES, FEATURES
from ml_core.networks.sentence_tagger import SentenceTagger, TaggerShape
from ml_core.training.cards import write_card
from ml_core.training.export import OPSET, partial_file, store_small
from ml_core.training.loop import CHECKPOINT, CONFIG, read_checkpoint

from .runs import WORDS


def network_of(run: Path) -> tuple[SentenceTagger, dict[str, Any], dict[str, Any]]:
    """The averaged network of a run with its words and its configuration.

    Raises:
        InputError: the run has no checkpoint.
    """
    words = read_json(run / WORDS, str(run / WORDS), dict, 16 * 2**20)
    config = read_json(run / CONFIG, str(run / CONFIG))
    state = read_checkpoint(run / CHECKPOINT)["average"]
    features = state["features.weight"].shape[1]
    shape = TaggerShape(len(words["words"]), BUCKETS, features, len(words["tags"]), len(words["domains"]),
                        config["embedding"], config["hidden"], config["layers"], config["dropout"])  # fmt: skip
    network = SentenceTagger(shape)
    network.load_state_dict(state)
    return network.eval(), words, config


def export_run(run: Path, out: Path) -> None:
    """Write the network of ``run`` to ``out`` as ONNX, one sentence at a time, with its card.

    Raises:
        InputError: the run was trained on SNIPS, or on word classes that no longer exist.
    """
    network, words, config = network_of(run)
    if config["data"] != "language":
        raise InputError("{run}: was trained on SNIPS for comparison and cannot be exported", run=run)
    if network.shape.features != FEATURES:
        raise InputError("{run}: was trained on other classes of words; train it again", run=run)
    example = (
        torch.zeros(1, 7, dtype=torch.long),
        torch.zeros(1, 7, GRAMS, dtype=torch.long),
        torch.zeros(1, 7, FEATURES),
    )
    partial = partial_file(out)
    torch.onnx.export(
        network, example, str(partial), input_names=["words", "grams", "features"], output_names=["tags", "domains"],
        dynamic_axes={"words": {1: "pieces"}, "grams": {1: "pieces"}, "features": {1: "pieces"}, "tags": {1: "pieces"}},
        opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    store_small(partial)
    partial.replace(out)
    write_card(out, card_of(network, words, config))


def card_of(network: SentenceTagger, words: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """The card without figures, which evaluate_language.py adds."""
    return {
        "what": "Marks what each part of an English or Chinese sentence is: the verb and the slots of a scene command, "
        "or the parts of a person's description; and tells sentences that are neither",
        "architecture": "bidirectional LSTM over word vectors, hashed character n-grams and classes of the registries "
        "(Hochreiter & Schmidhuber 1997; joint intent and slots after Liu & Lane 2016; n-grams after Bojanowski et "
        "al. 2017)",
        "data": f"{config['sentences']} sentences drawn from the grammars in ml_core/datasets/language, half in each "
        "language; sentences that are none of ours from the training sets of CLINC150 (Larson et al. 2019, CC BY 3.0) "
        "and SNIPS 2017-06 (Coucke et al. 2018, CC0)",
        "data_licence": "GPL-3.0-or-later (grammars), CC-BY-3.0 (CLINC150), CC0-1.0 (SNIPS)",
        "licence": "GPL-3.0-or-later",
        "limits": "learned from sentences that a grammar makes, so that a phrasing far from it may be marked wrongly; "
        "the resolvers refuse what no registry has, which catches most of that, not all. No other languages, no memory "
        "of earlier sentences beyond the selection, no arithmetic, no conditions, no comparisons between objects other "
        "than size and place",
        "words": words["words"],
        "tags": words["tags"],
        "domains": words["domains"],
        "classes": list(CLASSES),
        "verbs": verb_phrases(),
        "phrases": slot_phrases("EXCEPT", "SEP", "NOT", "ONLY"),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": {
            "command": f"python scripts/training/train_language.py --data DATA --sentences {config['sentences']} "
            f"--minutes {config['minutes']:g} --seed {config['seed']}",
            "configuration": dataclasses.asdict(network.shape) | config,
        },
    }
