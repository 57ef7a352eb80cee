"""One target's folder: its files as they are, and its manifest as a claim about them."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.vocabulary.targets import TARGETS, Target

from .fbx import read_fbx
from .glb import read_glb
from .model import Model, UnreadableFileError

MODELS = (".fbx", ".glb", ".vrm")


class TargetFolder:
    """The subject of all checks. ``validator`` is (node, folder of the package gltf-validator), if it is found."""

    def __init__(self, path: Path, validator: tuple[str, Path] | None = None) -> None:
        self.path = path
        self.validator = validator

    @cached_property
    def manifest(self) -> dict[str, Any]:
        path = self.path / "manifest.json"
        return read_json(path, str(path))

    @property
    def target(self) -> str:
        return str(self.manifest.get("target", ""))

    @property
    def about(self) -> Target | None:
        """The capabilities and expectations of the target; ``None`` for a folder of an unknown target."""
        return TARGETS.get(self.target)

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [path for path in self.manifest.get("files", []) if isinstance(path, dict) and "path" in path]

    def entry(self, model: Model) -> dict[str, Any]:
        """The manifest's entry of a model; empty if there is none."""
        name = model.path.relative_to(self.path).as_posix()
        return next((entry for entry in self.entries if entry["path"] == name), {})

    @cached_property
    def files(self) -> list[Path]:
        """Every file but the manifest."""
        return [path for path in sorted(self.path.rglob("*")) if path.is_file() and path != self.path / "manifest.json"]

    @cached_property
    def _read(self) -> tuple[list[Model], dict[str, str]]:
        models, broken = [], {}
        for path in self.files:
            if path.suffix.lower() not in MODELS:
                continue
            try:
                models.append(read_fbx(path) if path.suffix.lower() == ".fbx" else read_glb(path))
            except UnreadableFileError as error:
                broken[path.name] = str(error)
        return models, broken

    @property
    def models(self) -> list[Model]:
        """Models that can be parsed."""
        return self._read[0]

    @property
    def broken(self) -> dict[str, str]:
        """The reasons why the other models cannot be parsed, by file name."""
        return self._read[1]

    def of_format(self, *formats: str) -> list[Model]:
        return [model for model in self.models if model.format in formats]

    @property
    def static_models(self) -> list[Model]:
        return [model for model in self.models if not model.is_skeletal]

    @property
    def skeletal_models(self) -> list[Model]:
        return [model for model in self.models if model.is_skeletal]

    @cached_property
    def textures(self) -> list[Path]:
        return [path for path in self.files if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp")]

    @cached_property
    def materials(self) -> dict[str, dict[str, Any]]:
        """materials.json; empty if it is missing or not JSON."""
        return _json(self.path / "materials.json")

    @cached_property
    def layout(self) -> list[dict[str, Any]]:
        """The placements of layout.json."""
        return _json(self.path / "layout.json").get("instances", [])

    @cached_property
    def siblings(self) -> list[TargetFolder]:
        """The other targets of the same export."""
        found = sorted(path.parent for path in self.path.absolute().parent.glob("*/manifest.json"))
        return [TargetFolder(item) for item in found if item != self.path.absolute()]

    @cached_property
    def sources(self) -> Path | None:
        """The folder of unpacked maps that generate_avatar.py writes beside the targets."""
        folder = self.path.absolute().parent / "textures"
        return folder if folder.is_dir() else None


def _json(path: Path) -> dict[str, Any]:
    try:
        return read_json(path, path.name)
    except InputError:
        return {}
