"""How fast the parts are: medians of several runs, in one process, on this machine.

    python scripts/bench.py recognizer     unique meshes a second from Blender mesh to label; big scenes; a huge mesh
    python scripts/bench.py textures       generating, carrying over to a mesh, one avatar from words to scene
    python scripts/bench.py                both

Timings on shared machines wander; compare only lines of one run.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._cli import quiet, run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["recognizer", "textures"], help="recognizer, textures")
    given = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores")
    for what in given.what:
        {"recognizer": bench_recognizer, "textures": bench_textures}[what]()
    return 0


def median(function: Callable[[], object], runs: int = 5) -> float:
    """Median seconds of ``function``, after one run that does not count."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def line(what: str, value: str) -> None:
    print(f"{what:<58}{value:>16}", flush=True)


def memory() -> float:
    """Peak resident memory of this process in GB (Linux counts in kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def bench_recognizer() -> None:
    import bpy

    from blender_addon.bridge import models
    from blender_addon.bridge.jobs import run_to_end
    from blender_addon.scene.labelling import label_objects_job

    models.object_recognizer()
    context = bpy.context

    def label() -> None:
        run_to_end(label_objects_job(context))

    with quiet():
        fill(unique=64, copies=1, triangles=5000)
        seconds = median(label, 3)
    line("unique meshes of 5 000 triangles, Blender mesh to label", f"{64 / seconds:.0f} a second")
    with quiet():
        fill(unique=300, copies=10_000, triangles=1000)
        seconds = median(label, 3)
    line("scene of 10 000 objects, 300 unique meshes", f"{seconds:.2f} s")
    with quiet():
        fill(unique=1, copies=1, triangles=1_000_000)
        seconds = median(label, 5)
    line("one mesh of 1 000 000 triangles", f"{1000 * seconds:.0f} ms")
    line("peak memory, Blender included", f"{memory():.2f} GB")


def fill(unique: int, copies: int, triangles: int) -> None:
    """A scene of bumpy spheres of about ``triangles`` triangles each, ``copies`` objects in all."""
    import bpy
    import numpy as np

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    rng = np.random.default_rng(0)
    rings = max(4, round((triangles / 4) ** 0.5))
    meshes = []
    for number in range(unique):
        bpy.ops.mesh.primitive_uv_sphere_add(segments=2 * rings, ring_count=rings)
        obj = bpy.context.object
        points = np.empty(len(obj.data.vertices) * 3, np.float32)
        obj.data.vertices.foreach_get("co", points)
        waves = np.sin(points.reshape(-1, 3) @ rng.normal(0, 3, (3, 3)).astype(np.float32) + number)
        obj.data.vertices.foreach_set("co", (points.reshape(-1, 3) * (1 + 0.2 * waves)).astype(np.float32).ravel())
        meshes.append(obj.data)
    for number in range(copies - unique):
        obj = bpy.data.objects.new(f"Copy{number}", meshes[number % unique])
        obj.location, obj.rotation_euler.z = rng.normal(0, 50, 3), rng.uniform(0, 6)
        bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.update()


def bench_textures() -> None:
    import bpy

    from blender_addon.avatar.generating import generate_job, texture_job
    from blender_addon.bridge import models
    from blender_addon.bridge.jobs import run_to_end
    from ml_core import AvatarTraits

    generator = models.texture_generator()
    for size in (256, 512, 1024):
        seconds = median(lambda size=size: generator.generate(AvatarTraits(outfit="casual"), seed=1, size=size))
        line(f"generating all maps at {size} pixels", f"{1000 * seconds:.0f} ms")

    def create() -> None:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        run_to_end(generate_job(bpy.context, "a tall woman in a navy suit", AvatarTraits(), 7, 512, "Avatar"))

    with quiet():
        seconds = median(create, 3)
    line("an avatar from words to scene, 512 pixels", f"{seconds:.2f} s")

    def again() -> None:
        armature = bpy.data.objects["Avatar"]
        run_to_end(texture_job(bpy.context, armature, "", AvatarTraits(outfit="casual"), 8, 512))

    with quiet():
        seconds = median(again, 5)
    line("another texture on it, 512 pixels", f"{seconds:.2f} s")


if __name__ == "__main__":
    run(main)
