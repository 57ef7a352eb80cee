"""The page of an export: a browser viewer of the models, and the facts that it shows.

The page's own files are in the folder ``page`` beside this module. three.js is fetched into it at setup and when the
zip is built (scripts/data/fetch_three.py). Everything specific to a scene is in ``page.json``, which the page treats as
text only.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from mathutils import Matrix, Vector

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.version import __version__
from ml_core.vocabulary.avatar.expressions import VISEMES

from ...bridge.object_labels import title
from ...translations.zh.scene.labels import LABELS
from ..content.scene import Placed
from ..content.stage import Stage

PAGE = Path(__file__).parent / "page"
THREE = "three"
FETCH = "python scripts/data/fetch_three.py"

_TO_Y_UP = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]], float)
_PLAIN_NAMES = {
    "object": "物体",
    "floor": "地板",
    "ground": "地面",
    "terrain": "地形",
    "rug": "地毯",
    "carpet": "地毯",
    "wall": "墙",
    "ceiling": "天花板",
    "roof": "屋顶",
    "stairs": "楼梯",
}
"""What no label is for: names of objects that a page knows, and their Chinese."""
_FLOORS = (["floor"], ["ground"], ["terrain"], ["rug"], ["carpet"], ["stairs"])
"""The last word of what one walks on: a floor lamp is none."""
_OF_FLOORS = ("plane", "mesh", "tile", "tiles", "low", "high")


def check_page_files() -> None:
    """Raises :class:`InputError` if three.js was not fetched."""
    wanted = read_json(PAGE / "three.json", "three.json")["files"]
    if not all((PAGE / THREE / name).is_file() for name in wanted):
        raise InputError(
            "the web page needs three.js, which is not here yet; fetch it with `{command}` where there is a network",
            command=FETCH,
        )


def write_page(folder: Path, sources: dict[str, dict[str, Any]], instances: list[dict[str, Any]], stage: Stage) -> None:
    """Writes the page into a staged export, before its manifest is written.

    Args:
        sources: facts of each model by file name, as for the manifest. instances: placements of layout.json, the
            static ones first.

    Raises:
        InputError: three.js is missing.
    """
    check_page_files()
    hidden = shutil.ignore_patterns("__pycache__", ".*", "integrity.txt", "three.json")
    shutil.copytree(PAGE, folder, ignore=hidden, dirs_exist_ok=True)
    text = json.dumps(page_facts(sources, instances, stage), ensure_ascii=False, indent=1)
    (folder / "page.json").write_text(text + "\n", encoding="utf-8")


def page_facts(sources: dict[str, dict[str, Any]], instances: list[dict[str, Any]], stage: Stage) -> dict[str, Any]:
    """The content of ``page.json``: objects by their nodes, avatars with their transforms, and lights that glTF lacks.

    Axes are glTF's, matrices 16 column-major numbers, powers in watts.
    """
    scene = next((facts for facts in sources.values() if facts["kind"] == "scene"), None)
    nodes = list(scene["nodes"]) if scene is not None else []
    avatars = {Path(name).stem: (name, facts) for name, facts in sources.items() if facts["kind"] == "skeletal"}
    options = stage.options
    areas = [light for light in stage.content.lights if light.obj.data.type == "AREA"] if options.lights else []
    return {
        "generator": f"Atelier {__version__}",
        "title": stage.scene.name if stage.scene.name != "Scene" else "",
        "author": options.author,
        "license": options.license,
        "exposure": round(2.0**stage.scene.view_settings.exposure, 4),
        "scene": "scene.glb" if scene is not None else "",
        "objects": [
            {"node": node, **_names(place["object"], place["label"])}
            for node, place in zip(nodes, instances, strict=False)
        ],
        "avatars": [
            {
                "file": avatars[place["asset"]][0],
                "object": place["object"],
                **_names(place["object"], place["label"]),
                "matrix": _columns(np.array(place["matrix_world"])),
                "bones": avatars[place["asset"]][1]["bones"],
                "clips": [clip["name"] for clip in avatars[place["asset"]][1].get("clips", [])],
            }
            for place in instances[len(nodes) :]
            if place["asset"] in avatars
        ],
        "visemes": VISEMES,
        "lights": [_area_light(light, stage.content.unit) for light in areas],
    }


def _names(name: str, label: str | None) -> dict[str, Any]:
    """The name of an object in both languages, whether it is a label, and whether the object can be walked on."""
    plain = re.sub(r"[\W_]*\d*$", "", name).replace("_", " ").strip() or name
    words = re.findall(r"[a-z]+", (label or plain).replace("_", " ").lower())
    part = next((word for word in words if word in _PLAIN_NAMES), "")
    is_floor = [word for word in words if word not in _OF_FLOORS][-1:] in _FLOORS or bool(
        re.search("地[板面毯]", label or plain)
    )
    english = title(label) if label else plain
    chinese = LABELS.get(english, "") or (_PLAIN_NAMES.get(part, "") if words == [part] else "")
    return {"en": english, "zh": chinese or english, "named": bool(label), "floor": is_floor}


def _columns(matrix: np.ndarray) -> list[float]:
    turned = _TO_Y_UP @ matrix @ _TO_Y_UP.T
    return [round(float(value), 6) for value in turned.T.ravel()]


def _area_light(light: Placed, unit: float) -> dict[str, Any]:
    """An area light as a position, a direction, a color and a power."""
    data = light.obj.data
    turn: Matrix = light.matrix.to_3x3().normalized()
    away: Vector = turn @ Vector((0, 0, -1))
    height = data.size_y if data.shape in ("RECTANGLE", "ELLIPSE") else data.size
    return {
        "position": _y_up(light.matrix.translation),
        "direction": _y_up(away),
        "size": [round(data.size * unit, 4), round(height * unit, 4)],
        "color": [round(channel, 4) for channel in data.color],
        "power": round(data.energy * 2.0 ** getattr(data, "exposure", 0.0), 4),
        "shadow": data.use_shadow,
    }


def _y_up(vector: Vector) -> list[float]:
    return [round(value, 5) for value in (vector.x, vector.z, -vector.y)]
