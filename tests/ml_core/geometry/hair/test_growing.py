"""Hair styles on several heads: sound meshes, on the skin and not in it, the same again by the same seed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import trimesh

from ml_core import InputError
from ml_core.color import hex_to_srgb
from ml_core.geometry.body.canvas import head_frame
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.hair.falling import STYLES as FALLING
from ml_core.geometry.hair.falling import part_line
from ml_core.geometry.hair.growing import HairMesh, build_hair, hair_strands, with_temples
from ml_core.geometry.hair.ringlets import Ringlets, wound
from ml_core.geometry.hair.shading import vertex_normals
from ml_core.geometry.hair.shell import COILS, TUFT
from ml_core.geometry.hair.short import buzz
from ml_core.geometry.hair.strands import CAP, DENSE, SPARSE, STRIPS, ropes
from ml_core.geometry.hair.styles import BUILDERS, COILED, FUZZY, MATTED
from ml_core.geometry.hair.surface import HeadSpace, hairline
from ml_core.geometry.hair.tied import HIGH, TIE, tail
from ml_core.geometry.hair.tied import STYLES as TIED
from ml_core.geometry.humanoid.frames import unit
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES

HEADS = (
    (BodyTraits(presentation=0, age=42, weight=0.6), 1.0),
    (BodyTraits(presentation=1, age=9), 100.0),
)
"""Somebody, and units a meter: some rigs are in centimeters."""


FRINGED = {"bob_bangs", "long_bangs", "bowl", "pixie", "curly_short", "short_crop"}
"""Styles that fall over the forehead."""


@cache
def body(number: int) -> tuple[HeadSpace, np.ndarray]:
    traits, units = HEADS[number]
    person = body_model().person(traits)
    vertices, faces = np.asarray(person.vertices, np.float64) * units, person.data.faces["skin"]
    head = HeadSpace.of_mesh(vertices, faces, head_frame(person).scaled(units))
    return head, vertices[np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])]


@cache
def grown(style: str, number: int, seed: int = 5) -> HairMesh:
    return build_hair(body(number)[0], style, seed)


def inside(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Which points lie inside the skin of triangles (T, 3, 3): most ways out of there meet its back first."""
    skin = trimesh.Trimesh(corners.reshape(-1, 3), np.arange(3 * len(corners)).reshape(-1, 3), process=False)
    backs = np.zeros(len(points))
    for way in unit(
        np.array([(0.3, 0.2, 0.9), (-0.7, 0.1, 0.7), (0.6, -0.4, 0.7), (0.1, 0.8, 0.6), (-0.2, -0.9, 0.4)])
    ):
        met = skin.ray.intersects_first(points, np.tile(way, (len(points), 1)))
        backs += (met >= 0) & (skin.face_normals[met] @ way > 0)
    return backs >= 3


def test_every_style_has_a_mesh() -> None:
    assert set(BUILDERS) == {style.id for style in HAIR_STYLES.values() if style.has_strands}
    with pytest.raises(InputError, match="quaff"):
        build_hair(body(0)[0], "quaff")


@pytest.mark.parametrize("style", BUILDERS)
@pytest.mark.parametrize("number", range(len(HEADS)))
def test_a_style_is_a_sound_game_mesh(style: str, number: int) -> None:
    hair = grown(style, number)
    assert np.isfinite(hair.vertices).all()
    assert np.isfinite(hair.corner_uv).all()
    assert hair.corner_uv.min() >= 0
    assert hair.corner_uv.max() <= 1
    triangles = 2 * len(hair.faces) - (hair.faces[:, 2] == hair.faces[:, 3]).sum()
    assert 1000 <= triangles <= 18000
    assert ((hair.fall >= 0) & (hair.fall <= 1)).all()


