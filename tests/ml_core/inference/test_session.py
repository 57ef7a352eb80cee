"""What the networks run on."""

from __future__ import annotations

import onnxruntime
import pytest

from ml_core.inference.session import runtime_device


@pytest.mark.parametrize(
    ("available", "device"),
    [(["Azure", "CPU"], "CPU"), (["Tensorrt", "CUDA", "CPU"], "CUDA"), (["CoreML", "Azure", "CPU"], "CoreML")],
)
def test_the_device_is_one_that_sessions_are_opened_on(
    monkeypatch: pytest.MonkeyPatch, available: list[str], device: str
) -> None:
    providers = [f"{name}ExecutionProvider" for name in available]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: providers)
    assert runtime_device() == device
