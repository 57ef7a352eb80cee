"""The shipped ONNX files, each beside its model card (JSON: data, licence, metrics, sha256, training command)."""
