import json
import shutil

import numpy as np
import pytest

from ml_core.color import ciede2000, hex_to_srgb, linear_to_srgb, srgb_to_lab
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.inference.textures.generator import WEIGHTS, TextureGenerator
from ml_core.inference.textures.sampling import resolve_traits
from ml_core.training.textures.measuring.metrics import face_window
from ml_core.vocabulary.avatar.irises import IRISES
from ml_core.vocabulary.traits import AvatarTraits

# Windows of the charts (t from, t to, across from, across to) where a trait's color shows on every avatar.
PLACES = {
    "skin": ("head", 0.55, 0.62, 0.45, 0.60),
    "hair": ("head", 0.02, 0.10, -0.6, 0.6),
    "top": ("torso", 0.35, 0.55, -1.2, -0.4),
    "bottom": ("left_upper_leg", 0.22, 0.38, -1.0, 1.0),
}
FIRST = {"skin": "#e8b898", "hair": "#20140f", "top": "#8a1c1c", "bottom": "#35507a"}
SECOND = {"skin": "#6b4028", "hair": "#b08a50", "top": "#2c7a4a", "bottom": "#7d7468"}


@pytest.fixture(scope="module")
def generator() -> TextureGenerator:
    return TextureGenerator.load(device="cpu")


def measured(maps, trait: str) -> np.ndarray:
    """CIELAB median of the base color in the trait's window."""
    name, top, bottom, left, right = PLACES[trait]
    chart = CHARTS[name]
    t, across = chart.texel_grid(maps.size)
    window = (t > top) & (t < bottom) & (across > left) & (across < right)
    return srgb_to_lab(linear_to_srgb(np.median(maps.base_color[chart.pixels(maps.size)][window], axis=0)))


def test_the_same_seed_gives_the_same_person(generator):
    first = generator.generate(AvatarTraits(outfit="casual"), seed=3)
    again = TextureGenerator.load(device="cpu").generate(AvatarTraits(outfit="casual"), seed=3)
    assert first.traits == again.traits
    for name in ("base_color", "normal", "roughness", "occlusion"):
        assert np.array_equal(getattr(first, name), getattr(again, name)), name


