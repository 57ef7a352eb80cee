"""A motion independent of any body: rotations, and distances in leg lengths, which are scaled to a body.

The shipped clips are read from ``ml_core/weights/motions.npz``, which ``scripts/data/compile_motions.py`` writes.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError, Message
from ml_core.geometry.motion.rotations import slerp, to_matrices, to_quaternions
from ml_core.geometry.motion.skeleton import JOINTS, SIDES, to_global, to_local
from ml_core.weights import WEIGHTS_FOLDER

Array = NDArray[np.floating]

MOTION_FILE = WEIGHTS_FOLDER / "motions.npz"
FPS = 30.0
TURN_STEP, PLACE_STEP = 1 / 32767, 1 / 8192
"""Size of a step of the file's integers: of a quaternion's component, and in leg lengths or radians."""
_REPAIR = Message("install Atelier again or run scripts/data/compile_motions.py")
MAX_CLIPS, MAX_FRAMES, MAX_BYTES = 512, 20_000, 64 * 2**20


@dataclass(frozen=True)
class MotionClip:
    """F frames of all J joints of :data:`~ml_core.geometry.motion.skeleton.JOINTS`.

    Attributes:
        rotations: (F, J, 4) unit quaternions from the rest pose (a T-pose), relative to the parent, in the axes of the
            body: Z up, facing -Y.
        hips: (F, 3) by which the hips leave their rest place, in leg lengths, in the frame of the root.
        root: (F, 3) x and y in leg lengths and heading in radians (counterclockwise from above) of the whole body.
        contact: (F, 2) whether the left and the right foot stand on the ground.
        loops: the last frame is the first one, moved on by the root.
        fps: frames a second.
    """

    rotations: Array
    hips: Array
    root: Array
    contact: NDArray[np.bool_]
    loops: bool = False
    fps: float = FPS

    def __len__(self) -> int:
        return len(self.hips)

    @property
    def seconds(self) -> float:
        return (len(self) - 1) / self.fps

    @property
    def speed(self) -> float:
        """Mean speed in leg lengths a second, along the straight line from the first to the last place of the root."""
        return float(np.linalg.norm(self.root[-1, :2] - self.root[0, :2])) / max(self.seconds, 1e-9)

    @property
    def turned(self) -> Array:
        """(F, J, 3, 3) rotations of all joints from the rest pose in the frame of the root."""
        return to_global(to_matrices(self.rotations))

    @classmethod
    def of_turned(
        cls, turned: Array, hips: Array, root: Array, contact: NDArray[np.bool_], loops: bool = False, fps: float = FPS
    ) -> MotionClip:
        """The clip of rotations (F, J, 3, 3) from the rest pose."""
        return cls(to_quaternions(to_local(turned)), hips, root, contact, loops, fps)

    def part(self, start: int, end: int) -> MotionClip:
        """Frames ``start`` to ``end`` (exclusive), which no longer loop."""
        span = slice(start, end)
        return MotionClip(self.rotations[span], self.hips[span], self.root[span], self.contact[span], False, self.fps)

    def in_place(self) -> MotionClip:
        """The same without moving on or turning."""
        return replace(self, root=np.zeros_like(self.root))

    def at(self, times: Array) -> MotionClip:
        """Frames at ``times`` (N,) seconds; a loop repeats, any other clip holds its first and last frame."""
        last = len(self) - 1
        frames = np.asarray(times, np.float64) * self.fps
        rounds = np.floor(frames / last) if self.loops and last else np.zeros_like(frames)
        inside = np.clip(frames - rounds * last, 0, last)
        low = np.minimum(inside.astype(np.int64), max(last - 1, 0))
        high, share = np.minimum(low + 1, last), inside - low
        rotations = slerp(self.rotations[low], self.rotations[high], share[:, None])
        mix = share[:, None]
        hips = self.hips[low] * (1 - mix) + self.hips[high] * mix
        root = self.root[low] * (1 - mix) + self.root[high] * mix + rounds[:, None] * (self.root[-1] - self.root[0])
        nearest = np.where(share < 0.5, low, high)
        step = float(np.diff(times).mean()) if len(times) > 1 else 1 / self.fps
        return MotionClip(rotations, hips, root, self.contact[nearest], False, 1 / max(step, 1e-9))

    def resampled(self, fps: float) -> MotionClip:
        """The same at another frame rate; a loop stays one."""
        if abs(fps - self.fps) < 1e-6:
            return self
        count = max(round(self.seconds * fps), 1)
        clip = self.at(np.linspace(0, self.seconds * (1 - 1e-9), count + 1))
        return replace(clip, loops=self.loops, fps=fps)


def packed(clips: dict[str, MotionClip]) -> dict[str, NDArray]:
    """The arrays of a motion file."""
    every = list(clips.values())
    return {
        "names": np.array(list(clips)),
        "joints": np.array(JOINTS),
        "frames": np.array([len(clip) for clip in every], np.uint32),
        "loops": np.array([clip.loops for clip in every], np.uint8),
        "rotations": np.round(np.concatenate([c.rotations for c in every]) / TURN_STEP).astype(np.int16),
        "hips": np.round(np.concatenate([c.hips for c in every]) / PLACE_STEP).astype(np.int16),
        "root": np.round(np.concatenate([c.root for c in every]) / PLACE_STEP).astype(np.int32),
        "contact": np.concatenate([c.contact for c in every]).astype(np.uint8),
    }


def read_clips(path: Path = MOTION_FILE) -> dict[str, MotionClip]:
    """The clips of a motion file by name.

    Raises:
        InputError: the file is missing, damaged, of another kind or with values out of range. One line.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise ValueError(f"unpacks to more than {MAX_BYTES >> 20} MiB")
        with np.load(path, allow_pickle=False) as file:
            return _unpacked({name: file[name] for name in file.files})
    except FileNotFoundError:
        raise InputError("{file}: not found; make it with scripts/data/compile_motions.py", file=path.name) from None
    except KeyError as error:
        raise InputError(
            "{file}: lacks {missing}; {repair}", file=path.name, missing=error.args[0], repair=_REPAIR
        ) from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:160] or "is damaged"
        raise InputError("{file}: {reason}; {repair}", file=path.name, reason=reason, repair=_REPAIR) from None
    except Exception as error:
        if type(error).__name__ != "LZMAError":  # its module is missing from some builds of Python
            raise
        raise InputError("{file}: is damaged; {repair}", file=path.name, repair=_REPAIR) from None


