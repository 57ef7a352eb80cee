"""Measure the image recogniser; with --run, export a training run to the shipped weights first.

Two kinds of pictures of the split ``val`` (authors and a style that training never saw), from the front left and the
front right: our own traced ones (also from behind), and renders by Blender's Cycles (128 pixels, 16 samples, a sun and
a grey sky, grey material, a dark grey and a white background), which are kept in --renders; and the few textured models
of --scenes, which only show whether textures throw it off. Prints top-1, top-3, how well known objects are told from
unknown ones (AUROC, on meshes of packs kept out of training), the calibration error and the confusions. Temperature
and threshold of the card are fitted on the grey Cycles pictures; the figures for them are cross-fitted: fitted on one
half of the meshes, measured on the other. The weights were chosen on our own pictures of the same meshes.

Examples:
  python scripts/training/evaluate_image_recognizer.py --data ../shared/data/objects
  python scripts/training/evaluate_image_recognizer.py --data ../shared/data/objects --run runs/images
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import logging
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh, read_objects
from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.inference.recognition.images import SHIPPED, SIZE, network_input
from ml_core.inference.recognition.objects import softmax
from ml_core.inference.session import open_session
from ml_core.training.objects.metrics import (
    accuracy,
    auroc,
    best_temperature,
    calibration_noise,
    confusions,
    cross_fitted,
    keeping_threshold,
    per_class,
)
from ml_core.vocabulary.labels import LABELS
from scripts.lib.cli import leave
from scripts.lib.training import errors_on_one_line

DESCRIPTION = {
    "what": "Image recogniser: one object in a picture with a plain background, 52 classes, known/unknown, embedding",
    "data": "pictures traced of 1289 labelled meshes of Quaternius, TheBaseMesh (M3), Kay Lousberg (KayKit) and "
    "Kenney, of unlabelled ones of the same packs as unknown objects, and of generated meshes; scored on pictures of "
    "Blend Swap models cleaned by Emmanuel Puybaret / eTeks (SweetHome3D furniture library BlendSwap-CC-0)",
    "data_licence": "CC0-1.0",
    "licence": "GPL-3.0-or-later",
    "limits": "learned from untextured renders and measured on renders only, never on photos; colour and texture are "
    "not looked at; one upright object before a plain background, seen from -5 to 60 degrees above; shadows on a floor "
    "count as part of the object; size is unknown, so that what differs by size (box and building) is confused",
}
_PIXELS, _SAMPLES = 128, 16
_VIEWS = ((35, 0.05), (-35, 1.0))  # yaw in degrees, linear grey of the background: Blender's own, and white
_ELEVATION = 25
_SURE = 0.9  # confidence
_QUALITY = 50
_WRONG = -30.0  # logit of the right class, and of being known, where no object was found in the picture


@dataclass(frozen=True)
class Outputs:
    """logits: (N, classes); known: (N,) in 0..1; labels, view: (N,); missed: pictures in which nothing was found."""

    logits: NDArray[np.float64]
    known: NDArray[np.float64]
    labels: NDArray[np.int64]
    view: NDArray[np.int64]
    missed: int


def outputs(path: Path, meshes: list[ObjectMesh], picture: Callable[[ObjectMesh, int], NDArray[np.uint8]]) -> Outputs:
    """What the ONNX file at ``path`` says of both pictures of each known mesh, and of one of each unknown one."""
    session = open_session(path, "cpu")
    inputs, labels, view, missed = [], [], [], []
    for number, mesh in enumerate(meshes):
        for side in range(2) if mesh.label != UNKNOWN else [number % 2]:
            try:
                inputs.append(network_input(picture(mesh, side)))
            except InputError:
                missed.append(len(inputs))
                inputs.append(np.zeros((2, SIZE, SIZE), np.uint8))
            labels.append(mesh.label)
            view.append(side)
    parts = [
        session.run(["logits", "known"], {"images": np.stack(inputs[first : first + 32])})
        for first in range(0, len(inputs), 32)
    ]
    logits, known = (np.concatenate(column).astype(np.float64) for column in zip(*parts, strict=True))
    logits[missed, np.array(labels)[missed]] = _WRONG
    known[missed] = _WRONG
    return Outputs(logits, 1 / (1 + np.exp(-known)), np.array(labels), np.array(view), len(missed))


def figures_of(found: Outputs) -> dict[str, Any]:
    """Cross-fitted a view at a time: two pictures of one mesh must not lie on both sides."""
    learned = found.labels != UNKNOWN
    halves = []
    for side in range(2):
        rows = ~learned | (found.view == side)
        halves.append(cross_fitted(found.logits[rows], found.known[rows], found.labels[rows]))
    fitted = {name: float(np.mean([half[name] for half in halves])) for name in halves[0]}
    one_side = found.view == 0  # the calibration error above is of as many pictures
    scores = {
        **accuracy(found.logits, found.labels),
        "auroc_known": auroc(found.known[learned], found.known[~learned]),
        **fitted,
        "calibration_noise": calibration_noise(found.logits[one_side], found.labels[one_side]),
    }
    counts = {"pictures": int(learned.sum()), "unknown": int((~learned).sum()), "nothing_found": found.missed}
    return counts | {name: round(value, 4) for name, value in scores.items()}


def accuracy_of(found: Outputs) -> dict[str, float]:
    return {name: round(value, 4) for name, value in accuracy(found.logits, found.labels).items()}


def measure(path: Path, meshes: list[ObjectMesh], textured: list[ObjectMesh], renders: Path) -> dict[str, Any]:
    """All figures of the weights at ``path``."""
    from ml_core.training.images.trainer import THREE_QUARTER, cut_out, on_plain

    own = outputs(path, meshes, lambda mesh, side: on_plain(cut_out(mesh, THREE_QUARTER[side])))
    behind = [camera._replace(yaw=camera.yaw + 180) for camera in THREE_QUARTER]
    from_behind = outputs(path, meshes, lambda mesh, side: on_plain(cut_out(mesh, behind[side])))
    cycles, colored = (
        outputs(path, some, lambda mesh, side: read_picture(render_file(renders, mesh, side)))
        for some in (meshes, textured)
    )
    packed = outputs(
        path, [mesh for mesh in meshes if mesh.label != UNKNOWN], lambda mesh, side: compressed(renders, mesh, side)
    )
    by_kind = {}
    for side, (_, background) in enumerate(_VIEWS):
        rows = cycles.view == side
        by_kind[f"top1_background_{background:g}"] = round(
            accuracy(cycles.logits[rows], cycles.labels[rows])["top1"], 4
        )
    temperature = best_temperature(cycles.logits, cycles.labels)
    learned = cycles.labels != UNKNOWN
    shares = softmax(cycles.logits[learned] / temperature)
    sure = shares.max(axis=1) > _SURE
    right = shares.argmax(axis=1) == cycles.labels[learned]
    by_kind |= {"sure": int(sure.sum()), "sure_and_right": int((sure & right).sum())}
    return {
        "val": {
            "own_pictures": figures_of(own),
            "own_from_behind": accuracy_of(from_behind),
            "cycles": figures_of(cycles) | by_kind,
            f"cycles_jpeg_{_QUALITY}": accuracy_of(packed),
            "cycles_textured": {"pictures": len(colored.labels)} | accuracy_of(colored),
        },
        "per_class_cycles": per_class(cycles.logits, cycles.labels),
        "confusions_cycles": confusions(cycles.logits, cycles.labels),
        "temperature": temperature,
        "threshold": keeping_threshold(cycles.known[learned]),
    }


def render_file(folder: Path, mesh: ObjectMesh, side: int) -> Path:
    return folder / f"{mesh.path.replace('/', '_')}.{side}.png"


def compressed(folder: Path, mesh: ObjectMesh, side: int) -> NDArray[np.uint8]:
    """The render as it comes back from a strongly compressed JPEG file."""
    file = io.BytesIO()
    Image.fromarray(read_picture(render_file(folder, mesh, side))[..., :3]).save(file, "JPEG", quality=_QUALITY)
    return read_picture(file.getvalue(), "RGB")


def render_missing(meshes: list[ObjectMesh], folder: Path) -> None:
    """Renders with Cycles what ``folder`` lacks: the pictures that :func:`outputs` asks for."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (mesh, side)
        for number, mesh in enumerate(meshes)
        for side in (range(2) if mesh.label != UNKNOWN else [number % 2])
        if not render_file(folder, mesh, side).is_file()
    ]
    if not jobs:
        return
    import bpy

    scene = studio()
    grey = bpy.data.materials.new("Grey")
    grey.use_nodes = True
    grey.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.5, 0.5, 0.5, 1)
    for number, (mesh, side) in enumerate(jobs):
        obj = blender_object(mesh)
        obj.data.materials.append(grey)
        scene.collection.objects.link(obj)
        photograph(scene, [obj], side, render_file(folder, mesh, side))
        bpy.data.meshes.remove(obj.data)
        if number % 50 == 49 or number + 1 == len(jobs):
            print(f"rendered {number + 1} of {len(jobs)} pictures", flush=True)


