"""Compiles what stands together, and where, into ml_core/weights/layouts.json: from our own prior, and real scenes.

The data folder holds scenes with a list of true labels, truth.csv (scene, object, label). The file includes how often a
left-out object is suggested, on scenes that were not learned from.

Example:
  python scripts/data/compile_layouts.py --data ../shared/data/scenes_more
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from ml_core.datasets.furniture.layouts import facts, scores
from ml_core.files import atomic_path
from ml_core.inference.layout.suggesting import SHIPPED
from ml_core.outputs import check_outputs
from scripts.lib.cli import errors_on_one_line

_ABOUT = {
    "what": "what stands together in rooms and places, and on or beside what, for suggestions in a scene",
    "data": "our own prior of fourteen kinds of scenes; scenes of Open Robotics (rmf_demos) and of retro3d-assets (M3)",
    "data_licence": "Apache-2.0; free without conditions",
    "licence": "GPL-3.0-or-later",
    "limits": "five real scenes, of which two are airports and diners; living rooms and bedrooms are our prior alone",
    "command": "python scripts/data/compile_layouts.py",
}


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/scenes_more"), help="default %(default)s")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="default: the shipped one")
    given = parser.parse_args(arguments)
    check_outputs([given.out])
    from scripts.lib.placed_scenes import placed_scenes  # Blender is loaded only when the options are right

    scenes = placed_scenes(given.data)
    metrics = scores(scenes)
    with atomic_path(given.out) as partial:
        text = json.dumps({**_ABOUT, "metrics": metrics, **facts(scenes)}, indent=1, ensure_ascii=False)
        partial.write_text(text + "\n", encoding="utf-8")
    print(json.dumps(metrics, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
