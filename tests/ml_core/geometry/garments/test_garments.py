"""Garments cut from the helpers of the built-in body and fitted to people."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.geometry.body.model import Person, body_model
from ml_core.geometry.body.poses import pose_over, posed, stance_pose
from ml_core.geometry.body.rig import BONE_NAMES, bones_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.fabrics.patterns import SIZE
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.fabrics.texture import fabric_texture
from ml_core.geometry.garments.draping.coverage import hidden_faces
from ml_core.geometry.garments.draping.poke_through import Layers, bent, pokes
from ml_core.geometry.garments.draping.seated import share_of
from ml_core.geometry.garments.helpers import nearest_of, placed_on
from ml_core.geometry.garments.pieces import BY_NAME, OUTFITS, PIECES
from ml_core.geometry.garments.surfaces.packing import packed
from ml_core.geometry.garments.surfaces.quads import Topology, cut, edges, normals, subdivided
from ml_core.geometry.garments.surfaces.sparse import identity, linear_map
from ml_core.geometry.garments.wardrobe import Wardrobe
from ml_core.geometry.mesh.rasterize import rasterize_triangles
from scripts.lib.rendering.body_poses import BENDS, turns_of

OPENINGS = {
    name: count
    for count, names in {
        4: "t_shirt long_sleeve tank_top shirt blouse polo sweater turtleneck hoodie scrubs_top cardigan blazer coat "
        "lab_coat field_jacket dress",
        3: "leggings trousers jeans shorts scrubs_trousers cargo_trousers",
        2: "skirt long_skirt socks sneakers shoes boots pumps belt",
    }.items()
    for name in names.split()
}
"""Of each garment: neck, hem and sleeves; waist and legs; one for each shoe."""
CUBE = np.array([[0, 1, 2, 3], [7, 6, 5, 4], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0]])


@pytest.fixture(scope="module")
def wardrobe() -> Wardrobe:
    return Wardrobe(body_model().data)


@pytest.fixture(scope="module")
def girl() -> Person:
    return body_model().person(BodyTraits(presentation=1, age=8), 1)


@pytest.fixture(scope="module")
def heavy() -> Person:
    return body_model().person(BodyTraits(presentation=0, age=45, weight=1.0), 2)


@pytest.mark.parametrize("piece", PIECES, ids=[piece.name for piece in PIECES])
def test_every_piece_is_cut_cleanly_and_is_a_whole_skinned_mesh(piece, wardrobe: Wardrobe, heavy: Person) -> None:
    (garment,) = wardrobe.dressed(heavy.rows, [piece.name])
    shell = garment.faces[(garment.faces < garment.shell).all(axis=1)]
    if piece.form is None and not piece.cut.straps:
        assert len(Topology.of(shell, garment.shell).loops) == OPENINGS[piece.name]
    assert np.isfinite(garment.points).all()
    np.testing.assert_allclose(garment.weights.sum(axis=1), 1, atol=1e-5)
    assert ((garment.weights > 0).sum(axis=1) <= 4).all()
    assert garment.weights.shape == (len(garment.points), 55)
    assert garment.faces.max() < len(garment.points)
    assert garment.corners.max() < len(garment.uv)
    assert len(garment.cloth) == len(garment.hidden) == len(garment.faces) == len(garment.corners)
    assert garment.cloth.max() < len(garment.cloths)
    assert all(cloth.fabric in FABRICS for cloth in garment.cloths)
    assert piece.form is not None or garment.cloths[0] == piece.cloth


@pytest.mark.parametrize("piece", PIECES, ids=[piece.name for piece in PIECES])
def test_uvs_do_not_overlap_and_are_even(piece, wardrobe: Wardrobe, girl: Person) -> None:
    (garment,) = wardrobe.dressed(girl.rows, [piece.name])
    assert garment.uv.min() >= 0
    assert garment.uv.max() <= 1
    triangles = np.concatenate([garment.corners[:, [0, 1, 2]], garment.corners[:, [0, 2, 3]]])
    corner = garment.uv[triangles]
    first, second = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).sum() / 2
    size = 512
    texel, _, _ = rasterize_triangles(corner.astype(np.float32), size)
    filled = len(np.unique(texel)) / size**2
    assert filled > (0.2 if garment.shell > 1000 else 0.03), "texels that are used"
    assert area < 1.12 * filled + 0.01, "islands lie over each other"
    assert garment.tiled.shape == garment.uv.shape
    assert 0 < np.ptp(garment.tiled, axis=0).max() < 6


def test_hems_have_thickness(wardrobe: Wardrobe, girl: Person) -> None:
    (garment,) = wardrobe.dressed(girl.rows, ["tank_top"])
    fold = garment.faces[(garment.faces >= garment.shell).any(axis=1) & (garment.faces < garment.shell).any(axis=1)]
    across = np.linalg.norm(garment.points[fold[:, 1]] - garment.points[fold[:, 2]], axis=1)
    np.testing.assert_allclose(across, BY_NAME["tank_top"].thickness, rtol=1e-6)


def test_garments_follow_a_slider_without_being_draped_again(wardrobe: Wardrobe) -> None:
    model = body_model()
    before, after = (model.person(BodyTraits(presentation=1, age=30, weight=weight)) for weight in (0.5, 0.55))
    for garment, exact in zip(
        wardrobe.dressed(before.rows, OUTFITS["business"]),
        wardrobe.dressed(after.rows, OUTFITS["business"]),
        strict=True,
    ):
        moved = garment.followed(before.vertices, after.vertices)
        away = np.linalg.norm(moved - exact.points, axis=1)
        if garment.piece.kind != "shoes":
            assert np.linalg.norm(moved - garment.points, axis=1).max() > 0.001, garment.piece.name
        assert np.percentile(away, 95) < 0.006, garment.piece.name
        np.testing.assert_allclose(garment.followed(before.vertices, before.vertices), garment.points)


def test_collars_stand_around_the_neck_outside_of_those_under_them(wardrobe: Wardrobe, heavy: Person) -> None:
    names = ("shirt", "blazer")
    shirt, blazer = wardrobe.dressed(heavy.rows, names)
    neck = heavy.joint("neck")
    strips = {}
    for garment, name in ((shirt, "shirt"), (blazer, "blazer")):
        (stand,) = wardrobe.pattern(name).collars
        strips[name] = garment.points[-len(stand.of_surface) :], stand.faces
        assert (strips[name][0][:, 1] > neck[1] + 0.03).sum() > 50, name
    inner, faces = strips["shirt"]
    outer, _ = strips["blazer"]
    near = nearest_of(outer, inner)
    away = outer - inner[near]
    height = (away * normals(inner, faces)[near]).sum(axis=1)[np.linalg.norm(away, axis=1) < 0.015]
    assert len(height) > 20
    assert (height > -0.001).mean() > 0.9, "the jacket's collar is inside of the shirt's"


def test_soles_are_closed_and_lie_under_the_feet(wardrobe: Wardrobe, girl: Person) -> None:
    for name in ("sneakers", "sandals"):
        (garment,) = wardrobe.dressed(girl.rows, [name])
        sole = wardrobe.pattern(name).soles
        assert sole is not None
        ground = float(girl.vertices[girl.data.used("skin"), 2].min())
        low = garment.points[:, 2].min()
        assert ground - 1.4 * sole.form.thickness < low < ground - 0.6 * sole.form.thickness
        for faces in sole.faces:
            _, _, per_edge = edges(faces)
            assert (per_edge == 1).sum() == 58 * 1 + 2, "open on top alone"


def test_pumps_have_heels(wardrobe: Wardrobe, girl: Person) -> None:
    """Under heel and ball they stand on the ground, between them they do not."""
    (garment,) = wardrobe.dressed(girl.rows, ["pumps"])
    left = garment.points[garment.points[:, 0] > 0]
    share = (left[:, 1].max() - left[:, 1]) / np.ptp(left[:, 1])
    above = left[:, 2] - left[:, 2].min()
    lowest = [above[np.abs(share - at) < 0.04].min() for at in (0.12, 0.34, 0.70)]
    assert max(lowest[0], lowest[2]) < 0.004 < 0.010 < lowest[1]


def test_hats_and_glasses_stay_outside_of_the_head(wardrobe: Wardrobe, girl: Person, heavy: Person) -> None:
    for person in (girl, heavy):
        for name in ("cap", "hat", "beanie", "glasses", "sunglasses"):
            (garment,) = wardrobe.dressed(person.rows, [name])
            assert (garment.weights[:, BONE_NAMES.index("head")] == 1).all()
            assert garment.points[:, 2].min() > person.joint("mouth")[2]
        (cap,) = wardrobe.dressed(person.rows, ["cap"])
        assert cap.points[:, 2].max() > person.vertices[person.data.used("skin"), 2].max()


def test_garments_follow_the_shape(wardrobe: Wardrobe, girl: Person, heavy: Person) -> None:
    small, large = (wardrobe.dressed(person.rows, ["jeans"])[0] for person in (girl, heavy))
    np.testing.assert_array_equal(small.faces, large.faces)
    assert np.ptp(large.points[:, 2]) > 1.2 * np.ptp(small.points[:, 2])
    again = wardrobe.dressed(girl.rows, ["jeans"])[0]
    np.testing.assert_array_equal(again.points, small.points)


def test_inner_layers_stay_inside_and_their_covered_faces_are_left_out(wardrobe: Wardrobe, girl: Person) -> None:
    bones = bones_of(girl.data, girl.rows)
    for outfit, stances in (("casual", ("relaxed",)), ("warm", ("t",))):
        garments = wardrobe.dressed(girl.rows, OUTFITS[outfit])
        layers = [garment.piece.layer for garment in garments]
        assert layers == sorted(layers)
        hidden = wardrobe.covered(OUTFITS[outfit])
        for stance in stances:
            for place in pokes(girl.data, girl.rows, bones, garments, hidden, stance_pose(bones, stance)):
                assert place.depth < 0.004, (outfit, stance, place)
        bottoms = next(garment for garment in garments if garment.piece.kind == "bottom")
        assert 0.02 < bottoms.hidden.mean() < 0.6
        assert not garments[-1].hidden.any()


def test_each_layer_lies_over_the_one_before_wherever_both_are(wardrobe: Wardrobe, heavy: Person) -> None:
    bones = bones_of(heavy.data, heavy.rows)
    worn = wardrobe.dressed(heavy.rows, ["cardigan", "t_shirt", "sweater"])
    whole = [dataclasses.replace(garment, hidden=np.zeros_like(garment.hidden)) for garment in worn]
    everything = np.ones(len(heavy.data.faces["skin"]), bool)
    everything[0] = False
    for place in pokes(heavy.data, heavy.rows, bones, whole, everything, {}):
        assert place.depth < 0.018, place  # in the crease of an armpit, where cloth folds upon itself
        assert place.points < 15, place


@pytest.mark.parametrize("top", ["shirt", "blouse"])
def test_trousers_lie_over_a_tucked_shirt_without_a_bulge(top: str, wardrobe: Wardrobe, heavy: Person) -> None:
    girl = body_model().person(BodyTraits(presentation=1, age=28, weight=0.4, muscle=0.4), 7)
    for person in (girl, heavy):
        (alone,) = wardrobe.dressed(person.rows, ["trousers"])
        over = next(g for g in wardrobe.dressed(person.rows, ["trousers", top]) if g.piece.name == "trousers")
        cloth = wardrobe.pattern("trousers")
        crotch = np.abs(cloth.rest[:, 2] - wardrobe.helpers.heights["crotch"]) < 0.05
        further = np.linalg.norm(over.points[: over.shell] - alone.points[: alone.shell], axis=1)
        assert further[crotch].max() < 0.02  # a shirt's thickness, its hem's, and the gaps between them


def test_without_layers_they_would_cut_through(wardrobe: Wardrobe, girl: Person) -> None:
    """The check sees a shirt that is worn inside out, so to speak: fitted as if nothing were under it."""
    bones = bones_of(girl.data, girl.rows)
    sweater = wardrobe.dressed(girl.rows, ["sweater"])
    shirt = wardrobe.dressed(girl.rows, ["t_shirt"])
    nothing = np.zeros(len(girl.data.faces["skin"]), bool)
    found = pokes(girl.data, girl.rows, bones, [*sweater, *shirt], nothing, {})
    assert max(place.depth for place in found if place.inner == "sweater") > 0.004


def test_skin_under_garments_is_left_out_and_comes_back(wardrobe: Wardrobe, girl: Person) -> None:
    hidden = wardrobe.covered(["t_shirt", "jeans"])
    assert 0.2 < hidden.mean() < 0.6
    assert not wardrobe.covered([]).any()
    faces = girl.data.faces["skin"]
    for joint in ("head", "l-hand", "r-foot-1"):
        near = np.linalg.norm(girl.vertices[faces].mean(axis=1) - girl.joint(joint), axis=1) < 0.03
        assert not hidden[near].any(), joint
    assert wardrobe.covered(["skirt"]).sum() > 100


def test_nothing_is_left_out_above_a_waist_or_below_a_hem(wardrobe: Wardrobe, girl: Person) -> None:
    middle = girl.data.base[girl.data.faces["skin"]].mean(axis=1)[:, 2]
    for name in ("skirt", "long_skirt", "trousers", "coat", "dress", "blazer"):
        cut_out, hidden = BY_NAME[name].cut, wardrobe.covered([name])
        assert hidden.sum() > 400, name
        if cut_out.top is not None:
            assert middle[hidden].max() < wardrobe.helpers.z(cut_out.top), name
        if cut_out.hem is not None:
            arms = np.abs(girl.data.base[girl.data.faces["skin"]].mean(axis=1)[:, 0]) > 0.2
            assert middle[hidden & ~arms].min() > wardrobe.helpers.z(cut_out.hem), name
    blouse = wardrobe.dressed(girl.rows, ["blouse", "skirt"])[0]
    assert not blouse.hidden[blouse.points[blouse.faces].mean(axis=1)[:, 2] > girl.joint("spine-2")[2]].any()


def test_faces_are_left_out_that_are_inside_of_an_edge_and_partly_deep() -> None:
    depth = np.array([0.0, 1, 1, 2, 2, 2])
    faces = np.array([[1, 2, 3, 4], [0, 3, 4, 5], [1, 2, 1, 2], [3, 4, 5, 3]])
    assert hidden_faces(depth, faces).tolist() == [True, False, False, True]


@pytest.mark.parametrize(("age", "weight"), [(8, 0.5), (40, 1.0)])
def test_nothing_comes_through_in_poses(wardrobe: Wardrobe, age: float, weight: float) -> None:
    """A sample of what ``scripts/evaluation/check_garments.py`` looks at: three outfits, four poses."""
    person = body_model().person(BodyTraits(presentation=1, age=age, weight=weight), 3)
    bones = bones_of(person.data, person.rows)
    stance = stance_pose(bones, "t")
    poses = [pose_over(bones, stance, turns_of(BENDS[name])) for name in ("knee", "sitting", "arms up", "bow")]
    for outfit in ("casual", "business", "dressed_up"):
        garments = wardrobe.dressed(person.rows, OUTFITS[outfit])
        layers = Layers(person.data, person.rows, bones, garments, wardrobe.covered(OUTFITS[outfit]))
        for pose in poses:
            for place in layers.pokes(pose):
                assert place.depth < 0.004, (outfit, place)


@pytest.mark.parametrize(("age", "weight"), [(8, 0.5), (40, 1.0)])
def test_skirts_lie_on_the_legs_of_people_who_sit(wardrobe: Wardrobe, age: float, weight: float) -> None:
    """By their weights alone they stand 31 to 57 mm off the thighs, and their hems 29 to 111 mm off the legs."""
    person = body_model().person(BodyTraits(presentation=1, age=age, weight=weight), 3)
    bones = bones_of(person.data, person.rows)
    pose = pose_over(bones, stance_pose(bones, "t"), turns_of(BENDS["sitting"]))
    at = {bone.name: bone.head for bone in bones}
    sitting = posed(person.data, person.rows, bones, pose)
    skin = person.data.used("skin")
    skin = skin[person.rows[skin, 2] < at["hips"][2]]
    legs, knee, hip = sitting.rows[skin], sitting.bone["leftLowerLeg"].head[1:], sitting.bone["leftUpperLeg"].head[1:]
    thigh = np.linalg.norm(knee - hip)
    share = (legs[:, 1:] - hip) @ (knee - hip) / thigh**2
    for name in ("dress", "skirt", "long_skirt", "coat"):
        [garment] = wardrobe.dressed(person.rows, [name])
        cloth, rest = bent(garment, bones, pose)[: garment.shell], garment.points[: garment.shell]
        away = np.linalg.norm(cloth - legs[nearest_of(cloth, legs)], axis=1)
        low, high = at["leftLowerLeg"][2], at["leftUpperLeg"][2]
        over_legs = (rest[:, 2] > low + 0.02) & (rest[:, 2] < high - 0.15) & (np.abs(rest[:, 0]) > 0.04)
        ahead = at["leftUpperLeg"][1] - rest[:, 1]
        assert away[over_legs & (ahead > 0.06)].mean() < 0.021, name
        assert away[over_legs & (ahead < -0.06)].mean() < 0.028, name
        hem = min(wardrobe.pattern(name).topology.loops, key=lambda loop: rest[loop, 2].mean())
        assert away[hem].mean() < (0.05 if name == "long_skirt" else 0.037), name
        faces = garment.faces[(garment.faces < garment.shell).all(axis=1)]
        under = legs[(share > 0.45) & (share < 0.72)]
        if name != "coat":  # which is open in front
            assert _furthest_out(under, cloth, faces, hip, knee) < 0.003, name


def _furthest_out(
    points: np.ndarray, cloth: np.ndarray, faces: np.ndarray, start: np.ndarray, end: np.ndarray
) -> float:
    """Meters by which the furthest of points (N, 3) is outside of cloth, seen from an axis in the plane x = 0."""
    way = (end - start) / np.linalg.norm(end - start)
    middle = start + ((points[:, 1:] - start) @ way)[:, None] * way
    origin = np.column_stack([np.zeros(len(points)), middle])
    length = np.linalg.norm(points - origin, axis=1)
    ray = (points - origin) / length[:, None]
    corner = cloth[np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])]
    edge, other = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    worst = 0.0
    for begin, direction, reach in zip(origin, ray, length, strict=True):  # Moeller and Trumbore 1997
        across = np.cross(direction, other)
        size = (edge * across).sum(axis=1)
        size = np.where(np.abs(size) < 1e-12, 1e-12, size)
        off = begin - corner[:, 0]
        first = (off * across).sum(axis=1) / size
        turned = np.cross(off, edge)
        second = turned @ direction / size
        at = (other * turned).sum(axis=1) / size
        hit = at[(first >= -1e-6) & (second >= -1e-6) & (first + second <= 1 + 1e-6) & (at > 0)]
        worst = max(worst, reach - float(hit.max(initial=0.0)))
    return worst


def test_hems_hang_straight_on_people_who_stand(wardrobe: Wardrobe, heavy: Person) -> None:
    """Without care the legs, brought together, take the sides of a hem 20 to 50 mm down with them."""
    bones = bones_of(heavy.data, heavy.rows)
    pose = stance_pose(bones, "t")
    soles = posed(heavy.data, heavy.rows, bones, pose).rows[heavy.data.used("skin"), 2].min()
    ankle = heavy.joint("l-ankle")[2] - heavy.vertices[heavy.data.used("skin"), 2].min()
    for names in (["trousers", "shoes"], ["blazer"], ["coat"]):
        garment = next(g for g in wardrobe.dressed(heavy.rows, names) if g.piece.name == names[0])
        cut_out, rule = wardrobe.pattern(names[0]), garment.piece.cut
        if rule.hem is not None:
            hem = np.abs(cut_out.rest[:, 2] - wardrobe.helpers.z(rule.hem)) < 0.01
            hem &= (cut_out.arm < 0.4) & ~cut_out.held  # corners of fronts are round
        else:
            hem = (np.abs(cut_out.along_leg - rule.leg) < 0.02) & (cut_out.rest[:, 0] > 0) & (cut_out.leg > 0.5)
        points = bent(garment, bones, pose)[: garment.shell][hem & cut_out.topology.border]
        assert len(points) > 30
        plane = np.column_stack([np.ones(len(points)), points[:, 1]])
        share = np.linalg.lstsq(plane, points[:, 2], rcond=None)[0]
        assert np.abs(points[:, 2] - plane @ share).max() < 0.003, names
        if rule.hem is None:
            assert points[:, 2].max() - soles < 1.1 * ankle, "they reach down onto the shoes"


def test_the_shape_of_somebody_who_sits_is_off_where_a_leg_hangs_down(wardrobe: Wardrobe, girl: Person) -> None:
    bones = bones_of(girl.data, girl.rows)
    stance = stance_pose(bones, "t")
    shares = {
        name: share_of(bones, pose_over(bones, stance, turns_of(BENDS[name]))) for name in ("sitting", "knee", "bow")
    }
    assert shares == pytest.approx({"sitting": 1, "knee": 0, "bow": 0}, abs=0.02)
    assert share_of(bones, stance_pose(bones, "relaxed")) < 0.02
    worn = {garment.piece.name: garment for garment in wardrobe.dressed(girl.rows, ["dress", "pumps"])}
    assert worn["pumps"].seated is None
    dress = worn["dress"]
    assert dress.seated is not None
    assert dress.seated.shape == dress.points.shape
    above = dress.points[:, 2] > bones[0].head[2]
    assert np.abs(dress.seated[above]).max() < 1e-9 < 0.03 < np.linalg.norm(dress.seated, axis=1).max()
    assert all(garment.seated is None for garment in wardrobe.dressed(girl.rows, ["jeans", "hoodie"]))


def test_unknown_garments_are_refused(wardrobe: Wardrobe, girl: Person) -> None:
    with pytest.raises(InputError, match="toga not known; known are t_shirt"):
        wardrobe.dressed(girl.rows, ["toga"])
    with pytest.raises(InputError, match="named twice"):
        wardrobe.dressed(girl.rows, ["jeans", "jeans"])


@pytest.mark.parametrize("name", FABRICS)
def test_fabrics_repeat_and_keep_their_color(name: str) -> None:
    texture = fabric_texture(name)
    assert texture.shade.shape == (SIZE, SIZE)
    np.testing.assert_allclose(texture.shade.mean(), 1, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(texture.normal, axis=-1), 1, atol=1e-4)
    assert texture.normal[..., 2].min() > 0
    for axis in (0, 1):  # no step across the border that is not within, too
        inner = np.abs(np.diff(texture.shade, axis=axis)).mean(axis=1 - axis).max()
        border = np.abs(texture.shade.take(0, axis) - texture.shade.take(-1, axis)).mean()
        assert border <= 1.5 * inner + 1e-6
    green = texture.colored((0.2, 0.3, 0.4))[..., 1]
    if FABRICS[name].tones in ("", "slubs", "nubs", "herringbone"):
        np.testing.assert_allclose(green.mean(), 0.3, atol=0.07)
    else:  # printed: the dye is one color among others
        assert 0.12 < (np.abs(green - 0.3) < 0.05).mean() < 0.98


def test_islands_are_packed_without_overlap() -> None:
    random = np.random.default_rng(4)
    islands = [random.random((5, 2)) * random.uniform(0.02, 0.5, 2) for _ in range(30)]
    placed, meters = packed(islands)
    boxes = np.array([[item.min(axis=0), item.max(axis=0)] for item in placed])
    assert boxes.min() >= 0
    assert boxes.max() <= 1
    for n, (low, high) in enumerate(boxes):
        apart = (boxes[:, 0] > high).any(axis=1) | (boxes[:, 1] < low).any(axis=1)
        assert apart.sum() == len(boxes) - 1, n
    for island, item in zip(islands, placed, strict=True):
        np.testing.assert_allclose(np.ptp(item, axis=0) * meters, np.ptp(island, axis=0))


def test_points_are_placed_on_a_surface() -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2, 0, 1], [2, 1, 1]], float)
    faces = np.array([[0, 1, 2, 3], [1, 4, 5, 2]])
    maps = placed_on(np.array([[0.25, 0.5, 3.0], [1.5, 0.25, 9.0]]), corners, faces, along=2)
    np.testing.assert_allclose(maps(corners), [[0.25, 0.5, 0], [1.5, 0.25, 0.5]])


def test_names_are_unique_and_outfits_have_known_pieces() -> None:
    assert len(BY_NAME) == len(PIECES) >= 30
    assert all(piece.label_zh and not piece.label_zh.isascii() for piece in PIECES)
    assert all(any(not word.isascii() for word in piece.words) for piece in PIECES)
    assert all(set(outfit) <= set(BY_NAME) for outfit in OUTFITS.values())
    words = [word for piece in PIECES for word in piece.words]
    assert len(words) == len(set(words))


def test_linear_maps_compose_and_subdivision_keeps_sums() -> None:
    smooth, faces = subdivided(CUBE, 8)
    assert len(smooth) == 8 + 12 + 6
    assert len(faces) == 24
    np.testing.assert_allclose(smooth(np.ones(8)), 1)
    points = np.random.default_rng(0).normal(size=(8, 3))
    twice, _ = subdivided(faces, 26)
    np.testing.assert_allclose(twice.after(smooth)(points), twice(smooth(points)), atol=1e-12)
    np.testing.assert_array_equal(identity(8)(points), points)
    np.testing.assert_allclose(smooth.chosen(np.array([3, 9]))(points), smooth(points)[[3, 9]])
    with pytest.raises(ValueError, match="no input"):
        linear_map(np.array([0]), np.array([0]), np.ones(1), 2)


def test_a_cut_ends_on_the_level(wardrobe: Wardrobe) -> None:
    helper = wardrobe.helper("tights")
    level = helper.rest[:, 2] - 0.1
    moved, _, faces, _ = cut(level, helper.faces, helper.corners, len(helper.uv))
    ends = Topology.of(faces, len(helper.rest))
    z = moved(helper.rest)[:, 2]
    top = [z[loop] for loop in ends.loops if z[loop].mean() > 0]
    assert top
    for heights in top:
        assert (np.abs(heights - 0.1) < 1e-4).mean() > 0.9
        assert np.abs(heights - 0.1).max() < 0.02
    with pytest.raises(ValueError, match="leaves nothing"):
        cut(np.ones(len(level)), helper.faces, helper.corners, len(helper.uv))
