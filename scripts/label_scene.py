"""Labels each object of a scene.

    python scripts/label_scene.py room.blend --out labels.json
    python scripts/label_scene.py room.glb --out labels.csv --annotated labels.png --apply labeled.blend
    blender --background room.blend --python-exit-code 1 --python scripts/label_scene.py -- --out labels.json

Reads .blend, .glb, .gltf, .vrm, .fbx, .obj and USD files; without a file, the scene that Blender has open.

The JSON:
  scene      what kind it is: {"kind": "kitchen" or null, "confidence": 0.93, "ranking": [["kitchen", 0.93], ...]}
  objects    a list, in the order of the scene, of
    name         of the object; of a prop of several objects, that of the one that leads
    kind         "object", "rig" (an armature and its meshes), "instance" (of a collection), "group" (several objects)
    label        such as "chair", or null: like nothing that was learned
    confidence   0 to 1, the chance that the first guess is right
    known        0 to 1, how much it is like anything learned; at or over --threshold it gets its label
    ranking      the five best guesses with their chances
    some         such as ["seat", 0.93]: what it is in general, where no label is sure but the guesses agree on that
    parts        of a rig or a group: [{"name": ..., "label": ..., "confidence": ...}], what each would be alone
    turned       such as "x-90": it lies or stands on its head, and was recognized after this turn
    taught       true: the label comes from examples that the artist taught
    by_hand      true: the artist said so
  counts     label -> number; unknown -> number without a label; unique -> meshes looked at
  skipped    [{"name": ..., "why": ...}]
The picture of --annotated has a label over each thing, one with a count where many of a kind stand close, and a legend
of all there is. It shows the labeled things from where their labels lie farthest apart; things that lie far from all
others are not in it, nor roofs, walls and trees that hide many labeled things. A page beside it (labels.html) says what
is under the pointer, and shows the labels that are chosen.

The CSV has one row an object: name, kind, label, confidence, known, second, third.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scripts.lib.environment  # noqa: F401 - says first which Python to use
from ml_core.outputs import check_outputs, written_together
from scripts.lib.cli import quiet, run


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="label_scene.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("scene", nargs="?", type=Path, help="the scene file; the open scene when left out")
    options.add_argument("--out", type=Path, required=True, help="labels.json, or labels.csv for a table")
    options.add_argument(
        "--scope", default="all", choices=("all", "visible", "collection", "selected"), help="default %(default)s"
    )
    options.add_argument(
        "--threshold", type=float, help="least likeness (0..1) to anything learned; default: the card's"
    )
    options.add_argument("--no-names", action="store_true", help="do not let names of objects tell what they are")
    options.add_argument("--scheme", default="{Label}_{number}", help="names for --apply, such as SM_{Label}_{number}")
    options.add_argument("--assets", action="store_true", help="mark the things as assets in the copy of --apply")
    options.add_argument("--link-equal", action="store_true", help="let things share equal meshes in that copy")
    options.add_argument("--apply", type=Path, metavar="BLEND", help="also save a copy with the labels applied")
    options.add_argument(
        "--annotated",
        type=Path,
        metavar="PNG",
        help="also render the scene with the labels on it, and a page beside it",
    )
    options.add_argument("--show-unknown", action="store_true", help="draw a label on unknown things in it, too")
    options.add_argument("--width", type=int, default=1440, help="pixels across that picture (%(default)s)")
    return options


def main(arguments: list[str]) -> int:
    import bpy

    from blender_addon.bridge.files.saving import save_copy
    from blender_addon.bridge.importers import open_scene
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.scene.equal_meshes import link_equal_job
    from blender_addon.scene.labels.applying import apply_labels_job, check_scheme
    from blender_addon.scene.labels.labelling import label_objects_job
    from ml_core.errors import InputError
    from ml_core.inference.library.catalogs import FILE_NAME

    given = parser().parse_args(arguments)
    if given.out.suffix.lower() not in (".json", ".csv"):
        raise InputError("{out}: give a file that ends in .json or .csv", out=given.out)
    if given.threshold is not None and not 0 <= given.threshold <= 1:
        raise InputError("--threshold {threshold}: give a number from 0 to 1", threshold=given.threshold)
    if not 160 <= given.width <= 8192:
        raise InputError("--width {width}: give a number from 160 to 8192", width=given.width)
    if given.link_equal and given.apply is None:
        raise InputError("--link-equal: give --apply too, the copy that it is done in")
    check_scheme(given.scheme)
    catalogs = given.apply.absolute().parent / FILE_NAME if given.apply and given.assets else None
    page = given.annotated.with_suffix(".html") if given.annotated else None
    outputs = [given.out, given.annotated, page, given.apply, catalogs]
    check_outputs([item for item in outputs if item], sources(given.scene))
    with quiet():
        if given.scene is not None:
            open_scene(given.scene)
        report = run_to_end(label_objects_job(bpy.context, given.scope, given.threshold, not given.no_names))
    shared = None
    # All outputs are written, or none.
    with written_together(*filter(None, outputs)) as partials:
        left = iter(partials)
        out, annotated, page_out, applied, catalogs_out = (next(left) if socket else None for socket in outputs)
        write_report(out, given.out.suffix.lower(), report)
        if annotated:
            with quiet():
                annotate(bpy.context, annotated, given.width, page_out, given.show_unknown)
        if applied:
            if catalogs_out and catalogs.is_file():
                shutil.copyfile(catalogs, catalogs_out)
            options = {"scheme": given.scheme, "assets": given.assets, "catalogs": catalogs_out}
            with quiet():
                run_to_end(apply_labels_job(bpy.context, **options))
                shared = run_to_end(link_equal_job(bpy.context)) if given.link_equal else None
                save_copy(applied, given.apply)
    if shared is not None:
        print(f"{given.apply}: {shared['removed']} equal meshes are shared, {shared['saved'] / 2**20:.1f} MB less")
        for pair in shared["near"]:
            print(f"almost equal: {pair['first']} and {pair['second']}: {pair['why']}", file=sys.stderr)
    named = len(report["objects"]) - report["unknown"]
    print(f"{given.out}: {named} of {len(report['objects'])} objects named, {report['unique']} unique meshes looked at")
    return 0


def sources(scene: Path | None) -> list[Path]:
    """The files that an output must not replace."""
    import bpy

    given = [scene] if scene is not None else []
    return [*given, *([Path(bpy.data.filepath)] if bpy.data.filepath else [])]


def write_report(path: Path, suffix: str, report: dict) -> None:
    """The report as JSON or, for ``.csv``, as a table. Names that are not UTF-8 are written as escapes."""
    if suffix == ".csv":
        write_table(path, report)
        return
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_table(path: Path, report: dict) -> None:
    """One row an object: name, label (empty when unknown), confidence, known, and the next two guesses."""
    from ml_core.tables import cell

    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as stream:
        table = csv.writer(stream)
        table.writerow(["name", "kind", "label", "confidence", "known", "second", "third"])
        for item in report["objects"]:
            guesses = [label for label, _ in item["ranking"][1:3]]
            row = [item["name"], item["kind"], item["label"] or "", item["confidence"], item["known"], *guesses]
            table.writerow([cell(value) for value in row])


def annotate(context, path: Path, width: int, page: Path | None = None, unknown: bool = False) -> None:
    """Renders the visible scene and draws each label over its object, with a legend beside it.

    Args:
        page: receives the same picture as a page that shows what is under the pointer.
        unknown: draw a label on unknown things, too.
    """
    from scripts.lib.rendering import overview as _overview
    from scripts.lib.rendering import pictures as _pictures
    from scripts.lib.rendering import tags as _tags
    from scripts.lib.rendering.tag_page import page_of

    column = min(max(width // 6, 150), 260)
    size = width - column, width * 5 // 8
    shown, every = tagged(context)
    shown = _tags.without_strays(shown)
    names = {obj.name for obj in shown}
    tags = [tag for tag in every if tag.name in names]
    drawn = [tag for tag in tags if unknown or tag.label is not None]
    focus = _overview.in_focus(tags)
    with _pictures.studio(context, shown) as scene:
        if focus:
            _overview.look_at(scene, focus, size)
            hidden = _overview.uncover(scene, focus)
            drawn = [tag for tag in drawn if tag.name not in hidden]
        else:
            _pictures.frame(scene, _pictures.corners(shown), 40, 28, size[0] / size[1])
        plain = _pictures.render(scene, *size, samples=16)
        picture = _tags.draw_tags(plain, scene, drawn)
        text = page_of(plain, scene, tags, len(every) - len(tags)) if page is not None else ""
    whole = picture.convert("RGB").resize((width, size[1]))
    whole.paste(picture.convert("RGB"), (0, 0))
    whole.paste(_tags.legend(tags, size[1], column).convert("RGB"), (size[0], 0))
    whole.save(path, "PNG")
    if page is not None:
        page.write_text(text, encoding="utf-8", errors="backslashreplace")


def tagged(context, without: frozenset[str] = frozenset()) -> tuple[list, list]:
    """The visible objects with faces, and a tag for each thing that was examined."""
    from blender_addon.bridge.data.part_of import part_roots
    from blender_addon.bridge.mesh_arrays import CONVERTIBLE
    from blender_addon.bridge.object_labels import object_label, stands_for
    from scripts.lib.rendering.pictures import corners
    from scripts.lib.rendering.tags import Tag, top_of

    shown = [obj for obj in context.view_layer.objects if obj.type in CONVERTIBLE and obj.visible_get()]
    shown = [obj for obj in shown if obj.name not in without]
    parts = part_roots(shown)
    tags = []
    for obj in shown:
        found = object_label(obj)
        if found is None or not (obj.session_uid not in parts or stands_for(obj)):
            continue
        share = None if found.label is None else found.confidence
        tags.append(Tag(found.label, share, top_of(obj), obj.name, corners([obj])))
    return shown, tags


if __name__ == "__main__":
    run(main)
