"""A Python 3.13 with Blender 5.2 as a module, for what has to run in the newer Blender."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".cache" / "bpy-5.2.3"
WANTED = ("bpy==5.2.3", "pytest>=9.0")


@pytest.fixture(autouse=True)
def _library_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a test teaches or trains must neither come from nor go to what the one who runs it has."""
    from blender_addon.bridge.models import own as own_models
    from blender_addon.bridge.models import taught

    monkeypatch.setattr(taught, "user_library", lambda: tmp_path / "library" / taught.FILE_NAME)
    monkeypatch.setattr(own_models, "home", lambda: tmp_path / "atelier")


@pytest.fixture(scope="session", autouse=True)
def three_js(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Web pages can be exported: where three.js was not fetched, with empty files in its place."""
    from blender_addon.export.delivery import page_files
    from ml_core.errors import InputError
    from ml_core.files import read_json

    with pytest.MonkeyPatch.context() as patch:
        try:
            page_files.check_page_files()
        except InputError:
            page = shutil.copytree(page_files.PAGE, tmp_path_factory.mktemp("three") / "page")
            (page / page_files.THREE).mkdir(exist_ok=True)
            for name in read_json(page / "three.json", "three.json")["files"]:
                (page / page_files.THREE / name).write_text("")
            patch.setattr(page_files, "PAGE", page)
        yield


def _candidates() -> Iterator[str]:
    if named := os.environ.get("ATELIER_PYTHON313"):
        yield named
    if found := shutil.which("python3.13"):
        yield found
    for folder in sorted(Path.home().glob(".pyenv/versions/3.13*")):
        yield str(folder / "bin" / "python3.13")


def _succeeds(python: str | Path, code: str) -> bool:
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, check=False, timeout=120).returncode == 0
    except OSError:
        return False


def _blender_of(python: str) -> Path:
    """``python`` itself where it has the modules, else a virtual environment made from it once (about 400 MB)."""
    if _succeeds(python, "import bpy, pytest; assert bpy.app.version[:2] == (5, 2)"):
        return Path(python)
    from filelock import FileLock  # these tests run in Blender 5.2 too, where it is not

    inside = VENV / "bin" / "python"
    ready = VENV / "ready"
    VENV.parent.mkdir(exist_ok=True)
    with FileLock(VENV.with_suffix(".lock")):  # several processes run the tests
        if not ready.exists() or ready.read_text() != " ".join(WANTED):
            subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)
            subprocess.run([str(inside), "-m", "pip", "install", "--quiet", *WANTED], check=True)
            ready.write_text(" ".join(WANTED))
    return inside


@pytest.fixture(scope="session")
def blender52() -> Path:
    """The Python executable whose ``bpy`` is Blender 5.2; ``ATELIER_PYTHON313`` names one."""
    for python in _candidates():
        if _succeeds(python, "import sys; assert sys.version_info[:2] == (3, 13)"):
            try:
                return _blender_of(python)
            except subprocess.CalledProcessError as error:
                pytest.skip(f"{WANTED[0]} could not be installed for {python}: {error}")
    pytest.skip("no Python 3.13 is found on PATH, in ~/.pyenv/versions or in ATELIER_PYTHON313")


@pytest.fixture(scope="session")
def extension_zip_52(shared_folder: Path) -> Path:
    """The zip for this platform and Blender 5.2, built once a run from the working tree."""
    from filelock import FileLock  # these tests run in Blender 5.2 too, where it is not

    out = shared_folder / "zip"
    with FileLock(shared_folder / "zip.lock"):
        if not list(out.glob("*.zip")):
            fetch = [sys.executable, str(ROOT / "scripts" / "data" / "fetch_three.py")]
            fetched = subprocess.run(fetch, capture_output=True, text=True, check=False)
            if fetched.returncode:
                pytest.skip(f"the zip holds three.js: {fetched.stderr.strip()}")
            script = str(ROOT / "scripts" / "build_extension.py")
            command = [sys.executable, script, "--blender", "5.2", "--out", str(out)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return next(out.glob("*.zip"))
