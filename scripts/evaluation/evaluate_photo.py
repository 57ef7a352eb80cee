"""Measures avatars from photos on pictures of known people, to whom nothing was fitted.

    python scripts/evaluation/evaluate_photo.py
    python scripts/evaluation/evaluate_photo.py --people 20 --data DATA/avatars
    python scripts/evaluation/evaluate_photo.py --people 8 --sheet people.png

Draws people by seeds that the table of landmarks did not see, with other lenses, lights, poses and expressions, and
prints: the mean error of the face sliders, and of the landmarks on the relaxed body after they are laid over each other
(% of the distance between the eyes), each beside that of the average face; how often the fitted head is nearest to its
own among all; the same with a second photo from the side. With --data, skins of people whom the generator was not
trained on are put on, and the peak signal-to-noise ratio of the completed head is printed where the photo shows it and
where it does not. --sheet draws the first eight people beside the avatars that are made of these pictures, in the same
pose and from the front. Takes about 10 s a person.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import scripts.lib.environment  # noqa: F401 - says first which Python to use

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.color import linear_to_srgb, srgb_to_linear
from ml_core.datasets.faces.pictures import KnownFace, known_face
from ml_core.datasets.textures.avatar_sources import read_rows, warp_base_color
from ml_core.datasets.textures.source_bodies import source_maps
from ml_core.errors import InputError
from ml_core.files import atomic_path
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.faces.warp import laid_over
from ml_core.inference.photo.faces import Face, FaceFinder
from ml_core.inference.photo.fitting import HeadFit, fit_head
from ml_core.inference.photo.likeness import SLIDER_NAMES
from ml_core.inference.photo.points import face_points
from ml_core.inference.photo.reading import PhotoReader
from ml_core.inference.photo.surface.completion import completed
from ml_core.inference.photo.surface.skin import SIZE, head_texels, seen_skin
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.inference.textures.portrait import Sitter, View, portrait
from ml_core.vocabulary.avatar.body_sliders import BY_NAME
from ml_core.vocabulary.traits import AvatarTraits
from scripts.lib.cli import errors_on_one_line

FIRST_SEED = 7000
PIXELS = 512
HELD_OUT = ("g08", "g19", "g23")
"""Groups of faces that the shipped generator was not trained on."""


@dataclass(frozen=True)
class Figures:
    """Figures of one fit: mean errors of sliders and of landmarks in % of the distance between the eyes, and the
    average face's own."""

    sliders: float
    average_sliders: float
    landmarks: float
    average_landmarks: float


@errors_on_one_line
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20, metavar="N", help="default: %(default)s")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="a picture of people beside their avatars")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="avatars.csv, textures/ and meshes/ of VALID")
    given = parser.parse_args(arguments)
    finder = FaceFinder.load()
    fronts = [photographed(FIRST_SEED + number, number) for number in range(given.people)]
    faces = [found(finder, known) for known in fronts]
    print(f"faces found: {sum(face is not None for face in faces)} of {len(faces)}")
    seen = {number: face for number, face in enumerate(faces) if face is not None}
    people = [fronts[number] for number in seen]
    tell("one photo", people, [fit_head([face]) for face in seen.values()])
    both = []
    for number, face in seen.items():
        side = found(finder, photographed(FIRST_SEED + number, number, yaw=38.0 * (-1) ** number))
        both.append(fit_head([face, side] if side is not None else [face]))
    tell("with a side view", people, both)
    if given.sheet:
        write_sheet(fronts[:8], given.sheet)
    if given.data:
        tell_skin(finder, given.data)
    return 0