def textured_models(scenes: Path, folder: Path) -> list[ObjectMesh]:
    """The models with textures in ``scenes``/blendswap_cc0, without their geometry; renders what ``folder`` lacks."""
    with (scenes / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["pack"] == "blendswap_cc0" and row["label"] in LABELS]
    models = []
    for row in rows:
        label = LABELS.index(row["label"])
        nothing = np.empty((0, 3), np.float32), np.empty((0, 3), np.int32)
        models.append(ObjectMesh(f"textured/{row['path']}", "blendswap_cc0", row["pack"], label, "val", *nothing))
        files = [render_file(folder, models[-1], side) for side in range(2)]
        if not all(file.is_file() for file in files):
            import bpy

            scene = studio()
            bpy.ops.wm.obj_import(filepath=str((scenes / row["path"]).resolve()))
            shown = [obj for obj in scene.objects if obj.type == "MESH"]
            for side, file in enumerate(files):
                photograph(scene, shown, side, file)
    return models


def photograph(scene: Any, shown: list[Any], side: int, file: Path) -> None:
    """One of the two pictures of ``shown``, written to ``file``."""
    from scripts.lib.pictures import frame, render

    yaw, background = _VIEWS[side]
    scene.world.node_tree.nodes["Seen"].inputs["Color"].default_value = (background, background, background, 1)
    points = np.array([obj.matrix_world @ vertex.co for obj in shown for vertex in obj.data.vertices])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    frame(scene, middle + 1.25 * (points - middle), yaw, _ELEVATION, 1.0)
    partial = file.with_suffix(".part.png")
    render(scene, _PIXELS, _PIXELS, _SAMPLES).save(partial)
    partial.replace(file)


