"""Compile the names of colors in two languages into ml_core/weights/color_names.json, with their sources.

English names are those of the xkcd color survey (CC0) and of CSS Color Module Level 4; Chinese ones are the traditional
colors of the shared data (MIT), each also without its "色".

Example:
  python scripts/data/compile_color_names.py --data ../shared/data/language
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

from PIL import ImageColor

from ml_core.files import read_json
from ml_core.outputs import check_outputs
from ml_core.vocabulary.color_names import SHIPPED
from scripts.lib.cli import errors_on_one_line

_SOURCES = {
    "xkcd": "xkcd color survey, Randall Munroe, CC0-1.0",
    "css": "CSS Color Module Level 4, W3C",
    "zh": "traditional Chinese colors, MIT License",
}


def english(data: Path) -> dict[str, str]:
    """Color names of xkcd, and those of CSS that xkcd lacks; with spaces between words."""
    names: dict[str, str] = {}
    for line in (data / "xkcd_colours.tsv").read_text(encoding="utf-8").splitlines():
        name, _, color = line.partition("\t")
        if color.strip().startswith("#"):
            names[name.strip().casefold()] = color.strip().casefold()[:7]
    for name, color in ImageColor.colormap.items():
        if isinstance(color, str):
            names.setdefault(name.casefold(), color.casefold())
    return dict(sorted(names.items()))


def chinese(data: Path) -> dict[str, str]:
    names: dict[str, str] = {}
    path = data / "chinese_colors.json"
    for family in read_json(path, str(path), list):
        for color in family["colors"]:
            names[color["name"]] = color["hex"].casefold()
    short = {name.removesuffix("色"): color for name, color in names.items() if name.endswith("色")}
    return dict(sorted({**short, **names}.items()))


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/language"), help="default %(default)s")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="default: the shipped file")
    options = parser.parse_args(arguments)
    check_outputs([options.out])
    content = {"sources": _SOURCES, "en": english(options.data), "zh": chinese(options.data)}
    options.out.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{options.out}: {len(content['en'])} English and {len(content['zh'])} Chinese names")
    return 0


if __name__ == "__main__":
    sys.exit(main())
