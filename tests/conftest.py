"""What every test may ask for: the shared data folder, and an empty Blender scene with the extension registered."""

from __future__ import annotations

import importlib.abc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("bpy", "bmesh", "mathutils", "torch", "lightning", "blender_addon")
FAST = (
    *("geometry/atlas", "geometry/humanoid", "geometry/mesh", "geometry/motion", "inference/language"),
    *("test_color.py", "test_files.py", "test_outputs.py", "test_records.py", "test_references.py", "test_tables.py"),
    *("vocabulary/test_traits.py", "vrm"),
)
"""Below tests/ml_core: what ``--fast`` runs."""
_SESSION = pytest.StashKey[pytest.Session]()

if "PYTEST_XDIST_WORKER" in os.environ:
    # Processes share the cores: threads of numerical libraries would only wait for one another. Set before any is
    # imported; scripts that tests start inherit it.
    for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(_variable, "1")

OWN_USER = None if "BLENDER_USER_RESOURCES" in os.environ else tempfile.mkdtemp(prefix="atelier-user-")
"""Stands in for the folder of whoever runs the tests: what they have taught and chosen neither counts nor changes."""
if OWN_USER is not None:
    # Before Blender is imported, and for all that the tests start; the processes of a run share one folder.
    os.environ["BLENDER_USER_RESOURCES"] = OWN_USER


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the process at once, when all is reported.

    After a whole run the static destructors of bpy 4.5.15 destroy a condition that a thread of its own still waits
    on, which in glibc never returns: the run would hang with its last line printed.
    """
    session = config.stash.get(_SESSION, None)
    if OWN_USER is not None:
        shutil.rmtree(OWN_USER, ignore_errors=True)
    if session is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(session.exitstatus))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run also the tests that take minutes")
    parser.addoption("--fast", action="store_true", help="run in seconds what needs neither Blender nor PyTorch")


class Missing(importlib.abc.MetaPathFinder):
    """Makes :data:`HEAVY` packages look as if they were not installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in HEAVY:
            raise ModuleNotFoundError(f"No module named {name!r} in the fast tests", name=name)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--fast"):
        sys.meta_path.insert(0, Missing())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not config.getoption("--fast"):
        return None
    wanted = [ROOT / "tests" / "ml_core" / name for name in FAST]
    is_wanted = any(collection_path.is_relative_to(path) or path.is_relative_to(collection_path) for path in wanted)
    return None if is_wanted else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Files with slow tests begin first: a long file that begins last would keep one process busy while others idle.
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("minutes") is not None:
            item.add_marker(pytest.mark.skip(reason="takes minutes; run it with --slow"))


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[_SESSION] = session


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real meshes and textures: ``ATELIER_DATA``, else ``../shared/data`` beside the repository."""
    folder = Path(os.environ.get("ATELIER_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "objects" / "labels.csv").is_file():
        pytest.skip(f"no shared data at {folder}; set ATELIER_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder of this run that its processes share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def registered_addon(shared_folder: Path) -> Iterator[None]:
    import bpy

    import blender_addon
    from tests.blender_addon import made_once

    made_once.keep_in(shared_folder / "made_once")
    if hasattr(bpy.types.Scene, "atelier"):  # installed from the zip, by installed_tests.py
        yield
        return
    blender_addon.register()
    yield
    blender_addon.unregister()


@pytest.fixture
def clean_scene(registered_addon: None) -> object:
    """Blender's context on an empty factory scene."""
    import bpy

    import blender_addon

    if blender_addon.__package__ == "blender_addon":
        bpy.ops.wm.read_factory_settings(use_empty=True)
        return bpy.context
    # Installed from the zip, by installed_tests.py: factory preferences turn it off.
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if not hasattr(bpy.types.Scene, "atelier"):
        bpy.ops.preferences.addon_enable(module=blender_addon.__package__)
    return bpy.context