def studio() -> Any:
    """An empty scene with a camera, a sun from above the left, an even grey sky and a background of its own colour."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    camera = bpy.data.cameras.new("Studio")
    scene.camera = bpy.data.objects.new("Studio", camera)
    light = bpy.data.lights.new("Studio", "SUN")
    light.energy, light.angle = 2.0, math.radians(5)
    sun = bpy.data.objects.new("Studio", light)
    sun.rotation_euler = (math.radians(40), 0, math.radians(-15))
    for obj in (scene.camera, sun):
        scene.collection.objects.link(obj)

    scene.world = bpy.data.worlds.new("Studio")
    scene.world.use_nodes = True
    nodes, links = scene.world.node_tree.nodes, scene.world.node_tree.links
    sky, seen = nodes["Background"], nodes.new("ShaderNodeBackground")
    seen.name = "Seen"
    sky.inputs["Color"].default_value = (0.4, 0.4, 0.4, 1)
    path, mix = nodes.new("ShaderNodeLightPath"), nodes.new("ShaderNodeMixShader")
    links.new(path.outputs["Is Camera Ray"], mix.inputs[0])
    links.new(sky.outputs[0], mix.inputs[1])
    links.new(seen.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], nodes["World Output"].inputs["Surface"])
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.film_transparent = False
    scene.render.image_settings.file_format = "PNG"
    return scene


def blender_object(mesh: ObjectMesh) -> Any:
    """``mesh`` in a box of largest dimension 1 at 0, smooth but for edges sharper than 30°."""
    import bmesh
    import bpy

    used, triangles = np.unique(mesh.triangles, return_inverse=True)
    vertices = mesh.vertices[used]
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    vertices = (vertices - (low + high) / 2) / max(float((high - low).max()), 1e-12)
    data = bpy.data.meshes.new("Object")
    data.from_pydata(vertices.tolist(), [], triangles.reshape(-1, 3).tolist())
    editable = bmesh.new()
    editable.from_mesh(data)
    bmesh.ops.remove_doubles(editable, verts=editable.verts, dist=1e-5)
    editable.to_mesh(data)
    editable.free()
    data.validate()
    data.shade_smooth()
    data.set_sharp_from_angle(angle=math.radians(30))
    return bpy.data.objects.new("Object", data)


def export(run: Path, path: Path, meshes: list[ObjectMesh], textured: list[ObjectMesh], renders: Path) -> None:
    """Writes the weights of ``run`` and their card to ``path``."""
    from ml_core.networks.image_cnn import Mirrored
    from ml_core.training.images.trainer import export_image_recognizer, load_best
    from ml_core.training.textures.export import write_card

    network, facts = load_best(run / "best.pt")
    export_image_recognizer(Mirrored(network), path)
    card: dict[str, Any] = {
        **DESCRIPTION,
        "labels": LABELS,
        "temperature": 1.0,
        "threshold": 0.5,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": {"command": "python scripts/training/train_image_recognizer.py --data DATA"}
        | {name: value for name, value in facts.items() if name != "history"},
    }
    write_card(path, card)
    figures = measure(path, meshes, textured, renders)
    card["temperature"], card["threshold"] = figures.pop("temperature"), figures.pop("threshold")
    write_card(path, card | {"metrics": figures})


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/objects"), help="default %(default)s")
    parser.add_argument("--scenes", type=Path, default=Path("../shared/data/scenes"), help="default %(default)s")
    parser.add_argument("--run", type=Path, help="run folder of train_image_recognizer.py to export first")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="ONNX file (default: the shipped weights)")
    parser.add_argument("--renders", type=Path, default=Path("runs/image_renders"), help="default %(default)s")
    parser.add_argument("--cache", type=Path, default=Path("runs/object_meshes.npz"), help="default %(default)s")
    options = parser.parse_args(arguments)
    meshes = [mesh for mesh in read_objects(options.data, options.cache) if mesh.subset in ("val", "score")]
    render_missing(meshes, options.renders)
    textured = textured_models(options.scenes, options.renders)
    if options.run:
        export(options.run, options.weights, meshes, textured, options.renders)
    figures = measure(options.weights, meshes, textured, options.renders)
    wrong = figures.pop("confusions_cycles")
    print(json.dumps(figures, indent=1))
    print("confusions: " + ", ".join(f"{right} as {guess} ×{count}" for right, guess, count in wrong))
    return 0


if __name__ == "__main__":
    leave(main())
