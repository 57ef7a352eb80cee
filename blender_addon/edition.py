"""Which of the two builds of the extension this is; ``scripts/build_extension.py --edition`` writes the other.

``full`` can also start a Python with PyTorch, which trains networks, and the bridge for programs of the artist's own.
``platform`` follows the rules of the extension platform: it starts no other program, opens no socket, and lacks the
modules that would do so (:data:`FULL_ONLY`).
"""

from __future__ import annotations

from typing import Literal

EDITION: Literal["full", "platform"] = "full"
IS_FULL: bool = EDITION == "full"
FULL_ONLY = (
    *("agents", "operators/programs.py"),
    *("training", "properties/training.py", "operators/training.py", "ui/training.py"),
    *("scene/reconstruction", "operators/scene/reconstructing.py"),
)
"""Below this package: what the other edition leaves out."""
