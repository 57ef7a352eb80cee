"""The web: compact glTF."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import ORM, Profile

WEB = Profile(
    target=TARGETS["web"],
    packings=(ORM,),
    web_options=True,
)
