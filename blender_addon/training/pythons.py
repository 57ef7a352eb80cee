"""Finds a Python that has PyTorch, by querying each candidate on this machine. Needs no Blender data.

To query a Python is to run it, so only install locations of programs are searched, never the folder of a scene, of
training data or the current one: these may contain downloads. Each runs in isolated mode, in an empty folder of its
own, without the environment variables that inject modules.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml_core.errors import InputError, Message
from ml_core.files import read_json
from ml_core.programs import IS_WINDOWS, clean_environment, current_folder, find_program, is_strange
from ml_core.records import read_record

from ..bridge import session

OLDEST = (3, 11)
NEEDED = {"lightning": "lightning", "onnx": "onnx", "onnxruntime": "onnxruntime", "PIL": "pillow", "numpy": "numpy"}
"""What a training imports beside torch, and what pip calls it."""
PATIENCE = 90.0
"""Seconds that ``import torch`` may take: it reads a gigabyte, the first time from a disk that may be slow."""
_MOST = 40
ISOLATED = "-I"
"""Python's own switch: no current folder, no script's folder, no user site and no PYTHON variables. It is ``-P`` and
more since 3.11, and known to older ones, which have to be able to say that they are too old."""
_INSIDE = ("python.exe", "Scripts/python.exe") if IS_WINDOWS else ("bin/python3", "bin/python")

# Prints one line of JSON. A module counts as there when it can be found; torch has to be imported to be believed.
_QUESTION = """
import importlib.util, json, sys
facts = {"version": list(sys.version_info[:3]), "torch": "", "cuda": False, "missing": []}
facts["missing"] = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
if importlib.util.find_spec("torch") is not None:
    try:
        import torch
        facts["torch"], facts["cuda"] = str(torch.__version__), bool(torch.cuda.is_available())
    except Exception as error:
        facts["broken"] = str(error)
