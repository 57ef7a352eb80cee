"""Finds assets of a library that label_library.py or Label Assets has indexed.

    python scripts/search_library.py library/ red office chair
    python scripts/search_library.py library/ 椅子
    python scripts/search_library.py library/ --label furniture
    python scripts/search_library.py library/ --like "Chair Thonet 14"
    python scripts/search_library.py library/ --like my_chair.glb --out found.json

Words are English or Chinese: those for labels and groups select them, all others are searched in names, tags,
descriptions, authors and licenses. --like takes an asset of the library, by its name or its file, or a model file.

Prints a line per asset, the best first: score (0 to 1), label, name, file. The JSON is a list of {"score", "name",
"kind", "label", "confidence", "file", "author", "license", "size", ...}. Exit code 2 if nothing is found.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.errors import InputError
from ml_core.files import atomic_path
from ml_core.inference.library.index import AssetIndex, Hit
from ml_core.outputs import check_outputs
from scripts.lib.cli import exit_code, leave, quiet, register_extension

MOST = 1000


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="search_library.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("library", type=Path, help="its folder")
    options.add_argument("words", nargs="*", help="what to look for")
    options.add_argument("--label", metavar="NAME", help="a label or a group, such as chair or furniture")
    options.add_argument("--like", metavar="ASSET", help="an asset of the library, or a model file")
    options.add_argument("--most", type=int, default=20, metavar="N", help="results (%(default)s)")
    options.add_argument("--out", type=Path, metavar="JSON", help="also write them there")
    return options


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    if bool(given.words) + (given.label is not None) + (given.like is not None) != 1:
        raise InputError("give words, --label or --like: one of them")
    if not 1 <= given.most <= MOST:
        raise InputError("--most {number}: give a number from 1 to {most}", number=given.most, most=MOST)
    if given.out is not None:
        check_outputs([given.out])
    index = AssetIndex.load(given.library)
    hits = _hits(given, index)
    if given.out is not None:
        listed = [{"score": round(hit.score, 4), **asdict(hit.asset)} for hit in hits]
        with atomic_path(given.out) as partial:
            partial.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")
    for hit in hits:
        print(f"{hit.score:.2f}  {hit.asset.label or 'unknown':16} {hit.asset.name}  {given.library / hit.asset.file}")
    if not hits:
        raise InputError("nothing of this kind is in {library}", library=given.library)
    return 0


def _hits(given: argparse.Namespace, index: AssetIndex) -> list[Hit]:
    if given.words:
        return index.by_word(" ".join(given.words), given.most)
    if given.label is not None:
        return index.by_label(given.label.strip().casefold().replace(" ", "_"), given.most)
    place = index.place_of(given.like)
    if place is not None:
        return index.like(index.embeddings[place], given.most, without=place)
    if not Path(given.like).is_file():
        raise InputError("{name}: is neither an asset of the library nor a model file", name=given.like)
    return _like_file(Path(given.like), index, given.most)


def _like_file(path: Path, index: AssetIndex, most: int) -> list[Hit]:
    """Results similar to the model in a file, at its size there."""
    with quiet():
        import bpy  # only here: without a model file a search takes no Blender

        from blender_addon.bridge.importers import open_scene
        from blender_addon.scene.library.searching import embedding_of

        register_extension()
        open_scene(path)
        return index.like(embedding_of(bpy.context, list(bpy.context.scene.objects), index.fingerprint), most)


if __name__ == "__main__":
    leave(exit_code(lambda: main(sys.argv[1:])))
