"""The texts of a binary USD file (a "crate"): every name and asset path in it, without a USD library.

Layout as in OpenUSD's ``pxr/usd/sdf/crateFile``: magic ``PXR-USDC``, 8 bytes of version, the offset of a table of
sections; the section TOKENS holds texts that end in NUL, compressed as LZ4 blocks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ml_core.errors import InputError

MAX_TOKEN_BYTES = 2**26


def crate_tokens(data: bytes) -> Iterator[str]:
    """Yield the texts of a crate file.

    Raises:
        InputError: the file is damaged, or its texts are larger than :data:`MAX_TOKEN_BYTES`.
    """
    try:
        (table,) = struct.unpack_from("<q", data, 16)
        (sections,) = struct.unpack_from("<Q", data, table)
        for number in range(min(sections, 64)):
            name, start, size = struct.unpack_from("<16sqq", data, table + 8 + 32 * number)
            if name.rstrip(b"\0") == b"TOKENS":
                yield from _texts(data[start : start + size], data[8:11])
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise InputError("the USD file is damaged or truncated") from error


def _texts(section: bytes, version: bytes) -> Iterator[str]:
    if tuple(version) < (0, 4, 0):
        _, size = struct.unpack_from("<QQ", section)
        plain = section[16 : 16 + size]
    else:
        _, size, compressed = struct.unpack_from("<QQQ", section)
        if size > MAX_TOKEN_BYTES:
            raise InputError("the USD file holds too much text")
        plain = _decompressed(section[24 : 24 + compressed], size)
    yield from (line.decode("utf-8", "replace") for line in plain.split(b"\0") if line)


def _decompressed(data: bytes, size: int) -> bytes:
    """OpenUSD's fast compression: the number of chunks (0 for a single one without a length), then LZ4 blocks."""
    chunks = data[0]
    if chunks == 0:
        return _lz4(data[1:], size)
    at, parts = 1, []
    for _ in range(chunks):
        (length,) = struct.unpack_from("<i", data, at)
        parts.append(_lz4(data[at + 4 : at + 4 + length], size))
        at += 4 + length
    return b"".join(parts)


def _lz4(data: bytes, most: int) -> bytes:
    """One LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), of at most ``most`` bytes."""
    out, at = bytearray(), 0
    while at < len(data):
        token = data[at]
        at += 1
        count, at = _length(data, at, token >> 4)
        out += data[at : at + count]
        at += count
        if at >= len(data):
            break
        offset = data[at] | data[at + 1] << 8
        count, at = _length(data, at + 2, token & 15)
        count += 4
        if not 0 < offset <= len(out) or len(out) + count > most:
            raise ValueError("a damaged LZ4 block")
        while count > 0:  # a match may overlap what it makes
            part = bytes(out[-offset:][:count]) if offset >= count else bytes(out[-offset:])
            out += part
            count -= len(part)
    return bytes(out)


def _length(data: bytes, at: int, count: int) -> tuple[int, int]:
    if count == 15:
        while True:
            more = data[at]
            at, count = at + 1, count + more
            if more != 255:
                break
    return count, at