print("ATELIER" + json.dumps(facts))
"""

_SHORT_QUESTION = """
import importlib.util, json, sys
missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
print("ATELIER" + json.dumps({"version": list(sys.version_info[:3]), "missing": missing}))
"""


@dataclass(frozen=True)
class FoundPython:
    """A Python that was found, as it answered. ``torch`` is empty if it has none; ``missing`` are pip's names of the
    other packages that a training needs."""

    path: str
    version: tuple[int, ...] = ()
    torch: str = ""
    cuda: bool = False
    missing: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return bool(self.torch) and not self.missing and self.version >= OLDEST

    @property
    def why_not(self) -> str:
        """What it lacks, as a sentence with advice; empty if it is ready."""
        if not self.version:
            return Message("{path} is not a working Python. Choose another one.", path=self.path)
        if self.version < OLDEST:
            return Message(
                "{path} is Python {major}.{minor}; training needs 3.11 or newer.",
                path=self.path,
                major=self.version[0],
                minor=self.version[1],
            )
        if not self.torch:
            return Message("{path} has no PyTorch. Choose another Python, or install PyTorch into it.", path=self.path)
        if self.missing:
            return Message(
                "{path} has PyTorch but lacks {missing}. Install them: {command}",
                path=self.path,
                missing=", ".join(self.missing),
                command=self.install_command,
            )
        return ""

    @property
    def install_command(self) -> str:
        line = [self.path, "-m", "pip", "install", *(self.missing or ("torch",))]
        return subprocess.list2cmdline(line) if IS_WINDOWS else shlex.join(line)


NONE_FOUND = (
    "No Python with PyTorch was found on this machine. Install Python 3.11 or newer and in it torch, "
    "lightning, onnx, onnxruntime and pillow, then choose it in the preferences of Atelier."
)


def ask(path: Path | str) -> FoundPython:
    """Queries the packages of the Python at the absolute ``path``; nothing of it is loaded into this process. A
    complete one is queried only once."""
    ready = session.part(ReadyPythons).by_path
    if str(path) not in ready:
        found = queried(path)
        if not found.is_ready:
            return found
        ready[str(path)] = found
    return ready[str(path)]


@dataclass
class ReadyPythons:
    by_path: dict[str, FoundPython] = field(default_factory=dict)


def queried(path: Path | str) -> FoundPython:
    try:
        facts = _answer(path, _QUESTION, NEEDED)
        missing = tuple(NEEDED[name] for name in facts.pop("missing"))
        return read_record(
            {**facts, "path": str(path), "missing": missing}, FoundPython, "the answer", ignore_unknown=True
        )
    except _NO_ANSWER:
        return FoundPython(str(path))


def lacking(path: Path | str, needed: Mapping[str, str]) -> tuple[str, ...] | None:
    """Which of ``needed`` (pip's names by module) a Python lacks; ``None`` if it is too old, or not a Python."""
    try:
        facts = _answer(path, _SHORT_QUESTION, needed)
        missing = tuple(needed[name] for name in facts["missing"])
        return missing if tuple(facts["version"]) >= OLDEST else None
    except _NO_ANSWER:
        return None


_NO_ANSWER = (OSError, ValueError, KeyError, TypeError, StopIteration, InputError, subprocess.SubprocessError)


def _answer(path: Path | str, question: str, modules: Iterable[str]) -> dict[str, Any]:
    """What a Python prints for the query ``question``; raises one of :data:`_NO_ANSWER`."""
    if not Path(path).is_absolute():
        raise ValueError(path)
    with tempfile.TemporaryDirectory(prefix="atelier-", ignore_cleanup_errors=True) as empty:
        done = subprocess.run(
            [str(path), ISOLATED, "-c", question, *modules],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            cwd=empty,
            env=environment(Path(path)),
            stdin=subprocess.DEVNULL,
            **hidden_window(),
        )
    line = next(splitline for splitline in done.stdout.splitlines() if splitline.startswith("ATELIER"))
    return read_json(line.removeprefix("ATELIER"), "the answer")


def find(strange: Sequence[Path] = ()) -> list[FoundPython]:
    """All Pythons with PyTorch, the best first: complete, on a GPU, newer.

    Args:
        strange: untrusted folders, such as that of the scene; no program below them is run.
    """
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = [item for item in pool.map(ask, trusted(strange)) if item.torch]
    return sorted(found, key=lambda item: (item.is_ready, item.cuda, item.version), reverse=True)


def trusted(strange: Sequence[Path]) -> list[Path]:
    """The candidates outside of the folders ``strange``, each once."""
    avoided = [*strange, *current_folder()]
    return list(_different(path for path in candidates() if not is_strange(path, avoided)))[:_MOST]


def candidates() -> Iterator[Path]:
    """Python executables where the usual tools put them: conda, venv, pyenv, uv, the system's own."""
    home = Path.home()
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if os.environ.get(variable):
            yield from in_prefix(Path(os.environ[variable]))
    conda_list = home / ".conda" / "environments.txt"
    if conda_list.is_file():
        for line in conda_list.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.strip():
                yield from in_prefix(Path(line.strip()))
    for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba"):
        yield from in_prefix(home / name)
        yield from _in_prefixes(home / name / "envs")
    for folder in (".virtualenvs", ".venvs", ".pyenv/versions", ".pyenv/pyenv-win/versions", ".local/share/uv/python"):
        yield from _in_prefixes(home / folder)
    # Where other tools for artists keep theirs.
    for name in ("ComfyUI", "stable-diffusion-webui"):
        for inside in (".venv", "venv"):
            yield from in_prefix(home / name / inside)
    if IS_WINDOWS:
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        yield from _in_prefixes(local / "Programs" / "Python")
    for name in ("python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"):
        # The Store's stand-in for a missing Python opens a shop window.
        if (found := find_program(name)) and "WindowsApps" not in found.parts:
            yield found
    for folder in ("/usr/local/bin", "/opt/homebrew/bin"):
        yield from (path for path in (Path(folder, "python3"),) if path.is_file())


def environment(python: Path) -> dict[str, str]:
    """The environment variables for a child process: without those that inject Blender's own Python."""
    kept = clean_environment()
    libraries = python.parent / "Library" / "bin"
    if libraries.is_dir():  # a conda environment on Windows that nobody has activated
        kept["PATH"] = os.pathsep.join([str(libraries), kept.get("PATH", "")])
    return kept | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def hidden_window() -> dict[str, int]:
    """Options that keep a child process from opening a console on Windows."""
    return {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)} if IS_WINDOWS else {}


def in_prefix(prefix: Path) -> Iterator[Path]:
    if not prefix.is_absolute():
        return
    for inside in _INSIDE:
        if (prefix / inside).is_file():
            yield prefix / inside
            return


def _in_prefixes(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for prefix in sorted(folder.iterdir(), reverse=True):
            yield from in_prefix(prefix)


def _different(paths: Iterator[Path]) -> Iterator[Path]:
    """Removes duplicates. An environment's Python is a link to another one, so its own path counts, not its target."""
    seen = set()
    for path in paths:
        key = os.path.normcase(os.path.abspath(path))
        if key not in seen:
            seen.add(key)
            yield path
