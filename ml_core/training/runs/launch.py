"""Starts a training run in any Python that has PyTorch: ``python launch.py RUN_FOLDER``.

Run by its path, from wherever Blender has unpacked ml_core. Beside it lie packages built for Blender's own Python,
which another one must not see; so ml_core alone is made importable, and trimesh, which is pure Python, where the other
Python lacks it.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[3]
SHARED = ("ml_core", "trimesh")


class _Shared:
    """Finds the packages of :data:`SHARED` beside this file, and nothing else there."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        start = PACKAGES / name / "__init__.py"
        if name not in SHARED or not start.is_file():
            return None
        return importlib.util.spec_from_file_location(name, start, submodule_search_locations=[str(start.parent)])


def main() -> int:
    # The folder of this file came first on the path, and its siblings would hide modules of the same name.
    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [item for item in sys.path if item != here]
    # Last: a Python that has packages of its own by these names uses those, except for our own code.
    sys.meta_path.append(_Shared)
    own = _Shared.find_spec("ml_core")
    if own is not None and own.loader is not None:
        module = importlib.util.module_from_spec(own)
        sys.modules["ml_core"] = module
        own.loader.exec_module(module)
    from ml_core.training.runs.job import run  # importable from here on

    return run(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
