"""Resolves the pictures that an imported scene file refers to: found again by name, left out where not permitted.

Files give paths on the machine that they were made on, such as ``C:\\Users\\Ann\\WOOD.PNG``.
"""

from __future__ import annotations

import logging
from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.picture_size import check_picture
from ml_core.references import NearPictures, is_near_picture

_notes = logging.getLogger("atelier.notes")
_MOST_NAMES = 12


def settle_pictures(path: Path) -> None:
    """Looks for missing pictures by name near the scene file ``path``, reports once which stay missing, and removes
    those with paths elsewhere, or that would fill the memory.

    Blender loads pixels on demand, so nothing has been decoded yet.
    """
    near = NearPictures(path)
    missing = []
    for image in list(bpy.data.images):
        if image.source not in ("FILE", "SEQUENCE", "MOVIE", "TILED"):
            continue
        if image.packed_file is not None:
            try:
                check_picture(bytes(image.packed_file.data), image.name)
                continue
            except InputError as error:
                why = str(error)
        else:
            place = Path(bpy.path.abspath(image.filepath.replace("<UDIM>", "1001").replace("<UVTILE>", "u1_v1")))
            if not image.filepath or is_near_picture(path, place):
                continue
            found = near.find(image.filepath) if image.source == "FILE" else None
            if found is not None:
                image.filepath = str(found)
                continue
            if not place.exists():
                missing.append(image.name)
                continue
            why = f"{place} lies elsewhere or is not a picture"
        _notes.warning("%s: the picture %s is left out (%s)", path.name, image.name, why)
        bpy.data.images.remove(image)
    if missing:
        names = ", ".join(sorted(missing)[:_MOST_NAMES])
        more = f" and {len(missing) - _MOST_NAMES} more" if len(missing) > _MOST_NAMES else ""
        said = "1 picture is" if len(missing) == 1 else f"{len(missing)} pictures are"
        _notes.warning("%s: %s missing: %s%s", path.name, said, names, more)