@pytest.mark.parametrize("style", BUILDERS)
def test_hair_lies_around_the_head_and_ends_in_thin_strands(style: str) -> None:
    hair = grown(style, 0)
    corners = hair.vertices[hair.faces] - body(0)[0].center
    away = corners.mean(axis=1)
    assert {tuple(side) for side in np.sign(away[:, :2]).astype(int) if side.all()} == {
        (1, 1),
        (1, -1),
        (-1, 1),
        (-1, -1),
    }
    if style not in {*COILED, *FUZZY, *MATTED}:
        alpha = hair_strands(style, 5, 256).alpha
        strip = 256 // STRIPS
        dense = alpha[:, : strip * len(DENSE)]
        assert dense[60:150].mean() > 0.85 > 0.5 > dense[-8:].mean(), "strands end one by one"
        assert dense[:3].mean() < 0.5, "and grow out of the scalp one by one"
        sparse = alpha[:, strip * SPARSE[0] : strip * CAP]
        assert sparse[60:150].mean() < 0.7


@pytest.mark.parametrize("number", range(len(HEADS)))
def test_ringlets_wind_around_their_lock_and_show_their_outside(number: int) -> None:
    head = body(number)[0]
    down = np.linspace(0, 0.09, 40)[:, None] * [0, 0, -1.0]
    line = (np.array([0, -0.2, 0.05]) + down)[None].repeat(3, axis=0)
    curl = Ringlets(radius=0.006, pitch=0.018, ribbon=0.009, spread=0.0)
    ribbon = wound(head, np.random.default_rng(5), head.world(line), np.tile([0, -1.0, 0], (3, 40, 1)), curl)
    middle = head.local(ribbon.vertices).reshape(3, 40, 2, 3).mean(axis=2)
    around = np.unwrap(np.arctan2(middle[..., 0], -middle[..., 1] - 0.2 - 0.8 * 0.006))[:, 8:34]
    turns = np.abs(around[:, -1] - around[:, 0]) / (2 * np.pi)
    assert np.abs(turns - 25 / 39 * 0.09 / 0.018).max() < 0.4
    axis = middle.mean(axis=1, keepdims=True) * [1, 1, 0] + middle * [0, 0, 1]
    faces = ribbon.faces.reshape(3, 39, 4)[:, 8:34]
    normal = vertex_normals(ribbon.vertices, ribbon.faces)[faces].mean(axis=2)
    assert ((middle - axis)[:, 8:34] * normal).sum(axis=2).min() > 0


@pytest.mark.parametrize("style", ["short_crop", "bob", "long_curly"])
def test_hair_is_lit_as_one_mass(style: str) -> None:
    """Cards beside each other have nearly the same normals; flat ones of their own make tiles of them."""
    hair, head = grown(style, 0), body(0)[0]
    assert np.allclose(np.linalg.norm(hair.normals, axis=1), 1, atol=1e-6)
    high = np.flatnonzero(head.local(hair.vertices)[:, 2] > 0.02)
    order = high[np.lexsort(np.round(hair.vertices[high] / 0.006).T)]
    near = np.linalg.norm(np.diff(hair.vertices[order], axis=0), axis=1) < 0.006
    agree = (hair.normals[order][1:] * hair.normals[order][:-1]).sum(axis=1)[near]
    assert near.sum() > 300
    assert np.quantile(agree, 0.1) > 0.8


@pytest.mark.parametrize("style", BUILDERS)
@pytest.mark.parametrize("number", [0, 1])
def test_no_vertex_lies_in_the_skull(style: str, number: int) -> None:
    """Within 2 mm of the skin by the true mesh, not by the field that grew the hair."""
    head, corners = body(number)
    hair, meter = grown(style, number), HEADS[number][1]
    _, normal = head.distance(hair.vertices)
    raised = hair.vertices + 0.002 * meter * normal
    near = corners[(corners[..., 2] > head.height_of("neck") - 0.25 * meter).all(axis=1)]
    above = raised[raised[:, 2] > head.height_of("neck")]
    assert inside(above, near).mean() < 0.02
    assert inside(above - 0.02 * meter * normal[raised[:, 2] > head.height_of("neck")], near).mean() > 0.02


