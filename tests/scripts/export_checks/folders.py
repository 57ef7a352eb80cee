"""Target folders with a true manifest, and what a broken copy of one is blamed for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.registry import CHECKS, run_check, run_checks


def write_manifest(folder: Path, target: str, facts: dict[str, dict[str, Any]], **more: Any) -> None:
    """Lists every file with its checksum; ``facts`` by file name."""
    entries = [
        {
            "path": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
            **facts.get(path.name, {}),
        }
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    ]
    about = {"generator": "avatar-atelier", "version": "0", "blender": "0", "target": target, "units": "metres"}
    (folder / "manifest.json").write_text(json.dumps({**about, **more, "files": entries}))


def blame(folder: Path, check: str, validator: tuple[str, Path] | None = None) -> str:
    """The problems that one check finds, as text."""
    requested = next(one for one in CHECKS if one.number == check)
    return "\n".join(str(problem) for problem in run_check(requested, TargetFolder(folder, validator)).problems)


def states(folder: Path, validator: tuple[str, Path] | None = None) -> dict[str, str]:
    """passed, failed or not applicable, by check number."""
    return {outcome.check.number: outcome.state for outcome in run_checks(TargetFolder(folder, validator))}
