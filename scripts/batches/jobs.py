"""The typed format of jobs, one JSON object per line, and the key that identifies finished jobs.

    {"job": "generate", "id": "ann", "describe": "a nurse in blue scrubs", "seed": 7}
    {"job": "dress", "id": "ann_formal", "of": "ann", "garments": ["blazer"], "fabric": "tweed"}
    {"job": "texture", "id": "knight", "scene": "knight.glb", "describe": "a man in a navy suit"}
    {"job": "label", "id": "room", "scene": "room.blend", "picture": true}
    {"job": "asset", "id": "thonet", "scene": "chairs/thonet.glb", "license": "CC-BY-4.0", "preview": 128}
    {"job": "export", "id": "ann_web", "of": "ann", "engines": ["unity", "web"]}
    {"job": "check", "id": "ann_web_check", "of": "ann_web"}
    {"job": "render", "id": "ann_picture", "of": "ann", "width": 480}

``of`` is the id of an earlier job whose result it takes, ``scene`` a file below the folder of the jobs file. Empty
lines and lines that begin with # are skipped.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from ml_core.errors import InputError
from ml_core.files import path_inside, read_json, safe_name
from ml_core.records import is_whole, read_record
from ml_core.version import __version__
from ml_core.vocabulary.export_choices import ColliderChoice, DetailChoice
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, SIZES_OF_SCRIPTS
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits
from scripts.lib.crowd import Each

MAX_JOBS = 1_000_000
MAX_BYTES = 2**30
FORMAT = 1
"""Grows when the same job makes other files than before in the same version of the program."""


@dataclass(frozen=True)
class Job:
    """The common fields of all jobs. ``result`` is the file of the job's folder that later jobs use; empty for the
    folder itself, ``None`` if there is nothing to use."""

    id: str
    kind: ClassVar[str]
    result: ClassVar[str | None] = None
    takes: ClassVar[Literal["nothing", "scene", "export"]] = "scene"

    def check(self) -> None:
        """Raise :class:`InputError` for values that the types cannot rule out."""
        if not self.id or safe_name(self.id) != self.id or self.id.startswith("."):
            raise InputError("id: {id!r} cannot be the name of a folder; use letters, digits, - and _", id=self.id[:80])

    def result_file(self) -> str | None:
        """The name of the file in the job's folder that later jobs use."""
        return self.result


@dataclass(frozen=True)
class SourcedJob(Job):
    """A job that takes a scene: the result of another job, or a file, but not both."""

    of: str = ""
    scene: str = ""

    def check(self) -> None:
        super().check()
        if bool(self.of) == bool(self.scene):
            raise InputError('give either "of", the id of an earlier job, or "scene", a file')


@dataclass(frozen=True)
class GenerateJob(Job):
    kind = "generate"
    takes = "nothing"

    describe: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    size: int = DEFAULT_SIZE
    each: Each = "folder"
    layers: tuple[Mapping[str, Any], ...] = ()

    def check(self) -> None:
        super().check()
        AvatarTraits.from_dict(self.traits)
        _check_painted(self.seed, self.size)

    def result_file(self) -> str:
        return "avatar.blend" if self.each == "folder" else f"{self.id}.{self.each}"


@dataclass(frozen=True)
class DressJob(SourcedJob):
    kind = "dress"
    result = "avatar.blend"

    garments: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    color: str = ""
    fabric: str = ""
    object: str = ""

    def check(self) -> None:
        super().check()
        if not self.garments and not self.without:
            raise InputError('give "garments" to put on, or "without", those to take off')


@dataclass(frozen=True)
class TextureJob(SourcedJob):
    kind = "texture"
    result = "avatar.blend"

    describe: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    size: int = DEFAULT_SIZE
    object: str = ""

    def check(self) -> None:
        super().check()
        AvatarTraits.from_dict(self.traits)
        _check_painted(self.seed, self.size)


@dataclass(frozen=True)
class LabelJob(SourcedJob):
    kind = "label"
    result = "labeled.blend"

    scheme: str = "{Label}_{number}"
    picture: bool = False


@dataclass(frozen=True)
class AssetJob(SourcedJob):
    """``name`` is what the asset is named after, beside its label; ``beside`` a digest of the files that the scene
    refers to, so that changing them changes the job."""

    kind = "asset"
    result = "asset.blend"

    name: str = ""
    author: str = ""
    license: str = ""
    description: str = ""
    copyright: str = ""
    real_size: bool = False
    preview: int = 0
    beside: str = ""

    def check(self) -> None:
        super().check()
        if not (self.preview == 0 or 32 <= self.preview <= 1024):
            raise InputError("preview: {preview} is not 0 or a number of pixels from 32 to 1024", preview=self.preview)


@dataclass(frozen=True)
class ExportJob(SourcedJob):
    kind = "export"
    result = ""

    engines: tuple[str, ...] = ()
    detail: DetailChoice = "standard"
    colliders: ColliderChoice = "label"
    lods: int = 2
    author: str = ""
    license: str = ""

    def check(self) -> None:
        super().check()
        unknown = [name for name in self.engines if name not in TARGETS]
        if unknown or not self.engines:
            raise InputError(
                "engines: {given} is not among {known}", given=", ".join(unknown) or "none", known=", ".join(TARGETS)
            )
        if not 0 <= self.lods <= 6:
            raise InputError("lods: {lods} is not a number from 0 to 6", lods=self.lods)


@dataclass(frozen=True)
class CheckJob(SourcedJob):
    kind = "check"
    takes = "export"

    def check(self) -> None:
        super().check()
        if not self.of or self.scene:
            raise InputError('give "of", the id of an earlier job that exports')