@pytest.mark.parametrize("style", BUILDERS)
def test_nothing_floats_and_the_brows_are_free(style: str) -> None:
    (head, _), meter = body(1), HEADS[1][1]
    hair = grown(style, 1)
    assert head.distance(hair.vertices)[0].min() < 0.0006 * meter  # roots stand in the skin, a cap lies on it
    t, theta = head.chart(hair.vertices)
    height, _ = head.distance(hair.vertices)
    brow = head.height_of("eyes") + 0.15 * (head.height_of("crown") - head.height_of("eyes"))
    face = (np.abs(theta) < 0.55) & (height < 0.03 * meter) & (hair.vertices[:, 2] > head.height_of("chin"))
    if style not in FRINGED:
        assert np.quantile(hair.vertices[face, 2], 0.02) > brow
        assert np.quantile(t[face], 0.98) < 0.40


@pytest.mark.parametrize("style", ["bob", "long_straight", "long_curly"])
@pytest.mark.parametrize("number", range(len(HEADS)))
def test_hair_that_arches_off_the_part_is_closed_under_its_locks(style: str, number: int) -> None:
    """Between locks one would look through to the other side; along the part and the hairline it lies on the skin."""
    head = body(number)[0]
    closed = FALLING[style](head, np.random.default_rng(5))[0].vertices
    height, q = head.distance(closed)[0] / head.scale, head.local(closed)
    aside = (q[:, 2] > 0.06) & (np.abs(q[:, 0]) > 0.055)
    assert aside.sum() > 15
    assert np.quantile(height[aside], 0.1) > 0.004
    t, theta = head.chart(closed)
    assert np.quantile(height[t > head.hairline(theta) - 0.02], 0.9) < 0.002


@pytest.mark.parametrize("number", range(len(HEADS)))
def test_locks_cover_the_head_from_the_part_on(number: int) -> None:
    """Seen from above two centimeters beside the part: hair that falls, not the cap under it."""
    head, hair = body(number)[0], grown("long_straight", number)
    is_cap = np.tile(hair.corner_uv[..., 0].min(axis=1) * STRIPS >= CAP, 2)
    triangles = np.concatenate([hair.faces[:, [0, 1, 2]], hair.faces[:, [0, 2, 3]]])
    mesh = trimesh.Trimesh(head.local(hair.vertices), triangles, process=False)
    x, y = np.meshgrid([-0.02, 0.02], np.linspace(-0.05, 0.03, 9))
    above = np.stack([x.ravel(), y.ravel(), np.full(x.size, 0.3)], axis=1)
    met = mesh.ray.intersects_first(above, np.tile([0.0, 0.0, -1.0], (len(above), 1)))
    assert is_cap[met].mean() < 0.35


@pytest.mark.parametrize(("style", "part"), [("bob", 0.022), ("long_straight", 0.0), ("lob", -0.028)])
def test_a_part_is_a_line(style: str, part: float) -> None:
    """One centimeter to both sides of it locks cover the cap, also where the line runs aside of the middle."""
    head, hair = body(0)[0], grown(style, 0)
    is_cap = np.tile(hair.corner_uv[..., 0].min(axis=1) * STRIPS >= CAP, 2)
    triangles = np.concatenate([hair.faces[:, [0, 1, 2]], hair.faces[:, [0, 2, 3]]])
    mesh = trimesh.Trimesh(head.local(hair.vertices), triangles, process=False)
    ends = part_line(head, part)
    share, aside = np.meshgrid(np.linspace(0.25, 0.95, 15), [-0.010, 0.010])
    at = ends[0, :2] + share.reshape(-1, 1) * (ends[1] - ends[0])[:2] + aside.reshape(-1, 1) * [1, 0]
    above = np.concatenate([at, np.full((len(at), 1), 0.3)], axis=1)
    met = mesh.ray.intersects_first(above, np.tile([0.0, 0.0, -1.0], (len(above), 1)))
    assert is_cap[met].mean() < 0.15


