"""Layers over the skin: what each paints, where, and that it is always the same."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ml_core import AvatarTraits, InputError, TextureGenerator
from ml_core.color import linear_to_srgb
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.space import atlas_space, noise
from ml_core.inference.textures.generator import TextureMaps
from ml_core.inference.textures.layer_kinds import LAYER_KINDS, default_layer
from ml_core.inference.textures.layers import (
    apply_layers,
    layered_color,
    layers_from_json,
    layers_to_json,
    painted_layer,
)
from ml_core.vocabulary.avatar.designs import DESIGNS

SIZE = 256


@pytest.fixture(scope="module")
def maps() -> TextureMaps:
    return TextureGenerator.load().generate(AvatarTraits(skin="#c89a7a", outfit="casual"), seed=3, size=SIZE)


def changed(before: TextureMaps, after: TextureMaps) -> np.ndarray:
    """(S, S) by how much the stored color differs."""
    return np.abs(linear_to_srgb(after.base_color) - linear_to_srgb(before.base_color)).max(axis=-1)


def face(x: float, y: float) -> tuple[int, int]:
    """Row and column of a place in the head chart, x from the middle of the face."""
    rows, columns = CHARTS["head"].pixels(SIZE)
    return int(rows.start + y * (rows.stop - rows.start)), int(
        columns.start + (x + 0.5) * (columns.stop - columns.start)
    )


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_a_layer_is_seen_grows_and_is_the_same_again(maps: TextureMaps, kind: str) -> None:
    little, much = (apply_layers(maps, [default_layer(kind, amount=amount)]) for amount in (0.25, 1.0))
    again = apply_layers(maps, [default_layer(kind, amount=1.0)])
    assert np.array_equal(much.base_color, again.base_color)
    assert 0 < changed(maps, little).mean() < changed(maps, much).mean()
    assert changed(maps, much).max() > 0.05
    assert np.abs(np.linalg.norm(much.normal, axis=-1) - 1).max() < 1e-3
    assert much.roughness.min() >= 0
    assert much.roughness.max() <= 1
    assert much.traits == maps.traits


@pytest.mark.parametrize(
    ("kind", "there", "elsewhere"),
    [
        ("lipstick", (0.0, 0.66), (0.0, 0.52)),
        ("lipstick", (0.02, 0.62), (0.02, 0.68)),
        ("eye_makeup", (0.10, 0.385), (0.10, 0.55)),
        ("blush", (0.165, 0.535), (0.0, 0.30)),
        ("stubble", (0.0, 0.78), (0.10, 0.45)),
    ],
)
def test_make_up_sits_on_the_landmarks(
    maps: TextureMaps, kind: str, there: tuple[float, float], elsewhere: tuple[float, float]
) -> None:
    alpha = painted_layer(default_layer(kind, amount=1.0), SIZE).alpha
    for sign in (1, -1):
        assert alpha[face(sign * there[0], there[1])] > 0.25
        assert alpha[face(sign * elsewhere[0], elsewhere[1])] < 0.02
    assert alpha[SIZE // 2 :].max() == 0  # the head's chart is in the upper half


def test_skin_layers_leave_clothes_alone_and_dirt_does_not(maps: TextureMaps) -> None:
    cloth = np.zeros((SIZE, SIZE), bool)
    cloth[CHARTS["left_upper_leg"].pixels(SIZE)] = True
    bare = dataclasses.replace(maps, skin=(~cloth).astype(np.float32))
    moles = apply_layers(bare, [default_layer("moles", amount=1.0), default_layer("freckles", amount=1.0)])
    assert changed(bare, moles)[cloth].max() < 1e-6
    assert changed(bare, apply_layers(bare, [default_layer("dirt", amount=1.0)]))[cloth].max() > 0.05


def test_a_wet_skin_is_glossy_and_a_dirty_one_is_matt(maps: TextureMaps) -> None:
    head = CHARTS["head"].pixels(SIZE)
    wet = apply_layers(maps, [default_layer("wet", amount=1.0)])
    assert wet.roughness[head].mean() < 0.6 * maps.roughness[head].mean()
    dirt = painted_layer(default_layer("dirt", amount=1.0), SIZE).alpha > 0.5
    assert apply_layers(maps, [default_layer("dirt", amount=1.0)]).roughness[dirt].mean() > maps.roughness[dirt].mean()


def test_a_scar_bends_the_normals_where_it_is(maps: TextureMaps) -> None:
    layer = default_layer("scar", amount=1.0, x=0.4, y=0.5)
    after = apply_layers(maps, [layer])
    bent = np.abs(after.normal - maps.normal).max(axis=-1)
    row, column = face(-0.1, 0.5)
    assert bent[row - 12 : row + 12, column - 12 : column + 12].max() > 0.03
    assert bent[SIZE // 2 :].max() < 1e-5


def test_another_seed_is_another_pattern(maps: TextureMaps) -> None:
    one, other = (apply_layers(maps, [default_layer("freckles", seed=seed)]) for seed in (1, 2))
    assert np.abs(one.base_color - other.base_color).max() > 0.02


def test_a_picture_lies_where_it_is_put_the_right_way_round() -> None:
    picture = np.zeros((32, 32, 4), np.float32)
    picture[:16, :, :3], picture[:16, :, 3] = (1, 0, 0), 1  # the upper half red, the lower one clear
    layer = default_layer("tattoo", image="p", chart="left_upper_arm", x=0.5, y=0.5, size=0.08, amount=1.0)
    alpha = painted_layer(layer, 512, {"p": picture}).alpha
    rows, columns = CHARTS["left_upper_arm"].pixels(512)
    shown = np.argwhere(alpha[rows, columns] > 0.5)
    assert len(shown) > 50
    assert alpha[CHARTS["right_upper_arm"].pixels(512)].max() == 0
    middle = ((rows.stop - rows.start) / 2, (columns.stop - columns.start) / 2)
    assert abs(shown[:, 1].mean() - middle[1]) < 3
    assert shown[:, 0].mean() < middle[0]  # t runs down the arm: the picture's top is up
    turned = painted_layer(dataclasses.replace(layer, rotation=180.0), 512, {"p": picture}).alpha
    assert np.argwhere(turned[rows, columns] > 0.5)[:, 0].mean() > middle[0]
    with pytest.raises(InputError, match="missing"):
        painted_layer(layer, 512, {})


def test_a_drawing_on_white_paper_needs_no_transparency() -> None:
    picture = np.ones((32, 32, 4), np.float32)
    picture[12:20, 12:20, :3] = 0
    alpha = painted_layer(default_layer("tattoo", image="p", amount=1.0), 512, {"p": picture}).alpha
    assert 0 < (alpha > 0.5).sum() < 600


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_is_drawn_in_ink_where_no_picture_is_open(design: str) -> None:
    layer = default_layer("tattoo", design=design, chart="left_upper_arm", x=0.5, y=0.5, size=0.1, amount=1.0)
    drawn = painted_layer(layer, 512, None).alpha
    disc = painted_layer(dataclasses.replace(layer, design="disc"), 512, None).alpha
    assert drawn[disc > 0.5].mean() > 0.15
    assert np.sum(drawn > 0.5) <= 1.35 * np.sum(disc > 0.5)  # its corners reach out of the disc
    if design != "disc":
        assert np.abs(drawn - disc).max() > 0.5
        others = (painted_layer(dataclasses.replace(layer, design=other), 512, None).alpha for other in DESIGNS)
        assert sum(np.array_equal(drawn, other) for other in others) == 1


@pytest.mark.parametrize(("cloth", "is_dark"), [(0.95, True), (0.1, False)])
def test_a_print_without_a_color_stands_out_from_the_cloth(maps: TextureMaps, cloth: float, is_dark: bool) -> None:
    plain = dataclasses.replace(maps, base_color=np.full_like(maps.base_color, cloth))
    layer = default_layer("print", design="star", amount=1.0)
    printed = linear_to_srgb(apply_layers(plain, [layer]).base_color)
    alpha = painted_layer(layer, SIZE, None).alpha
    assert (printed[alpha > 0.9].mean() < 0.3) == is_dark
    red = apply_layers(plain, [dataclasses.replace(layer, color="#ff0000")])
    assert linear_to_srgb(red.base_color)[alpha > 0.99][:, 0].min() > 0.9


def test_the_quick_look_is_the_look(maps: TextureMaps) -> None:
    layers = [default_layer("lipstick", amount=1.0), default_layer("dirt", amount=0.8)]
    color = linear_to_srgb(maps.base_color)
    quick = layered_color(color, maps.skin, layers)
    assert np.abs(quick - linear_to_srgb(apply_layers(maps, layers).base_color)).max() < 2 / 255


def test_hidden_layers_and_none_change_nothing(maps: TextureMaps) -> None:
    assert apply_layers(maps, []) is maps
    assert apply_layers(maps, [default_layer("dirt", on=False), default_layer("wet", amount=0.0)]) is maps


def test_json_there_and_back() -> None:
    layers = layers_from_json('[{"kind": "scar", "size": 0.1}, {"kind": "blush", "color": "#ff0000", "amount": 1}]')
    assert layers_from_json(layers_to_json(layers)) == layers
    assert layers[0].rotation == default_layer("scar").rotation
    assert layers_from_json("") == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "JSON"),
        ("{}", "list"),
        ('[{"kind": "horns"}]', "horns"),
        ('[{"kind": "scar", "amount": 2}]', "amount"),
        ('[{"kind": "scar", "amount": true}]', "amount"),
        ('[{"kind": "scar", "color": "red"}]', "color"),
        ('[{"kind": "scar", "color": 3}]', "color"),
        ('[{"kind": "scar", "chart": "tail"}]', "tail"),
        ('[{"kind": "scar", "seed": -1}]', "seed"),
        ('[{"kind": "tattoo", "design": "horns"}]', "horns"),
        ('[{"kind": "tattoo", "design": 3}]', "design"),
        ('[{"kind": "scar", "colour": ""}]', "colour"),
    ],
)
def test_bad_layers_are_named(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        layers_from_json(text)


def test_noise_runs_on_over_the_seam_of_a_tube() -> None:
    value = noise(SIZE, 0.2, 3, 1)
    for name in ("torso", "head", "left_upper_leg"):
        block = value[CHARTS[name].pixels(SIZE)]
        across = np.abs(block[:, 0] - block[:, -1]).mean()
        assert across < 2 * np.abs(np.diff(block, axis=1)).mean() + 0.01, name


def test_the_space_of_the_atlas_faces_outwards() -> None:
    space = atlas_space(128)
    rows, columns = CHARTS["head"].pixels(128)
    nose = space.normal[rows.start + 33, (columns.start + columns.stop) // 2]
    assert nose[1] < -0.7
    assert np.abs(np.linalg.norm(space.normal, axis=-1) - 1).max() < 1e-3
    assert 1.2 < space.area.sum() < 3.0  # people have 1.6 to 2 square meters of skin
