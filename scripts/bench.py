"""Benchmarks the parts: medians of several runs, in one process, on this machine.

    python scripts/bench.py recognizer     unique meshes a second from Blender mesh to label; big scenes; a huge mesh
    python scripts/bench.py textures       generating, carrying over to a mesh, one avatar from words to scene
    python scripts/bench.py avatar         a slider on 20 000 triangles, the first map of a mesh, an avatar from nothing
    python scripts/bench.py export         500 objects for three engines, beside Blender's bare exporters
    python scripts/bench.py steps          how long each button keeps the window from drawing
    python scripts/bench.py drag           what a slider of an avatar takes of Blender's own thread, a turn
    python scripts/bench.py large          20 000 objects for the web and Unity
    python scripts/bench.py batch          people made by one worker of batch.py and by two, in turns
    python scripts/bench.py small          half a minute of all, as multiples of fixed work of NumPy in the same run
    python scripts/bench.py                all but large, batch and small
    python scripts/bench.py small --html bench.html --last earlier.json

--html writes medians, spreads, ratios and the machine as a page, and as JSON beside it. With --last, lines of small
that have become slower are a warning, never a failure.

Timings on shared machines drift; compare only lines of one run.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np

from ml_core.outputs import check_outputs
from scripts.lib.bench.network import network_seconds, peak_memory
from scripts.lib.bench.page import Page, read_last
from scripts.lib.bench.scenes import fill, fill_huge, finer_body
from scripts.lib.bench.small import bench_small
from scripts.lib.cli import quiet, run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = [name for name in BENCHES if name not in ("small", "large", "batch")]
    parser.add_argument("what", nargs="*", default=usual, help=", ".join(BENCHES))
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page, and its figures beside it")
    parser.add_argument("--last", type=Path, metavar="JSON", help="figures of an earlier run to compare small with")
    given = parser.parse_args(arguments)
    if unknown := [what for what in given.what if what not in BENCHES]:
        parser.error(f"{', '.join(unknown)}: choose from {', '.join(BENCHES)}")
    last = read_last(given.last)
    if given.html is not None:
        check_outputs([given.html, given.html.with_suffix(".json")])
    print(f"{os.cpu_count()} cores")
    page = Page()
    for what in given.what:
        BENCHES[what](page)
    for what, factor in page.slower_than(last).items():
        print(f"::warning::{what}: {factor:.1f} times as slow as in the last run, beside the same fixed work")
    if given.html is not None:
        page.write(given.html, last)
    return 0


def memory() -> float:
    """Peak resident memory of this process in GB (Linux counts in kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def bench_recognizer(page: Page) -> None:
    import bpy

    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.models import loaded as models
    from blender_addon.scene.labels.labelling import label_objects_job

    models.object_recognizer()

    def label() -> None:
        run_to_end(label_objects_job(bpy.context))

    with quiet():
        fill(unique=64, copies=64, triangles=5000)
        seconds = page.median(label, 5)
    page.line("unique meshes of 5 000 triangles, Blender mesh to label", f"{64 / seconds:.0f} a second")
    with quiet():
        engine, rendering = by_rendering(list(bpy.context.scene.objects)[:6])
    page.line(f"the same by 12 renders of each ({engine}) and the same CNN", f"{1 / rendering:.1f} a second")
    page.line("ours is faster by a factor of", f"{rendering * 64 / seconds:.0f}")
    with quiet():
        fill(unique=300, copies=10_000, triangles=1000)
        seconds = page.median(label, 3)
    page.line("scene of 10 000 objects, 300 unique meshes", f"{seconds:.2f} s")
    with quiet():
        fill_huge(1_000_000)
        seconds = page.median(label, 7)
    page.line("one mesh of 1 000 000 triangles", f"{1000 * seconds:.0f} ms")
    page.line("peak memory, Blender included", f"{memory():.2f} GB")


def by_rendering(objects: list) -> tuple[str, float]:
    """(engine, seconds per object) of the usual method: 12 renders of 64 pixels from all sides, then the network.

    Workbench if this Blender has graphics, else Cycles with one sample, which needs none.
    """
    import bpy
    import gpu

    from blender_addon.bridge.models import loaded as models
    from scripts.lib.rendering import pictures as _pictures

    recognizer = models.object_recognizer()
    try:
        has_graphics = gpu.platform.backend_type_get() not in ("NONE", "UNKNOWN")
    except SystemError:
        has_graphics = False
    began = time.perf_counter()
    for obj in objects:
        views = np.zeros((12, 3, 64, 64), np.uint8)
        with _pictures.studio(bpy.context, [obj]) as scene:
            if has_graphics:
                scene.render.engine = "BLENDER_WORKBENCH"
            for view in range(12):
                _pictures.frame(scene, _pictures.corners([obj]), 30 * view, 20, 1.0)
                views[view] = np.array(_pictures.render(scene, 64, 64, samples=1))[..., :3].transpose(2, 0, 1)
        recognizer.recognize_views(views.reshape(2, 6, 3, 64, 64), np.ones((2, 4), np.float32))
    return "Workbench" if has_graphics else "Cycles, 1 sample", (time.perf_counter() - began) / len(objects)


def bench_textures(page: Page) -> None:
    import bpy

    from blender_addon.avatar.generating import generate_job, texture_job
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.models import loaded as models
    from ml_core import AvatarTraits
    from ml_core.geometry.body.traits import BodyTraits
    from ml_core.inference.textures.skin.complexion import living_skin
    from ml_core.vocabulary.texture_sizes import SIZES_OF_SCRIPTS

    body = BodyTraits(age=30.0, presentation=1.0)
    generator = models.texture_generator()
    casual = AvatarTraits(outfit="casual")
    for size in SIZES_OF_SCRIPTS:
        seconds = page.median(lambda size=size: generator.generate(casual, seed=1, size=size), 20)
        page.line(f"generating all maps at {size} pixels", f"{1000 * seconds:.0f} ms")
        seconds = page.median(lambda size=size: living_skin(generator.generate(casual, 1, size), body), 10)
        page.line("  and the bare skin of a person from them", f"{1000 * seconds:.0f} ms")
    for size, (ours, torchs) in network_seconds(20).items():
        page.line(f"the network alone at {size}, ONNX Runtime", f"{1000 * ours:.0f} ms")
        page.line("  the same in torch, in turns", f"{1000 * torchs:.0f} ms" if torchs else "torch is missing")
    for size in (512, 1024):
        page.line(f"peak memory of a process that paints one at {size}", f"{peak_memory(size):.0f} MB")

    def create() -> None:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        run_to_end(generate_job(bpy.context, "a tall woman in a navy suit", AvatarTraits(), 7, 512, "Avatar"))

    with quiet():
        seconds = page.median(create, 3)
    page.line("an avatar from words to scene, 512 pixels", f"{seconds:.2f} s")

    def again() -> None:
        armature = bpy.data.objects["Avatar"]
        run_to_end(texture_job(bpy.context, armature, "", AvatarTraits(outfit="casual"), 8, 512))

    with quiet():
        seconds = page.median(again, 5)
    page.line("another texture on it, 512 pixels", f"{seconds:.2f} s")

    with quiet():
        bpy.context.view_layer.objects.active = bpy.data.objects["Avatar"]
        bpy.ops.atelier.edit_live()
        preview, full = live_steps(page)
    page.line("Edit Live: slider to the new base color in the image", f"{1000 * preview:.0f} ms")
    page.line("Edit Live: all maps in full size, once it rests", f"{1000 * full:.0f} ms")


def live_steps(page: Page) -> tuple[float, float]:
    """Median seconds from a slider's value to the preview's and to the final pixels, on an avatar that is edited."""
    from blender_addon.avatar.live import editing as live

    target = live.target()
    assert target is not None
    traits, seed = live.stored_traits(target.armature)

    def run_steps(painter: Callable) -> None:
        for step in painter(target, traits, seed, None):  # the hair stays as it is
            step()

    return page.median(lambda: run_steps(live.previewed), 20), page.median(lambda: run_steps(live.painted), 7)


def bench_export(page: Page) -> None:
    import bpy

    from blender_addon.bridge import session
    from blender_addon.bridge.jobs.steps import Progress, run_to_end
    from blender_addon.export.assets.static import ensure_uv
    from blender_addon.export.exporting import export_job
    from blender_addon.export.meshes.computed import Computed
    from blender_addon.export.options import ExportOptions

    targets = ["unity", "unreal", "web"]
    plain = ExportOptions(lods=0, colliders="none", lightmap_uv=False)
    with quiet():
        fill(unique=100, copies=500, triangles=2000)
        for mesh in bpy.data.meshes:
            ensure_uv(mesh)  # our exports add UVs anyway; without them the bare exporters would write less
    with tempfile.TemporaryDirectory() as place:

        def export(options: ExportOptions, on_progress: Callable[[Progress], None] | None = None) -> None:
            run_to_end(export_job(bpy.context, Path(place) / "ours", targets, options), on_progress)

        # In turns, so that a machine that slows down slows down both.
        bare, alike, ours, full, again = [], [], [], [], []
        for _ in range(4):
            with quiet():
                bare.append(seconds_of(lambda: bare_exports(Path(place))))
                alike.append(seconds_of(lambda: bare_exports(Path(place), with_tangents=True)))
                ours.append(seconds_of(lambda: export(plain)))
                session.drop(Computed)
                full.append(seconds_of(lambda: export(ExportOptions())))
                again.append(seconds_of(lambda: export(ExportOptions())))
            session.drop(Computed)
        gaps = [time.perf_counter()]
        with quiet():
            export(ExportOptions(), lambda _: gaps.append(time.perf_counter()))
    runs = (bare, alike, ours, full, again)
    once, same, twice, thrice, repeated = (statistics.median(wall for wall, _ in item[1:]) for item in runs)
    work = [statistics.median(cpu for _, cpu in item[1:]) for item in runs]
    page.line("500 objects, 100 meshes of 2 000 triangles, three engines", "")
    page.line("Blender's bare exporters, as an artist finds them", f"{once:.1f} s")
    page.line("the same with tangents and smoothing, as in our files", f"{same:.1f} s")
    page.line("ours, geometry as it is", f"{twice:.1f} s")
    page.line("ours is slower than the bare exporters by a factor of", f"{twice / once:.2f}")
    page.line("than those that write the same geometry, tangents too", f"{twice / same:.2f}")
    page.line("ours, with two LODs, colliders and lightmap UVs", f"{thrice:.1f} s")
    page.line("that is slower than the bare exporters by a factor of", f"{thrice / once:.2f}")
    page.line("the same once more, with meshes as they were", f"{repeated:.1f} s")
    page.line("that is slower than the bare exporters by a factor of", f"{repeated / once:.2f}")
    page.line("the same factors in processor time, which others' work hardly changes", "")
    page.line(
        "geometry as it is, beside the bare and beside the same geometry",
        f"{work[2] / work[0]:.2f}, {work[2] / work[1]:.2f}",
    )
    page.line("with two LODs, colliders and lightmap UVs", f"{work[3] / work[0]:.2f}, {work[3] / work[1]:.2f}")
    page.line("the same once more", f"{work[4] / work[0]:.2f}, {work[4] / work[1]:.2f}")
    page.line("longest time without progress", f"{max(np.diff(gaps)):.2f} s")


def bench_steps(page: Page) -> None:
    from scripts.lib.bench.presses import measured
    from scripts.lib.bench.steps import longest

    page.line("the longest step of each button in Blender's own thread, in processor time", "")
    presses = measured()
    while True:
        with quiet():
            name, steps = next(presses, ("", []))
        if not steps:
            return
        for kind, is_announced in (("", False), (", Blender's, announced", True)):
            if (step := longest(steps, is_announced)) is not None:
                page.line(f"{name}{kind}: {step.what}"[:57], f"{step.worked * 1000:.0f} ms")


def bench_drag(page: Page) -> None:
    from scripts.lib.bench.drag import drag_seconds

    with quiet():
        found = drag_seconds()
    page.line("a slider of an avatar, processor time of Blender's own thread, median, most", "")
    for what, seconds in found.items():
        page.line(what, f"{1000 * statistics.median(seconds):.0f}, {1000 * max(seconds):.0f} ms")


def bench_large(page: Page) -> None:
    import bpy

    from blender_addon.export.exporting import export_job
    from scripts.lib.bench.steps import steps_of

    with quiet():
        fill(unique=200, copies=20_000, triangles=500)
    with tempfile.TemporaryDirectory() as place, quiet():
        before = memory()
        began, worked = time.perf_counter(), time.process_time()
        steps, _ = steps_of(export_job(bpy.context, Path(place), ["unity", "web"]))
        took, work = time.perf_counter() - began, time.process_time() - worked
    page.line("20 000 objects, 200 meshes of 500 triangles, for Unity and the web", f"{took:.0f} s")
    page.line("the same in processor time", f"{work:.0f} s")
    announced = max((step.seconds for step in steps if step.is_announced), default=0.0)
    page.line("longest time without progress, ours and Blender's", f"{longest_wait(steps):.2f}, {announced:.1f} s")
    page.line("peak memory, and before", f"{memory():.2f}, {before:.2f} GB")


def bench_batch(page: Page) -> None:
    from scripts.lib.bench.workers import measured_turns

    turns = measured_turns(people=16, rounds=5)
    page.line("16 people of 512 pixels, each a .blend, in turns by one worker and by two", "")
    for count, name in ((1, "one worker"), (2, "two workers")):
        rates = [turn.jobs / turn.seconds for turn in turns[count]]
        page.line(f"{name}, median of {len(rates)} turns", f"{statistics.median(rates):.2f} a second")
        page.line("  processor time of a person", f"{middle(turns[count], 'worked'):.2f} s")
        page.line("  processor time of the driver, a person", f"{1000 * middle(turns[count], 'driven'):.0f} ms")
    ratios = [one.seconds / two.seconds for one, two in zip(turns[1], turns[2], strict=True)]
    page.line("two are faster than one by a factor of", f"{statistics.median(ratios):.2f}")
    page.line("  the least and the most of those turns", f"{min(ratios):.2f}, {max(ratios):.2f}")
    page.line("cores that one worker keeps busy", f"{middle(turns[1], 'worked') / middle(turns[1], 'seconds'):.2f}")


def middle(turns: list, name: str) -> float:
    """The median over turns of some of their seconds per job."""
    return statistics.median(getattr(turn, name) / turn.jobs for turn in turns)


def longest_wait(steps: list) -> float:
    """The most seconds between two steps of a job, except announced ones."""
    return max(step.seconds for step in steps if not step.is_announced)


def seconds_of(function: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall-clock time, and of processor time in all threads."""
    began, worked = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - began, time.process_time() - worked


def bare_exports(folder: Path, with_tangents: bool = False) -> None:
    """Exports the same geometry by Blender's exporters alone: one FBX for each mesh and engine, one GLB of all objects.

    With Blender's default options, which omit the tangents that normal maps need, or with tangents.
    """
    import bpy

    layer = bpy.context.view_layer
    options = {"use_tspace": True, "mesh_smooth_type": "FACE"} if with_tangents else {}
    first = list({obj.data.session_uid: obj for obj in reversed(layer.objects)}.values())
    for engine in ("unity", "unreal"):
        for obj in first:
            bpy.ops.object.select_all(action="DESELECT")
            obj.select_set(True)
            layer.objects.active = obj
            path = folder / f"{engine}_{obj.name}.fbx"
            bpy.ops.export_scene.fbx(filepath=str(path), use_selection=True, bake_anim=False, **options)
    bpy.ops.export_scene.gltf(filepath=str(folder / "scene.glb"), export_animations=False)


def bench_avatar(page: Page) -> None:
    import bpy

    from blender_addon.avatar.generating import generate_job, texture_job
    from blender_addon.avatar.live import editing as live
    from blender_addon.avatar.surface import texturing
    from blender_addon.bridge.jobs.steps import run_to_end
    from blender_addon.bridge.models import loaded as models
    from ml_core import AvatarTraits

    models.texture_generator()

    def create() -> None:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        run_to_end(generate_job(bpy.context, "", AvatarTraits(outfit="casual"), 7, 512, "Avatar"))

    with quiet():
        seconds = page.median(create, 5)
    page.line("the built-in body from nothing, textures of 512", f"{seconds:.2f} s")
    with quiet():
        armature = finer_body(20_000)
        run_to_end(texture_job(bpy.context, armature, "", AvatarTraits(outfit="casual"), 7, 512))
        bpy.context.view_layer.objects.active = armature
        bpy.ops.atelier.edit_live()
    for size in (256, 512):
        live.target().size = size
        with quiet():
            preview, full = live_steps(page)
        page.line(f"20 000 triangles: slider to the color in the image, {size}", f"{1000 * preview:.0f} ms")
        page.line(f"20 000 triangles: all maps, {size}", f"{1000 * full:.0f} ms")
    (source,) = texturing.map_sources(armature)

    def first_map() -> None:
        texturing.MapCache().get(source.skin, source.fit, 1024)

    page.line("20 000 triangles: first map at 1024", f"{page.median(first_map, 3):.2f} s")


BENCHES: dict[str, Callable[[Page], None]] = {
    "small": bench_small,
    "recognizer": bench_recognizer,
    "textures": bench_textures,
    "avatar": bench_avatar,
    "export": bench_export,
    "steps": bench_steps,
    "drag": bench_drag,
    "large": bench_large,
    "batch": bench_batch,
}


if __name__ == "__main__":
    run(main)
