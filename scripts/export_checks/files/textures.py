"""Checks 16 to 18: textures as engines load them, with the content that their names promise in each channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.files import open_picture

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Array, Model

_BARE = re.compile(r"[A-Za-z0-9_.-]+")
_LAYOUTS: dict[str, dict[str, tuple[int, bool]]] = {
    "ORM": {"occlusion": (0, False), "roughness": (1, False), "metallic": (2, False)},
    "MaskMap": {"metallic": (0, False), "occlusion": (1, False), "roughness": (3, True)},
    "MetallicSmoothness": {"metallic": (0, False), "occlusion": (1, False), "roughness": (3, True)},
}
"""Channel of each map, and whether it is stored inverted (smoothness)."""


def images_of(folder: TargetFolder) -> dict[str, bytes | Path]:
    """Every picture by its name without ending: files, and those inside GLB files."""
    found: dict[str, bytes | Path] = {path.stem: path for path in folder.textures}
    for model in folder.models:
        found |= model.images
    return found


def pixels(source: bytes | Path) -> Array:
    """(H, W, C) of 8 bits.

    Raises:
        InputError: no readable picture.
    """
    with open_picture(source) as picture:
        plain = picture.convert("RGBA" if "A" in picture.mode or picture.mode == "P" else "RGB")
        return np.asarray(plain)


def _is_readable(source: bytes | Path) -> bool:
    try:
        pixels(source)
    except InputError:
        return False
    return True


def _usable(folder: TargetFolder, item: tuple[str, bytes | Path]) -> Iterator[Problem]:
    name, source = item
    try:
        height, width = pixels(source).shape[:2]
    except InputError as error:
        yield Problem(name, f"is not a readable picture ({error})")
        return
    if width & (width - 1) or height & (height - 1):
        yield Problem(name, "has sides that are not powers of two", "", "2^n", [width, height])
    own = folder.about.limits.texture if folder.about is not None else 8192
    budget = folder.manifest.get("texture_budget") or own  # an export may ask for less
    if max(width, height) > budget:
        yield Problem(name, "is over the target's texture budget", "", budget, [width, height])


def _references(folder: TargetFolder, _: TargetFolder) -> Iterator[Problem]:
    present, stems = {path.name for path in folder.files}, images_of(folder)
    for material, facts in folder.materials.items():
        for suffix, name in _textures_of(facts).items():
            if not _BARE.fullmatch(str(name)):
                yield Problem("materials.json", f"gives {suffix} as a path, not a bare name", material, "a name", name)
            elif name not in present and Path(name).stem not in stems:
                yield Problem("materials.json", f"names a texture that is not there: {name}", material)
    for model in folder.models:
        for path in sorted(set(model.paths)):
            if not _BARE.fullmatch(path):
                yield Problem(model.name, "names a texture by a path, not a bare name", "", "a bare name", path)
            elif path not in present:
                yield Problem(model.name, f"names a texture that is not there: {path}")


def _textures_of(facts: Any) -> dict[str, str]:
    textures = facts.get("textures", {}) if isinstance(facts, dict) else {}
    return textures if isinstance(textures, dict) else {}


def _packed(folder: TargetFolder) -> list[tuple[str, str, bytes | Path]]:
    """(stem without suffix, packing, picture) of every packed texture."""
    return [
        (name.rpartition("_")[0], name.rpartition("_")[2], source)
        for name, source in images_of(folder).items()
        if name.rpartition("_")[2] in _LAYOUTS and _is_readable(source)
    ]


def _maps(packing: str, picture: Array) -> dict[str, Array]:
    """Occlusion, roughness and metallic of a packed picture."""
    found = {}
    for what, (channel, inverted) in _LAYOUTS[packing].items():
        if channel < picture.shape[2]:
            values = picture[..., channel].astype(int)
            found[what] = 255 - values if inverted else values
    return found


def _channels(folder: TargetFolder, item: tuple[str, str, bytes | Path]) -> Iterator[Problem]:
    stem, packing, source = item
    name, picture = f"{stem}_{packing}", pixels(source)
    wanted = 4 if packing != "ORM" else 3
    if picture.shape[2] < wanted:
        yield Problem(name, "lacks a channel", "", wanted, picture.shape[2])
    if packing == "MaskMap" and picture[..., 2].max() > 0:
        yield Problem(name, "has something in blue, where HDRP's detail mask is", "", 0, int(picture[..., 2].max()))
    own = _maps(packing, picture)
    for where, theirs in _counterparts(folder, stem):
        for what in own.keys() & theirs.keys():
            yield from _same(name, f"holds another {what} than {where}", own[what], theirs[what])


def _same(name: str, what: str, one: Array, other: Array) -> Iterator[Problem]:
    if one.shape != other.shape:
        return
    far = np.abs(one.astype(int) - other)
    if far.max() > 1:
        yield Problem(name, what, "", "within 1/255", f"up to {int(far.max())}/255 in {int((far > 1).sum())} texels")


def _counterparts(folder: TargetFolder, stem: str) -> Iterator[tuple[str, dict[str, Array]]]:
    """The same maps in the other targets of the export and, unpacked, in ``textures/`` beside them."""
    for sibling in folder.siblings:
        for other, packing, source in _packed(sibling):
            if other == stem:
                yield f"{sibling.path.name}/{other}_{packing}", _maps(packing, pixels(source))
    if folder.sources is not None:
        for suffix, what in (("AO", "occlusion"), ("R", "roughness"), ("M", "metallic")):
            path = folder.sources / f"{stem}_{suffix}.png"
            if path.is_file():
                yield f"textures/{path.name}", {what: pixels(path)[..., 0].astype(int)}


def _comparable(folder: TargetFolder) -> list[tuple[str, str, bytes | Path]]:
    return [item for item in _packed(folder) if any(True for _ in _counterparts(folder, item[0]))]


def _normal_maps(folder: TargetFolder) -> list[tuple[str, bytes | Path]]:
    return [(name, item) for name, item in images_of(folder).items() if name.endswith("_N") and _is_readable(item)]


def _unit(_: TargetFolder, item: tuple[str, bytes | Path]) -> Iterator[Problem]:
    name, source = item
    vectors = pixels(source)[..., :3].astype(np.float32) / 127.5 - 1
    off = np.abs(np.linalg.norm(vectors, axis=-1) - 1)
    if off.max() > 0.02:
        yield Problem(name, "holds normals that are not of unit length", "", "± 2 %", f"{off.max():.1%}")
    if (vectors[..., 2] < 0).mean() > 0.001:
        yield Problem(name, "holds normals that point into the surface (blue below a half)")


def _directx(folder: TargetFolder, item: tuple[str, bytes | Path]) -> Iterator[Problem]:
    """Normal maps for Unreal have green pointing down; everything else is as for the others."""
    name, source = item
    own = pixels(source)[..., :3].astype(int)
    for where, is_directx, other in _other_normals(folder, name):
        theirs = other[..., :3].astype(int)
        if _is_directx(folder) != is_directx:
            theirs[..., 1] = 255 - theirs[..., 1]
        yield from _same(name, f"is not {where} with the green of {folder.target}", own, theirs)


def _is_directx(folder: TargetFolder) -> bool:
    return folder.about is not None and folder.about.directx_normals


def _other_normals(folder: TargetFolder, name: str) -> Iterator[tuple[str, bool, Array]]:
    for sibling in folder.siblings:
        found = images_of(sibling)
        if name in found and _is_readable(found[name]):
            yield f"{sibling.path.name}/{name}", _is_directx(sibling), pixels(found[name])


def _comparable_normals(folder: TargetFolder) -> list[tuple[str, bytes | Path]]:
    return [item for item in _normal_maps(folder) if any(True for _ in _other_normals(folder, item[0]))]


def _slots(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    """Each picture is in the slot given by its name and by materials.json."""
    wanted = {
        "base color": "BC", "DiffuseColor": "BC", "metallic roughness": "ORM", "occlusion": "ORM",
        "normal": "N", "NormalMap": "N", "emissive": "E", "EmissiveColor": "E",
    }  # fmt: skip
    for material in model.materials:
        facts = folder.materials.get(material.name)
        if facts is None:
            yield Problem(model.name, "is a material that materials.json does not have", material.name)
            continue
        if facts.get("keeps_nodes"):
            continue
        given = _textures_of(facts)
        for slot, image in material.textures.items():
            suffix = wanted.get(slot)
            if suffix and Path(given.get(suffix, "")).stem != Path(image).stem:
                yield Problem(
                    model.name, f"has another picture as {slot}", material.name, given.get(suffix, "none"), image
                )
        for suffix, slot in (("BC", 0), ("N", 4), ("E", 6)):
            names = list(wanted)[slot : slot + 2]
            if suffix in given and not material.textures.keys() & set(names):
                yield Problem(model.name, f"lacks its {names[0]} texture", material.name, given[suffix], "none")
        if material.is_double_sided and not facts.get("double_sided"):
            yield Problem(model.name, "is double-sided though nobody asked", material.name)


CHECKS = [
    Check("16", "Pictures: powers of two, in the target's budget", lambda f: list(images_of(f).items()), _usable),
    Check("16b", "Textures that are named exist, under bare names", lambda f: [f], _references),
    Check("17", "ORM and mask maps hold their sources within 1/255", _comparable, _channels),
    Check("18", "Normal maps of unit length ± 2 %", _normal_maps, _unit),
    Check("18b", "Normal maps: Unreal's are the others' with green flipped", _comparable_normals, _directx),
    Check(
        "19b",
        "The right picture in each slot; double-sided only if asked",
        lambda f: [model for model in f.models if model.materials],
        _slots,
    ),
]
