"""Starts a run in any Python that has its packages: ``python launch.py RUN_FOLDER [training | reconstruction]``.

Run by its path, from wherever Blender has unpacked ml_core. Beside it are packages built for Blender's own Python,
which another Python must not import; so ml_core alone is made importable, and trimesh, which is pure Python, where the
other Python lacks it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[3]
SHARED = ("ml_core", "trimesh")
RUNS = {"training": "ml_core.training.runs.job", "reconstruction": "ml_core.reconstruction.running"}
"""The module whose ``run(folder)`` does the work, by what is to be run."""


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
    what = sys.argv[2] if len(sys.argv) > 2 else "training"
    code: int = importlib.import_module(RUNS[what]).run(Path(sys.argv[1]))  # importable from here on
    return code


if __name__ == "__main__":
    sys.exit(main())