@pytest.mark.parametrize("style", ["combed_back", "quiff", "side_part", "ponytail", "bun"])
def test_hair_that_bares_the_forehead_begins_with_its_locks(style: str) -> None:
    """The cap, whose hairs would hang down there, ends at the hairline, and locks grow within millimeters of it."""
    head, hair = body(0)[0], grown(style, 0)
    t, theta = head.chart(hair.vertices)
    past = t - head.hairline(theta)
    front = np.abs(theta) < 0.6
    is_cap = np.zeros(len(t), bool)
    is_cap[hair.faces[hair.corner_uv[..., 0].min(axis=1) * STRIPS >= CAP]] = True
    assert past[front & is_cap].max() < 0.011
    is_lock = np.zeros(len(t), bool)
    is_lock[hair.faces[hair.corner_uv[..., 0].max(axis=1) * STRIPS <= len(DENSE)]] = True
    first = np.array([past[is_lock & (np.abs(theta - angle) < 0.06)].max() for angle in np.linspace(-0.5, 0.5, 11)])
    assert np.median(first) > -0.004


@pytest.mark.parametrize("style", ["combed_back", "quiff", "side_part"])
def test_no_scalp_shows_where_hair_is_combed_off_the_forehead(style: str) -> None:
    """Locks leave the temples and end before the ears: the cap between them and the hairline has no gaps."""
    head, hair = body(0)[0], grown(style, 0)
    is_cap = hair.corner_uv[..., 0].min(axis=1) * STRIPS >= CAP
    t, theta = head.chart(hair.vertices)
    past, aside = (t - head.hairline(theta))[hair.faces[is_cap]], np.abs(theta)[hair.faces[is_cap]]
    inside = (past < -0.004).all(axis=1) & (aside > 0.3).all(axis=1) & (aside < 2.0).all(axis=1)
    v = hair.corner_uv[is_cap][inside][..., 1].min(axis=1)
    alpha = hair_strands(style, 5, 512).alpha[:, CAP * 512 // STRIPS + 2 : -2]
    shown = alpha[np.clip(((1 - v) * 512).astype(int), 0, 511)].mean(axis=1)
    assert np.mean(shown > 0.85) > 0.9


@pytest.mark.parametrize("number", range(len(HEADS)))
def test_hair_beside_a_part_lies_close(number: int) -> None:
    """It stands off by a thumb at the sides, but not in two horns beside the part."""
    head, hair = body(number)[0], grown("bob", number)
    height, q = head.distance(hair.vertices)[0] / head.scale, head.local(hair.vertices)
    near = (np.abs(q[:, 0] - 0.022) < 0.03) & (np.abs(q[:, 1]) < 0.04) & (q[:, 2] > 0.07)
    assert near.sum() > 50
    assert np.quantile(height[near], 0.98) < 0.013


@pytest.mark.parametrize("style", ["bob", "short_crop", "bun"])
def test_full_locks_have_no_clean_border(style: str) -> None:
    """Closed in the middle, toward their rims of single hairs that begin and end."""
    shown, wide = hair_strands(style, 5, 512).alpha > 0.4, 512 // STRIPS
    strips = shown[100:220, : wide * len(DENSE)].reshape(120, len(DENSE), wide)
    assert strips[:, :, 20:44].mean() > 0.97
    rims = np.concatenate([strips[..., 2:9], strips[..., -9:-2]], axis=2)
    assert 0.1 < rims.mean() < 0.75
    assert np.abs(np.diff(rims.astype(int), axis=0)).sum() > 10, "hairs come and go"


def test_dreadlocks_are_round_ropes_of_felt() -> None:
    hair, painted = grown("dreadlocks", 0), hair_strands("dreadlocks", 5, 512)
    wide = 512 // STRIPS * len(DENSE)
    assert painted.alpha[:, :wide].min() == 1
    shade = painted.shade[40:, :wide]
    assert np.abs(np.diff(shade, axis=0)).mean() > 1.2 * np.abs(np.diff(shade, axis=1)).mean(), "wound, not combed"
    ring = hair.normals[-6 * 6 * 14 :].reshape(-1, 6, 3)
    assert np.median(np.linalg.norm(ring.mean(axis=1), axis=1)) < 0.5, "each is lit as a rope of its own"


@pytest.mark.parametrize("style", ["bob", "short_crop", "bun"])
def test_hairs_differ_and_locks_do_not(style: str) -> None:
    """Fine contrast between hairs, little between locks, whose every card would be a ribbon of its own color; what is
    shown is opaque, and in lines, not in dots."""
    maps = hair_strands(style, 5, 512).colored("#b8935a")
    light, shown = maps.base_color[..., :3].mean(axis=2), maps.base_color[..., 3] > 0.4
    wide = 512 // STRIPS
    body_of_locks = light[130:260, : wide * len(DENSE)] / light[130:260, : wide * len(DENSE)].mean()
    around = np.stack([np.convolve(row, np.ones(17) / 17, "same") for row in body_of_locks])[:, 20:-20]
    fine, broad = (body_of_locks[:, 20:-20] - around).std(), around.std()
    assert 0.04 < fine < 0.09
    assert broad < 0.6 * fine
    assert body_of_locks.reshape(130, len(DENSE), wide).mean(axis=(0, 2)).std() < 0.025
    below = np.diff(np.pad(shown[:, : wide * CAP], ((1, 1), (0, 0))).astype(int).T, axis=1)
    lengths = np.nonzero(below == -1)[1] - np.nonzero(below == 1)[1]
    assert lengths.min() >= 6, "single texels are specks"
    assert (maps.base_color[..., 3][shown] < 0.9).mean() < 0.06, "half shown is shown dark"


def test_gray_hair_has_no_colors() -> None:
    color = hair_strands("short_crop", 5, 128).colored("#a8a8a8").base_color[..., :3]
    assert np.ptp(color, axis=2).max() < 0.01


def test_a_buzz_cut_thins_out_skin_by_skin() -> None:
    """The upper ends before the lower: at the hairline nothing stands off the head."""
    head = body(0)[0]
    skins = [head.chart(skin.vertices) for skin in buzz(head, np.random.default_rng(5))[:3]]
    lower, middle, upper = (np.quantile(t - head.hairline(theta), 0.99) for t, theta in skins)
    assert lower > middle + 0.005 > upper + 0.01


@pytest.mark.parametrize("number", range(len(HEADS)))
def test_a_buzz_cut_ends_in_single_hairs(number: int) -> None:
    """Not in the dots of its skins, which end before the hairline: cards with hairs of a texel stand around it."""
    head = body(number)[0]
    loose = buzz(head, np.random.default_rng(5))[-1]
    t, theta = head.chart(loose.vertices)
    past = (t - head.hairline(theta)).reshape(-1, 4).mean(axis=1)
    few = loose.corner_uv[..., 1].min(axis=1) > 0.5
    assert few[past > 0.008].mean() > 0.9 > 0.1 > few[past < -0.016].mean()
    over_ear = (np.abs(theta) > 1.35) & (np.abs(theta) < 2.1)
    assert np.quantile((t - head.hairline(theta))[over_ear], 0.98) < 0.006
    alpha, side = hair_strands("buzz", 5, 512).alpha, int(512 * TUFT)
    sparse, dense = alpha[:side, :side] > 0.5, alpha[-side:, -side:] > 0.5
    assert 0 < sparse.mean() < 0.5 * dense.mean() < 0.25
    across = np.diff(np.pad(sparse, ((0, 0), (1, 1))).astype(int), axis=1)
    assert ((across == -1).nonzero()[1] - (across == 1).nonzero()[1]).mean() < 2, "one texel each"


def test_the_outline_of_an_afro_is_of_coils() -> None:
    """Cards in the corners of its image, cut out along coils; the ball in its middle is closed."""
    hair, alpha = grown("afro", 0), hair_strands("afro", 5, 256).alpha
    at = hair.corner_uv - 0.5
    is_card = (np.abs(at).min(axis=(1, 2)) > 0.5 - TUFT) & (np.ptp(hair.corner_uv, axis=1) > 0.9 * TUFT).all(axis=1)
    assert is_card.sum() > 800
    assert np.hypot(*at[~is_card].reshape(-1, 2).T).max() < COILS + 1e-9
    side = int(256 * TUFT)
    for corner in (alpha[:side, :side], alpha[:side, -side:], alpha[-side:, :side], alpha[-side:, -side:]):
        assert 0.2 < (corner > 0.4).mean() < 0.8
        assert (corner[-side // 4 :] > 0.4).mean() > 2 * (corner[: side // 4] > 0.4).mean(), "thinner toward its tips"
    y, x = np.indices((256, 256)) - 127.5
    assert alpha[np.hypot(x, y) < COILS * 256].min() > 0.4


def test_a_bun_is_closed_behind() -> None:
    head, rng = body(0)[0], np.random.default_rng(5)
    pieces = TIED["bun"](head, rng)
    last = pieces[-1].vertices[-14:]
    assert np.ptp(last, axis=0).max() < 0.002, "no hole is left in its middle"


def test_ropes_have_their_front_outside() -> None:
    """Engines light backs from inside, and ours shine through."""
    along = np.linspace(0, 0.2, 10)
    path = body(0)[0].center + np.stack([0 * along, 0 * along - 0.2, -along], axis=1)
    radius = np.full((1, 10), 0.01)
    rope = ropes(body(0)[0], np.random.default_rng(5), path[None], np.tile([0, -1.0, 0], (1, 10, 1)), radius, bumps=0)
    away = (rope.vertices - path.mean(axis=0)) * [1, 1, 0]
    assert (vertex_normals(rope.vertices, rope.faces) * away).sum(axis=1).min() > 0


def test_the_hairline_lies_over_brows_and_ears() -> None:
    theta = np.linspace(-0.6, 0.6, 13)
    assert (hairline(theta) < 0.25).all()
    assert hairline(np.array([1.45, 1.8, -1.8])).max() < 0.40 < hairline(np.array([1.28]))[0], (
        "before ears it goes down"
    )
    assert 0.6 < hairline(np.array([np.pi]))[0] < 0.68, "the nape is bare above the collar"


@pytest.mark.parametrize("style", ["buzz", "undercut", "receding", "short_crop", "curly_short"])
@pytest.mark.parametrize("number", range(len(HEADS)))
def test_no_hair_grows_in_the_ears(style: str, number: int) -> None:
    (head, corners), hair = body(number), grown(style, number)
    skin = head.local(corners.reshape(-1, 3))
    level = skin[np.abs(skin[:, 2] + 0.03) < 0.03]
    rim = np.abs(level[:, 0]).max()  # of one ear: children's heads are narrower
    ear = level[np.abs(level[:, 0]) > rim - 0.008]
    assert len(ear) > 100
    local = head.local(hair.vertices)
    near = local[np.abs(local[:, 0]) > rim - 0.021]
    lower = (near[:, 2] < ear[:, 2].max() - 0.012) & (near[:, 1] > ear[:, 1].min()) & (near[:, 1] < ear[:, 1].max())
    assert lower.sum() / len(local) < 0.004, "the lower two thirds of an ear are bare"


@pytest.mark.parametrize("style", ["curly_short", "side_part", "pixie"])
def test_no_lock_hangs_alone_under_an_ear(style: str) -> None:
    """Ends of short hair beside the neck end within 4.5 cm under the ear, above the collar."""
    local = body(0)[0].local(grown(style, 0).vertices)
    beside = local[np.abs(local[:, 0]) > 0.042]
    assert np.quantile(beside[:, 2], 0.01) > -0.105


@pytest.mark.parametrize(("tie", "away"), [(HIGH, 0.5), (HIGH, 1.0), (TIE, 1.0)])
def test_a_tail_falls_to_one_side_as_a_whole(tie: np.ndarray, away: float) -> None:
    """What stands on top of the head does not part over both ears, nor hang into the face."""
    head, _ = body(0)
    strands, _ = tail(head, np.random.default_rng(5), tie, 0.36, away=away)
    local = head.local(strands.vertices) - head.local(head.towards(unit(tie))[None])
    assert np.ptp(local[:, 0]) < 0.13
    assert local[:, 1].min() > -0.03


@pytest.mark.parametrize("style", BUILDERS)
def test_a_seed_draws_the_hair(style: str) -> None:
    again = build_hair(body(0)[0], style, 5)
    assert np.array_equal(again.vertices, grown(style, 0).vertices)
    other = build_hair(body(0)[0], style, 6).vertices
    assert other.shape != again.vertices.shape or np.abs(other - again.vertices).max() > 1e-3


def test_hair_grows_with_the_unit() -> None:
    head, _ = body(1)
    size = np.ptp(grown("bob", 1).vertices, axis=0)
    assert head.scale == pytest.approx(100, rel=0.15)
    assert 20 < size[2] < 40


def test_strands_take_the_color_and_vary() -> None:
    for style in ("bob", "afro", "buzz"):
        maps = hair_strands(style, 3, 256).colored("#8a3a1c")
        mean = maps.base_color[..., :3].mean(axis=(0, 1))
        assert np.abs(mean / hex_to_srgb("#8a3a1c") - 1).max() < 0.35
        assert maps.base_color[..., :3].std() > 0.02
        normal = maps.normal * 2 - 1
        assert np.abs(np.linalg.norm(normal, axis=2) - 1).max() < 1e-3
        assert maps.roughness.min() > 0.3
    black, white = (
        hair_strands("bob", 3, 64).colored(color).base_color[..., :3].mean() for color in ("#0a0a0a", "#e0e0e0")
    )
    assert black < 0.1 < 0.5 < white


def test_tips_have_their_color_where_strands_end_and_the_rest_keeps_its_own() -> None:
    painted = hair_strands("bob", 3, 128)
    plain, toned = painted.colored("#3a261a"), painted.colored("#3a261a", {"tips": "#e8d090"})
    changed = np.abs(toned.base_color - plain.base_color)[..., :3].max(axis=2)
    assert changed[:25].max() == 0
    cap = 128 * CAP // STRIPS
    assert changed[-25:, :cap].min() > 0.05
    assert changed[:, cap:].max() == 0, "a part stays as it is"
    assert toned.base_color[-20:, :cap, 0].mean() > 1.8 * plain.base_color[-20:, :cap, 0].mean()
    np.testing.assert_array_equal(toned.base_color[..., 3], plain.base_color[..., 3])


@pytest.mark.parametrize("style", ["short_crop", "bob"])
def test_gray_temples_are_a_half_of_the_maps_that_only_cards_of_the_temples_wear(style: str) -> None:
    maps = hair_strands(style, 3, 64).colored("#1a1410", {"temples": "#a0a0a0"})
    assert maps.base_color.shape == (64, 128, 4)
    assert maps.base_color[:, 64:, :3].mean() > 3 * maps.base_color[:, :64, :3].mean()
    assert maps.normal.shape[:2] == maps.occlusion.shape == (64, 128)
    head, hair = body(0)[0], grown(style, 0)
    toned = with_temples(hair, head, 3)
    right = toned.corner_uv[..., 0] > 0.5
    assert (right.all(axis=1) == right.any(axis=1)).all(), "no face lies on both halves"
    gray = head.local(hair.vertices[hair.faces[right.all(axis=1)]].mean(axis=1))
    assert 0.01 < right.mean() < 0.4
    assert np.abs(gray[:, 0]).min() > 0.02
    assert (gray[:, 0] > 0).any()
    assert (gray[:, 0] < 0).any()
