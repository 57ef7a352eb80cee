"""The inputs of scripts/dev/fuzz.py: intact files written by Blender, and the kinds of damage done to them."""

from __future__ import annotations

import base64
import json
import os
import random
import struct
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.dev.fuzz_values import HOSTILE_ARGUMENTS, HOSTILE_NAMES, HOSTILE_VALUES, STORED_KEYS


@dataclass(frozen=True)
class Input:
    """One call of a script. ``kind`` is the kind of the damaged file, ``change`` what was done to it; ``is_elsewhere``
    means that an argument names another place to write to."""

    script: str
    arguments: tuple[str, ...]
    kind: str
    change: str
    is_elsewhere: bool = False

    def command(self) -> str:
        return f"{self.script}.py {' '.join(map(ascii, self.arguments))}"


def make_seeds(folder: Path) -> dict[str, list[Path]]:
    """Intact files by kind, written by Blender in a child process."""
    folder.mkdir(parents=True)
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        code = 1
        try:
            _write_seeds(folder)
            code = 0
        except Exception:  # noqa: BLE001 - reported here, since the child ends before it could be raised
            traceback.print_exc()
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        sys.exit("fuzz.py: Blender could not write the files to start from")
    found: dict[str, list[Path]] = {}
    for path in sorted(item for item in folder.iterdir() if item.is_file()):
        found.setdefault(path.suffix[1:], []).append(path)
    return found


def _write_seeds(folder: Path) -> None:
    import bpy

    from scripts.lib.cli import register_extension

    register_extension()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    material = bpy.data.materials.new("Paint")
    material.use_nodes = True
    image = bpy.data.images.new("wood", 8, 8)
    image.pack()
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    shader = next(item for item in material.node_tree.nodes if item.type == "BSDF_PRINCIPLED")
    material.node_tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    cube.data.materials.append(material)
    cube.shape_key_add(name="Basis")
    cube.shape_key_add(name="smile").data[0].co.z += 1
    cube["atelier_label"], cube["atelier_confidence"] = "chair", 0.9
    bpy.ops.object.armature_add()
    rig = bpy.context.object
    cube.parent = rig
    cube.vertex_groups.new(name="Bone").add(range(8), 1, "REPLACE")
    cube.modifiers.new("Armature", "ARMATURE").object = rig
    bpy.ops.mesh.primitive_cone_add(vertices=5, location=(3, 0, 0))
    bpy.ops.export_scene.gltf(filepath=str(folder / "a.glb"))
    _write_gltf(folder / "a.glb", folder / "a.gltf")
    bpy.ops.export_scene.fbx(filepath=str(folder / "a.fbx"))
    bpy.ops.wm.obj_export(filepath=str(folder / "a.obj"), export_materials=False)
    bpy.ops.wm.usd_export(filepath=str(folder / "a.usda"))
    bpy.ops.wm.usd_export(filepath=str(folder / "b.usdc"))
    image.filepath_raw, image.file_format = str(folder / "a.png"), "PNG"
    image.save()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "a.blend"), compress=False)
    from PIL import Image

    Image.new("RGB", (32, 24), (200, 30, 20)).save(folder / "b.jpg")
    (folder / "a.json").write_text(json.dumps([{"kind": "freckles", "strength": 0.5, "seed": 3}]))


def _write_gltf(glb: Path, path: Path) -> None:
    """The GLB's scene as JSON with its buffer inside."""
    data = glb.read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    document = json.loads(data[20 : 20 + length])
    text = base64.b64encode(data[28 + length :]).decode()
    document["buffers"][0]["uri"] = f"data:application/octet-stream;base64,{text}"
    path.write_text(json.dumps(document))


def make_input(draw: random.Random, seeds: dict[str, list[Path]], folder: Path, only: str | None = None) -> Input:
    """Writes a hostile file into ``folder`` and returns the call that reads it."""
    folder.mkdir(parents=True)
    kind = only or draw.choice([*_MAKERS, "blend", "glb", "gltf", "properties"])  # what people pass around, more often
    source = draw.choice(seeds[kind]) if kind in seeds else None
    path = folder / f"{draw.choice(HOSTILE_NAMES)}.{source.suffix[1:] if source else 'blend'}"
    change = _MAKERS[kind](draw, source, path, seeds)
    return _call(draw, kind, path.name, change)


