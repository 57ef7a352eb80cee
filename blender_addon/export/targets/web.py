"""The web: compact glTF, alone or with a page that shows it."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import ORM, Profile

WEB = Profile(
    target=TARGETS["web"],
    packings=(ORM,),
    image_formats=True,
    compact_meshes=True,
)

WEB_PAGE = Profile(
    target=TARGETS["webpage"],
    packings=(ORM,),
    image_formats=True,
    has_page=True,
)
