"""Speeds up Blender's FBX exporter for small files: without threads, thousands of writes and unused tangents.

It starts a thread for each core to compress the arrays of a file, which pays off only for large meshes, writes each
property of each element separately, and writes tangents for each UV map, of which engines read only the first: with
lightmap UVs those were a third of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from struct import pack_into
from typing import Any

_SPARE = b"Spare"
_TANGENTS = (b"LayerElementBinormal", b"LayerElementTangent")
THREADED = 200_000
"""Corners from which on compression in threads pays for starting them."""


@contextmanager
def quick_encoding(corners: int) -> Iterator[None]:
    """Inside the block files are encoded in one pass, and those with few ``corners`` without threads."""
    from io_scene_fbx import encode_bin, export_fbx_bin

    element = encode_bin.FBXElem
    numbered, listed = export_fbx_bin.elem_data_single_int32, export_fbx_bin.elem_data_single_float64_array

    def begun(parent: Any, name: bytes, value: int) -> Any:
        # Those of further UV maps are filled in like others, but belong to nothing.
        return element(_SPARE) if name in _TANGENTS and value else numbered(parent, name, value)

    def filled(parent: Any, name: bytes, value: Any) -> Any:
        return None if parent.id == _SPARE else listed(parent, name, value)

    changed: dict[str, Any] = {
        "_calc_offsets_children": lambda self, offset, is_last: offset,
        "_write_children": lambda self, write, tell, is_last: _write(encode_bin, self, write, tell()),
    }
    if corners < THREADED:
        changed["enable_multithreading_cm"] = nullcontext
    former = {name: element.__dict__[name] for name in changed}
    for name, function in changed.items():
        setattr(element, name, function)
    export_fbx_bin.elem_data_single_int32, export_fbx_bin.elem_data_single_float64_array = begun, filled
    try:
        yield
    finally:
        export_fbx_bin.elem_data_single_int32, export_fbx_bin.elem_data_single_float64_array = numbered, listed
        for name, function in former.items():
            setattr(element, name, function)


def _write(encode_bin: Any, root: Any, write: Callable[[bytearray], object], start: int) -> None:
    """Writes the elements below ``root`` at the byte ``start`` of the file."""
    made = bytearray()
    _Encoder(encode_bin, made, start).children(root, False)
    write(made)


def _names_spare(element: Any) -> bool:
    """Whether an element declares tangents of a layer that are left out."""
    if element.id != b"LayerElement":
        return False
    kind, number = (child.props[0] for child in element.elems)
    return kind[4:] in _TANGENTS and number != bytes(4)


class _Encoder:
    """Encodes elements one after another; each stores its end offset from the beginning of the file."""

    def __init__(self, encode_bin: Any, made: bytearray, start: int) -> None:
        self._made, self._start = made, start
        self._head, self._head_size = encode_bin._ELEM_META_FORMAT, encode_bin._ELEM_META_SIZE
        self._end, self._always_ends = encode_bin._BLOCK_SENTINEL_DATA, encode_bin._ELEMS_ID_ALWAYS_BLOCK_SENTINEL

    def children(self, element: Any, is_last: bool) -> None:
        if element.elems:
            written = [child for child in element.elems if not _names_spare(child)]
            last = written[-1]
            for child in written:
                self._one(child, child is last)
            self._made += self._end
        elif (not element.props and not is_last) or element.id in self._always_ends:
            self._made += self._end

    def _one(self, element: Any, is_last: bool) -> None:
        made, at = self._made, len(self._made)
        made += bytes(self._head_size)
        made.append(len(element.id))
        made += element.id
        first = len(made)
        for kind, data in zip(element.props_type, element.props, strict=True):
            made.append(kind)
            made += data
        length = len(made) - first
        self.children(element, is_last)
        pack_into(self._head, made, at, self._start + len(made), len(element.props), length)