def _call(draw: random.Random, kind: str, name: str, change: str) -> Input:
    name = name if not name.startswith("-") else f"./{name}"
    out = "../out/result"
    if kind in ("png", "jpg"):
        return Input("label_image", (name, "--out", f"{out}.json"), kind, change)
    if kind == "json":
        options = ("--size", "256", "--layers", name, "--out", out)
        return Input("generate_avatar", options, kind, change)
    if kind == "arguments":
        script, template = draw.choice(_TEMPLATES)
        filled = [item.format(scene=name, out=out) for item in template]
        place = draw.randrange(len(filled))
        filled[place] = draw.choice(HOSTILE_ARGUMENTS)
        is_output = place > 0 and filled[place - 1] in ("--out", "--apply", "--json", "--report")
        return Input(script, tuple(filled), kind, f"argument {place}", is_output)
    calls = (
        ("label_scene", (name, "--out", f"{out}.json")),
        ("label_scene", (name, "--out", f"{out}.csv", "--apply", f"{out}.blend", "--assets")),
        ("export_scene", (name, "--engine", draw.choice(("web", "unity", "unreal", "godot", "usd")), "--out", out)),
        ("export_scene", (name, "--engine", "web", "--lods", "0", "--no-lightmap-uv", "--out", out)),
        ("generate_avatar", ("--mesh", name, "--size", "256", "--out", out)),
        ("run_commands", (name, "--command", draw.choice(_COMMANDS), "--confirm", "--out", f"{out}.blend")),
        ("animate_avatar", (name, "--motions", "WAVE", "--out", f"{out}.blend")),
    )
    script, arguments = draw.choices(calls, (4, 2, 3, 2, 1, 3, 1))[0]
    return Input(script, arguments, kind, change)


_COMMANDS = (
    "select everything", "hide all chairs", "delete all chairs except the first", "put the chair on the floor",
    "paint the chair red", "duplicate everything", "measure the chair", "把所有东西往上移1米",
)  # fmt: skip
_TEMPLATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("label_scene", ("{scene}", "--out", "{out}.json", "--threshold", "0.5", "--scope", "all")),
    ("label_scene", ("{scene}", "--out", "{out}.json", "--apply", "{out}.blend", "--scheme", "{{Label}}_{{number}}")),
    ("label_image", ("{scene}", "--out", "{out}.json")),
    ("export_scene", ("{scene}", "--engine", "web", "--out", "{out}", "--lods", "1", "--texture-budget", "64")),
    ("generate_avatar", ("--describe", "a man", "--seed", "3", "--size", "256", "--traits", "{{}}", "--out", "{out}")),
    ("run_commands", ("{scene}", "--command", "hide all chairs", "--out", "{out}.blend", "--report", "{out}.json")),
    ("animate_avatar", ("{scene}", "--avatar", "Armature", "--steps", "wave", "walk:1,2", "--out", "{out}.blend")),
    ("check_export", ("{out}", "--json", "{out}.json")),
)


def _bytes(draw: random.Random, source: Path, path: Path, seeds: dict[str, list[Path]]) -> str:
    """Damage that is independent of the format."""
    data = bytearray(source.read_bytes())
    way = draw.choice(("flip", "flip", "cut", "zero", "insert", "splice", "other", "empty"))
    place = draw.randrange(len(data))
    if way == "flip":
        for _ in range(draw.choice((1, 4, 64))):
            data[draw.randrange(len(data))] = draw.randrange(256)
    elif way == "cut":
        del data[place:]
    elif way == "zero":
        data[place : place + draw.choice((4, 64, 4096))] = bytes(min(64, len(data) - place))
    elif way == "insert":
        data[place:place] = draw.randbytes(draw.choice((1, 4, 500)))
    elif way == "splice":
        other = draw.choice(draw.choice(list(seeds.values()))).read_bytes()
        data[place:] = other[place % max(1, len(other)) :]
    elif way == "other":
        data = bytearray(draw.choice(draw.choice(list(seeds.values()))).read_bytes())
    else:
        data.clear()
    path.write_bytes(data)
    return way


