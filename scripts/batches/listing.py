"""Writes the listing of an online asset library, by Blender 5.2's command ``asset_listing``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from ml_core.errors import AtelierError, InputError
from ml_core.files import atomic_path
from ml_core.programs import clean_environment, find_program

META = "_asset-library-meta.json"
_MINUTES = 60


def write_listing(blender: Path, library: Path) -> None:
    """Let ``blender`` write the listing of ``library`` into it, so that a web server can offer the folder.

    Raises:
        InputError: ``blender`` is not a program. AtelierError: it does not support listings, or fails.
    """
    program = find_program(str(blender))
    if program is None:
        raise InputError("--listing {path}: is not a program; give the path of Blender 5.2", path=blender)
    meta = library / META
    if not meta.is_file():  # else Blender would write its own example's name and address
        data = {"api_versions": {}, "name": library.resolve().name, "contact": {"name": library.resolve().name}}
        with atomic_path(meta) as partial:
            partial.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    command = [str(program), "--background", "-c", "asset_listing", "--quiet", "generate", str(library.resolve())]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=clean_environment(), timeout=60 * _MINUTES
    )
    if done.returncode != 0 or not (library / "_v1" / "asset-index.json").is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise AtelierError(
            "{program}: made no listing ({reason}); it takes Blender 5.2 or later",
            program=program,
            reason=said[-1][:300] if said else f"exit code {done.returncode}",
        )
