"""The shipped ONNX files, each beside its model card (JSON: data, license, metrics, sha256, training command)."""

from pathlib import Path

WEIGHTS_FOLDER = Path(__file__).resolve().parent
