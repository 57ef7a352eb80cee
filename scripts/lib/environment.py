"""Imported first by every script: reports in one line which Python to use if this one lacks what the script needs.

Only the standard library is used here. Blender's own Python finds the packages later, in the installed extension.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = {"numpy": "numpy", "PIL": "pillow", "onnxruntime": "onnxruntime"}
"""What each script imports, by module, and what pip calls it."""
TRAINING = {"torch": "torch", "lightning": "lightning", "onnx": "onnx"}
LIKE_TRAINING = (
    "compile_face_networks.py",
    "evaluate_image_recognizer.py",
    "evaluate_language.py",
    "evaluate_recognizer.py",
    "evaluate_texture_gan.py",
)
"""Scripts outside of ``training`` that need the same."""


def problem(script: Path) -> str:
    """The reason why this Python cannot run ``script``, with advice; empty if it can."""
    if "bpy" in sys.modules:
        return ""
    trains = script.parent.name == "training" or script.name in LIKE_TRAINING
    needed = PACKAGES | (TRAINING if trains else {})
    lacking = [name for module, name in needed.items() if find_spec(module) is None]
    if not lacking:
        return ""
    command, extra = ("test", "blender,train") if trains else ("demo", "blender")
    return (
        f"{script.name}: {sys.executable} has no {', '.join(lacking)}; use the Python of the .venv folder, which "
        f'"python3.11 scripts/run.py {command}" makes, or install them by: pip install -e ".[{extra}]"'
    )


if reason := problem(Path(getattr(sys.modules["__main__"], "__file__", None) or "")):
    print(f"error: {reason}", file=sys.stderr)
    sys.exit(2)