def _unpacked(arrays: dict[str, NDArray]) -> dict[str, MotionClip]:
    names, frames, loops = arrays["names"], arrays["frames"].astype(np.int64), arrays["loops"]
    if arrays["joints"].tolist() != list(JOINTS):
        raise ValueError("has other joints than this version of Atelier")
    if names.ndim != 1 or not 0 < len(names) <= MAX_CLIPS or len(set(names.tolist())) != len(names):
        raise ValueError("has no list of names, or a name twice")
    if len(frames) != len(names) or len(loops) != len(names) or frames.min() < 2 or frames.max() > MAX_FRAMES:
        raise ValueError("has clips without frames")
    total = int(frames.sum())
    shapes = {"rotations": (len(JOINTS), 4), "hips": (3,), "root": (3,), "contact": (len(SIDES),)}
    for key, shape in shapes.items():
        if arrays[key].shape != (total, *shape) or arrays[key].dtype.kind not in "iu":
            raise ValueError(f"{key} is {arrays[key].dtype} of shape {arrays[key].shape}")
    turns = arrays["rotations"].astype(np.float64) * TURN_STEP
    length = np.linalg.norm(turns, axis=-1, keepdims=True)
    if length.min() < 0.5:
        raise ValueError("has rotations that are none")
    turns /= length
    ends = np.cumsum(frames)
    clips = {}
    for name, start, end, loop in zip(names.tolist(), ends - frames, ends, loops.tolist(), strict=True):
        span = slice(start, end)
        hips, root = (arrays[key][span] * PLACE_STEP for key in ("hips", "root"))
        clips[name] = MotionClip(turns[span], hips, root, arrays["contact"][span].astype(bool), bool(loop))
    return clips


@cache
def shipped_clips() -> dict[str, MotionClip]:
    """The clips of :mod:`ml_core.vocabulary.motion.motions`, by id."""
    return read_clips()
