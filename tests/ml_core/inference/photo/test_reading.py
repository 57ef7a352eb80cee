"""From a picture of a known person to an avatar, and what is said of pictures that show none."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from ml_core.color import ciede2000, hex_to_srgb, srgb_to_lab
from ml_core.datasets.faces.pictures import KnownFace, known_face
from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.faces.warp import laid_over
from ml_core.inference.photo.checks import check_face, only_face
from ml_core.inference.photo.faces import FaceFinder
from ml_core.inference.photo.fitting import fit_head
from ml_core.inference.photo.likeness import likeness
from ml_core.inference.photo.points import face_points
from ml_core.inference.photo.reading import PhotoReader
from ml_core.inference.photo.surface.colors import looks_of
from ml_core.inference.photo.surface.hair import hair_length
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.vocabulary.traits import AvatarTraits

SIZE = 288


@pytest.fixture(scope="module")
def smiling() -> KnownFace:
    """Somebody who smiles and is turned a little."""
    return known_face(7001, SIZE, yaw=15.0, mood=1, hair_style="none", texture=256)


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder.load()


def test_landmarks_are_where_the_face_has_them(smiling: KnownFace, finder: FaceFinder) -> None:
    (face,) = finder.find(smiling.picture)
    screen, _ = smiling.view.project(face_points().of(smiling.expressed.rows))
    true = SIZE * np.stack([screen[:, 0], 1 - screen[:, 1]], axis=1)
    off = np.linalg.norm(face.points[:, :2] - true, axis=1) / face.eye_distance
    print(f"landmarks off by {100 * np.median(off):.1f} % of the eye distance")
    assert np.median(off) < 0.08
    for number, side in enumerate("rl"):
        center, _ = smiling.view.project(
            smiling.person.eye(side).center - np.array([0, smiling.person.eye(side).radius, 0])
        )
        gap = face.irises[number, 0] - SIZE * np.array([center[0], 1 - center[1]])
        assert np.linalg.norm(gap) < 0.12 * face.eye_distance


def test_pose_and_expression_are_told_from_the_face(smiling: KnownFace, finder: FaceFinder) -> None:
    fit = fit_head(finder.find(smiling.picture))
    (seen,) = fit.photos
    assert 8 < seen.camera.yaw < 22
    assert abs(seen.camera.pitch) < 8
    smile = seen.expression.get("mouthSmileLeft", 0) + seen.expression.get("mouthSmileRight", 0)
    assert smile > 0.15
    assert seen.expression.get("mouthFrownLeft", 0) < 0.1
    turned = fit_head([_turned_picture(smiling, finder)])
    assert turned.photos[0].camera.yaw == pytest.approx(seen.camera.yaw, abs=5)
    assert turned.traits.sliders["nose_width"] == pytest.approx(fit.traits.sliders["nose_width"], abs=0.15)


def test_a_fitted_head_is_more_like_its_own_than_the_average_and_others_are(
    smiling: KnownFace, finder: FaceFinder
) -> None:
    fit = fit_head(finder.find(smiling.picture))
    table, average = face_points(), body_model().person(BodyTraits(age=30.0))
    others = [body_model().person(BodyTraits(age=30.0), seed) for seed in (3, 4, 5)]
    true = table.of(smiling.person.rows)
    off = [
        float(np.linalg.norm(laid_over(table.of(person.rows), true) - true, axis=1).mean())
        for person in (fit.person, average, *others)
    ]
    print(f"off by {1000 * off[0]:.2f} mm, the average face {1000 * off[1]:.2f}, others {1000 * min(off[2:]):.2f}")
    assert off[0] < 0.85 * off[1]
    assert off[0] < 0.85 * min(off[2:])


def test_a_picture_and_its_mirror_image_show_the_same_shape(smiling: KnownFace, finder: FaceFinder) -> None:
    (face,), (mirrored,) = finder.find(smiling.picture), finder.find(smiling.picture[:, ::-1].copy())
    one, other = likeness().shape(face.features), likeness().shape(mirrored.features)
    # Shapes are of unit variance along each direction: so far apart are two people on average.
    apart = np.sqrt(2 * len(one))
    assert np.linalg.norm(one - other) < 0.4 * apart
    # What looks like no face that was drawn is not believed at any length.
    wild = likeness().shape(100 * likeness().scale * np.sign(likeness().weights[:, 0]) + likeness().mean)
    assert np.linalg.norm(wild) <= np.sqrt(len(wild)) + 1e-6


def test_damaged_figures_of_the_likeness_are_named(tmp_path: Path) -> None:
    path = tmp_path / "face_likeness.npz"
    np.savez(path, weights=np.zeros((4, 2)), step=np.zeros(3), mean=np.zeros(4), scale=np.ones(4),
             traits=np.zeros((2, 81)), usual=np.zeros(81))  # fmt: skip
    with pytest.raises(InputError, match=r"face_likeness.npz: is missing or damaged; make it with"):
        likeness(path)


def _turned_picture(known: KnownFace, finder: FaceFinder):
    """The face in a picture that is held at 25 degrees."""
    image = Image.fromarray(known.picture).rotate(25, Image.Resampling.BICUBIC, fillcolor=(56, 58, 64))
    return finder.find(np.asarray(image))[0]


def test_an_avatar_has_the_skin_of_the_photo_and_what_is_known_stays(smiling: KnownFace, tmp_path: Path) -> None:
    path = tmp_path / "ann.png"
    Image.fromarray(smiling.picture).save(path)
    before = path.read_bytes()
    reader = PhotoReader.load(TextureGenerator.load())
    avatar = reader.read([path], AvatarTraits(age=61.0, hair_style="bob", face={"nose_width": 0.5}))
    assert (avatar.traits.age, avatar.traits.hair_style) == (61.0, "bob")
    assert avatar.traits.face is not None
    assert avatar.traits.face["nose_width"] == 0.5
    assert avatar.traits.skin is not None
    assert smiling.painted.skin is not None
    read, true = (srgb_to_lab(hex_to_srgb(color)) for color in (avatar.traits.skin, smiling.painted.skin))
    difference = float(ciede2000(read, true))
    print(f"skin off by {difference:.1f} CIEDE2000")
    assert difference < 15
    assert avatar.skin.shape == (512, 512, 4)
    assert avatar.skin[230, 256, 3] > 0.95  # the nose is there, and the crown is left to the hair
    assert avatar.skin[4, 256, 3] < 0.5
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, [path])


def test_pictures_that_show_no_single_face_are_refused(smiling: KnownFace, finder: FaceFinder) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8)
    two = np.concatenate([smiling.picture, smiling.picture], axis=1)
    small = np.asarray(Image.fromarray(smiling.picture).resize((90, 90)))
    for picture, words in ((noise, "no face found"), (two, "2 faces; cut"), (small, "too small")):
        with pytest.raises(InputError, match=words):
            only_face(finder, picture, "ann.jpg")


@pytest.mark.parametrize("values", [{"presence": 0.96}, {"score": 0.52}], ids=["presence", "score"])
def test_what_is_only_like_a_face_is_no_person(
    smiling: KnownFace, finder: FaceFinder, values: dict[str, float]
) -> None:
    """So sure the networks are of a cat."""
    (face,) = finder.find(smiling.picture)
    assert only_face(SimpleNamespace(find=lambda picture: [face]), smiling.picture, "ann.jpg") is face  # type: ignore[arg-type]
    like_one = SimpleNamespace(find=lambda picture: [dataclasses.replace(face, **values)])
    with pytest.raises(InputError, match="an animal, a toy"):
        only_face(like_one, smiling.picture, "cat.jpg")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["turned by EXIF", "gray", "16 bits", "CMYK", "cut out"])
def test_every_kind_of_picture_file_shows_the_face(
    smiling: KnownFace, finder: FaceFinder, tmp_path: Path, kind: str
) -> None:
    picture, path = Image.fromarray(smiling.picture), tmp_path / "ann.png"
    if kind == "turned by EXIF":
        path = path.with_suffix(".jpg")
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.rotate(90, expand=True).save(path, exif=exif)
    elif kind == "16 bits":
        Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257).save(path)
    elif kind == "cut out":
        alpha = Image.new("L", picture.size, 0)
        alpha.paste(255, (50, 20, 240, 280))
        picture.putalpha(alpha)
        picture.save(path)
    else:
        path = path.with_suffix(".jpg")
        picture.convert("L" if kind == "gray" else "CMYK").save(path)
    face = only_face(finder, read_picture(path, "RGB", 1600), path.name)
    (true,) = finder.find(smiling.picture)
    assert np.abs(face.points[:, :2] - true.points[:, :2]).max() < 0.12 * true.eye_distance


def test_faces_that_are_turned_away_covered_or_drawn_are_refused(smiling: KnownFace, finder: FaceFinder) -> None:
    (face,) = finder.find(smiling.picture)
    seen = fit_head([face]).photos[0]
    check_face(smiling.picture, face, seen, "ann.jpg", is_first=True)
    side = known_face(7001, SIZE, yaw=52.0, hair_style="none", texture=256)
    aside = finder.find(side.picture)[0]
    with pytest.raises(InputError, match=r"turned away by [456]\d degrees"):
        check_face(side.picture, aside, fit_head([aside]).photos[0], "ann.jpg", is_first=True)
    flat = np.asarray(Image.fromarray(smiling.picture).quantize(6).convert("RGB"))
    with pytest.raises(InputError, match="not a photo"):
        check_face(flat, face, seen, "ann.jpg", is_first=True)
    dark = smiling.picture.copy()
    eyes = face.points[[33, 263], :2]
    low, high = eyes.min(axis=0) - 0.35 * face.eye_distance, eyes.max(axis=0) + 0.35 * face.eye_distance
    dark[int(low[1]) : int(high[1]), int(low[0]) : int(high[0])] //= 8
    with pytest.raises(InputError, match="without dark glasses"):
        check_face(dark, face, seen, "ann.jpg", is_first=True)


@pytest.mark.parametrize(
    ("words", "slope", "lift", "saturation"),
    [("black and white", 1, 0, 0), ("too dark", 0.1, 0, 1), ("too bright", 1, 190, 1)],
)
def test_a_face_without_readable_colors_is_refused(
    smiling: KnownFace, finder: FaceFinder, words: str, slope: float, lift: float, saturation: float
) -> None:
    """It would become an avatar with gray, black or white skin."""
    face = only_face(finder, smiling.picture, "ann.jpg")
    (seen,) = fit_head([face]).photos
    check_face(smiling.picture, face, seen, "ann.jpg", is_first=True)
    picture = smiling.picture.astype(float)
    gray = picture.mean(axis=-1, keepdims=True)
    changed = np.clip(slope * (gray + saturation * (picture - gray)) + lift, 0, 255).astype(np.uint8)
    with pytest.raises(InputError, match=words):
        check_face(changed, face, seen, "ann.jpg", is_first=True)


def test_hair_that_hides_the_ears_is_no_crop(finder: FaceFinder) -> None:
    """A bob that ends above the jaw; and strands before the ears of hair that is tied."""
    lengths = {}
    for seed, style in ((7112, "bob"), (7007, "bun")):
        known = known_face(seed, 384, yaw=-14.0, pitch=-6.0, mood=seed, hair_style=style, texture=256)
        face = only_face(finder, known.picture, "ann.jpg")
        lengths[style] = hair_length(known.picture, face, looks_of(known.picture, face).hair)
    assert lengths == {"bob": "medium", "bun": "short"}


def test_a_dark_wall_is_not_taken_for_black_hair(smiling: KnownFace, finder: FaceFinder) -> None:
    (face,) = finder.find(smiling.picture)
    wall, chin = smiling.picture.copy(), int(face.points[152, 1])
    wall[chin:] = wall[2, 2]  # no black jacket either
    assert hair_length(wall, face, "#0c0809") == "short"
    long = wall.copy()
    for edge, way in ((face.points[127, 0], -1), (face.points[356, 0], 1)):
        ends = sorted(int(edge + way * share * face.eye_distance) for share in (0.05, 0.6))
        long[40 : chin + 40, max(ends[0], 0) : ends[1]] = (14, 10, 10)
    assert hair_length(long, face, "#0c0809") == "long"


def test_only_one_to_eight_photos_are_read() -> None:
    with pytest.raises(InputError, match="1 to 8 pictures of one person, not 9"):
        PhotoReader(None, None).read([Path("a.png")] * 9)  # type: ignore[arg-type]
