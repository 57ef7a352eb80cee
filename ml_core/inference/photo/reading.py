"""Photos of one person in, an avatar's traits and skin out. Nothing of the pictures is written anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.geometry.body.traits import ADULT, BodyTraits
from ml_core.inference.photo.checks import check_face, only_face
from ml_core.inference.photo.faces import Face, FaceFinder
from ml_core.inference.photo.fitting import HeadFit, fit_head
from ml_core.inference.photo.surface.colors import has_beard, looks_of
from ml_core.inference.photo.surface.completion import HeadSkin, completed
from ml_core.inference.photo.surface.hair import hair_style_of
from ml_core.inference.photo.surface.skin import seen_skin
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.vocabulary.avatar.body_sliders import FACE_SLIDERS
from ml_core.vocabulary.traits import AvatarTraits

LONGEST = 1600
"""Pixels of the longer edge that a picture is read at."""
MOST_PHOTOS = 8
_USUAL_AGE = 32.0


@dataclass(frozen=True)
class PhotoAvatar:
    """``traits`` of an avatar, which sliders and sentences can edit further; ``skin`` (512, 512, 4) sRGB with alpha of
    the head chart of the atlas; ``fit`` with the camera and the expression of each photo."""

    traits: AvatarTraits
    skin: NDArray[np.float32]
    fit: HeadFit


class PhotoReader:
    """Reads faces with the shipped networks.

    Example:
        >>> avatar = PhotoReader.load().read([Path("ann.jpg")])
        >>> avatar.traits.face["nose_width"]
        0.21
    """

    def __init__(self, finder: FaceFinder, generator: TextureGenerator) -> None:
        self._finder, self._generator = finder, generator

    @classmethod
    def load(cls, generator: TextureGenerator | None = None) -> PhotoReader:
        """A reader with the shipped networks; raises :class:`InputError` where one is missing or damaged."""
        return cls(FaceFinder.load(), generator or TextureGenerator.load())

    def read(self, paths: Sequence[Path], known: AvatarTraits | None = None) -> PhotoAvatar:
        """The avatar of picture files, all of one person; the first one shows the face from the front.

        Args:
            known: traits that are not to be read from the pictures, such as age or hair.

        Raises:
            InputError: a file cannot be read, or shows no face, several, or none from the front. The message names it.
        """
        if not 0 < len(paths) <= MOST_PHOTOS:
            raise InputError("photos: give 1 to {most} pictures of one person, not {count}", most=MOST_PHOTOS,
                             count=len(paths))  # fmt: skip
        return self.read_pictures([read_picture(path, "RGB", LONGEST) for path in paths], known,
                                  [path.name for path in paths])  # fmt: skip

    def read_pictures(
        self, pictures: Sequence[NDArray[np.uint8]], known: AvatarTraits | None = None, names: Sequence[str] = ()
    ) -> PhotoAvatar:
        """As :meth:`read`, of pictures (H, W, 3) sRGB; ``names`` are for messages."""
        known = known or AvatarTraits()
        names = list(names) or [f"photo {number}" for number in range(1, len(pictures) + 1)]
        faces = [only_face(self._finder, picture, name) for picture, name in zip(pictures, names, strict=True)]
        fit = fit_head(faces, _known_body(known))
        for number, (picture, name) in enumerate(zip(pictures, names, strict=True)):
            check_face(picture, faces[number], fit.photos[number], name, is_first=number == 0)
        looks = looks_of(pictures[0], faces[0])
        traits = AvatarTraits(
            eye=looks.eye,
            hair=looks.hair,
            presentation=round(fit.traits.known("presentation"), 3),
            weight=round(fit.traits.known("weight"), 3),
            age=fit.traits.age,
            ancestry=fit.traits.ancestry,
            face={name: round(fit.traits.sliders[name], 4) for name in FACE_SLIDERS},
        ).replace(**known.to_dict())
        if traits.hair_style is None:
            traits = traits.replace(hair_style=hair_style_of(pictures[0], faces[0], looks.hair, traits))
        if traits.beard is None:
            grows = has_beard(looks) and (traits.presentation or 0.0) < 0.5
            traits = traits.replace(beard="short_beard" if grows else "none")
        skin = self._skin(pictures, faces, fit, traits)
        return PhotoAvatar(traits.replace(skin=skin.traits.skin), skin.image, fit)

    def _skin(
        self, pictures: Sequence[NDArray[np.uint8]], faces: Sequence[Face], fit: HeadFit, traits: AvatarTraits
    ) -> HeadSkin:
        seen = [seen_skin(picture, face, fit, number, traits.hair)
                for number, (picture, face) in enumerate(zip(pictures, faces, strict=True))]  # fmt: skip
        return completed(seen, self._generator, traits)


def _known_body(known: AvatarTraits) -> BodyTraits:
    """The given traits of the body; an adult where no age is given."""
    age = known.age if known.age is not None else max(_USUAL_AGE, float(ADULT))
    return BodyTraits(
        age=age, presentation=known.presentation, weight=known.weight, ancestry=known.ancestry,
        sliders=dict(known.face or {}),
    )  # fmt: skip
