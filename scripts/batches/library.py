"""Plans a folder of models as jobs that turn them into assets, and combines the results into one asset library."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import AtelierError, InputError
from ml_core.files import SafeNames, read_json
from ml_core.inference.library.index import Asset, AssetIndex
from ml_core.inference.library.rights import Rights, rights_of
from ml_core.records import read_record
from ml_core.references import named_files
from scripts.batches.jobs import AssetJob
from scripts.batches.ledger import RESULTS
from scripts.batches.running import Outcome

ASSETS = "assets.json"
"""In the folder of a job: the records and the embeddings of what it has made."""
SUFFIXES = (".blend", ".glb", ".gltf", ".vrm", ".fbx", ".obj", ".ply", ".stl", ".usd", ".usda", ".usdc", ".usdz")
_MOST_BYTES = 2**26


@dataclass(frozen=True)
class LibraryOptions:
    """The options for each asset, beside its label."""

    real_size: bool = False
    preview: int = 0
    author: str = ""
    license: str = ""


def models_in(folder: Path, without: Path) -> list[Path]:
    """The model files below ``folder`` in the order of their paths, hidden ones and those below ``without`` left out.

    Raises:
        InputError: there is none.
    """
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not path.is_relative_to(without)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise InputError(
            "{folder}: has no model file; read are {suffixes}", folder=folder, suffixes=", ".join(SUFFIXES)
        )
    return found


def jobs_of(
    folder: Path, models: Sequence[Path], manifest: Mapping[str, Rights], options: LibraryOptions
) -> tuple[list[AssetJob], dict[str, str]]:
    """One job per model, and the models that are byte-identical to an earlier one (path -> path) and need none.

    A model that refers to other files never counts as identical to another.
    """
    names, jobs = SafeNames(), []
    seen: dict[str, str] = {}
    same: dict[str, str] = {}
    for path in models:
        relative = path.relative_to(folder).as_posix()
        said = rights_of(path, folder, manifest).filled(Rights(author=options.author, license=options.license))
        beside = _beside(path)
        if not beside:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            first = seen.setdefault(f"{digest} {said}", relative)
            if first != relative:
                same[relative] = first
                continue
        jobs.append(
            AssetJob(
                id=names.claim(relative.replace("/", "-").rpartition(".")[0], fallback="asset"),
                scene=relative,
                name=said.name or path.stem,
                author=said.author,
                license=said.license,
                description=said.description,
                copyright=said.copyright,
                real_size=options.real_size,
                preview=options.preview,
                beside=beside,
            )
        )
    return jobs, same


def _beside(path: Path) -> str:
    """A digest of the files that a model refers to; empty if there are none, or if they cannot be determined."""
    try:
        files = named_files(path)
    except (AtelierError, OSError, ValueError):  # a name may be none that a system takes
        return ""
    if not files:
        return ""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def write_assets(folder: Path, made: Sequence[Any], fingerprint: str) -> None:
    """Write the assets of a job, a list of ``blender_addon.scene.library.assets.Labeled``, beside its blend file.

    Args:
        fingerprint: of the weights that made the embeddings.
    """
    vectors = np.array([item.embedding for item in made], np.float16)
    data = {
        "weights": fingerprint,
        "assets": [asdict(item.asset) for item in made],
        "embeddings": base64.b64encode(vectors.tobytes()).decode("ascii"),
    }
    (folder / ASSETS).write_text(json.dumps(data, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")


def index_of(out: Path, outcomes: Sequence[Outcome], scenes: Mapping[str, str]) -> AssetIndex:
    """The index of all finished assets.

    Args:
        scenes: the source of each job by its id.

    Raises:
        InputError: the output of a job is damaged, or two jobs used different weights.
    """
    assets: list[Asset] = []
    weights: set[str] = set()
    vectors: list[np.ndarray] = []
    for outcome in sorted(outcomes, key=lambda item: item.id):
        if outcome.done is None:
            continue
        file = f"{RESULTS}/{outcome.id}/asset.blend"
        found, fingerprint = _read_assets(out / RESULTS / outcome.id / ASSETS)
        weights.add(fingerprint)
        for asset, vector in found:
            assets.append(replace(asset, file=file, source=scenes.get(outcome.id, "")))
            vectors.append(vector)
    if len(weights) > 1:
        raise InputError("{out}: its results are of different recognizers; choose an empty folder", out=out)
    return AssetIndex(assets, np.array(vectors, np.float32), next(iter(weights), ""))


def _read_assets(path: Path) -> tuple[list[tuple[Asset, np.ndarray]], str]:
    data = read_json(path, str(path), max_bytes=_MOST_BYTES)
    records = data.get("assets")
    try:
        raw = base64.b64decode(str(data.get("embeddings")), validate=True)
        assets = [read_record(record, Asset, str(path)) for record in records or ()]
        vectors = np.frombuffer(raw, np.float16).reshape(len(assets), -1)
    except (ValueError, TypeError) as error:
        raise InputError("{path}: is damaged; delete its folder and run again", path=path) from error
    return list(zip(assets, vectors, strict=True)), str(data.get("weights", ""))