def test_two_seeds_give_two_faces(generator):
    traits = AvatarTraits(**FIRST, outfit="casual", presentation=0.0)
    rows, columns = CHARTS["head"].pixels(256)
    faces = [generator.generate(traits, seed).base_color[rows, columns][36:100, 32:96] for seed in (1, 2, 3)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(faces[one] - faces[other]).mean() > 0.008


@pytest.mark.parametrize("trait", list(PLACES))
def test_a_color_trait_moves_its_region_and_no_other(generator, trait):
    base = AvatarTraits(**FIRST, outfit="utility", presentation=0.0)
    changed = base.replace(**{trait: SECOND[trait]})
    for seed in (5, 6):
        before, after = generator.generate(base, seed), generator.generate(changed, seed)
        requested = srgb_to_lab(hex_to_srgb(SECOND[trait]))
        now = ciede2000(measured(after, trait), requested)
        assert now < 12
        assert now < 0.5 * ciede2000(measured(before, trait), requested)
        for other in PLACES:
            if other != trait:
                assert ciede2000(measured(before, other), measured(after, other)) < 4, other


@pytest.mark.parametrize(("outfit", "skin", "seed"), [("business", "#e8b898", 7), ("military", "#5c3823", 2)])
def test_a_bald_head_is_skin_all_over(generator, outfit, skin, seed):
    traits = AvatarTraits(outfit=outfit, skin=skin, hair="#0d0d0d" if seed == 7 else "#b08a50")
    bald = generator.generate(traits.replace(hair_style="none"), seed)
    painted = generator.generate(traits.replace(hair_style="painted"), seed)
    chart = CHARTS["head"]
    t, across = chart.texel_grid(bald.size)
    head = srgb_to_lab(linear_to_srgb(bald.base_color[chart.pixels(bald.size)]))
    scalp = (t < 0.15) | ((np.abs(across) > 2.2) & (t < 0.45))
    usual = np.median(head[(t > 0.55) & (t < 0.62) & (np.abs(across) < 0.6)], axis=0)
    assert np.quantile(ciede2000(head[scalp], usual), 0.99) < 12
    assert bald.skin[chart.pixels(bald.size)][scalp].min() > 0.99
    # No edge where the hairline was, and none over the back of the head.
    steps = ciede2000(head, np.roll(head, 1, axis=1))[scalp | (np.abs(across) > np.pi / 2) & (t < 0.45)]
    assert steps.max() < 5
    elsewhere = np.ones((bald.size, bald.size), bool)
    elsewhere[chart.pixels(bald.size)] = False
    assert np.array_equal(bald.base_color[elsewhere], painted.base_color[elsewhere])
    face = (t > 0.35) & (t < 0.55) & (np.abs(across) < 0.8)
    moved = np.abs(bald.base_color - painted.base_color)[chart.pixels(bald.size)]
    assert moved[face].max() < 0.02
    look = generator.quick_look(bald.traits, seed)
    quick, skin_of_quick = look.color, look.skin
    lab = srgb_to_lab(quick[chart.pixels(len(quick))])
    t, _ = chart.texel_grid(len(quick))
    assert np.quantile(ciede2000(lab[t < 0.15], usual), 0.99) < 12
    assert skin_of_quick[chart.pixels(len(quick))][t < 0.15].min() > 0.99


def test_unset_colors_of_a_person_are_natural(generator):
    """Hair never bluer or greener than gray; irises near those that people have, and brown with dark skin."""
    people = [generator.resolve(AvatarTraits(), seed) for seed in range(300)]
    hair, eyes, skin = (
        srgb_to_lab(np.array([hex_to_srgb(getattr(person, name)) for person in people]))
        for name in ("hair", "eye", "skin")
    )
    assert hair[:, 1:].min() > -1  # what rounding to hex leaves
    named = {name: srgb_to_lab(hex_to_srgb(color)) for name, color in IRISES.items()}
    distances = np.array([ciede2000(eyes, lab) for lab in named.values()])
    assert distances.min(axis=0).max() < 12
    names = np.array(list(named))[distances.argmin(axis=0)]
    brown = np.isin(names, ("black", "dark brown", "brown", "amber", "hazel"))
    assert brown[skin[:, 0] < 50].all()
    assert 0.6 < brown.mean() < 0.95
    assert {"blue", "green", "hazel"} <= set(names)
    hue = np.degrees(np.arctan2(skin[:, 2], skin[:, 1]))
    assert hue.min() > 30
    assert hue.max() < 80


def test_blond_people_have_blue_eyes_more_often_than_dark_haired_ones(generator):
    def blue(hair):
        eyes = [generator.resolve(AvatarTraits(skin="#ecc5ae", hair=hair), seed).eye for seed in range(200)]
        return np.mean([hex_to_srgb(eye)[2] > hex_to_srgb(eye)[0] for eye in eyes])

    assert blue("#b8935c") > 2 * blue("#17120f") > 0


def test_an_eye_color_that_a_studio_measured_is_kept():
    person = {"skin": "#ecc5ae", "hair": "#4a3122", "presentation": 0.5, "eye": "#aa00aa"}
    garment = {"outfit": "casual", "top": "#808080", "bottom": "#808080", "presentation": 0.5}
    assert resolve_traits(AvatarTraits(), 3, {"people": [person], "garments": [garment]}).eye == "#aa00aa"


def test_outfits_differ(generator):
    traits = AvatarTraits(**FIRST, presentation=0.0)
    torso = CHARTS["torso"].pixels(256)
    business = generator.generate(traits.replace(outfit="business"), 4).base_color[torso]
    military = generator.generate(traits.replace(outfit="military"), 4).base_color[torso]
    assert np.abs(business - military).mean() > 0.01


def test_maps_are_clean_at_every_size(generator):
    for size in (64, 256, 512, 1024):
        maps = generator.generate(AvatarTraits(), seed=8, size=size)
        assert maps.base_color.shape == maps.normal.shape == (size, size, 3)
        assert maps.roughness.shape == maps.occlusion.shape == (size, size)
        for image in (maps.base_color, maps.roughness, maps.occlusion):
            assert image.dtype == np.float32
            assert np.isfinite(image).all()
            assert image.min() >= 0
            assert image.max() <= 1
        assert maps.normal.dtype == np.float32
        assert np.allclose(np.linalg.norm(maps.normal, axis=-1), 1, atol=1e-5)
        assert (maps.normal[..., 2] > 0).all()


def test_1024_is_painted_and_the_same_person(generator):
    """Not 512 made larger: the finest texels differ from that, and most in the face; halved, it is the smaller one."""
    assert generator.native_size == 1024
    traits = AvatarTraits(**FIRST, outfit="business", presentation=1.0)
    large, small = (linear_to_srgb(generator.generate(traits, 3, size).base_color) for size in (1024, 512))
    halved = large.reshape(512, 2, 512, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - small).mean() < 0.02
    resampled = resize_atlas(small, 1024)
    change = np.abs(large - resampled)
    assert change.mean() > 0.002
    assert change[face_window(1024)].mean() > 0.003


def test_unset_traits_are_drawn_and_asked_ones_kept(generator):
    drawn = [generator.generate(seed=seed, size=64).traits for seed in range(12)]
    assert all(len(traits.to_dict()) == 10 for traits in drawn)
    assert len({traits.skin for traits in drawn}) > 6
    assert len({traits.outfit for traits in drawn}) > 2
    requested = AvatarTraits(skin="#123456", outfit="medical", height=1.9)
    kept = generator.generate(requested, seed=1, size=64).traits
    assert (kept.skin, kept.outfit, kept.height) == ("#123456", "medical", 1.9)


def test_asking_for_one_trait_leaves_the_others(generator):
    free = generator.generate(seed=21, size=64).traits
    requested = generator.generate(AvatarTraits(top="#ff0000"), seed=21, size=64).traits
    assert requested == free.replace(top="#ff0000")


def test_another_outfit_seed_leaves_the_person(generator):
    """What bare skin and hair show stays to the last bit of what the same colors make of it; the clothes change."""
    kept = AvatarTraits(**FIRST, outfit="casual", presentation=0.0)
    own = generator.generate(kept, 3)
    other = generator.generate(kept.replace(outfit_seed=11), 3)
    assert np.array_equal(own.latent[:32], other.latent[:32])
    assert np.array_equal(other.latent, generator.generate(kept, 3, outfit_seed=11).latent)
    head, torso = CHARTS["head"].pixels(256), CHARTS["torso"].pixels(256)
    face = np.abs(own.base_color[head] - other.base_color[head])[36:100, 32:96].mean()
    assert np.abs(own.base_color[torso] - other.base_color[torso]).mean() > 5 * face
    drawn = [generator.resolve(AvatarTraits(outfit_seed=number), 3) for number in range(8)]
    assert len({traits.top for traits in drawn}) > 3
    assert len({(traits.skin, traits.hair, traits.height, traits.presentation) for traits in drawn}) == 1


def test_truncation_goes_from_ordinary_to_unusual(generator):
    """All seeds meet in the most ordinary face, and part the more the less truncated they are."""
    traits = AvatarTraits(**FIRST, outfit="casual", presentation=0.0, outfit_seed=5)
    head = CHARTS["head"].pixels(256)
    spreads = []
    for truncation in (0.0, 0.25, 0.5, 1.0):
        faces = [generator.generate(traits, seed, truncation=truncation).base_color[head] for seed in range(24)]
        spreads.append(float(np.std(faces, axis=0)[36:100, 32:96].mean()))
    assert spreads[0] < 1e-6
    shares = np.array(spreads[1:3]) / spreads[3]
    assert 0.1 < shares[0] < 0.5 < shares[1] < 0.9  # no jump at either end


def test_a_mixture_is_what_its_traits_and_seed_give(generator):
    face, outfit = generator.generate(seed=3), generator.generate(seed=9)
    mixed = generator.mix(face, outfit)
    again = generator.generate(mixed.traits, mixed.seed)
    assert np.array_equal(mixed.base_color, again.base_color)
    assert (mixed.traits.skin, mixed.traits.outfit) == (face.traits.skin, outfit.traits.outfit)


@pytest.mark.parametrize("seed", [-1, 1.5, "7", True, None])
def test_bad_seeds_are_refused(generator, seed):
    with pytest.raises(InputError, match="seed"):
        generator.generate(seed=seed)


@pytest.mark.parametrize("size", [0, 100, 4096, "256"])
def test_bad_sizes_are_refused(generator, size):
    with pytest.raises(InputError, match="size"):
        generator.generate(size=size)


def test_damaged_weights_get_a_plain_error(tmp_path):
    weights = tmp_path / "mine.onnx"
    data = bytearray(WEIGHTS.read_bytes())
    data[len(data) // 2] ^= 255
    weights.write_bytes(bytes(data))
    shutil.copy(WEIGHTS.with_suffix(".json"), weights.with_suffix(".json"))
    with pytest.raises(InputError, match=r"mine\.onnx"):
        TextureGenerator.load(weights)
    weights.write_bytes(b"")
    with pytest.raises(InputError, match=r"mine\.onnx"):
        TextureGenerator.load(weights)


def test_a_missing_file_and_a_wrong_card_get_a_plain_error(tmp_path):
    with pytest.raises(InputError, match=r"none\.onnx"):
        TextureGenerator.load(tmp_path / "none.onnx")
    weights = tmp_path / "mine.onnx"
    shutil.copy(WEIGHTS, weights)
    card = json.loads(WEIGHTS.with_suffix(".json").read_text())
    weights.with_suffix(".json").write_text(json.dumps({"sha256": card["sha256"]}))
    with pytest.raises(InputError, match="card"):
        TextureGenerator.load(weights)