def _tree(draw: random.Random, value: Any) -> str:
    """Puts a hostile value somewhere into a JSON tree; returns where."""
    where = ""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return where + " is empty"
        key = draw.choice(keys)
        where += f"/{key}"
        if not isinstance(value[key], dict | list) or draw.random() < 0.2:
            if draw.random() < 0.2:
                del value[key]
                return f"{where} is gone"
            value[key] = draw.choice(HOSTILE_VALUES)
            return f"{where} = {value[key]!r:.40}"
        value = value[key]


def _json(draw: random.Random, source: Path, path: Path, seeds: dict[str, list[Path]]) -> str:
    if draw.random() < 0.3:
        return _bytes(draw, source, path, seeds)
    document = json.loads(source.read_bytes())
    change = "; ".join(_tree(draw, document) for _ in range(draw.choice((1, 1, 3))))
    path.write_text(json.dumps(document, ensure_ascii=draw.random() < 0.5), encoding="utf-8")
    return change


def _glb(draw: random.Random, source: Path, path: Path, seeds: dict[str, list[Path]]) -> str:
    if draw.random() < 0.3:
        return _bytes(draw, source, path, seeds)
    data = source.read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    document = json.loads(data[20 : 20 + length])
    change = "; ".join(_tree(draw, document) for _ in range(draw.choice((1, 1, 3))))
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    header = struct.pack("<4sII", b"glTF", 2, 20 + len(text) + len(rest)) + struct.pack("<I4s", len(text), b"JSON")
    path.write_bytes(header + text + rest)
    return change


def _text(draw: random.Random, source: Path, path: Path, seeds: dict[str, list[Path]]) -> str:
    """OBJ and USDA: replaces a word by a hostile one, or duplicates or removes a line."""
    if draw.random() < 0.3:
        return _bytes(draw, source, path, seeds)
    lines = source.read_text(encoding="utf-8").splitlines()
    place = draw.randrange(len(lines))
    words = lines[place].split(" ")
    words[draw.randrange(len(words))] = str(draw.choice(HOSTILE_VALUES))
    lines[place] = " ".join(words)
    if draw.random() < 0.3:
        lines *= 2
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    return f"line {place}: {lines[place]:.60}"


def _properties(draw: random.Random, source: Path | None, path: Path, seeds: dict[str, list[Path]]) -> str:
    """An intact .blend with hostile custom properties and names, saved by Blender in a child process."""
    keys = draw.sample(STORED_KEYS, draw.choice((1, 3, 8)))
    values = {key: draw.choice(HOSTILE_VALUES) for key in keys}
    name = draw.choice([item for item in HOSTILE_NAMES if "\udcfe" not in item])
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            _save_with(seeds["blend"][0], path, values, name)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    if not path.exists():  # a name that Blender cannot write; its own seed is as good
        path.write_bytes(seeds["blend"][0].read_bytes())
    return f"{values!r:.200}"


def _save_with(source: Path, path: Path, values: dict[str, Any], name: str) -> None:
    import bpy

    from scripts.lib.cli import register_extension

    register_extension()
    bpy.ops.wm.open_mainfile(filepath=str(source), use_scripts=False)
    for kind in (bpy.data.objects, bpy.data.meshes, bpy.data.images, bpy.data.materials, bpy.data.scenes):
        for block in kind:
            block.name = name
            for key, value in values.items():
                try:
                    block[key] = value
                except (TypeError, OverflowError, ValueError):
                    block[key] = str(value)
    bpy.data.scenes[0].atelier.last_report = str(values)
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)


def _whole(draw: random.Random, source: Path | None, path: Path, seeds: dict[str, list[Path]]) -> str:
    path.write_bytes(seeds["blend"][0].read_bytes())
    return "whole"


_Maker = Callable[[random.Random, Any, Path, dict[str, list[Path]]], str]
_MAKERS: dict[str, _Maker] = {
    "blend": _bytes,
    "glb": _glb,
    "gltf": _json,
    "fbx": _bytes,
    "obj": _text,
    "usda": _text,
    "usdc": _bytes,
    "png": _bytes,
    "jpg": _bytes,
    "json": _json,
    "properties": _properties,
    "arguments": _whole,
}
