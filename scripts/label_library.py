"""Turns a folder of models into an asset library: labeled, named, upright, in Blender's catalogs, with an index.

    python scripts/label_library.py models/ --out library/
    python scripts/label_library.py models/ --out library/ --real-size --previews 128 --author "Ann" --license CC0-1.0
    python scripts/search_library.py library/ "red office chair"

Reads .blend, .glb, .gltf, .vrm, .fbx, .obj, .ply, .stl and USD files below the folder, on all cores. Each becomes a
separate blend file in LIBRARY/results, with an asset: an object, or a collection if the model has several. A blend file
that has assets already keeps them as they are, and gets labels, tags and catalogs. Add LIBRARY in Blender's preferences
under File Paths > Asset Libraries.

Author, license and description of an asset come from manifest.csv or labels.csv in the folder (or --manifest; columns
path, author, license, description, title), a file such as chair.glb.license, the metadata of a glTF or VRM file, and
LICENSE files beside the model or above, in this order; --author and --license fill what is missing.

A failing model does not stop the others. Run the same command again to resume, or after models have changed: finished
models with unchanged content are not repeated. Byte-identical files are used once. LIBRARY/report.html has pictures and
failures, report.json all facts.

Exit codes: 0 all models succeeded; 2 a model has failed, or the input is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.errors import InputError
from ml_core.inference.library.catalogs import FILE_NAME, add_catalogs
from ml_core.inference.library.rights import MANIFESTS, read_manifest
from scripts.batches.driving import add_options, check_options, done, locked, tell_errors
from scripts.batches.jobs import plan, program_digest
from scripts.batches.ledger import RESULTS
from scripts.batches.library import LibraryOptions, index_of, jobs_of, models_in
from scripts.batches.listing import write_listing
from scripts.batches.report import facts, write_report
from scripts.lib.cli import exit_code, leave


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="label_library.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path, help="models are looked for in it and below")
    add_options(options)
    options.add_argument("--real-size", action="store_true", help="scale what has no plausible size for its label")
    options.add_argument("--previews", type=int, default=0, metavar="PX", help="render previews, such as 128")
    options.add_argument("--manifest", type=Path, metavar="CSV", help="who made what; paths from its own folder")
    options.add_argument("--author", default="", metavar="TEXT", help="of models that say nothing of it")
    options.add_argument("--license", default="", metavar="TEXT", help="an SPDX id, of models that say nothing of it")
    options.add_argument(
        "--listing", type=Path, metavar="BLENDER", help="make the listing of an online library, by this Blender 5.2"
    )
    return options


def main(arguments: list[str]) -> int:
    given = parser().parse_args(arguments)
    check_options(given)
    folder = given.folder.resolve()
    if not folder.is_dir():
        raise InputError("{folder}: no such folder", folder=given.folder)
    if given.previews and not 32 <= given.previews <= 1024:
        raise InputError("--previews {pixels}: give a number of pixels from 32 to 1024", pixels=given.previews)
    if folder.is_relative_to(given.out.resolve()):
        raise InputError("{out}: lies around the models; choose another folder", out=given.out)
    models = models_in(folder, given.out.resolve())
    listed = given.manifest or next((folder / name for name in MANIFESTS if (folder / name).is_file()), None)
    rights = read_manifest(listed) if listed is not None else {}
    with locked(given.out):
        return _run(given, folder, models, rights)


def _run(given: argparse.Namespace, folder: Path, models: list[Path], rights: dict[str, Any]) -> int:
    library_options = LibraryOptions(given.real_size, given.previews, given.author, given.license)
    jobs, same = jobs_of(folder, models, rights, library_options)
    about: dict[str, Any] = {"folder": folder.name, "same": same}
    tally, workers = done(given, plan(jobs, folder, program_digest()), about)
    index = index_of(given.out, tally.outcomes, {job.id: job.scene for job in jobs})
    add_catalogs({asset.label or "" for asset in index.assets}, given.out / FILE_NAME)
    index.save(given.out)
    known = {job.id for job in jobs}
    results = given.out / RESULTS
    about["left"] = (
        sorted(path.name for path in results.iterdir() if path.name not in known) if results.is_dir() else []
    )
    about["labels"] = dict(Counter(asset.label or "unknown" for asset in index.assets).most_common())
    write_report(given.out, facts(tally, workers, about))
    if given.listing is not None:
        write_listing(given.listing, given.out)
    tell_errors(tally)
    named = sum(asset.label is not None for asset in index.assets)
    print(
        f"{given.out}: {len(index.assets)} assets, {named} named; {tally.count('done')} models done, "
        f"{tally.count('before')} done before, {len(same)} the same as others, {tally.count('failed')} failed; "
        f"{tally.rate:.1f} a second"
    )
    if about["left"]:
        print(
            f"note: {len(about['left'])} results are of models that are gone; report.json lists them", file=sys.stderr
        )
    return 2 if tally.count("failed", "skipped") else 0


if __name__ == "__main__":
    leave(exit_code(lambda: main(sys.argv[1:]), "stopped; the same command goes on where it was"))
