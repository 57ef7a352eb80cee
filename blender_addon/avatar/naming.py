"""Names of new materials and images; nothing is ever looked up by these names."""

from __future__ import annotations

import re


def plain_name(name: str) -> str:
    """A name that every engine accepts: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "Avatar"


def image_name(owner: str, role: str) -> str:
    """The name of a new image of the object ``owner``, such as ``T_Ann_Body_BC``."""
    return plain_name(f"T_{owner}_{role}")


def material_name(owner: str, role: str) -> str:
    """The name of a new material of the object ``owner``, such as ``M_Ann_Body``, ``M_Ann_Body_1``."""
    return plain_name(f"M_{owner}_{role}")