def write_sheet(people: list[KnownFace], path: Path) -> None:
    """Three columns for each two people: the photo, its avatar in that pose, and the avatar from the front, relaxed."""
    generator = TextureGenerator.load()
    reader = PhotoReader.load(generator)
    rows = []
    for number, known in enumerate(people):
        try:
            made = reader.read_pictures([known.picture], AvatarTraits(age=known.person.traits.age))
        except InputError as error:
            print(f"person {number}: {error}")
            continue
        atlas = linear_to_srgb(generator.generate(made.traits, 0, 2 * SIZE).base_color)
        chart, skin = CHARTS["head"].pixels(2 * SIZE), made.skin
        atlas[chart] = atlas[chart] * (1 - skin[..., 3:]) + skin[..., :3] * skin[..., 3:]
        relaxed = made.fit.person
        alike = dataclasses.replace(relaxed, rows=made.fit.rows(0))
        eyes = np.asarray((relaxed.joint("l-eye") + relaxed.joint("r-eye")) / 2, np.float64)
        target = eyes + np.array([0.0, 0.06, -0.02])
        views = (dataclasses.replace(known.view, target=target), View(target, known.view.width, distance=2.5))
        drawn = [known.picture / 255]
        for person, view in zip((alike, relaxed), views, strict=True):
            sitter = Sitter(person, made.traits.eye or "#5a4030", made.traits.hair or "#201810",
                            made.traits.hair_style or "none", number)  # fmt: skip
            drawn.append(portrait(atlas, sitter, PIXELS // 2, view))
        rows.append(np.concatenate([np.asarray(_small(image)) for image in drawn], axis=1))
    if rows:
        half = -(-len(rows) // 2)
        rows += [np.zeros_like(rows[0])] * (2 * half - len(rows))
        sheet = np.concatenate([np.concatenate(rows[:half]), np.concatenate(rows[half:])], axis=1)
        with atomic_path(path) as partial:
            Image.fromarray(sheet).save(partial, "PNG")
        print(f"{path}: {len(people)} people")


def _small(image: NDArray) -> Image.Image:
    """A picture (H, W, 3) 0..1 at half the resolution of a photo."""
    pixels = np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(pixels).resize((PIXELS // 2, PIXELS // 2), Image.Resampling.BOX)


def photographed(seed: int, number: int, yaw: float | None = None) -> KnownFace:
    """A picture of the person of a seed; pose, expression and hair differ by ``number``."""
    yaw = (-14.0, 0.0, 9.0, 18.0)[number % 4] if yaw is None else yaw
    style = "none" if number % 2 else None
    return known_face(seed, PIXELS, yaw, (0.0, 6.0, -6.0)[number % 3], number, hair_style=style)


def found(finder: FaceFinder, known: KnownFace) -> Face | None:
    faces = finder.find(known.picture)
    return faces[0] if faces else None


def tell(what: str, people: list[KnownFace], fits: list[HeadFit]) -> None:
    """Print the figures of fits, and how often each is nearest to its own person."""
    average = body_model().person(BodyTraits(age=30.0))
    rows = [measured(known.person, fit, average) for known, fit in zip(people, fits, strict=True)]
    sliders, landmarks = np.mean([row.sliders for row in rows]), np.mean([row.landmarks for row in rows])
    print(f"{what}: sliders off by {sliders:.3f} (the average face: {np.mean([r.average_sliders for r in rows]):.3f})")
    average_landmarks = np.mean([row.average_landmarks for row in rows])
    print(f"{what}: landmarks off by {landmarks:.2f} % of the eye distance (the average face: {average_landmarks:.2f})")
    points = face_points()
    middle = points.of(average.rows)
    own = np.stack([deviation(points.of(known.person.rows), middle) for known in people])
    read = np.stack([deviation(points.of(fit.person.rows), middle) for fit in fits])
    own, read = own - own.mean(axis=0), read - read.mean(axis=0)
    likeness = (read / np.linalg.norm(read, axis=1, keepdims=True)) @ (
        own / np.linalg.norm(own, axis=1, keepdims=True)
    ).T
    right = int((likeness.argmax(axis=1) == np.arange(len(people))).sum())
    print(f"{what}: the right one of {len(people)} is nearest {right} times")


def measured(person: Person, fit: HeadFit, average: Person) -> Figures:
    points = face_points()
    true, eyes = points.of(person.rows), float(np.linalg.norm(person.joint("l-eye") - person.joint("r-eye")))
    fitted, usual = (laid_over(points.of(rows), true) for rows in (fit.person.rows, average.rows))
    values = np.array([person.traits.sliders[name] for name in SLIDER_NAMES])
    read = np.array([fit.traits.sliders[name] for name in SLIDER_NAMES])
    means = np.array([BY_NAME[name].mean for name in SLIDER_NAMES])
    return Figures(
        float(np.abs(read - values).mean()), float(np.abs(means - values).mean()),
        100 * float(np.linalg.norm(fitted - true, axis=1).mean()) / eyes,
        100 * float(np.linalg.norm(usual - true, axis=1).mean()) / eyes,
    )  # fmt: skip


def deviation(points: NDArray, middle: NDArray) -> NDArray[np.float64]:
    return np.asarray((laid_over(points, middle) - middle).ravel())


def tell_skin(finder: FaceFinder, data: Path) -> None:
    """Print how close the completed heads of held-out people are to their own skin."""
    maps = source_maps(data / "meshes", 2 * SIZE)
    generator = TextureGenerator.load()
    groups = ((row.values["face_group"], row) for row in read_rows(data))
    rows = {group: row for group, row in groups if group in HELD_OUT}
    if not rows:
        raise InputError("{folder}: has none of the held-out people {groups}", folder=data, groups=", ".join(HELD_OUT))
    chart = CHARTS["head"].pixels(2 * SIZE)
    texels = head_texels()
    skin_here = np.zeros((SIZE, SIZE), bool)
    skin_here[texels.row, texels.column] = True
    for number, (group, row) in enumerate(rows.items()):
        atlas = linear_to_srgb(np.clip(warp_base_color(row, maps[row.presentation]), 0, 1))
        known = known_face(FIRST_SEED + 100 + number, PIXELS, 8.0, 0.0, hair_style="none", color=atlas)
        face = found(finder, known)
        if face is None:
            print(f"{group}: no face found")
            continue
        seen = seen_skin(known.picture, face, fit_head([face]))
        head = completed([seen], generator, AvatarTraits())
        true, made = srgb_to_linear(atlas[chart]), srgb_to_linear(head.image[..., :3])
        shown = (seen.weight > 0.5) & skin_here
        hidden = (seen.weight < 0.05) & skin_here & (head.image[..., 3] > 0.5)
        tone = np.median(true[shown], axis=0) / np.median(made[shown], axis=0)
        for what, mask in (("seen", shown), ("unseen", hidden)):
            plain = psnr(true[mask], made[mask])
            print(f"{group}: {what} {plain:.1f} dB, in its own tone {psnr(true[mask], made[mask] * tone):.1f}")


def psnr(first: NDArray, second: NDArray) -> float:
    """Peak signal-to-noise ratio in dB of linear colors (N, 3), compared as sRGB 0..1."""
    difference = linear_to_srgb(np.clip(first, 0, 1)) - linear_to_srgb(np.clip(second, 0, 1))
    return float(-10 * np.log10(max(float((difference**2).mean()), 1e-9)))


if __name__ == "__main__":
    sys.exit(main())