@dataclass(frozen=True)
class RenderJob(SourcedJob):
    kind = "render"

    width: int = 480
    height: int = 640
    samples: int = 8
    yaw: float = -20.0

    def check(self) -> None:
        super().check()
        if not (16 <= self.width <= 8192 and 16 <= self.height <= 8192 and 1 <= self.samples <= 4096):
            raise InputError("give width and height from 16 to 8192 and samples from 1 to 4096")


JOB_KINDS: dict[str, type[Any]] = {
    kind.kind: kind for kind in (GenerateJob, DressJob, TextureJob, LabelJob, AssetJob, ExportJob, CheckJob, RenderJob)
}


@dataclass(frozen=True)
class BadJob:
    """A line that is not a job; only it fails."""

    id: str
    reason: str


@dataclass(frozen=True)
class Planned:
    """A job with its key, its scene (of the user's), and the job whose result it uses."""

    job: Any
    key: str
    scene: Path | None = None
    parent: Planned | None = None


def _check_painted(seed: int, size: int) -> None:
    if not is_whole(seed, 0, MAX_SEED):
        raise InputError("seed: {seed} is not a whole number from 0 to {most}", seed=seed, most=MAX_SEED)
    if size not in SIZES_OF_SCRIPTS:
        raise InputError("size: {size} is not one of {known}", size=size, known=", ".join(map(str, SIZES_OF_SCRIPTS)))


def job_from(values: object) -> Any:
    """The job of a JSON object.

    Raises:
        InputError: it is not an object, its kind is unknown, or a value is not of its field's type.
    """
    if not isinstance(values, Mapping) or values.get("job") not in JOB_KINDS:
        raise InputError('"job" has to be one of {kinds}', kinds=", ".join(JOB_KINDS))
    kind = JOB_KINDS[values["job"]]
    job = read_record({name: value for name, value in values.items() if name != "job"}, kind, values["job"])
    job.check()
    return job


def values_of(job: Any) -> dict[str, Any]:
    """The JSON object of a job, without default values; the inverse of :func:`job_from`."""
    values: dict[str, Any] = {"job": job.kind}
    for entry in dataclasses.fields(job):
        value = getattr(job, entry.name)
        default = entry.default_factory() if entry.default_factory is not dataclasses.MISSING else entry.default
        if value != default:
            values[entry.name] = list(value) if isinstance(value, tuple) else value
    return values


def read_lines(path: Path) -> list[Any]:
    """The jobs of a file, in its order; a :class:`BadJob` for a line that is not a job, or that has the id of an
    earlier one.

    Raises:
        InputError: the file cannot be read, is too large, or contains no line.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("{path}: is larger than {most} MiB; split it", path=path, most=MAX_BYTES // 2**20)
        data = path.read_bytes()
    except OSError as error:
        raise InputError("{path}: cannot be read ({reason})", path=path, reason=error.strerror) from error
    lines = [(number, line.strip()) for number, line in enumerate(data.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith(b"#")]
    if not 1 <= len(lines) <= MAX_JOBS:
        raise InputError("{path}: has {count} jobs; give 1 to {most}", path=path, count=len(lines), most=MAX_JOBS)
    found: list[Any] = []
    for number, line in lines:
        where = f"line {number}"
        try:
            found.append(job_from(read_json(line, "the line")))
        except InputError as error:
            found.append(BadJob(where, str(error)))
    return found


def plan(jobs: Iterable[Any], base: Path, program: str) -> list[Planned | BadJob]:
    """Jobs with their keys and sources, in their order.

    Args:
        base: the folder that scenes lie below. program: what the results depend on beside the jobs, as a digest.

    A job whose id is taken, or whose source is missing, outside of ``base``, or later in the list, becomes a
    :class:`BadJob`.
    """
    planned: dict[str, Planned] = {}
    out: list[Planned | BadJob] = []
    digests: dict[Path, str] = {}
    for job in jobs:
        if isinstance(job, BadJob):
            out.append(job)
            continue
        try:
            if job.id.casefold() in planned:
                raise InputError("there is an earlier job with this id")
            one = _planned(job, planned, base, program, digests)
        except InputError as error:
            out.append(BadJob(job.id, str(error)))
            continue
        planned[job.id.casefold()] = one
        out.append(one)
    return out


def _planned(job: Any, earlier: Mapping[str, Planned], base: Path, program: str, digests: dict[Path, str]) -> Planned:
    parent = scene = None
    source = ""
    if getattr(job, "of", ""):
        parent = earlier.get(job.of.casefold())
        if parent is None:
            raise InputError("of: there is no earlier job {id!r} that can be done", id=job.of)
        wants_export = job.takes == "export"
        if parent.job.result_file() is None or (parent.job.kind == "export") != wants_export:
            raise InputError(
                "of: {id!r} is a job of the kind {kind}, whose result cannot be taken by {own}",
                id=job.of,
                kind=parent.job.kind,
                own=job.kind,
            )
        source = parent.key
    elif getattr(job, "scene", ""):
        scene = path_inside(base, job.scene)
        if not scene.is_file():
            raise InputError("{path}: there is no such file", path=job.scene)
        if scene not in digests:
            with scene.open("rb") as stream:
                digests[scene] = hashlib.file_digest(stream, "sha256").hexdigest()
        source = digests[scene]
    text = json.dumps([FORMAT, program, source, values_of(job)], sort_keys=True)
    return Planned(job, hashlib.sha256(text.encode()).hexdigest(), scene, parent)


def program_digest() -> str:
    """A digest of the program's version and its weights, on which all results depend."""
    import ml_core

    digest = hashlib.sha256(__version__.encode())
    for path in sorted((Path(ml_core.__file__).parent / "weights").glob("*.json")):  # cards hold the weights' checksums
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
